"""The JSON Schemas and the rules give the same verdict on generated entries, sound and broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from losslint.catalog import keras, netspresso, platform
from losslint.catalog.model import LossDef, holds, version_key
from losslint.catalog.schemas import SchemaStyle, entry_schema
from losslint.linter.apply_rules import Checked

_NETSPRESSO = version_key(netspresso.NEWEST)
_KERAS = version_key(keras.NEWEST)
assert _NETSPRESSO is not None
assert _KERAS is not None
CRITERIA = [d for d in netspresso.LOSSES if holds(d.since, d.until, _NETSPRESSO)]

# JSON has no NaN; 255.0 and 255 are one number to a schema and two to torch. Which numbers are too
# small for float32 only the rules say.
numbers = st.floats(-1e6, 1e6).filter(
    lambda x: not x.is_integer() and abs(x) > 1e-30
) | st.sampled_from([0.5, 1.5])
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-300, 300)
    | numbers
    | st.sampled_from(["", "0.1", "true", "sum", "none", "auto", "float32", "a/b", "vfl", "boxes"])
)
values = (
    scalars
    | st.lists(scalars, max_size=3)
    | st.dictionaries(st.sampled_from("ab"), scalars, max_size=2)
)
keys = st.sampled_from(["reduction", "label_smoothing", "alpha", "gamma", "foo", "params", "delta"])

# What one entry alone decides: LL1 its parameters, LL21 its weight, LL303 its class index, LL405
# Keras 2's own key.
_ENTRY_RULES = ("LL1", "LL21", "LL303", "LL405")


@st.composite
def mutated(draw: st.DrawFn, start: dict[str, object], names: list[str]) -> dict[str, object]:
    """An entry with up to three keys dropped, added or given another value."""
    entry = json.loads(json.dumps(start))
    for _ in range(draw(st.integers(0, 3))):
        action = draw(st.sampled_from(["drop", "set", "add", "deep"]))
        key = draw(st.sampled_from(names) if names and action != "add" else keys)
        if action == "drop":
            entry.pop(key, None)
        elif action == "deep" and isinstance(entry.get(key), dict) and entry[key]:
            inner = draw(st.sampled_from(sorted(entry[key])))
            entry[key][inner] = draw(values)
        else:
            entry[key] = draw(values)
    return dict(entry)


def verdict(checked: Checked) -> list[str]:
    return [
        f"{d.code} {d.message}"
        for d in checked.diagnostics
        if d.severity != "info" and d.code.startswith(_ENTRY_RULES)
    ]


@cache
def validator_of(style: SchemaStyle, name: str) -> Validator:
    return Draft202012Validator(entry_schema(style, name))


def agree(validator: Validator, entry: object, found: list[str]) -> None:
    errors = [error.message for error in validator.iter_errors(entry)]
    assert bool(errors) == bool(found), (entry, errors, found)


@pytest.mark.slow
@pytest.mark.parametrize("loss", CRITERIA, ids=lambda d: d.name)
@settings(max_examples=60)
@given(data=st.data())
def test_criteria(loss: LossDef, check_text: Callable[..., Checked], data: st.DataObject) -> None:
    start = {"criterion": loss.name, **dict(loss.example)}
    start.setdefault("weight", None)
    names = sorted({"weight", *(p.name for p in loss.params)})
    entry = data.draw(mutated(start, names))
    text = json.dumps({"model": {"losses": [entry]}}, indent=1)
    found = verdict(check_text(text, "model.json"))
    agree(validator_of("netspresso", loss.name), entry, found)


@pytest.mark.slow
@pytest.mark.parametrize("loss", keras.LOSSES, ids=lambda d: str(d.class_name))
@settings(max_examples=30)
@given(data=st.data())
def test_keras_objects(
    loss: LossDef, check_text: Callable[..., Checked], data: st.DataObject
) -> None:
    names = sorted(p.name for p in loss.params)
    config = data.draw(mutated(dict(loss.example), names))
    entry = {
        "module": "keras.losses",
        "class_name": loss.class_name,
        "config": config,
        "registered_name": None,
    }
    found = verdict(check_text(json.dumps(entry), "loss.json"))
    agree(validator_of("keras", str(loss.class_name)), entry, found)


@pytest.mark.slow
@pytest.mark.parametrize("loss", [*platform.LOSSES, *keras.LOSSES], ids=lambda d: d.name)
@settings(max_examples=30)
@given(data=st.data())
def test_platform(loss: LossDef, check_text: Callable[..., Checked], data: st.DataObject) -> None:
    if loss.name in keras.NOT_STRINGS:
        pytest.skip("no string names it")
    if loss.framework == "keras":
        names = [p.name for p in platform.native_params(loss, _KERAS)]
        start: dict[str, object] = {k.upper(): v for k, v in loss.example}
    else:
        names, start = [p.name for p in loss.params], dict(loss.example)
    entry = {"NAME": loss.name, **data.draw(mutated(start, sorted(names)))}
    # JSON Schema cannot tell 1 from 1.0; TensorFlow, which gets ALPHA as it is written, can.
    assume(loss.name != "SSD_LOSS" or type(entry.get("ALPHA")) is not int)
    text = json.dumps({"MODEL": {"COMPILATION": {"LOSS": entry}}})
    found = verdict(check_text(text, "config.json"))
    agree(validator_of("keras", f"platform.{loss.name}"), entry, found)
