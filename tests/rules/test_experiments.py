"""Files that one run merges: what only the others tell."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from losslint.diagnostics import Diagnostic
from losslint.dialects.netspresso.experiment import companions, experiments_around, groups_of
from losslint.dialects.release_targets import release_targets
from losslint.files.source import Source, decode
from losslint.linter.apply_rules import check_source
from losslint.rules import Registered

YOLOX = """\
model:
  task: detection
  losses:
    - criterion: yolox_loss
      l1_activate_epoch: {epoch}
      weight: ~
"""
TRAINING = "training:\n  epochs: {epochs}\n"
OTHERS = ("data", "augmentation", "logging", "environment")
_FILE = re.compile(r"```yaml (\S+)\n(.*?)```", re.S)

Rules = tuple[Registered, ...]


def check(
    folder: Path,
    files: dict[str, str],
    rules: Rules,
    name: str = "model.yaml",
    declared: tuple[tuple[str, ...], ...] = (),
) -> tuple[Diagnostic, ...]:
    """The findings of one of the files, with the others beside it."""
    for other, text in files.items():
        (folder / other).parent.mkdir(parents=True, exist_ok=True)
        (folder / other).write_text(text, encoding="utf-8")
    path = str(folder / name)
    source = decode(path, (folder / name).read_bytes())
    assert isinstance(source, Source)
    around = partial(experiments_around, path, declared)
    return check_source(source, rules, release_targets(), around).diagnostics


def whole(model: str, training: str) -> dict[str, str]:
    """All six files of an experiment."""
    return {
        "model.yaml": model,
        "training.yaml": training,
        **{f"{name}.yaml": f"{name}:\n  key: 1\n" for name in OTHERS},
    }


SOUND = {
    "reached": (YOLOX.format(epoch=300), TRAINING.format(epochs=300)),
    "never, on purpose": (YOLOX.format(epoch=1000000), TRAINING.format(epochs=300)),
    "epochs unknown": (YOLOX.format(epoch=300), TRAINING.format(epochs="${oc.env:EPOCHS}")),
    "found in another file": (
        YOLOX.format(epoch="${training.epochs}"), TRAINING.format(epochs=300),
    ),
    "found relatively": (YOLOX.format(epoch="${....training.epochs}"), TRAINING.format(epochs=3)),
    "resolver": (YOLOX.format(epoch="${oc.decode:${oc.env:EPOCH}}"), TRAINING.format(epochs=300)),
    "nested": (YOLOX.format(epoch="${training.${data.key}}"), TRAINING.format(epochs=300)),
    "mappings grow together": (
        YOLOX.format(epoch=1), TRAINING.format(epochs=300) + "model:\n  name: mine\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SOUND)
def test_nothing_to_say(case: str, tmp_path: Path, rules: Rules) -> None:
    assert check(tmp_path, whole(*SOUND[case]), rules) == ()


# Model, training, the rule, a part of the message.
WRONG = {
    "never reached": (
        YOLOX.format(epoch=301), TRAINING.format(epochs=300),
        ("epoch-never-reached", "ends after epoch 300"),
    ),
    "never reached, through an interpolation": (
        YOLOX.format(epoch="${training.l1}"), TRAINING.format(epochs=300) + "  l1: 400\n",
        ("epoch-never-reached", "is 400"),
    ),
    "no such key": (
        YOLOX.format(epoch="${training.epoch}"), TRAINING.format(epochs=300),
        ("unresolved-interpolation", "did you mean `training.epochs`?"),
    ),
    "no such section": (
        YOLOX.format(epoch="${trainer.epochs}"), TRAINING.format(epochs=300),
        ("unresolved-interpolation", "`trainer.epochs`"),
    ),
    "no such key, relatively": (
        YOLOX.format(epoch="${....training.epoch}"), TRAINING.format(epochs=300),
        ("unresolved-interpolation", "`training.epoch`"),
    ),
    "replaced by null": (
        YOLOX.format(epoch="${data.key.deep}"), TRAINING.format(epochs=300) + "data: ~\n",
        ("unresolved-interpolation", "`data.key.deep`"),
    ),
    "the list itself": (
        "model:\n  task: detection\n  architecture: {head: {name: anchor_free_decoupled_head}}\n"
        "  losses: ${shared.losses}\n",
        TRAINING.format(epochs=300),
        ("unresolved-interpolation", "`shared.losses`"),
    ),
    "replaced": (
        YOLOX.format(epoch=1),
        TRAINING.format(epochs=300) + YOLOX.format(epoch=2),
        ("losses-replaced", "training.yaml"),
    ),
    "replaced by nothing": (
        YOLOX.format(epoch=1), TRAINING.format(epochs=300) + "model:\n  losses: ~\n",
        ("losses-replaced", "training.yaml"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_one_finding(case: str, tmp_path: Path, rules: Rules) -> None:
    model, training, (rule, words) = WRONG[case]
    (finding,) = check(tmp_path, whole(model, training), rules)
    assert finding.name == rule
    assert words in finding.message


def test_one_file_may_hold_both(tmp_path: Path, rules: Rules) -> None:
    text = YOLOX.format(epoch=20) + TRAINING.format(epochs=10)
    (finding,) = check(tmp_path, {"mine.yaml": text}, rules, "mine.yaml")
    assert finding.name == "epoch-never-reached"


def test_a_later_file_is_not_replaced_by_an_earlier_one(tmp_path: Path, rules: Rules) -> None:
    files = whole(YOLOX.format(epoch=1), TRAINING.format(epochs=300) + YOLOX.format(epoch=2))
    assert check(tmp_path, files, rules, "training.yaml") == ()


def test_what_is_not_known_is_not_said(tmp_path: Path, rules: Rules) -> None:
    """Alone, or where a file of the six is missing, another file may bring the key."""
    model = YOLOX.format(epoch="${environment.epochs}")
    assert check(tmp_path / "alone", {"model.yaml": model}, rules) == ()
    two = {"model.yaml": model, "training.yaml": TRAINING.format(epochs=3)}
    assert check(tmp_path / "two", two, rules) == ()
    two["model.yaml"] = YOLOX.format(epoch="${training.l1}")
    assert [d.name for d in check(tmp_path / "two", two, rules)] == ["unresolved-interpolation"]


def test_a_broken_neighbour_hides_what_it_holds(tmp_path: Path, rules: Rules) -> None:
    files = whole(YOLOX.format(epoch="${shared.epochs}"), "training: [\n")
    assert check(tmp_path, files, rules) == ()
    (tmp_path / "training.yaml").write_bytes(b"\xff\xfe\x00")
    assert check(tmp_path, {}, rules) == ()


def test_declared_experiments(tmp_path: Path, rules: Rules) -> None:
    files = {
        "models/yolox.yaml": YOLOX.format(epoch=50),
        "short.yaml": TRAINING.format(epochs=10),
        "long.yaml": TRAINING.format(epochs=100),
    }
    model = str(tmp_path / "models/yolox.yaml")
    runs = tuple((str(tmp_path / name), model) for name in ("short.yaml", "long.yaml"))
    found = check(tmp_path, files, rules, "models/yolox.yaml", runs)
    assert [d.name for d in found] == ["epoch-never-reached"]
    assert "epoch 10:" in found[0].message
    assert check(tmp_path, {}, rules, "models/yolox.yaml", runs[1:]) == ()


def test_merge_order_is_that_of_the_trainer(tmp_path: Path) -> None:
    for name in ("model", "training", *OTHERS):
        (tmp_path / f"{name}.yaml").write_text(f"{name}: {{}}\n")
    (experiment,) = experiments_around(str(tmp_path / "model.yaml"))
    names = [[Path(n.path).stem for n in side] for side in experiment[:2]]
    assert names == [["data", "augmentation"], ["training", "logging", "environment"]]
    assert experiment.complete
    (tmp_path / "x.yaml").write_text("training: {}\n")
    given = ((str(tmp_path / "x.yaml"), str(tmp_path / "m.yaml")),)
    (tmp_path / "m.yaml").write_text("model: {}\n")
    (declared,) = experiments_around(str(tmp_path / "m.yaml"), given)
    assert [Path(n.path).name for n in declared.after] == ["x.yaml"]


def test_a_folder_without_a_training_is_no_experiment(tmp_path: Path) -> None:
    (tmp_path / "logging.yaml").write_text("logging: {}\n")
    assert groups_of(str(tmp_path / "model.yaml")) == ()
    (tmp_path / "training.yml").write_text("training: {}\n")
    assert companions(str(tmp_path / "model.yaml")) == (
        str(tmp_path / "logging.yaml"),
        str(tmp_path / "training.yml"),
    )
    assert groups_of(str(tmp_path / "resnet.yaml")) == ()


SMOOTHED = """\
model:
  task: classification
  losses:
    - criterion: cross_entropy
      label_smoothing: ${training.smooth}
      weight: ~
"""
TOO_MUCH = "training:\n  smooth: 1.5\n"
ENOUGH = "training:\n  smooth: 0.1\n"
# Files of one folder, of which my.yml is checked; whether the value of the training is known.
RECOGNISED = {
    "by what is in them": ({"my.yml": SMOOTHED, "t.yml": TOO_MUCH}, True),
    "a key in quotes": (
        {"my.yml": SMOOTHED, "t.yml": TOO_MUCH.replace("training", '"training"')}, True,
    ),
    "a byte order mark": ({"my.yml": SMOOTHED, "t.yml": "\ufeff" + TOO_MUCH}, True),
    "the rest in one": (
        {"my.yml": SMOOTHED, "r.yaml": "data: {}\n" + TOO_MUCH + "logging: {}\n"}, True,
    ),
    "other tools beside": (
        {
            "my.yml": SMOOTHED, "t.yml": TOO_MUCH, "ci.yml": "jobs: {}\n",
            "docker.yml": "services:\n  training:\n    data: {}\n",
        },
        True,
    ),
    "two trainings": ({"my.yml": SMOOTHED, "a.yml": TOO_MUCH, "b.yml": ENOUGH}, False),
    "two models": ({"my.yml": SMOOTHED, "b.yml": SMOOTHED, "t.yml": TOO_MUCH}, False),
    "a whole one beside": (
        {"my.yml": SMOOTHED, "b.yml": SMOOTHED + ENOUGH, "t.yml": TOO_MUCH}, False,
    ),
    "no training, and no evaluation": (
        {"my.yml": SMOOTHED, "a.yml": "augmentation: {}\n", "s.yml": TOO_MUCH.replace("tr", "str")},
        False,
    ),
    "in another folder": ({"my.yml": SMOOTHED, "sub/t.yml": TOO_MUCH}, False),
    "a folder of many": (
        {"my.yml": SMOOTHED, "t.yml": TOO_MUCH, **{f"{i}.yml": "x: 1\n" for i in range(11)}},
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RECOGNISED)
def test_an_experiment_of_other_names(case: str, tmp_path: Path, rules: Rules) -> None:
    files, is_known = RECOGNISED[case]
    found = check(tmp_path, files, rules, "my.yml")
    assert [d.code for d in found] == (["LL113"] if is_known else [])


def test_what_the_names_leave_open_the_contents_tell(tmp_path: Path) -> None:
    """model.yaml and training.yaml belong together whatever else there is."""
    (tmp_path / "training.yaml").write_text("training: {}\n")
    (tmp_path / "other_model.yml").write_text("model: {}\n")
    for name in ("aug_a.yml", "aug_b.yml"):
        (tmp_path / name).write_text("augmentation: {}\n")
    (tmp_path / "coco.yml").write_text("data: {}\n")
    (group,) = groups_of(str(tmp_path / "model.yaml"), (), SMOOTHED.encode())
    assert {Path(path).name for path in group.paths} == {"model.yaml", "training.yaml", "coco.yml"}
    assert not group.complete


@pytest.mark.parametrize("code", ["LL501", "LL502"])
def test_pages(code: str, tmp_path: Path, rules: Rules) -> None:
    (page,) = (each.page for each in rules if each.rule.code == code)
    bad, good = (dict(_FILE.findall(part)) for part in page.split("## Good"))
    assert bad.keys() == good.keys() == {"model.yaml", "training.yaml"}
    assert [d.code for d in check(tmp_path / "bad", bad, rules)] == [code]
    assert check(tmp_path / "good", good, rules) == ()


ELSEWHERE = """\
model:
  task: classification
  losses:
    - criterion: focal_loss
      alpha: {alpha}
      gamma: {gamma}
      weight: {weight}
"""
VALUES = "training:\n  epochs: 3\n  bad: 1.5\n  good: 0.5\n  text: '0.5'\n  env: ${oc.env:X}\n"


@pytest.mark.parametrize(
    ("alpha", "gamma", "weight", "expected"),
    [
        ("${training.good}", "${training.good}", "${training.good}", []),
        ("${training.bad}", "2.0", "~", ["LL113"]),
        ("'${training.bad}'", "2.0", "~", ["LL113"]),
        ("${training.text}", "2.0", "~", ["LL112"]),
        ("${training.env}", "2.0", "~", ["LL112"]),
        ("0.25", "2.0", "${training.text}", ["LL211"]),
        ("0.25", "2.0", "${training.minus}", ["LL501"]),
        ("${training.${data.key}}", "2.0", "~", []),
        ("x${training.bad}", "2.0", "~", ["LL112"]),
    ],
)
def test_a_value_of_another_file_is_judged_where_it_is_used(
    tmp_path: Path, rules: Rules, alpha: str, gamma: str, weight: str, expected: list[str]
) -> None:
    model = ELSEWHERE.format(alpha=alpha, gamma=gamma, weight=weight)
    found = check(tmp_path, whole(model, VALUES), rules)
    assert [d.code for d in found] == expected
    for diagnostic in found:
        # Only what is text in any file can be mended where it is read.
        assert (diagnostic.fix is not None) == ("training.env" in alpha)
        assert diagnostic.related == ()
        assert "${" in model[slice(*diagnostic.span)]
        told = "in training.yaml" in diagnostic.message
        assert told or diagnostic.code == "LL501" or alpha.startswith("x")


@pytest.mark.parametrize(
    ("there", "code"),
    [("0.5", None), ("1.5", "LL113"), ("${model.own}", "LL113"), ("${data.alpha}", None)],
)
def test_a_value_is_followed_through_files(
    there: str, code: str | None, tmp_path: Path, rules: Rules
) -> None:
    """From the data to the training, from there back, and for ever."""
    model = ELSEWHERE.format(alpha="${data.alpha}", gamma=2.0, weight="~") + "  own: 1.5\n"
    files = whole(model, f"training:\n  epochs: 3\n  alpha: {there}\n")
    files["data.yaml"] = "data:\n  alpha: ${training.alpha}\n"
    assert [d.code for d in check(tmp_path, files, rules)] == ([code] if code else [])


def test_a_mapping_of_another_file_is_judged_too(tmp_path: Path, rules: Rules) -> None:
    model = (
        "model:\n  losses:\n    - {criterion: yolofastest_loss, anchors: '${data.a}', weight: 1}\n"
    )
    files = {**whole(model, VALUES), "data.yaml": "data:\n  a: [[1, 2], [3, 0]]\n"}
    (found,) = check(tmp_path, files, rules)
    assert found.message.startswith("`anchors[1][1]` is 0 in data.yaml, but must be")


MODEL = "model:\n  task: classification\n  architecture: {full: ~, head: {name: fc}}\n"
CROSS_ENTROPY = "{criterion: cross_entropy, weight: ~}"
# What stands under `losses`, the keys of the training, the findings.
WHOLE: dict[str, tuple[str, str, list[str]]] = {
    "a sound list": ("${training.l}", f"[{CROSS_ENTROPY}]", []),
    "a sound entry": ("['${training.l}']", CROSS_ENTROPY, []),
    "a sound name": ("[{criterion: '${training.l}', weight: ~}]", "cross_entropy", []),
    "a list of its own interpolation": (
        "${training.l}", "[{criterion: cross_entropy, label_smoothing: '${.weight}', weight: 0.5}]",
        [],
    ),
    "a list of what nobody knows": ("${training.l}", "${oc.env:L}", []),
    "what nobody knows in a list": (
        "${training.l}", "[{criterion: '${oc.env:C}', weight: '${data.${oc.env:W}}'}]", [],
    ),
    "a list from its own file": ("${model.l}\n  l: [" + CROSS_ENTROPY + "]", "1", []),
    "an entry without a weight": ("['${training.l}']", "{criterion: cross_entropy}", ["LL210"]),
    "a list without a weight": ("${training.l}", "[{criterion: cross_entropy}]", ["LL210"]),
    "a value": (
        "${training.l}", "[{criterion: cross_entropy, label_smoothing: 2, weight: ~}]", ["LL113"],
    ),
    "a key": ("['${training.l}']", "{criterion: cross_entropy, x: 2, weight: ~}", ["LL110"]),
    "a name": ("${training.l}", "[{criterion: focal_los, weight: ~}]", ["LL100"]),
    "another task's": ("['${training.l}']", "{criterion: rtmcc_loss, weight: 1}", ["LL300"]),
    "the same name": (
        "[{criterion: '${training.l}', weight: ~}, " + CROSS_ENTROPY + "]", "cross_entropy",
        ["LL202"],
    ),
    "the same entry": ("['${training.l}', '${training.l}']", CROSS_ENTROPY, ["LL202"]),
    "no list": ("${training.l}", "cross_entropy", ["LL200"]),
    "nothing": ("${training.l}", "~", ["LL200"]),
    "an empty list": ("${training.l}", "[]", ["LL200"]),
    "no entry": ("['${training.l}']", "cross_entropy", ["LL200"]),
    "a nowhere inside": (
        "${training.l}", "[{criterion: cross_entropy, weight: '${.wieght}'}]", ["LL501"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WHOLE)
def test_losses_of_another_file_are_judged_where_they_are_used(
    case: str, tmp_path: Path, rules: Rules
) -> None:
    losses, there, expected = WHOLE[case]
    model = f"{MODEL}  losses: {losses}\n"
    found = check(tmp_path, whole(model, f"training:\n  l: {there}\n"), rules)
    assert [d.code for d in found] == expected
    for diagnostic in found:
        assert "${" in model[slice(*diagnostic.span)]
        assert "training.yaml" in diagnostic.message
        assert diagnostic.fix is None
        assert all(related.span[1] <= len(model) for related in diagnostic.related)


# What the architecture is, and whether it has a head for sure with all files known; and with two.
NO_HEAD = {
    "null": ("{full: ~, head: ~}", True),
    "params alone": ("{full: ~, head: {params: {}}}", True),
    "a name of null": ("{full: ~, head: {name: ~}}", True),
    "nothing at all": ("~", True),
    "a full model without a name": ("{full: {params: {}}, head: ~}", True),
    "a full model": ("{full: {name: mine}, head: ~}", False),
    "a head": ("{full: ~, head: {params: {}, name: fc}}", False),
    "of the environment": ("{full: ~, head: {name: '${oc.env:HEAD}'}}", False),
    "of another file": ("{full: ~, head: '${data.key}'}", False),
    "a full model of another file": ("{full: '${data.key}', head: ~}", False),
    "merged": ("\n    full: ~\n    head:\n      <<: *fc", False),
}


@pytest.mark.parametrize("case", NO_HEAD)
def test_a_head_that_no_file_brings(case: str, tmp_path: Path, rules: Rules) -> None:
    architecture, is_nowhere = NO_HEAD[case]
    model = f"model:\n  task: classification\n  losses: [{CROSS_ENTROPY}]\n"
    model = f"x: &fc {{name: fc}}\n{model}  architecture: {architecture}\n"
    files = whole(model, "training:\n  epochs: 3\n")
    codes = [d.code for d in check(tmp_path / "all", files, rules)]
    assert codes == (["LL311"] if is_nowhere else [])
    brought = {**files, "training.yaml": "model: {architecture: {head: {name: fc}}}\ntraining: 1\n"}
    assert check(tmp_path / "brought", brought, rules) == ()
    two = {name: files[name] for name in ("model.yaml", "training.yaml")}
    assert check(tmp_path / "two", two, rules) == ()


def test_a_key_in_another_case_that_another_file_has(tmp_path: Path, rules: Rules) -> None:
    model = f"model:\n  Task: classification\n  losses: [{CROSS_ENTROPY}]\n"
    files = whole(model, "training:\n  epochs: 3\n")
    # Files that tell nothing of each other are read all the same where one has losses.
    assert [d.code for d in check(tmp_path / "alone", files, rules)] == ["LL312"]
    files["model.yaml"] = model.replace("~", "'${training.w}'")
    files["training.yaml"] = "training:\n  w: 1\nmodel:\n  task: classification\n"
    assert check(tmp_path / "brought", files, rules) == ()


PIXELS = (
    "model:\n  task: segmentation\n  losses:\n    - {{criterion: {criterion}, weight: ~{index}}}\n"
)
MAKES = {
    "nothing": ("data:\n  label_image_mode: L\n", "augmentation:\n  train: [{name: resize}]\n"),
    "mode": ("data:\n  label_image_mode: rgb\n", "augmentation:\n  train: [{name: resize}]\n"),
    "pad": (
        "data:\n  key: 1\n",
        "augmentation:\n  train: [{name: resize}, {name: pad, size: 9}]\n",
    ),
    "mode elsewhere": (
        "data:\n  label_image_mode: ${augmentation.mode}\n",
        "augmentation:\n  mode: P\n  train: ${data.none}\n",
    ),
    "pad elsewhere": (
        "data:\n  steps: [{name: pad, size: 9}]\n",
        "augmentation:\n  train: ${data.steps}\n",
    ),
    "zoom": ("data:\n  key: 1\n", "augmentation:\n  train:\n    - name: randomzoomout\n"),
    "hidden": ("data:\n  key: ${oc.env:X}\n", "augmentation:\n  train: ${oc.env:X}\n"),
}


@pytest.mark.parametrize(
    ("criterion", "index", "makes", "severity"),
    [
        ("seg_cross_entropy", "", "pad", "warning"),
        ("seg_cross_entropy", "", "zoom", "warning"),
        ("seg_cross_entropy", ", ignore_index: 0", "pad", "warning"),
        ("seg_cross_entropy", "", "mode", "warning"),
        ("seg_cross_entropy", "", "mode elsewhere", "warning"),
        ("seg_cross_entropy", "", "pad elsewhere", "warning"),
        ("seg_cross_entropy", ", ignore_index: 255", "pad", None),
        ("seg_cross_entropy", ", ignore_index: '${data.x}'", "hidden", None),
        ("seg_cross_entropy", "", "nothing", None),
        ("seg_cross_entropy", "", "hidden", None),
    ],
)
def test_pixels_that_are_no_class(
    tmp_path: Path, rules: Rules, criterion: str, index: str, makes: str, severity: str | None
) -> None:
    model = PIXELS.format(criterion=criterion, index=index)
    data, augmentation = MAKES[makes]
    files = {**whole(model, VALUES), "data.yaml": data, "augmentation.yaml": augmentation}
    found = [d for d in check(tmp_path, files, rules) if d.code == "LL503"]
    assert [d.severity for d in found] == ([severity] if severity else [])


_PAD = "{name: pad, size: 64, fill: 0}"
_CROP = "{name: RandomCrop, size: [64, 48], fill: 0}"
_ZOOM = "{{name: randomzoomout, fill: 0, side_range: [1.0, {}], p: {}}}"
_RESIZE = "{{name: resize, size: {}, resize_criteria: {}, max_size: {}}}"
# What the transforms in their order label with 255: for sure, where images are small, or nothing.
FILLS = {
    "pad": ((_PAD,), "warning"),
    "in another case": ((_PAD.replace("pad", "Pad"),), "warning"),
    "crop of any image": ((_CROP,), "info"),
    "pad goes before": ((_CROP, _PAD), "warning"),
    "enlarged before": ((_RESIZE.format("[64, 64]", "~", "~"), _PAD, _CROP), None),
    "one side too short": ((_RESIZE.format("[64, 32]", "~", "~"), _PAD), "warning"),
    "the long side": ((_RESIZE.format(64, "long", "~"), _PAD), "warning"),
    "the long side, cropped": ((_RESIZE.format(48, "long", "~"), _CROP), "warning"),
    "the long side, longer": ((_RESIZE.format(128, "long", "~"), _CROP), "info"),
    "the short side": ((_RESIZE.format(64, "short", "~"), _PAD), None),
    "the short side, bounded": ((_RESIZE.format(64, "short", 80), _PAD), "warning"),
    "flipped between": (
        (_RESIZE.format("[64, 64]", "~", "~"), "{name: randomhorizontalflip, p: 1}", _PAD), None,
    ),
    "of another size between": (
        (_RESIZE.format("[64, 64]", "~", "~"), "{name: randomresize, base_size: [9, 9]}", _PAD),
        "warning",
    ),
    "cropped and resized": (("{name: randomresizedcrop, size: 64}", _PAD), None),
    "cropped small": (("{name: resize, size: [99, 99]}", _CROP, _PAD), "warning"),
    "zoomed": ((_ZOOM.format(2, 0.5),), "warning"),
    "zoomed by chance of none": ((_ZOOM.format(2, 0),), None),
    "zoomed by nothing": ((_ZOOM.format(1.0, 0.5),), None),
    "zoomed, then padded": ((_ZOOM.format(1.0, 0.5), _PAD), "warning"),
    "a name from elsewhere": (("{name: '${data.name}'}",), None),
    "a size from elsewhere": (("{name: resize, size: '${data.size}'}", _PAD), "warning"),
    "no transforms": ((), None),
}  # fmt: skip


@pytest.mark.parametrize("case", FILLS)
def test_what_transforms_fill(case: str, tmp_path: Path, rules: Rules) -> None:
    transforms, severity = FILLS[case]
    augmentation = f"augmentation:\n  train: [{', '.join(transforms)}]\n"
    model = PIXELS.format(criterion="seg_cross_entropy", index="")
    found = check(tmp_path, {**whole(model, VALUES), "augmentation.yaml": augmentation}, rules)
    assert [d.severity for d in found if d.code == "LL503"] == ([severity] if severity else [])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cross_entropy", []),
        ("crossentropy", ["LL100"]),
        ("3", ["LL104"]),
        ("~", ["LL104"]),
        ("${oc.env:NAME}", []),
        ("focal_loss", ["LL111", "LL111"]),
    ],
)
def test_a_criterion_that_another_file_names(
    tmp_path: Path, rules: Rules, name: str, expected: list[str]
) -> None:
    model = "model:\n  task: classification\n  losses:\n"
    model += "    - {criterion: '${training.name}', weight: ~}\n"
    found = check(
        tmp_path,
        whole(model, f"training: {{name: '{name}'}}\n".replace("'3'", "3").replace("'~'", "~")),
        rules,
    )
    assert [d.code for d in found] == expected
    assert all((d.fix is None and "training.yaml" in d.message) or d.code == "LL111" for d in found)


# A whole model file but for `full`, and whether the trainer stops with each training beside it.
NO_FULL = {
    "training:\n  epochs: 3\n": True,
    "model: {architecture: {full: ~}}\ntraining: {epochs: 3}\n": False,
    "model: {architecture: '${data.key}'}\ntraining: {epochs: 3}\n": False,
}


@pytest.mark.parametrize("training", NO_FULL)
def test_an_architecture_that_names_no_full_model(
    training: str, tmp_path: Path, rules: Rules
) -> None:
    model = MODEL.replace("{full: ~,", "{backbone: {name: resnet},")
    model += f"  checkpoint: ~\n  losses: [{CROSS_ENTROPY}]\n"
    codes = {d.code for d in check(tmp_path, whole(model, training), rules)}
    assert ("LL313" in codes) == NO_FULL[training]
