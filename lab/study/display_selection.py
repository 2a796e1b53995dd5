"""Which of all figures the terminal and docs/scorecard.md show; ``scorecard.json`` has them all."""

from lab.study.refresh_arms import DEPLOYED, NIGHT

IN_SHORT: dict[str, tuple[str, ...]] = {
    "classes": (),
    "feature_classes": (),
    "tolerance": ("0.1",),
    "simple_loss": ("constant", "table"),
    "skill": ("table", ""),
    "over_table": ("",),
    "held_loss": (),
    "held_auc": (),
    "one_sided": (),
    "regret": ("each event", "1 h", "1 d", "7 d", DEPLOYED, NIGHT),
    "regret_refit": ("1 d", "7 d"),
    "refresh_cpu": ("15 min", "1 h", "1 d", DEPLOYED),
}
"""Of questions with long answers, the parts that the terminal shows; ``scorecard.json`` has them all."""
HEADLINES = (
    *("gate", "oracle", "skew", "cured", "monitor", "gap", "cause_promise", "gap_worlds", "flips"),
    *("served_loss", "simple_loss", "skill", "over_table"),
    *("lead", "lead_loss", "lead_worlds", "age", "regret", "cochange", "propagation", "cognitive"),
    *("second", "all_models", "break_even", "refresh", "cheapest"),
)
"""The figures that docs/scorecard.md shows; the others are in the terminal, the notebooks and ``scorecard.json``."""
ON_PAGE = IN_SHORT | {"cause_promise": ("none cured",), "regret": (DEPLOYED,)}
"""The parts of them that docs/scorecard.md shows, as in ``IN_SHORT``."""
WITH_NOTE = ("propagation",)
"""Figures that say little without their note, which docs/scorecard.md and the terminal show beside them."""
OF_THE_MACHINE = ("second", "all_models", "refresh", "cheapest")
"""Headlines that rest on CPU seconds and peaks of memory: on another machine another system may win them."""
