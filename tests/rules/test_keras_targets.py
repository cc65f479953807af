"""Keras rules at older releases and across releases: silence first, then before and after."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from losslint.catalog import keras as catalog
from losslint.diagnostics import Diagnostic
from losslint.dialects.release_targets import release_targets
from losslint.files.source import Source, decode
from losslint.linter.apply_rules import Checked, find_sites, findings, parse
from losslint.rules import Registered, lost_on_save
from losslint.rules.base import Context, File
from losslint.syntax.edits import apply_edits

Lint = Callable[..., tuple[Diagnostic, ...]]


def loss(class_name: str, **config: object) -> dict[str, object]:
    return {"module": "keras.losses", "class_name": class_name, "config": config}


def archive(loss: object, **beside: object) -> str:
    return json.dumps({"compile_config": {"optimizer": "adam", "loss": loss, **beside}})


def named(name: str) -> str:
    return json.dumps({"MODEL": {"COMPILATION": {"LOSS": {"NAME": name}}}})


def legacy(loss: object) -> str:
    optimizer = {"class_name": "Adam", "config": {}}
    return json.dumps({"training_config": {"loss": loss, "optimizer_config": optimizer}})


# Every one of these does at that release what is written.
SOUND = [
    ("2.2.5", named("cosine_proximity")),
    ("2.3.1", named("cosine_similarity")),
    ("2.3.1", named("huber_loss")),
    ("2.15.0", named("logcosh")),
    ("2.15.0", named("MeanSquaredError")),
    ("3.3.0", named("MeanSquaredError")),
    ("3.2.1", named("mean_squared_error")),
    ("2.3.1", archive(loss("Huber", delta=2.0))),
    ("2.3.1", archive({"class_name": "Huber", "config": {"delta": 2.0}})),
    ("2.15.0", archive(loss("Huber", reduction="auto", delta=2.0, fn="huber"))),
    ("2.15.0", archive("mse", loss_weights=None, steps_per_execution=None)),
    ("2.15.0", archive("mse", loss_weights=2)),
    ("2.15.0", legacy("mse")),
    ("3.0.5", archive(loss("BinaryFocalCrossentropy", gamma=1.0))),
    ("3.0.5", archive(loss("CTC"))),
    ("3.7.0", archive(loss("MeanSquaredError", reduction="mean"))),
    ("3.9.2", archive({**loss("function"), "config": "mean_squared_error"})),
    ("3.2.1", archive(loss("Dice"))),
    ("3.15.1", archive(loss("Tversky", alpha=0.5, beta=0.5))),
    ("3.15.1", archive(loss("Tversky"))),
    ("3.15.1", archive(loss("Huber", delta=1.0))),
    ("3.15.1", archive("mse", loss_weights=2.0, steps_per_execution=1)),
]

# Release, text, the codes that it gives, and what a message says.
BROKEN = [
    ("2.2.5", named("cosine_similarity"), ["LL101"], "no loss `cosine_similarity` yet"),
    ("2.3.1", named("log_cosh"), ["LL101"], "write `logcosh`"),
    ("2.3.1", named("kl_divergence"), ["LL101"], "yet"),
    ("2.3.1", named("bce"), ["LL101"], "write `binary_crossentropy`"),
    ("2.3.1", named("dice"), ["LL100"], "it came with Keras 3.2.0"),
    ("2.3.1", named("MeanSquaredError"), ["LL101"], "write `mean_squared_error`"),
    ("3.0.5", named("MeanSquaredError"), ["LL101"], "never builds it"),
    ("3.2.1", named("Huber"), ["LL101"], "write `huber`"),
    ("3.0.5", named("huber_loss"), ["LL101"], "any more"),
    ("3.1.1", named("binary_focal_crossentropy"), ["LL100"], "3.2.0"),
    ("3.0.5", archive(loss("Dice")), ["LL100"], "it came with Keras 3.2.0"),
    ("3.9.2", archive(loss("CategoricalGeneralizedCrossEntropy")), ["LL100"], "3.10.0"),
    ("2.2.5", archive(loss("Huber")), ["LL100"], "2.3.0"),
    ("2.3.1", archive(loss("CosineSimilarity")), ["LL100"], "2.4.0"),
    ("2.3.1", archive(loss("MeanSquaredError", reduction="auto")), ["LL114"], "auto"),
    ("3.0.5", archive(loss("MeanSquaredError", reduction="auto")), ["LL114"], "write `sum_over"),
    ("3.6.0", archive(loss("MeanSquaredError", reduction="mean")), ["LL114"], "mean"),
    ("2.15.0", archive(loss("MeanSquaredError", reduction=None)), ["LL112"], "null"),
    ("2.3.1", archive(loss("BinaryCrossentropy", axis=-1)), ["LL110"], "before Keras 2.6.0"),
    ("3.3.3", archive(loss("MeanSquaredError", dtype="float32")), ["LL110"], "before Keras 3.4.0"),
    ("3.7.0", archive(loss("Tversky", axis=-1)), ["LL110"], "before Keras 3.8.0"),
    ("3.9.2", archive(loss("SparseCategoricalCrossentropy", axis=-1)), ["LL110"], "3.10.0"),
    ("2.6.0", archive(loss("SparseCategoricalCrossentropy", ignore_class=1)), ["LL110"], "2.10"),
    ("2.12.0", archive({**loss("function"), "config": "mse"}), ["LL402"], "named `function`"),
    ("2.12.0", archive({"class_name": "Huber"}), ["LL402"], "without a `config`"),
    ("3.10.0", archive({**loss("function"), "config": "huber"}), ["LL402"], "builtins"),
    ("3.0.5", archive(loss("Huber", fn="huber")), ["LL405"], "`fn`"),
    ("3.3.0", archive(loss("Tversky", alpha=0.3)), ["LL408"], "swaps"),
    ("3.15.1", named("tversky").replace("}", ', "ALPHA": 0.3}', 1), ["LL408"], "swaps"),
    ("3.0.5", legacy("mae"), ["LL403"], "write `mean_absolute_error`"),
    ("3.0.5", legacy("logcosh"), ["LL101"], "write `log_cosh`"),
    ("3.15.1", archive("mse", loss_weights=2), ["LL416"], "float"),
]


@pytest.mark.parametrize(("release", "text"), SOUND)
def test_sound_at_its_release(lint: Lint, release: str, text: str) -> None:
    assert [d for d in lint(text, "c.json", keras=release) if d.severity != "info"] == []


@pytest.mark.parametrize(("release", "text", "codes", "said"), BROKEN)
def test_broken_at_its_release(
    lint: Lint, release: str, text: str, codes: list[str], said: str
) -> None:
    found = [d for d in lint(text, "c.json", keras=release) if d.severity != "info"]
    assert [d.code for d in found] == codes
    assert said in found[0].message


def test_an_old_archive_becomes_what_keras_3_trains(check_text: Callable[..., Checked]) -> None:
    """The edits that were tried on a Sequential archive of Keras 2.15, all of them safe."""
    before = loss("Huber", reduction="auto", name="huber_loss", delta=2.0, fn="huber")
    text = archive(before, loss_weights=None, steps_per_execution=None)
    for _ in range(5):
        checked = check_text(text, "config.json")
        fixes = [d.fix for d in checked.diagnostics if d.fix is not None]
        if not fixes:
            break
        assert all(fix.safe for fix in fixes)
        text = apply_edits(text, fixes[0].edits)
    after = loss("Huber", reduction="sum_over_batch_size", name="huber_loss", delta=2.0)
    assert json.loads(text) == json.loads(archive(after, loss_weights=None, steps_per_execution=1))


MODELS = [
    ("keras.src.engine.functional", "2.15.0", []),
    ("keras.src.engine.functional", "3.0.5", ["LL406"]),
    ("keras.src.models.functional", "2.15.0", ["LL406"]),
    ("keras.src.models.functional", "3.15.1", []),
    ("keras", "3.15.1", []),
]


@pytest.mark.parametrize(("module", "release", "codes"), MODELS)
def test_model_of_another_release(lint: Lint, module: str, release: str, codes: list[str]) -> None:
    text = json.dumps(
        {
            "module": module,
            "class_name": "Functional",
            "config": {"layers": []},
            "compile_config": {"loss": "mse", "optimizer": "sgd"},
        }
    )
    assert [d.code for d in lint(text, "c.json", keras=release)] == codes


def test_input_layer_of_keras_3_in_keras_2(lint: Lint) -> None:
    layer = {"class_name": "InputLayer", "config": {"batch_shape": [None, 4]}}
    text = json.dumps(
        {
            "module": "keras",
            "class_name": "Sequential",
            "config": {"layers": [layer]},
            "compile_config": {"loss": "mse", "optimizer": "sgd"},
        }
    )
    assert [d.code for d in lint(text, "c.json", keras="2.15.0")] == ["LL406"]
    assert lint(text, "c.json") == ()


def context_of(text: str, written_by: str | None) -> tuple[Context, Any]:
    source = decode("m.keras", text.encode(), "config.json")
    assert isinstance(source, Source)
    tree = parse(source)
    context = Context(source, tree, release_targets(), {})
    return context._replace(written_by=written_by), find_sites(tree)[1]


def test_the_writer_tells_what_is_lost_already() -> None:
    text = archive(loss("Huber", name="huber_loss"))
    for written_by, count in ((None, 0), ("2.15.0", 0), ("3.15.1", 1)):
        context, sites = context_of(text, written_by)
        found = [d for site in sites for d in lost_on_save.check(site, context)]
        assert [d.severity for d in found] == ["info"] * count


def test_messages_name_the_writer(rules: tuple[Registered, ...]) -> None:
    context, sites = context_of(archive(loss("Huber", fn="huber")), "2.15.0")
    file = File(context.source, context.tree, (), sites)
    said = [d.message for rule in rules for d in findings(rule, file, context)]
    assert len(said) == 1
    assert "Keras 2.15.0 wrote the file" in said[0]


@pytest.mark.parametrize("found", catalog.LOSSES, ids=lambda d: str(d.class_name))
def test_no_class_is_older_than_classes(found: Any) -> None:
    assert catalog.class_since(found) in catalog.RELEASES
    assert catalog.RELEASES.index(catalog.class_since(found)) >= catalog.RELEASES.index("2.3.0")


@pytest.mark.keras
@pytest.mark.parametrize("text", [text for release, text in SOUND if release == "3.15.1"])
def test_keras_takes_what_is_called_sound(text: str) -> None:
    keras = pytest.importorskip("keras")
    if keras.__version__ != catalog.NEWEST:
        pytest.skip("another Keras is installed")
    assert keras.losses.get(json.loads(text)["compile_config"]["loss"]) is not None


@pytest.mark.keras
def test_keras_swaps_tversky() -> None:
    keras = pytest.importorskip("keras")
    if keras.__version__ != catalog.NEWEST:
        pytest.skip("another Keras is installed")
    computes = keras.losses.Tversky(alpha=0.9, beta=0.1)
    missed = float(computes([[1.0, 1, 1, 1]], [[1.0, 0, 0, 0]]))
    invented = float(computes([[1.0, 0, 0, 0]], [[1.0, 1, 1, 1]]))
    assert missed == pytest.approx(0.72973, abs=1e-5)
    assert invented == pytest.approx(0.230769, abs=1e-5)
