"""The best model there is, a stack of large ones, asked while the caller waits."""

PROCESSES = ("antipatterns.serving.online_bigsize.service",)
