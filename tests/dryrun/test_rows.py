"""Every loss of the catalog has its row: batch, formula, and losslint's own code where needed."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from losslint.dialects.dialect import Dialect
from losslint.dialects.records import Site
from losslint.dryrun import collect_jobs, load_configs
from losslint.dryrun.backends import BACKENDS
from losslint.dryrun.collect_jobs import JobOptions, all_jobs, jobs_from_paths
from losslint.dryrun.load_configs import LoadedConfig
from losslint.dryrun.records import Job

_JOBS = all_jobs(JobOptions())


def _missing(job: Job, rows: Mapping[str, Any]) -> list[str]:
    """What a loss of the catalog lacks to be computed and checked, each as a thing to add."""
    losses = BACKENDS[job.dialect].losses
    row = rows.get(job.name)
    if row is None:
        return [f"a row {job.name!r} in LOSSES of {losses}"]
    lacks = []
    code = getattr(row, "code", None)
    if isinstance(code, str):
        module = f"losslint.dryrun.criteria.{job.name}"
        spec = importlib.util.find_spec(module)
        if spec is None or spec.origin is None:
            lacks.append(f"the module {module}")
        elif f"class {code}" not in Path(spec.origin).read_text(encoding="utf-8"):
            lacks.append(f"the class {code} in {module}")
    return lacks


def _rows(dialect: str) -> Mapping[str, Any]:
    rows: Mapping[str, Any] = import_module(BACKENDS[dialect].losses).LOSSES
    return rows


@pytest.mark.parametrize("job", _JOBS, ids=lambda job: job.name)
def test_no_loss_of_the_catalog_lacks_a_piece(job: Job) -> None:
    assert _missing(job, _rows(job.dialect)) == []


@pytest.mark.parametrize("dialect", BACKENDS)
def test_no_row_is_of_a_loss_that_the_catalog_does_not_know(dialect: str) -> None:
    assert set(_rows(dialect)) == {job.name for job in _JOBS if job.dialect == dialect}


def test_what_is_missing_is_named() -> None:
    job = next(job for job in _JOBS if job.name == "yolox_loss")
    rows = dict(_rows("netspresso"))
    renamed = {**rows, "yolox_loss": rows["yolox_loss"]._replace(code="Gone")}
    (told,) = _missing(job, renamed)
    assert told == "the class Gone in losslint.dryrun.criteria.yolox_loss"
    (told,) = _missing(job._replace(name="new_loss"), {"new_loss": rows["yolox_loss"]})
    assert told == "the module losslint.dryrun.criteria.new_loss"
    (told,) = _missing(job._replace(name="new_loss"), rows)
    assert told == "a row 'new_loss' in LOSSES of losslint.dryrun.losses.netspresso"


class _Toy(Dialect):
    name = "toy"
    framework = "Toy"


def test_a_dialect_without_a_backend_gets_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.yaml"
    path.write_text("model: {task: x, losses: [{criterion: focal_loss, weight: 1}]}\n")

    def load_as_toy(paths: Any) -> Any:
        for file in load_configs.load(paths):
            assert isinstance(file, LoadedConfig)
            yield file._replace(sites=tuple(_of_toy(site) for site in file.sites))

    monkeypatch.setattr(collect_jobs, "load", load_as_toy)
    found = jobs_from_paths([str(path)], JobOptions())
    assert not found.jobs
    assert not found.refused
    assert found.notes == [f"{path}:1:18: no backend computes the losses of Toy; not computed"]


def _of_toy(site: Site) -> Site:
    return site._replace(dialect=_Toy())
