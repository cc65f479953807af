"""Within Keras: the same losses in another of its styles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import losslint

PROGRAM = """\
import keras

model = keras.models.load_model("model.keras")
model.compile("adam", keras.losses.Huber(delta=2.0))
"""
PLATFORM = {"MODEL": {"COMPILATION": {"OPT": {"NAME": "adam"}, "LOSS": {"NAME": "huber"}}}}
ARCHIVED = {
    "module": "keras",
    "class_name": "Sequential",
    "config": {"layers": []},
    "compile_config": {
        "optimizer": "adam",
        "loss": {"module": "keras.losses", "class_name": "Huber", "config": {"delta": 2.0}},
    },
}
CALL = "keras.losses.Huber(delta=2.0)\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "train.py").write_text(PROGRAM)
    (tmp_path / "platform.json").write_text(json.dumps(PLATFORM))
    (tmp_path / "config.json").write_text(json.dumps(ARCHIVED))
    return tmp_path


def restyled(files: Path, name: str, style: str) -> str:
    done = losslint("convert", name, "--to", "keras", "--style", style, cwd=files)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def test_a_style_that_a_file_has_leaves_it_as_it_is(files: Path) -> None:
    for name, style in (("train.py", "python"), ("platform.json", "platform")):
        assert restyled(files, name, style) == (files / name).read_text()
    assert json.loads(restyled(files, "config.json", "object")) == ARCHIVED


def test_from_a_program(files: Path) -> None:
    found = json.loads(restyled(files, "train.py", "object"))
    assert (found["class_name"], found["config"]["delta"]) == ("Huber", 2.0)
    assert json.loads(restyled(files, "train.py", "platform")) == {
        "LOSS": {"NAME": "huber", "DELTA": 2.0}
    }


def test_to_an_expression(files: Path) -> None:
    assert restyled(files, "config.json", "python") == CALL
    assert restyled(files, "platform.json", "python") == "keras.losses.Huber()\n"


def test_losses_without_a_string_have_a_class(files: Path) -> None:
    (files / "train.py").write_text(
        PROGRAM.replace("Huber(delta=2.0)", "CategoricalGeneralizedCrossEntropy(q=0.7)")
    )
    found = json.loads(restyled(files, "train.py", "object"))
    assert found["class_name"] == "CategoricalGeneralizedCrossEntropy"


@pytest.mark.parametrize(
    ("loss", "why"),
    [
        ('{"a": "mse", "b": "mae"}', "named by output"),
        ("lambda labels, outputs: outputs", "your own code"),
        ('"huber_loss"', "LL101"),
        ("unknown()", "not known"),
    ],
)
def test_what_is_not_sure_is_refused(loss: str, why: str, files: Path) -> None:
    (files / "train.py").write_text(PROGRAM.replace("keras.losses.Huber(delta=2.0)", loss))
    done = losslint("convert", "train.py", "--to", "keras", "--style", "object", cwd=files)
    assert (done.returncode, done.stdout) == (1, b"")
    assert why in done.stderr.decode()


def test_a_loss_of_the_platform_alone_has_no_class(files: Path) -> None:
    own = {"MODEL": {"COMPILATION": {"OPT": {"NAME": "adam"}, "LOSS": {"NAME": "SSD_LOSS"}}}}
    (files / "platform.json").write_text(json.dumps(own))
    done = losslint("convert", "platform.json", "--to", "keras", "--style", "object", cwd=files)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"the platform's own" in done.stderr
