"""Programs as people write them, of every era of Keras: fixtures/programs, with what is found.

A comment `# LL411` at the end of a line says that this is found there, and nothing else is. With
real Keras, each program that runs on it is run without training: what is found in the models that
it compiled, as Keras saves them, is what is found in the program.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from losslint.files.discovery import FoundFile
from losslint.linter.runner import Linter
from losslint.settings.model import Overrides
from tests.dialects.test_python_real import as_notebook, codes

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted((ROOT / "fixtures" / "programs").glob("*.py"))
_MARK = re.compile(r"#((?: LL\d+)+)$")
# What tf.nn's softmax is, Keras saves as a function of somebody's own; of a flag, one run has one;
# what a loss of one's own computes stands in its code.
UNSAVED = {"tf_quickstart_wrong", "policy_by_flag", "own_loss_functions"}
# A policy of 16 bits hides an activation since Keras 3 only.
SOUND_IN_KERAS_3 = ("mixed_", "policy_")


def marks(text: str) -> set[tuple[int, str]]:
    """The rows with the codes that are expected there."""
    rows = enumerate(text.splitlines(), 1)
    found = ((row, _MARK.search(line)) for row, line in rows)
    return {(row, code) for row, mark in found if mark is not None for code in mark[1].split()}


def found_in(path: Path, **target: str) -> set[tuple[int, str]]:
    outcome = Linter(Overrides(target=tuple(target.items()))).run(FoundFile(str(path), True))
    assert not outcome.problem
    assert outcome.source is not None
    text = outcome.source.text
    return {(text[: d.span.start].count("\n") + 1, d.code) for d in outcome.diagnostics}


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_programs(path: Path) -> None:
    assert found_in(path) == marks(path.read_text("utf-8"))


def test_there_are_sound_ones_and_broken_ones() -> None:
    sound = [path for path in PROGRAMS if not marks(path.read_text("utf-8"))]
    assert min(len(sound), len(PROGRAMS) - len(sound)) >= 40


def test_notebooks_of_the_programs(tmp_path: Path) -> None:
    for path in PROGRAMS:
        text = path.read_text("utf-8")
        # A cell for each block of statements.
        blocks = re.sub(r"\n\n+(?=\S)", "\n\n\n", re.sub(r"\n(?=model)", "\n\n", text))
        (tmp_path / "a.ipynb").write_text(as_notebook(blocks))
        assert set(codes(tmp_path / "a.ipynb")) == {code for _, code in marks(text)}, path


@pytest.mark.parametrize("version", ["2.2.4", "2.6.0", "2.15.0", "3.0.0", "3.6.0"])
def test_sound_programs_are_sound_in_other_releases(version: str) -> None:
    # What the release lacks is another matter, and a class was none that it could use.
    lacks = {"LL100", "LL101", "LL430"}
    for path in PROGRAMS:
        is_old = version.startswith("2") and path.stem.startswith(SOUND_IN_KERAS_3)
        if not marks(path.read_text("utf-8")) and not is_old:
            found = {code for _, code in found_in(path, keras=version)} - lacks
            assert not found, (path, version)


@pytest.mark.slow
def test_programs_and_the_models_that_they_compile(tmp_path: Path) -> None:
    if not all(map(importlib.util.find_spec, ("keras", "tensorflow"))):
        pytest.skip("Keras on TensorFlow is not installed")
    subprocess.run(
        [sys.executable, "-m", "tests.dialects.run_programs", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": "tensorflow", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        check=True,
    )
    ran = json.loads((tmp_path / "ran").read_text())
    compared = 0
    for path in PROGRAMS:
        if not ran.get(path.stem) or path.stem in UNSAVED:
            continue
        compared += 1
        models = sorted(tmp_path.glob(f"{path.stem}.*.json"))
        saved = {code for model in models for code in codes(model)}
        # Of a name that is given by position, the saved model says what Keras takes it for.
        said = {"LL416" if code == "LL437" else code for code in codes(path)}
        assert saved == said, path
    assert compared > 80
