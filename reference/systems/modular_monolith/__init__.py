"""The monolith in its best form: one batch process in modules, every feature defined once, as of the instant asked."""
