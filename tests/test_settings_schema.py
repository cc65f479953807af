"""The reader of settings and their published schema, which editors judge by, agree."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema.validators import Draft202012Validator

from losslint.settings import schema as settings_schema
from losslint.settings.declared import SETTINGS, SettingsLayer
from losslint.settings.json_schema import META
from losslint.settings.shapes import Reading

Json = dict[str, Any]
SCHEMA: Json = settings_schema.schema()

# What stands somewhere by mistake: everything that TOML has, and what is nearly right.
_STRAYS = st.sampled_from(
    (True, 0, 1.5, datetime.date(2026, 1, 1), [], {}, [[]], [{}], {"a": []}, ["a"], {"keras": "1"})
) | st.sampled_from(("", "LL1", "3.", "1.4", "1.4\n", "²", "v1", "keras=3.15.1", "netspresso="))


def _as_ecma(schema: Json) -> Json:
    """The schema with `$` as its language has it: jsonschema's stands before a line end, too."""
    return dict(json.loads(json.dumps(schema).replace('$"', r'\\Z"')))


VALIDATOR = Draft202012Validator(_as_ecma(SCHEMA))


# Of a loss of one's own.
SCHEMAS: list[Any] = [
    True,
    False,
    {},
    {"type": "object", "properties": {"thresh": {"type": "number", "minimum": 0}}},
    {"additionalProperties": False, "required": ["a"], "properties": {"a": {"enum": [1, "b"]}}},
]


def _right(schema: Json) -> st.SearchStrategy[Any]:
    """Values that the schema of one setting allows."""
    if "anyOf" in schema:
        return st.one_of([_right(each) for each in schema["anyOf"]])
    if schema.get("$ref") == META:
        return st.sampled_from(SCHEMAS)
    if schema["type"] == "boolean":
        return st.booleans()
    if schema["type"] == "array":
        return st.lists(_right(schema["items"]), min_size=schema.get("minItems", 0), max_size=3)
    if schema["type"] == "object" and "properties" in schema:
        inner = {name: _right(each) for name, each in schema["properties"].items()}
        needed = {name: inner.pop(name) for name in schema.get("required", ())}
        return st.fixed_dictionaries(needed, optional=inner)
    if schema["type"] == "object":
        return st.dictionaries(st.text(max_size=3), _right(schema["additionalProperties"]))
    if "pattern" in schema:
        return st.from_regex(re.compile(schema["pattern"], re.ASCII), fullmatch=True)
    return st.text(min_size=1, max_size=3)


@st.composite
def _spoiled(draw: st.DrawFn, value: Any) -> Any:
    """The value with something in it replaced or, at times, added to a table or a list."""
    stray = draw(_STRAYS)
    if not isinstance(value, (list, dict)) or draw(st.booleans()):
        return stray
    if isinstance(value, list):
        at = draw(st.integers(0, len(value)))
        return [
            *value[:at],
            draw(_spoiled(value[at])) if at < len(value) else stray,
            *value[at + 1 :],
        ]
    key = draw(st.sampled_from([*value, "netspreso"]))
    return {**value, key: draw(_spoiled(value[key])) if key in value else stray}


@st.composite
def tables(draw: st.DrawFn) -> Json:
    """Tables of settings of which most, but for one mistake, are as the schema wants them."""
    names = draw(st.lists(st.sampled_from(list(SETTINGS)), unique=True, max_size=4))
    table = {name: draw(_right(SCHEMA["properties"][name])) for name in names}
    if draw(st.booleans()):
        name = draw(st.sampled_from([*names, "selct", "extend_select", "", "a.b"]))
        table[name] = draw(_spoiled(table[name]) if name in table else _STRAYS)
    return table


@given(tables())
@example({"target": {"keras": "3.1\n"}})
@example({"select": [""]})
@example({"target": {"netspreso": "1.0"}})
@example({"respect-gitignore": 1})
@example({"experiments": [[]]})
@example({"per-file-ignores": {"": []}})
@example({"losses": {"keras": {"OhemCE": {"schema": {"type": "numbr"}}}}})
@example({"losses": {"keras": {"OhemCE": {"schema": 1}}}})
@example({"losses": {"keras": {"OhemCE": {"scheme": {}}}}})
@example({"sites": [{"files": ["*.yml"]}]})
@example({"sites": [{"files": [], "path": "a..b"}]})
@example({"sites": [{"files": ["*.yml"], "path": 'a["b.c"][*].*[0]', "parametrs": "x"}]})
def test_they_give_the_same_verdict(table: Json) -> None:
    reading = Reading("losslint.toml")
    layer = SettingsLayer(table, reading)
    assert VALIDATOR.is_valid(table) is not bool(reading.problems), reading.problems
    assert all(problem.message.startswith(f"`{problem.key}`") for problem in reading.problems)
    if not reading.problems:
        assert json.loads(json.dumps(layer.values)) == {
            name: _by_name(value) if name == "target" else value for name, value in table.items()
        }


def _by_name(target: Json | list[str]) -> Json:
    pairs = (each.partition("=") for each in target if isinstance(target, list))
    return target if isinstance(target, dict) else {name: release for name, _, release in pairs}


def test_every_setting_is_described_and_its_examples_hold() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for name, each in SCHEMA["properties"].items():
        assert each["description"]
        for shown in each.get("examples", []):
            reading = Reading("losslint.toml")
            SettingsLayer({name: shown}, reading)
            assert not reading.problems


def test_the_published_schema_is_not_stale() -> None:
    assert settings_schema.main(["--check"]) == 0
