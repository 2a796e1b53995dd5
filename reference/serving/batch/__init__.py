"""Batch: answers are prepared by a job before anybody asks, and looked up then."""
