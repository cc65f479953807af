"""Specs and parameters of the catalog as JSON Schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from losslint.catalog.describe import facts, terms
from losslint.catalog.model import LossDef, Param, Spec, Type

Schema = dict[str, Any]
Respelled = Callable[[str], str]
Wrap = Callable[[Schema], Schema]
# The name of a loss of one's own → the schema of its parameters.
OwnSchemas = Mapping[str, object]
NO_OWN: Final[OwnSchemas] = MappingProxyType({})

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_JSON_TYPES: dict[Type, str] = {
    "null": "null",
    "bool": "boolean",
    "int": "integer",
    "float": "number",
    "number": "number",
    "str": "string",
    "list": "array",
    "mapping": "object",
}

# JSON Schema counts no remainders, so the lengths that leave one are listed, up to this one.
_LONGEST = 64


def spec_schema(spec: Spec, wrap: Wrap) -> Schema:
    """What a spec allows; `wrap` lets through what every value of a style may be instead."""
    if spec.either:
        return {"anyOf": [spec_schema(one, wrap) for one in spec.either]}
    types = [_JSON_TYPES[type_] for type_ in spec.types]
    schema: Schema = {"type": types[0] if len(types) == 1 else types}
    if spec.choices:
        schema["enum"] = [*spec.choices, *([None] if "null" in spec.types else [])]
    if spec.excludes:
        schema["pattern"] = f"^[^{spec.excludes}]*$"
    schema |= _bounds(spec) | _items(spec, wrap)
    if spec.fields:
        schema |= object_schema(spec.fields, wrap)
    forbidden = _forbidden(spec)
    if forbidden:
        schema["not"] = forbidden[0] if len(forbidden) == 1 else {"anyOf": forbidden}
    return schema


def _bounds(spec: Spec) -> Schema:
    schema: Schema = {}
    if spec.low is not None:
        schema["exclusiveMinimum" if spec.low_open else "minimum"] = spec.low
    if spec.high is not None:
        schema["exclusiveMaximum" if spec.high_open else "maximum"] = spec.high
    return schema


def _items(spec: Spec, wrap: Wrap) -> Schema:
    schema: Schema = {}
    if spec.item is not None:
        schema["items"] = wrap(spec_schema(spec.item, wrap))
    if spec.length is not None:
        schema["minItems"] = spec.length[0]
        if spec.length[1] is not None:
            schema["maxItems"] = spec.length[1]
    if spec.unique:
        schema["uniqueItems"] = True
    return schema


def _forbidden(spec: Spec) -> list[Schema]:
    found: list[Schema] = []
    if spec.never:
        found.append({"enum": list(spec.never)})
    if spec.some_nonzero and "mapping" in spec.types:
        found.append({"type": "object", "additionalProperties": {"const": 0}})
    if spec.some_nonzero and "list" in spec.types:
        found.append({"type": "array", "items": {"const": 0}})
    if spec.multiple > 1:
        lengths = [n for n in range(1, _LONGEST) if n % spec.multiple]
        found.extend({"type": "array", "minItems": n, "maxItems": n} for n in lengths)
    return found


def about(loss: LossDef) -> str:
    """What an editor shows of a loss."""
    if loss.contract is None:
        return loss.summary
    words = {word: text for word, text in facts(loss) if word in ("predictions", "targets")}
    return " ".join([loss.summary, *(f"{w.capitalize()}: {t}." for w, t in words.items())])


def param_schema(param: Param, wrap: Wrap) -> Schema:
    """One parameter, with what an editor shows of it."""
    schema: Schema = {"title": param.name, "description": _about_param(param)}
    if param.fate == "reserved":
        return schema | {"not": {}}
    if param.fate == "ignored":
        return schema | {"const": param.default}
    if not param.required and (param.default is not None or "null" in param.spec.types):
        schema["default"] = param.default
    return schema | wrap(spec_schema(param.spec, wrap))


def _about_param(param: Param) -> str:
    if param.fate != "used":
        return param.note
    words = terms(param)
    return " ".join(filter(None, (param.note, f"{words[0].upper()}{words[1:]}.")))


def object_schema(params: Iterable[Param], wrap: Wrap) -> Schema:
    """An object of exactly these parameters."""
    listed = tuple(params)
    # One that is required stands there even where its switch is off, with any value.
    free = [param for param in listed if param.needs is not None and param.required]
    schema: Schema = {
        "properties": {
            param.name: _free(param) if param in free else param_schema(param, wrap)
            for param in listed
        },
        "required": [param.name for param in listed if param.required],
        "additionalProperties": False,
    }
    conditions = [
        _unless_off(param, wrap) if param in free else _only_with(param)
        for param in listed
        if param.needs is not None
    ]
    if conditions:
        schema["allOf"] = conditions
    return schema if schema["required"] else _without(schema, "required")


def _free(param: Param) -> Schema:
    return {"title": param.name, "description": _about_param(param)}


def _unless_off(param: Param, wrap: Wrap) -> Schema:
    needed = param.needs or ""
    return {
        "if": {"properties": {needed: {"const": False}}, "required": [needed]},
        "else": {"properties": {param.name: wrap(spec_schema(param.spec, wrap))}},
    }


def _only_with(param: Param) -> Schema:
    needed = param.needs or ""
    return {
        "if": {"properties": {needed: {"const": True}}, "required": [needed]},
        "else": {"properties": {param.name: {"const": param.default}}},
    }


def _without(schema: Schema, key: str) -> Schema:
    return {name: value for name, value in schema.items() if name != key}


# What counts keys, or speaks of all of them, would count those beside the parameters.
_OF_ALL_KEYS = ("maxProperties", "minProperties", "propertyNames")


def beside(schema: object, keys: Schema, respelled: Respelled, wrap: Wrap, name: str) -> Schema:
    """The schema of parameters as that of an entry, in which `keys` stand beside them.

    References of a schema lead into itself, wherever it stands.
    """
    if not isinstance(schema, dict):
        return {"properties": keys} if schema else {"not": {}}
    properties = {respelled(key): wrap(each) for key, each in schema.get("properties", {}).items()}
    kept = {word: value for word, value in schema.items() if word not in _OF_ALL_KEYS}
    return {
        "$id": f"own/{name}",
        **kept,
        "properties": {**keys, **properties},
        "required": [*keys, *map(respelled, schema.get("required", ()))],
    }


def ref(name: str) -> Schema:
    """A definition of the same file."""
    return {"$ref": f"#/$defs/{name}"}


def plain(schema: Schema) -> Schema:
    """No wrapping: values stand for themselves."""
    return schema


def is_(key: str, value: str) -> Schema:
    """An object whose key holds that text."""
    return _holding(key, {"const": value})


def is_one_of(key: str, values: list[str]) -> Schema:
    """An object whose key holds one of these texts."""
    return _holding(key, {"enum": values})


def _holding(key: str, value: Schema) -> Schema:
    return {"type": "object", "properties": {key: value}, "required": [key]}


def when(condition: Schema, then: Schema) -> Schema:
    """What holds where a condition does."""
    return {"if": condition, "then": then}
