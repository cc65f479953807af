"""Experiments of NetsPresso Trainer: model, data, augmentation and training, sound or with a fault.

Each has the files under the usual names, under others, or several sections in one file.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.dryrun.cases import SHIPPED

from .netspresso_cases import HEADS
from .pool import misspelt
from .write import Items, Map, Pair, Raw, Value, lines, value

Sections = dict[str, Map]
Fault = Callable[[Sections, str, random.Random], None]

SECTIONS = ("data", "augmentation", "model", "training")
_NAMES = {
    "data": ("my_data.yml", "coco.yaml", "set.yml"),
    "augmentation": ("my_aug.yml", "pictures.yaml"),
    "model": ("my_model.yml", "resnet.yaml", "net.yml"),
    "training": ("my_train.yml", "run.yaml"),
}
# The images are of two sizes; whoever pads means it, so that he pads to more than they have.
IMAGES = ((40, 48), (56, 36))
_LARGE, _SMALL = (64, 96, 128), (16, 24, 32)
_CRITERIA = (
    "cross_entropy", "focal_loss", "seg_cross_entropy", "seg_cross_entropy", "seg_cross_entropy",
    "pidnet_loss", "yolox_loss", "yolov9_loss", "retinanet_loss", "detr_loss", "rtmcc_loss",
)  # fmt: skip
_NUMBERS = {"label_smoothing": (0.0, 0.1, 0.2), "alpha": (0.1, 0.25), "gamma": (1.0, 2.0)}
_BAD = ("1.5", "-1", "'0.1'", "~", ".nan", "[0.1]", "${oc.env:LOSSLINT_NONE,0.1}")
_ENV = ("${{oc.env:LOSSLINT_NONE,{}}}", '"${{oc.env:LOSSLINT_NONE,{}}}"')


class Experiment(NamedTuple):
    """The files by their names, which of them hold which section, and the batch of the model."""

    files: dict[str, str]
    held: dict[str, str]
    batch: str


def generate(count: int, seed: int) -> list[Experiment]:
    """So many experiments, half of them with a fault."""
    rng = random.Random(seed)
    return [_experiment(rng) for _ in range(count)]


def _experiment(rng: random.Random) -> Experiment:
    name = rng.choice(_CRITERIA)
    sections = _sound(name, rng)
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        _move_out(sections, name, rng)
    if rng.random() < 0.15:
        _move_model(sections, rng)
    if rng.random() < 0.5:
        rng.choice(_FAULTS)(sections, name, rng)
    if rng.random() < 0.2:
        _move_whole(sections, name, rng)
    held = _held(rng)
    files: dict[str, str] = {}
    for section in sorted(sections, key=lambda _: rng.random()):
        text = lines(Map((Pair(section, sections[section]),)), 0) + "\n"
        files[held[section]] = files.get(held[section], "") + text
    if rng.random() < 0.15 and "model.yaml" not in files:
        # Files of other tools, and a second one of a section that nothing here depends on.
        files[rng.choice(("ci.yml", "compose.yaml"))] = "services:\n  training: {image: x}\n"
    return Experiment(files, held, name)


def _held(rng: random.Random) -> dict[str, str]:
    """Which file holds which section."""
    kind = rng.random()
    if kind < 0.4:
        return {section: f"{section}.yaml" for section in SECTIONS}
    names = {section: rng.choice(_NAMES[section]) for section in SECTIONS}
    if kind < 0.8:
        return names
    if kind < 0.9:
        return dict.fromkeys(SECTIONS, "all.yaml")
    return {section: names["model" if section == "model" else "training"] for section in SECTIONS}


def _sound(name: str, rng: random.Random) -> Sections:
    task, head, params = HEADS[name]
    entry: dict[str, Any] = {"criterion": name, **SHIPPED[name], "weight": None}
    for key in entry.keys() & _NUMBERS.keys():
        entry[key] = rng.choice(_NUMBERS[key])
    if rng.random() < 0.4:
        entry["weight"] = rng.choice((0.5, 1, 2.0, 1e-30, 1e30))
    if "l1_activate_epoch" in entry:
        entry["l1_activate_epoch"] = rng.choice((1, 3, 10, 1000000))
    architecture = {"full": {"name": "pidnet"}} if not head else {"full": None}
    if head:
        architecture["backbone"] = {"name": "resnet"}
        architecture["head"] = {"name": head, "params": params}
    model = {
        "task": task,
        "name": "pidnet_s" if name == "pidnet_loss" else "some_model",
        "checkpoint": {"use_pretrained": False, "path": None},
        "architecture": architecture,
    }
    data = {
        "name": "mine",
        "task": task,
        "label_image_mode": rng.choice(("L", "L", "~", "RGB", "P")),
        "id_mapping": ["a", "b", "c", "d"],
    }
    augmentation = {
        phase: Items(tuple(_transforms(task, rng)), False) for phase in ("train", "inference")
    }
    made = value({"model": model, "data": data, "training": {"epochs": 10}})
    assert isinstance(made, Map)
    found = {pair.key: pair.value for pair in made.pairs if isinstance(pair.value, Map)}
    entries = value(entry)
    found["model"] = found["model"].put("losses", Items((entries,), False))
    found["augmentation"] = Map(tuple(Pair(key, each) for key, each in augmentation.items()))
    return found


def _transforms(task: str, rng: random.Random) -> list[Value]:
    """Transforms that leave masks alone, or label what they add with 255."""
    small, large = rng.choice(_SMALL), rng.choice(_LARGE)
    resize = {"name": "resize", "interpolation": "bilinear", "max_size": None}
    steps: tuple[dict[str, Any], ...] = (
        {"name": "randomhorizontalflip", "p": 0.5},
        {"name": "randomverticalflip", "p": 1.0},
        {**resize, "size": [large, large], "resize_criteria": None},
        {**resize, "size": large, "resize_criteria": rng.choice(("short", "long"))},
        {"name": "randomresizedcrop", "size": [large, small], "scale": [0.5, 1.0],
         "ratio": [0.8, 1.2], "interpolation": "bilinear"},
        {"name": "randomcrop", "size": small, "fill": 0},
    )  # fmt: skip
    made = rng.sample(steps, rng.choice((0, 1, 2)))
    fills: tuple[dict[str, Any], ...] = (
        {"name": rng.choice(("pad", "Pad")), "size": rng.choice((large, [large] * 2)), "fill": 0},
        {"name": "randomzoomout", "fill": 0, "side_range": [1.0, rng.choice((1.0, 3.0))],
         "p": rng.choice((0.0, 1.0))},
    )  # fmt: skip
    if rng.random() < (0.35 if task == "segmentation" else 0.6):
        made.append(rng.choice(fills))
    return [value(each) for each in made]


def _entry(sections: Sections) -> Map:
    losses = sections["model"].get("losses")
    assert isinstance(losses, Items)
    (entry,) = losses.items
    assert isinstance(entry, Map)
    return entry


def _write(sections: Sections, entry: Map) -> None:
    sections["model"] = sections["model"].put("losses", Items((entry,), False))


def _simple(entry: Map) -> list[str]:
    """The keys whose values are numbers, null or the name."""
    plain = [pair.key for pair in entry.pairs if isinstance(pair.value, Raw)]
    return [key for key in plain if "${" not in str(entry.get(key))]


def _move_out(sections: Sections, name: str, rng: random.Random, new: Raw | None = None) -> None:
    """The value of a key in another section, and an interpolation in its place."""
    entry = _entry(sections)
    keys = _simple(entry)
    if new is None and not keys:
        return
    key = rng.choice(keys if new is None else [k for k in keys if k != "criterion"] or ["weight"])
    moved = new or entry.get(key)
    assert moved is not None
    section = rng.choice(("training", "data", "model"))
    word = f"of_{key}"
    sections[section] = sections[section].put(word, moved)
    steps = f"{section}.{word}"
    written = rng.choice((f"${{{steps}}}", f'"${{{steps}}}"', f"${{....{steps}}}"))
    entry = _entry(sections)
    _write(sections, entry.put(key, Raw(written)))


def _move_whole(sections: Sections, name: str, rng: random.Random) -> None:
    """The entry, or the list, in another section, and an interpolation in its place."""
    section = rng.choice(("training", "data"))
    losses = sections["model"].get("losses")
    assert isinstance(losses, Items)
    if rng.random() < 0.5:
        moved: Value = losses
        left: Value = Raw(f"${{{section}.losses}}")
    else:
        moved, *others = losses.items
        left = Items((Raw(f'"${{{section}.losses}}"'), *others), False)
    sections[section] = sections[section].put("losses", moved)
    sections["model"] = sections["model"].put("losses", left)


def _move_model(sections: Sections, rng: random.Random, head: str = "", task: str = "") -> None:
    """The head, its name, or the task in another section; `head`, `task`: others in its place."""
    model, section = sections["model"], rng.choice(("training", "data"))
    architecture = model.get("architecture")
    assert isinstance(architecture, Map)
    part = "head" if "head" in architecture.keys else "full"
    named = architecture.get(part)
    if task or not isinstance(named, Map) or (not head and rng.random() < 0.5):
        sections[section] = sections[section].put(
            "of_task", Raw(task) if task else model.get("task")
        )
        sections["model"] = model.put("task", Raw(f"${{{section}.of_task}}"))
        return
    if rng.random() < 0.5:
        sections[section] = sections[section].put(
            "of_head", Raw(head) if head else named.get("name")
        )
        named = named.put("name", Raw(f'"${{{section}.of_head}}"'))
    else:
        named = named.put("name", Raw(head)) if head else named
        sections[section] = sections[section].put("of_head", named)
        named = Raw(f"${{{section}.of_head}}")
    sections["model"] = model.put("architecture", architecture.put(part, named))


def _other_head(sections: Sections, name: str, rng: random.Random) -> None:
    """A head of another task, or another task, told by another file."""
    if not HEADS[name][1]:
        # What a data set of another task gives to a full model, the judge does not know.
        _bad_elsewhere(sections, name, rng)
        return
    tasks = {task: head for task, head, _ in HEADS.values() if head}
    tasks.pop(HEADS[name][0], None)
    task = rng.choice(sorted(tasks))
    if rng.random() < 0.5:
        _move_model(sections, rng, head=tasks[task])
    else:
        _move_model(sections, rng, task=task)


def _headless(sections: Sections, name: str, rng: random.Random) -> None:
    """No head and no full model, or their parameters alone."""
    nothing = Raw(rng.choice(("~", "{params: {}}", "{name: ~}")))
    sections["model"] = sections["model"].put(
        "architecture", Map((Pair("full", Raw("~")), Pair("head", nothing)))
    )


def _fullless(sections: Sections, name: str, rng: random.Random) -> None:
    """An architecture that does not say whether it is a full model."""
    model = sections["model"]
    architecture = model.get("architecture")
    assert isinstance(architecture, Map)
    architecture = architecture.without("full")
    if not architecture.keys or rng.random() < 0.3:
        architecture = architecture.put("full", Raw("{params: ~}"))
    sections["model"] = model.put("architecture", architecture)


def _key_case(sections: Sections, name: str, rng: random.Random) -> None:
    key = rng.choice(("task", "architecture"))
    sections["model"] = sections["model"].rename(key, rng.choice((key.upper(), key.capitalize())))


def _default(sections: Sections, name: str, rng: random.Random) -> None:
    """A criterion of the environment whose default is misspelt, or right."""
    text = rng.choice((name, misspelt(name, rng)))
    written = rng.choice(("${{oc.env:LOSSLINT_NONE,{}}}", '"${{oc.env:LOSSLINT_NONE, {}}}"'))
    _write(sections, _entry(sections).put("criterion", Raw(written.format(text))))


def _bad_elsewhere(sections: Sections, name: str, rng: random.Random) -> None:
    _move_out(sections, name, rng, Raw(rng.choice(_BAD)))


def _nowhere(sections: Sections, name: str, rng: random.Random) -> None:
    _move_out(sections, name, rng)
    for section in ("training", "data", "model"):
        for key in sections[section].keys:
            if key.startswith("of_"):
                sections[section] = sections[section].rename(key, key + "_")


def _environment(sections: Sections, name: str, rng: random.Random) -> None:
    entry = _entry(sections)
    key = rng.choice([k for k in _simple(entry) if k != "criterion"] or ["weight"])
    _write(sections, entry.put(key, Raw(rng.choice(_ENV).format(rng.choice(("0.25", "1"))))))


def _index(sections: Sections, name: str, rng: random.Random) -> None:
    entry = _entry(sections).without("ignore_index")
    if rng.random() < 0.5 and name in ("seg_cross_entropy", "pidnet_loss"):
        entry = entry.put("ignore_index", Raw(rng.choice(("0", "-1", "-100", "254"))))
    _write(sections, entry)


def _dedented(sections: Sections, name: str, rng: random.Random) -> None:
    entry = _entry(sections)
    key = rng.choice([key for key in _simple(entry) if key != "criterion"] or ["weight"])
    moved = entry.get(key)
    assert moved is not None
    sections["model"] = sections["model"].put(key, moved)
    _write(sections, entry.without(key))


def _weight(sections: Sections, name: str, rng: random.Random) -> None:
    number = rng.choice(("1e39", "1e308", "-1e39", "1e-46", "1e-50", "0", "0.0", ".inf", "-2"))
    if rng.random() < 0.5:
        _move_out(sections, name, rng, None)
    _write(sections, _entry(sections).put("weight", Raw(number)))


def _head_as_text(sections: Sections, name: str, rng: random.Random) -> None:
    _, head, _ = HEADS[name]
    text = head or "pidnet"
    part = "head" if head else "full"
    pairs = [Pair("full", Raw("~"))] if head else []
    sections["model"] = sections["model"].put(
        "architecture", Map((*pairs, Pair(part, Raw(rng.choice((text, f'"{text}"', f"[{text}]"))))))
    )


def _nested(sections: Sections, name: str, rng: random.Random) -> None:
    entry = _entry(sections)
    inner = tuple(pair for pair in entry.pairs if pair.key not in ("criterion", "weight"))
    outer = tuple(pair for pair in entry.pairs if pair.key in ("criterion", "weight"))
    _write(sections, Map((*outer, Pair("params", Map(inner)))))


def _case(sections: Sections, name: str, rng: random.Random) -> None:
    entry = _entry(sections)
    key = rng.choice(entry.keys)
    _write(sections, entry.rename(key, rng.choice((key.upper(), key.capitalize()))))


def _name(sections: Sections, name: str, rng: random.Random) -> None:
    wrong = Raw(misspelt(name, rng))
    if rng.random() < 0.5:
        sections["training"] = sections["training"].put("criterion", wrong)
        wrong = Raw("${training.criterion}")
    _write(sections, _entry(sections).put("criterion", wrong))


def _replaced(sections: Sections, name: str, rng: random.Random) -> None:
    """A model that stands in the file of the training, too, merged later."""
    entry = {"criterion": name, **SHIPPED[name], "weight": 2.0}
    sections["training"] = sections["training"].put("epochs", Raw("10"))
    sections["model"] = sections["model"].put("losses", Items((value(entry), value(entry)), False))


def _late(sections: Sections, name: str, rng: random.Random) -> None:
    entry = _entry(sections)
    if "l1_activate_epoch" in entry.keys:
        _write(sections, entry.put("l1_activate_epoch", Raw(rng.choice(("11", "300")))))
    else:
        _bad_elsewhere(sections, name, rng)


_FAULTS: tuple[Fault, ...] = (
    *(_bad_elsewhere,) * 3, _nowhere, *(_environment,) * 2, *(_index,) * 4, *(_dedented,) * 2,
    _weight, *(_head_as_text,) * 2, _nested, *(_case,) * 2, _name, _replaced, _late,
    *(_headless,) * 2, *(_key_case,) * 2, _default, _fullless, *(_other_head,) * 2,
)  # fmt: skip
