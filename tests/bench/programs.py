"""Python files: the installed Keras with its tests, copied, beside what any reader has to do."""

from __future__ import annotations

import importlib.util
import json
import shutil
import statistics
import sys
from pathlib import Path

from tests.bench.measure import Command, Figures, in_turns
from tests.bench.tools import Tools

# Reads every file, and has `ast` parse those that hold a call of compile.
_PARSE = """
import ast, os
for folder, _, names in os.walk("."):
    for name in names:
        if name.endswith(".py"):
            with open(os.path.join(folder, name), "rb") as file:
                text = file.read()
            if b".compile(" in text:
                ast.parse(text)
"""
_PARSE_NOTEBOOKS = """
import ast, json, os
for folder, _, names in os.walk("."):
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            cells = json.load(file)["cells"]
        for cell in cells:
            ast.parse("".join(cell["source"]))
"""
_BOOKS = 300
PEERS = {
    "ruff": ["check", "--no-cache", "--isolated", "--exit-zero", "."],
    "pylint": ["--exit-zero", "--recursive=y", "--jobs=1", "."],
}


def programs(tools: Tools, copies: int, turns: int, scratch: Path) -> list[str]:
    """The table of processor times; a sentence in its place where Keras is not installed."""
    found = importlib.util.find_spec("keras")
    if found is None or found.origin is None:
        return ["Python files are not measured: keras is not installed."]
    folder = scratch / "programs"
    for number in range(copies):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(Path(found.origin).parent, folder / str(number), ignore=ignored)
    count = sum(1 for _ in folder.rglob("*.py"))
    there = {name: program for name in PEERS if (program := tools.find(name))}
    commands = [
        Command("losslint", tools.ours("--no-cache", "--jobs", "1"), folder),
        Command("ast", [sys.executable, "-c", _PARSE], folder),
        *(Command(name, [program, *PEERS[name]], folder) for name, program in there.items()),
    ]
    figures = in_turns(commands, turns, tools.environment)
    missing = [name for name in PEERS if name not in there]
    books = _notebooks(scratch / "notebooks")
    commands = [
        Command("losslint", tools.ours("--no-cache", "--jobs", "1"), books),
        Command("ast", [sys.executable, "-c", _PARSE_NOTEBOOKS], books),
        *(
            Command(name, [program, *PEERS[name]], books)
            for name, program in there.items()
            if name == "ruff"
        ),
    ]
    return [
        *_table(f"{count} Python files, no cache", figures),
        "",
        *_table(f"{_BOOKS} notebooks, no cache", in_turns(commands, turns, tools.environment)),
        "",
        "Processor time, because `ast` and the others differ in how they use processors; `ast` "
        "reads every file and parses those that hold a call of compile."
        + (f" Not installed: {', '.join(missing)}." if missing else ""),
    ]


def _notebooks(folder: Path) -> Path:
    """Notebooks of thirty cells, each of which compiles a model in one of them."""
    folder.mkdir()
    for number in range(_BOOKS):
        cells = [[f"x{n} = {n}\n", f"print(x{n} + {number})"] for n in range(28)]
        cells.insert(0, ["import keras\n"])
        cells.insert(20, [
            "model = keras.Sequential([keras.layers.Dense(3, activation='softmax')])\n",
            "model.compile(optimizer='adam', loss='categorical_crossentropy')",
        ])  # fmt: skip
        told = [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
                 "source": source} for source in cells]  # fmt: skip
        book = {"cells": told, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (folder / f"{number}.ipynb").write_text(json.dumps(book, indent=1), "utf-8")
    return folder


def _table(title: str, figures: list[Figures]) -> list[str]:
    ours, *others = figures
    cells = [f"{each.cpu:.2f} s ({_ratio(ours, each):.2f})" for each in others]
    return [
        f"| | {' | '.join(each.name for each in figures)} |",
        f"| --- |{' --- |' * len(figures)}",
        f"| {title} | {ours.cpu:.2f} s | {' | '.join(cells)} |",
    ]


def _ratio(one: Figures, other: Figures) -> float:
    """How many times the processor time of another, turn by turn."""
    pairs = zip(one.runs, other.runs, strict=True)
    return statistics.median(a.cpu / b.cpu for a, b in pairs)
