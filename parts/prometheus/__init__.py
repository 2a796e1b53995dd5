"""Debian's Prometheus and its tool, for rules that are evaluated and tested by what will evaluate them in service."""
