"""Hover and completion in programs, which mostly do not parse while they are typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from losslint.server.position_map import PositionMap
from tests.server.client import Editor, Json
from tests.server.notebook_client import WITH_NOTEBOOKS, Notebook
from tests.server.test_features import applied, unsnipped


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    opened = Editor(tmp_path_factory.mktemp("project"), WITH_NOTEBOOKS)
    yield opened
    opened.kill()


def opened(editor: Editor, text: str) -> tuple[str, int, int, str]:
    """Open a program with a bar where the cursor is; its name, the cursor, the text without it."""
    before, _, after = text.partition("|")
    number = editor.__dict__["opened"] = editor.__dict__.get("opened", 0) + 1
    name = f"train-{number}.py"
    editor.open(name, before + after, "python")
    line, character = PositionMap(before, "utf-16").line_and_character(len(before))
    return name, line, character, before + after


def completed(editor: Editor, text: str) -> dict[str, str]:
    """What is proposed at the bar: each label with the whole text that it would make."""
    name, line, character, plain = opened(editor, text)
    return labelled(editor.at("textDocument/completion", name, line, character), plain)


def labelled(answer: Json | None, plain: str) -> dict[str, str]:
    items = sorted(answer["items"], key=lambda i: i["sortText"]) if answer else []
    return {item["label"]: applied(plain, [unsnipped(item)]) for item in items}


KERAS = "import keras\n"
# Where no loss of Keras is named, nothing is proposed.
SILENT = (
    "loss = losses.|",
    "import torch\nloss = torch.nn.|",
    KERAS + "x.|",
    KERAS + "keras.|",
    KERAS + "keras.layers.|",
    KERAS + "keras.layers.Dense(|",
    KERAS + "keras.layers.Dense(3, activation='|')",
    KERAS + "print('|')",
    KERAS + "import re\nre.compile(loss='|')",
    KERAS + "import re\nre.compile('a', '|')",
    KERAS + "model.compile('|')",
    KERAS + "model.compile(optimizer='|')",
    KERAS + "model.compile(loss='mse', jit_compile='|')",
    KERAS + "model.fit(loss='|')",
    KERAS + "model.fit(metrics=['|'])",
    KERAS + "import re\nre.compile(metrics=['|'])",
    KERAS + "model.compile(loss={'|': 'mse'})",
    KERAS + "model.compile(loss=lookup['|'])",
    KERAS + "model.compile(loss=f('|'))",
    KERAS + "model.compile(loss=f'|')",
    KERAS + "model.compile(loss='''|''')",
    KERAS + "model.compile(loss=name + '|')",
    KERAS + "# keras.losses.|",
    KERAS + '"""\nkeras.losses.|\n"""',
    KERAS + "x = 'keras.losses.|'",
    KERAS + "x = 1.|",
    KERAS + "keras.losses.Huber().|",
    KERAS + "keras.losses.Huber(delta=f(|))",
    KERAS + "class A(keras.losses.Loss):\n    x = A(|)",
    KERAS + "def Huber(|",
    KERAS + "from keras import losses\nlosses = []\nlosses.|",
    KERAS + "from keras import losses\ndef f(losses):\n    losses.|",
    "from keras.layers import |",
    "from keras.losses |",
    KERAS + "from other.losses import |",
    KERAS + "from other import losses\nlosses.|",
    KERAS + "from other import Huber\nHuber(|)",
    KERAS + "import other\nother.losses.Huber(reduction='|')",
    KERAS + "model.compile(loss='mse')\n|",
    "|",
)


@pytest.mark.parametrize("text", SILENT)
def test_no_completion_where_no_loss_is(text: str, editor: Editor) -> None:
    assert completed(editor, text) == {}


IMPORTS = (
    ("import keras", "keras.losses."),
    ("import keras as K", "K.losses."),
    ("import tensorflow as tf", "tf.keras.losses."),
    ("import tensorflow", "tensorflow.keras.losses."),
    ("import tensorflow.keras as keras", "keras.losses."),
    ("from tensorflow import keras", "keras.losses."),
    ("from tensorflow.keras import losses", "losses."),
    ("from keras import losses as L", "L."),
    ("import keras.losses as kl", "kl."),
    ("import tf_keras", "tf_keras.losses."),
    ("import keras\nkl = keras.losses", "kl."),
)


@pytest.mark.parametrize(("imported", "way"), IMPORTS)
def test_whatever_keras_is_called(imported: str, way: str, editor: Editor) -> None:
    found = completed(editor, f"{imported}\nloss = {way}|")
    assert found["Huber"] == f"{imported}\nloss = {way}Huber"
    assert found["mean_squared_error"].endswith(f"{way}mean_squared_error")
    assert not {"mse", "SSD_LOSS", "get"} & found.keys()


OPEN = "model.compile(\n    optimizer='adam',\n    "
DEF = "def build(x):\n\ttry:\n\t\tif x:\n\t\t\t"
WRITTEN = (
    ("model.compile(loss='cat|')", "categorical_hinge", "model.compile(loss='categorical_hinge')"),
    ("model.compile(loss='cat|", "categorical_hinge", "model.compile(loss='categorical_hinge"),
    ('model.compile(loss="|"', "mse", 'model.compile(loss="mse"'),
    ("model.compile(loss=|)", "huber", 'model.compile(loss="huber")'),
    ("model.compile('adam', '|')", "huber", "model.compile('adam', 'huber')"),
    ("model.compile('adam', ['mse', '|'])", "mae", "model.compile('adam', ['mse', 'mae'])"),
    ("f(x).compile(loss={'a': '|'})", "mae", "f(x).compile(loss={'a': 'mae'})"),
    (OPEN + "metrics=['ac|", "accuracy", OPEN + "metrics=['accuracy"),
    ("model.compile(metrics={'a': |})", "auc", "model.compile(metrics={'a': \"auc\"})"),
    (OPEN + "loss='|\nx = 1\n", "mae", OPEN + "loss='mae\nx = 1\n"),
    (OPEN + "loss=keras.losses.|\nx = 1", "Huber", OPEN + "loss=keras.losses.Huber\nx = 1"),
    (DEF + "return keras.losses.Hu|b", "Huber", DEF + "return keras.losses.Huber"),
    ("x = keras.losses.Huber(|", "delta", "x = keras.losses.Huber(delta=1.0"),
    ("x = keras.losses.Huber(de|)", "delta", "x = keras.losses.Huber(delta=1.0)"),
    ("x = keras.losses.Huber(|=2)", "delta", "x = keras.losses.Huber(delta=2)"),
    ("keras.losses.Dice(reduction='|')", "none", "keras.losses.Dice(reduction='none')"),
    ("keras.losses.Dice(reduction=|", "none", 'keras.losses.Dice(reduction="none"'),
    ("keras.losses.BinaryCrossentropy(from_logits=|)", "True",
     "keras.losses.BinaryCrossentropy(from_logits=True)"),
    ("model.compile(loss=keras.losses.Dice(reduction='|", "sum",
     "model.compile(loss=keras.losses.Dice(reduction='sum"),
    ("é = '😀'; loss = keras.losses.|; y", "Huber", "é = '😀'; loss = keras.losses.Huber; y"),
    ("try:\n  a\nexcept E:\n  x = [keras.losses.|\n", "Dice",
     "try:\n  a\nexcept E:\n  x = [keras.losses.Dice\n"),
    ("from keras.losses import (Huber, |", "Dice", "from keras.losses import (Huber, Dice"),
    ("from keras.losses import Huber as H\nx = H(|)", "delta",
     "from keras.losses import Huber as H\nx = H(delta=1.0)"),
    ("C = {'COMPILATION': {'LOSS': {'NAME': 'hub|'}, 'OPT': {}}}", "huber",
     "C = {'COMPILATION': {'LOSS': {'NAME': 'huber'}, 'OPT': {}}}"),
    ("C = {'COMPILATION': {'LOSS': {'NAME': 'huber', 'DEL|': 2}}}", "DELTA",
     "C = {'COMPILATION': {'LOSS': {'NAME': 'huber', 'DELTA': 2}}}"),
    ("class A:\n  def f(self):\n    self.m.compile(loss='|')", "mae",
     "class A:\n  def f(self):\n    self.m.compile(loss='mae')"),
)  # fmt: skip


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(("text", "label", "after"), WRITTEN)
def test_completion(end: str, text: str, label: str, after: str, editor: Editor) -> None:
    found = completed(editor, (KERAS + text).replace("\n", end))
    assert found[label] == (KERAS + after).replace("\n", end)


@pytest.mark.keras
def test_what_is_proposed_is_what_keras_has(editor: Editor) -> None:
    """Every name that the real module exports, and no other."""
    keras = pytest.importorskip("keras")
    found = set(completed(editor, KERAS + "x = keras.losses.|"))
    helpers = {"Loss", "deserialize", "get", "serialize"}
    assert found == {n for n in dir(keras.losses) if not n.startswith("_")} - helpers
    for name in completed(editor, KERAS + "m.compile(loss='|')"):
        assert callable(keras.losses.get(name)), name
    for name in completed(editor, KERAS + "m.compile(metrics=['|'])").keys() - {"ce", "acc"}:
        if name.lower() not in ("accuracy", "acc", "crossentropy", "ce"):
            assert callable(keras.metrics.get(name)), name


METRICS = (
    ("x = keras.metrics.|", "x = keras.metrics.AUC"),
    ("m.compile(loss='mse', metrics=[keras.metrics.A|])",
     "m.compile(loss='mse', metrics=[keras.metrics.AUC])"),
    ("from keras import metrics as M\nx = M.|", "from keras import metrics as M\nx = M.AUC"),
    ("from keras.metrics import |", "from keras.metrics import AUC"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "after"), METRICS)
def test_what_keras_metrics_has(text: str, after: str, editor: Editor) -> None:
    found = completed(editor, KERAS + text)
    assert found["AUC"] == KERAS + after
    assert not {"Huber", "Mean", "acc", "mse"} & found.keys()


@pytest.mark.parametrize("module", ["sklearn.metrics", "keras.layers", "metrics"])
def test_other_modules_have_no_metrics_of_keras(module: str, editor: Editor) -> None:
    assert not completed(editor, f"{KERAS}import sklearn.metrics\nx = {module}.|")


@pytest.mark.keras
def test_the_metrics_that_are_proposed_are_those_that_keras_has(editor: Editor) -> None:
    keras = pytest.importorskip("keras")
    found = set(completed(editor, KERAS + "x = keras.metrics.|"))
    there = {n for n in dir(keras.metrics) if n[0].isupper()}
    assert found == there - {"Mean", "MeanMetricWrapper", "Metric", "Sum"}


def test_arguments_that_stand_already_are_not_proposed(editor: Editor) -> None:
    text = KERAS + "keras.losses.CategoricalCrossentropy(True, axis=1, |, label_smoothing=0.1)"
    found = completed(editor, text)
    assert not {"from_logits", "axis", "label_smoothing"} & found.keys()
    assert {"reduction", "name", "dtype"} <= found.keys()


def test_the_release_counts(editor: Editor) -> None:
    text = "# ok\nimport keras\nkeras.losses.|"
    assert "Tversky" in completed(editor, text)
    settings = editor.folder / "losslint.toml"
    settings.write_text('[target]\nkeras = "2.15.0"\n')
    try:
        found = completed(editor, text)
        assert "Huber" in found
        assert "Tversky" not in found
    finally:
        settings.unlink()


HOVERED = (
    ("x = keras.losses.Hu|ber(delta=1.0)", "Huber", "Huber"),
    ("x = keras.losses.Huber(de|lta=1.0", "**delta** of `Huber`", "delta"),
    ("x = keras.losses.Dice(axis=1, na|me=None)", 'or None; default "dice"', "name"),
    ("x = keras.losses.mean_sq|uared_error", "mean_squared_error", "mean_squared_error"),
    ("x = keras.losses.Dice(reduction='su|m')", "**reduction** of", "sum"),
    ("é = '😀'; m.compile(loss='hu|ber'", "Huber", "huber"),
    ("from keras.losses import Di|ce", "Dice", "Dice"),
    ("from keras.losses import Dice as D\nx = D|()", "Dice", "D"),
    ("keras.Sequential().compile(loss='hu|ber')", "Huber", "huber"),
)


@pytest.mark.parametrize(("text", "page", "word"), HOVERED)
def test_hover(text: str, page: str, word: str, editor: Editor) -> None:
    name, line, character, plain = opened(editor, KERAS + text)
    shown = editor.at("textDocument/hover", name, line, character)
    assert page in shown["contents"]["value"]
    at = shown["range"]
    row = plain.split("\n")[line].encode("utf-16-le")
    told = row[2 * at["start"]["character"] : 2 * at["end"]["character"]].decode("utf-16-le")
    assert told.strip("'") == word


@pytest.mark.parametrize(
    "text",
    [
        "x = ker|as.losses", "x = keras.los|ses.Huber", "Hu|ber()", "x = keras.layers.De|nse(3)",
        "from other import Hub|er", "import o\nx = o.Hub|er(delta=1)",
        "x = keras.layers.Dense(un|its=3)", "'hu|ber'", "f(loss='hu|ber')", "# Hu|ber",
        "re|turn", "x.Hu|ber", "keras.losses.Nobo|dy",
    ],
)  # fmt: skip
def test_no_hover_where_no_loss_is(text: str, editor: Editor) -> None:
    name, line, character, _ = opened(editor, KERAS + text)
    assert editor.at("textDocument/hover", name, line, character) is None


def test_completion_in_cells(editor: Editor) -> None:
    """A cell that does not parse knows what the cells before it have imported."""
    cells = ("%time x\nfrom keras import losses as L", "x = 1", "!ls 'a\né = '😀'; L.|\n", "y = (")
    before, _, after = cells[2].partition("|")
    notebook = Notebook(editor, "a.ipynb", *cells[:2], before + after, cells[3])
    line, character = PositionMap(before, "utf-16").line_and_character(len(before))
    answer = notebook.at("textDocument/completion", 2, line, character)
    assert labelled(answer, before + after)["Huber"] == f"{before}Huber{after}"
    assert notebook.at("textDocument/completion", 1, 0, 5) is None
    notebook.type(2, "%%bash\nL.")
    assert notebook.at("textDocument/completion", 2, 1, 2) is None
    # What is imported behind it is not known there.
    notebook.type(2, "L.Huber(")
    assert notebook.at("textDocument/completion", 2, 0, 8)["items"]
    assert "Huber" in notebook.at("textDocument/hover", 2, 0, 4)["contents"]["value"]
    notebook.move(0, 3)
    assert notebook.at("textDocument/completion", 1, 0, 8) is None


def test_what_is_typed_in_code_asks_nothing_of_a_config(editor: Editor) -> None:
    text = "model:\n  losses:\n    - criterion: focal_loss\n      gamma: 2.\n"
    editor.open("a.yaml", text)
    place = {
        "textDocument": {"uri": editor.uri("a.yaml")}, "position": {"line": 3, "character": 15},
    }  # fmt: skip
    context = {"triggerKind": 2, "triggerCharacter": "."}
    assert editor.ask("textDocument/completion", {**place, "context": context}) is None
    typed = editor.answer["capabilities"]["completionProvider"]["triggerCharacters"]
    assert {".", "(", "=", "'", '"', " "} == set(typed)
