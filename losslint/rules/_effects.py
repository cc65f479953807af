"""What the framework does with a wrong value: of all that the catalog knows, the one that fits."""

import math
from collections.abc import Iterator

from losslint.catalog.model import Case, Effect, Spec
from losslint.diagnostics import Severity
from losslint.rules._values import ValueFault, shown
from losslint.rules.base import ResolvedNode

_SCALARS: dict[str, Case] = {"null": "null", "str": "text", "int": "int", "float": "float"}
_OWN: dict[str, Case] = {"length": "length", "repeated": "repeated", "all-zero": "all-zero"}


def effect_of(fault: ValueFault) -> Effect | None:
    """What the value of a fault does, where the catalog knows it."""
    for effect in fault.spec.effects:
        if fault.view.value in effect.words:
            return effect
    known = {case: effect for effect in fault.spec.effects for case in effect.cases}
    found = next((known[case] for case in _cases(fault) if case in known), None)
    if found is None and fault.spec.otherwise:
        return Effect((), fault.spec.otherwise)
    return found


def consequence(fault: ValueFault) -> str:
    """What the value of a fault does, as the tail of a message."""
    effect = effect_of(fault)
    return f"; {effect.text}" if effect is not None else ""


def decoding(view: ResolvedNode) -> str:
    """How text from the environment becomes a number, as the tail of a message."""
    if not view.is_of_environment and not view.is_environment_or_null:
        return ""
    text = shown(view).strip("\"'")
    return f"; the environment holds text: write `${{oc.decode:{text}}}`"


def severity(fault: ValueFault) -> Severity:
    """A warning where the framework computes as written but for a part without effect."""
    effect = effect_of(fault)
    return "warning" if effect is not None and effect.mild else "error"


def _cases(fault: ValueFault) -> Iterator[Case]:
    """The kinds of a fault's value, the narrowest first."""
    view = fault.view
    if fault.kind in _OWN:
        if (view.is_list and not view.items()) or (view.is_mapping and not view.pairs()):
            yield "empty"
        yield _OWN[fault.kind]
        return
    value = view.value
    if isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, (int, float)):
        yield from _number(value, fault)
    elif view.is_list or view.is_mapping:
        yield from _collection(view, fault.spec)
    elif value == "":
        yield "empty"
    if view.kind in _SCALARS:
        yield _SCALARS[view.kind]
    elif view.is_of_environment or view.is_environment_or_null:
        yield "text"
    yield "truthy" if _is_true(view) else "falsy"


def _number(value: float, fault: ValueFault) -> Iterator[Case]:
    spec = fault.spec
    if isinstance(value, float) and not math.isfinite(value):
        yield "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    elif isinstance(value, int) and not -(2**63) <= value < 2**64:
        yield "huge"
    elif isinstance(value, float) and value.is_integer():
        yield "whole"
    if value == 0:
        yield "zero"
    if fault.kind == "type" or math.isnan(value):
        return
    if spec.low is not None and value <= spec.low:
        yield "low"
    if spec.high is not None and value >= spec.high:
        yield "high"


def _collection(view: ResolvedNode, spec: Spec) -> Iterator[Case]:
    if view.is_mapping:
        keys = {member.name for member, _ in view.pairs()}
        if not keys:
            yield "empty"
        if spec.item is None or keys <= known_words(spec.item):
            yield "mapping"
        return
    items = view.items()
    if not items:
        yield "empty"
    elif all(item.kind in ("int", "float") for item in items):
        yield "numbers"
    yield "list"


def known_words(spec: Spec) -> set[str]:
    """The strings that a framework takes, whatever comes of them."""
    return {*spec.choices, *(word for effect in spec.effects for word in effect.words)}


def _is_true(view: ResolvedNode) -> bool:
    """What Python makes of a value where it asks for no more than its truth."""
    if view.is_list:
        return bool(view.items())
    if view.is_mapping:
        return bool(view.pairs())
    return bool(view.value)
