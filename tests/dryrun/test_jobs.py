"""Configs become jobs."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import pytest

from losslint.dryrun.jobs import Gathered, Plan, all_jobs, in_types, jobs_from_paths
from losslint.dryrun.records import Location, Sizes

_NETSPRESSO = """\
data:
  id_mapping: [cat, dog, cow]
model:
  task: classification
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.1
      weight: ~
    - {criterion: focal_loss, weight: 2, gamma: "${training.gamma}"}
    - criterion: yolox_loss
    - {weight: 1}
    - {criterion: rtmcc_loss, weight: "???"}
"""


def _gathered(folder: Path, name: str, text: str) -> Gathered:
    path = folder / name
    path.write_text(text)
    return jobs_from_paths([str(path)], Plan())


def test_a_netspresso_list(tmp_path: Path) -> None:
    found = _gathered(tmp_path, "model.yaml", _NETSPRESSO)
    path = str(tmp_path / "model.yaml")
    (job,) = found.jobs
    assert (job.name, job.dialect) == ("cross_entropy", "netspresso")
    assert job.params == {"label_smoothing": 0.1, "weight": None}
    assert job.location == Location(path, 6, 7)
    assert job.places == {
        "label_smoothing": Location(path, 7, 7),
        "weight": Location(path, 8, 7),
    }
    assert job.sizes == Sizes(classes=3)
    (note,) = found.notes
    assert note.startswith(f"{path}:9:7: focal_loss: gamma is known only where the trainer runs")
    reasons = {verdict.name: verdict.problem for verdict in found.refused}
    assert reasons == {
        "yolox_loss": "weight is missing, and the trainer reads it",
        "?": "no loss is named here, so there is nothing to compute",
        "rtmcc_loss": "a value is ??? and must be given",
    }
    places = {verdict.name: verdict.location for verdict in found.refused}
    assert places == {
        "yolox_loss": Location(path, 10, 7),
        "?": Location(path, 11, 7),
        "rtmcc_loss": Location(path, 12, 39),
    }
    assert not found.unreadable


_MERGED = """\
mine: &mine {gamma: 2}
model:
  task: classification
  losses:
    - <<: *mine
      criterion: focal_loss
      weight: 1
"""


def test_a_merged_parameter_stands_where_it_is_used(tmp_path: Path) -> None:
    (job,) = _gathered(tmp_path, "model.yaml", _MERGED).jobs
    assert job.params == {"gamma": 2, "weight": 1}
    assert {name: place.row for name, place in job.places.items()} == {"gamma": 5, "weight": 7}


@pytest.mark.parametrize(
    ("loss", "name", "params"),
    [
        ({"NAME": "huber_loss"}, "huber_loss", {}),
        ({"NAME": "mse"}, "MeanSquaredError", {}),
        (
            {"NAME": "categorical_crossentropy", "FROM_LOGITS": True},
            "CategoricalCrossentropy",
            {"from_logits": True},
        ),
        ({"NAME": "SSD_LOSS", "ALPHA": 1.0}, "SSD_LOSS", {"ALPHA": 1.0}),
    ],
)
def test_a_platform_object(
    tmp_path: Path, loss: dict[str, object], name: str, params: dict[str, object]
) -> None:
    model = {"CLASSES": ["Background", "a", "b", "c"], "COMPILATION": {"LOSS": loss}}
    text = json.dumps({"configuration": {"MODEL": model}})
    (job,) = _gathered(tmp_path, "config.json", text).jobs
    assert (job.name, job.params) == (name, params)
    # The name that the loss knows a parameter by leads to the one that is written.
    columns = {key: text.index(f'"{key.upper()}"') + 1 for key in params}
    assert {key: place.column for key, place in job.places.items()} == columns
    assert job.sizes.classes == 4


_HUBER = {"class_name": "Huber", "config": {"delta": 2.0, "dtype": "float16"}}


def test_a_keras_archive(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        config = {"compile_config": {"optimizer": "adam", "loss": _HUBER, "loss_weights": None}}
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
    (job,) = jobs_from_paths([str(path)], Plan()).jobs
    assert (job.name, job.params["delta"]) == ("Huber", 2.0)
    # The config's own type goes before the one asked for.
    spread = in_types([job, job._replace(params={})], ["float32", "float64"], amp=False)
    assert [one.dtype for one in spread] == ["float16", "float32", "float64"]


def test_standard_input_folders_and_what_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.yaml").write_text(_NETSPRESSO)
    (tmp_path / "other.yaml").write_text("a: 1\n")
    (tmp_path / "bad.json").write_bytes(b'{"loss": "\xff"}')
    stdin = io.TextIOWrapper(io.BytesIO(_NETSPRESSO.encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    found = jobs_from_paths(["-", str(tmp_path), str(tmp_path / "gone.yaml")], Plan())
    assert [job.name for job in found.jobs] == ["cross_entropy", "cross_entropy"]
    assert len(found.unreadable) == 2


def test_a_plan_goes_before_the_config(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(_NETSPRESSO)
    plan = Plan(batch=4, classes=7, image=32, seed=9, points=3)
    (job,) = jobs_from_paths([str(tmp_path)], plan).jobs
    assert job.sizes == Sizes(4, 7, 32)
    assert (job.seed, job.points) == (9, 3)


def test_all_of_the_catalog() -> None:
    jobs = all_jobs(Plan())
    names = [job.name for job in jobs]
    assert len(names) == len(set(names)) == 22 + 2 + 10
    assert sum(job.dialect == "netspresso" for job in jobs) == 10
