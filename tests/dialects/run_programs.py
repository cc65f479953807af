"""Runs fixtures/programs on real Keras, without training: each compiled model becomes a file.

`python -m tests.dialects.run_programs FOLDER` writes FOLDER/NAME.N.json, and FOLDER/ran, which says
of each program how many models it compiled and that Keras saved; none where it does not run.
"""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import keras
import numpy as np

PROGRAMS = Path(__file__).parents[2] / "fixtures" / "programs"
_COMPILE = keras.Model.compile
_SKIPPED = ("fit", "train_on_batch", "evaluate", "predict", "summary", "save")


class Saver:
    """Keeps the models of one program as they are compiled."""

    def __init__(self) -> None:
        self.models: list[str] = []

    def compile(self, model: Any, *args: Any, **named: Any) -> None:
        """Compile a model and keep it."""
        _COMPILE(model, *args, **named)
        if not model.built and isinstance(model, keras.Sequential):
            model.build((None, 8))
        saved = keras.saving.serialize_keras_object(model)
        self.models.append(json.dumps(saved, default=str))


def run(path: Path, into: Path) -> int:
    """Run one program: how many models it left."""
    keras.backend.clear_session()
    keras.config.set_dtype_policy("float32")
    saver = Saver()
    keras.Model.compile = lambda *args, **named: saver.compile(*args, **named)
    try:
        runpy.run_path(str(path), run_name="__main__")
    except Exception as error:
        print(path.stem, type(error).__name__, error)
        return 0
    for index, model in enumerate(saver.models):
        (into / f"{path.stem}.{index}.json").write_text(model, "utf-8")
    return len(saver.models)


def _no_data(*_: Any, **__: Any) -> Any:
    part = (np.zeros((8, 28, 28)), np.zeros(8, int))
    return part, part


def main(into: Path) -> None:
    """Run them all."""
    sys.argv = ["train.py"]
    for name in _SKIPPED:
        setattr(keras.Model, name, lambda *_, **__: MagicMock())
    keras.datasets.mnist.load_data = _no_data
    ran = {path.stem: run(path, into) for path in sorted(PROGRAMS.glob("*.py"))}
    (into / "ran").write_text(json.dumps(ran), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
