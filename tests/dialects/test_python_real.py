"""Programs against Keras: what is said of one is what is said of the model that it saves.

Every program is run in a process of its own interpreter, for a batch, and its model saved; the
findings in the program, in the same program as a notebook, and in the archive are compared. Where
Keras itself stops with a crossentropy, there is a finding.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from losslint.files.discovery import FoundFile
from losslint.linter.runner import Linter
from losslint.settings.model import Overrides
from tests.dialects.python_programs import draw

ROOT = Path(__file__).parents[2]
COUNT = 300
# What a saved model is asked, and a program cannot be: whether it can be loaded.
_OF_FILES = ("LL0", "LL40")


def codes(path: Path) -> list[str]:
    outcome = Linter(Overrides()).run(FoundFile(str(path), explicit=True))
    assert not outcome.problem
    return sorted(d.code for d in outcome.diagnostics if not d.code.startswith(_OF_FILES))


def as_notebook(text: str) -> str:
    """A program as a notebook of one cell for each of its blocks."""
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": block.splitlines(True)}
        for block in text.split("\n\n\n")
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.slow
def test_a_notebook_says_what_its_program_says(tmp_path: Path) -> None:
    found: Counter[str] = Counter()
    for seed in range(COUNT):
        text = draw(seed).text
        (tmp_path / "a.py").write_text(text)
        (tmp_path / "a.ipynb").write_text(as_notebook(text))
        said = codes(tmp_path / "a.py")
        assert codes(tmp_path / "a.ipynb") == said, text
        found.update(said)
    assert {"LL410", "LL411", "LL412", "LL413", "LL418"} <= found.keys()


@pytest.mark.slow
def test_a_program_and_its_archive_say_the_same(tmp_path: Path) -> None:
    if not all(map(importlib.util.find_spec, ("keras", "tensorflow"))):
        pytest.skip("Keras on TensorFlow is not installed")
    for seed in range(COUNT):
        program = draw(seed)
        path = tmp_path / f"p{seed:03}.py"
        path.write_text(program.text)
        told = {"units": program.units, "loss": program.loss}
        path.with_suffix(".json").write_text(json.dumps(told))
    run = subprocess.run(
        [sys.executable, "-m", "tests.dialects.python_programs", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    outcomes = json.loads(run.stdout.rpartition("OUTCOMES")[2])
    compared = 0
    for path in sorted(tmp_path.glob("*.py")):
        outcome = outcomes[path.stem]
        # Keras cannot save a class that stands for its instance; tf.keras lacks some functions.
        known = ("get_config", "has no attribute")
        is_known = any(word in outcome for word in known)
        assert outcome.startswith(("ran", "fit")) or is_known, f"{outcome}\n{path.read_text()}"
        if path.with_suffix(".keras").exists() and "get_config" not in outcome:
            compared += 1
            assert codes(path) == codes(path.with_suffix(".keras")), path.read_text()
        # Which labels a crossentropy wants is known; of numbers anything may be meant.
        if outcome.startswith("fit") and "crossentropy" in draw(int(path.stem[1:])).loss:
            assert codes(path), f"{outcome}\n{path.read_text()}"
    assert compared > COUNT * 0.8
