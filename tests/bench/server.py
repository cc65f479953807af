"""Keystrokes: how soon the language server answers one, beside a bare parse of the same text."""

from __future__ import annotations

import ast
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench.tools import Tools
from tests.server.client import FULL, Editor, Json

STROKES = 200


class Text(NamedTuple):
    """What somebody types into: the cells of a notebook, or one text; `at` is the line."""

    title: str
    cells: tuple[str, ...]
    at: int
    is_notebook: bool = False


class Latency(NamedTuple):
    """Seconds, each the median of all strokes: until the answer, of the server's processor, and of
    a parser that reads the same text and does nothing with it."""

    title: str
    wall: float
    cpu: float
    parse: float


def texts() -> list[Text]:
    """The texts of the table."""
    entry = "    - criterion: cross_entropy\n      label_smoothing: 0.1\n"
    head = "model:\n  task: classification\n  losses:\n"
    section = (
        "section{0}:\n  epochs: {0}\n  optimizer: {{name: adamw, lr: 0.001, betas: [0.9, 1.0]}}\n"
        "  # as in the paper\n  path: /data/set{0}\n"
    )
    plain = head + entry + "".join(section.format(n) for n in range(99))
    wrong = "".join(f"    - criterion: cross_entropi\n      weigth: {n}\n" for n in range(499))
    row = "    - {{criterion: cross_entropy, weight: {0}}}\n"
    rows = "".join(row.format(n) for n in range(20_000))
    documents = "---\n".join((head + entry).replace("0.1", f"0.{n}") for n in range(6_000))
    model = (
        "m{0} = keras.Sequential([keras.layers.Dense({1}, activation='softmax')])\n"
        "m{0}.compile(optimizer='adam', loss='msee')\n"
    )
    other = "x{0} = {0}\ndef f{0}(a):\n    return a + {0}\n"
    cells = tuple((other if n % 3 else model).format(n, n + 1) for n in range(1, 300))
    return [
        Text("500 lines of YAML", (plain,), 250),
        Text("1 000 lines with 999 findings", (head + wrong + "    - criterion: x\n",), 500),
        Text("20 000 lines of YAML", (head + rows,), 10_000),
        Text("one of 6 000 YAML documents", (documents,), 10_000),
        Text("a notebook of 300 cells", ("import keras\n", *cells), 150, is_notebook=True),
    ]


def latencies(tools: Tools, scratch: Path, strokes: int = STROKES) -> list[Latency]:
    """Type into each of the texts."""
    found: list[Latency] = []
    probe = [tools.python, "-c", "import pygls"]
    if subprocess.run(probe, check=False, capture_output=True).returncode:
        return found
    folder = scratch / "server"
    folder.mkdir()
    for text in texts():
        editor = Editor(folder, FULL, [tools.losslint, "server"])
        try:
            typed = _notebook(editor, text) if text.is_notebook else _yaml(editor, text)
            walls, start = [], _cpu(editor)
            for number in range(2, strokes + 2):
                begin = time.perf_counter()
                typed(number)
                walls.append(time.perf_counter() - begin)
            cpu = (_cpu(editor) - start) / strokes
        finally:
            editor.kill()
        found.append(Latency(text.title, statistics.median(walls), cpu, _bare(text)))
    return found


def _yaml(editor: Editor, text: Text) -> Callable[[int], None]:
    """Opens a text; each call types a letter into a comment and waits for the answer."""
    editor.open("config.yaml", text.cells[0] + "#\n")
    last = text.cells[0].count("\n")

    def typed(version: int) -> None:
        place = {"line": last, "character": 1}
        change = {"range": {"start": place, "end": place}, "text": "x"}
        document = {"uri": editor.uri("config.yaml"), "version": version}
        editor.say("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        editor.pushed("config.yaml", version)

    return typed


def _notebook(editor: Editor, text: Text) -> Callable[[int], None]:
    """Opens a notebook; each call types into a cell with findings and waits for what it says."""
    uri = editor.uri("book.ipynb")
    cells: list[Json] = [{"kind": 2, "document": f"cell:{n}"} for n in range(len(text.cells))]
    items = [
        {"uri": f"cell:{n}", "languageId": "python", "version": 1, "text": cell}
        for n, cell in enumerate(text.cells)
    ]
    book = {"uri": uri, "notebookType": "jupyter-notebook", "version": 1, "cells": cells}
    editor.say("notebookDocument/didOpen", {"notebookDocument": book, "cellTextDocuments": items})
    cell = f"cell:{text.at}"

    def heard(version: int) -> None:
        editor.hear(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == cell
                and message["params"].get("version") == version
            )
        )

    heard(1)

    def typed(version: int) -> None:
        place = {"line": 0, "character": 0}
        told = {"document": {"uri": cell, "version": version}, "changes": [
            {"range": {"start": place, "end": place}, "text": "\n"}
        ]}  # fmt: skip
        change = {"cells": {"textContent": [told]}}
        document = {"uri": uri, "version": version}
        editor.say("notebookDocument/didChange", {"notebookDocument": document, "change": change})
        heard(version)

    return typed


def _cpu(editor: Editor) -> float:
    """The processor's seconds of a server so far; 0 where the system does not tell."""
    try:
        words = Path(f"/proc/{editor.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _bare(text: Text) -> float:
    """A parser's time for the same text: libyaml's events, or `ast` a cell."""
    read = _parse_cells if text.is_notebook else _parse_yaml
    times = []
    for _ in range(10):
        start = time.perf_counter()
        read(text.cells)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _parse_yaml(texts: Sequence[str]) -> None:
    import yaml

    for text in texts:
        for _ in yaml.parse(text, yaml.CSafeLoader):
            pass


def _parse_cells(texts: Sequence[str]) -> None:
    for text in texts:
        ast.parse(text)


def table(found: Sequence[Latency]) -> list[str]:
    """The latencies as Markdown; a sentence in their place where the server cannot run."""
    if not found:
        return ["Keystrokes are not measured: pygls is not installed beside losslint."]
    return [
        "| a keystroke in | answered after | processor | a bare parse |",
        "| --- | --- | --- | --- |",
        *(
            f"| {each.title} | {_ms(each.wall)} | {_ms(each.cpu)} | {_ms(each.parse)} |"
            for each in found
        ),
    ]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
