"""Time grows with a file's size, and not with its findings times its size."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from losslint.files.discovery import FoundFile
from losslint.files.source import decode
from losslint.linter.outcome import FileOutcome
from losslint.linter.runner import Linter
from losslint.report import FORMATS, render
from losslint.report.model import ReportOptions
from losslint.settings.model import Overrides
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
