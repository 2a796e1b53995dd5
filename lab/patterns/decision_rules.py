"""The rules of the table of decisions: each looks into one record and names a card, with the number that decided."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

WORTH_NOTHING = ("no difference worth having", "cannot tell")
Record = Mapping[str, Any]
Rule = Callable[[Record, Mapping[str, Any]], tuple[str, str]]
RULES: dict[str, tuple[str, Rule]] = {}


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
    """The form that answers the largest share in the end, the queue's answers counted when they come."""
    rows = [row for row in record["bursts"] if row["rate"] == given["rate"]]
    forms = {row["form"]: (row.get("until_answered") or row)["taken"] for row in rows}
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
    number = f"{found['value']:.3f} [{found['low']:.3f}, {found['high']:.3f}] nats lost on the device: {found['word']}"
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
    """Of the ways that are better than the test month alone the one that loses least; else the test month."""
    rows = [row for row in record["seeming"] if row["rule"] == "shown" and row["seeming"] == given["seeming"]]
    _find(rows, side="offline_only")
    better = {row["side"]: row["lost"]["value"] for row in rows if row["word"] == "better"}
    lost = ", ".join(f"{row['side'].replace('_', ' ')} {row['lost']['value']:.1f} ({row['word']})" for row in rows)
    return min(better, key=lambda side: better[side], default="offline_only"), f"blocks lost a day: {lost}"


@_of("what_happened")
def what_to_keep(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """A record with vectors, where it is shown to name more causes than text lines do."""
    lines, vectors = (
        _find(record["shares"], touched=given["share"], kept=1.0, form=form) for form in ("text lines", "with vectors")
    )
    number = f"cause named: text lines {lines['value']:.0%}, with vectors {vectors['value']:.0%}"
    return "prediction_log" if vectors["low"] > lines["high"] else "no_logging", number


@_of("would_you_notice")
def whether_to_watch(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """Monitoring, from the number of requests on at which it finds more than a band."""
    turn = record["turns"]["band, set"]["requests"]
    pays = turn is not None and given["requests"] >= turn
    return "prediction_monitoring" if pays else "set_and_forget", f"finds more than a band from {turn} a day on"


@_of("too_early_a_cluster")
def where_to_run(record: Record, given: Mapping[str, Any]) -> tuple[str, str]:
    """The least place that gives all that is wanted."""
    enough = [place for place in record["rungs"] if all(place in record["wanted"][want] for want in given["wants"])]
    if not enough:
        raise LookupError(f"no place gives all of {', '.join(given['wants'])}")
    least = enough[0]
    settings = record["rungs"][least]["settings"]
    card = "kubernetes_too_early" if least == "cluster" else "process_then_container"
    return card, f"{least}: {settings} settings to own; a cluster has {record['rungs']['cluster']['settings']}"
