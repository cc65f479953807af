"""There and back: what converts by itself both ways is the same loss again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.catalog.equivalences import ROWS
from losslint.catalog.equivalences_model import Equivalence
from losslint.convert.edit_target import find_edit_target
from losslint.convert.model import Refused
from losslint.convert.row_application import resolve
from losslint.convert.row_selection import choose
from losslint.dialects.netspresso import NETSPRESSO
from losslint.syntax.plain import plain
from tests.convert.support import convert, facts, losses, platform, reading, source
from tests.convert.test_rows import CASES, Case

SHARE = st.floats(0, 1, allow_nan=False)
POSITIVE = st.floats(1e-6, 50, allow_nan=False, allow_infinity=False)
# Keras's own focal losses ask for a gamma of 1 or more on the way back.
FOCUS = st.floats(1, 20, allow_nan=False, allow_infinity=False)


def entries(text: str | None) -> object:
    place = find_edit_target(source(text or "", "model.yaml"), NETSPRESSO)
    assert not isinstance(place, tuple) or hasattr(place, "site"), place
    view = place.site.view  # type: ignore[union-attr]
    assert view is not None
    return plain(view)


@given(SHARE)
def test_cross_entropy_there_and_back(smoothing: float) -> None:
    entry = {"criterion": "cross_entropy", "label_smoothing": smoothing, "weight": None}
    there = convert(losses(entry), "keras")
    assert there.status == "converted"
    back = convert(source(there.text or "", "config.json"), "netspresso")
    assert back.status == "converted"
    assert not back.noted
    assert entries(back.text) == [entry]


@given(SHARE, POSITIVE)
def test_cross_entropy_as_an_object_with_a_factor(smoothing: float, weight: float) -> None:
    entry = {"criterion": "cross_entropy", "label_smoothing": smoothing, "weight": weight}
    there = convert(losses(entry), "keras", style="object")
    back = convert(source(there.text or "", "config.json"), "netspresso")
    assert back.status == "converted"
    assert entries(back.text) == [entry]


@given(SHARE)
def test_categorical_crossentropy_there_and_back(smoothing: float) -> None:
    there = convert(
        platform("categorical_crossentropy", from_logits=True, label_smoothing=smoothing),
        "netspresso",
    )
    back = convert(source(there.text or "", "model.yaml"), "keras")
    assert not there.noted
    assert not back.noted
    assert json.loads(back.text or "") == {
        "LOSS": {
            "NAME": "categorical_crossentropy",
            "FROM_LOGITS": True,
            "LABEL_SMOOTHING": smoothing,
        }
    }


@given(st.one_of(st.just(-1), SHARE), FOCUS)
def test_focal_loss_there_and_back(alpha: float, gamma: float) -> None:
    entry = {"criterion": "focal_loss", "alpha": alpha, "gamma": gamma, "weight": None}
    there = convert(losses(entry), "keras")
    assert there.status == "converted"
    back = convert(source(there.text or "", "config.json"), "netspresso")
    assert back.status == "converted"
    assert entries(back.text) == [entry]


@given(st.integers(-(2**31), 2**31))
def test_seg_cross_entropy_there_and_back(index: int) -> None:
    entry = {"criterion": "seg_cross_entropy", "ignore_index": index, "weight": None}
    there = convert(losses(entry, task="segmentation"), "keras")
    back = convert(source(there.text or "", "config.json"), "netspresso")
    assert entries(back.text) == [entry]


class Step(NamedTuple):
    """A loss after one way: what it is in the other dialect, by which kinds of rows."""

    name: str
    values: Mapping[str, object]
    params: dict[str, object]
    kinds: frozenset[str]


def step(dialect: str, name: str, params: dict[str, object], known: dict[str, str]) -> Step | None:
    """One way by the rows of the catalog; None where no row goes."""
    read = reading(dialect, name, params)
    match = choose(read, facts(**known))
    if isinstance(match, Refused) or match.row.target is None:
        return None
    resolved = resolve(match, read.arguments, facts(**known))
    if isinstance(resolved, Refused):
        return None
    kinds = frozenset(row.kind for row in (match.row, *match.modifiers))
    target, found = match.row.target, dict(resolved.params)
    values = reading(OTHER[dialect], target, found).arguments.values
    return Step(target, values, found, kinds)


OTHER = {"keras": "netspresso", "netspresso": "keras"}
SAME = {"exact", "conditional"}
# What a criterion and a loss have around them wherever they stand; the head is the target's own.
AROUND = {
    "seg_cross_entropy": {"task": "segmentation"},
    "mean_with_sample_weight": {"weights": "mask"},
}


def around(case: Case, *losses: tuple[str, Mapping[str, object]]) -> dict[str, str]:
    """What is known of data and task, which a conversion does not change."""
    found = {key: value for key, value in case.known.items() if key not in ("head", "resize")}
    for name, params in losses:
        found |= AROUND.get(name, {}) | AROUND.get(str(params.get("reduction")), {})
    return found


def there(case: Case) -> Step | None:
    return step(case.row.partition(".")[0], case.name, case.params, case.known)


BOTH_WAYS = [case for case in CASES if (found := there(case)) is not None and found.kinds <= SAME]


@pytest.mark.parametrize("case", BOTH_WAYS, ids=lambda case: f"{case.row}-{case.name}")
def test_each_row_there_and_back_and_there_again(case: Case) -> None:
    """What came back is another spelling at most: it goes there as the same loss."""
    dialect = case.row.partition(".")[0]
    first = there(case)
    assert first is not None
    known = around(case, (case.name, case.params), (first.name, first.params))
    back = step(OTHER[dialect], first.name, first.params, known)
    assert back is not None
    assert back.kinds <= SAME
    again = step(dialect, back.name, back.params, known)
    assert again is not None
    assert (again.name, again.values) == (first.name, first.values)


def test_the_rows_that_go_both_ways_are_among_them() -> None:
    def losses(row: Equivalence) -> set[tuple[str, str]]:
        return {(name, row.target or "") for name in row.losses} if row.kind in SAME else set()

    pairs = set().union(*map(losses, ROWS))
    both = {pair for pair in pairs if pair[::-1] in pairs}
    tried = {(case.name, case.target) for case in BOTH_WAYS}
    assert len(both) > 8
    assert both <= tried
    assert len(BOTH_WAYS) > 35
