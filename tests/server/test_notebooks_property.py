"""Whatever is done to a notebook, the editor shows what a fresh one, and its file, would show."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from losslint.files.discovery import FoundFile
from losslint.linter.runner import Linter
from losslint.server.position_map import PositionMap
from losslint.settings.model import Overrides
from tests.server.client import Editor, Json
from tests.server.notebook_client import WITH_NOTEBOOKS, Notebook

PIECES = (
    "import keras\n",
    "from tensorflow import keras as k\nfrom keras import losses",
    "model = keras.Sequential([keras.layers.Dense(3)])\n",
    'model = k.Sequential([k.layers.Dense(1, activation="sigmoid")])\r\n',
    'model.compile("adam", loss="huber_loss")\n',
    "model.compile(loss=keras.losses.Huber(deltas=2.0), optimizer='adam')",
    'é = "😀"; model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["acc"])',
    "loss = keras.losses.SparseCategoricalCrossentropy(from_logits='yes')\n",
    "model.compile(\n    loss=loss,\n",
    ")\n",
    "  # losslint: ignore[LL101]",
    "# losslint: ignore-file[LL411]\n",
    "# losslint: ignore[LL101]\n",
    "%matplotlib inline\n",
    "!pip install keras\nfiles = !ls\n",
    "%%bash\n",
    "if True:\n    ",
    "x = 1 \\\n",
    '"""',
    "\t",
    "😀",
    "",
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=3).map("".join)
METADATA = st.sampled_from(
    ({}, {"kernelspec": {"language": "python", "name": "x"}}, {"kernelspec": {"language": "R"}})
)
NUMBERS = count()
SENTINEL = 'import keras\nsentinel.compile(loss="huber_loss")\n'

Finding = tuple[int, int, int, str, str]


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    opened = Editor(tmp_path_factory.mktemp("project"), WITH_NOTEBOOKS)
    yield opened
    opened.kill()


def do_something(notebook: Notebook, data: st.DataObject) -> None:
    """One change that an editor can make."""
    cells = len(notebook.cells)
    kind = data.draw(st.sampled_from(("insert", "data", "remove", "move", "type", "part", "meta")))
    index = data.draw(st.integers(0, max(cells - 1, 0)))
    if kind == "meta":
        notebook.set_metadata(data.draw(METADATA))
    elif kind == "insert" or not cells:
        language = data.draw(st.sampled_from(("python", "python", "python", "r")))
        code = data.draw(st.sampled_from((True, True, False)))
        made = [notebook.made(data.draw(TEXTS), language, code=code)]
        notebook.splice(index, data.draw(st.integers(0, cells - index)), *made)
    elif kind == "remove":
        notebook.splice(index, data.draw(st.integers(0, cells - index)))
    elif kind == "move":
        notebook.move(index, data.draw(st.integers(0, cells - 1)))
    elif kind == "data":
        notebook.turn(index, code=data.draw(st.booleans()))
    elif kind == "type":
        notebook.type(index, data.draw(TEXTS))
    else:
        text = notebook.cells[index].text
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        if "\r\n" not in (text[start - 1 : start + 1], text[end - 1 : end + 1]):
            notebook.replace(index, start, end, data.draw(st.sampled_from(PIECES)))


def shown(notebook: Notebook) -> list[Finding]:
    """What the editor shows of each cell once all is told.

    A cell with a fault is put at the end: when its finding comes, all before has come.
    """
    editor = notebook.editor
    notebook.splice(len(notebook.cells), 0, notebook.made(SENTINEL))
    notebook.pushed(len(notebook.cells) - 1)
    known: dict[str, list[Json]] = editor.__dict__.setdefault("known", {})
    for message in editor._kept:
        if message.get("method") == "textDocument/publishDiagnostics":
            known[message["params"]["uri"]] = message["params"]["diagnostics"]
    editor._kept.clear()
    open_now = {cell.uri for cell in notebook.cells}
    stale = [uri for uri, found in known.items() if found and uri not in open_now]
    assert not [uri for uri in stale if f"/{notebook.name}#" in uri]
    return sorted(
        (number, at["line"], at["character"], each["code"], each["message"])
        for number, cell in enumerate(notebook.cells[:-1])
        for each in known.get(cell.uri, ())
        for at in (each["range"]["start"],)
    )


def checked(notebook: Notebook) -> list[Finding]:
    """What `losslint check` says of the notebook's file, as an editor would show it."""
    path = notebook.editor.folder / "saved" / "train.ipynb"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(notebook.file().encode("utf-8"))
    outcome = Linter(Overrides()).run(FoundFile(str(path)))
    found: list[Finding] = []
    for each in outcome.diagnostics:
        assert outcome.source is not None
        lines = outcome.source.lines()
        number = lines.cell(each.span.start)
        assert number is not None
        row, column = lines.shown(each.span.start)
        cell = notebook.cells[number - 1]
        start = PositionMap(cell.text, "utf-32", marked=False).offset(row - 1, column - 1)
        line, character = PositionMap(cell.text, "utf-16", marked=False).line_and_character(start)
        message = each.message if each.hint is None else f"{each.message}\n{each.hint}"
        found.append((number - 1, line, character, each.code, message))
    return sorted(each for each in found if each[0] < len(notebook.cells) - 1)


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), texts=st.lists(TEXTS, max_size=5), steps=st.integers(0, 8))
def test_changes_lead_where_a_fresh_notebook_stands(
    editor: Editor, data: st.DataObject, texts: list[str], steps: int
) -> None:
    # An example that is given up half way leaves its notebook open.
    number = next(NUMBERS)
    notebook = Notebook(editor, f"typed-{number}.ipynb", *texts)
    for _ in range(steps):
        do_something(notebook, data)
    found = shown(notebook)
    assert found == checked(notebook)
    fresh = Notebook(editor, f"fresh-{number}.ipynb")
    cells = [fresh.made(cell.text, cell.language, code=cell.code) for cell in notebook.cells[:-1]]
    fresh.splice(0, 0, *cells)
    fresh.set_metadata(notebook.metadata)
    assert shown(fresh) == found
    notebook.close()
    fresh.close()
