"""Metrics are no losses: in check, --fix, convert and dry-run, in every container."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from losslint.dryrun.collect_jobs import JobOptions, jobs_from_paths
from losslint.files.reading import read_source
from losslint.files.source import Source
from tests.command import losslint
from tests.convert.support import convert


def metric(name: str, module: str = "keras.metrics", **config: object) -> dict[str, Any]:
    own = {"name": name.lower(), "dtype": "float32", **config}
    return {"module": module, "class_name": name, "config": own, "registered_name": None}


def old(name: str) -> dict[str, Any]:
    """As Keras 2 wrote a metric."""
    return {"class_name": name, "config": {"name": name.lower(), "dtype": "float32"}}


WRAPPED = metric(
    "MeanMetricWrapper",
    fn={"module": "keras.losses", "class_name": "Huber", "config": {"nothing": 1}},
)
METRICS: list[Any] = [
    [metric("MeanSquaredError"), metric("Poisson")],
    [[metric("MeanSquaredError")], [metric("Hinge"), "mae"]],
    {"out": metric("CosineSimilarity"), "other": [metric("KLDivergence")]},
    [old("MeanSquaredError"), old("Poisson")],
    {"out": [[old("CategoricalHinge")]]},
    [metric("MeanSquaredError", "keras.src.metrics.regression_metrics")],
    [metric("MeanSquaredError", "tf_keras.metrics"), metric("Poisson", "keras_core.metrics")],
    [WRAPPED],
    # Whatever it says of itself: what stands under this key is measured, not minimised.
    [metric("MeanSquaredError", "keras.losses")],
]
WHERE = ("metrics", "weighted_metrics")


def compiled(key: str, metrics: object) -> dict[str, Any]:
    return {
        "optimizer": "adam", "loss": "mean_absolute_error", "loss_weights": None,
        "metrics": None, "weighted_metrics": None, "run_eagerly": False,
        "steps_per_execution": 1, "jit_compile": False, key: metrics,
    }  # fmt: skip


def containers(folder: Path, config: dict[str, Any]) -> list[Path]:
    """A compile config as an archive, a model's JSON, a config by itself, and beside a model."""
    model = {"module": "keras", "class_name": "Sequential", "config": {"layers": []}}
    whole = json.dumps({**model, "compile_config": config})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        archive.writestr("config.json", whole)
    files = {
        "a.keras": packed.getvalue(),
        "model.json": whole.encode(),
        "compile.json": json.dumps({"compile_config": config}).encode(),
        "bare.yaml": json.dumps(config).encode(),
        "free.json": json.dumps({"training": {"compile": config}}).encode(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


@pytest.mark.slow
@pytest.mark.parametrize("metrics", METRICS, ids=str)
@pytest.mark.parametrize("key", WHERE)
def test_one_loss_is_all_that_there_is(key: str, metrics: object, tmp_path: Path) -> None:
    files = containers(tmp_path, compiled(key, metrics))
    for path in files:
        found = jobs_from_paths([str(path)], JobOptions())
        assert [job.name for job in found.jobs] == ["MeanAbsoluteError"], path.name
        assert (found.refused, found.notes) == ([], [])
        source = read_source(str(path))
        assert isinstance(source, Source)
        result = convert(source, "netspresso", lossy=True)
        assert "places" not in result.reason
        assert [plan.source.name for plan in result.plan.entries if plan.source is not None] in (
            [], ["mean_absolute_error"],
        ), path.name  # fmt: skip
    before = [path.read_bytes() for path in files]
    done = losslint("check", "--no-cache", "--fix", "--unsafe-fixes", ".", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert [path.read_bytes() for path in files] == before


def test_metrics_alone_are_nothing(tmp_path: Path) -> None:
    for index, metrics in enumerate(METRICS[:-1]):
        path = tmp_path / f"{index}.json"
        path.write_text(json.dumps({"metrics": metrics}))
        (tmp_path / f"{index}-free.json").write_text(json.dumps({"measured": [metric("Poisson")]}))
        source = read_source(str(path))
        assert isinstance(source, Source)
        assert convert(source, "netspresso").status == "nothing"
    assert jobs_from_paths([str(tmp_path)], JobOptions()) == ([], [], [], [])
    assert losslint("check", "--no-cache", ".", cwd=tmp_path).returncode == 0


def test_a_metric_in_the_place_of_a_loss_is_computed_by_nobody(tmp_path: Path) -> None:
    """Keras loads it and finds no gradients at the first `fit`."""
    config = {**compiled("metrics", None), "loss": metric("MeanSquaredError")}
    for path in containers(tmp_path, config):
        source = read_source(str(path))
        assert isinstance(source, Source)
        assert convert(source, "netspresso", lossy=True).status in ("refused", "nothing")
        assert jobs_from_paths([str(path)], JobOptions()).jobs == []
