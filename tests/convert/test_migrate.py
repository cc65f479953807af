"""Within a style: old NetsPresso files, and Keras archives of 2.15 for Keras 3."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from losslint.convert.conversion import Options
from losslint.convert.output import Output
from losslint.convert.pipeline import convert_source
from losslint.convert.run import run
from losslint.dialects.keras import KERAS
from losslint.dialects.netspresso import NETSPRESSO
from losslint.dialects.release_targets import release_targets
from losslint.files.archive import ArchiveProblem, read_archive
from losslint.files.discovery import FoundFile
from losslint.linter.runner import Linter
from losslint.settings.model import Overrides
from tests.convert.support import TARGETS, convert, losses, source

HUBER = {
    "module": "keras.losses",
    "class_name": "Huber",
    "config": {"reduction": "auto", "name": "huber_loss", "delta": 2.0, "fn": "huber"},
    "registered_name": None,
}


def keras_215(loss: object, kind: str = "Sequential") -> dict[str, object]:
    """A model's config.json as Keras 2.15 writes it."""
    shape = {"batch_input_shape": [None, 4], "dtype": "float32", "name": "in"}
    layers = [
        {"module": "keras.layers", "class_name": "InputLayer", "config": shape},
        {
            "module": "keras.layers",
            "class_name": "Dense",
            "config": {"name": "out", "units": 3, "activation": "linear", "use_bias": True},
            "registered_name": None,
            "build_config": {"input_shape": [None, 4]},
        },
    ]
    module = "keras" if kind == "Sequential" else "keras.src.engine.functional"
    return {
        "module": module,
        "class_name": kind,
        "config": {"name": "m", "layers": layers},
        "registered_name": None,
        "build_config": {"input_shape": [None, 4]},
        "compile_config": {
            "optimizer": "sgd",
            "loss": loss,
            "metrics": None,
            "loss_weights": None,
            "weighted_metrics": None,
            "run_eagerly": None,
            "steps_per_execution": None,
            "jit_compile": None,
        },
    }


def archive(path: Path, config: dict[str, object], weights: bytes = b"weights") -> bytes:
    """A `.keras` archive as Keras 2.15 writes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("metadata.json", json.dumps({"keras_version": "2.15.0"}))
        file.writestr("config.json", json.dumps(config))
        file.writestr("model.weights.h5", weights)
    path.write_bytes(buffer.getvalue())
    return buffer.getvalue()


def migrate(path: Path, **target: object) -> str:
    """Run one archive through; what came of it."""
    where = Output(**target, roots=(str(path),))  # type: ignore[arg-type]
    linter = Linter(Overrides())
    done = list(run([FoundFile(str(path), True)], Options(KERAS, TARGETS), where, linter))
    assert len(done) == 1
    return done[0].result.status  # type: ignore[union-attr]


def test_a_sequential_archive_of_215(tmp_path: Path) -> None:
    path, new = tmp_path / "old.keras", tmp_path / "new.keras"
    before = archive(path, keras_215(HUBER))
    assert migrate(path, file=str(new)) == "converted"
    assert path.read_bytes() == before
    found = read_archive(str(new))
    assert not isinstance(found, ArchiveProblem)
    compiled = json.loads(found.config)["compile_config"]
    assert compiled["loss"]["config"] == {
        "reduction": "sum_over_batch_size",
        "name": "huber_loss",
        "delta": 2.0,
    }
    assert compiled["steps_per_execution"] == 1
    with zipfile.ZipFile(new) as file:
        assert file.read("model.weights.h5") == b"weights"
    assert migrate(path, in_place=True) == "converted"
    assert path.read_bytes() == new.read_bytes()


def test_a_functional_archive_of_215_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.keras"
    before = archive(path, keras_215(HUBER, "Functional"))
    assert migrate(path, in_place=True) == "refused"
    assert path.read_bytes() == before
    result = convert(source(json.dumps(keras_215(HUBER, "Functional")), "c.json"), "keras")
    assert "keras.src.engine.functional" in result.reason


@pytest.mark.keras
def test_the_new_archive_loads_keeps_delta_and_trains(tmp_path: Path) -> None:
    keras = pytest.importorskip("keras")
    import numpy as np

    path, weights, new = tmp_path / "o.keras", tmp_path / "w.weights.h5", tmp_path / "n.keras"
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(3, name="out")])
    model.save_weights(weights)
    archive(path, keras_215(HUBER), weights.read_bytes())
    with pytest.raises((TypeError, ValueError)):
        keras.models.load_model(path)
    assert migrate(path, file=str(new)) == "converted"
    loaded = keras.models.load_model(new)
    large = loaded.loss(np.zeros((1, 1)), np.full((1, 1), 10.0))
    assert float(large) == pytest.approx(2.0 * (10.0 - 1.0))
    history = loaded.fit(np.ones((8, 4)), np.ones((8, 3)), epochs=1, verbose=0)
    assert np.isfinite(history.history["loss"][0])


def test_an_old_list_of_losses(tmp_path: Path) -> None:
    text = (
        "model:\n  task: classification # t\n  losses:\n"
        "  - criterion: label_smoothing_cross_entropy # l\n    smoothing: 0.2\n    weight: ~\n"
    )
    result = convert(source(text, "model.yaml"), "netspresso", lossy=True)
    assert result.status == "converted", result.reason
    assert result.text is not None
    assert "criterion: cross_entropy # l" in result.text
    assert "smoothing: 0.2" in result.text
    assert result.migrated


def test_what_nothing_replaces_is_refused() -> None:
    result = convert(losses({"criterion": "rpn_loss", "weight": None}), "netspresso")
    assert result.status == "refused"
    assert "rpn_loss" in result.reason
    assert result.text is None


def test_a_file_that_is_new_enough_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_text(
        "model:\n  task: classification\n  losses: [{criterion: cross_entropy, weight: ~}]\n"
    )
    before = path.stat().st_mtime_ns, path.read_bytes()
    output, linter = Output(in_place=True), Linter(Overrides())
    done = list(run([FoundFile(str(path), True)], Options(NETSPRESSO, TARGETS), output, linter))
    assert done[0].result.status == "converted"  # type: ignore[union-attr]
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before


def test_the_boxes_of_a_detector_move() -> None:
    """Not one value goes: what a criterion has lost, the other one gets."""
    boxes = "      box_fg_iou_thresh: 0.7\n      box_positive_fraction: 0.5\n"
    roi, rpn = "    - criterion: roi_head_loss\n", "    - criterion: rpn_loss\n"
    text = (
        f"model:\n  task: detection\n  losses:\n{roi}{boxes}      weight: ~\n{rpn}      weight: ~\n"
    )
    targets = release_targets({"netspresso": "0.0.9"})
    read = source(text, "model.yaml")
    (result,) = convert_source(read, Options(NETSPRESSO, targets))
    assert result.status == "consent"
    (result,) = convert_source(read, Options(NETSPRESSO, targets, lossy=True))
    assert result.status == "converted", result.reason
    assert result.text == (
        f"model:\n  task: detection\n  losses:\n{roi}      weight: ~\n{rpn}      weight: ~\n{boxes}"
    )
    assert all("move it to `rpn_loss`" in note for note in result.notes)
