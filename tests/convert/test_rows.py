"""Every row of the measured equivalences: from, to, action, and what it asks for."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from losslint.catalog.equivalences import MEASURED, NEAREST, ROWS, find
from losslint.catalog.equivalences_model import worst
from losslint.convert.model import Refused
from losslint.convert.row_application import resolve
from losslint.convert.row_selection import choose
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

CASES = (
    Case(
        "keras.sparse_categorical_crossentropy->netspresso.cross_entropy",
        SPARSE,
        LOGITS,
        {},
        "cross_entropy",
        PLAIN_CE,
        "auto",
        "class indices",
    ),
    Case(
        "keras.sparse_categorical_crossentropy->netspresso.cross_entropy/softmax",
        SPARSE,
        {},
        {},
        "cross_entropy",
        PLAIN_CE,
        NOTE,
        "final softmax",
    ),
    Case(
        "keras.*_crossentropy->netspresso.*/activated-logits",
        SPARSE,
        LOGITS,
        {"head": "softmax"},
        "cross_entropy",
        PLAIN_CE,
        ASK,
        "ends in",
    ),
    Case(
        "keras.*_crossentropy->netspresso.*/activated-logits",
        CATEGORICAL,
        LOGITS,
        {"head": "softmax"},
        "cross_entropy",
        PLAIN_CE,
        ASK,
    ),
    Case(
        "keras.*_crossentropy->netspresso.*/activated-logits",
        BINARY,
        LOGITS,
        {"head": "sigmoid"},
        "focal_loss",
        BCE,
        ASK,
        "ends in",
    ),
    Case(
        "keras.sparse_categorical_crossentropy->netspresso.seg_cross_entropy",
        SPARSE,
        {**LOGITS, "ignore_class": 255},
        {},
        "seg_cross_entropy",
        {"ignore_index": 255},
        NOTE,
        "segmentation",
    ),
    Case(
        "keras.sparse_categorical_crossentropy->netspresso.seg_cross_entropy/softmax",
        SPARSE,
        {"ignore_class": 3},
        {},
        "seg_cross_entropy",
        {"ignore_index": 3},
        NOTE,
        "clips",
    ),
    Case(
        "keras.sparse_categorical_crossentropy->none/ignore-class",
        SPARSE,
        {"ignore_class": 3},
        {"task": "classification"},
        None,
        {},
        NO,
        "one-hot",
    ),
    Case(
        "keras.*categorical_crossentropy->netspresso.*/sum",
        SPARSE,
        {**LOGITS, "reduction": "sum"},
        {},
        "cross_entropy",
        {"label_smoothing": 0.0, "size_average": False},
        ASK,
        "deprecated",
    ),
    Case(
        "keras.*categorical_crossentropy->netspresso.*/sum",
        CATEGORICAL,
        {**LOGITS, "reduction": "sum"},
        {},
        "cross_entropy",
        {"label_smoothing": 0.0, "size_average": False},
        ASK,
    ),
    Case(
        "keras.*categorical_crossentropy->netspresso.*/sum",
        SPARSE,
        {**LOGITS, "reduction": "sum", "ignore_class": 255},
        {},
        "seg_cross_entropy",
        {"ignore_index": 255, "size_average": False},
        ASK,
    ),
    Case(
        "keras.*->none/sum",
        BINARY,
        {**LOGITS, "reduction": "sum"},
        {},
        "focal_loss",
        BCE,
        NO,
        "no sum",
    ),
    Case(
        "keras.*->none/no-reduction",
        CATEGORICAL,
        {**LOGITS, "reduction": None},
        {},
        "cross_entropy",
        PLAIN_CE,
        NO,
        "gradient of the sum",
    ),
    Case(
        "keras.*->none/no-reduction",
        BINARY,
        {**LOGITS, "reduction": "none"},
        {},
        "focal_loss",
        BCE,
        NO,
    ),
    Case(
        "keras.categorical_crossentropy->netspresso.cross_entropy",
        CATEGORICAL,
        {**LOGITS, "label_smoothing": 0.1},
        {},
        "cross_entropy",
        {"label_smoothing": 0.1},
        "auto",
        "sums to 1",
    ),
    Case(
        "keras.categorical_crossentropy->netspresso.cross_entropy/softmax",
        CATEGORICAL,
        {"label_smoothing": 0.1},
        {},
        "cross_entropy",
        {"label_smoothing": 0.1},
        NOTE,
        "final softmax",
    ),
    Case(
        "keras.categorical_crossentropy->netspresso.*/axis",
        CATEGORICAL,
        {**LOGITS, "axis": 1},
        {},
        "cross_entropy",
        PLAIN_CE,
        "auto",
        "axis",
    ),
    Case(
        "keras.categorical_crossentropy->netspresso.*/axis-smoothed",
        CATEGORICAL,
        {**LOGITS, "axis": 1, "label_smoothing": 0.1},
        {},
        "cross_entropy",
        {"label_smoothing": 0.1},
        ASK,
        "width",
    ),
    Case(
        "keras.categorical_crossentropy->netspresso.cross_entropy/void-labels",
        CATEGORICAL,
        {},
        {"labels": "void"},
        "cross_entropy",
        PLAIN_CE,
        ASK,
        "all zero",
    ),
    Case(
        "keras.categorical_crossentropy->netspresso.seg_cross_entropy/mask",
        CATEGORICAL,
        {"label_smoothing": 0.1, "reduction": "mean_with_sample_weight"},
        {"weights": "mask"},
        "seg_cross_entropy",
        {"label_smoothing": 0.1, "ignore_index": 255},
        ASK,
        "label map",
    ),
    Case(
        "keras.*->none/weights",
        CATEGORICAL,
        LOGITS,
        {"weights": "any"},
        "cross_entropy",
        PLAIN_CE,
        NO,
        "classes",
    ),
    Case(
        "keras.*categorical_crossentropy->netspresso.seg_cross_entropy/resized",
        SPARSE,
        {"ignore_class": 255},
        {"resize": "logits"},
        "seg_cross_entropy",
        {"ignore_index": 255},
        NOTE,
        "resizes",
    ),
    Case(
        "keras.*categorical_crossentropy->netspresso.seg_cross_entropy/resized",
        CATEGORICAL,
        {**LOGITS, "label_smoothing": 0.1},
        {"task": "segmentation"},
        "seg_cross_entropy",
        {"label_smoothing": 0.1},
        NOTE,
    ),
    Case(
        "keras.*categorical_crossentropy->netspresso.seg_cross_entropy/resized-late",
        SPARSE,
        {"ignore_class": 255},
        {"resize": "probabilities"},
        "seg_cross_entropy",
        {"ignore_index": 255},
        ASK,
        "probabilities",
    ),
    Case(
        "keras.binary_crossentropy->netspresso.focal_loss",
        BINARY,
        LOGITS,
        {},
        "focal_loss",
        BCE,
        NOTE,
        "floats",
    ),
    Case(
        "keras.binary_crossentropy->netspresso.focal_loss/sigmoid",
        BINARY,
        {},
        {},
        "focal_loss",
        BCE,
        NOTE,
        "final sigmoid",
    ),
    Case(
        "keras.binary_crossentropy->netspresso.cross_entropy/one-unit",
        BINARY,
        {"label_smoothing": 0.1},
        {"units": "one"},
        "cross_entropy",
        {"label_smoothing": 0.1},
        ASK,
        "two logits",
    ),
    Case(
        "keras.binary_crossentropy->netspresso.focal_loss/smoothed",
        BINARY,
        {"label_smoothing": 0.1},
        {},
        "focal_loss",
        BCE,
        NO,
        "without a word",
    ),
    Case(
        "keras.binary_focal_crossentropy->netspresso.focal_loss",
        FOCAL,
        {**LOGITS, "gamma": 3.0, "alpha": 0.9},
        {},
        "focal_loss",
        {"alpha": -1, "gamma": 3.0},
        NOTE,
        "apply_class_balancing",
    ),
    Case(
        "keras.binary_focal_crossentropy->netspresso.focal_loss",
        FOCAL,
        {"gamma": 3.0},
        {},
        "focal_loss",
        {"alpha": -1, "gamma": 3.0},
        NOTE,
        "final sigmoid",
    ),
    Case(
        "keras.binary_focal_crossentropy->netspresso.focal_loss",
        FOCAL,
        {**LOGITS, "gamma": 0.0},
        {},
        "focal_loss",
        {"alpha": -1, "gamma": 0.0},
        NOTE,
        "floats",
    ),
    Case(
        "keras.binary_focal_crossentropy->netspresso.focal_loss/balanced",
        FOCAL,
        {"apply_class_balancing": True, "alpha": 0.3, "gamma": 0},
        {},
        "focal_loss",
        {"alpha": 0.3, "gamma": 0},
        NOTE,
        "final sigmoid",
    ),
    Case(
        "keras.binary_focal_crossentropy->netspresso.focal_loss/balanced",
        FOCAL,
        {**LOGITS, "apply_class_balancing": True, "alpha": 0.3, "gamma": 1.5},
        {},
        "focal_loss",
        {"alpha": 0.3, "gamma": 1.5},
        NOTE,
        "floats",
    ),
    Case(
        "keras.binary_focal_crossentropy->none/negative-alpha",
        FOCAL,
        {**LOGITS, "apply_class_balancing": True, "alpha": -0.3},
        {},
        None,
        {},
        NO,
        "negative alpha",
    ),
    Case(
        "keras.binary_focal_crossentropy->netspresso.focal_loss/smoothed",
        FOCAL,
        {**LOGITS, "label_smoothing": 0.1},
        {},
        "focal_loss",
        {},
        NO,
        "smooths",
    ),
    Case(
        "keras.categorical_focal_crossentropy->netspresso.cross_entropy",
        C_FOCAL,
        {"gamma": 0, "alpha": 0.4, "label_smoothing": 0.1},
        {},
        "cross_entropy",
        {"label_smoothing": 0.1},
        NOTE,
        "weight",
        0.4,
    ),
    Case(
        "keras.categorical_focal_crossentropy->netspresso.cross_entropy",
        C_FOCAL,
        {**LOGITS, "gamma": 0, "alpha": 0.4},
        {},
        "cross_entropy",
        PLAIN_CE,
        NOTE,
        "weight",
        0.4,
    ),
    Case(
        "keras.categorical_focal_crossentropy->netspresso.focal_loss/two-classes",
        C_FOCAL,
        {},
        {"classes": "two"},
        "focal_loss",
        {"alpha": -1, "gamma": 2.0},
        NO,
        "one logit",
        0.25,
    ),
    Case(
        "keras.categorical_focal_crossentropy->none",
        C_FOCAL,
        {"gamma": 2.0},
        {},
        None,
        {},
        NO,
        "constant",
    ),
    Case(
        "keras.categorical_focal_crossentropy->none/listed-alpha",
        C_FOCAL,
        {"alpha": [0.1, 0.9]},
        {},
        None,
        {},
        NO,
        "each class",
    ),
    Case(
        "keras.kl_divergence->netspresso.cross_entropy",
        "kl_divergence",
        {},
        {},
        "cross_entropy",
        {},
        ASK,
        "entropy",
    ),
    Case(
        "keras.kl_divergence->netspresso.cross_entropy/soft-labels",
        "kl_divergence",
        {},
        {"labels": "soft"},
        "cross_entropy",
        {},
        ASK,
        "entropy",
    ),
    Case(
        "keras.kl_divergence->netspresso.focal_loss",
        "kl_divergence",
        {},
        {"head": "sigmoid", "count": "7"},
        "focal_loss",
        {"alpha": 1, "gamma": 0},
        ASK,
        "zeros and ones",
        7.0,
    ),
    Case(
        "keras.poisson->netspresso.cross_entropy",
        "poisson",
        {},
        {"count": "4"},
        "cross_entropy",
        {},
        ASK,
        "lower",
        0.25,
    ),
    Case(
        "keras.categorical_generalized_cross_entropy->none",
        "categorical_generalized_cross_entropy",
        {"q": 0.3},
        {},
        None,
        {},
        NO,
        "0.3 %",
    ),
    Case("keras.mean_squared_error->none", "mean_squared_error", {}, {}, None, {}, NO),
    Case("keras.mean_absolute_error->none", "mean_absolute_error", {}, {}, None, {}, NO),
    Case(
        "keras.mean_absolute_percentage_error->none",
        "mean_absolute_percentage_error",
        {},
        {},
        None,
        {},
        NO,
    ),
    Case(
        "keras.mean_squared_logarithmic_error->none",
        "mean_squared_logarithmic_error",
        {},
        {},
        None,
        {},
        NO,
    ),
    Case("keras.cosine_similarity->none", "cosine_similarity", {"axis": 1}, {}, None, {}, NO),
    Case("keras.huber->none", "huber", {"delta": 2.0}, {}, None, {}, NO),
    Case("keras.log_cosh->none", "log_cosh", {}, {}, None, {}, NO),
    Case("keras.hinge->none", "hinge", {}, {}, None, {}, NO),
    Case("keras.squared_hinge->none", "squared_hinge", {}, {}, None, {}, NO),
    Case("keras.categorical_hinge->none", "categorical_hinge", {}, {}, None, {}, NO),
    Case("keras.dice->none", "dice", {}, {}, None, {}, NO),
    Case("keras.tversky->none", "tversky", {"alpha": 0.3}, {}, None, {}, NO),
    Case("keras.circle->none", "circle", {}, {}, None, {}, NO),
    Case("keras.ctc->none", "ctc", {}, {}, None, {}, NO, "sequence"),
    Case("keras.SSD_LOSS->none", "SSD_LOSS", {}, {}, None, {}, NO, "retinanet_loss"),
    Case("keras.RCNN_LOSS->none", "RCNN_LOSS", {}, {}, None, {}, NO, "retinanet_loss"),
    Case("keras.*_loss->none/rcnn-part", "rpn_class_loss", {}, {}, None, {}, NO, "anchors"),
    Case(
        "keras.*->none/regularizer",
        CATEGORICAL,
        LOGITS,
        {"regularizer": "yes"},
        "cross_entropy",
        PLAIN_CE,
        NO,
        "regularizers",
    ),
    Case(
        "netspresso.cross_entropy->keras.categorical_crossentropy",
        "cross_entropy",
        {"label_smoothing": 0.1},
        {},
        CATEGORICAL,
        {"from_logits": True, "label_smoothing": 0.1},
        "auto",
        "one-hot",
    ),
    Case(
        "netspresso.cross_entropy->keras.*/ignore-index",
        "cross_entropy",
        {"ignore_index": -100},
        {},
        CATEGORICAL,
        {"from_logits": True, "label_smoothing": 0.0},
        ASK,
        "ignore_index goes",
    ),
    Case(
        "netspresso.seg_cross_entropy->keras.sparse_categorical_crossentropy",
        "seg_cross_entropy",
        {"ignore_index": 255},
        {},
        SPARSE,
        {"from_logits": True, "ignore_class": 255},
        NOTE,
        "Resizing",
    ),
    Case(
        "netspresso.seg_cross_entropy->keras.sparse_categorical_crossentropy",
        "seg_cross_entropy",
        {},
        {},
        SPARSE,
        {"from_logits": True},
        NOTE,
    ),
    Case(
        "netspresso.seg_cross_entropy->keras.categorical_crossentropy",
        "seg_cross_entropy",
        {"label_smoothing": 0.1},
        {},
        CATEGORICAL,
        {"from_logits": True, "label_smoothing": 0.1},
        ASK,
        "no pixel",
    ),
    Case(
        "netspresso.seg_cross_entropy->keras.categorical_crossentropy/mask",
        "seg_cross_entropy",
        {"label_smoothing": 0.1, "ignore_index": 255},
        {},
        CATEGORICAL,
        {"from_logits": True, "label_smoothing": 0.1, "reduction": "mean_with_sample_weight"},
        ASK,
        "sample_weight",
    ),
    Case(
        "netspresso.*cross_entropy->keras.sparse_categorical_crossentropy/sum",
        "cross_entropy",
        {"size_average": False},
        {},
        SPARSE,
        {"from_logits": True, "reduction": "sum"},
        NOTE,
        "sum",
    ),
    Case(
        "netspresso.*cross_entropy->keras.sparse_categorical_crossentropy/sum",
        "seg_cross_entropy",
        {"size_average": False, "ignore_index": 255},
        {},
        SPARSE,
        {"from_logits": True, "ignore_class": 255, "reduction": "sum"},
        NOTE,
    ),
    Case(
        "netspresso.focal_loss->keras.binary_crossentropy",
        "focal_loss",
        {"alpha": -1, "gamma": 0},
        {},
        BINARY,
        LOGITS,
        "auto",
        "logits",
    ),
    Case(
        "netspresso.focal_loss->keras.binary_focal_crossentropy",
        "focal_loss",
        {"alpha": -0.5, "gamma": 2.0},
        {},
        FOCAL,
        {"apply_class_balancing": False, "gamma": 2.0, "from_logits": True},
        "auto",
    ),
    Case(
        "netspresso.focal_loss->keras.binary_focal_crossentropy/balanced",
        "focal_loss",
        {"alpha": 0.25, "gamma": 2.0},
        {},
        FOCAL,
        {"apply_class_balancing": True, "alpha": 0.25, "gamma": 2.0, "from_logits": True},
        "auto",
        "apply_class_balancing",
    ),
    Case(
        "netspresso.focal_loss->keras.binary_crossentropy/halved",
        "focal_loss",
        {"alpha": 0.5, "gamma": 0},
        {},
        BINARY,
        LOGITS,
        NOTE,
        "halves",
        0.5,
    ),
    Case(
        "netspresso.focal_loss->keras.binary_focal_crossentropy/no-gamma",
        "focal_loss",
        {"alpha": 0.3, "gamma": 0},
        {},
        FOCAL,
        {"apply_class_balancing": True, "alpha": 0.3, "gamma": 0.0, "from_logits": True},
        ASK,
    ),
    Case(
        "netspresso.pidnet_loss->none",
        "pidnet_loss",
        {"ignore_index": 255},
        {},
        None,
        {},
        NO,
        "four outputs",
    ),
    Case("netspresso.retinanet_loss->none", "retinanet_loss", {}, {}, None, {}, NO, "two outputs"),
    Case("netspresso.rtmcc_loss->none", "rtmcc_loss", {}, {}, None, {}, NO, "KLDivergence"),
    Case(
        "netspresso.yolox_loss->none",
        "yolox_loss",
        {"l1_activate_epoch": 1},
        {},
        None,
        {},
        NO,
        "depends on",
    ),
    Case(
        "netspresso.yolofastest_loss->none", "yolofastest_loss", {}, {}, None, {}, NO, "depends on"
    ),
    Case("netspresso.yolov9_loss->none", "yolov9_loss", {}, {}, None, {}, NO, "depends on"),
    Case("netspresso.detr_loss->none", "detr_loss", {}, {}, None, {}, NO, "depends on"),
)

# Those that relate whole lists stand in test_lists.py;
# keras.binary_crossentropy->netspresso.focal_loss/halved is another spelling of
# keras.binary_crossentropy->netspresso.focal_loss.
ELSEWHERE = {
    "keras.binary_crossentropy->netspresso.focal_loss/halved",
    *(
        "keras.*->netspresso.*/loss-weights",
        "keras.*->netspresso.*/one-output",
        "keras.*->netspresso.*/same-output",
        "keras.*->none/several-outputs",
    ),
    *(
        "netspresso.*->keras.*/weight",
        "netspresso.*->keras.*/several",
        "netspresso.*->keras.*/same-twice",
        "netspresso.*->keras.*/unknown-keys",
    ),
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.row}-{case.name}")
def test_row(case: Case) -> None:
    dialect = K if case.row.startswith("keras.") else N
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
    row = find("keras.binary_crossentropy->netspresso.focal_loss/halved")
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


@pytest.mark.parametrize(("name", "params", "known", "word"), NO_ROW)
def test_what_has_no_row_is_not_converted(
    name: str, params: dict[str, object], known: dict[str, str], word: str
) -> None:
    dialect = N if name in ("cross_entropy", "focal_loss") else K
    outcome = choose(reading(dialect, name, params), facts(**known))
    assert isinstance(outcome, Refused)
    assert word in outcome.reason
