"""Entries of old NetsPresso releases, written for newer ones and back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from losslint.diagnostics import Diagnostic
from losslint.linter.apply_rules import Checked
from losslint.linter.fix import fix_source

CheckText = Callable[..., Checked]

HEAD = "model:\n  task: {task}\n  losses:\n"
TRIPLE = """\
    - criterion: pidnet_cross_entropy
      weight: {a}
      ignore_index: {i}
    - criterion: boundary_loss
      weight: {b}
    - criterion: pidnet_cross_entropy_with_boundary
      weight: {c}
      ignore_index: {j}
"""


def model(entries: str, task: str = "classification") -> str:
    """A model file with these entries."""
    return HEAD.format(task=task) + entries


def triple(a: str, b: str, c: str, i: str = "255", j: str = "255") -> str:
    """PIDNet's three old entries with these weights and indices."""
    return model(TRIPLE.format(a=a, b=b, c=c, i=i, j=j), "segmentation")


def mend(
    check_text: CheckText, text: str, *, unsafe: bool, name: str = "model.yaml", **targets: str
) -> tuple[str, tuple[Diagnostic, ...]]:
    """The text after its fixes, and what is left to say of it."""
    fixed = fix_source(
        check_text(text, name, **targets).source,
        lambda source: check_text(source.text, name, **targets),
        lambda d: d.fix is not None and (d.fix.safe or unsafe),
    )
    assert fixed.refused == ()
    return fixed.source.text, fixed.checked.diagnostics


SOUND = {
    "cross_entropy": model("    - criterion: cross_entropy\n      weight: ~\n"),
    "smoothed": model(
        "    - criterion: cross_entropy\n      label_smoothing: 0.1\n      weight: ~\n"
    ),
    "negative index": model(
        "    - criterion: cross_entropy\n      ignore_index: -100\n      weight: ~\n"
    ),
    "seg_cross_entropy": model(
        "    - criterion: seg_cross_entropy\n      ignore_index: 255\n      weight: ~\n",
        "segmentation",
    ),
    "yolox": model(
        "    - criterion: yolox_loss\n      l1_activate_epoch: 1000000\n      weight: ~\n",
        "detection",
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_nothing_to_migrate(name: str, check_text: CheckText) -> None:
    assert check_text(SOUND[name]).diagnostics == ()


OLD = {
    ("smoothed", "0.0.9"): model(
        "    - criterion: label_smoothing_cross_entropy\n      smoothing: 0.2\n      weight: ~\n"
    ),
    ("soft", "0.0.9"): model("    - criterion: soft_target_cross_entropy\n      weight: ~\n"),
    ("sum", "0.0.9"): model(
        "    - criterion: cross_entropy\n      ignore_index: 255\n      reduction: sum\n"
        "      weight: ~\n"
    ),
    ("triple", "0.0.10"): triple("~", "20.0", "~"),
    ("other triple", "0.0.10"): triple("1", "3", "2", "0", "1"),
    ("roi", "0.0.8"): model(
        "    - criterion: roi_head_loss\n      box_fg_iou_thresh: 0.5\n      weight: ~\n",
        "detection",
    ),
    ("rpn", "0.0.9"): model(
        "    - criterion: rpn_loss\n      box_fg_iou_thresh: 0.5\n      weight: ~\n", "detection"
    ),
    ("segmentation", "0.2.1"): model(
        "    - criterion: cross_entropy\n      ignore_index: 255\n      weight: ~\n", "segmentation"
    ),
    ("index", "0.1.2"): model(
        "    - criterion: cross_entropy\n      ignore_index: 255\n      weight: ~\n"
    ),
    ("yolox", "0.1.2"): model("    - criterion: yolox_loss\n      weight: ~\n", "detection"),
}


@pytest.mark.parametrize("case", OLD, ids=" ".join)
def test_old_entries_are_sound_in_their_release(
    case: tuple[str, str], check_text: CheckText
) -> None:
    assert check_text(OLD[case], netspresso=case[1]).diagnostics == ()
    assert check_text(OLD[case]).diagnostics


# Before, after, whether the fix is safe.
EXACT = {
    "rename": (
        "    - criterion: label_smoothing_cross_entropy  # why\n      smoothing: 0.2\n"
        "      weight: ~\n",
        "    - criterion: cross_entropy  # why\n      label_smoothing: 0.2\n      weight: ~\n",
    ),
    "write the default out": (
        "    - criterion: label_smoothing_cross_entropy\n      weight: 2\n",
        "    - criterion: cross_entropy\n      label_smoothing: 0.1\n      weight: 2\n",
    ),
    "zero": (
        "    - {criterion: label_smoothing_cross_entropy, smoothing: 0, weight: ~}\n",
        "    - {criterion: cross_entropy, label_smoothing: 0, weight: ~}\n",
    ),
    "flow": (
        "    - {criterion: 'label_smoothing_cross_entropy', weight: ~}\n",
        "    - {criterion: 'cross_entropy', label_smoothing: 0.1, weight: ~}\n",
    ),
    "soft": (
        "    - criterion: soft_target_cross_entropy\n      weight: ~",
        "    - criterion: cross_entropy\n      weight: ~",
    ),
    "mean": (
        "    - criterion: cross_entropy\n      reduction: mean\n      weight: ~\n",
        "    - criterion: cross_entropy\n      weight: ~\n",
    ),
}


@pytest.mark.parametrize("name", EXACT)
def test_exact_rewrites_are_safe(name: str, check_text: CheckText) -> None:
    before, after = EXACT[name]
    text, left = mend(check_text, model(before), unsafe=False)
    assert text == model(after)
    assert left == ()


def test_soft_targets_on_segmentation_take_both_steps(check_text: CheckText) -> None:
    text, left = mend(check_text, OLD["segmentation", "0.2.1"], unsafe=False)
    assert "criterion: seg_cross_entropy\n      ignore_index: 255\n" in text
    assert left == ()


NOT_EXACT = {
    "negative smoothing": "    - criterion: label_smoothing_cross_entropy\n"
    "      smoothing: -0.1\n      weight: ~\n",
    "smoothing of one": "    - criterion: label_smoothing_cross_entropy\n"
    "      smoothing: 1.0\n      weight: ~\n",
    "smoothing elsewhere": "    - criterion: label_smoothing_cross_entropy\n"
    "      smoothing: ${training.smoothing}\n      weight: ~\n",
    "another key": "    - criterion: soft_target_cross_entropy\n"
    "      label_smoothing: 0.1\n      weight: ~\n",
    "two become one": "    - criterion: soft_target_cross_entropy\n      weight: ~\n"
    "    - criterion: cross_entropy\n      weight: ~\n",
    "sum": "    - criterion: cross_entropy\n      reduction: sum\n      weight: ~\n",
    "none": "    - criterion: cross_entropy\n      reduction: none\n      weight: ~\n",
    "class index": "    - criterion: cross_entropy\n      ignore_index: 3\n      weight: ~\n",
}


@pytest.mark.parametrize("name", NOT_EXACT)
def test_what_is_not_exact_stays(name: str, check_text: CheckText) -> None:
    before = model(NOT_EXACT[name])
    text, left = mend(check_text, before, unsafe=False)
    assert text == before
    assert any(d.severity == "error" for d in left)


def test_index_on_classification_goes_only_unsafely(check_text: CheckText) -> None:
    text, left = mend(check_text, OLD["index", "0.1.2"], unsafe=True)
    assert text == SOUND["cross_entropy"]
    assert left == ()


@pytest.mark.parametrize(
    ("weights", "kept"),
    [
        (("~", "20.0", "~"), "~"),
        (("~", "20", "1.0"), "~"),
        (("0.5", "10", "0.5"), "0.5"),
        (("2", "40.0", "2.0"), "2"),
    ],
)
def test_triple_becomes_one(
    weights: tuple[str, str, str], kept: str, check_text: CheckText
) -> None:
    text, left = mend(check_text, triple(*weights), unsafe=False)
    entry = f"    - criterion: pidnet_loss\n      weight: {kept}\n      ignore_index: 255\n"
    assert text == model(entry, "segmentation")
    assert left == ()


def test_triple_without_a_last_line_end_in_another_order(check_text: CheckText) -> None:
    before = model(
        "  - {criterion: boundary_loss, weight: 20}\n  # kept\n"
        "  - {criterion: pidnet_cross_entropy, weight: ~}\n"
        "  - {criterion: pidnet_cross_entropy_with_boundary, weight: ~}",
        "segmentation",
    )
    text, left = mend(check_text, before, unsafe=False)
    assert text == model("  # kept\n  - {criterion: pidnet_loss, weight: ~}", "segmentation")
    assert left == ()


def test_triple_in_json(check_text: CheckText) -> None:
    before = (
        '{"model": {"task": "segmentation", "losses": [\n'
        '  {"criterion": "pidnet_cross_entropy", "weight": null},\n'
        '  {"criterion": "boundary_loss", "weight": 20},\n'
        '  {"criterion": "pidnet_cross_entropy_with_boundary", "weight": null}\n]}}\n'
    )
    text, left = mend(check_text, before, unsafe=False, name="model.json")
    assert text == (
        '{"model": {"task": "segmentation", "losses": [\n'
        '  {"criterion": "pidnet_loss", "weight": null}\n]}}\n'
    )
    assert left == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (triple("~", "10", "~"), "1, 10 and 1"),
        (triple("1", "20", "2"), "1, 20 and 2"),
        (triple("1", "20", "1", j="0"), "(255 and 0)"),
        (triple("[1]", "20", "1"), "not all three weights"),
        (triple("1", "20", "1").partition("    - criterion: b")[0], "`boundary_loss` is missing"),
    ],
)
def test_triple_that_no_single_entry_replaces(
    text: str, reason: str, check_text: CheckText
) -> None:
    (finding,) = (d for d in check_text(text).diagnostics if d.name == "pidnet-triple")
    assert finding.fix is None
    assert reason in finding.message
    assert mend(check_text, text, unsafe=True)[0].count("pidnet_loss") == 0


def test_yolox_keeps_its_training_loss(check_text: CheckText) -> None:
    before = OLD["yolox", "0.1.2"]
    assert mend(check_text, before, unsafe=False)[0] == before
    assert mend(check_text, before, unsafe=True) == (SOUND["yolox"], ())


FASTEST = """\
model:
  task: detection
  architecture:
    head:
      name: yolo_fastest_head_v2
      params:
        anchors: {mark}
          - [12,18, 37,49, 52,132]  # P2
          - [115,73, 119,199, 242,238]  # P3
  postprocessor:
    params:
      # decode
      score_thresh: 0.05
{more}  losses:
    - criterion: {loss}
{own}      weight: ~
"""
ROWS = "[[12, 18, 37, 49, 52, 132], [115, 73, 119, 199, 242, 238]]"


@pytest.mark.parametrize(("mark", "value"), [("&anchors", "*anchors"), ("", ROWS)])
def test_yolo_fastest_gets_its_own_loss(mark: str, value: str, check_text: CheckText) -> None:
    before = FASTEST.format(mark=mark, more="", loss="retinanet_loss", own="")
    after = FASTEST.format(
        mark=mark,
        more=f"      anchors: {value}\n",
        loss="yolofastest_loss",
        own=f"      anchors: {value}\n",
    )
    assert check_text(before, netspresso="1.0.2").diagnostics == ()
    assert mend(check_text, before, unsafe=False)[0] == before
    assert mend(check_text, before, unsafe=True) == (after, ())


DETR = """\
model:
  task: detection
  losses:
    - criterion: detr_loss
      weight: ~
      weight_dict: {{{weights}loss_bbox: 5, loss_giou: 2}}
      losses: [{terms}boxes]
      matcher:
        type: HungarianMatcher
        weight_dict: {{cost_class: 2, cost_bbox: 5, cost_giou: 2}}
        alpha: 0.25
        gamma: 2.0
        use_focal_loss: true
"""


def test_removed_term_is_named_once(check_text: CheckText) -> None:
    text = DETR.format(weights="loss_bce: 1, ", terms="bce, ")
    assert check_text(text, netspresso="1.0.1").diagnostics == ()
    (finding,) = check_text(text).diagnostics
    assert (finding.name, finding.severity) == ("removed-term", "error")
    assert finding.fix is None
    (alone,) = check_text(DETR.format(weights="loss_bce: 1, ", terms="")).diagnostics
    assert (alone.name, alone.severity) == ("removed-term", "warning")


@pytest.mark.parametrize(
    ("entry", "release", "words"),
    [
        ("criterion: pidnet_cross_entropy", "1.4.1", "removed in NetsPresso Trainer 0.1.0"),
        ("criterion: rpn_loss", "0.1.0", "removed in NetsPresso Trainer 0.1.0"),
        ("criterion: soft_target_cross_entropy", "0.0.10", "use `cross_entropy`"),
        ("criterion: seg_cross_entropy", "0.2.1", "came with NetsPresso Trainer 0.2.2"),
        ("criterion: pidnet_loss", "0.0.10", "three entries did its work"),
        ("criterion: cross_entropy\n      cur_epoch: 3", "0.1.2", "refuses it"),
        ("criterion: cross_entropy\n      alpha: 3", "0.1.2", "refuses it"),
        ("criterion: cross_entropy\n      params: {}", "0.1.2", "refuses the key"),
        ("criterion: cross_entropy\n      reduction: mean", "0.0.10", "refuses the key"),
        ("criterion: cross_entropy", "0.0.9", "needs `ignore_index`"),
        ("criterion: roi_head_loss\n      box_fg_iou_thresh: 0.5", "0.0.9", "`rpn_loss` has it"),
        ("criterion: rpn_loss\n      box_fg_iou_thresh: 0.5", "0.0.8", "`roi_head_loss` has it"),
    ],
)
def test_targets_decide_what_is_said(
    entry: str, release: str, words: str, check_text: CheckText
) -> None:
    text = f"model:\n  losses:\n    - {entry}\n      weight: ~\n"
    (finding,) = check_text(text, netspresso=release).diagnostics
    assert finding.severity == "error"
    assert words in finding.message


BOXES = (
    "      box_fg_iou_thresh: 0.7  # of a hit\n      box_bg_iou_thresh: 0.3\n"
    "      box_batch_size_per_image: 256\n      box_positive_fraction: 0.5\n"
)
ROI, RPN = "    - criterion: roi_head_loss\n", "    - criterion: rpn_loss\n"
ONE = "      weight: ~\n"


@pytest.mark.parametrize("order", [1, -1])
def test_the_boxes_move_with_their_values(order: int, check_text: CheckText) -> None:
    """The two classes had been interchanged until 0.0.9.b0; the way back is the same."""
    old = model("".join([ROI + BOXES + ONE, RPN + ONE][::order]), "detection")
    new = model("".join([ROI + ONE, RPN + ONE + BOXES][::order]), "detection")
    assert check_text(old, netspresso="0.0.8").diagnostics == ()
    assert mend(check_text, old, unsafe=False, netspresso="0.0.9")[0] == old
    assert mend(check_text, old, unsafe=True, netspresso="0.0.9") == (new, ())
    back, left = mend(check_text, new, unsafe=True, netspresso="0.0.8")
    assert left == ()
    assert all(line in back for line in BOXES.splitlines())


def test_boxes_without_one_place_to_go_stay(check_text: CheckText) -> None:
    for entries in (
        ROI + BOXES + ONE,
        ROI + BOXES + ONE + RPN + "      box_fg_iou_thresh: 0.6\n" + ONE,
    ):
        text = model(entries, "detection")
        mended, left = mend(check_text, text, unsafe=True, netspresso="0.0.9")
        assert "box_fg_iou_thresh: 0.7  # of a hit" in mended
        assert any("`rpn_loss` has it in this release" in d.message for d in left)
    flow = model(
        "    - {criterion: roi_head_loss, box_fg_iou_thresh: 0.7, weight: ~}\n"
        "    - {criterion: rpn_loss, weight: ~, box_fg_iou_thresh: 0.7}\n",
        "detection",
    )
    mended, left = mend(check_text, flow, unsafe=True, netspresso="0.0.9")
    assert left == ()
    assert mended == flow.replace("roi_head_loss, box_fg_iou_thresh: 0.7,", "roi_head_loss,")


def test_yolox_always_swallowed_unknown_keys(check_text: CheckText) -> None:
    text = model(
        "    - criterion: yolox_loss\n      l1_activate_epoch: 1\n      weight: ~\n", "detection"
    )
    (finding,) = check_text(text, netspresso="0.1.2").diagnostics
    assert (finding.code, finding.severity) == ("LL110", "warning")


def test_downgrades_come_back(check_text: CheckText) -> None:
    for old, release in (("segmentation", "0.2.1"), ("index", "0.0.9")):
        sound = SOUND["seg_cross_entropy" if old == "segmentation" else "cross_entropy"]
        text, left = mend(check_text, sound, unsafe=True, netspresso=release)
        assert left == ()
        assert "criterion: cross_entropy\n      ignore_index" in text
