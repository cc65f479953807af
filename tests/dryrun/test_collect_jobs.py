"""Configs become jobs."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import pytest

from losslint.dryrun.collect_jobs import (
    CollectedJobs,
    JobOptions,
    all_jobs,
    in_types,
    jobs_from_paths,
)
from losslint.dryrun.records import BatchSizes, SourceLocation

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


def _gathered(folder: Path, name: str, text: str) -> CollectedJobs:
    path = folder / name
    path.write_text(text)
    return jobs_from_paths([str(path)], JobOptions())


def test_a_netspresso_list(tmp_path: Path) -> None:
    found = _gathered(tmp_path, "model.yaml", _NETSPRESSO)
    path = str(tmp_path / "model.yaml")
    (job,) = found.jobs
    assert (job.name, job.dialect) == ("cross_entropy", "netspresso")
    assert job.params == {"label_smoothing": 0.1, "weight": None}
    assert job.location == SourceLocation(path, 6, 7)
    assert job.places == {
        "label_smoothing": SourceLocation(path, 7, 7),
        "weight": SourceLocation(path, 8, 7),
    }
    assert job.sizes == BatchSizes(classes=3)
    (note,) = found.notes
    assert note.startswith(f"{path}:9:7: focal_loss: gamma is known only where the trainer runs")
    reasons = {verdict.name: verdict.problem for verdict in found.refused}
    assert reasons == {
        "yolox_loss": "weight is missing, and the trainer reads it",
        "?": "no loss is named here, so there is nothing to compute",
        "rtmcc_loss": (
            "??? must be replaced by a value; the trainer raises when it builds the losses"
        ),
    }
    places = {verdict.name: verdict.location for verdict in found.refused}
    assert places == {
        "yolox_loss": SourceLocation(path, 10, 7),
        "?": SourceLocation(path, 11, 7),
        "rtmcc_loss": SourceLocation(path, 12, 39),
    }
    assert not found.problems


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
    (job,) = jobs_from_paths([str(path)], JobOptions()).jobs
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
    found = jobs_from_paths(["-", str(tmp_path), str(tmp_path / "gone.yaml")], JobOptions())
    assert [job.name for job in found.jobs] == ["cross_entropy", "cross_entropy"]
    assert found.problems == [f"{tmp_path / 'gone.yaml'} does not exist"]
    # bad.json was only met, and holds nothing like a loss.
    (missing,) = [verdict for verdict in found.refused if verdict.dialect is None]
    assert (missing.name, missing.problem) == ("gone.yaml", "does not exist")


_STRICT = {
    "duplicate key": (
        "model:\n  task: classification\n  losses:\n    - criterion: cross_entropy\n"
        "      label_smoothing: 0.1\n      label_smoothing: 0.2\n      weight: ~\n"
        "    - {criterion: focal_loss, weight: ~}\n",
        "`label_smoothing` stands twice in this mapping; the trainer refuses to load the file",
        (6, 7),
    ),
    "duplicate key elsewhere": (
        "data: {name: a, name: b}\nmodel:\n  task: classification\n  losses:\n"
        "    - {criterion: cross_entropy, weight: ~}\n    - {criterion: focal_loss, weight: ~}\n",
        "`name` stands twice in this mapping; the trainer refuses to load the file",
        (1, 17),
    ),
    "several documents": (
        "model:\n  task: classification\n  losses:\n    - {criterion: cross_entropy, weight: ~}\n"
        "    - {criterion: focal_loss, weight: ~}\n---\na: 1\n",
        "a second document starts here; the trainer refuses to load the file",
        (6, 1),
    ),
    "null as a key": (
        "model:\n  task: classification\n  losses:\n    - {criterion: cross_entropy, weight: ~}\n"
        "    - {criterion: focal_loss, ~: 1, weight: ~}\n",
        "null is no key that OmegaConf takes",
        (5, 31),
    ),
}


@pytest.mark.parametrize("what", _STRICT)
def test_what_the_loader_refuses_fails_for_every_loss(tmp_path: Path, what: str) -> None:
    text, reason, place = _STRICT[what]
    found = _gathered(tmp_path, "model.yaml", text)
    assert not found.jobs
    assert [verdict.name for verdict in found.refused] == ["cross_entropy", "focal_loss"]
    for verdict in found.refused:
        assert verdict.problem == reason
        assert verdict.location == SourceLocation(str(tmp_path / "model.yaml"), *place)


def test_a_reader_that_keeps_the_last_of_two_keys_is_not_stricter_here(tmp_path: Path) -> None:
    text = (
        '{"compile_config": {"optimizer": "adam", "loss": "mse", "loss": "mae", "jit_compile": 1}}'
    )
    assert [job.name for job in _gathered(tmp_path, "c.json", text).jobs] == ["MeanAbsoluteError"]


def test_a_mandatory_value_fails_its_own_loss_at_any_depth(tmp_path: Path) -> None:
    text = (
        "model:\n  task: detection\n  losses:\n"
        "    - criterion: detr_loss\n      weight: ~\n      matcher:\n"
        "        weight_dict:\n          a: ???\n"
        "    - {criterion: focal_loss, weight: ~}\n"
    )
    found = _gathered(tmp_path, "model.yaml", text)
    assert [job.name for job in found.jobs] == ["focal_loss"]
    (verdict,) = found.refused
    assert (verdict.name, verdict.location) == (
        "detr_loss",
        SourceLocation(str(tmp_path / "model.yaml"), 8, 14),
    )


def test_a_file_that_cannot_be_read_is_a_verdict_beside_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "model:\n  task: classification\n  losses: [\n    - criterion: x\n"
    )
    (tmp_path / "b.yaml").write_text(_NETSPRESSO)
    (tmp_path / "c.keras").write_bytes(b"no archive")
    (tmp_path / "d.yaml").write_text("{% template %}: [\n")
    with zipfile.ZipFile(tmp_path / "e.keras", "w") as archive:
        archive.writestr("config.json", '{"compile_config": {')
    found = jobs_from_paths([str(tmp_path)], JobOptions())
    assert [job.name for job in found.jobs] == ["cross_entropy"]
    unread = [verdict for verdict in found.refused if verdict.dialect is None]
    assert [verdict.name for verdict in unread] == ["a.yaml", "c.keras", "e.keras"]
    assert unread[0].problem is not None
    assert unread[0].problem.startswith("cannot be read: ")
    assert not found.problems


_OWN = (
    {"module": None, "class_name": "Mine", "config": {}, "registered_name": "pkg>Mine"},
    {"module": "builtins", "class_name": "function", "config": "pkg>mine"},
    {"module": "builtins", "class_name": "function", "config": "mine"},
    {"module": "my.losses", "class_name": "Mine", "config": {}, "registered_name": "Mine"},
    {"module": "my.losses", "class_name": "Huber", "config": {}, "registered_name": "pkg>Huber"},
    {"class_name": "__lambda__", "config": {"value": "4wA="}},
)


@pytest.mark.parametrize("loss", _OWN)
def test_a_loss_of_one_s_own_is_not_computed(tmp_path: Path, loss: dict[str, object]) -> None:
    config = {"compile_config": {"optimizer": "adam", "loss": loss, "loss_weights": None}}
    found = _gathered(tmp_path, "config.json", json.dumps(config))
    assert not found.jobs
    assert not found.refused
    (note,) = found.notes
    assert note.endswith(" is a loss of your own code; not computed")


def test_a_function_of_keras_is_computed(tmp_path: Path) -> None:
    loss = {"module": "builtins", "class_name": "function", "config": "mean_squared_error"}
    config = {"compile_config": {"optimizer": "adam", "loss": loss, "loss_weights": None}}
    found = _gathered(tmp_path, "config.json", json.dumps(config))
    assert [job.name for job in found.jobs] == ["MeanSquaredError"]


def test_keys_of_yaml_reach_the_framework_as_they_are(tmp_path: Path) -> None:
    text = (
        "model:\n  task: classification\n  losses:\n    - criterion: cross_entropy\n"
        "      weight: ~\n      2: {2: a, yes: b}\n      true: 1.5\n"
        "      '3': 3\n      a: {1.5: 2}\n"
    )
    (job,) = _gathered(tmp_path, "model.yaml", text).jobs
    assert job.params == {
        2: {2: "a", True: "b"},
        True: 1.5,
        "3": 3,
        "a": {1.5: 2},
        "weight": None,
    }
    assert job.places[True].row == 7


def test_a_plan_goes_before_the_config(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(_NETSPRESSO)
    plan = JobOptions(batch=4, classes=7, image=32, seed=9, points=3)
    (job,) = jobs_from_paths([str(tmp_path)], plan).jobs
    assert job.sizes == BatchSizes(4, 7, 32)
    assert (job.seed, job.points) == (9, 3)


def test_all_of_the_catalog() -> None:
    jobs = all_jobs(JobOptions())
    names = [job.name for job in jobs]
    assert len(names) == len(set(names)) == 22 + 2 + 10
    assert sum(job.dialect == "netspresso" for job in jobs) == 10


def test_the_settings_of_a_folder_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("kept", "left"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.yaml").write_text(_NETSPRESSO)
    (tmp_path / "losslint.toml").write_text('exclude = ["left"]\nignore = ["LL007"]\n')
    found = jobs_from_paths(["."], JobOptions())
    assert [job.location.filename for job in found.jobs if job.location] == ["kept/model.yaml"]
    # What is not reported keeps the trainer from building the loss all the same.
    assert [verdict.name for verdict in found.refused] == ["yolox_loss", "?", "rtmcc_loss"]
    assert not found.problems


def test_wrong_settings_are_a_problem_and_the_other_files_are_collected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("good", "wrong", "also_wrong"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.yaml").write_text(_NETSPRESSO)
        (tmp_path / name / "b.yaml").write_text(_NETSPRESSO)
    (tmp_path / "wrong" / "losslint.toml").write_text("nonsense = 1\n")
    (tmp_path / "also_wrong" / "losslint.toml").write_text('target = {netspresso = "soon"}\n')
    found = jobs_from_paths(["."], JobOptions())
    assert len(found.jobs) == 2
    about_key, about_target = sorted(found.problems, key=lambda text: "netspresso" in text)
    assert "nonsense" in about_key
    assert "soon" in about_target
    (tmp_path / "losslint.toml").write_text("nonsense = 1\n")
    (problem,) = jobs_from_paths(["."], JobOptions()).problems
    assert "nonsense" in problem
