"""The verdict on one settings table, in sentences. Imported for a settings file not yet judged.

`jsonschema` does the judging, against the one schema that editors use too: a faster check by hand
would be a second truth. What it costs to import is paid once per content, because the caller keeps
the verdict on a valid file in the cache.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from losslint.settings.schema import Json, schema

if TYPE_CHECKING:
    from jsonschema import ValidationError

_KINDS = {
    "array": "a list",
    "boolean": "true or false",
    "object": "a table",
    "string": "a string",
}
_MAX_SHOWN = 60


class Fault(NamedTuple):
    """What is wrong at a key, as a whole sentence without its full stop."""

    key: str
    message: str


def faults(table: Json) -> tuple[Fault, ...]:
    """Everything that is wrong with a settings table, in the order of its keys."""
    from jsonschema.validators import Draft202012Validator

    try:
        errors = list(Draft202012Validator(schema()).iter_errors(table))
        found = [fault for error in errors for each in _closest(error) for fault in _explain(each)]
    except RecursionError:
        return (Fault("", "the settings are nested too deeply"),)
    return tuple(found)


def _closest(error: "ValidationError") -> "list[ValidationError]":
    """Of several ways that a value may be written, the errors of the one that was tried."""
    if error.validator != "anyOf":
        return [error]
    tried = [each for each in error.context or () if each.validator != "type" or each.path]
    return tried or [error]


def _explain(error: "ValidationError") -> Iterator[Fault]:
    path = list(error.absolute_path)
    key = key_of(path)
    kind, value = error.validator, cast("Any", error.instance)
    rule = cast("Any", error.validator_value)
    if kind == "additionalProperties":
        known = list(cast("Json", error.schema)["properties"])
        for name in sorted(set(value) - set(known)):
            yield Fault(key_of([*path, name]), _unknown(key_of([*path, name]), name, known))
    elif kind in ("minLength", "minItems"):
        yield Fault(key, f"`{key}` must not be empty")
    elif kind == "pattern":
        example = '"keras=3.15.1" or "netspresso=1.4.1"' if "=" in rule else None
        wanted = example or 'a release such as "1.4.1"'
        yield Fault(key, f"`{key}` must be {wanted}, not {_shown(value)}")
    elif kind == "anyOf":
        yield Fault(key, f"`{key}` must be a table or a list, not {_shown(value)}")
    else:
        wanted = _KINDS.get(str(rule), str(rule))
        yield Fault(key, f"`{key}` must be {wanted}, not {_shown(value)}")


def _unknown(key: str, name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    allowed = sorted(known)
    near = get_close_matches(name.lower().replace("_", "-"), allowed, n=1)
    if near:
        return f"`{key}` is no setting; did you mean `{near[0]}`?"
    return f"`{key}` is no setting; allowed here: {', '.join(allowed)}"


def key_of(path: Iterable[str | int]) -> str:
    """A path as TOML writes it: `per-file-ignores."legacy/**"[0]`."""
    import re

    out = ""
    for part in path:
        if isinstance(part, int):
            out += f"[{part}]"
        else:
            plain = re.fullmatch(r"[\w-]+", part)
            out += ("." if out else "") + (part if plain else f'"{part}"')
    return out


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "a table"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"
