"""`python -m tests.dryrun.stress`: the bounds of every loss of the catalog, measured anew.

Writes `tests/dryrun/data/stress.jsonl`, a line a loss and element type, and the table of
`docs/stress.md` from it. It takes some minutes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from losslint.dryrun.collect_jobs import JobOptions, all_jobs, in_types
from losslint.dryrun.records import Job, Verdict
from losslint.dryrun.runner import run

DTYPES = ("float16", "bfloat16", "float32")
GOLDEN = Path(__file__).parent / "data" / "stress.jsonl"
PAGE = Path(__file__).parents[2] / "docs" / "stress.md"
BEGIN, END = "<!-- begin: the bounds -->\n", "<!-- end: the bounds -->\n"
_SECONDS = 1800.0


class Bound(NamedTuple):
    """One line of the golden file; without a fault the loss is right as far as it was tried.

    `unit` None: the loss does not compute in this type, and `reason` says why.
    """

    dialect: str
    name: str
    dtype: str
    unit: str | None
    right: float | None
    bound: float | None
    fault: str | None
    reason: str | None


def jobs() -> list[Job]:
    """Every loss of the catalog in every type."""
    return in_types(all_jobs(JobOptions(stress=True)), DTYPES, amp=False)


def measured(wanted: list[Job]) -> list[Bound]:
    """The bounds on this machine's processor."""
    outcome = run(wanted, "cpu", _SECONDS, _progress)
    assert not outcome.missing, outcome.missing
    return [_bound(verdict) for verdict in outcome.verdicts]


def _bound(verdict: Verdict) -> Bound:
    found, dialect = verdict.stress, verdict.dialect or ""
    if found is None:
        return Bound(dialect, verdict.name, verdict.dtype, None, None, None, None, verdict.problem)
    right, bound = (None if n is None else float(f"{n:.3g}") for n in (found.right, found.bound))
    return Bound(
        dialect, verdict.name, verdict.dtype, found.unit, right, bound, found.fault, found.reason
    )


def golden() -> list[Bound]:
    """What the file holds."""
    return [Bound(*json.loads(line)) for line in GOLDEN.read_text("utf-8").splitlines()]


def table(bounds: Iterable[Bound]) -> str:
    """The bounds as a table of Markdown."""
    rows = ["| loss | type | wrong from | what | why |", "| --- | --- | --- | --- | --- |"]
    for each in bounds:
        where = "–" if each.bound is None else f"{each.unit} of {each.bound:g}"
        end = "does not compute" if each.right is None else f"right up to {each.right:g}"
        what = each.fault or end
        rows.append(f"| {each.name} | {each.dtype} | {where} | {what} | {each.reason or ''} |")
    return "\n".join(rows).replace(" |  |", " | |") + "\n"


def page_with(text: str, bounds: Iterable[Bound]) -> str:
    """A page with its table replaced."""
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + "\n" + table(bounds) + "\n" + END + rest.partition(END)[2]


def _progress(verdict: Verdict, expected: int) -> None:
    print(verdict.name, verdict.dtype, f"{verdict.seconds:.0f} s, of {expected}", file=sys.stderr)


if __name__ == "__main__":
    found = measured(jobs())
    GOLDEN.write_text("".join(json.dumps(each) + "\n" for each in found), encoding="utf-8")
    PAGE.write_text(page_with(PAGE.read_text("utf-8"), found), encoding="utf-8")
