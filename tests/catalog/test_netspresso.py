"""The NetsPresso catalog against what the trainer's releases do, stated again as tables."""

from __future__ import annotations

import pytest

from losslint.catalog import netspresso
from losslint.catalog.model import VersionKey, holds, params_at, version_key

# A release, and the criteria that came (+) or went (-) with it.
CHANGES: list[tuple[str, str]] = [
    (
        "0.0.2",
        "+cross_entropy +soft_target_cross_entropy +label_smoothing_cross_entropy "
        "+pidnet_cross_entropy +boundary_loss +pidnet_cross_entropy_with_boundary "
        "+roi_head_loss +rpn_loss",
    ),
    ("0.0.9", "+yolox_loss"),
    ("0.0.10", "-soft_target_cross_entropy -label_smoothing_cross_entropy"),
    (
        "0.1.0",
        "-pidnet_cross_entropy -boundary_loss -pidnet_cross_entropy_with_boundary +pidnet_loss "
        "-roi_head_loss -rpn_loss +retinanet_loss +focal_loss",
    ),
    ("0.2.0", "+rtmcc_loss"),
    ("0.2.2", "+seg_cross_entropy"),
    ("1.0.1.b1", "+detr_loss"),
    ("1.0.3", "+yolofastest_loss"),
    ("1.1.0", "+yolov9_loss"),
]

# Criterion, release, its parameters: `name!` is required, `name=default` is not.
SIGNATURES: list[tuple[str, str, str]] = [
    ("cross_entropy", "0.0.9", "ignore_index! reduction='mean' label_smoothing=0.0"),
    ("cross_entropy", "0.0.10", "ignore_index=-100 label_smoothing=0.0"),
    ("cross_entropy", "1.4.1", "ignore_index=-100 label_smoothing=0.0 cur_epoch=None"),
    ("seg_cross_entropy", "1.4.1", "ignore_index=-100 label_smoothing=0.0 cur_epoch=None"),
    ("pidnet_loss", "0.1.0", "ignore_index=-100"),
    ("pidnet_loss", "1.4.1", "ignore_index=-100 cur_epoch=None"),
    ("yolox_loss", "0.1.2", ""),
    ("yolox_loss", "0.2.0", "l1_activate_epoch! cur_epoch=None"),
    ("yolofastest_loss", "1.4.1", "anchors! l1_activate_epoch=None cur_epoch=None"),
    ("yolov9_loss", "1.4.1", "reg_max=16 l1_activate_epoch! cur_epoch=None"),
    ("retinanet_loss", "1.4.1", "cur_epoch=None"),
    (
        "detr_loss",
        "1.4.1",
        "matcher! weight_dict! losses! alpha=0.2 gamma=2.0 cur_epoch=None",
    ),
    ("focal_loss", "1.4.1", "alpha! gamma! cur_epoch=None"),
    ("rtmcc_loss", "1.4.1", "cur_epoch=None"),
    (
        "roi_head_loss",
        "0.0.8",
        "box_fg_iou_thresh=0.5 box_bg_iou_thresh=0.5 box_batch_size_per_image=512 "
        "box_positive_fraction=0.25",
    ),
    ("roi_head_loss", "0.0.9", ""),
    ("rpn_loss", "0.0.8", ""),
    (
        "rpn_loss",
        "0.0.9.b0",
        "box_fg_iou_thresh=0.5 box_bg_iou_thresh=0.5 box_batch_size_per_image=512 "
        "box_positive_fraction=0.25",
    ),
    ("label_smoothing_cross_entropy", "0.0.9", "smoothing=0.1"),
]

PAIRS = {
    ("fc", "cross_entropy"),
    ("fc", "focal_loss"),
    ("fc_conv", "cross_entropy"),
    ("fc_conv", "focal_loss"),
    ("all_mlp_decoder", "seg_cross_entropy"),
    ("pidnet", "pidnet_loss"),
    ("pidnet", "seg_cross_entropy"),
    ("anchor_free_decoupled_head", "yolox_loss"),
    ("anchor_decoupled_head", "retinanet_loss"),
    ("yolo_fastest_head_v2", "yolofastest_loss"),
    ("yolo_detection_head", "yolov9_loss"),
    ("rtdetr_head", "detr_loss"),
    ("rtmcc", "rtmcc_loss"),
}

REPLACEMENTS = {
    "soft_target_cross_entropy": "cross_entropy",
    "label_smoothing_cross_entropy": "cross_entropy",
    "pidnet_cross_entropy": "pidnet_loss",
    "boundary_loss": "pidnet_loss",
    "pidnet_cross_entropy_with_boundary": "pidnet_loss",
    "roi_head_loss": None,
    "rpn_loss": None,
}


def key(release: str) -> VersionKey:
    found = version_key(release)
    assert found is not None
    return found


def test_releases_are_all_there_and_in_order() -> None:
    keys = [key(release) for release in netspresso.RELEASES]
    assert len(keys) == 29
    assert keys == sorted(keys)
    assert netspresso.NEWEST == "1.4.1"


def test_each_release_has_its_criteria() -> None:
    changes = dict(CHANGES)
    expected: set[str] = set()
    for release in netspresso.RELEASES:
        # 1.0.2.post1 sits on a side branch before 1.0.3, where the order puts it.
        for change in changes.get(release, "").split():
            (expected.add if change[0] == "+" else expected.remove)(change[1:])
        found = {
            name.text
            for loss in netspresso.LOSSES
            for name in loss.names
            if holds(name.since, name.until, key(release))
        }
        assert found == expected, release


@pytest.mark.parametrize(("criterion", "release", "expected"), SIGNATURES)
def test_parameters(criterion: str, release: str, expected: str) -> None:
    loss = netspresso.find(criterion)
    assert loss is not None
    legacy = ("size_average", "reduce")
    found = [
        f"{param.name}!" if param.required else f"{param.name}={param.default!r}"
        for param in params_at(loss, key(release))
        if param.name not in legacy
    ]
    assert found == expected.split()


def test_the_only_pairs_that_run() -> None:
    assert netspresso.HEAD_CRITERIA == PAIRS
    assert {head for head, _ in PAIRS} == set(netspresso.HEADS)
    for head, criterion in PAIRS:
        loss = netspresso.find(criterion)
        assert loss is not None
        assert netspresso.HEADS[head] in loss.tasks


def test_gone_criteria_say_what_to_write() -> None:
    gone = {loss.name: loss for loss in netspresso.LOSSES if loss.until is not None}
    assert {name: loss.replacement for name, loss in gone.items()} == REPLACEMENTS
    assert all(loss.advice for loss in gone.values())


def test_weight_and_criterion_are_no_parameters() -> None:
    names = {param.name for loss in netspresso.LOSSES for param in loss.params}
    assert not names & {"weight", "criterion"}
    assert netspresso.WEIGHT.required


def test_every_factor_belongs_to_a_term() -> None:
    loss = netspresso.find("detr_loss")
    assert loss is not None
    for release in ("1.0.1", "1.4.1"):
        params = {param.name: param for param in params_at(loss, key(release))}
        terms = [t for t in netspresso.DETR_TERMS if holds(None, t.until, key(release))]
        item = params["losses"].spec.item
        assert item is not None
        assert {term.name for term in terms} == set(item.choices)
        factors = {field.name for field in params["weight_dict"].spec.fields}
        assert {weight for term in terms for weight in term.weights} == factors


def test_names_are_exact() -> None:
    assert netspresso.find("Cross_Entropy") is None
    assert netspresso.find("CrossEntropyLoss") is None
