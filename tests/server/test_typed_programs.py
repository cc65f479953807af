"""A program or a notebook that somebody types into: said is what a fresh check says."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losslint.diagnostics import Diagnostic
from losslint.server.documents import Cell, OpenDocument
from losslint.server.project import Project
from losslint.settings.model import Overrides

IMPORT = "import keras\nfrom keras import layers"
MODEL = "m = keras.Sequential([layers.Dense({}, activation='softmax')])"
CELLS = (
    IMPORT,
    IMPORT,
    MODEL.format(1),
    MODEL.format(3),
    "m.compile(optimizer='adam', loss='msee')",
    "m.compile('adam', loss='mse', metrics=['acuracy'])",
    "def make(n):\n    return layers.Dense(n)",
    "def train(m):\n    m.compile(loss='binary_crossentropy', optimizer=o)\n    return m\ntrain(m)",
    "def other():\n    a = keras.Sequential([make(1)])\n    a.compile(loss=keras.losses.MSE())",
    "m.compile(loss='msee')  # losslint: ignore[LL100]\n# losslint: ignore-file[LL4]",
    "class A(keras.Model):\n    def go(self):\n        self.compile(loss='x')",
    "!pip install keras",
    "%%bash\nls",
    "x = !ls\nm",
    "if True:\n    m = None\n\n",
    "",
    "\n\n# é😀",
    "(",
    "else:\n  pass",
)
TYPED = ("\n", "\r\n", "#", "'", "(", ")", " ", "x", "\n\n", "m = None\n", "é", "\\")


@st.composite
def books(draw: st.DrawFn) -> list[list[str]]:
    """The cells of a notebook, and what becomes of them edit by edit."""
    found = [[IMPORT, *draw(st.lists(st.sampled_from(CELLS), min_size=2, max_size=8))]]
    for _ in range(draw(st.integers(1, 4))):
        cells = list(found[-1])
        at = draw(st.integers(0, len(cells) - 1))
        kind = draw(st.sampled_from(("type", "type", "come", "go", "swap", "twice")))
        if kind == "type":
            place = draw(st.integers(0, len(cells[at])))
            cells[at] = cells[at][:place] + draw(st.sampled_from(TYPED)) + cells[at][place:]
        elif kind == "come":
            cells.insert(at, draw(st.sampled_from(CELLS)))
        elif kind == "go" and len(cells) > 1:
            del cells[at]
        elif kind == "swap":
            cells[at], cells[0] = cells[0], cells[at]
        else:
            cells.append(cells[at])
        found.append(cells)
    return found


def as_cells(texts: list[str]) -> OpenDocument:
    cells = tuple(Cell(f"cell:{n}", text, 1, True) for n, text in enumerate(texts))
    return OpenDocument("file:///nowhere/a.ipynb", "/nowhere/a.ipynb", "", 1, cells)


def as_file(texts: list[str]) -> OpenDocument:
    cells = [{"cell_type": "code", "source": each.splitlines(keepends=True)} for each in texts]
    text = json.dumps({"cells": cells, "metadata": {}})
    return OpenDocument("file:///nowhere/a.ipynb", "/nowhere/a.ipynb", text)


def as_program(texts: list[str]) -> OpenDocument:
    return OpenDocument("file:///nowhere/a.py", "/nowhere/a.py", "\n".join(texts))


def said(project: Project, document: OpenDocument) -> tuple[tuple[Diagnostic, ...], int]:
    outcome = project.analyse(document, "utf-16").outcome
    assert outcome is not None
    return outcome.diagnostics, outcome.sites


@pytest.mark.parametrize("shown", [as_cells, as_file, as_program])
def test_what_is_said_behind_edits_is_what_is_said_at_once(shown: object) -> None:
    assert callable(shown)

    @settings(deadline=None, max_examples=40)
    @given(books())
    def check(steps: list[list[str]]) -> None:
        project = Project(Overrides())
        for texts in steps:
            document = shown(texts)
            assert said(project, document) == said(Project(Overrides()), document)

    check()


def test_something_is_said() -> None:
    found, sites = said(Project(Overrides()), as_cells([*CELLS[:6], *CELLS[7:9]]))
    assert len({each.code for each in found}) >= 3
    assert sites >= 3
