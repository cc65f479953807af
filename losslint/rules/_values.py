"""Values against the catalog's specs: what is wrong with an argument, as data.

Several rules speak about values (type, choice, range); each takes the faults of its own kind, so
that one walk over an entry serves them all and no two of them speak of the same value.
"""

import math
from collections.abc import Iterator
from itertools import islice
from typing import Literal, NamedTuple

from losslint.catalog.model import Param, Spec, has_type
from losslint.diagnostics import MAX_FINDINGS, Related, Span
from losslint.rules._elsewhere import followed
from losslint.rules._names import known_losses
from losslint.rules.base import Context, LossDef, LossEntry, Site, entry_params, memoize_per_file
from losslint.syntax.nodes import Scalar
from losslint.syntax.read_value import ValueKind
from losslint.syntax.resolved_node import ResolvedNode

FaultKind = Literal[
    "type",
    "choice",
    "range",
    "length",
    "repeated",
    "all-zero",
    "unknown-key",
    "missing-key",
]

# Beyond this, more of the same tells nothing: in one list, and in one argument.
_MAX_FAULTS = 3
_MAX_OF_ARGUMENT = 4 * MAX_FINDINGS

_SCALARS = frozenset(("null", "bool", "int", "float", "str"))


class ValueFault(NamedTuple):
    """One thing that is wrong with a value.

    `path` is how the config names the value (`matcher.alpha`), `at` where it is used, `view`
    the value (for a key that is missing: the mapping), `word` the key that is unknown or missing.
    `file` is the name of the other file that the value stands in: what cannot be fixed here.
    """

    kind: FaultKind
    path: str
    at: Span
    view: ResolvedNode
    spec: Spec
    word: str = ""
    names: tuple[str, ...] = ()
    file: str = ""

    @property
    def related(self) -> tuple[Related, ...]:
        """Where the value comes from, if not from the place of the finding."""
        return self.view.related if not self.file else ()


@memoize_per_file
def entry_faults(entry: LossEntry, loss: LossDef, context: Context) -> tuple[ValueFault, ...]:
    """The faults of all arguments of an entry that the loss knows and uses."""
    params = {param.name: param for param in entry_params(entry, loss, context)}
    found: list[ValueFault] = []
    for argument in entry.arguments:
        param = params.get(argument.name)
        if param is not None and param.fate != "reserved" and not is_idle(entry, param):
            faults = judge(argument.view, param.spec, argument.name, context)
            found += islice(faults, _MAX_OF_ARGUMENT)
    return tuple(found)


def value_faults(site: Site, context: Context, *kinds: FaultKind) -> Iterator[ValueFault]:
    """The faults of some kinds, or of all, in all entries of a site whose loss is known."""
    known = known_losses(site, context)
    every = (fault for e, loss in known for fault in entry_faults(e, loss, context))
    return (fault for fault in every if not kinds or fault.kind in kinds)


def is_idle(entry: LossEntry, param: Param) -> bool:
    """Whether a parameter has no effect because the one that it needs is not switched on."""
    if param.needs is None:
        return False
    switch = entry.argument(param.needs)
    return switch is None or _is_off(switch.view)


def _is_off(switch: ResolvedNode | None) -> bool:
    """Whether a switch is written and false, whatever stands for it."""
    return switch is not None and switch.kind in _SCALARS and not switch.value


def judge(view: ResolvedNode, spec: Spec, path: str, context: Context) -> Iterator[ValueFault]:
    """The faults of one value. The depth is that of the spec, not of the input."""
    kind = _kind(view)
    if kind == "unknown" and view.is_environment_or_null:
        if not has_type("str", spec) and not has_type("null", spec):
            yield ValueFault("type", path, view.at, view, spec)
        return
    if kind == "unknown":
        found = followed(view, context)
        for fault in judge(found.view, spec, path, context) if found.file else ():
            yield fault._replace(at=view.at, file=found.file)
        return
    if not has_type(kind, spec):
        yield ValueFault("type", path, view.at, view, spec)
    elif spec.either:
        yield from _judge_either(view, spec, path, context)
    elif kind == "mapping":
        yield from _judge_fields(view, spec, path, context)
    elif kind == "list":
        yield from _judge_items(view, spec, path, context)
    else:
        yield from _judge_scalar(view, spec, path)


def _kind(view: ResolvedNode) -> ValueKind:
    """The type of a value; what the environment holds is text, whatever it says."""
    return "str" if view.is_of_environment else view.kind


def _judge_either(
    view: ResolvedNode, spec: Spec, path: str, context: Context
) -> Iterator[ValueFault]:
    """Nothing where one of the specs takes the value; else the faults of the closest one."""
    candidates = [option for option in spec.either if has_type(view.kind, option)]
    faults = [list(judge(view, option, path, context)) for option in candidates or spec.either]
    yield from min(faults, key=len)


def _judge_scalar(view: ResolvedNode, spec: Spec, path: str) -> Iterator[ValueFault]:
    value = view.value
    if isinstance(value, str):
        if spec.choices and value not in spec.choices:
            yield ValueFault("choice", path, view.at, view, spec)
        elif any(character in value for character in spec.excludes):
            yield ValueFault("range", path, view.at, view, spec)
    elif isinstance(value, bool):
        if any(value is never for never in spec.never):
            yield ValueFault("range", path, view.at, view, spec)
    elif isinstance(value, (int, float)) and not in_range(value, spec):
        yield ValueFault("range", path, view.at, view, spec)


def in_range(value: float, spec: Spec) -> bool:
    """Whether a number is one that the spec allows."""
    if isinstance(value, float) and not math.isfinite(value):
        if not spec.finite:
            return True
        if math.isnan(value) or not spec.infinite:
            return False
    if any(value == never for never in spec.never if not isinstance(never, bool)):
        return False
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        # What is compared only may have any size, such as a negative number that switches something
        # off; what enters a tensor may not.
        return (spec.low is None and value < 0) or (spec.low is None and spec.high is None)
    if spec.low is not None and (value < spec.low or (spec.low_open and value == spec.low)):
        return False
    return not (
        spec.high is not None and (value > spec.high or (spec.high_open and value == spec.high))
    )


def is_class_index(view: ResolvedNode, spec: Spec) -> bool:
    """Whether a value is an integer of 64 bits that a spec for negative indices refuses."""
    value = view.value
    if view.kind != "int" or not isinstance(value, int) or spec.high != -1:
        return False
    return 0 <= value < 2**63


def ignored_index(entry: LossEntry, default: int, context: Context) -> int | None:
    """The label that an entry leaves out; None where it cannot be told."""
    argument = entry.argument("ignore_index")
    if argument is None:
        return None if entry.view.is_open else default
    return followed(argument.view, context).view.integer


def _judge_fields(
    view: ResolvedNode, spec: Spec, path: str, context: Context
) -> Iterator[ValueFault]:
    if not spec.fields:
        return
    fields = {field.name: field for field in spec.fields}
    members = view.pairs()
    written = {member.name for member, _ in members}
    for member, value in members:
        field = fields.get(member.name)
        if field is not None and field.needs is not None and _is_off(view.get(field.needs)):
            continue
        if field is None:
            names = tuple(name for name in fields if name not in written)
            yield ValueFault("unknown-key", path, member.at, view, spec, member.name, names)
        else:
            yield from judge(value, field.spec, f"{path}.{member.name}", context)
    if view.is_open:
        return
    for field in spec.fields:
        if field.required and field.name not in written:
            yield ValueFault("missing-key", path, view.at, view, spec, field.name)
    told = not members and any(field.required for field in spec.fields)
    if spec.some_nonzero and not told and _all_zero([value for _, value in members]):
        yield ValueFault("all-zero", path, view.at, view, spec)


def _all_zero(views: list[ResolvedNode]) -> bool:
    return all(v.kind in ("int", "float") and v.value == 0 for v in views)


def _judge_items(
    view: ResolvedNode, spec: Spec, path: str, context: Context
) -> Iterator[ValueFault]:
    items = view.items()
    low, high = spec.length or (0, None)
    if len(items) < low or (high is not None and len(items) > high) or len(items) % spec.multiple:
        yield ValueFault("length", path, view.at, view, spec)
    if spec.unique:
        yield from _repeated(items, spec, path)
    if spec.some_nonzero and items and _all_zero(items):
        yield ValueFault("all-zero", path, view.at, view, spec)
    if spec.item is None:
        return
    count = 0
    for index, item in enumerate(items):
        for fault in judge(item, spec.item, f"{path}[{index}]", context):
            yield fault
            count += 1
            if count == _MAX_FAULTS:
                return


def _repeated(items: list[ResolvedNode], spec: Spec, path: str) -> Iterator[ValueFault]:
    seen: set[object] = set()
    for index, item in enumerate(items):
        if item.kind in ("list", "mapping", "unknown"):
            continue
        if item.value in seen:
            yield ValueFault("repeated", f"{path}[{index}]", item.at, item, spec)
        seen.add(item.value)


def place(fault: ValueFault) -> str:
    """Where a value stands, if in another file: " in training.yaml"."""
    return f" in {fault.file}" if fault.file else ""


def shown(view: ResolvedNode, limit: int = 40) -> str:
    """A value as messages show it: its own text, shortened; of a block scalar what it holds."""
    node = view.node
    if isinstance(node, Scalar) and node.is_block:
        import json

        # In quotes, as it would be written on one line.
        return json.dumps(_cut(node.value, limit), ensure_ascii=False)
    text = view.text[node.start : node.end] if node.end > node.start else "null"
    return _cut(" ".join(text.split()), limit)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def described(view: ResolvedNode) -> str:
    """A value with its type: `the string "0.1"`, `null`, `the list [1, 2]`."""
    kind = _kind(view)
    if kind == "null":
        return "null"
    if view.is_environment_or_null:
        return f"a string or null, {shown(view)}"
    if kind == "str" and view.node.end > view.node.start:
        text = shown(view)
        return f"the string {text}" if text[:1] in "\"'" else f'the string "{text}"'
    word = {"bool": "the boolean", "int": "the integer", "float": "the float"}.get(kind)
    return f"{word} {shown(view)}" if word else f"a {kind}"
