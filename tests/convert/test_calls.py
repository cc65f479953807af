"""Programs that compile several times: a result a call, or the one that `--line` names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from losslint.convert.lines import Line, read_line
from tests.convert.test_command import call, state

HEAD = "import keras\nmodel = keras.Sequential([keras.layers.Dense(3)])\n"
CROSS = "keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing={})"
PROGRAM = (
    HEAD
    + f"model.compile(loss={CROSS.format(0.1)})\n"
    + f"model.compile(\n    loss={CROSS.format(0.2)},\n)\n"
    + "model.compile(loss='kl_divergence')\n"
)
CELLS = [HEAD, f"model.compile(loss={CROSS.format(0.1)})\nx = 1\nmodel.compile(loss='huber')"]
SMOOTH = (
    "model:\n  losses:\n    - criterion: cross_entropy\n      label_smoothing: {}\n"
    "      weight: ~\n"
)


def notebook(*cells: str) -> str:
    first: dict[str, object] = {"cell_type": "markdown", "source": ["# text"]}
    code = [{"cell_type": "code", "source": c.splitlines(keepends=True)} for c in cells]
    return json.dumps({"cells": [first, *code], "metadata": {}}, indent=1)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text(PROGRAM)
    (tmp_path / "train.ipynb").write_text(notebook(*CELLS))
    (tmp_path / "into.yaml").write_text(SMOOTH.format(0.7))
    return tmp_path


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("12", Line(12)), ("3:2", Line(2, 3)), ("cell 3:2", Line(2, 3)), ("x", None), ("", None),
        ("-1", None), ("3:2:1", None), ("1.5", None), ("٣", None), ("9" * 5000, None),
    ],
)  # fmt: skip
def test_a_line_as_it_is_written(written: str, line: Line | None) -> None:
    assert read_line(written) == line
    assert line is None or read_line(str(line)) == line


def test_each_call_has_a_result_named_by_its_line(folder: Path) -> None:
    done = call("train.py", "--to", "netspresso")
    assert done.exit_code == 1
    parts = (f"---\n# train.py:{line}\n{SMOOTH.format(n)}" for line, n in ((3, 0.1), (4, 0.2)))
    assert done.stdout == "".join(parts)
    assert "train.py:7:20: kl_divergence: refused" in done.stderr
    assert "2 converted, 1 refused" in done.stderr
    assert len(list(yaml.safe_load_all(done.stdout))) == 2


def test_a_notebook_names_the_cell(folder: Path) -> None:
    done = call("train.ipynb", "--to", "netspresso")
    # One alone, but of two: whose it is has to be told.
    assert done.stdout == f"---\n# train.ipynb:cell 3:1\n{SMOOTH.format(0.1)}"
    assert "train.ipynb:cell 3:3:20: huber: refused" in done.stderr
    found = json.loads(call("train.ipynb", "--to", "netspresso", "--format", "json").stdout)
    assert [(each["cell"], each["location"]) for each in found] == [
        (3, {"row": 1, "column": 20}),
        (3, {"row": 3, "column": 20}),
    ]


@pytest.mark.parametrize(
    ("name", "line", "smoothing"),
    [
        ("train.py", "3", 0.1), ("train.py", "4", 0.2), ("train.py", "5", 0.2),
        ("train.py", "6", 0.2), ("train.ipynb", "3:1", 0.1), ("train.ipynb", "cell 3:1", 0.1),
    ],
)  # fmt: skip
def test_the_call_on_a_line(folder: Path, name: str, line: str, smoothing: float) -> None:
    done = call(name, "--to", "netspresso", "--line", line)
    assert (done.exit_code, done.stdout) == (0, SMOOTH.format(smoothing))
    done = call(name, "--to", "netspresso", "--line", line, "-o", "out.yaml")
    assert (done.exit_code, Path("out.yaml").read_text()) == (0, SMOOTH.format(smoothing))
    done = call(name, "--to", "netspresso", "--line", line, "--into", "into.yaml")
    assert (done.exit_code, Path("into.yaml").read_text()) == (0, SMOOTH.format(smoothing))


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        ("train.py", "1", "line 1 holds no losses; losses stand at 3, 4, 7"),
        ("train.py", "3:1", "only a notebook has cells"),
        ("train.ipynb", "3", "losses stand at cell 3:1, cell 3:3"),
        ("train.ipynb", "3:2", "cell 3:2 holds no losses"),
        ("train.ipynb", "2:1", "cell 2:1 holds no losses"),
        ("train.py", "99999", "line 99999 holds no losses"),
    ],
)
def test_a_line_without_a_call(folder: Path, name: str, line: str, told: str) -> None:
    before = state(folder)
    done = call(name, "--to", "netspresso", "--line", line, "-o", "out.yaml")
    assert (done.exit_code, told in done.stderr) == (1, True), done.stderr
    assert state(folder) == before


def test_what_is_no_line_is_wrong_usage(folder: Path) -> None:
    done = call("train.py", "--to", "netspresso", "--line", "x")
    assert (done.exit_code, "write the number of a line" in done.stderr) == (2, True)


def test_several_results_go_to_a_folder(folder: Path) -> None:
    before = state(folder)
    done = call("train.py", "--to", "netspresso", "-o", "out.yaml")
    assert (done.exit_code, done.stderr.count("out.yaml is one file")) == (2, 1)
    done = call("train.py", "--to", "netspresso", "--in-place")
    assert (done.exit_code, done.stderr.count("a config holds one style")) == (2, 1)
    done = call("train.py", "--to", "netspresso", "--into", "into.yaml")
    assert (done.exit_code, "`--line` says which: 3, 4, 7" in done.stderr) == (1, True)
    assert state(folder) == before
    call("train.py", "train.ipynb", "--to", "netspresso", "-o", "out")
    written = {path.name: path.read_text() for path in Path("out").iterdir()}
    assert written == {
        "train-3.yaml": SMOOTH.format(0.1),
        "train-4.yaml": SMOOTH.format(0.2),
        "train-cell3-1.yaml": SMOOTH.format(0.1),
    }


def test_two_calls_on_one_line_are_told_by_their_columns(folder: Path) -> None:
    calls = "; ".join(f"model.compile(loss={CROSS.format(n)})" for n in (0.1, 0.2))
    Path("train.py").write_text(HEAD + calls + "\n")
    second = calls.index("model", 1) + 1
    for words in ((), ("--line", "3")):
        done = call("train.py", "--to", "netspresso", *words)
        assert done.exit_code == 0
        assert [line for line in done.stdout.splitlines() if line[0] == "#"] == [
            "# train.py:3:1",
            f"# train.py:3:{second}",
        ]


def test_standard_input_may_be_a_program(folder: Path) -> None:
    done = call("-", "--to", "netspresso", "--line", "4", stdin=PROGRAM)
    assert (done.exit_code, done.stdout) == (0, SMOOTH.format(0.2))
    text = notebook(*CELLS).replace('"metadata": {}', '"metadata": {}, "nbformat": 4')
    done = call("-", "--to", "netspresso", "--line", "3:1", stdin=text)
    assert (done.exit_code, done.stdout) == (0, SMOOTH.format(0.1))


def test_expressions_follow_each_other_below_comments(folder: Path) -> None:
    (folder / "other.yaml").write_text(SMOOTH.format(0.2))
    done = call("into.yaml", "other.yaml", "--to", "keras", "--style", "python")
    assert done.stdout == (f"# into.yaml\n{CROSS.format(0.7)}\n# other.yaml\n{CROSS.format(0.2)}\n")
    compile(done.stdout, "<results>", "exec")


def test_an_expression_is_no_json_file(folder: Path) -> None:
    done = call("into.yaml", "--to", "keras", "--style", "python", "-o", "loss.json")
    assert (done.exit_code, "the result is a Python file" in done.stderr) == (2, True)
    assert not Path("loss.json").exists()
    call("into.yaml", "--to", "keras", "--style", "python", "-o", "out/")
    assert Path("out/into.py").read_text() == CROSS.format(0.7) + "\n"


def test_notebooks_that_are_migrated_are_notebooks_on_standard_output(folder: Path) -> None:
    text = notebook(HEAD, "model.compile(loss=keras.losses.Huber())\n!ls")
    for name in ("a.ipynb", "b.ipynb"):
        (folder / name).write_text(text)
    done = call("a.ipynb", "b.ipynb", "--to", "keras")
    assert json.loads(done.stdout) == [json.loads(text)] * 2


@pytest.mark.slow
def test_each_call_is_proved(folder: Path) -> None:
    words = ("train.py", "--to", "netspresso", "--prove", "--format", "json")
    found = json.loads(call(*words).stdout)
    assert [each["proof"] is not None for each in found] == [True, True, False]
    assert [each["outcome"] for each in found] == ["converted", "converted", "refused"]
