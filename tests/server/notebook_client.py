"""An editor with notebooks: what it shows, and the messages with which it tells of changes."""

from __future__ import annotations

import json
from typing import Any

from losslint.server.position_map import PositionMap
from tests.server.client import FULL, Editor, Json

WITH_NOTEBOOKS: Json = {
    **FULL,
    "notebookDocument": {"synchronization": {"executionSummarySupport": True}},
}


class Shown:
    """A cell as the editor shows it."""

    def __init__(self, uri: str, text: str, language: str = "python", *, code: bool = True) -> None:
        self.uri, self.text, self.language, self.code = uri, text, language, code
        self.version = 1

    def item(self) -> Json:
        return {
            "uri": self.uri, "languageId": self.language, "version": self.version,
            "text": self.text,
        }  # fmt: skip

    def cell(self) -> Json:
        return {"kind": 2 if self.code else 1, "document": self.uri}


class Notebook:
    """One open notebook: every change is told to the server and made here as well."""

    def __init__(self, editor: Editor, name: str, *texts: str) -> None:
        self.editor, self.name, self.version = editor, name, 1
        self.metadata: Json = {}
        self._made = 0
        self.cells = [self.made(text) for text in texts]
        notebook = {
            "uri": editor.uri(name), "notebookType": "jupyter-notebook", "version": 1,
            "cells": [cell.cell() for cell in self.cells],
        }  # fmt: skip
        opened = [cell.item() for cell in self.cells]
        editor.say(
            "notebookDocument/didOpen", {"notebookDocument": notebook, "cellTextDocuments": opened}
        )

    def made(self, text: str, language: str = "python", *, code: bool = True) -> Shown:
        self._made += 1
        address = f"vscode-notebook-cell:{self.editor.folder.as_posix()}/{self.name}"
        return Shown(f"{address}#W{self._made}s", text, language, code=code)

    def change(self, **change: Any) -> None:
        self.version += 1
        notebook = {"uri": self.editor.uri(self.name), "version": self.version}
        params = {"notebookDocument": notebook, "change": change}
        self.editor.say("notebookDocument/didChange", params)

    def splice(self, start: int, gone: int, *come: Shown, moved: bool = False) -> None:
        """Cells go and come; `moved`: their documents stay open."""
        closed = [{"uri": cell.uri} for cell in self.cells[start : start + gone]]
        self.cells[start : start + gone] = come
        array = {"start": start, "deleteCount": gone, "cells": [cell.cell() for cell in come]}
        structure: Json = {"array": array}
        if not moved:
            structure |= {"didOpen": [cell.item() for cell in come], "didClose": closed}
        self.change(cells={"structure": structure})

    def move(self, start: int, to: int) -> None:
        cell = self.cells[start]
        self.splice(start, 1, moved=True)
        self.splice(to, 0, cell, moved=True)

    def type(self, index: int, text: str) -> None:
        self._typed(index, text, [{"text": text}])

    def replace(self, index: int, start: int, end: int, new: str) -> None:
        """Replace a part of a cell's text."""
        cell = self.cells[index]
        positions = PositionMap(cell.text, "utf-16", marked=False)
        first, last = (
            dict(zip(("line", "character"), positions.line_and_character(at), strict=True))
            for at in (start, end)
        )
        changes = [{"range": {"start": first, "end": last}, "text": new}]
        self._typed(index, cell.text[:start] + new + cell.text[end:], changes)

    def _typed(self, index: int, text: str, changes: list[Json]) -> None:
        cell = self.cells[index]
        cell.text, cell.version = text, cell.version + 1
        document = {"uri": cell.uri, "version": cell.version}
        self.change(cells={"textContent": [{"document": document, "changes": changes}]})

    def turn(self, index: int, *, code: bool) -> None:
        """A cell becomes one of code, or of text, and is run."""
        cell = self.cells[index]
        cell.code = code
        self.change(cells={"data": [cell.cell() | {"executionSummary": {"executionOrder": 1}}]})

    def set_metadata(self, metadata: Json) -> None:
        self.metadata = metadata
        self.change(metadata=metadata)

    def close(self) -> None:
        params = {
            "notebookDocument": {"uri": self.editor.uri(self.name)},
            "cellTextDocuments": [{"uri": cell.uri} for cell in self.cells],
        }
        self.editor.say("notebookDocument/didClose", params)

    def file(self) -> str:
        """The notebook as it would be saved."""
        cells = [
            {
                "cell_type": "code" if cell.code and cell.language == "python" else "raw",
                "metadata": {}, "source": cell.text.splitlines(keepends=True),
            }
            for cell in self.cells
        ]  # fmt: skip
        whole = {"cells": cells, "metadata": self.metadata, "nbformat": 4, "nbformat_minor": 5}
        return json.dumps(whole, indent=1)

    def pushed(self, index: int, version: int = 1) -> list[Json]:
        """What is pushed about a version of a cell."""
        uri = self.cells[index].uri

        def wanted(message: Json) -> bool:
            params = message.get("params", {})
            return params.get("uri") == uri and params.get("version") == version

        found: list[Json] = self.editor.hear(wanted)["params"]["diagnostics"]
        return found

    def at(self, method: str, index: int, line: int, character: int) -> Any:
        place = {"line": line, "character": character}
        document = {"uri": self.cells[index].uri}
        return self.editor.ask(method, {"textDocument": document, "position": place})

    def actions(self, index: int, line: int, character: int, *only: str) -> list[Json]:
        place = {"line": line, "character": character}
        params = {
            "textDocument": {"uri": self.cells[index].uri},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": [], "triggerKind": 1, "only": list(only)},
        }
        found: list[Json] = self.editor.ask("textDocument/codeAction", params) or []
        return found
