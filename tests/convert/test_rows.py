"""Every row of the measured equivalences: from, to, action, and what it asks for."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from losslint.catalog.equivalences import MEASURED, NEAREST, ROWS, find
from losslint.catalog.equivalences_model import worst
from losslint.convert.match import choose, resolve
from losslint.convert.model import Refused
from tests.convert.support import facts, reading


class Case(NamedTuple):
    """A loss, what is known around it, and what is to become of it."""

    row: str
    name: str
    params: dict[str, object]
    known: dict[str, str]
    target: str | None
    wanted: dict[str, object]
    action: str
    says: str = ""
    factor: float | None = None


K, N = "keras", "netspresso"
SPARSE, CATEGORICAL = "sparse_categorical_crossentropy", "categorical_crossentropy"
BINARY, FOCAL = "binary_crossentropy", "binary_focal_crossentropy"
C_FOCAL = "categorical_focal_crossentropy"
LOGITS: dict[str, object] = {"from_logits": True}
PLAIN_CE: dict[str, object] = {"label_smoothing": 0.0}
BCE: dict[str, object] = {"alpha": -1, "gamma": 0}
NOTE, ASK, NO = "auto_with_note", "consent", "refuse"

# fmt: off
CASES = (
    Case("k2n-01", SPARSE, LOGITS, {}, "cross_entropy", PLAIN_CE, "auto", "class indices"),
    Case("k2n-02", SPARSE, {}, {}, "cross_entropy", PLAIN_CE, NOTE, "final softmax"),
    Case("k2n-02b", SPARSE, LOGITS, {"head": "softmax"}, "cross_entropy", PLAIN_CE, ASK, "ends in"),
    Case("k2n-02b", CATEGORICAL, LOGITS, {"head": "softmax"}, "cross_entropy", PLAIN_CE, ASK),
    Case("k2n-02b", BINARY, LOGITS, {"head": "sigmoid"}, "focal_loss", BCE, ASK, "ends in"),
    Case("k2n-03", SPARSE, {**LOGITS, "ignore_class": 255}, {}, "seg_cross_entropy",
         {"ignore_index": 255}, NOTE, "segmentation"),
    Case("k2n-04", SPARSE, {"ignore_class": 3}, {}, "seg_cross_entropy", {"ignore_index": 3}, NOTE,
         "clips"),
    Case("k2n-05", SPARSE, {"ignore_class": 3}, {"task": "classification"}, None, {}, NO,
         "one-hot"),
    Case("k2n-06", SPARSE, {**LOGITS, "reduction": "sum"}, {}, "cross_entropy",
         {"label_smoothing": 0.0, "size_average": False}, ASK, "deprecated"),
    Case("k2n-06", CATEGORICAL, {**LOGITS, "reduction": "sum"}, {}, "cross_entropy",
         {"label_smoothing": 0.0, "size_average": False}, ASK),
    Case("k2n-06", SPARSE, {**LOGITS, "reduction": "sum", "ignore_class": 255}, {},
         "seg_cross_entropy", {"ignore_index": 255, "size_average": False}, ASK),
    Case("k2n-06b", BINARY, {**LOGITS, "reduction": "sum"}, {}, "focal_loss", BCE, NO, "no sum"),
    Case("k2n-07", CATEGORICAL, {**LOGITS, "reduction": None}, {}, "cross_entropy", PLAIN_CE, NO,
         "gradient of the sum"),
    Case("k2n-07", BINARY, {**LOGITS, "reduction": "none"}, {}, "focal_loss", BCE, NO),
    Case("k2n-08", CATEGORICAL, {**LOGITS, "label_smoothing": 0.1}, {}, "cross_entropy",
         {"label_smoothing": 0.1}, "auto", "sums to 1"),
    Case("k2n-09", CATEGORICAL, {"label_smoothing": 0.1}, {}, "cross_entropy",
         {"label_smoothing": 0.1}, NOTE, "final softmax"),
    Case("k2n-10", CATEGORICAL, {**LOGITS, "axis": 1}, {}, "cross_entropy", PLAIN_CE, "auto",
         "axis"),
    Case("k2n-10b", CATEGORICAL, {**LOGITS, "axis": 1, "label_smoothing": 0.1}, {}, "cross_entropy",
         {"label_smoothing": 0.1}, ASK, "width"),
    Case("k2n-11", CATEGORICAL, {}, {"labels": "void"}, "cross_entropy", PLAIN_CE, ASK, "all zero"),
    Case("k2n-12", CATEGORICAL, {"label_smoothing": 0.1, "reduction": "mean_with_sample_weight"},
         {"weights": "mask"}, "seg_cross_entropy", {"label_smoothing": 0.1,
         "ignore_index": 255}, ASK,
         "label map"),
    Case("k2n-13", CATEGORICAL, LOGITS, {"weights": "any"}, "cross_entropy", PLAIN_CE, NO,
         "classes"),
    Case("k2n-14", SPARSE, {"ignore_class": 255}, {"resize": "logits"}, "seg_cross_entropy",
         {"ignore_index": 255}, NOTE, "resizes"),
    Case("k2n-14", CATEGORICAL, {**LOGITS, "label_smoothing": 0.1}, {"task": "segmentation"},
         "seg_cross_entropy", {"label_smoothing": 0.1}, NOTE),
    Case("k2n-14b", SPARSE, {"ignore_class": 255}, {"resize": "probabilities"}, "seg_cross_entropy",
         {"ignore_index": 255}, ASK, "probabilities"),
    Case("k2n-20", BINARY, LOGITS, {}, "focal_loss", BCE, NOTE, "floats"),
    Case("k2n-21", BINARY, {}, {}, "focal_loss", BCE, NOTE, "final sigmoid"),
    Case("k2n-22", BINARY, {"label_smoothing": 0.1}, {"units": "one"}, "cross_entropy",
         {"label_smoothing": 0.1}, ASK, "two logits"),
    Case("k2n-23", BINARY, {"label_smoothing": 0.1}, {}, "focal_loss", BCE, NO, "without a word"),
    Case("k2n-25", FOCAL, {**LOGITS, "gamma": 3.0, "alpha": 0.9}, {}, "focal_loss",
         {"alpha": -1, "gamma": 3.0}, NOTE, "apply_class_balancing"),
    Case("k2n-25", FOCAL, {"gamma": 3.0}, {}, "focal_loss", {"alpha": -1, "gamma": 3.0}, NOTE,
         "final sigmoid"),
    Case("k2n-25", FOCAL, {**LOGITS, "gamma": 0.0}, {}, "focal_loss", {"alpha": -1, "gamma": 0.0},
         NOTE, "floats"),
    Case("k2n-26", FOCAL, {"apply_class_balancing": True, "alpha": 0.3, "gamma": 0}, {},
         "focal_loss", {"alpha": 0.3, "gamma": 0}, NOTE, "final sigmoid"),
    Case("k2n-26", FOCAL, {**LOGITS, "apply_class_balancing": True, "alpha": 0.3, "gamma": 1.5}, {},
         "focal_loss", {"alpha": 0.3, "gamma": 1.5}, NOTE, "floats"),
    Case("k2n-27", FOCAL, {**LOGITS, "apply_class_balancing": True, "alpha": -0.3}, {}, None,
         {}, NO,
         "negative alpha"),
    Case("k2n-28", FOCAL, {**LOGITS, "label_smoothing": 0.1}, {}, "focal_loss", {}, NO, "smooths"),
    Case("k2n-29", C_FOCAL, {"gamma": 0, "alpha": 0.4, "label_smoothing": 0.1}, {}, "cross_entropy",
         {"label_smoothing": 0.1}, NOTE, "weight", 0.4),
    Case("k2n-29", C_FOCAL, {**LOGITS, "gamma": 0, "alpha": 0.4}, {}, "cross_entropy",
         PLAIN_CE, NOTE, "weight", 0.4),
    Case("k2n-30", C_FOCAL, {}, {"classes": "two"}, "focal_loss", {"alpha": -1, "gamma": 2.0}, NO,
         "one logit", 0.25),
    Case("k2n-31", C_FOCAL, {"gamma": 2.0}, {}, None, {}, NO, "constant"),
    Case("k2n-32", C_FOCAL, {"alpha": [0.1, 0.9]}, {}, None, {}, NO, "each class"),
    Case("k2n-40", "kl_divergence", {}, {}, "cross_entropy", {}, ASK, "entropy"),
    Case("k2n-41", "kl_divergence", {}, {"labels": "soft"}, "cross_entropy", {}, ASK, "entropy"),
    Case("k2n-42", "kl_divergence", {}, {"head": "sigmoid", "count": "7"}, "focal_loss",
         {"alpha": 1, "gamma": 0}, ASK, "zeros and ones", 7.0),
    Case("k2n-43", "poisson", {}, {"count": "4"}, "cross_entropy", {}, ASK, "lower", 0.25),
    Case("k2n-44", "categorical_generalized_cross_entropy", {"q": 0.3}, {}, None, {}, NO, "0.3 %"),
    Case("k2n-5a", "mean_squared_error", {}, {}, None, {}, NO),
    Case("k2n-5b", "mean_absolute_error", {}, {}, None, {}, NO),
    Case("k2n-5c", "mean_absolute_percentage_error", {}, {}, None, {}, NO),
    Case("k2n-5d", "mean_squared_logarithmic_error", {}, {}, None, {}, NO),
    Case("k2n-5e", "cosine_similarity", {"axis": 1}, {}, None, {}, NO),
    Case("k2n-5f", "huber", {"delta": 2.0}, {}, None, {}, NO),
    Case("k2n-5g", "log_cosh", {}, {}, None, {}, NO),
    Case("k2n-5h", "hinge", {}, {}, None, {}, NO),
    Case("k2n-5i", "squared_hinge", {}, {}, None, {}, NO),
    Case("k2n-5j", "categorical_hinge", {}, {}, None, {}, NO),
    Case("k2n-5k", "dice", {}, {}, None, {}, NO),
    Case("k2n-5l", "tversky", {"alpha": 0.3}, {}, None, {}, NO),
    Case("k2n-5m", "circle", {}, {}, None, {}, NO),
    Case("k2n-5n", "ctc", {}, {}, None, {}, NO, "sequence"),
    Case("k2n-60", "SSD_LOSS", {}, {}, None, {}, NO, "retinanet_loss"),
    Case("k2n-61", "RCNN_LOSS", {}, {}, None, {}, NO, "retinanet_loss"),
    Case("k2n-61b", "rpn_class_loss", {}, {}, None, {}, NO, "anchors"),
    Case("k2n-74", CATEGORICAL, LOGITS, {"regularizer": "yes"}, "cross_entropy", PLAIN_CE, NO,
         "regularizers"),
    Case("n2k-01", "cross_entropy", {"label_smoothing": 0.1}, {}, CATEGORICAL,
         {"from_logits": True, "label_smoothing": 0.1}, "auto", "one-hot"),
    Case("n2k-02", "cross_entropy", {"ignore_index": -100}, {}, CATEGORICAL,
         {"from_logits": True, "label_smoothing": 0.0}, ASK, "ignore_index goes"),
    Case("n2k-03", "seg_cross_entropy", {"ignore_index": 255}, {}, SPARSE,
         {"from_logits": True, "ignore_class": 255}, NOTE, "Resizing"),
    Case("n2k-03", "seg_cross_entropy", {}, {}, SPARSE, {"from_logits": True}, NOTE),
    Case("n2k-04", "seg_cross_entropy", {"label_smoothing": 0.1}, {}, CATEGORICAL,
         {"from_logits": True, "label_smoothing": 0.1}, ASK, "no pixel"),
    Case("n2k-05", "seg_cross_entropy", {"label_smoothing": 0.1, "ignore_index": 255}, {},
         CATEGORICAL,
         {"from_logits": True, "label_smoothing": 0.1, "reduction": "mean_with_sample_weight"}, ASK,
         "sample_weight"),
    Case("n2k-06", "cross_entropy", {"size_average": False}, {}, SPARSE,
         {"from_logits": True, "reduction": "sum"}, NOTE, "sum"),
    Case("n2k-06", "seg_cross_entropy", {"size_average": False, "ignore_index": 255}, {}, SPARSE,
         {"from_logits": True, "ignore_class": 255, "reduction": "sum"}, NOTE),
    Case("n2k-07", "focal_loss", {"alpha": -1, "gamma": 0}, {}, BINARY, LOGITS, "auto", "logits"),
    Case("n2k-08", "focal_loss", {"alpha": -0.5, "gamma": 2.0}, {}, FOCAL,
         {"apply_class_balancing": False, "gamma": 2.0, "from_logits": True}, "auto"),
    Case("n2k-09", "focal_loss", {"alpha": 0.25, "gamma": 2.0}, {}, FOCAL,
         {"apply_class_balancing": True, "alpha": 0.25, "gamma": 2.0, "from_logits": True}, "auto",
         "apply_class_balancing"),
    Case("n2k-10", "focal_loss", {"alpha": 0.5, "gamma": 0}, {}, BINARY, LOGITS, NOTE, "halves",
         0.5),
    Case("n2k-11", "focal_loss", {"alpha": 0.3, "gamma": 0}, {}, FOCAL,
         {"apply_class_balancing": True, "alpha": 0.3, "gamma": 0.0, "from_logits": True}, ASK),
    Case("n2k-12", "pidnet_loss", {"ignore_index": 255}, {}, None, {}, NO, "four outputs"),
    Case("n2k-13", "retinanet_loss", {}, {}, None, {}, NO, "two outputs"),
    Case("n2k-14", "rtmcc_loss", {}, {}, None, {}, NO, "KLDivergence"),
    Case("n2k-20", "yolox_loss", {"l1_activate_epoch": 1}, {}, None, {}, NO, "depends on"),
    Case("n2k-21", "yolofastest_loss", {}, {}, None, {}, NO, "depends on"),
    Case("n2k-22", "yolov9_loss", {}, {}, None, {}, NO, "depends on"),
    Case("n2k-23", "detr_loss", {}, {}, None, {}, NO, "depends on"),
)
# fmt: on

# Those that relate whole lists stand in test_lists.py; k2n-24 is another spelling of k2n-20.
ELSEWHERE = {
    "k2n-24",
    *("k2n-70", "k2n-71", "k2n-72", "k2n-73"),
    *("n2k-30", "n2k-31", "n2k-32", "n2k-33"),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.row}-{case.name}")
def test_row(case: Case) -> None:
    dialect = K if case.row.startswith("k2n") else N
    read = reading(dialect, case.name, case.params)
    match = choose(read, facts(**case.known))
    assert not isinstance(match, Refused), match
    rows = (match.row, *match.modifiers)
    assert case.row in [row.id for row in rows]
    assert worst(tuple(row.action for row in rows)) == case.action
    assert match.row.target == case.target
    said = " ".join(text for row in rows for text in (*row.changes, *row.conditions))
    assert case.says in said
    if case.target is not None:
        resolved = resolve(match, read.arguments, facts(**case.known))
        assert not isinstance(resolved, Refused)
        assert dict(resolved.params) == case.wanted
        assert resolved.factor == case.factor


def test_every_row_has_a_case() -> None:
    assert {row.id for row in ROWS} == {case.row for case in CASES} | ELSEWHERE


def test_another_spelling_is_never_chosen() -> None:
    row = find("k2n-24")
    assert (row.target, dict(row.params), row.weight) == (
        "focal_loss",
        {"alpha": 0.5, "gamma": 0},
        2.0,
    )
    assert row.part == "spelling"


def test_exact_rows_were_measured_to_be_exact() -> None:
    for row in ROWS:
        if row.kind == "exact" and row.id in MEASURED:
            measured = MEASURED[row.id]
            assert measured.value <= 1e-12, row.id
            assert measured.gradient <= 1e-12, row.id


def test_refused_rows_name_a_reason() -> None:
    for row in ROWS:
        if row.action in ("refuse", "consent"):
            assert row.conditions or row.changes or row.breaks, row.id
    assert set(NEAREST) <= {row.id for row in ROWS}


# fmt: off
NO_ROW = (
    (SPARSE, {"from_logits": True, "axis": 1}, {}, "axis"),
    (SPARSE, {"from_logits": True, "ignore_class": 3}, {"head": "softmax"}, "softmax"),
    (CATEGORICAL, {"from_logits": True, "label_smoothing": 1.5}, {}, "label_smoothing"),
    (CATEGORICAL, {"from_logits": True, "axis": 2}, {}, "axis"),
    (CATEGORICAL, {"from_logits": True, "dtype": "float16"}, {}, "dtype"),
    (CATEGORICAL, {}, {"head": "linear"}, "linear"),
    (CATEGORICAL, {}, {"task": "detection"}, "detection"),
    (BINARY, {}, {"task": "segmentation"}, "segmentation"),
    (FOCAL, {"gamma": 0.5}, {}, "gamma"),
    (C_FOCAL, {"gamma": 0}, {"head": "sigmoid"}, "sigmoid"),
    (CATEGORICAL, {}, {"task": "segmentation", "head": "sigmoid"}, "sigmoid"),
    (SPARSE, LOGITS, {"task": "segmentation", "head": "softmax"}, "segmentation"),
    (FOCAL, {"from_logits": True}, {"head": "sigmoid"}, "sigmoid"),
    (FOCAL, {}, {"units": "one"}, "units"),
    (C_FOCAL, {"gamma": 0, "axis": 1}, {}, "axis"),
    ("cross_entropy", {"label_smoothing": 0.1, "size_average": False}, {}, "label_smoothing"),
    ("cross_entropy", {}, {"task": "segmentation"}, "segmentation"),
    ("focal_loss", {"alpha": 0.25, "gamma": -1.0}, {}, "gamma"),
)
# fmt: on


@pytest.mark.parametrize(("name", "params", "known", "word"), NO_ROW)
def test_what_has_no_row_is_not_converted(
    name: str, params: dict[str, object], known: dict[str, str], word: str
) -> None:
    dialect = N if name in ("cross_entropy", "focal_loss") else K
    outcome = choose(reading(dialect, name, params), facts(**known))
    assert isinstance(outcome, Refused)
    assert word in outcome.reason
