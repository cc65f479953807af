"""`python -m tests.bench`: print the table; `--write` puts it into docs/speed.md."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench import big, server
from tests.bench.corpus import ROOT, configs, everyday, others, repeat, repository
from tests.bench.measure import Command, Figures, exponent, in_turns, ratio
from tests.bench.programs import programs
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
    parser.add_argument("--before", type=Path, help="another losslint, to compare with")
    parser.add_argument("--files", type=int, default=960, help="how many configs (%(default)s)")
    parser.add_argument("--turns", type=int, default=5, help="counted runs (%(default)s)")
    parser.add_argument("--copies", type=int, default=10, help="of Keras's sources (%(default)s)")
    parser.add_argument("--growth", type=int, nargs="+", default=[100, 1000, 10_000, 100_000])
    parser.add_argument("--strokes", type=int, default=server.STROKES, help="(%(default)s)")
    parser.add_argument("--write", action="store_true", help="put the table into docs/speed.md")
    return parser.parse_args()


def _measure(options: argparse.Namespace, scratch: Path) -> list[str]:
    texts = configs(options.configs)
    tools = Tools(scratch, options.programs, options.before)
    rows = [
        *_many(options, tools, texts, scratch),
        *_one(options, tools, texts, scratch),
        *_everyday(options, tools, texts, scratch),
        *_mixed(options, tools, texts, scratch),
    ]
    before = ["before"] if options.before else []
    table = _table(rows, ["losslint", *before, *tools.there, "reading"])
    return [
        _conditions(options, tools, len(texts)),
        "",
        *table,
        "",
        _ignoring(options, tools, texts, scratch),
        "",
        *_growth(options, tools, texts, scratch),
        "",
        *programs(tools, options.copies, options.turns, scratch),
        "",
        *server.table(server.latencies(tools, scratch, options.strokes)),
        "",
        f"Medians of {options.strokes} strokes, by a client that does nothing else; the parser is "
        "libyaml's, of the notebook `ast`, and makes nothing of what it reads.",
        "",
        *big.table(big.big(tools, min(options.turns, 3), scratch)),
        "",
        "Processor time; in brackets how many times that of losslint's own parser, which makes a "
        "tree with exact spans.",
        "",
        *big.reports(tools, scratch),
        "",
        *big.starts(tools, options.turns, scratch),
    ]


Row = tuple[str, list[Figures]]


def _many(options: argparse.Namespace, tools: Tools, texts: list[str], scratch: Path) -> list[Row]:
    folder = repeat(texts, options.files, scratch / "many")
    files = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.yaml"))]
    peers = [Command(name, tools.peer(name, files), folder) for name in tools.there]
    cached = [
        Command(name, tools.peer(name, files, cached=True), folder)
        for name in tools.there
        if name == "ryl"
    ]
    cold, single = ("--no-cache",), ("--no-cache", "--jobs", "1")
    groups = [
        [Command("losslint", tools.ours(*cold), folder), *tools.earlier(folder, *cold)],
        [Command("losslint", tools.ours(*single), folder), *tools.earlier(folder, *single)],
        peers,
        [Command("losslint", tools.ours(), folder), *tools.earlier(folder), *cached],
    ]
    first, alone, others_found, warm = _by_group(groups, options.turns, tools)
    uncached = [each for each in others_found if each.name != "ryl"]
    return [
        (f"{options.files} configs, no cache", [*first, *others_found]),
        (f"{options.files} configs, no cache, one process", [*alone, *others_found]),
        (f"{options.files} configs, unchanged since the last run", [*warm, *uncached]),
    ]


def _by_group(groups: list[list[Command]], turns: int, tools: Tools) -> list[list[Figures]]:
    """The figures of all commands, measured in the same turns, in the groups they came in."""
    found = iter(in_turns([each for group in groups for each in group], turns, tools.environment))
    return [[next(found) for _ in group] for group in groups]


def _one(options: argparse.Namespace, tools: Tools, texts: list[str], scratch: Path) -> list[Row]:
    text = next(text for text in texts if "losses:" in text)
    folder = repeat([text], 1, scratch / "one") / "000"
    files = ["00000.yaml"]
    peers = [Command(name, tools.peer(name, files), folder) for name in tools.there]
    path = files[0]
    cold = Command("losslint", tools.ours("--no-cache", path=path), folder)
    warm = Command("losslint", tools.ours(path=path), folder)
    groups = [
        [cold, *tools.earlier(folder, "--no-cache", path=path)],
        [warm, *tools.earlier(folder, path=path)],
        peers,
    ]
    first, second, others_found = _by_group(groups, options.turns * 2, tools)
    return [
        ("one config, no cache", [*first, *others_found]),
        ("one config, unchanged since the last run", [*second, *others_found]),
    ]


def _everyday(
    options: argparse.Namespace, tools: Tools, texts: list[str], scratch: Path
) -> list[Row]:
    """One config among five thousand other files: named, and looked for."""
    text = next(text for text in texts if "losses:" in text)
    folder = everyday(text, scratch / "everyday")
    named = "config.yaml"
    peers = [Command(name, tools.peer(name, [named]), folder) for name in tools.there]
    groups = [
        [Command("losslint", tools.ours("--no-cache", path=named), folder)],
        [Command("losslint", tools.ours("--no-cache"), folder)],
        peers,
    ]
    first, second, others_found = _by_group(groups, options.turns * 2, tools)
    return [
        ("one config of an everyday repository, no cache", [*first, *others_found]),
        ("an everyday repository of 5000 files, looked through, no cache", [*second]),
    ]


def _mixed(options: argparse.Namespace, tools: Tools, texts: list[str], scratch: Path) -> list[Row]:
    folder = others(texts, 1000, scratch / "mixed")
    files = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.yaml"))]
    peers = [Command(name, tools.peer(name, files), folder) for name in tools.there]
    reading = Command("reading", tools.reading(), folder)
    groups = [
        [Command("losslint", tools.ours("--no-cache"), folder)],
        tools.earlier(folder, "--no-cache"),
        [Command("losslint", tools.ours(), folder)],
        tools.earlier(folder),
        [*peers, reading],
    ]
    cold, cold_before, warm, warm_before, rest = _by_group(groups, options.turns, tools)
    return [
        ("1000 YAML files, one of them with losses, no cache", [*cold, *cold_before, *rest]),
        ("1000 YAML files, one of them with losses, unchanged", [*warm, *warm_before, *rest]),
    ]


def _ignoring(options: argparse.Namespace, tools: Tools, texts: list[str], scratch: Path) -> str:
    """What a .gitignore costs: one config in a repository with one, and in a bare one."""
    text = next(text for text in texts if "losses:" in text)
    folders = [repository(text, scratch / f"git{on}", ignores=on) for on in (True, False)]
    commands = [Command("losslint", tools.ours("--no-cache"), folder) for folder in folders]
    with_one, bare = in_turns(commands, options.turns * 2, tools.environment)
    return (
        "One config in a repository whose .gitignore has the patterns of GitHub's for Python: "
        f"{with_one.wall:.3f} s, {ratio(with_one, bare):.2f} times one without a .gitignore."
    )


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
    seconds: list[list[float]] = [[], []]
    for count in options.growth:
        folder = repeat(texts, count, scratch / f"growth{count}")
        cold = Command("cold", tools.ours("--no-cache"), folder)
        warm = Command("warm", tools.ours(), folder)
        first, second = in_turns([cold, warm], min(options.turns, 3), tools.environment)
        cells = [str(count)]
        for each, times in zip((first, second), seconds, strict=True):
            times.append(each.wall)
            seen = "" if each.memory > floor else "at most "
            cells += [f"{each.wall:.3f} s", f"{seen}{each.memory:.1f} MiB"]
        lines.append(f"| {' | '.join(cells)} |")
        # A hundred thousand files are not kept beside those of the next row.
        shutil.rmtree(folder)
    cold_power, warm_power = (exponent(options.growth, times) for times in seconds)
    return [
        *lines,
        "",
        "Fitted, the time without a cache grows with the number of files to the power of "
        f"{cold_power:.2f}, unchanged {warm_power:.2f}: 1 is in proportion, and less is due to the "
        "start of the process.",
    ]


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
    page = ROOT / "docs" / "speed.md"
    before = page.read_text("utf-8")
    head, found, rest = before.partition(START)
    _, closed, tail = rest.partition(END)
    if not found or not closed:
        raise SystemExit(f"{page} has no {START} … {END}")
    page.write_text(f"{head}{START}\n\n{text}\n{END}{tail}", "utf-8")


if __name__ == "__main__":
    main()
