"""What the other files of an experiment say is converted, and computed, as `check` judges it."""

from __future__ import annotations

from pathlib import Path

import pytest

from losslint.dryrun.collect_jobs import JobOptions, jobs_from_paths
from tests.command import losslint_text

MODEL = """\
model:
  task: classification
  architecture: {full: ~, head: {name: fc}}
  losses: %s
"""
ENTRY = """
    - criterion: %s
      label_smoothing: %s
      weight: %s
"""
TRAINING = "training:\n  epochs: 3\n  smooth: 0.1\n  weight: 2.0\n  name: cross_entropy\n"
LIST = "  losses:\n    - {criterion: cross_entropy, label_smoothing: 0.1, weight: 2.0}\n"
SAME = {
    "values": (MODEL % (ENTRY % ("cross_entropy", "${training.smooth}", "${training.weight}")), ""),
    "a name": (MODEL % (ENTRY % ("${training.name}", "0.1", "2.0")), ""),
    "a whole list": (MODEL % "${training.losses}", LIST),
    "of the file itself": (
        MODEL % (ENTRY % ("cross_entropy", "${model.smooth}", "${ training.weight }"))
        + "  smooth: ${training.smooth}\n",
        "",
    ),
}


def experiment(folder: Path, model: str, training: str) -> str:
    """The files of an experiment; the path of the one with the losses."""
    (folder / "training.yaml").write_text(training)
    (folder / "data.yaml").write_text("data: {name: mine}\n")
    path = folder / "model.yaml"
    path.write_text(model)
    return str(path)


@pytest.mark.parametrize("case", SAME)
def test_values_of_other_files_are_converted(case: str, tmp_path: Path) -> None:
    model, more = SAME[case]
    path = experiment(tmp_path, model, TRAINING + more)
    done = losslint_text("convert", "--to", "keras", "--style", "python", path)
    assert done.returncode == 0, done.stderr
    assert "CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)" in done.stdout
    assert "loss_weights=[2.0]" in done.stdout
    assert "taken from training.yaml: `" in done.stderr


@pytest.mark.parametrize("case", SAME)
def test_values_of_other_files_are_computed(case: str, tmp_path: Path) -> None:
    model, more = SAME[case]
    found = jobs_from_paths([experiment(tmp_path, model, TRAINING + more)], JobOptions())
    (job,) = found.jobs
    assert job.name == "cross_entropy"
    assert job.params == {"label_smoothing": 0.1, "weight": 2.0}
    assert (found.refused, found.notes) == ([], [])


WRONG = {
    "another type": (
        MODEL % (ENTRY % ("cross_entropy", "${training.smooth}", "~")),
        "training:\n  smooth: 'x'\n",
        "is the string 'x' in training.yaml",
    ),
    "nowhere": (
        MODEL % (ENTRY % ("cross_entropy", "${training.smoth}", "~")), TRAINING,
        "did you mean `training.smooth`?",
    ),
    "replaced": (
        MODEL % (ENTRY % ("cross_entropy", "0.1", "~")), TRAINING + "model: {losses: ~}\n",
        "its list replaces this one",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_check_refuses_convert_refuses(case: str, tmp_path: Path) -> None:
    model, training, words = WRONG[case]
    path = experiment(tmp_path, model, training)
    for command in (("check",), ("convert", "--to", "keras")):
        done = losslint_text(*command, path)
        assert done.returncode == 1
        assert words in done.stdout + done.stderr


def test_alone_a_value_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_text(MODEL % (ENTRY % ("cross_entropy", "${training.smooth}", "~")))
    done = losslint_text("convert", "--to", "keras", str(path))
    assert done.returncode == 1
    assert "is not known from this file" in done.stderr
    assert jobs_from_paths([str(path)], JobOptions()).jobs == []
