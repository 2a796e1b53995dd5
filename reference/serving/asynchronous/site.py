"""What asynchronous is made of."""

from problem.ask_or_queue import Site

SITE = Site(front="reference.serving.asynchronous.front", worker="reference.serving.asynchronous.worker")
