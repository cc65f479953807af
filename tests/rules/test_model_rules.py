"""The losses of NetsPresso against the model around them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from losslint.catalog.netspresso import HEAD_CRITERIA, HEADS, LOSSES
from losslint.diagnostics import Diagnostic
from losslint.linter.apply_rules import Checked

CheckText = Callable[..., Checked]

CRITERIA = {loss.name: dict(loss.example) for loss in LOSSES if loss.heads}
PAIRS = [(head, name) for head in HEADS for name in CRITERIA]
ANCHORS = [[12.0, 18.0, 37.0, 49.0], [115.0, 73.0, 119.0, 199.0]]


def entry(name: str, **more: object) -> dict[str, object]:
    """The catalog's example of a criterion."""
    return {"criterion": name, **CRITERIA[name], **more}


def model(
    head: str | None, *entries: dict[str, object], task: str | None = None, **more: object
) -> dict[str, object]:
    """A model section with a head; pidnet is a full model."""
    section: dict[str, object] = {"name": "pidnet_s" if head == "pidnet" else "mine"}
    if head == "pidnet":
        section["architecture"] = {"full": {"name": head}, "head": None}
    elif head is not None:
        section["architecture"] = {"full": None, "head": {"name": head}}
    if task is not None:
        section["task"] = task
    return {**section, "losses": list(entries), **more}


def check(check_text: CheckText, section: object, **targets: str) -> tuple[Diagnostic, ...]:
    """The findings of a model section, written as JSON and read as YAML."""
    return check_text(json.dumps({"model": section}), **targets).diagnostics


def head_with(name: str, params: dict[str, object], processor: object = None) -> dict[str, object]:
    """Architecture and postprocessor of a head with parameters."""
    found: dict[str, object] = {"architecture": {"head": {"name": name, "params": params}}}
    return found if processor is None else {**found, "postprocessor": {"params": processor}}


@pytest.mark.parametrize("with_task", [True, False])
@pytest.mark.parametrize(("head", "name"), PAIRS, ids=map("-".join, PAIRS))
def test_head_against_criterion(
    head: str, name: str, with_task: bool, check_text: CheckText
) -> None:
    section = model(head, entry(name), task=HEADS[head] if with_task else None)
    found = check(check_text, section)
    if (head, name) in HEAD_CRITERIA:
        assert found == ()
    else:
        assert [d.severity for d in found] == ["error"]


def test_thirteen_of_a_hundred() -> None:
    assert len(PAIRS) == 100
    assert len(HEAD_CRITERIA) == 13


@pytest.mark.parametrize("name", CRITERIA)
@pytest.mark.parametrize("task", sorted(set(HEADS.values())))
def test_unknown_heads_are_left_alone(task: str, name: str, check_text: CheckText) -> None:
    assert check(check_text, model("my_own_head", entry(name), task=task)) == ()
    unknown = {"name": "mine", "task": task, "architecture": "${shared.architecture}"}
    if name != "pidnet_loss":
        assert check(check_text, {**unknown, "losses": [entry(name)]}) == ()


SOUND = {
    "no task, no head": {"losses": [entry("yolox_loss")]},
    "a head in capitals": model("FC", entry("cross_entropy"), task="classification"),
    "a task in capitals over a full model": model(
        "pidnet", entry("pidnet_loss"), task="Segmentation"
    ),
    "a task in capitals and no word of a head": model(
        None, entry("seg_cross_entropy"), task="Segmentation"
    ),
    "two that can": model("fc", entry("cross_entropy"), entry("focal_loss")),
    "order that counts": model(
        "pidnet", entry("seg_cross_entropy"), entry("pidnet_loss"), task="segmentation"
    ),
    "own segmentation head": model(
        "my_head", entry("cross_entropy", ignore_index=255), task="segmentation"
    ),
    "anchors in pairs": {
        **model(None, entry("yolofastest_loss", anchors=[[[1, 2], [3, 4]]]), task="detection"),
        **head_with("yolo_fastest_head_v2", {"anchors": [[1, 2, 3, 4]]}),
    },
    "anchors elsewhere": {
        **model(None, entry("yolofastest_loss", anchors=ANCHORS), task="detection"),
        **head_with("yolo_fastest_head_v2", {"anchors": "${anchors}"}),
    },
    "reg_max by default": {
        **model(None, {"criterion": "yolov9_loss", "l1_activate_epoch": None, "weight": None}),
        **head_with("yolo_detection_head", {"reg_max": 16}, {"reg_max": 16}),
    },
    "reg_max of both": {
        **model(None, entry("yolov9_loss", reg_max=8), task="detection"),
        **head_with("yolo_detection_head", {"reg_max": 8}, {"reg_max": 8}),
    },
    "pidnet in capitals": {
        **model("pidnet", entry("pidnet_loss"), task="segmentation"), "name": "My_PIDNet",
    },
    "seg_cross_entropy needs no edges": {
        **model("pidnet", entry("seg_cross_entropy"), task="segmentation"), "name": "mine",
    },
    "rtmcc": {
        **model(None, entry("rtmcc_loss"), task="pose_estimation"),
        **head_with(
            "rtmcc", {"target_size": [256, 256], "simcc_split_ratio": 2}, {"simcc_split_ratio": 2.0}
        ),
    },
    "metrics and losses agree": model(
        "pidnet",
        {"criterion": "seg_cross_entropy", "weight": None},
        entry("pidnet_loss", ignore_index=255),
        task="segmentation",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_nothing_to_say(name: str, check_text: CheckText) -> None:
    assert check(check_text, SOUND[name]) == ()


# Section → (rule, severity, a part of the message).
WRONG = {
    "a task in capitals over a head": (
        model("fc", entry("cross_entropy"), task="Classification"),
        ("task-against-head", "error", "write `classification`"),
    ),
    "task alone": (
        model(None, entry("yolox_loss"), task="classification"),
        ("criterion-on-wrong-head", "error", "`cross_entropy` or `focal_loss` would run"),
    ),
    "task against head": (
        model("fc", entry("cross_entropy"), task="segmentation"),
        ("task-against-head", "error", "all_mlp_decoder"),
    ),
    "the head is the odd one": (
        model("fc", entry("yolox_loss"), task="detection"),
        ("task-against-head", "error", "anchor_free_decoupled_head"),
    ),
    "pidnet under another task": (
        model("pidnet", entry("pidnet_loss"), task="classification"),
        ("task-against-head", "error", "classification"),
    ),
    "one finding, not two": (
        model("all_mlp_decoder", entry("cross_entropy", ignore_index=255), task="segmentation"),
        ("cross-entropy-on-segmentation", "error", "seg_cross_entropy"),
    ),
    "segmentation by its task": (
        model(None, entry("cross_entropy", ignore_index=255), task="segmentation"),
        ("cross-entropy-on-segmentation", "error", "seg_cross_entropy"),
    ),
    "class index": (
        model("fc", entry("cross_entropy", ignore_index=0), task="classification"),
        ("index-on-classification", "error", "one-hot"),
    ),
    "class index on an own head": (
        model("mine", entry("cross_entropy", ignore_index=255), task="classification"),
        ("index-on-classification", "error", "one-hot"),
    ),
    "class index without a word of the model": (
        {"losses": [entry("cross_entropy", ignore_index=255)]},
        ("index-on-classification", "error", "one-hot"),
    ),
    "cross_entropy on detection": (
        model(None, entry("cross_entropy", ignore_index=255), task="detection"),
        ("criterion-on-wrong-head", "error", "detection"),
    ),
    "fewer anchors": (
        {
            **model(None, entry("yolofastest_loss", anchors=ANCHORS), task="detection"),
            **head_with("yolo_fastest_head_v2", {"anchors": [[1, 2], [3, 4]]}),
        },
        ("anchors-mismatch", "error", "the trainer stops"),
    ),
    "anchors of the postprocessor": (
        {
            **model(None, entry("yolofastest_loss", anchors=ANCHORS), task="detection"),
            **head_with(
                "yolo_fastest_head_v2", {"anchors": ANCHORS}, {"anchors": list(reversed(ANCHORS))}
            ),
        },
        ("anchors-mismatch", "error", "another order"),
    ),
    "no anchors in the postprocessor": (
        {
            **model(None, entry("yolofastest_loss", anchors=ANCHORS), task="detection"),
            **head_with("yolo_fastest_head_v2", {"anchors": ANCHORS}, {"score_thresh": 0.1}),
        },
        ("anchors-mismatch", "error", "has no `anchors`"),
    ),
    "reg_max of the head": (
        {
            **model(None, entry("yolov9_loss", reg_max=16), task="detection"),
            **head_with("yolo_detection_head", {"reg_max": 8}, {"reg_max": 16}),
        },
        ("reg-max-mismatch", "error", "8 in the head"),
    ),
    "reg_max of the postprocessor": (
        {
            **model(None, entry("yolov9_loss"), task="detection"),
            **head_with("yolo_detection_head", {"reg_max": 16}, {"reg_max": 8}),
        },
        ("reg-max-mismatch", "error", "8 in the postprocessor"),
    ),
    "no edges": (
        {**model("pidnet", entry("pidnet_loss"), task="segmentation"), "name": "city"},
        ("pidnet-without-edges", "error", "must contain `pidnet`"),
    ),
    "no name": (
        {**model("pidnet", entry("pidnet_loss"), task="segmentation"), "name": None},
        ("pidnet-without-edges", "error", "null"),
    ),
    "input of 512": (
        {
            **model(None, entry("rtmcc_loss"), task="pose_estimation"),
            **head_with("rtmcc", {"target_size": [512, 512]}),
        },
        ("rtmcc-fixed-input", "error", "[256, 256]"),
    ),
    "split ratio of the postprocessor": (
        {
            **model(None, entry("rtmcc_loss"), task="pose_estimation"),
            **head_with("rtmcc", {"target_size": [256, 256]}, {"simcc_split_ratio": 1.0}),
        },
        ("rtmcc-fixed-input", "error", "2.0"),
    ),
    "metrics read the first": (
        model(
            "pidnet",
            entry("seg_cross_entropy", ignore_index=3),
            entry("pidnet_loss", ignore_index=255),
            task="segmentation",
        ),
        ("metrics-ignore-other-index", "warning", "the label 255, but the metrics leave out 3"),
    ),
    "metrics take their default": (
        model(
            "pidnet",
            {"criterion": "seg_cross_entropy", "weight": None},
            entry("pidnet_loss", ignore_index=0),
            task="segmentation",
        ),
        ("metrics-ignore-other-index", "warning", "255, from their default"),
    ),
    "maps replaced": (
        model("pidnet", entry("pidnet_loss"), entry("seg_cross_entropy"), task="segmentation"),
        ("batch-changed-in-place", "warning", "enlarged"),
    ),
    "cross_entropy runs on what pidnet_loss leaves": (
        model("pidnet", entry("pidnet_loss"), entry("cross_entropy"), task="segmentation"),
        ("batch-changed-in-place", "warning", "enlarged"),
    ),
    "boxes turned": (
        model(None, entry("yolox_loss"), entry("retinanet_loss"), task="detection"),
        ("batch-changed-in-place", "error", "centre, width and height"),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_clear_finding(name: str, check_text: CheckText) -> None:
    section, (rule, severity, words) = WRONG[name]
    (finding,) = check(check_text, section)
    assert (finding.name, finding.severity) == (rule, severity)
    assert words in finding.message


OLDER = {
    ("0.2.1", "all_mlp_decoder", "cross_entropy"): None,
    ("0.2.2", "all_mlp_decoder", "cross_entropy"): "cross-entropy-on-segmentation",
    ("1.0.2", "yolo_fastest_head_v2", "retinanet_loss"): None,
    ("1.0.3", "yolo_fastest_head_v2", "retinanet_loss"): "retinanet-on-yolo-fastest",
    ("0.1.0", "fc", "retinanet_loss"): "criterion-on-wrong-head",
    ("0.1.0", "anchor_decoupled_head", "cross_entropy"): "criterion-on-wrong-head",
    ("0.1.0", "faster_rcnn", "retinanet_loss"): None,
}


@pytest.mark.parametrize("case", OLDER, ids="-".join)
def test_pairs_of_older_releases(case: tuple[str, str, str], check_text: CheckText) -> None:
    release, head, name = case
    given: dict[str, object] = {"criterion": name, "weight": None}
    found = check(check_text, model(head, given), netspresso=release)
    assert [d.name for d in found] == ([OLDER[case]] if OLDER[case] else [])


@pytest.mark.parametrize(("release", "said"), [("0.1.2", False), ("0.2.0", True), ("1.4.1", True)])
def test_one_hot_labels_came_later(release: str, said: bool, check_text: CheckText) -> None:
    given: dict[str, object] = {"criterion": "cross_entropy", "weight": None, "ignore_index": 255}
    found = check(check_text, model("fc", given, task="classification"), netspresso=release)
    assert [d.name for d in found] == ["index-on-classification"] * said


def test_a_head_may_hide_behind_a_syntax_error(check_text: CheckText) -> None:
    text = json.dumps({"model": model(None, entry("yolox_loss"), task="classification")})
    broken = check_text(text[:-2] + ', "architecture": {"head": ').diagnostics
    assert all(d.code == "LL001" for d in broken)
