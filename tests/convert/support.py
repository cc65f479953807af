"""What the tests of conversion share."""

from __future__ import annotations

import json
from pathlib import Path

from losslint.convert.conversion import Conversion, Options
from losslint.convert.model import Arguments, Loss, Read
from losslint.convert.pipeline import convert_source
from losslint.dialects.model_info import ModelInfo
from losslint.dialects.registry import dialect_named
from losslint.dialects.release_targets import release_targets
from losslint.files.reading import read_source
from losslint.files.source import Source, Unreadable, decode

TARGETS = release_targets()


def source(text: str, name: str) -> Source:
    """A text as if it had been read from a file."""
    found = decode(name, text.encode())
    assert not isinstance(found, Unreadable)
    return found


def from_file(path: Path) -> Source:
    """A file as it stands on the disk."""
    found = read_source(str(path))
    assert not isinstance(found, Unreadable)
    return found


def platform(name: str, **params: object) -> Source:
    """The platform's LOSS."""
    loss = {"NAME": name, **{key.upper(): value for key, value in params.items()}}
    return source(json.dumps({"LOSS": loss}), "config.json")


def compiled(loss: object, weights: object = None, model: object = None) -> Source:
    """A compile config, with the model around it where one is given."""
    config = {"optimizer": "adam", "loss": loss, "loss_weights": weights, "metrics": None}
    around = model if isinstance(model, dict) else {}
    return source(json.dumps({**around, "compile_config": config}, indent=1), "config.json")


def losses(*entries: dict[str, object], task: str | None = None) -> Source:
    """A NetsPresso model file, written as JSON, which is YAML as well."""
    model: dict[str, object] = {"task": task} if task else {}
    return source(json.dumps({"model": {**model, "losses": list(entries)}}), "model.yaml")


def convert(read: Source, to: str, target: Source | None = None, **options: object) -> Conversion:
    """What becomes of a source."""
    found = convert_source(read, Options(dialect_named(to), TARGETS, **options), target)  # type: ignore[arg-type]
    (result,) = found
    return result


def reading(dialect: str, name: str, params: dict[str, object]) -> Read:
    """A loss with parameters, the defaults of the newest release filled in."""
    from losslint.catalog import keras, netspresso
    from losslint.catalog.model import params_at

    values: dict[str, object] = {}
    if dialect == "keras":
        found = keras.find(name)
        loss = found[0] if found else keras.NOT_STRINGS.get(name)
        version = TARGETS.keras.version
    else:
        loss, version = netspresso.find(name), TARGETS.netspresso.version
        values["ignore_index"] = None
    if loss is not None:
        values = {p.name: p.default for p in params_at(loss, version) if not p.required} | values
    if dialect == "netspresso":
        values["ignore_index"] = None
    arguments = Arguments({**values, **params}, frozenset(params))
    return Read(Loss(dialect, name, tuple(params.items())), arguments)  # type: ignore[arg-type]


def facts(**known: str) -> ModelInfo:
    """ModelInfo of which a few are known."""
    classes = int(known.pop("count")) if "count" in known else None
    return ModelInfo(known, classes)  # type: ignore[arg-type]
