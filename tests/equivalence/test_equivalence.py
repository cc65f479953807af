"""The measuring itself: it covers every row, and it can fail."""

from __future__ import annotations

import pytest

pytest.importorskip("numpy")
pytest.importorskip("torch")

from losslint.catalog.equivalences import MEASURED, NEAREST, ROWS, find
from losslint.catalog.equivalences_model import Measured
from losslint.dryrun.losses.netspresso import batch as drawn
from losslint.dryrun.records import BatchSizes
from losslint.dryrun.runtimes.torch import TorchRuntime

from .cases import NOTHING, plain
from .data import binary, one
from .judge import Difference, difference, judge
from .keras_half import Keras
from .measure import SCRIPTS, measure
from .netspresso_half import computed
from .records import Case, Compiled, Criteria, Result
from .rows_assigned import trained, turned
from .table import printed

# One of each way to compare: losses alone, a head, a modifier, maps, a compiled list, a composite.
FEW = (
    "keras.sparse_categorical_crossentropy->netspresso.seg_cross_entropy/softmax",
    "keras.categorical_crossentropy->netspresso.*/axis",
    "keras.*->netspresso.*/same-output",
    "netspresso.focal_loss->keras.binary_crossentropy/halved",
    "netspresso.pidnet_loss->none",
)


def test_every_row_has_a_script() -> None:
    assert set(SCRIPTS) | set(NEAREST) == {row.id for row in ROWS}
    assert not set(SCRIPTS) & set(NEAREST)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """All cases, not yet run."""
    return [case for row, script in SCRIPTS.items() for case in script(row)]


def test_the_catalog_chooses_the_rows_that_are_measured(cases: list[Case]) -> None:
    assert [case.problem for case in cases if case.problem] == []
    measured = {row for case in cases if not case.breaks for row in case.variant}
    left = [row for row in ROWS if row.part in ("loss", "modifier") and row not in measured]
    assert {row.id for row in left} <= set(NEAREST)


def test_equal_rows_are_tried_beyond_their_conditions(cases: list[Case]) -> None:
    broken = {case.row for case in cases if case.breaks}
    equal = {row.id for row in ROWS if row.kind in ("exact", "conditional")}
    assert equal <= broken


# What tells a row from its neighbours and is no condition: beyond it the two losses that the row
# names are still the same. A head that ends in an activation makes `from_logits` one of these.
NEIGHBOURS = {
    "keras.*_crossentropy->netspresso.*/activated-logits": {"from_logits"},
    "keras.sparse_categorical_crossentropy->netspresso.cross_entropy/softmax": {"from_logits"},
    "keras.sparse_categorical_crossentropy->netspresso.seg_cross_entropy": {"ignore_class"},
    "keras.sparse_categorical_crossentropy->netspresso.seg_cross_entropy/softmax": {
        "from_logits",
        "ignore_class",
    },
    "keras.categorical_crossentropy->netspresso.cross_entropy/softmax": {"from_logits"},
    "keras.*categorical_crossentropy->netspresso.seg_cross_entropy/resized": {"from_logits"},
    "keras.binary_crossentropy->netspresso.focal_loss/sigmoid": {"from_logits"},
    "keras.categorical_focal_crossentropy->netspresso.cross_entropy": {"from_logits"},
    "keras.categorical_focal_crossentropy->netspresso.focal_loss/two-classes": {"gamma"},
    "netspresso.seg_cross_entropy->keras.categorical_crossentropy/mask": {"ignore_index"},
}


def test_each_parameter_that_a_row_asks_for_is_tried_otherwise(cases: list[Case]) -> None:
    for row in ROWS:
        if row.kind not in ("exact", "conditional") or row.part == "list":
            continue
        broken = [case.breaks for case in cases if case.row == row.id and case.breaks]
        asked = {test.param for test in row.tests} - NEIGHBOURS.get(row.id, set())
        left = {param for param in asked if not any(param in breaks for breaks in broken)}
        assert not left, (row.id, left)


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.torch
def test_a_few_rows_hold() -> None:
    pytest.importorskip("keras")
    report = measure(FEW)
    assert [one.word for one in report.verdicts] == ["same"] * len(FEW), printed(report, "float64")
    assert all(len(line) <= 80 for line in printed(report, "float64").splitlines())


@pytest.mark.keras
@pytest.mark.torch
def test_a_parameter_that_is_off_by_a_billionth_is_seen() -> None:
    pytest.importorskip("keras")
    balanced = {"apply_class_balancing": True, "from_logits": True, "alpha": 0.25, "gamma": 2.0}
    case = plain(
        "keras.binary_focal_crossentropy->netspresso.focal_loss/balanced",
        "binary_focal_crossentropy",
        balanced,
        one(binary),
        entry={"alpha": 0.25 + 1e-9},
    )
    assert not isinstance(case.first, Criteria)
    assert isinstance(case.second, Criteria)
    (ours,) = computed([case.second], TorchRuntime(), "float64")
    found = difference(case, Keras().run(case.first, "float64"), ours[0])
    assert (
        judge(
            "keras.binary_focal_crossentropy->netspresso.focal_loss/balanced",
            "exact",
            MEASURED["keras.binary_focal_crossentropy->netspresso.focal_loss/balanced"],
            [(case, found)],
        ).word
        == "CONTRADICTED"
    )


@pytest.mark.torch
def test_fixed_labels_are_trained_where_they_are() -> None:
    """retinanet_loss, whose labels the anchors decide, does not move as the others do."""
    batch = drawn("retinanet_loss", {}, BatchSizes(2, 4, 96), 0)
    entry = {"criterion": "retinanet_loss", "weight": None}
    jobs = [Criteria(each, ([entry],)) for each in (batch, turned(batch))]
    results = computed(jobs, TorchRuntime(), "float64")
    boxes = ("bbox_regression.0", "bbox_regression.1")
    first, second = (
        Result(0.0, {leaf: several[0].gradients[leaf] for leaf in boxes}) for several in results
    )
    case = Case("", jobs[0], jobs[1], look=trained(4, -1), slopes_alone=True)
    assert difference(case, first, second) == Difference(0.0, 0.0)


SAME, APART = Difference(1e-16, 1e-15), Difference(0.3, 0.2)
REFUSED = Difference(float("nan"), float("nan"), "Keras: ValueError")
HOLDS, BROKEN = (Case("", NOTHING, NOTHING, breaks=breaks) for breaks in ("", "a condition"))
NUMBERS = Measured(3e-16, 2e-16, 1e-7, 1e-7)
LOSSY = Measured(0.31, 0.2, 0.31, 0.2)


def test_what_contradicts_an_equal_row() -> None:
    def word(*found: tuple[Case, Difference]) -> str:
        return judge(
            "keras.sparse_categorical_crossentropy->netspresso.cross_entropy",
            "exact",
            NUMBERS,
            found,
        ).word

    assert word((HOLDS, SAME), (BROKEN, APART)) == "same"
    assert word((HOLDS, APART), (BROKEN, APART)) == "CONTRADICTED"
    assert word((HOLDS, SAME), (BROKEN, SAME)) == "CONTRADICTED"
    assert word((HOLDS, REFUSED)) == "CONTRADICTED"
    assert word((HOLDS, SAME), (BROKEN, REFUSED)) == "CONTRADICTED"
    expected = BROKEN._replace(refuses="Keras: ValueError")
    assert word((HOLDS, SAME), (expected, REFUSED)) == "same"
    assert word((HOLDS, SAME), (expected, APART)) == "CONTRADICTED"
    assert word((HOLDS._replace(problem="another row"), SAME._replace(problem="x"))) != "same"
    assert word() == "CONTRADICTED"


def test_what_contradicts_a_lossy_row_and_what_only_differs() -> None:
    def word(found: Difference) -> str:
        return judge(
            "keras.binary_crossentropy->netspresso.focal_loss/smoothed",
            "lossy",
            LOSSY,
            [(HOLDS, found)],
        ).word

    assert word(APART) == "same"
    assert word(Difference(0.6, 0.2)) == "differs"
    assert word(SAME) == "CONTRADICTED"


def test_recorded_kinds_fit_their_numbers() -> None:
    for row, numbers in MEASURED.items():
        if find(row).kind in ("lossy", "none"):
            assert max(numbers.value, numbers.gradient) > 1e-3, row
        else:
            assert max(numbers.value, numbers.gradient) < 1e-4, row


def test_heads_and_losses_are_of_one_number(cases: list[Case]) -> None:
    """But where the list for a single output is what is shown."""
    for case in cases:
        model = case.first
        if isinstance(model, Compiled) and case.row not in (
            "keras.*->netspresso.*/one-output",
            "netspresso.*->keras.*/several",
        ):
            assert len(model.heads) == len(model.losses), case
