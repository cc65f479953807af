"""JSON Schemas that settings hold: whether they are valid, and what in them does nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from losslint.settings.shapes import Json, Reading, Shape, below
from losslint.text import closest

META = "https://json-schema.org/draft/2020-12/schema"
TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")

_OTHERS = frozenset(
    (
        "$anchor", "$comment", "$dynamicAnchor", "$dynamicRef", "$id", "$ref", "$schema",
        "$vocabulary", "const", "contentEncoding", "contentMediaType", "default", "definitions",
        "dependencies", "dependentRequired", "deprecated", "description", "enum", "examples",
        "exclusiveMaximum", "exclusiveMinimum", "format", "maxContains", "maxItems", "maxLength",
        "maxProperties", "maximum", "minContains", "minItems", "minLength", "minProperties",
        "minimum", "multipleOf", "pattern", "readOnly", "required", "title", "type",
        "uniqueItems", "writeOnly",
    )
)  # fmt: skip


class JsonSchemaShape(Shape[Any]):
    """A JSON Schema of the draft of 2020-12."""

    def schema(self) -> Json:
        return {"$ref": META, **self._told}

    def read(self, value: object, key: str, reading: Reading) -> Any:
        wrong = why_no_schema(value)
        if wrong is not None:
            reading.refuse(key + wrong[0], wrong[1])
            return None
        return value


def why_no_schema(value: object) -> tuple[str, str] | None:
    """Where and why a value is no JSON Schema, as the end of a sentence; None where it is one."""
    from jsonschema.exceptions import SchemaError, best_match
    from jsonschema.validators import Draft202012Validator

    try:
        meta = Draft202012Validator(
            Draft202012Validator.META_SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        error = best_match(meta.iter_errors(value))
    except (RecursionError, SchemaError):
        return "", " is nested too deeply for a JSON Schema"
    if error is None:
        return None
    way = list(error.absolute_path)
    if way and way[-1] == "type" and isinstance(error.instance, str):
        near = closest(error.instance, TYPES)
        hint = f', did you mean "{near}"?' if near else ""
        return as_key(way), f' is "{error.instance}", but must be one of {", ".join(TYPES)}{hint}'
    return as_key(way), f" is not as JSON Schema has it: {error.message[:200]}"


def faults_of(schema: object) -> Iterator[tuple[str, str]]:
    """The words of a schema that do nothing, and the references that lead nowhere."""
    from losslint.catalog.own import OF_SCHEMAS, subschemas

    known = OF_SCHEMAS | _OTHERS
    for way, current in subschemas(schema):
        for word, value in current.items():
            near = closest(word, known) if word not in known and word[:2] != "x-" else None
            if near is not None:
                yield as_key([*way, word]), f" is no word of JSON Schema; did you mean `{near}`?"
            elif word == "$schema" and str(value).rstrip("#") != META:
                yield as_key([*way, word]), f' is "{value}", but must be "{META}"'
            elif word in ("$ref", "$dynamicRef") and not _leads(schema, value):
                yield as_key([*way, word]), f' is "{value}", which leads to nothing in this schema'


def _leads(schema: object, reference: object) -> bool:
    """Whether a reference is found without asking anything beside the schema itself."""
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    assert isinstance(schema, dict)
    resource = DRAFT202012.create_resource(schema)
    registry: Registry[Any] = Registry().with_resource(schema.get("$id", ""), resource)
    try:
        registry.resolver_with_root(resource).lookup(str(reference))
    except (Unresolvable, ValueError, LookupError, TypeError):
        # A TypeError: the way goes on behind a number.
        return reference == META
    return True


def as_key(way: Iterable[Any]) -> str:
    """The way to something in a schema, as TOML writes it behind a key."""
    text = ""
    for step in way:
        text += f"[{step}]" if isinstance(step, int) else below(".", step)[1:]
    return text
