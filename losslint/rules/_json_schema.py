"""What jsonschema says of data, as records; it is imported where a project declares a schema."""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from losslint.catalog.own import subschemas
from losslint.diagnostics import MAX_FINDINGS

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


class SchemaError(NamedTuple):
    """An error of jsonschema: which word of which schema refuses what, and where."""

    word: str
    limit: Any
    schema: dict[str, Any]
    instance: Any
    way: tuple[str | int, ...]
    schema_way: tuple[str | int, ...]


@lru_cache(maxsize=64)
def _validator(schema: str) -> Validator:
    from jsonschema.validators import Draft202012Validator
    from jsonschema_specifications import REGISTRY

    # With a registry of its own it asks nobody else for what a reference names.
    return Draft202012Validator(_with_places(json.loads(schema)), registry=REGISTRY)


def _with_places(schema: Any) -> Any:
    """A schema in which what must not be there is told with its place: of `false` none is."""
    for _, each in subschemas(schema):
        tables = [each.get(word, {}) for word in ("properties", "patternProperties")]
        for table in tables:
            table |= {name: {"not": {}} for name, inner in table.items() if inner is False}
        if "prefixItems" in each:
            items = each["prefixItems"]
            each["prefixItems"] = [{"not": {}} if item is False else item for item in items]
    return schema


def errors_of(schema: str, data: dict[str, Any]) -> list[SchemaError]:
    """The errors of data under a schema that is given as text; none where it cannot be judged."""
    from referencing.exceptions import Unresolvable

    try:
        found = list(islice(_validator(schema).iter_errors(data), MAX_FINDINGS))
    except (RecursionError, Unresolvable):
        # A schema that goes round in a circle, or a value that is nested as deeply, tells nothing.
        return []
    return [
        SchemaError(
            str(each.validator),
            each.validator_value,
            each.schema if isinstance(each.schema, dict) else {},
            each.instance,
            tuple(each.absolute_path),
            tuple(each.absolute_schema_path),
        )
        for each in found
    ]
