"""What one form for everything is made of."""

from problem.ask_or_queue import Site

SITE = Site(front="antipatterns.serving.one_form.service")
