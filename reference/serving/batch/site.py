"""What batch is made of."""

from problem.ask_or_queue import Site

SITE = Site(front="reference.serving.batch.front", job="reference.serving.batch.job")
