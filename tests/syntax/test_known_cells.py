"""A notebook's module put together of its cells is the one that Python reads in the program."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.files.source import Source
from losslint.syntax import ipython
from losslint.syntax.ipython import KnownCells
from losslint.syntax.notebook import as_program
from losslint.syntax.python_text import Parsed, parse_module

CELLS = (
    "import keras", "", "\n", "\n\n\n", "# only this", "x = 1\r", "x = 1\r\n\r\ny = (2,\r\n 3)",
    "é = 'ü😀'",
    "def f(a):\n    if a:\n        return f'{a}'\n    return 1", "class A:\n\tb = 1\n\n",
    "s = f'''{a}\n{a + 1:>{a}}\n  {b!r}'''", "if x:\n  y = 1\nelse:\n    y = 2\n  ",
    "else:\n    pass", "    x = 1", "!ls", "%time x = 1", "%%bash\nls", "x = !ls\ny = x?",
    "await f()", "x = '''\n---\n''' # a", "x = \\\n  1", "x = 1 \\", "(1,", "f\"{x!r} {'a'}\"",
    "from __future__ import annotations", "from __future__ import barry_as_FLUFL", "1 <> 2",
    "\x0cx = 1", "x = [\n  i for i in range(3)\n]; y = 2", "@f\ndef g(*a, b=1): ...", "\ufeffx = 1",
    "a\x00b", "'\ud800'",
)  # fmt: skip


def notebook(cells: list[str]) -> Source:
    made = [{"cell_type": "code", "source": each} for each in cells]
    text = json.dumps({"cells": made, "metadata": {}})
    return Source("book.ipynb", text, text.encode())


def check(cells: list[str], known: KnownCells | None) -> None:
    """What is known of the module is what Python reads, each place included."""
    found = as_program(notebook(cells), known)
    assert found.inside is not None
    module, whole = found.inside.module(found.text), parse_module(found.text).module
    if module is None:
        return
    assert whole is not None
    shown = [ast.dump(each, include_attributes=True) for each in (module, whole)]
    assert shown[0] == shown[1]
    # It is told once.
    assert found.inside.module(found.text) is None


@given(st.lists(st.lists(st.sampled_from(CELLS), max_size=6), min_size=1, max_size=4))
def test_the_module_is_that_of_the_program(versions: list[list[str]]) -> None:
    known = KnownCells()
    for cells in versions:
        check(cells, None)
        check(cells, known)


def test_cells_that_stay_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def parse(text: str) -> Parsed:
        parsed.append(text)
        return parse_module(text)

    monkeypatch.setattr(ipython, "parse_module", parse)
    known, cells = KnownCells(), [f"x{n} = {n}" for n in range(20)] * 2
    check(cells, known)
    assert parsed == cells
    parsed.clear()
    cells[3] = "\n\ny = 1"
    check(cells, known)
    assert parsed == ["\n\ny = 1"]
    parsed.clear()
    # One goes, one comes, two change places: all but one stand elsewhere.
    cells = ["z = 1", *cells[2:30], cells[1], cells[0]]
    check(cells, known)
    assert parsed == ["z = 1"]


def test_another_program_than_that_of_the_cells_is_not_known() -> None:
    found = as_program(notebook(["x = 1"]))
    assert found.inside is not None
    assert found.inside.module("x = 2\n") is None
