"""Mutated NetsPresso model files, each with the head and so the batch of its first criterion."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from tests.dryrun.cases import ANCHORS, SHIPPED

from .pool import STRANGERS, any_value, misspelt, scalar
from .write import Items, Map, Pair, Raw, Value, lines, restyle, value

HEADS: dict[str, tuple[str, str, dict[str, object]]] = {
    "cross_entropy": ("classification", "fc", {}),
    "focal_loss": ("classification", "fc", {}),
    "seg_cross_entropy": ("segmentation", "all_mlp_decoder", {}),
    "pidnet_loss": ("segmentation", "", {}),
    "yolox_loss": ("detection", "anchor_free_decoupled_head", {}),
    "retinanet_loss": ("detection", "anchor_decoupled_head", {}),
    "yolofastest_loss": ("detection", "yolo_fastest_head_v2", {"anchors": ANCHORS}),
    "yolov9_loss": ("detection", "yolo_detection_head", {"reg_max": 16}),
    "detr_loss": ("detection", "rtdetr_head", {}),
    "rtmcc_loss": ("pose_estimation", "rtmcc", {}),
}

# The criteria with parameters are worth more cases.
_WEIGHTS = {
    "cross_entropy": 5,
    "focal_loss": 5,
    "seg_cross_entropy": 4,
    "pidnet_loss": 2,
    "yolox_loss": 2,
    "retinanet_loss": 1,
    "yolofastest_loss": 3,
    "yolov9_loss": 3,
    "detr_loss": 6,
    "rtmcc_loss": 1,
}
_PARAMS = {
    "cross_entropy": ("label_smoothing", "ignore_index", "size_average", "reduce"),
    "seg_cross_entropy": ("label_smoothing", "ignore_index", "size_average", "reduce"),
}
_NAMES = (
    "CrossEntropyLoss", "crossentropy", "cross-entropy", "ce", "focal", "FocalLoss", "detr",
    "SigmoidFocalLoss", "yolo_loss", "label_smoothing_cross_entropy", "rpn_loss", "boundary_loss",
    "soft_target_cross_entropy", "mse", "", "null", "3", "true", "[cross_entropy]", "~",
    "cross_entropy ", '"cross_entropy"', "'focal_loss'", '" cross_entropy"', "Cross_Entropy",
    "${shared.crit}", "???", "!!str cross_entropy", "pidnet_cross_entropy", "dice_loss",
)  # fmt: skip


class Case(NamedTuple):
    """A file, and the criterion whose batch it is run on."""

    text: str
    batch: str


def generate(count: int, seed: int) -> list[Case]:
    """So many different files."""
    rng = random.Random(seed)
    found: dict[Case, None] = {}
    while len(found) < count:
        found[_case(rng)] = None
    return list(found)


def _case(rng: random.Random) -> Case:
    name = rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    entry = _base(name, rng)
    for _ in range(rng.choice((0, 1, 1, 1, 1, 1, 1, 2, 2))):
        entry = rng.choice(_MUTATIONS)(entry, name, rng)
    losses = _losses(restyle(entry, rng), name, rng)
    return Case(_document(name, losses, rng), name)


def _base(name: str, rng: random.Random) -> Map:
    made = value({"criterion": name, **SHIPPED[name], "weight": None})
    assert isinstance(made, Map)
    if rng.random() < 0.3:
        made = made.put("weight", Raw(rng.choice(("1.0", "0.5", "2", "~", ""))))
    return made


Mutation = Callable[[Map, str, random.Random], Map]


def _set_param(entry: Map, name: str, rng: random.Random) -> Map:
    """Another value for one of the loss's own parameters."""
    known = _PARAMS.get(name) or tuple(k for k in entry.keys if k not in ("criterion", "weight"))
    return entry.put(rng.choice(known), any_value(rng)) if known else _set_weight(entry, name, rng)


def _set_weight(entry: Map, name: str, rng: random.Random) -> Map:
    return entry.put("weight", any_value(rng))


def _set_name(entry: Map, name: str, rng: random.Random) -> Map:
    wrong = rng.choice(_NAMES) if rng.random() < 0.6 else misspelt(name, rng)
    return entry.put("criterion", Raw(wrong))


def _drop(entry: Map, name: str, rng: random.Random) -> Map:
    return entry.without(rng.choice(entry.keys)) if entry.keys else entry


def _rename(entry: Map, name: str, rng: random.Random) -> Map:
    if not entry.keys:
        return entry
    key = rng.choice(entry.keys)
    return entry.rename(key, misspelt(key, rng))


def _add(entry: Map, name: str, rng: random.Random) -> Map:
    key = rng.choice(STRANGERS)
    return entry if key in entry.keys else entry.put(key, any_value(rng))


def _nest(entry: Map, name: str, rng: random.Random) -> Map:
    """The parameters one level too deep."""
    inner = tuple(pair for pair in entry.pairs if pair.key not in ("criterion", "weight"))
    if not inner:
        return entry
    outer = tuple(pair for pair in entry.pairs if pair.key in ("criterion", "weight"))
    return Map((*outer, Pair(rng.choice(("params", "config", "kwargs")), Map(inner))))


def _repeat(entry: Map, name: str, rng: random.Random) -> Map:
    if not entry.keys:
        return entry
    pair = rng.choice(entry.pairs)
    again = pair if rng.random() < 0.5 else pair._replace(value=scalar(rng))
    return entry._replace(pairs=(*entry.pairs, again))


def _deep(entry: Map, name: str, rng: random.Random) -> Map:
    """Something inside one of the nested parameters."""
    nested = [pair for pair in entry.pairs if not isinstance(pair.value, Raw)]
    if not nested:
        return _set_param(entry, name, rng)
    pair = rng.choice(nested)
    return entry.put(pair.key, _inside(pair.value, rng))


def _inside(node: Value, rng: random.Random) -> Value:
    if isinstance(node, Raw):
        return any_value(rng)
    if isinstance(node, Items):
        return _inside_list(node, rng)
    if not node.keys:
        return node.put("a", scalar(rng))
    key = rng.choice(node.keys)
    kind = rng.random()
    if kind < 0.1:
        return node.without(key)
    if kind < 0.2:
        return node.rename(key, misspelt(key, rng))
    if kind < 0.3:
        return node.put(rng.choice((*STRANGERS, "loss_vfl", "loss_bce", "cost_mask")), scalar(rng))
    inner = node.get(key)
    assert inner is not None
    if key == "type":
        return node.put(key, Raw(rng.choice(_MATCHERS)))
    return node.put(key, _inside(inner, rng))


_MATCHERS = (
    "hungarianmatcher", "Hungarian", "HungarianMatchr", "3", "null", "torch", "DETRLoss",
    '"HungarianMatcher"', "''", "setattr(torch, 'losslint_was_here', 1)", "dict", "object",
)  # fmt: skip
_TERMS = (
    "vfl",
    "boxes",
    "labels",
    "focal",
    "cardinality",
    "bce",
    "VFL",
    "box",
    "1",
    "null",
    "giou",
)


def _inside_list(node: Items, rng: random.Random) -> Items:
    items = list(node.items)
    terms = any(isinstance(item, Raw) and item.text in ("vfl", "boxes") for item in items)
    kind = rng.randrange(6)
    at = rng.randrange(len(items)) if items else 0
    if kind == 0 and items:
        del items[at]
    elif kind == 1 and items:
        items.insert(at, items[at])
    elif kind == 2:
        items.append(Raw(rng.choice(_TERMS)) if terms else any_value(rng))
    elif kind == 3:
        items.reverse()
    elif items and terms:
        items[at] = Raw(rng.choice(_TERMS))
    elif items:
        items[at] = _inside(items[at], rng)
    return node._replace(items=tuple(items))


_MUTATIONS: tuple[Mutation, ...] = (
    *(_set_param,) * 7,
    *(_set_weight,) * 3,
    *(_deep,) * 5,
    *(_add,) * 2,
    _set_name,
    _drop,
    _rename,
    _rename,
    _nest,
    _repeat,
)


def _losses(entry: Value, name: str, rng: random.Random) -> Value:
    kind = rng.random()
    if kind < 0.9:
        return Items((entry,), False)
    if kind < 0.95:
        other = rng.choice((name, *(n for n in SHIPPED if HEADS[n][0] == HEADS[name][0])))
        second = _base(other, rng)
        second = second.put("weight", Raw(rng.choice(("~", "0.5", "2.0", "1"))))
        if rng.random() < 0.2:
            second = _set_param(second, other, rng)
        both = [entry, restyle(second, rng)]
        if rng.random() < 0.2:
            both.append(restyle(_base(rng.choice(list(SHIPPED)), rng), rng))
        return Items(tuple(both), False)
    strange: tuple[Value, ...] = (
        entry,
        Items(()),
        Raw(""),
        Raw(name),
        Raw("~"),
        Items((Raw(name),)),
        Items((Items((entry,)),), False),
        Map((Pair(name, entry.without("criterion")),)) if isinstance(entry, Map) else entry,
        Items((entry, Raw("null")), False),
        Items((Map(()), entry), False),
    )
    return rng.choice(strange)


def _document(name: str, losses: Value, rng: random.Random) -> str:
    task, head, params = HEADS[name]
    full = Map((Pair("name", Raw("pidnet")),)) if not head else Raw("~")
    architecture = [Pair("full", full)]
    if head:
        architecture.append(Pair("head", value({"name": head, "params": params})))
    pairs = [
        Pair("task", Raw(task)),
        Pair("name", Raw("pidnet_s" if name == "pidnet_loss" else "some_model")),
        Pair("architecture", Map(tuple(architecture))),
    ]
    if name == "yolofastest_loss":
        pairs.append(Pair("postprocessor", value({"params": params})))
    key = "losses" if rng.random() < 0.995 else rng.choice(("loss", "Losses", "losess"))
    pairs.append(Pair(key, losses))
    shared = value({"scale": 0.5, "crit": name})
    return lines(Map((Pair("model", Map(tuple(pairs))), Pair("shared", shared))), 0) + "\n"
