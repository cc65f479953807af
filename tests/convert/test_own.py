"""A user's own loss is not converted as Keras's of the same name."""

from __future__ import annotations

import json

import pytest

from losslint.convert.model import Read, Refused
from losslint.dialects.keras import KERAS
from losslint.dialects.release_targets import release_targets
from losslint.files.source import Source, decode
from losslint.linter.apply_rules import find_sites, parse

FUNCTION = {"module": "builtins", "class_name": "function", "registered_name": "function"}


def read(loss: object) -> Read | Refused:
    text = json.dumps({"compile_config": {"loss": loss, "optimizer": "adam"}})
    source = decode("config.json", text.encode())
    assert isinstance(source, Source)
    (site,) = find_sites(parse(source))[1]
    entry = site.entries[0]
    return KERAS.read_loss(entry, entry.name_text or "", release_targets().keras)


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
