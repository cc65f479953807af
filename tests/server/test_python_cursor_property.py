"""Wherever the cursor stands in whatever text: an answer that fits the text, or none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losslint.server.at_cursor import completed, hovered
from losslint.server.documents import Cell, OpenDocument
from losslint.server.position_map import PositionMap
from losslint.server.project import Project
from losslint.settings.model import Overrides
from tests.examples import examples

HOUSE = Path(__file__).parent.parent.parent / "losslint"
PIECES = (
    "import keras\n", "from keras import losses as L\n", "from keras.losses import ", "L.", "Huber",
    "keras.losses.", "Huber(", "model", ".compile(", ".", "(", ")", "[", "]", "{", "}", ",", ":",
    "=", "loss=", "delta=", "metrics=", "'", '"', '"""', "f'", "mse", "#", ";", "\\", "\n", "\r\n",
    "    ", "\t", "def f(x):", "try:", "if x:", "return ", "😀", "é", "1.", "%time ", "!ls\n", "\0",
    "\f",
)  # fmt: skip


@cache
def project() -> Project:
    return Project(Overrides())


def ask(document: OpenDocument, uri: str, text: str, offset: int) -> set[str]:
    """What is proposed at a place; what takes the place of the word lies around the cursor."""
    analysis = project().analyse(document, "utf-16")
    point = PositionMap(text, "utf-16").line_and_character(offset)
    shown = hovered(project(), analysis, uri, point)
    assert shown is None or shown[1].start <= point <= shown[1].end
    found = completed(project(), analysis, uri, point)
    if found is None:
        return set()
    completion, place = found
    assert place.uri == uri
    assert place.start <= point <= place.end
    return {each.label for each in completion.proposals}


@settings(max_examples=examples(150))
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.data())
def test_any_text(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(pieces)
    offset = data.draw(st.integers(0, len(text)))
    ask(
        OpenDocument("file:///nowhere/a.py", "/nowhere/a.py", text, 1),
        "file:///nowhere/a.py",
        text,
        offset,
    )
    half = text[:offset].rpartition("\n")[0]
    cells = (Cell("x:1", half, 1, True), Cell("x:2", text, 1, True))
    notebook = OpenDocument("file:///nowhere/a.ipynb", "/nowhere/a.ipynb", "", 1, cells)
    ask(notebook, "x:2", text, offset)


@settings(max_examples=60)
@given(st.sampled_from(sorted(HOUSE.glob("server/*.py"))), st.data())
def test_nothing_is_proposed_in_other_peoples_programs(file: Path, data: st.DataObject) -> None:
    """A program that imports Keras, cut off where somebody types, and without any of its losses."""
    program = file.read_text("utf-8")
    text = "import keras\n" + program.replace("keras", "other")
    offset = data.draw(st.integers(13, len(text)))
    if data.draw(st.booleans()):
        text = text[:offset]
    uri = "file:///nowhere/b.py"
    assert ask(OpenDocument(uri, "/nowhere/b.py", text, 1), uri, text, offset) == set()


@pytest.mark.parametrize("quote", ["", "'"])
def test_every_place_of_a_program(quote: str) -> None:
    """Between the brackets of a loss there are parameters, behind the dot there are losses."""
    text = f"import keras\nx = keras.losses.Dice(axis={quote}1{quote})\n"
    uri = "file:///nowhere/c.py"
    document = OpenDocument(uri, "/nowhere/c.py", text, 1)
    for offset in range(len(text) + 1):
        labels = ask(document, uri, text, offset)
        in_name = text.index("losses.") + 7 <= offset <= text.index("(")
        assert ("Huber" in labels) == in_name
        in_key = text.index("(") < offset <= text.index("axis") + 4
        assert ("reduction" in labels) == in_key
