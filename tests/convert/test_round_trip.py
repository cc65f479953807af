"""There and back: what converts by itself both ways is the same loss again."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from losslint.convert.edit_target import find_edit_target
from losslint.dialects.netspresso import NETSPRESSO
from losslint.syntax.plain import plain
from tests.convert.support import convert, losses, platform, source

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
