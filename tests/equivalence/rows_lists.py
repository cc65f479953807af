"""Lists of losses, both ways: what a conversion makes of the whole file, as a step of training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from losslint.convert.model import SitePlan
from losslint.files.source import Source
from tests.convert.support import compiled, convert, losses

from .cases import NOTHING, criteria, moved
from .data import Data, last, one, one_hot
from .mapping import Params, keras_loss
from .records import Case, Compiled, Head, KerasLoss

SHAPES = ((7, 5), (16, 10))
WEIGHTS = (0.5, 3.0)


def plan_of(row: str, source: Source, to: str) -> SitePlan | str:
    """The plan of a conversion, or why the row is not in it."""
    options: dict[str, Any] = {} if to == "netspresso" else {"style": "object"}
    plan = convert(source, to, lossy=True, **options).plan
    if not plan.entries or not all(row in entry.rows for entry in plan.entries):
        reasons = [entry.reason for entry in plan.entries if row not in entry.rows]
        return f"the catalog chooses {[entry.rows for entry in plan.entries]}: {reasons}"
    return plan


def to_keras(
    row: str, entries: tuple[Params, ...], data: Data, breaks: str = "", **change: Any
) -> Case:
    """A NetsPresso list against the compiled model that the plan says; `change` breaks it."""
    plan = plan_of(row, losses(*entries), "keras")
    if isinstance(plan, str):
        return Case(row, NOTHING, NOTHING, breaks, problem=plan)
    targets = [entry.target for entry in plan.entries if entry.target is not None]
    found = tuple(keras_loss(each.name, dict(each.params)) for each in targets)
    factors = tuple(entry.factor or 1.0 for entry in plan.entries)
    count = len(found)
    first = Compiled(data.pred, (last,) * count, (moved(data),) * count, found, factors)
    first = first._replace(**change)
    return Case(row, first, criteria(data, *entries), breaks)


def weight(row: str) -> Iterator[Case]:
    for shape in SHAPES:
        for factor in WEIGHTS:
            entry = {"criterion": "cross_entropy", "label_smoothing": 0.1, "weight": factor}
            yield to_keras(row, (entry,), one(one_hot, shape))
            entry = {"criterion": "focal_loss", "alpha": 0.5, "gamma": 0, "weight": factor}
            yield to_keras(row, (entry,), one(one_hot, shape))
    told = "the factor is left out"
    yield to_keras(row, (entry,), one(one_hot, shape), told, loss_weights=None)


CE = {"criterion": "cross_entropy", "label_smoothing": 0.1, "weight": 2.0}
FOCAL = {"criterion": "focal_loss", "alpha": 0.25, "gamma": 2.0, "weight": 0.5}


def several(row: str) -> Iterator[Case]:
    """The model returns its tensor once for each loss."""
    for shape in SHAPES:
        yield to_keras(row, (CE, FOCAL), one(one_hot, shape))
        yield to_keras(row, ({**FOCAL, "weight": None}, CE), one(one_hot, shape))
    data = one(one_hot)
    told = "a list of losses for one output: Keras uses the first alone"
    yield to_keras(
        row, (CE, FOCAL), data, told, heads=(last,), labels=(moved(data),)
    )  # fmt: skip


def same_twice(row: str) -> Iterator[Case]:
    for shape in SHAPES:
        twice = (CE, {**CE, "label_smoothing": 0.4, "weight": 0.5})
        yield to_keras(row, twice, one(one_hot, shape))
    data = one(one_hot)
    told = "both entries, added up"
    both = tuple(
        keras_loss("categorical_crossentropy", {"from_logits": True, "label_smoothing": s})
        for s in (0.1, 0.4)
    )
    yield to_keras(
        row, twice, data, told, heads=(last,) * 2, labels=(moved(data),) * 2, losses=both,
        loss_weights=(2.0, 0.5),
    )  # fmt: skip


def unknown_keys(row: str) -> Iterator[Case]:
    extra = {"reduction": "mean", "temperature": 3.0}
    for shape in SHAPES:
        yield to_keras(row, ({**FOCAL, **extra},), one(one_hot, shape))
        wrong = {"smoothing": 0.2, "alpha": 0.3}
        yield to_keras(row, ({**CE, **wrong},), one(one_hot, shape))
    told = "a key that the criterion knows is left out as well"
    losses = (KerasLoss("CategoricalCrossentropy", {"from_logits": True}),)
    yield to_keras(row, ({**CE, **wrong},), one(one_hot), told, losses=losses)


def to_netspresso(
    row: str,
    names: tuple[str, ...],
    factors: tuple[float, ...] | None,
    data: Data,
    *,
    model: dict[str, object] | None = None,
    heads: tuple[Head, ...] = (last,),
    breaks: str = "",
    change: Params | None = None,
    labels: int | None = None,
) -> Case:
    """A compiled model against the NetsPresso list that the plan says; `change` breaks it."""
    found = tuple(keras_loss(name, {"from_logits": True}) for name in names)
    written = [
        {
            "module": "keras.losses",
            "class_name": one.name,
            "config": dict(one.config),
            "registered_name": None,
        }
        for one in found
    ]
    source = compiled(written, None if factors is None else list(factors), model)
    plan = plan_of(row, source, "netspresso")
    if isinstance(plan, str):
        return Case(row, NOTHING, NOTHING, breaks, problem=plan)
    entries = [
        {"criterion": each.target.name, **dict(each.target.params), "weight": each.factor}
        for each in plan.entries
        if each.target is not None
    ]
    for entry in entries:
        entry.update(change or {})
    count = labels or len(heads)
    first = Compiled(data.pred, heads, (moved(data),) * count, found, factors)
    return Case(row, first, criteria(data, *entries), breaks)


NAMES = ("categorical_crossentropy", "binary_crossentropy")


def loss_weights(row: str) -> Iterator[Case]:
    for shape in SHAPES:
        for factor in WEIGHTS:
            for name in NAMES:
                yield to_netspresso(row, (name,), (factor,), one(one_hot, shape))
    told = "the weight is left out"
    change = {"weight": None}
    yield to_netspresso(row, NAMES[:1], (3.0,), one(one_hot), breaks=told, change=change)


def first_alone(row: str) -> Iterator[Case]:
    """A list of losses on a model of one output."""
    model = _model(["out", 0, 0])
    for shape in SHAPES:
        for names in (NAMES, NAMES[::-1]):
            yield to_netspresso(row, names, None, one(one_hot, shape), model=model)
            yield to_netspresso(row, names, WEIGHTS, one(one_hot, shape), model=model)
    told = "the model has two outputs"
    yield to_netspresso(
        row, NAMES, None, one(one_hot), model=model, heads=(last, last), breaks=told
    )


def one_tensor(row: str) -> Iterator[Case]:
    """One tensor returned as two outputs."""
    model = _model(["out", 0, 0], ["out", 0, 0])
    for shape in SHAPES:
        for names in (NAMES, NAMES[::-1]):
            data = one(one_hot, shape)
            for factors in (None, WEIGHTS):
                yield to_netspresso(row, names, factors, data, model=model, heads=(last, last))
    told = "the second output is another tensor"
    yield to_netspresso(row, NAMES, None, data, model=model, heads=(last, _turned), breaks=told)


def two_heads(row: str) -> Iterator[Case]:
    """Two outputs that are not the same; a criterion reads the one prediction."""
    model = _model(["out", 0, 0], ["aux", 0, 0])
    for shape in SHAPES:
        data = one(one_hot, shape)
        yield to_netspresso(row, NAMES, None, data, model=model, heads=(last, _turned))


def _turned(pred: Any) -> Any:
    """A head of its own: the classes in another order."""
    import keras

    return keras.ops.flip(pred, 1)


def _model(*outputs: list[object]) -> dict[str, object]:
    """A model whose layers end in logits."""
    layers = [
        {
            "class_name": "Dense",
            "module": "keras.layers",
            "config": {"name": name, "units": 5, "activation": "linear"},
            "name": name,
        }
        for name in ("out", "aux")
    ]
    config = {"layers": layers, "output_layers": list(outputs)}
    return {"class_name": "Functional", "config": config}


SCRIPTS = {
    "keras.*->netspresso.*/loss-weights": loss_weights,
    "keras.*->netspresso.*/one-output": first_alone,
    "keras.*->netspresso.*/same-output": one_tensor,
    "keras.*->none/several-outputs": two_heads,
    "netspresso.*->keras.*/weight": weight,
    "netspresso.*->keras.*/several": several,
    "netspresso.*->keras.*/same-twice": same_twice,
    "netspresso.*->keras.*/unknown-keys": unknown_keys,
}
