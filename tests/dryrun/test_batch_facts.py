"""The batch is what the model, the data and the experiment give; options go before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from losslint.catalog.netspresso import HEAD_CRITERIA, HEADS
from losslint.dryrun.collect_jobs import JobOptions, all_jobs, in_types, jobs_from_paths
from losslint.dryrun.records import BatchSizes, Job

_MODEL = """\
model:
  task: detection
  architecture:
    full: ~
    head:
      name: {head}
      params: {params}
  losses:
    - {{criterion: {criterion}, weight: ~}}
"""
_DATA = "data:\n  id_mapping: [cat, dog, cow, pig]\n"
_TRANSFORMS = """\
augmentation:
  train:
    - {name: randomresizedcrop, size: [96, 96]}
    - {name: randomhorizontalflip, p: 0.5}
    - {name: normalize}
"""
_TRAINING = "training:\n  epochs: 3\n  mixed_precision: true\n"


def _model(head: str, criterion: str, params: str = "~") -> str:
    return _MODEL.format(head=head, params=params, criterion=criterion)


_NO_OPTIONS = JobOptions()


def _job(folder: Path, text: str, options: JobOptions = _NO_OPTIONS, **beside: str) -> Job:
    for name, other in beside.items():
        (folder / f"{name}.yaml").write_text(other)
    path = folder / ("model.yaml" if text.startswith("model") else "model.json")
    path.write_text(text)
    found = jobs_from_paths([str(path)], options)
    assert (found.refused, found.problems) == ([], [])
    return found.jobs[0]


def test_an_experiment(tmp_path: Path) -> None:
    text = _model("anchor_decoupled_head", "retinanet_loss")
    files = {"data": _DATA, "augmentation": _TRANSFORMS, "training": _TRAINING}
    job = _job(tmp_path, text, **files)
    assert job.sizes == BatchSizes(2, 4, 96, head="anchor_decoupled_head")
    assert job.amp
    assert set(job.taken) == {"head", "classes", "image", "mixed"}
    assert job.taken["head"] == f"anchor_decoupled_head from {tmp_path / 'model.yaml'}:6:13"
    assert job.taken["classes"].startswith("4 from ")
    assert job.taken["classes"].endswith("data.yaml")
    (spread,) = in_types([job], ["float32"], amp=False)
    assert spread.amp


def test_options_go_before(tmp_path: Path) -> None:
    text = _model("yolo_detection_head", "yolov9_loss", "{reg_max: 8}")
    options = JobOptions(batch=3, classes=7, image=32, typed=True)
    files = {"data": _DATA, "augmentation": _TRANSFORMS, "training": _TRAINING}
    job = _job(tmp_path, text, options, **files)
    assert job.sizes == BatchSizes(3, 7, 32, head="yolo_detection_head", reg_max=8)
    assert not job.amp
    assert set(job.taken) == {"head", "reg_max"}


def test_what_is_not_certain_is_not_taken(tmp_path: Path) -> None:
    """Without an experiment, with transforms of an unknown end, with a head of one's own."""
    (tmp_path / "data.yaml").write_text(_DATA)
    transforms = "augmentation:\n  train: [{name: mosaic, size: [640, 640]}, {name: my_crop}]\n"
    job = _job(tmp_path, _model("my_head", "yolox_loss") + transforms)
    assert job.sizes == BatchSizes()
    assert not job.taken


def _archive(layers: list[dict[str, Any]], compiled: dict[str, Any]) -> str:
    model = {"module": "keras", "class_name": "Sequential", "config": {"layers": layers}}
    return json.dumps({**model, "registered_name": "Sequential", "compile_config": compiled})


def _layer(class_name: str, **config: Any) -> dict[str, Any]:
    return {"module": "keras.layers", "class_name": class_name, "config": config}


@pytest.mark.parametrize(
    ("layers", "sizes"),
    [
        ([_layer("Dense", units=7, activation="softmax")], BatchSizes(classes=7, rank=2)),
        ([_layer("Dense", units=1, activation="sigmoid")], BatchSizes(classes=1, rank=2)),
        (
            [_layer("Conv2D", filters=21, activation="softmax")],
            BatchSizes(classes=21, rank=4),
        ),
        ([_layer("Conv2D", filters=2, data_format="channels_first")], BatchSizes(rank=4)),
        ([{"class_name": "Mine", "registered_name": "p>Mine", "config": {}}], BatchSizes()),
    ],
)
def test_the_output_of_a_model(
    tmp_path: Path, layers: list[dict[str, Any]], sizes: BatchSizes
) -> None:
    start = _layer("InputLayer", batch_shape=[None, 8] if sizes.rank == 2 else [None, 8, 8, 3])
    compiled = {"optimizer": "adam", "loss": "categorical_crossentropy"}
    job = _job(tmp_path, _archive([start, *layers], compiled))
    assert job.sizes == sizes
    assert set(job.taken) == {"classes", "rank"} & {
        name for name, usual in BatchSizes()._asdict().items() if getattr(sizes, name) != usual
    }


@pytest.mark.keras
@pytest.mark.parametrize(
    ("units", "loss", "is_ok"),
    [
        (7, "categorical_crossentropy", True),
        (1, "categorical_crossentropy", False),
        (1, "sparse_categorical_crossentropy", False),
        (1, "binary_crossentropy", True),
        (1, "mean_squared_error", True),
    ],
)
def test_one_unit_learns_nothing_from_classes(
    tmp_path: Path, keras_evaluator: Any, units: int, loss: str, is_ok: bool
) -> None:
    from losslint.dryrun.evaluate import evaluate

    start = _layer("InputLayer", batch_shape=[None, 8])
    end = _layer("Dense", units=units, activation="sigmoid")
    compiled = {"optimizer": "adam", "loss": loss}
    job = _job(tmp_path, _archive([start, end], compiled))
    assert evaluate(keras_evaluator, job).ok == is_ok


@pytest.mark.torch
@pytest.mark.parametrize("head", HEADS)
def test_a_criterion_computes_on_its_own_heads_only(head: str) -> None:
    """What `check` says of the hundred pairs, a dry run meets."""
    pytest.importorskip("torch")
    pytest.importorskip("scipy")
    from losslint.dryrun.backends import open_evaluator
    from losslint.dryrun.evaluate import evaluate

    evaluator = open_evaluator("netspresso")
    jobs = [job for job in all_jobs(JobOptions()) if job.dialect == "netspresso"]
    computed = {
        job.name
        for job in jobs
        if evaluate(evaluator, job._replace(sizes=job.sizes._replace(head=head))).ok
    }
    assert computed == {name for on, name in HEAD_CRITERIA if on == head}


@pytest.mark.torch
@pytest.mark.parametrize(
    ("head", "params", "entry", "problem"),
    [
        ("yolo_detection_head", "{reg_max: 8}", "yolov9_loss, l1_activate_epoch: ~", "channels"),
        ("yolo_detection_head", "~", "yolov9_loss, l1_activate_epoch: ~", None),
        (
            "yolo_fastest_head_v2",
            "{anchors: [[12., 18., 37., 49.]]}",
            "yolofastest_loss, l1_activate_epoch: 1000, anchors: [[12., 18.], [37., 49.]]",
            "",
        ),
    ],
)
def test_the_head_against_the_loss(
    tmp_path: Path, head: str, params: str, entry: str, problem: str | None
) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("scipy")
    from losslint.dryrun.backends import open_evaluator
    from losslint.dryrun.evaluate import evaluate

    job = _job(tmp_path, _model(head, entry, params))
    found = evaluate(open_evaluator("netspresso"), job)
    if problem is None:
        assert found.problem is None
    else:
        assert found.problem is not None
        assert problem in found.problem
