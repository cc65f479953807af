"""The task and the head as the files of an experiment have them, one merged over the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.test_experiments import Rules, check, whole

MODEL = """\
model:
  task: {task}
  architecture:
    full: ~
    head:{head}
  losses:
    - criterion: cross_entropy
      weight: ~
"""
NAMED = "\n      name: {}\n      params: ~"
TRAINING = "training:\n  epochs: 3\n"
OF_MODEL = "model:\n  architecture: {{head: {{name: {}}}}}\n"


def model(head: str = NAMED.format("fc"), task: str = "classification") -> str:
    """A model file, by its head and its task."""
    return MODEL.format(head=head, task=task)


SOUND = {
    "a name of another file": (model(NAMED.format("${training.head}")), "  head: fc\n"),
    "a part of a name": (model(NAMED.format("${training.head}_conv")), "  head: fc\n"),
    "a whole head": (model(" ${training.head}"), "  head: {name: fc, params: ~}\n"),
    "a task of another file": (model(task="${training.task}"), "  task: classification\n"),
    "a task that another file has": (model(task="~"), "model:\n  task: classification\n"),
    "a head of the project's own": (model(NAMED.format("${training.head}")), "  head: mine\n"),
    "a name from the environment": (
        model(NAMED.format("${training.head}")), "  head: ${oc.env:HEAD}\n",
    ),
    "a later task": (model(task="segmentation"), "model:\n  task: classification\n"),
    "a later head": (model(NAMED.format("all_mlp_decoder")), OF_MODEL.format("fc")),
    "no head here": (model(" ~"), OF_MODEL.format("fc")),
}  # fmt: skip


@pytest.mark.parametrize("case", SOUND)
def test_nothing_to_say(case: str, tmp_path: Path, rules: Rules) -> None:
    file, other = SOUND[case]
    assert check(tmp_path, whole(file, TRAINING + other), rules) == ()


# The model, the end of the training, the code, what the message says, where it stands.
WRONG = {
    "a name of another file": (
        model(NAMED.format("${training.head}")), "  head: all_mlp_decoder\n",
        ("LL301", "`all_mlp_decoder` (training.yaml) belongs to", "${training.head}"),
    ),
    "a whole head": (
        model(" ${training.head}"), "  head: {name: all_mlp_decoder}\n",
        ("LL301", "`all_mlp_decoder` (training.yaml) belongs to", "${training.head}"),
    ),
    "a task of another file": (
        model(task="${training.task}"), "  task: segmentation\n",
        ("LL301", "is segmentation (training.yaml)", "fc"),
    ),
    "a task in another case": (
        model(task="${training.task}"), "  task: Classification\n",
        ("LL301", "write `classification`", "${training.task}"),
    ),
    "a name that no file has": (
        model(NAMED.format("${training.head}")), "  headd: fc\n",
        ("LL501", "did you mean `training.headd`?", "${training.head}"),
    ),
    "a task that no file has": (
        model(task="${training.task}"), "", ("LL501", "`training.task`", "${training.task}"),
    ),
    "no task": (
        model().replace("  task: classification\n", ""), "",
        ("LL301", "no file of the experiment says", "fc"),
    ),
    "a task that is null": (model(task="null"), "", ("LL301", "no file of the", "null")),
    "a task in another case, written here": (
        model().replace("task", "Task"), "", ("LL312", "reads `task`", "Task"),
    ),
    "a later head": (
        model(), OF_MODEL.format("all_mlp_decoder"), ("LL301", "(training.yaml)", "fc"),
    ),
    "a head in another file alone": (
        model(" ~"), OF_MODEL.format("all_mlp_decoder"), ("LL301", "(training.yaml)", "losses"),
    ),
    "a later task, and the criterion's head": (
        model(task="segmentation").replace("fc", "all_mlp_decoder"), "",
        ("LL302", "write `seg_cross_entropy`", "cross_entropy"),
    ),
    "the criterion, on the head of another file": (
        model(NAMED.format("${training.head}"), "segmentation"), "  head: all_mlp_decoder\n",
        ("LL302", "write `seg_cross_entropy`", "cross_entropy"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_one_finding(case: str, tmp_path: Path, rules: Rules) -> None:
    file, other, (code, words, place) = WRONG[case]
    (finding,) = check(tmp_path, whole(file, TRAINING + other), rules)
    assert finding.code == code
    assert words in finding.message
    assert file[slice(*finding.span)] == place
    # Only what stands in the file itself is mended.
    assert (finding.fix is None) == (code not in ("LL302", "LL312"))


def test_of_experiments_that_disagree_nothing_is_known(tmp_path: Path, rules: Rules) -> None:
    files = {
        "m.yaml": model(NAMED.format("${training.head}")),
        "a.yaml": TRAINING + "  head: fc\n",
        "b.yaml": TRAINING + "  head: all_mlp_decoder\n",
    }
    runs = tuple((str(tmp_path / "m.yaml"), str(tmp_path / name)) for name in ("a.yaml", "b.yaml"))
    assert check(tmp_path, files, rules, "m.yaml", runs) == ()
    assert [d.code for d in check(tmp_path, {}, rules, "m.yaml", runs[1:])] == ["LL301"]
