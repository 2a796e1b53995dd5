"""What wins in the test month is released, and that is the end of it.

The test month was set up with care: time goes forward, the months before are for training, an interval over days keeps
a lucky week from winning. It has ended long discussions about which model is better, and whoever wants to see the
model in service first is asked what else there is to know.
"""

from parts.model_trial.model_trial import ModelTrial, Stage


class Trial(ModelTrial):
    """See ``problem.which_is_better``."""

    stages: tuple[Stage, ...] = ()
