"""The curves of the site are those of the losses."""

from __future__ import annotations

import math
from typing import Any

import pytest

pytest.importorskip("numpy")

import numpy as np

from losslint.catalog.model import LossDef
from losslint.dialects.registry import all_losses
from tools.site import curves, overlays
from tools.site.curves import Drawn
from tools.site.losses import has_formula

DRAWN = [pytest.param(loss, id=loss.name) for loss in all_losses() if has_formula(loss)]


def curve(loss: LossDef, **params: Any) -> Drawn:
    if loss.framework == "netspresso":
        return curves.of_netspresso(loss.name, {**dict(loss.example), **params})
    return curves.of_keras(name_of(loss), params)


def name_of(loss: LossDef) -> str:
    return loss.name if loss.framework == "netspresso" else loss.class_name or loss.name


def named(name: str) -> LossDef:
    (found,) = (loss for loss in all_losses() if loss.name == name)
    return found


def at(drawn: Drawn, place: float) -> tuple[float, float]:
    """Value and gradient at a place, between the two points beside it."""
    return (
        float(np.interp(place, drawn.t, drawn.value)),
        float(np.interp(place, drawn.t, drawn.gradient)),
    )


def test_every_loss_of_today_is_drawn() -> None:
    today = {loss.name for loss in all_losses() if loss.until is None and loss.params}
    assert {case.values[0].name for case in DRAWN} == today


@pytest.mark.slow
@pytest.mark.parametrize("loss", DRAWN)
def test_the_gradient_is_the_slope_of_the_value(loss: LossDef) -> None:
    drawn = curve(loss)
    assert all(map(math.isfinite, (*drawn.value, *drawn.gradient)))
    heights = np.array(drawn.gradient)
    climbs = np.diff(drawn.t) * (heights[1:] + heights[:-1]) / 2
    apart = np.abs(climbs - np.diff(drawn.value)) / np.ptp(drawn.value)
    # Where boxes are assigned anew, and the hardest misses chosen, the value jumps.
    jumps = curves.looks_at_batches(name_of(loss))
    assert (apart < 0.02).mean() >= (0.5 if jumps else 1.0), apart


@pytest.mark.parametrize(
    ("name", "params", "place", "value", "gradient"),
    [
        ("mean_squared_error", {}, 2.0, 4.0, 4.0),
        ("huber", {"delta": 1.0}, 3.0, 2.5, 1.0),
        ("huber", {"delta": 2.0}, -1.0, 0.5, -1.0),
        ("hinge", {}, 0.0, 1.0, -1.0),
        ("binary_crossentropy", {}, 0.5, math.log(2), -2.0),
        ("cosine_similarity", {}, 90.0, 0.0, math.pi / 180),
        ("cross_entropy", {"label_smoothing": 0.0}, 0.0, math.log(3), -2 / 3),
        ("focal_loss", {"alpha": 0.25, "gamma": 0.0}, 1.0, 0.25 * math.log1p(1 / math.e), -0.0672),
    ],
)
def test_what_is_known_of_a_loss_is_on_its_curve(
    name: str, params: dict[str, Any], place: float, value: float, gradient: float
) -> None:
    assert at(curve(named(name), **params), place) == pytest.approx((value, gradient), abs=0.005)


@pytest.mark.parametrize(
    "pair",
    [pytest.param(p, id=f"{p.example.class_name}-{n}") for n, p in enumerate(overlays.pairs())],
)
def test_both_curves_differ_as_was_measured(pair: overlays.Pair) -> None:
    assert pair.keras.t == pair.netspresso.t
    apart = {
        what: float(
            np.abs(np.subtract(getattr(pair.keras, what), getattr(pair.netspresso, what))).max()
        )
        for what in ("value", "gradient")
    }
    assert pair.plan.measured is not None
    if pair.plan.kind == "lossy":
        assert apart["value"] > 0.01
    else:
        assert max(apart.values()) < 1e-4


def test_the_pairs_show_every_kind() -> None:
    assert {pair.plan.kind for pair in overlays.pairs()} == {"exact", "conditional", "lossy"}
