"""Which of all figures docs/scorecard.md shows; ``scorecard.json`` has them all."""

from lab.study.refresh_arms import DEPLOYED, NIGHT

IN_SHORT: dict[str, tuple[str, ...]] = {
    "classes": ("equal",),
    "feature_classes": (),
    "tolerance": ("0.1",),
    "skill": ("table", "logistic", ""),
    "over_table": ("logistic", ""),
    "held_loss": (),
    "held_auc": (),
    "one_sided": (),
    "regret": ("each event", "1 h", "1 d", "7 d", DEPLOYED, NIGHT),
    "regret_refit": ("1 d", "7 d"),
    "refresh_cpu": ("15 min", "1 h", "1 d", DEPLOYED),
    "break_even_again": (),
    "cochange_again": (),
}
"""Of questions with long answers, and of those that are measured anew on every machine, the parts that are shown."""
WITH_NOTE = ("propagation",)
"""Figures that say little without their note, which docs/scorecard.md shows beside them."""
OF_THE_MACHINE = ("second", "all_models", "refresh", "cheapest")
"""Predicted figures that rest on CPU seconds and peaks of memory: on another machine another system may win them."""
