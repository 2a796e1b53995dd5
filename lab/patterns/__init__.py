"""Experiments on patterns and anti-patterns: both sides of a pair do the same job and are measured."""
