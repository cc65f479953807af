"""Parameters of losses of one's own against the JSON Schema that declares them, as data."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from losslint.catalog.model import params_at
from losslint.catalog.own import wanted
from losslint.diagnostics import Span
from losslint.dialects.declarations import OwnLoss, schema_at, told
from losslint.rules._json_schema import SchemaError, errors_of
from losslint.rules.base import Argument, Context, LossEntry, ResolvedNode, entry_params
from losslint.syntax.plain import holds_unknown, plain

# Such a fault of a mapping is about its keys, whatever the values are.
_OF_KEYS = ("additionalProperties", "dependentRequired", "required")


class SchemaFault(NamedTuple):
    """One thing that a schema refuses.

    `path` is how the config names the value, `view` the value; none for the parameters as a whole.
    `argument` is the key that should not be there, `names` those that may; `missing` the one that
    should. `wanted` says in words what else is wrong, `choices` which strings there are.
    """

    path: str
    at: Span
    view: ResolvedNode | None = None
    argument: Argument | None = None
    names: tuple[str, ...] = ()
    missing: str = ""
    wanted: str = ""
    choices: tuple[str, ...] = ()


class _Written(NamedTuple):
    """The parameters of an entry as the schema spells them, and those in a spelling of no style.

    `free` are those that are not written yet, as the style of the entry spells them.
    """

    arguments: dict[str, Argument]
    misspelt: tuple[Argument, ...]
    free: tuple[str, ...]


def faults_of(entry: LossEntry, own: OwnLoss, context: Context) -> Iterator[SchemaFault]:
    """What the schema of a loss of one's own refuses in an entry; what is unknown is let through."""
    written = _written(entry, own, context)
    for argument in written.misspelt:
        yield SchemaFault(argument.name, argument.key, None, argument, written.free)
    data = {name: plain(each.view) for name, each in written.arguments.items()}
    schema = schema_at(own, context.target(entry.dialect).version)
    seen: set[tuple[object, ...]] = set()
    for error in errors_of(json.dumps(schema), data):
        # Of several missing keys there is an error each, and each names all of them.
        place = (error.way, error.schema_way)
        if place not in seen and not _may_be_right(error, data, entry):
            yield from _as_faults(error, entry, written)
        seen.add(place)


def _written(entry: LossEntry, own: OwnLoss, context: Context) -> _Written:
    version = context.target(entry.dialect).version
    known = [each.name for each in params_at(told(own), version) if each.fate != "reserved"]
    spelled = {entry.style.spelled(name): name for name in known}
    arguments, misspelt = {}, []
    for argument in entry.arguments:
        if argument.name in known and argument.name not in spelled:
            misspelt.append(argument)
        elif argument.name:
            arguments[spelled.get(argument.name, argument.name)] = argument
    beside = [each.name for each in entry.dialect.keys_beside()]
    if entry.weight is not None and entry.weight_view is not None:
        if "weight" in known:
            arguments["weight"] = Argument("weight", entry.weight.at, entry.weight_view)
        beside.clear()
    listed = (each.name for each in entry_params(entry, told(own), context))
    free = (name for name in listed if name in spelled and spelled[name] not in arguments)
    return _Written(arguments, tuple(misspelt), (*free, *beside))


def _may_be_right(error: SchemaError, data: object, entry: LossEntry) -> bool:
    """Whether what the file does not tell may be what the schema wants."""
    if error.word in ("required", "dependentRequired") and _is_open(error, entry):
        return True
    if not {"then", "else"}.isdisjoint(error.schema_way) and holds_unknown(data):
        return True
    return error.word not in _OF_KEYS and (
        holds_unknown(error.instance) or (not error.way and _is_open(error, entry))
    )


def _is_open(error: SchemaError, entry: LossEntry) -> bool:
    """Whether the mapping that an error is about may have keys that cannot be seen."""
    way = error.way
    argument = entry.argument(str(way[0])) if way else None
    view = _below(argument.view, way[1:]) if argument is not None else None
    held = (view,) if view is not None else (entry.view, entry.holder)
    return any(each.is_open or each.kind == "unknown" for each in held)


def _as_faults(error: SchemaError, entry: LossEntry, written: _Written) -> Iterator[SchemaFault]:
    way = error.way
    argument = written.arguments[str(way[0])] if way else None
    view = _below(argument.view, way[1:]) if argument is not None else None
    path = _shown(argument.name if argument is not None else "", way[1:])
    at = view.at if view is not None else (entry.name or entry.view).at
    if (missing := _missing(error)) is not None:
        for name in missing:
            spelled = name if way else entry.style.spelled(name)
            yield SchemaFault(path, at, view, missing=spelled)
    elif (unwanted := _unwanted(error)) is not None:
        for name in unwanted:
            yield _key_fault(name, error, path, view, written)
    elif (
        error.word == "unevaluatedProperties"
        and view is None
        and (found := _unevaluated(error, written))
    ):
        for each in found:
            yield SchemaFault(each.name, each.key, None, each, written.free)
    else:
        yield SchemaFault(
            path,
            at,
            view,
            wanted=wanted(error.word, error.limit, error.schema),
            choices=_choices(error),
        )


def _missing(error: SchemaError) -> list[str] | None:
    """The keys that a mapping lacks, where an error is about such."""
    if error.word == "dependentRequired":
        needed = [
            name for key, names in error.limit.items() if key in error.instance for name in names
        ]
    elif error.word == "required":
        needed = error.limit
    else:
        return None
    return [name for name in dict.fromkeys(needed) if name not in error.instance]


def _unwanted(error: SchemaError) -> list[str] | None:
    """The keys that a mapping should not have, where an error is about such."""
    if "propertyNames" in error.schema_way and isinstance(error.instance, str):
        return [error.instance]
    if error.word != "additionalProperties":
        return None
    import re

    named, patterns = (error.schema.get(word, {}) for word in ("properties", "patternProperties"))
    free = (name for name in error.instance if name not in named)
    return [name for name in free if not any(re.search(each, name) for each in patterns)]


def _key_fault(
    name: str,
    error: SchemaError,
    path: str,
    view: ResolvedNode | None,
    written: _Written,
) -> SchemaFault:
    """A key that should not be there."""
    if view is None:
        argument = written.arguments[name]
        return SchemaFault(argument.name, argument.key, None, argument, written.free)
    found = view.member(name)
    argument = Argument(name, found[0].at if found else view.at, found[1] if found else view)
    names = tuple(each for each in error.schema.get("properties", {}) if view.get(each) is None)
    return SchemaFault(f"{path}.{name}", argument.key, view, argument, names)


def _unevaluated(error: SchemaError, written: _Written) -> list[Argument]:
    """The parameters that no part of a schema speaks of: those that are refused alone, too."""
    found: list[Argument] = []
    for name, argument in written.arguments.items():
        alone = errors_of(json.dumps(error.schema), {name: error.instance[name]})
        if any(each.word == error.word and not each.way for each in alone):
            found.append(argument)
    return found


def _below(view: ResolvedNode, way: tuple[str | int, ...]) -> ResolvedNode:
    """The value that a way leads to."""
    for step in way:
        found = view.items()[step] if isinstance(step, int) else view.get(step)
        if found is None:
            break
        view = found
    return view


def _shown(name: str, way: tuple[str | int, ...]) -> str:
    return name + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way)


def _choices(error: SchemaError) -> tuple[str, ...]:
    values = error.limit if error.word == "enum" else [error.schema.get("const")]
    return tuple(value for value in values if isinstance(value, str))
