"""The label that does not count stays in the file that is written into, or its end is asked for."""

from __future__ import annotations

import pytest

from losslint.convert.conversion import Conversion
from losslint.files.source import Source
from tests.convert.support import compiled, convert, losses, platform, source

SMOOTHED = platform("categorical_crossentropy", from_logits=True, label_smoothing=0.1)
SPARSE = platform("sparse_categorical_crossentropy", from_logits=True)


def maps(*entries: str) -> Source:
    listed = "".join(f"  - {{{entry}, weight: ~}}\n" for entry in entries)
    return source(f"model:\n  task: segmentation\n  losses:\n{listed}", "maps.yaml")


SEG = "criterion: seg_cross_entropy, ignore_index: 255"


def told(result: Conversion) -> str:
    (entry,) = result.plan.entries
    return " ".join((*entry.conditions, entry.reason))


# What was sound before: nothing to keep, nothing to say.
@pytest.mark.parametrize("before", ["criterion: seg_cross_entropy", "criterion: pidnet_loss"])
def test_without_a_label_nothing_is_said(before: str) -> None:
    result = convert(SPARSE, "netspresso", maps(before))
    assert result.status == "converted", result.reason
    assert "ignore_index" not in (result.text or "") + told(result)


@pytest.mark.parametrize("read", [SMOOTHED, SPARSE], ids=["categorical", "sparse"])
@pytest.mark.parametrize("before", [SEG, "criterion: pidnet_loss, ignore_index: 255"])
def test_the_label_stays(read: Source, before: str) -> None:
    result = convert(read, "netspresso", maps(before))
    assert result.status == "converted", result.reason
    assert "seg_cross_entropy" in (result.text or "")
    assert "ignore_index: 255" in (result.text or "")
    (entry,) = result.plan.entries
    assert (entry.kind, entry.action) == ("conditional", "auto_with_note")
    assert "`ignore_index: 255` stays, as maps.yaml has it" in told(result)


def test_the_entry_keeps_its_bytes() -> None:
    text = (
        "model:\n  task: segmentation\n  losses:\n    - criterion: seg_cross_entropy\n"
        "      ignore_index:  255  # void\n      weight: ~\n"
    )
    result = convert(SMOOTHED, "netspresso", source(text, "m.yaml"))
    assert result.text == text + "      label_smoothing: 0.1\n"
    assert result.notes == ()


def test_the_same_label_on_both_sides_is_no_news() -> None:
    read = platform("sparse_categorical_crossentropy", from_logits=True, ignore_class=255)
    result = convert(read, "netspresso", maps(SEG))
    assert result.status == "converted"
    assert "stays" not in told(result)


def test_another_label_needs_consent() -> None:
    read = platform("sparse_categorical_crossentropy", from_logits=True, ignore_class=0)
    result = convert(read, "netspresso", maps(SEG))
    assert result.status == "consent"
    assert "becomes 0: torch then stops at labels of 255 with an IndexError" in told(result)
    result = convert(read, "netspresso", maps(SEG), lossy=True)
    assert "ignore_index: 0" in (result.text or "")


def test_two_labels_or_an_unknown_one_need_consent() -> None:
    for before in (
        (SEG, "criterion: pidnet_loss, ignore_index: 3"),
        ("criterion: seg_cross_entropy, ignore_index: '${data.void}'",),
    ):
        result = convert(SPARSE, "netspresso", maps(*before))
        assert result.status == "consent", result.reason
        assert "`ignore_index` of maps.yaml goes" in told(result)


def test_a_label_that_stops_the_trainer_does_not_stay() -> None:
    target = losses(
        {"criterion": "cross_entropy", "ignore_index": 3, "weight": None}, task="classification"
    )
    result = convert(SMOOTHED, "netspresso", target)
    assert result.status == "converted"
    assert "ignore_index" not in (result.text or "")
    assert "on one-hot labels the trainer stops at it" in told(result)
    target = losses(
        {"criterion": "cross_entropy", "ignore_index": -100, "weight": None}, task="classification"
    )
    assert "-100" in (convert(SMOOTHED, "netspresso", target).text or "")


def keras_loss(**config: object) -> dict[str, object]:
    return {
        "module": "keras.losses",
        "class_name": "SparseCategoricalCrossentropy",
        "config": {"from_logits": True, **config},
        "registered_name": None,
    }


def test_the_label_of_keras_stays_too() -> None:
    read = losses({"criterion": "seg_cross_entropy", "weight": None}, task="segmentation")
    for target in (
        compiled(keras_loss(ignore_class=255)),
        platform("sparse_categorical_crossentropy", from_logits=True, ignore_class=255),
    ):
        result = convert(read, "keras", target)
        assert result.status == "converted", result.reason
        assert "255" in (result.text or "")
        assert "`ignore_class: 255` stays" in told(result)
    result = convert(read, "keras", compiled(keras_loss(ignore_class=None)))
    assert "ignore_class" not in told(result)


def test_a_loss_of_keras_without_the_parameter_needs_consent() -> None:
    read = losses({"criterion": "focal_loss", "alpha": -1, "gamma": 2.0, "weight": None})
    result = convert(read, "keras", compiled(keras_loss(ignore_class=255)))
    assert result.status == "consent"
    assert "binary_focal_crossentropy has no such parameter, and labels of 255" in told(result)


@pytest.mark.torch
def test_torch_does_what_is_said() -> None:
    torch = pytest.importorskip("torch")
    logits, labels = torch.zeros(1, 4, 1, 2), torch.tensor([[[1, 255]]])
    with pytest.raises(IndexError):
        torch.nn.CrossEntropyLoss()(logits, labels)
    kept = torch.nn.CrossEntropyLoss(ignore_index=255)
    assert kept(logits, labels) == kept(logits[..., :1], labels[..., :1])
