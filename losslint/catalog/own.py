"""Losses of one's own, as a project declares them: a name, and a JSON Schema of the parameters.

What the catalog says of its own losses in `Spec` and `Param` is said of these by a schema. It is
read here only as far as people are told of it, in hovers, pages and messages; the schema itself
judges.
"""

import json
from collections.abc import Container, Iterator
from typing import Any

from losslint.catalog.describe import allowed, json_like
from losslint.catalog.model import LossDef, Name, Param, Spec, Type, VersionKey, params_at

_TYPES: dict[str, Type] = {
    "null": "null",
    "boolean": "bool",
    "integer": "int",
    "number": "number",
    "string": "str",
    "array": "list",
    "object": "mapping",
}
# What is only said of one type: people are told that type, where a schema names none.
_OF_WORDS = {
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
    "string": {"minLength", "maxLength", "pattern", "format"},
    "array": {"items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"},
    "object": {"properties", "required", "additionalProperties", "patternProperties"},
}
_ANY: tuple[Type, ...] = ("null", "bool", "number", "str", "list", "mapping")
_OF_VALUES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
_ONE = frozenset(
    (
        "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not",
        "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
    )
)  # fmt: skip
_LISTS = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_TABLES = frozenset(("$defs", "dependentSchemas", "patternProperties", "properties"))
OF_SCHEMAS = _ONE | _LISTS | _TABLES
"""The words of JSON Schema that hold schemas."""
_MAX_SCHEMAS = 10_000

_PLAIN = ("type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "anyOf", "oneOf")
_SAID = {
    "const": "{}",
    "multipleOf": "a multiple of {}",
    "pattern": "a string that matches {}",
    "minLength": "a string of at least {} characters",
    "maxLength": "a string of at most {} characters",
    "minItems": "a list of at least {} items",
    "maxItems": "a list of at most {} items",
    "minProperties": "a mapping of at least {} keys",
    "maxProperties": "a mapping of at most {} keys",
}
# As deep as anybody is told of a schema.
_TOLD = 4


def as_loss(framework: str, name: str, schema: str, base: LossDef | None, file: str) -> LossDef:
    """What people are told of a loss that a settings file declares, and that may extend another."""
    said = _table(json.loads(schema))
    properties = said.get("properties", {})
    inherited = base.params if base is not None else ()
    needed = {*said.get("required", ()), *(each.name for each in inherited if each.required)}
    shapes = {each.name: _schema_of(each) for each in inherited if each.name in properties}
    own = (
        _param(each, shapes.get(each, {}) | _table(properties[each]), needed) for each in properties
    )
    kept = (each for each in inherited if each.name not in properties)
    return LossDef(
        name,
        framework,
        f"{said.get('description') or said.get('title') or 'A loss of your own.'}"
        f" Declared in {file}.",
        params=(*own, *kept),
        names=(Name(name),),
    )


def _schema_of(param: Param) -> dict[str, Any]:
    from losslint.catalog.schemas.values import param_schema, plain

    return {**param_schema(param, plain), "description": param.note}


def _table(schema: object) -> dict[str, Any]:
    """A schema that says something; one of true or false says nothing that people are told."""
    return schema if isinstance(schema, dict) else {}


def _param(name: str, schema: dict[str, Any], needed: Container[str], depth: int = 0) -> Param:
    note = str(schema.get("description") or "")
    return Param(name, spec_of(schema, depth), schema.get("default"), name in needed, note=note)


def spec_of(schema: object, depth: int = 0) -> Spec:
    """What a schema allows, as far as a `Spec` can say it."""
    if not isinstance(schema, dict) or depth == _TOLD:
        return Spec(_ANY)
    options = schema.get("anyOf") or schema.get("oneOf")
    if options and "type" not in schema:
        either = tuple(spec_of(each, depth + 1) for each in options)
        types = tuple(dict.fromkeys(kind for each in either for kind in each.types))
        return Spec(types, either=either)
    values = [schema["const"]] if "const" in schema else schema.get("enum", ())
    words = schema.get("type") or list(dict.fromkeys(_OF_VALUES[type(v)] for v in values))
    words = words or [kind for kind, of_kind in _OF_WORDS.items() if of_kind & schema.keys()]
    named = [words] if isinstance(words, str) else words
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    bounds = (schema.get("minItems", 0), schema.get("maxItems"))
    needed = schema.get("required", [])
    fields = schema.get("properties", {}).items()
    return Spec(
        tuple(_TYPES[word] for word in named) or _ANY,
        low=low if above is None else above,
        high=high if below is None else below,
        low_open=above is not None,
        high_open=below is not None,
        choices=tuple(value for value in values if isinstance(value, str)),
        item=spec_of(schema["items"], depth + 1) if "items" in schema else None,
        fields=tuple(_param(name, _table(each), needed, depth + 1) for name, each in fields),
        length=None if bounds == (0, None) else bounds,
        unique=bool(schema.get("uniqueItems")),
    )


def whole_schema(schema: str, base: LossDef | None, version: VersionKey) -> Any:
    """The schema of all parameters of a loss of one's own, those of its base at a release included.

    What both speak of must suit both; what neither knows is refused, unless the schema itself says
    what other parameters there may be.
    """
    read = json.loads(schema)
    if base is None or read is False:
        return read
    from losslint.catalog.schemas.values import object_schema, plain

    said = _table(read)
    inherited = object_schema(params_at(base, version), plain)
    properties = dict(inherited["properties"])
    for name, each in said.get("properties", {}).items():
        properties[name] = {"allOf": [properties[name], each]} if name in properties else each
    whole = {
        "additionalProperties": "unevaluatedProperties" in said or False,
        **said,
        "properties": properties,
        "required": list(
            dict.fromkeys((*inherited.get("required", ()), *said.get("required", ())))
        ),
    }
    conditions = [*said.get("allOf", ()), *inherited.get("allOf", ())]
    return {**whole, "allOf": conditions} if conditions else whole


def subschemas(schema: object) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """A schema and all that stand in it, but for true and false, each with the way to it."""
    todo: list[tuple[tuple[str | int, ...], object]] = [((), schema)]
    for _ in range(_MAX_SCHEMAS):
        if not todo:
            return
        way, current = todo.pop()
        if not isinstance(current, dict):
            continue
        yield way, current
        for word, value in current.items():
            if word in _ONE:
                todo.append(((*way, word), value))
            elif word in _LISTS and isinstance(value, list):
                todo += (((*way, word, at), each) for at, each in enumerate(value))
            elif word in _TABLES and isinstance(value, dict):
                todo += (((*way, word, name), each) for name, each in value.items())


def wanted(word: str, limit: Any, schema: dict[str, Any]) -> str:
    """What one word of a schema wants of a value, in words."""
    if word == "None" or (word == "not" and limit in ({}, True)):
        return "left out"
    if word == "enum":
        return f"one of {', '.join(map(json_like, limit))}"
    if word == "uniqueItems":
        return "a list in which nothing stands twice"
    if word in _SAID:
        return _SAID[word].format(json_like(limit))
    if word in _PLAIN and (words := allowed(spec_of(schema))):
        return words
    return f"what the schema says under `{word}`"
