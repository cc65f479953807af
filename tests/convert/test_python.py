"""Conversion from a call of compile, into one, and to an expression of Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import losslint

LIST = """\
model:
  task: classification
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.1
      weight: ~
"""
WRITTEN = "losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)"
PROGRAM = """\
\"\"\"Two models.\"\"\"
from __future__ import annotations
{head}
a = load("a")  # ä
b = load("b")
a.compile("adam", {loss}, metrics=["accuracy"])
b.compile(
    optimizer="adam",
    loss="mse",  # the second
)
"""
HEADS = {
    "import keras": "keras.",
    "import keras as k": "k.",
    "from tensorflow import keras": "keras.",
    "import tensorflow as tf": "tf.keras.",
}


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Path:
    (tmp_path / "list.yaml").write_text(LIST)
    return tmp_path


def test_a_loss_as_an_expression(files: Path) -> None:
    done = losslint("convert", "list.yaml", "--to", "keras", "--style", "python", cwd=files)
    assert (done.returncode, done.stdout) == (0, f"keras.{WRITTEN}\n".encode())


@pytest.mark.slow
@pytest.mark.parametrize("loss", ['"mse"', "keras.losses.mean_squared_error", "['mse']", "own"])
@pytest.mark.parametrize("head", HEADS)
def test_an_argument_is_replaced(head: str, loss: str, files: Path) -> None:
    program = files / "train.py"
    text = PROGRAM.format(head=head, loss=loss)
    program.write_text(text)
    into = ("convert", "list.yaml", "--to", "keras", "--into", "train.py")
    done = losslint(*into, cwd=files)
    assert done.returncode == 1
    assert b"2 places" in done.stderr
    assert program.read_text() == text
    done = losslint(*into, "--line", "6", cwd=files)
    assert done.returncode == 0, done.stderr
    text = PROGRAM.format(head=head, loss=HEADS[head] + WRITTEN)
    assert program.read_text() == text
    done = losslint(*into, "--line", "9", cwd=files)
    assert done.returncode == 0, done.stderr
    assert program.read_text() == text.replace('"mse"', HEADS[head] + WRITTEN)


def test_keras_is_imported_where_it_is_not(files: Path) -> None:
    program = files / "train.py"
    text = PROGRAM.format(head="from keras.models import load_model as load", loss='"mae"')
    program.write_text(text)
    losslint(
        "convert", "list.yaml", "--to", "keras", "--into", "train.py", "--line", "6", cwd=files
    )
    expected = text.replace('"mae"', f"keras.{WRITTEN}")
    assert program.read_text() == expected.replace("from keras", "import keras\nfrom keras")


def test_a_notebook_keeps_its_bytes(files: Path) -> None:
    cells = ["import keras\nmodel = keras.Sequential([keras.layers.Dense(3)])", "é = 1"]
    cells.append("model.compile(\n  loss='mse',\n)")
    whole = [{"cell_type": "code", "outputs": [], "source": c.splitlines(True)} for c in cells]
    text = json.dumps({"cells": whole, "metadata": {}}, indent="\t")
    (files / "train.ipynb").write_text(text)
    done = losslint("convert", "list.yaml", "--to", "keras", "--into", "train.ipynb", cwd=files)
    assert done.returncode == 0, done.stderr
    assert (files / "train.ipynb").read_text() == text.replace("'mse'", f"keras.{WRITTEN}")


def test_from_a_program(files: Path) -> None:
    (files / "train.py").write_text(
        "import keras\n"
        "model = keras.Sequential([keras.layers.Dense(3)])\n"
        f"model.compile(loss=keras.{WRITTEN})\n"
        "model.compile(loss='mse')\n"
    )
    done = losslint("convert", "train.py", "--to", "netspresso", "--line", "3", cwd=files)
    assert (done.returncode, done.stdout) == (
        0,
        LIST.replace("  task: classification\n", "").encode(),
    )
    done = losslint("convert", "train.py", "--to", "netspresso", "--line", "1", cwd=files)
    assert done.returncode == 1
    assert b"line 1 holds no losses" in done.stderr


def test_the_dict_of_the_platform(files: Path) -> None:
    text = (
        'CONFIG = {"MODEL": {"COMPILATION": {\n    "LOSS": {"NAME": "mean_squared_error"},\n}}}\n'
    )
    (files / "config.py").write_text(text)
    done = losslint("convert", "list.yaml", "--to", "keras", "--into", "config.py", cwd=files)
    assert done.returncode == 0, done.stderr
    written = (files / "config.py").read_text()
    names: dict[str, object] = {}
    exec(written, names)
    loss = {"NAME": "categorical_crossentropy", "FROM_LOGITS": True, "LABEL_SMOOTHING": 0.1}
    assert names["CONFIG"] == {"MODEL": {"COMPILATION": {"LOSS": loss}}}


LOOP = """\
import keras

loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model = keras.Sequential([keras.layers.Dense(3)])
error = loss_fn(labels, model(rows))
"""


def test_what_a_program_only_makes_is_converted_where_nothing_is_compiled(files: Path) -> None:
    (files / "loop.py").write_text(LOOP)
    call = "model.compile(loss=keras.losses.Poisson(), optimizer='adam')\n"
    (files / "both.py").write_text(LOOP + call)
    done = losslint("convert", "loop.py", "--to", "netspresso", cwd=files)
    assert b"criterion: cross_entropy" in done.stdout
    told = losslint("convert", "both.py", "--to", "netspresso", cwd=files).stderr
    assert b"both.py:6:" in told
    assert b"both.py:3:" not in told
