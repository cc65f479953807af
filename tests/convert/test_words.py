"""Conditions name what is in the source, and no other; what is asked for is a sentence."""

from __future__ import annotations

import pytest

from losslint.convert.report import lines
from losslint.files.source import Source
from tests.convert.support import compiled, convert, losses, platform

CATEGORICAL = "categorical_crossentropy"
C_FOCAL = "categorical_focal_crossentropy"
SEGMENTATION = losses({"criterion": "seg_cross_entropy", "weight": None}, task="segmentation")


def told(read: Source, to: str = "netspresso", target: Source | None = None) -> str:
    return "\n".join(lines(convert(read, to, target, lossy=True), lossy=True))


def ending(activation: str, *more: dict[str, object], **config: object) -> Source:
    layer = {"class_name": "Conv2D", "config": {"filters": 4, "activation": activation}}
    model = {"class_name": "Sequential", "config": {"layers": [layer, *more]}}
    loss = {
        "module": "keras.losses",
        "class_name": "CategoricalCrossentropy",
        "config": config,
        "registered_name": None,
    }
    return compiled(loss, None, model)


@pytest.mark.parametrize(
    "read",
    [
        platform(CATEGORICAL, from_logits=True),
        platform(C_FOCAL, from_logits=True, gamma=0, alpha=0.4),
        platform("binary_crossentropy", from_logits=True),
        platform("binary_focal_crossentropy", from_logits=True, gamma=0),
        ending("linear", from_logits=True),
    ],
    ids=lambda read: read.text[:70],
)
@pytest.mark.parametrize("target", [None, SEGMENTATION])
def test_what_takes_logits_has_nothing_to_take_out(read: Source, target: Source | None) -> None:
    result = convert(read, "netspresso", target, lossy=True)
    assert not any("final" in text for entry in result.plan.entries for text in entry.conditions)


def test_what_ends_in_a_softmax_has() -> None:
    for read in (ending("softmax"), platform(CATEGORICAL), platform(C_FOCAL, gamma=0, alpha=0.4)):
        assert "take the final softmax out of the model" in told(read)
    # On TensorFlow these two are the same, and the softmax is there all the same.
    assert "take the final softmax out of the model" in told(ending("softmax", from_logits=True))


def test_what_is_not_known_to_be_a_softmax_is_not_called_one() -> None:
    said = told(ending("mine"))
    assert "take the final softmax" not in said
    assert "must give them in place of probabilities" in said


def test_a_resizing_goes_where_there_is_one() -> None:
    resize = {"class_name": "Resizing", "config": {"interpolation": "bilinear"}}
    with_one = told(ending("linear", resize, from_logits=True), target=SEGMENTATION)
    assert "take the model's own Resizing or UpSampling2D out" in with_one
    assert "Resizing" not in told(ending("linear", from_logits=True), target=SEGMENTATION)
    unknown = told(platform(CATEGORICAL, from_logits=True), target=SEGMENTATION)
    assert "where the model does that, take it out" in unknown


def test_nothing_is_said_of_parameters_that_are_off() -> None:
    assert "ignored labels" not in told(platform(CATEGORICAL, from_logits=True), "netspresso")
    sparse = platform("sparse_categorical_crossentropy", from_logits=True)
    assert "ignored labels" not in told(sparse, target=SEGMENTATION)
    void = platform("sparse_categorical_crossentropy", from_logits=True, ignore_class=255)
    assert "ignored labels" in told(void, target=SEGMENTATION)
    assert "label smoothing" not in told(platform(CATEGORICAL))
    assert "label smoothing" in told(platform(CATEGORICAL, label_smoothing=0.1))
    entry = {"criterion": "seg_cross_entropy", "ignore_index": 255, "weight": None}
    assert "not written" not in told(losses(entry), "keras")
    del entry["ignore_index"]
    assert "not written is -100" in told(losses(entry), "keras")
    assert (
        "gamma"
        not in told(platform("binary_focal_crossentropy", from_logits=True)).partition("\n")[2]
    )


def test_consent_is_asked_for_in_a_sentence() -> None:
    axis = platform(CATEGORICAL, from_logits=True, axis=1, label_smoothing=0.1)
    two = losses(
        {"criterion": "cross_entropy", "weight": None},
        {"criterion": "focal_loss", "alpha": -1, "gamma": 0, "weight": None},
    )
    for result, words in (
        (convert(platform("kl_divergence"), "netspresso"), "the numbers stay the same only where"),
        (convert(axis, "netspresso"), "the numbers change; measured: "),
        (convert(two, "keras", style="object"), "the numbers stay the same, but only with what"),
    ):
        assert result.status == "consent"
        first = next(lines(result, lossy=False))
        assert f": needs --lossy: {words}" in first
