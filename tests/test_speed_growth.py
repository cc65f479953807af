"""Time grows with a file's size, and not with its findings times its size."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from losslint.files.discovery import FoundFile
from losslint.files.source import Source, decode, row_starts
from losslint.linter.apply_rules import parse
from losslint.linter.outcome import FileOutcome, LoadedFile
from losslint.linter.runner import Linter
from losslint.linter.suppression_comments import Suppressions
from losslint.report import FORMATS, render
from losslint.report.model import ReportOptions
from losslint.settings.model import Overrides
from losslint.syntax import json_tree
from losslint.syntax.resolved_node import ResolvedNode
from tests.steps import growth

SOUND = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"
BAD = {"class_name": "Hubber", "module": "keras.losses", "config": {"delta": "x"}}
FILES: dict[str, tuple[str, Callable[[int], str]]] = {
    "documents": ("a.yaml", lambda n: "---\n".join([SOUND] * n)),
    "documents with a slip": (
        "a.yaml", lambda n: "---\n".join([SOUND.replace("cross_entropy", "cross_entropi")] * n)
    ),
    "one list of unknown losses": (
        "a.yaml",
        lambda n: "model:\n  task: classification\n  losses:\n"
        + "    - criterion: cross_entropi\n      weigth: 1\n" * n,
    ),
    "duplicate keys": ("a.yaml", lambda n: SOUND + "same: 1\n" * n),
    "anchored keys": ("a.yaml", lambda n: SOUND + "".join(f"k{i}: &a{i} v\n" for i in range(n))),
    "suppressions": (
        "a.yaml",
        lambda n: SOUND + "".join(f"k{i}: 1 # losslint: ignore[LL110]\n" for i in range(n)),
    ),
    "bad objects on one line": ("a.json", lambda n: json.dumps([BAD] * n)),
    "bad objects": ("a.json", lambda n: json.dumps([BAD] * n, indent=0)),
    "fixes beside comments": (
        "a.yaml",
        lambda n: SOUND + "".join(f"# {i}\n    - criterion: cross_entropi\n" for i in range(n)),
    ),
    "hand-written objects": (
        "a.json", lambda n: json.dumps([{"loss": "msee", "optimizer": "Adam"}] * n, indent=0)
    ),
}  # fmt: skip


def checked(name: str, text: str) -> FileOutcome:
    return Linter(Overrides(isolated=True)).run(
        FoundFile(name, explicit=True), decode(name, text.encode())
    )


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILES)
def test_a_check_takes_no_more_than_the_file_is_long(kind: str) -> None:
    name, made = FILES[kind]
    assert growth(lambda n: checked(name, made(n)), 100) < 4.6


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["one list of unknown losses", "bad objects on one line"])
@pytest.mark.parametrize("format", FORMATS)
def test_a_report_takes_no_more_than_its_findings(kind: str, format: str) -> None:
    name, made = FILES[kind]
    found = {n: checked(name, made(n))._replace(checked=None) for n in (50, 200)}

    def work(count: int) -> None:
        for _ in render(format, [found[count]], ReportOptions({})):
            pass

    assert growth(work, 50) < 4.6


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILES)
def test_a_check_takes_little_more_memory_than_the_tree(kind: str) -> None:
    """What is known of a site, a value or a comment is small beside what the parser makes of it."""
    name, made = FILES[kind]
    text = made(2_000)
    source = decode(name, text.encode())
    assert isinstance(source, Source)
    linter = Linter(Overrides(isolated=True))
    lint(linter, name, source)
    tree, check = peak(lambda: parse(source)), peak(lambda: lint(linter, name, source))
    assert check < 2.8 * tree


def lint(linter: Linter, name: str, source: Source) -> None:
    """Check a file as a run does, which keeps no tree."""
    loaded = linter.load(FoundFile(name, explicit=True), source)
    assert isinstance(loaded, LoadedFile)
    linter.lint(loaded)


def peak(work: Callable[[], object]) -> int:
    """The most memory that a call holds at once."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_of_a_checked_file_nothing_is_left_for_the_collector(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even where a budget ends the reading: a large file is freed at once."""
    monkeypatch.setattr(json_tree, "MAX_NODES", 100)
    for name, text in (("a.json", json.dumps([BAD] * 50)), ("a.yaml", SOUND * 3)):
        source = decode(name, text.encode())
        assert isinstance(source, Source)
        linter = Linter(Overrides(isolated=True))
        lint(linter, name, source)
        gc.collect()
        gc.disable()
        try:
            lint(linter, name, source)
            assert gc.collect() == 0, name
        finally:
            gc.enable()


def test_rows_and_suppressions_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    build = Suppressions.__init__

    def counted(self: Suppressions, *given: Any) -> None:
        made.append(self)
        build(self, *given)

    monkeypatch.setattr(Suppressions, "__init__", counted)
    slips = "".join(f"k{i}: 1 # losslint: ignore[LL110]\n" for i in range(50))
    before = row_starts.cache_info().misses
    outcome = checked("a.yaml", SOUND + slips)
    assert len(outcome.diagnostics) == 50
    for format in FORMATS:
        for _ in render(format, [outcome._replace(checked=None)], ReportOptions({})):
            pass
    assert len(made) == 1
    assert row_starts.cache_info().misses == before + 1


def test_values_that_no_rule_asks_for_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a hundred thousand keys beside the losses, a rule makes none that it does not name."""
    made = Counter[int]()
    build = ResolvedNode.__init__

    def counted(self: ResolvedNode, *given: Any) -> None:
        made[size] += 1
        build(self, *given)

    monkeypatch.setattr(ResolvedNode, "__init__", counted)
    for size in (10, 40):
        checked("a.yaml", SOUND + "".join(f"k{i}: 1\n" for i in range(size)))
    assert made[10] == made[40] > 0
