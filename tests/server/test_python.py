"""Programs in an editor: diagnostics and quick fixes."""

from __future__ import annotations

import pytest

from losslint.server.session import path_of
from tests.server.client import Editor

PROGRAM = 'import keras\n\nx.compile(loss="huber_loss", optimizer="adam")  # ä\n'


def test_a_program_is_checked_and_mended(editor: Editor) -> None:
    (found,) = editor.open("train.py", PROGRAM, language="python")
    assert found["code"] == "LL101"
    assert found["range"]["start"] == {"line": 2, "character": 15}
    place = {"textDocument": {"uri": editor.uri("train.py")}, "range": found["range"]}
    actions = editor.ask("textDocument/codeAction", {**place, "context": {"diagnostics": [found]}})
    (edits,) = (
        change["edits"]
        for action in actions
        for change in action.get("edit", {}).get("documentChanges", ())
        if action["kind"] == "quickfix" and "huber" in action["title"]
    )
    assert [edit["newText"] for edit in edits] == ['"huber"']


@pytest.mark.parametrize(
    ("uri", "language", "path"),
    [
        ("file:///a/train.py", "python", "/a/train.py"),
        ("untitled:Untitled-1", "python", "Untitled-1.py"),
        ("vscode-notebook-cell:/a/train.ipynb#W0s", "python", "train.ipynb.py"),
        ("file:///a/train.ipynb", "json", "/a/train.ipynb"),
        ("file:///a/train.ipynb", "", "/a/train.ipynb"),
        ("file:///a/train.ipynb", "python", "/a/train.ipynb.py"),
        ("file:///a/train.ipynb#W0s", "json", "/a/train.ipynb.json"),
        ("file:///a/train.ipynb", "julia", None),
    ],
)
def test_what_a_document_is_taken_for(uri: str, language: str, path: str | None) -> None:
    assert path_of(uri, language) == path
