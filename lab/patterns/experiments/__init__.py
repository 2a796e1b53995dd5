"""One module for each experiment; nothing lists them elsewhere.

A module NAME.py has a docstring, whose first line says what is measured, and a function ``measure(folder, sides)``.
``sides`` are the packages whose cards say ``experiment = "NAME"``, by card. ``folder`` is for files. It returns what
JSON can hold, with the result in one line as ``headline``. ``ALONE = True`` in a module that measures time lets nothing
else run meanwhile; ``DATA = ("docs/some.toml",)`` names files of the repository that it reads.
"""
