"""Choosing the row of the catalog that speaks of a loss with these parameters in this model.

A row speaks of every loss that it relates. Whether there is a softmax to take out, or a layer that
resizes, is for the config and the model around it to say; where neither tells, the row's own words
stand.
"""

from typing import NamedTuple

from losslint.catalog.equivalences import modifiers, rows_of
from losslint.catalog.equivalences_model import Equivalence, Fact, From, Test
from losslint.convert.model import Arguments, Read, Refused
from losslint.dialects.model_info import ModelInfo

MEAN_LIKE = ("sum_over_batch_size", "mean", "mean_with_sample_weight", "auto")

# The name of the object, and what Keras 2 writes for itself: nothing is computed with them.
_NEVER_COUNT = frozenset(("name", "fn"))


class Match(NamedTuple):
    """The row that relates the loss, and those that its parameters add."""

    row: Equivalence
    modifiers: tuple[Equivalence, ...] = ()


def choose(read: Read, facts: ModelInfo) -> Match | Refused:
    """The rows for a loss, or why there is none."""
    source, name = read.loss.dialect, read.loss.name
    candidates = rows_of(source, name)
    if not candidates:
        return Refused(f"no equivalence of {name} was measured")
    for row in candidates:
        if not _unmet(row, read.arguments, facts):
            break
    else:
        return Refused(_no_row(name, candidates, read.arguments, facts))
    added: list[Equivalence] = []
    for modifier in modifiers(source, name):
        covered = {test.param for other in added for test in other.tests}
        if not _unmet(modifier, read.arguments, facts) and not (
            covered & {test.param for test in modifier.tests}
        ):
            added.append(modifier)
    match = Match(row, tuple(added))
    left = _unaccounted(match, read.arguments) if row.action != "refuse" else None
    if left is not None:
        value = read.arguments.values[left]
        parameter = f"`{left}: {shown(value)}`"
        nearest = _nearest_to(match.row)
        return Refused(f"no equivalence of {name} was measured with {parameter}{nearest}")
    return match


def shown(value: object) -> str:
    """A value as messages show it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def _unmet(row: Equivalence, arguments: Arguments, facts: ModelInfo) -> list[Test | Fact]:
    """What keeps a row from applying."""
    unmet: list[Test | Fact] = [test for test in row.tests if not _passes(test, arguments)]
    unmet += [fact for fact in row.given if facts.known.get(fact[0]) not in fact[1]]
    unmet += [fact for fact in row.assumes if facts.known.get(fact[0], fact[1][0]) not in fact[1]]
    return unmet


def _passes(test: Test, arguments: Arguments) -> bool:
    """Whether a parameter passes a test."""
    value = arguments.values.get(test.param)
    if test.op == "given":
        return test.param in arguments.written and value is not None
    if test.op == "null":
        return test.param not in arguments.written or value is None
    if test.op == "sum":
        return value == "sum" or value is False
    if test.op == "mean":
        return value is None or value is True
    if test.op == "none":
        return value is None or value == "none"
    if test.op == "is" and not _is_number(test.value):
        return isinstance(value, list) if test.value is list else value == test.value
    return _in_range(test, value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _in_range(test: Test, value: object) -> bool:
    bound = test.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if not isinstance(bound, (int, float)):
        return False
    if test.op == "is":
        return value == bound
    if test.op == "above":
        return bound < value < float("inf")
    if test.op == "below":
        return float("-inf") < value < bound
    if test.op == "at_least":
        return bound <= value < float("inf")
    return bound <= value <= test.high


def _unaccounted(match: Match, arguments: Arguments) -> str | None:
    """A parameter of the file that no chosen row speaks of, and that is no default."""
    spoken = set(match.row.free) | _NEVER_COUNT
    for row in (match.row, *match.modifiers):
        spoken |= {test.param for test in row.tests}
        spoken |= {value.param for _, value in row.params if isinstance(value, From)}
        if isinstance(row.weight, From):
            spoken.add(row.weight.param)
    if arguments.values.get("reduction") in MEAN_LIKE:
        spoken.add("reduction")
    for param in sorted(arguments.written - spoken):
        if not _is_default(param, arguments.values[param]):
            return param
    return None


def _is_default(param: str, value: object) -> bool:
    """Whether a value says what its absence says; the parameters that every loss may have."""
    if param == "axis":
        return value == -1
    return param == "dtype" and value in (None, "float32")


def _no_row(
    name: str, candidates: tuple[Equivalence, ...], arguments: Arguments, facts: ModelInfo
) -> str:
    """Why no row of a loss applies: what the nearest one asks for."""
    convertible = [row for row in candidates if row.action != "refuse"] or list(candidates)
    usual = [
        row
        for row in convertible
        if all(facts.known.get(name) in values for name, values in row.given)
    ]
    convertible = usual or convertible
    every = [(row, _unmet(row, arguments, facts)) for row in convertible]
    # What the config says counts more than what is guessed of the model around it.
    row, unmet = min(every, key=lambda e: (sum(isinstance(u, Test) for u in e[1]), len(e[1])))
    told = [_asks(each, arguments, facts) for each in unmet]
    return f"no equivalence of {name} was measured here: {'; '.join(told)}{_nearest_to(row)}"


def _nearest_to(row: Equivalence) -> str:
    """The end of a sentence that names the target of a row that does not hold; else empty."""
    if row.target is None:
        return ""
    return f"; nearest is {row.target}, and how far it is off there was not measured"


_FACT_WORDS = {
    "head": "the model ends in",
    "task": "the task is",
    "units": "units of the last layer:",
    "labels": "labels are",
    "weights": "sample weights:",
    "resize": "resized:",
    "classes": "classes:",
    "outputs": "outputs:",
    "regularizer": "regularizers:",
}
_OP_WORDS = {"at_least": "at least", "above": "above", "below": "below", "is": ""}


def _asks(unmet: Test | Fact, arguments: Arguments, facts: ModelInfo) -> str:
    if isinstance(unmet, Test):
        value = arguments.values.get(unmet.param)
        have = f"`{unmet.param}` is {shown(value)}"
        if unmet.op == "within":
            return f"{have}, and it holds from {shown(unmet.value)} to {shown(unmet.high)}"
        if unmet.op in _OP_WORDS and unmet.value is not list:
            asked = f"{_OP_WORDS[unmet.op]} {shown(unmet.value)}".strip()
            return f"{have}, and it holds for {asked}"
        return have
    have = facts.known.get(unmet[0], "not known")
    asked = " or ".join(unmet[1])
    return f"{_FACT_WORDS[unmet[0]]} {have}, and it holds for {asked}"
