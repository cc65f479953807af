"""`--prove`: what the catalog calls equal is equal, computed here and now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from losslint.catalog.equivalences_model import Measured
from losslint.cli import build
from losslint.convert.conversion import Conversion
from losslint.convert.model import EntryPlan, Loss
from losslint.convert.prove import Prover
from losslint.diagnostics import Span
from losslint.files.source import Source
from tests.convert.support import compiled, convert, losses, platform

pytestmark = [pytest.mark.keras, pytest.mark.torch]


@pytest.fixture(scope="module")
def prover() -> Iterator[Prover]:
    pytest.importorskip("keras")
    pytest.importorskip("torch")
    with Prover() as one:
        yield one


def entry(criterion: str, weight: float | None = None, **params: object) -> Source:
    return losses({"criterion": criterion, **params, "weight": weight})


def with_head(name: str, activation: str, units: int = 4, **config: object) -> Source:
    layer = {"class_name": "Dense", "config": {"units": units, "activation": activation}}
    model = {"class_name": "Sequential", "config": {"layers": [layer]}}
    loss = {"module": "keras.losses", "class_name": name, "config": config, "registered_name": None}
    return compiled(loss, None, model)


TO_NETSPRESSO = (
    platform("sparse_categorical_crossentropy", from_logits=True),
    platform("sparse_categorical_crossentropy"),
    platform("sparse_categorical_crossentropy", from_logits=True, ignore_class=255),
    platform("sparse_categorical_crossentropy", ignore_class=2),
    platform("sparse_categorical_crossentropy", from_logits=True, reduction="sum"),
    platform("categorical_crossentropy", from_logits=True, label_smoothing=0.2),
    platform("categorical_crossentropy", label_smoothing=0.2),
    platform("categorical_crossentropy", from_logits=True, axis=1),
    platform("binary_crossentropy", from_logits=True),
    platform("binary_crossentropy"),
    platform("binary_focal_crossentropy", from_logits=True, gamma=1.5, alpha=0.9),
    platform("binary_focal_crossentropy", gamma=3.0),
    platform("binary_focal_crossentropy", from_logits=True, apply_class_balancing=True, alpha=0.3),
    platform("categorical_focal_crossentropy", gamma=0, alpha=0.4, label_smoothing=0.1),
    platform("categorical_focal_crossentropy", from_logits=True, gamma=0, alpha=0.4),
    platform("binary_focal_crossentropy", from_logits=True, gamma=0.0),
    platform("binary_focal_crossentropy", gamma=0, apply_class_balancing=True, alpha=0.3),
    platform("kl_divergence"),
    compiled("categorical_crossentropy", [2.5]),
    with_head("BinaryCrossentropy", "sigmoid", 1, label_smoothing=0.1),
    with_head("BinaryCrossentropy", "sigmoid", 1, from_logits=True),
)
TO_KERAS = (
    entry("cross_entropy", label_smoothing=0.1),
    entry("cross_entropy", weight=3.0),
    entry("cross_entropy", ignore_index=-100),
    entry("cross_entropy", size_average=False),
    entry("seg_cross_entropy", ignore_index=255),
    entry("seg_cross_entropy", ignore_index=1),
    entry("seg_cross_entropy", label_smoothing=0.1),
    entry("seg_cross_entropy", ignore_index=255, size_average=False),
    entry("focal_loss", alpha=-1, gamma=0),
    entry("focal_loss", alpha=-1, gamma=2.0),
    entry("focal_loss", alpha=0.25, gamma=2.0, weight=0.5),
    entry("focal_loss", alpha=0.5, gamma=0),
    entry("focal_loss", alpha=0.3, gamma=0),
)


def proved(result: Conversion, prover: Prover) -> EntryPlan:
    assert result.status == "converted", (result.reason, result.plan)
    after = prover(result)
    (one,) = after.plan.entries
    assert after.status == "converted", one.reason
    assert one.proof is not None
    return one


def equal(one: EntryPlan) -> None:
    assert one.proof is not None
    measured = one.measured or Measured(0.0, 0.0, 0.0, 0.0)
    assert one.proof.value <= max(1e-12, 10 * measured.value)
    assert one.proof.gradient <= max(1e-12, 10 * measured.gradient)
    assert one.proof.value_float32 <= 1e-4
    assert one.proof.gradient_float32 <= 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("read", TO_NETSPRESSO, ids=lambda read: read.text[:90])
def test_to_netspresso(read: Source, prover: Prover) -> None:
    equal(proved(convert(read, "netspresso", lossy=True), prover))


@pytest.mark.slow
@pytest.mark.parametrize("read", TO_KERAS, ids=lambda read: read.text[22:90])
def test_to_keras(read: Source, prover: Prover) -> None:
    equal(proved(convert(read, "keras", style="object", lossy=True), prover))


def test_a_loss_that_does_not_count(prover: Prover) -> None:
    """A factor of 0 is compared as it is written, and not as none."""
    idle = {"criterion": "cross_entropy", "weight": 0}
    read = losses(idle, {"criterion": "focal_loss", "alpha": 0.25, "gamma": 2, "weight": 1})
    after = prover(convert(read, "keras", style="object", lossy=True))
    assert after.status == "converted", [each.reason for each in after.plan.entries]


def test_a_lossy_row_tells_by_how_much(prover: Prover) -> None:
    read = platform("categorical_crossentropy", from_logits=True, axis=1, label_smoothing=0.2)
    one = proved(convert(read, "netspresso", lossy=True), prover)
    assert one.proof is not None
    assert one.proof.value > 1e-3


def test_a_wrong_row_is_refused(prover: Prover) -> None:
    """A row that claimed the usual mistake, Keras's alpha copied, would not get through."""
    wrong: dict[str, Any] = {"alpha": 0.25, "gamma": 2.0}
    plan = EntryPlan(
        Loss("keras", "binary_focal_crossentropy", (("from_logits", True),)),
        Span(0, 1),
        Loss("netspresso", "focal_loss", tuple(wrong.items())),
        rows=("keras.binary_focal_crossentropy->netspresso.focal_loss",),
        action="auto",
        kind="exact",
    )
    result = convert(TO_NETSPRESSO[0], "netspresso")
    forged = result._replace(plan=result.plan._replace(entries=(plan,)))
    after = prover(forged)
    assert after.status == "refused"
    assert after.text is None
    assert "the proof fails" in after.plan.entries[0].reason


def test_what_the_framework_refuses_is_refused(prover: Prover) -> None:
    result = convert(entry("cross_entropy", ignore_index=3), "keras", lossy=True)
    assert result.status == "refused"
    assert "(LL303; " in result.plan.entries[0].reason
    # And were it let through, the proof would not pass it.
    sound = convert(entry("cross_entropy"), "keras")
    (one,) = sound.plan.entries
    source = one.source._replace(params=(("ignore_index", 3),))
    forged = one._replace(source=source)
    after = prover(sound._replace(plan=sound.plan._replace(entries=(forged,))))
    assert after.status == "refused"
    assert "the proof fails" in after.plan.entries[0].reason


@pytest.mark.slow
def test_objects_are_what_keras_deserialises(prover: Prover) -> None:
    import json

    import keras

    for read in TO_KERAS:
        result = convert(read, "keras", style="object", lossy=True)
        value = json.loads(result.text or "")
        value = value.get("compile_config", {"loss": value})["loss"]
        loss = keras.losses.deserialize(value)
        assert (
            loss.get_config().items()
            >= {k: v for k, v in value["config"].items() if k != "axis"}.items()
        )


def test_a_proof_gives_both_curves_where_they_are_asked_for() -> None:
    pytest.importorskip("keras")
    pytest.importorskip("torch")
    with Prover(points=5) as drawing:
        for read in (TO_KERAS[10], TO_NETSPRESSO[-1]):
            to = "keras" if read is TO_KERAS[10] else "netspresso"
            style = "object" if to == "keras" else None
            one = proved(convert(read, to, style=style, lossy=True), drawing)
            assert one.curve is not None
            assert one.curve.places == [-2.0, -1.0, 0.0, 1.0, 2.0]
            for kind in (one.curve.values, one.curve.slopes):
                assert kind["keras"] == pytest.approx(kind["netspresso"], rel=1e-9)
            assert one.curve.values["keras"][0] > one.curve.values["keras"][-1]


def test_a_page_shows_what_was_proved_and_what_was_refused(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    pytest.importorskip("jinja2")
    page = tmp_path / "proof.html"
    for name, index in (("a", "~"), ("b", "3")):
        text = "model:\n  task: classification\n  losses:\n"
        text += f"  - {{criterion: cross_entropy, ignore_index: {index}, weight: ~}}\n"
        (tmp_path / f"{name}.yaml").write_text(text.replace("ignore_index: ~, ", ""))
    paths = [str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")]
    options = ["--to", "keras", "--prove", "--report", str(page), "-o", str(tmp_path / "out")]
    result = CliRunner().invoke(build(["convert"]), ["convert", *options, *paths])
    assert result.exit_code == 1, result.output
    html = page.read_text(encoding="utf-8")
    assert html.count("<svg ") == 2
    assert html.index("not converted") < html.index("categorical_crossentropy")
    assert "LL303" in html
