"""A refusal names the nearest loss and how far it is off, a consent by how much numbers change."""

from __future__ import annotations

import re

import pytest

from losslint.catalog.equivalences import MEASURED, NEAREST, ROWS
from losslint.catalog.equivalences_model import Equivalence
from losslint.convert.conversion import Conversion
from losslint.convert.model import EntryPlan, Loss
from losslint.convert.report import headline, lines
from losslint.diagnostics import Span
from losslint.files.source import Source, decode
from tests.convert.test_words import convert, platform

ASKED = [row for row in ROWS if row.action in ("consent", "refuse")]

# Nobody measured these, because there is nothing that could be compared, or no run of it.
UNMEASURED = {
    "keras.sparse_categorical_crossentropy->none/ignore-class",
    "keras.*->none/no-reduction",
    "keras.*->none/regularizer",
    "keras.ctc->none",
    "keras.*->none/several-outputs",
    "netspresso.yolox_loss->none",
    "netspresso.yolofastest_loss->none",
    "netspresso.yolov9_loss->none",
    "netspresso.detr_loss->none",
}
NUMBERS = r"measured: (equal up to rounding, )?\S+( %)? off in value, \S+( %)? in gradient"


def told(row: Equivalence) -> str:
    """What is said of a loss to which the row applies."""
    source = decode("a.json", b"{}")
    assert isinstance(source, Source)
    target = None if row.target is None else Loss("other", row.target)
    entry = EntryPlan(
        Loss(row.source, "some_loss"),
        Span(0, 0),
        target,
        rows=(row.id,),
        action=row.action,
        kind=row.kind,
        measured=MEASURED.get(row.id),
        nearest=NEAREST.get(row.id),
        reason="; ".join(row.conditions),
    )
    status = "refused" if row.action == "refuse" else "consent"
    return headline(Conversion(source, status), entry, lossy=False)


@pytest.mark.parametrize("row", ASKED, ids=lambda row: f"{row.id} {row.target}")
def test_every_row_that_asks_or_refuses_says_how_far_it_is(row: Equivalence) -> None:
    text = told(row)
    if row.id in UNMEASURED:
        assert "; nobody measured which loss comes nearest" in text
        assert not re.search(NUMBERS, text)
    elif row.action == "consent":
        assert re.search(f"needs --lossy: .*; {NUMBERS}$", text)
    elif row.nearest is not None:
        assert re.search(r"; nearest is .* of which at best \S+ % of the gradient is left", text)
    elif row.part == "modifier":
        # The loss that it modifies has a row, and with it the nearest one.
        assert row.id in MEASURED
    else:
        assert re.search(f"; (nearest|the nearest that was tried) is .*; {NUMBERS}$", text)


def test_what_was_not_measured_is_no_number() -> None:
    assert {row.id for row in ASKED if row.id not in MEASURED.keys() | NEAREST.keys()} == UNMEASURED
    assert all(row.compared for row in ASKED if row.action == "refuse" and row.part == "loss"
               and row.target is None and row.measured is not None)  # fmt: skip


CATEGORICAL = "categorical_crossentropy"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"from_logits": True, "reduction": "sum"}, "needs --lossy.*; measured: equal up to"),
        (
            {"from_logits": True, "reduction": "none"},
            "; nearest is cross_entropy.*; nobody measured by how much the numbers change$",
        ),
        (
            {"from_logits": True, "axis": 1, "label_smoothing": 0.1},
            "the numbers change; measured: 10 % off in value, 4.4 % in gradient$",
        ),
        (
            {"name": "binary_focal_crossentropy", "from_logits": True, "gamma": 0.5},
            "; nearest is focal_loss, and how far it is off there was not measured$",
        ),
    ],
)
def test_of_a_config(params: dict[str, object], words: str) -> None:
    name = str(params.pop("name", CATEGORICAL))
    result = convert(platform(name, **params), "netspresso")
    first = next(lines(result, lossy=False))
    assert re.search(words, first), first
