"""Python files: the installed Keras with its tests, copied, beside what any reader has to do."""

from __future__ import annotations

import importlib.util
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
    return [
        *_table(f"{count} Python files, no cache", figures),
        "",
        "Processor time, because `ast` and the others differ in how they use processors; `ast` "
        "reads every file and parses those that hold a call of compile."
        + (f" Not installed: {', '.join(missing)}." if missing else ""),
    ]


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
