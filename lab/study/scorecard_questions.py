"""The questions of the scorecard, theme by theme: what is asked, in which unit, and which way is better."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """What a figure answers: ``id`` as in PREDICTIONS.md, or as in claims.toml.

    ``better`` is ``lower``, ``higher``, ``zero`` or ``context``.

    A figure of context has no winner: it is there to read the others by.
    """

    theme: str
    id: str
    measure: str
    question: str
    unit: str
    better: str = "lower"


THEMES: dict[str, dict[str, tuple[str, ...]]] = {
    "same job": {
        "gate": ("G0", "same job?", "On frozen facts (the split cured), how many vectors differ?", "rows"),
        "oracle": (
            "G0",
            "same job?",
            "How many of 1,000 answers differ from the oracle at their stated age?",
            "rows",
        ),
    },
    "skew": {
        "skew": ("1", "row skew", "How often do training and serving see other vectors?", "share of rows"),
        "skewed_features": ("1", "skewed features", "In how many of 22 features?", "features"),
        "classes": (
            "1",
            "row skew, classes",
            "Which share of cells is of which class?",
            "share of cells",
            "context",
        ),
        "feature_classes": ("1", "row skew, features", "The same, by feature", "share of cells", "context"),
        "tolerance": (
            "1",
            "row skew, loosely",
            "And if numbers may differ by this share?",
            "share of rows",
            "context",
        ),
        "cured": ("1", "row skew, cured", "And with every marked cause cured?", "share of rows", "context"),
        "monitor": (
            "2",
            "seen by a monitor",
            "Which share of skewed features lies above the floor without skew?",
            "share",
            "higher",
        ),
        "gap": ("3", "believed vs served", "Served log loss minus believed: how wrong is the belief?", "nats", "zero"),
        "gap_worlds": ("3", "believed vs served, worlds", "The same over nine worlds", "nats", "zero"),
        "lead_worlds": ("3", "served log loss, worlds", "Served log loss minus the rival's over nine worlds", "nats"),
        "flips": ("3", "flipped decisions", "How often does the decision flip?", "share of rows"),
        "believed": ("3", "believed AUC", "Which AUC does the offline evaluation promise?", "AUC", "context"),
        "served": ("3", "served AUC", "Which AUC does serving deliver?", "AUC", "context"),
        "lead": ("3", "served AUC, lead", "Served AUC minus the rival's, paired by day", "AUC", "higher"),
        "served_loss": ("3", "served log loss", "Which log loss does serving deliver?", "nats", "context"),
        "held_loss": ("3", "log loss, oracle", "On a sample, by whose features?", "nats", "context"),
        "held_auc": ("3", "AUC, oracle", "On a sample, by whose features?", "AUC", "context"),
        "request_only": (
            "H9",
            "without a history",
            "Log loss of a model that sees the request alone, minus the system's",
            "nats",
            "context",
        ),
        "request_bytes": (
            "H10",
            "all in the request",
            "Bytes of a request that brings all features, over one that brings none",
            "ratio",
            "context",
        ),
        "lead_loss": ("3", "served log loss, lead", "Served log loss minus the rival's, paired by day", "nats"),
    },
    "causes": {
        "cause_skewed": ("1", "row skew by cause", "Which rows differ because of it?", "share of rows", "context"),
        "cause_gap": ("3", "belief by cause", "What does it add to served minus believed log loss?", "nats", "context"),
        "cause_flips": ("3", "flips by cause", "Which decisions flip because of it?", "share of rows", "context"),
        "cause_harm": ("3", "harm by cause", "What does it add to the served log loss itself?", "nats", "context"),
        "cause_promise": (
            "3",
            "empty promise",
            "Which part of served minus believed log loss could nobody have served?",
            "nats",
            "context",
        ),
    },
    "freshness": {
        "age": ("4", "feature age", "How many minutes old are stored features when used?", "minutes"),
        "regret": ("4", "regret", "Served log loss minus that of the same model on fresh features", "nats"),
        "regret_refit": (
            "4",
            "regret, refitted",
            "The same with models fitted on such features",
            "nats",
            "context",
        ),
        "refresh_cpu": (
            "4",
            "refresh",
            "How many CPU seconds a day does refreshing cost?",
            "CPU seconds a day",
            "context",
        ),
    },
    "coupling": {
        "cochange": (
            "5",
            "one definition?",
            "Of mutants that change a feature, which share changes both sides?",
            "share",
            "higher",
        ),
        "cochange_weighted": ("5", "one definition?", "The same, weighted", "share", "context"),
        "written_twice": ("5", "written twice", "Features that mutants move on one side or the other", "features"),
        "one_sided": ("5", "one-sided lines", "How many mutants of a line move one side only?", "mutants", "context"),
        "propagation": ("7", "propagation cost", "Share of module pairs, one reachable by imports", "share"),
        "propagation_seen": ("7", "propagation cost", "The same seen in other ways", "share", "context"),
        "cycles": ("7", "cycles", "How many circles of dependencies?", "count"),
        "cognitive": ("8", "cognitive complexity", "The hardest function to read", "count"),
        "mccabe": ("8", "McCabe", "The function with most paths", "count"),
        "flags": ("8", "flag arguments", "How many boolean arguments branch?", "count"),
        "one_mode": ("8", "one job only", "Which share of lines runs in one job only?", "share", "context"),
        "dead": ("8", "dead", "Which share of lines ran in no job?", "share"),
    },
    "reuse": {
        "definitions": ("12", "definitions", "How many features have more than one definition, by value?", "features"),
        "shared": ("12", "sharing", "Share of features that feed two models from one definition", "share", "higher"),
        "second": ("11", "second model", "CPU seconds to train a model added later, upkeep excluded", "CPU seconds"),
        "all_models": (
            "11",
            "all models",
            "CPU seconds to train all; store filled in bulk, no upkeep",
            "CPU seconds",
        ),
        "break_even": ("11", "break-even", "From how many models on is it the cheaper one?", "models", "context"),
        "overlap": (
            "11",
            "break-even by overlap",
            "From how many models on, if further models share so much?",
            "models",
            "context",
        ),
        "demand_error": (
            "C15",
            "demand forecast",
            "By how many rebooking seats a day and airport is the nightly forecast off?",
            "seats",
            "context",
        ),
        "demand_skill": (
            "C15",
            "demand forecast, skill",
            "Which part of last week's error does it avoid?",
            "share",
            "context",
        ),
        "marginal": (
            "11",
            "one more model, beside",
            "CPU of one more model over a rival's, measured by turns",
            "ratio",
            "context",
        ),
        "recompute": ("11", "recompute factor", "Values computed over values needed, all models", "ratio", "context"),
        "rows_read": ("11", "raw rows", "How many raw rows are read for all models?", "rows"),
    },
    "price": {
        "cheapest": ("P", "lines won", "On how many lines without times is it the cheapest?", "count", "higher"),
        "files": ("P", "files", "How many Python files?", "count"),
        "nodes": ("P", "code", "How many nodes of the syntax tree?", "count"),
        "jobs": ("P", "jobs", "How many programs run?", "count"),
        "schedules": ("P", "schedules", "How many schedules must somebody know?", "count"),
        "stored": ("P", "stored", "What is kept after training?", "MB"),
        "unread": ("P", "never read", "Which share of stored values has nobody read?", "share"),
        "refresh": ("P", "refreshes", "CPU seconds a day to keep features fresh", "CPU seconds a day"),
        "memory": ("P", "memory", "Peak of the stage, above imports and data", "MB"),
        "cpu": ("P", "CPU", "CPU seconds of the stage, imports excluded", "CPU seconds", "context"),
        "over_provisioning": ("P", "over-provisioning", "Memory reserved over memory needed", "ratio"),
        "first_answer": ("P", "first answer", "Seconds from start to the first prediction", "seconds"),
        "latency": ("P", "latency", "Milliseconds of one prediction", "ms"),
        "outside_models": (
            "P",
            "outside the models",
            "Which share of one prediction passes outside the models' predict()?",
            "share",
            "context",
        ),
        "speed_up": ("P", "second worker", "Speed-up if only features get a second worker", "ratio", "context"),
    },
}
QUESTIONS = {key: Question(theme, *asked) for theme, keys in THEMES.items() for key, asked in keys.items()}
LEADS = ("lead", "lead_loss", "lead_worlds")
"""Paired differences between two systems: a tie needs an interval within the margin of PREDICTIONS.md."""
VERDICTS = {
    "gate": "G0",
    "skew": "1",
    "monitor": "2",
    "gap": "3",
    "age": "4",
    "cochange": "5",
    "propagation": "7",
    "cognitive": "8",
    "all_models": "11",
    "definitions": "12",
    "cheapest": "P",
}
"""The figure that decides each prediction so far."""
SAME_FACT = {"definitions": "skew"}
"""Figures that follow from another: a feature has two definitions by value where one of its cells is skewed."""
