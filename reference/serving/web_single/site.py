"""What web single is made of."""

from problem.ask_or_queue import Site

SITE = Site(front="reference.serving.web_single.service")
