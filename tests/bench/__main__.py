"""`python -m tests.bench`: print the table; `--write` puts it into the README."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from tests.bench.corpus import ROOT, configs, others, repeat
from tests.bench.measure import Command, Figures, in_turns, ratio
from tests.bench.tools import Tools

START, END = "<!-- speed -->", "<!-- speed end -->"


def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        lines = _measure(options, Path(folder))
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if options.write:
        _write(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--configs", type=Path, help="a folder of configs to repeat")
    parser.add_argument("--programs", type=Path, help="the folder of the other tools' commands")
    parser.add_argument("--files", type=int, default=960, help="how many configs (%(default)s)")
    parser.add_argument("--turns", type=int, default=5, help="counted runs (%(default)s)")
    parser.add_argument("--growth", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    return parser.parse_args()


def _measure(options: argparse.Namespace, scratch: Path) -> list[str]:
    texts = configs(options.configs)
    tools = Tools(scratch, options.programs)
    rows = [
        *_many(options, tools, texts, scratch),
        *_one(options, tools, texts, scratch),
        *_mixed(options, tools, texts, scratch),
    ]
    table = _table(rows, ["losslint", *tools.there, "reading"])
    return [
        _conditions(options, tools, len(texts)),
        "",
        *table,
        "",
        *_growth(options, tools, texts, scratch),
    ]


Row = tuple[str, list[Figures]]


def _many(options: argparse.Namespace, tools: Tools, texts: list[str], scratch: Path) -> list[Row]:
    folder = repeat(texts, options.files, scratch / "many")
    files = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.yaml"))]
    peers = [Command(name, tools.peer(name, files), folder) for name in tools.there]
    cold = Command("losslint", tools.ours("--no-cache"), folder)
    single = Command("losslint", tools.ours("--no-cache", "--jobs", "1"), folder)
    warm = Command("losslint", tools.ours(), folder)
    cached = [
        Command(name, tools.peer(name, files, cached=True), folder)
        for name in tools.there
        if name == "ryl"
    ]
    found = in_turns([cold, single, *peers, warm, *cached], options.turns, tools.environment)
    others_found = found[2 : 2 + len(peers)]
    uncached = [each for each in others_found if each.name != "ryl"]
    return [
        (f"{options.files} configs, no cache", [found[0], *others_found]),
        (f"{options.files} configs, no cache, one process", [found[1], *others_found]),
        (
            f"{options.files} configs, unchanged since the last run",
            [found[2 + len(peers)], *uncached, *found[3 + len(peers) :]],
        ),
    ]


def _one(options: argparse.Namespace, tools: Tools, texts: list[str], scratch: Path) -> list[Row]:
    text = next(text for text in texts if "losses:" in text)
    folder = repeat([text], 1, scratch / "one") / "000"
    files = ["00000.yaml"]
    peers = [Command(name, tools.peer(name, files), folder) for name in tools.there]
    cold = Command("losslint", tools.ours("--no-cache", path=files[0]), folder)
    warm = Command("losslint", tools.ours(path=files[0]), folder)
    found = in_turns([cold, warm, *peers], options.turns * 2, tools.environment)
    return [
        ("one config, no cache", [found[0], *found[2:]]),
        ("one config, unchanged since the last run", [found[1], *found[2:]]),
    ]


def _mixed(options: argparse.Namespace, tools: Tools, texts: list[str], scratch: Path) -> list[Row]:
    folder = others(texts, 1000, scratch / "mixed")
    files = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.yaml"))]
    peers = [Command(name, tools.peer(name, files), folder) for name in tools.there]
    cold = Command("losslint", tools.ours("--no-cache"), folder)
    warm = Command("losslint", tools.ours(), folder)
    reading = Command("reading", tools.reading(), folder)
    found = in_turns([cold, warm, *peers, reading], options.turns, tools.environment)
    return [
        ("1000 YAML files, one of them with losses, no cache", [found[0], *found[2:]]),
        ("1000 YAML files, one of them with losses, unchanged", found[1:]),
    ]


def _growth(
    options: argparse.Namespace, tools: Tools, texts: list[str], scratch: Path
) -> list[str]:
    lines = [
        "| configs | no cache | memory | unchanged | memory |",
        "| --- | --- | --- | --- | --- |",
    ]
    # A new process starts with the peak of the one that started it; below that nothing is seen.
    bare = Command("bare", [sys.executable, "-S", "-c", ""], scratch)
    floor = in_turns([bare], 1, tools.environment)[0].memory + 0.2
    for count in options.growth:
        folder = repeat(texts, count, scratch / f"growth{count}")
        cold = Command("cold", tools.ours("--no-cache"), folder)
        warm = Command("warm", tools.ours(), folder)
        first, second = in_turns([cold, warm], min(options.turns, 3), tools.environment)
        cells = [str(count)]
        for each in (first, second):
            seen = "" if each.memory > floor else "at most "
            cells += [f"{each.wall:.3f} s", f"{seen}{each.memory:.1f} MiB"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _table(rows: list[Row], names: list[str]) -> list[str]:
    """Median wall times; behind each peer's, how much of it losslint took."""
    lines = [
        f"| | {' | '.join(names)} |",
        f"| --- |{' --- |' * len(names)}",
    ]
    for title, figures in rows:
        by_name = {each.name: each for each in figures}
        ours = by_name["losslint"]
        cells = [f"{ours.wall:.3f} s"]
        for name in names[1:]:
            other = by_name.get(name)
            cells.append(f"{other.wall:.3f} s ({ratio(ours, other):.2f})" if other else "")
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return lines


def _conditions(options: argparse.Namespace, tools: Tools, texts: int) -> str:
    source = str(options.configs) if options.configs else "fixtures"
    words = " ".join(word for word in sys.argv[1:] if word != "--write")
    return (
        f"`python -m tests.bench{' ' + words if words else ''}`: medians of {options.turns} turns; "
        f"in brackets how many times the other's time losslint took. {os.cpu_count()} processors, "
        f"{platform.system()}, Python {platform.python_version()}; {', '.join(tools.versions())}; "
        f"{texts} configs of {source}, repeated with distinct content."
    )


def _write(text: str) -> None:
    readme = ROOT / "README.md"
    before = readme.read_text("utf-8")
    head, found, rest = before.partition(START)
    _, closed, tail = rest.partition(END)
    if not found or not closed:
        raise SystemExit(f"{readme} has no {START} … {END}")
    readme.write_text(f"{head}{START}\n\n{text}\n{END}{tail}", "utf-8")


if __name__ == "__main__":
    main()
