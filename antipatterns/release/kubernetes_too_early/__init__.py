"""Kubernetes too early: a cluster for one small service."""
