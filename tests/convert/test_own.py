"""A user's own loss is not converted as Keras's of the same name."""

from __future__ import annotations

import json

import pytest

from losslint.convert.model import Read, Refused
from losslint.convert.read import Targets, read_entry
from losslint.files.source import Source, decode
from losslint.linter.apply_rules import Targets as Releases
from losslint.linter.apply_rules import find_sites, parse, resolve_targets

FUNCTION = {"module": "builtins", "class_name": "function", "registered_name": "function"}


def read(loss: object) -> Read | Refused:
    text = json.dumps({"compile_config": {"loss": loss, "optimizer": "adam"}})
    source = decode("config.json", text.encode())
    assert isinstance(source, Source)
    (site,) = find_sites(parse(source))[1]
    return read_entry(site.entries[0], Targets(*resolve_targets(Releases())))


@pytest.mark.parametrize(
    "loss",
    [
        {**FUNCTION, "config": "huber_loss"},
        {**FUNCTION, "config": "my_focal"},
        {"module": "mylosses", "class_name": "Dice", "config": {}, "registered_name": "Dice"},
        "ce",
    ],
)
def test_what_is_not_certainly_of_keras_is_refused(loss: object) -> None:
    assert isinstance(read(loss), Refused)


@pytest.mark.parametrize(
    "loss",
    [
        {**FUNCTION, "config": "huber"},
        {"module": "keras.losses", "class_name": "Dice", "config": {}, "registered_name": None},
        "categorical_crossentropy",
    ],
)
def test_what_is_keras_s_own_is_read(loss: object) -> None:
    assert isinstance(read(loss), Read)
