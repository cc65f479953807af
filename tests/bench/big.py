"""Big files: what each costs beside its parser, and how much memory it takes."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from tests.bench.measure import Command, Figures, in_turns
from tests.bench.tools import Tools

_HEAD = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"
_BAD = {"class_name": "Hubber", "module": "keras.losses", "config": {"delta": "x"}}
_ROWS = [{"name": f"n{n % 1000}", "values": [1, 2.5, True, None]} for n in range(1000)]
_COMPILED = {"compile_config": {"loss": "msee", "optimizer": "Adam"}}


def _duplicates() -> str:
    return _HEAD + "extra:\n" + "  same: 1\n" * 25_000


def _suppressions() -> str:
    return _HEAD + "".join(f"k{n}: 1  # losslint: ignore[LL110]\n" for n in range(200_000))


def _one_line() -> str:
    return _HEAD + "x: [" + ", ".join(["12345.678"] * 450_000) + "]\n"


def _anchors() -> str:
    return _HEAD + "".join(f"k{n}: &a{n} v\n" for n in range(100_000))


def _documents() -> str:
    return "---\n".join([_HEAD] * 6_000)


def _bad_objects() -> str:
    return json.dumps([_BAD] * 40_000, indent=0)


def _long_json() -> str:
    return json.dumps({**_COMPILED, "rest": _ROWS * 150})


BIG: Mapping[str, tuple[str, Callable[[], str]]] = MappingProxyType(
    {
        "25 000 duplicate keys": ("a.yaml", _duplicates),
        "200 000 suppressions": ("b.yaml", _suppressions),
        "5 MB of list on one line": ("c.yaml", _one_line),
        "100 000 anchored keys": ("d.yaml", _anchors),
        "6 000 YAML documents": ("e.yaml", _documents),
        "40 000 bad objects of JSON": ("f.json", _bad_objects),
        "10 MB of JSON": ("g.json", _long_json),
    }
)

# The tree with exact spans that every rule walks, and nothing else.
_PARSE = """
import gc, sys
gc.disable()
from losslint.files.source import decode
from losslint.syntax.languages import JSON, YAML
source = decode(sys.argv[1], open(sys.argv[1], "rb").read())
(JSON if sys.argv[1].endswith("json") else YAML).parse(source.text)
"""


class Big(NamedTuple):
    """Processor times and memory of one file: as lines, in full, and of its parser alone."""

    title: str
    concise: Figures
    full: Figures
    parser: Figures


def big(tools: Tools, turns: int, scratch: Path) -> Iterator[Big]:
    """Check each of the files."""
    for title, (name, text) in BIG.items():
        folder = scratch / "big" / name.partition(".")[0]
        folder.mkdir(parents=True)
        (folder / name).write_text(text(), "utf-8")
        cold = ("--no-cache", "--jobs", "1")
        commands = [
            Command("concise", tools.ours(*cold, "-f", "concise", path="."), folder),
            Command("full", tools.ours(*cold, "-f", "full", path="."), folder),
            Command("parser", [tools.python, "-c", _PARSE, name], folder),
        ]
        yield Big(title, *in_turns(commands, turns, tools.environment))


def table(found: Iterator[Big]) -> list[str]:
    """The figures as Markdown; behind each time, how many times that of the parser."""
    lines = [
        "| one file | a line a finding | in full | parser alone | memory |",
        "| --- | --- | --- | --- | --- |",
    ]
    for each in found:
        times = [f"{f.cpu:.2f} s ({_ratio(f, each.parser):.1f})" for f in (each.concise, each.full)]
        memory = max(each.concise.memory, each.full.memory)
        cells = [each.title, *times, f"{each.parser.cpu:.2f} s", f"{memory:.0f} MiB"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _ratio(one: Figures, other: Figures) -> float:
    pairs = zip(one.runs, other.runs, strict=True)
    return statistics.median(a.cpu / b.cpu for a, b in pairs)


# What each writes of a thousand files, and of ten thousand.
FORMATS = ("sarif", "gitlab", "junit", "json", "full")
_FIVE = (
    "model:\n  task: classification\n  losses:\n    - criterion: cross_entropi\n"
    "      weight: '1'\n    - criterion: focal_loss\n      weight: 'x'\n      alpha: 'y'\n"
    "      gama: 1\n"
)


def reports(tools: Tools, scratch: Path) -> list[str]:
    """The memory of every format for files with five findings each."""
    counts = (1_000, 10_000)
    memory: dict[str, list[float]] = {name: [] for name in FORMATS}
    for count in counts:
        folder = scratch / f"findings{count}"
        for number in range(count):
            path = folder / f"{number // 100}" / f"{number}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"# {number}\n{_FIVE}", "utf-8")
        commands = [
            Command(name, tools.ours("--no-cache", "-f", name, path="."), folder)
            for name in FORMATS
        ]
        for name, found in zip(FORMATS, in_turns(commands, 1, tools.environment), strict=True):
            memory[name].append(found.memory)
    lines = ["| files with five findings | 1 000 | 10 000 | |", "| --- | --- | --- | --- |"]
    for name, (few, many) in memory.items():
        lines.append(f"| {name} | {few:.0f} MiB | {many:.0f} MiB | {many / few:.2f} |")
    return lines


# Each command as people call it.
COMMANDS = (
    "--version", "--help", "check --help", "rule", "rule LL110", "loss", "loss mse",
    "schema keras", "config", "completion bash", "convert --help", "dry-run --help",
)  # fmt: skip


def starts(tools: Tools, turns: int, scratch: Path) -> list[str]:
    """How long each command takes that reads no config, beside a Python that does nothing."""
    bare = Command("python", [sys.executable, "-c", ""], scratch)
    every = [Command(words, [tools.losslint, *words.split()], scratch) for words in COMMANDS]
    python, *found = in_turns([bare, *every], turns * 2, tools.environment)
    return [
        "| command | time |",
        "| --- | --- |",
        *(f"| `losslint {each.name}` | {each.wall:.3f} s |" for each in found),
        f"| a Python that does nothing | {python.wall:.3f} s |",
    ]
