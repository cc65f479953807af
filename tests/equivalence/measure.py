"""Measuring rows: their scripts make the cases, both halves run them, the judge compares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from losslint.catalog.equivalences import MEASURED, NEAREST, find

from . import (
    rows_assigned,
    rows_binary,
    rows_composite,
    rows_crossentropy,
    rows_divergence,
    rows_focal,
    rows_lists,
    rows_modifiers,
    rows_netspresso,
    rows_platform,
    rows_segmentation,
)
from .judge import Difference, Verdict, difference, judge
from .keras_half import Keras
from .nearest import Finding, searched, sweeps
from .netspresso_half import run_all
from .records import Case, Criteria, Job, Result

Script = Callable[[str], Iterator[Case]]


def _softmax_or_sigmoid(row: str) -> Iterator[Case]:
    """The row of an id that both a softmax and a sigmoid have."""
    return chain(rows_crossentropy.softmax_and_logits(row), rows_binary.sigmoid_and_logits(row))


SCRIPTS: Mapping[str, Script] = MappingProxyType(
    {
        **rows_crossentropy.SCRIPTS,
        **rows_segmentation.SCRIPTS,
        **rows_binary.SCRIPTS,
        **rows_focal.SCRIPTS,
        **rows_divergence.SCRIPTS,
        **rows_modifiers.SCRIPTS,
        **rows_netspresso.SCRIPTS,
        **rows_composite.SCRIPTS,
        **rows_assigned.SCRIPTS,
        **rows_lists.SCRIPTS,
        **rows_platform.SCRIPTS,
        "keras.*_crossentropy->netspresso.*/activated-logits": _softmax_or_sigmoid,
    }
)
"""By the id of a row: what measures it."""


class Report(NamedTuple):
    """The verdicts, and which code computed them."""

    verdicts: tuple[Verdict, ...]
    found: tuple[tuple[Case, Difference], ...]
    nearest: tuple[Finding, ...]
    labels: tuple[str, str]

    @property
    def holds(self) -> bool:
        """Whether no row's kind is contradicted."""
        words = [one.word for one in self.verdicts] + [one.word for one in self.nearest]
        return "CONTRADICTED" not in words


def measure(rows: Sequence[str], dtype: str = "float64") -> Report:
    """The verdicts on rows."""
    keras = Keras()
    cases = [case for row in rows if row in SCRIPTS for case in SCRIPTS[row](row)]
    alone = [row for row in rows if row in NEAREST]
    jobs = [job for case in cases for job in (case.first, case.second)]
    listed = [job for job in jobs if isinstance(job, Criteria)]
    swept = sweeps() if alone else []
    others, label = run_all([*listed, *swept], dtype)
    results = _in_order(jobs, others[: len(listed)], keras, dtype)
    pairs = zip(results[::2], results[1::2], strict=True)
    found = [(case, difference(case, *pair)) for case, pair in zip(cases, pairs, strict=True)]
    verdicts = [
        judge(row, find(row).kind, MEASURED.get(row), [f for f in found if f[0].row == row], dtype)
        for row in rows
        if row in SCRIPTS
    ]
    nearest = [
        searched(row, others[len(listed) :], lambda job: keras.run(job, dtype)) for row in alone
    ]
    return Report(tuple(verdicts), tuple(found), tuple(nearest), (keras.label, label))


def _in_order(
    jobs: Sequence[Job], others: Sequence[Sequence[Result]], keras: Keras, dtype: str
) -> list[Result]:
    """The result of each job, those of the other process among them."""
    theirs = iter(others)
    return [next(theirs)[0] if isinstance(job, Criteria) else keras.run(job, dtype) for job in jobs]
