"""Notebooks in an editor: cells are one program, and what is found stands in its cell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.client import FULL, Editor, Json
from tests.server.notebook_client import WITH_NOTEBOOKS, Notebook
from tests.server.test_features import applied

MODEL = "import keras\nmodel = keras.Sequential([keras.layers.Dense(3)])"
CALL = 'model.compile("adam", loss="huber_loss")'
LOGITS = 'model.compile("adam", loss="categorical_crossentropy")'


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    opened = Editor(tmp_path_factory.mktemp("project"), WITH_NOTEBOOKS)
    yield opened
    opened.kill()


def codes(found: list[Json]) -> list[str]:
    return [each["code"] for each in found]


def test_notebooks_are_asked_for_where_there_are_some(editor: Editor, folder: Path) -> None:
    sync = editor.answer["capabilities"]["notebookDocumentSync"]
    (wanted,) = sync["notebookSelector"]
    assert wanted == {
        "notebook": {"notebookType": "jupyter-notebook"}, "cells": [{"language": "python"}],
    }  # fmt: skip
    plain = Editor(folder, FULL)
    assert "notebookDocumentSync" not in plain.answer["capabilities"]
    plain.kill()


SOUND: dict[str, tuple[str, ...]] = {
    "nothing is compiled": ("import keras\n", "x = 1"),
    "sound": (MODEL, 'model.compile("adam", loss="huber")'),
    "not in order": ('model.compile("adam", loss=name)', "import keras\nname = 'mse'"),
    "another language": (MODEL, f"%%bash\n{CALL}"),
    "no Python": (MODEL, 'model.compile("adam", loss="huber_loss"'),
    "another model": ("import torch\nmodel = torch.compile(model)", "x.compile(loss='l1')"),
    "silenced": (MODEL, f"{CALL}  # losslint: ignore[LL101]"),
}


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_said_of(name: str, editor: Editor) -> None:
    notebook = Notebook(editor, f"{name}.ipynb", *SOUND[name])
    assert [notebook.pushed(n) for n in range(2)] == [[], []]


def test_cells_are_one_program(editor: Editor) -> None:
    notebook = Notebook(editor, "a.ipynb", "%matplotlib inline\n" + MODEL, f"😀 = 1\n{LOGITS}")
    assert notebook.pushed(0) == []
    # A cell with a name that is none is left out; mended, it counts.
    assert notebook.pushed(1) == []
    notebook.type(1, f"x = '😀'; {LOGITS}")
    (found,) = notebook.pushed(1, 2)
    assert found["code"] == "LL411"
    assert found["range"]["start"] == {"line": 0, "character": len("x = '😀x'; ") + 27}
    (related,) = found["relatedInformation"]
    assert related["location"]["uri"] == notebook.cells[0].uri
    assert related["location"]["range"]["start"] == {"line": 2, "character": 26}


def test_changes_of_text_and_order(editor: Editor) -> None:
    notebook = Notebook(editor, "b.ipynb", MODEL, CALL)
    assert (notebook.pushed(0), codes(notebook.pushed(1))) == ([], ["LL101"])
    at = CALL.index("_loss")
    notebook.replace(1, at, at + 5, "")
    assert notebook.pushed(1, 2) == []
    notebook.replace(1, at, at, "_loss")
    assert codes(notebook.pushed(1, 3)) == ["LL101"]
    # A cell more in between: nothing new is to be said of the others.
    notebook.splice(1, 0, notebook.made("y = '\n"))
    assert notebook.pushed(1) == []
    # Without the import nothing is known; with it, moved behind the call, no more.
    moved = notebook.cells[0]
    notebook.splice(0, 1, moved=True)
    assert notebook.pushed(1, 3) == []
    notebook.splice(0, 0, moved, moved=True)
    assert codes(notebook.pushed(2, 3)) == ["LL101"]
    notebook.turn(2, code=False)
    assert notebook.pushed(2, 3) == []
    notebook.turn(2, code=True)
    assert codes(notebook.pushed(2, 3)) == ["LL101"]
    notebook.set_metadata({"kernelspec": {"language": "R"}})
    assert notebook.pushed(2, 3) == []


def test_what_was_said_of_a_cell_goes_with_it(editor: Editor) -> None:
    notebook = Notebook(editor, "c.ipynb", MODEL, CALL, CALL)
    assert [codes(notebook.pushed(n)) for n in (1, 2)] == [["LL101"], ["LL101"]]
    uris = [cell.uri for cell in notebook.cells]

    def taken_away(uri: str) -> bool:
        message = editor.hear(lambda m: m.get("params", {}).get("uri") == uri)
        return message["params"]["diagnostics"] == [] and "version" not in message["params"]

    notebook.pushed(0)
    notebook.splice(1, 1)
    assert taken_away(uris[1])
    notebook.close()
    assert taken_away(uris[0])
    assert taken_away(uris[2])
    again = Notebook(editor, "c.ipynb", MODEL, CALL)
    assert codes(again.pushed(1)) == ["LL101"]


def test_a_cell_that_is_opened_as_a_text_besides_is_told_of_once(editor: Editor) -> None:
    notebook = Notebook(editor, "d.ipynb", MODEL, CALL)
    assert codes(notebook.pushed(1)) == ["LL101"]
    editor.say("textDocument/didOpen", {"textDocument": notebook.cells[1].item()})
    notebook.type(1, CALL + "\n")
    assert codes(notebook.pushed(1, 2)) == ["LL101"]
    assert not [m for m in editor._kept if m.get("params", {}).get("uri") == notebook.cells[1].uri]


def changes(action: Json) -> dict[str, list[Json]]:
    """The edits of an action, by document; each is of the version that is open."""
    found = action["edit"]["documentChanges"]
    return {each["textDocument"]["uri"]: each["edits"] for each in found}


def test_actions_in_cells(editor: Editor) -> None:
    notebook = Notebook(editor, "e.ipynb", MODEL, f"x = '😀'\r\n{CALL}", "\n\n" + CALL)
    assert codes(notebook.pushed(2)) == ["LL101"]
    first, second = notebook.cells[1:]
    offered = notebook.actions(1, 1, 30)
    fix, ignore = (a for a in offered if a["kind"] == "quickfix")
    assert changes(fix).keys() == {first.uri}
    text = applied(first.text, changes(fix)[first.uri])
    assert text == first.text.replace("huber_loss", "huber")
    assert applied(first.text, changes(ignore)[first.uri]).endswith(
        CALL + "  # losslint: ignore[LL101]"
    )
    (everything,) = notebook.actions(2, 0, 0, "source.fixAll")
    edits = changes(everything)
    assert {
        uri: applied(c.text, edits[uri]) for uri, c in ((first.uri, first), (second.uri, second))
    } == {cell.uri: cell.text.replace("huber_loss", "huber") for cell in (first, second)}
    assert edits.keys() == {first.uri, second.uri}
    # Where nothing is read, nothing is offered.
    notebook.type(1, "x = (")
    notebook.pushed(1, 2)
    assert notebook.actions(1, 0, 3, "quickfix") == []


def test_hover_in_cells(editor: Editor) -> None:
    notebook = Notebook(editor, "f.ipynb", MODEL, f"é = '😀'; {CALL}")
    line = notebook.cells[1].text
    character = len("é = '😀x'; ") + CALL.index("huber") + 2
    shown = notebook.at("textDocument/hover", 1, 0, character)
    assert "Huber" in shown["contents"]["value"]
    assert shown["range"]["start"]["character"] == line.index('"huber') + 1
    assert notebook.at("textDocument/hover", 0, 0, 3) is None


def test_pulled_diagnostics_of_cells(folder: Path) -> None:
    capabilities = {**WITH_NOTEBOOKS, "textDocument": {"diagnostic": {}}}
    editor = Editor(folder, capabilities)
    try:
        notebook = Notebook(editor, "a.ipynb", MODEL, CALL)
        for cell, expected in zip(notebook.cells, ([], ["LL101"]), strict=True):
            params = {"textDocument": {"uri": cell.uri}}
            assert codes(editor.ask("textDocument/diagnostic", params)["items"]) == expected
        assert editor.leave() == (0, "")
        assert not [m for m in editor._kept if "publishDiagnostics" in m.get("method", "")]
    finally:
        editor.kill()


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_notebook_shown_as_its_file(ascii_only: bool, end: str, editor: Editor) -> None:
    """Findings stand in the file's lines, and a fix changes no byte beside the name."""
    cells = [
        {"cell_type": "markdown", "source": ["# ä😀"]},
        {"cell_type": "code", "source": MODEL, "outputs": [{"text": ["loss: inf\n"]}]},
        {"cell_type": "code", "source": ["é = '😀\\t'\n", CALL + '  # "ä"\n', "x = 1"]},
    ]
    text = json.dumps({"cells": cells, "metadata": {}}, indent=1, ensure_ascii=ascii_only)
    text = text.replace("\n", end)
    name = f"shown-{ascii_only}-{len(end)}.ipynb"
    (found,) = editor.open(name, text, language="json")
    assert found["code"] == "LL101"
    line = text.split(end)[found["range"]["start"]["line"]]
    assert line[found["range"]["start"]["character"] :].startswith('\\"huber_loss\\"')
    place = found["range"]["start"]
    offered = editor.actions(name, place["line"], place["character"] + 1)
    fix, ignore = (a for a in offered if a["kind"] == "quickfix")
    (edits,) = changes(fix).values()
    assert applied(text, edits) == text.replace("huber_loss", "huber")
    (edits,) = changes(ignore).values()
    note = "  # losslint: ignore[LL101]"
    assert applied(text, edits) == text.replace('\\"ä\\"\\n', f'\\"ä\\"{note}\\n').replace(
        '\\"\\u00e4\\"\\n', f'\\"\\u00e4\\"{note}\\n'
    )
    (everything,) = editor.actions(name, 0, 0, ["source.fixAll"])
    (edits,) = changes(everything).values()
    assert applied(text, edits) == text.replace("huber_loss", "huber")
    shown = editor.at("textDocument/hover", name, place["line"], place["character"] + 4)
    assert "Huber" in shown["contents"]["value"]
    editor.type(name, text.replace("huber_loss", "huber"), 2)
    assert editor.pushed(name, 2) == []
    editor.type(name, text[: len(text) // 2], 3)
    assert editor.pushed(name, 3) == []
