"""What to do, by what is asked: each rule looks into one record and names a card, with the number that decided.

``docs/decisions.toml`` has the questions; whoever changes a record changes the table.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from lab.engine.workspace import REPOSITORY
from lab.patterns.experiment_list import RESULT, record_of

FILE = REPOSITORY / "docs" / "decisions.toml"
WORTH_NOTHING = ("no difference worth having", "cannot tell")
Record = Mapping[str, Any]
Rule = Callable[[Record, Mapping[str, Any]], tuple[str, str]]
RULES: dict[str, tuple[str, Rule]] = {}


class Decision(NamedTuple):
    """``asked``: who, how often, how long, how fresh; ``card``: the id of what to do; ``number``: why; ``record``."""

    asked: Sequence[str]
    japanese: Sequence[str]
    card: str
    number: str
    record: str


def decide_all(read: Callable[[str], Record] = lambda name: record_of(name).value(RESULT)) -> list[Decision]:
    """Every row of the table; ``read`` gives the value of a record by its name. Raises ``LookupError`` where a record
    has no answer."""
    rows = tomllib.loads(FILE.read_text())["row"]
    return [decide(row, read) for row in rows]


def decide(row: Mapping[str, Any], read: Callable[[str], Record]) -> Decision:
    """One row of ``docs/decisions.toml``."""
    record, rule = RULES[row["rule"]]
    card, number = rule(read(record), row["given"])
    return Decision(row["asked"], row["japanese"], card, number, record)


def _of(record: str) -> Callable[[Rule], Rule]:
    def keep(rule: Rule) -> Rule:
        RULES[rule.__name__] = (record, rule)
        return rule

    return keep


def _find(rows: Sequence[Record], **wanted: Any) -> Record:
    found = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    if not found:
        raise LookupError(f"no row with {wanted}")
    return found[0]


@_of("ask_or_queue")
def prepare(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """Prepared answers, if each is read often enough."""
    turn = _find(record["turns"], kind="by the row")
    card = "batch" if given["reads"] >= turn["high"] else "synchronous"
    return card, f"pays from {turn['value']:.2f} [{turn['low']:.2f}, {turn['high']:.2f}] reads of an answer on"


@_of("ask_or_queue")
def one_form(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """One form for everything, where it is as fast."""
    ratio = _find(record["ratios"], rate=given["rate"], form="one_form", key="p50")
    card = "one_form" if ratio["word"] in WORTH_NOTHING else "web_single"
    return card, f"{ratio['value']:.2f} [{ratio['low']:.2f}, {ratio['high']:.2f}] times as long as synchronous"


@_of("ask_or_queue")
def burst(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """The form that answers the largest share in the end."""
    forms = {row["form"]: row["good"] for row in record["bursts"] if row["rate"] == given["rate"]}
    best = max(forms, key=lambda form: forms[form])
    return best, ", ".join(f"{form.replace('_', ' ')} {share:.0%}" for form, share in forms.items())


@_of("cache_costs")
def keep_answers(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """A cache in memory, where a prediction is dear enough."""
    turn = _find(record["turns"], way="prediction cache", cache="memory")["better"]
    pays = turn is not None and given["micros"] >= turn
    return "prediction_cache" if pays else "fetched_every_time", f"pays from {turn} µs a prediction on"


@_of("on_the_device")
def on_the_device(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """The model on the device, unless features of that age make it worse."""
    found = _find(record["ages"], age=given["age"])
    number = f"{found['value']:.3f} [{found['low']:.3f}, {found['high']:.3f}] nats lost: {found['word']}"
    return "round_trip" if found["word"] == "worse" else "edge", number


@_of("one_or_many")
def boxes(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """A process a model, if a fault of one takes the others along in one box and not side by side."""
    one, many = (_find(record["blast"], fault=given["fault"], side=side) for side in ("all_in_one", "horizontal"))
    number = f"{one['worth']:.1f} s of the others' answers lost in one box, {many['worth']:.1f} side by side"
    return "horizontal" if one["low"] > many["high"] else "all_in_one", number


@_of("how_it_gets_there")
def way_of_release(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """Model load, where an image takes longer."""
    ratio = _find(record["ratios"], megabytes=given["megabytes"], pair="model_in_image over model_load")
    number = f"an image takes {ratio['value']:.1f} [{ratio['low']:.1f}, {ratio['high']:.1f}] times as long"
    return "model_load" if ratio["word"] == "worse" else "model_in_image", number


@_of("train_again")
def who_lets_out(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """A person, from the share of broken extracts on at which one pays."""
    turn = record["turns"]["person against straight out"]
    pays = turn["last"] == "better" and given["broken"] >= turn["at"]
    return "train_then_serve" if pays else "training_to_serving", f"a person pays from {turn['at']:.0%} on"


@_of("which_is_better")
def which_trial(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """A shadow, from the share of candidates on of which it is better than the test month alone."""
    turn = _find(record["turns"]["seeming"], side="shadow_ab", rule="shown")
    pays = turn["last"] == "better" and given["seeming"] >= turn["at"]
    return "shadow_ab" if pays else "offline_only", f"a shadow is better from {turn['at']:.0%} of them on"


@_of("what_happened")
def what_to_keep(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """A record with vectors, where it names more causes than text lines do."""
    shares = {
        form: _find(record["shares"], touched=given["share"], kept=1.0, form=form)["value"]
        for form in ("text lines", "with vectors")
    }
    number = ", ".join(f"{form} {share:.0%}" for form, share in shares.items())
    return "prediction_log" if shares["with vectors"] > shares["text lines"] else "no_logging", f"cause named: {number}"


@_of("would_you_notice")
def whether_to_watch(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """Monitoring, from the number of requests on at which it finds more than a band."""
    turn = record["turns"]["band, set"]["requests"]
    pays = turn is not None and given["requests"] >= turn
    return "prediction_monitoring" if pays else "set_and_forget", f"finds more than a band from {turn} a day on"


@_of("too_early_a_cluster")
def where_to_run(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """The least place that gives all that is wanted."""
    least = next(place for place in record["rungs"] if all(place in record["wanted"][want] for want in given["wants"]))
    settings = record["rungs"][least]["settings"]
    card = "kubernetes_too_early" if least == "cluster" else "process_then_container"
    return card, f"{least}: {settings} settings to own; a cluster has {record['rungs']['cluster']['settings']}"
