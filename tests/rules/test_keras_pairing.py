"""The pairing of losses, weights and outputs: what Keras documents, then Keras itself."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from losslint.rules._keras_pairing import Pairing, leaves, pair_losses
from tests.examples import examples

Nested = Any


def test_weights_go_to_losses_in_the_order_of_their_leaves() -> None:
    losses = [["mse", "mae"], "ce"]
    found = pair_losses(losses, [[1.0, 0.5], 0.2], ["out", "out"], ["a", "b"])
    same = ((0, 0), (0, 0)), ((0, 1), (0, 1)), ((1,), (1,))
    assert found == Pairing(same, (((0, 0), (0,)), ((0, 1), (0,)), ((1,), (1,))))
    flat = pair_losses(losses, [1.0, 0.5, 0.2], ["out", "out"], ["a", "b"])
    assert flat.weights == (((0, 0), (0,)), ((0, 1), (1,)), ((1,), (2,)))


def test_a_dict_is_taken_apart_by_its_sorted_keys() -> None:
    outputs = {"z": "out", "c": "out"}
    losses = {"z": "mse", "c": "ce"}
    found = pair_losses(losses, {"p": 10.0, "a": 0.1}, outputs, ["c", "z"])
    assert found.weights == ((("c",), ("a",)), (("z",), ("p",)))
    assert pair_losses(losses, [10.0, 0.1], outputs, ["c", "z"]).weights == (
        (("c",), (0,)),
        (("z",), (1,)),
    )


def test_names_of_a_list_of_outputs_are_keys() -> None:
    losses, names = {"b": "ce", "a": "mse"}, ["a", "b"]
    assert pair_losses(losses, [1.0, 2.0], ["out", "out"], names).weights == (
        (("a",), (0,)),
        (("b",), (1,)),
    )
    by_name = pair_losses(losses, {"b": 1.0, "a": 2.0, "more": 3.0}, ["out", "out"], names)
    assert by_name.weights == ((("a",), ("a",)), (("b",), ("b",)))
    assert pair_losses(losses, {"b": 1.0}, ["out", "out"], names).refused == "weight-names"
    assert pair_losses({"b": "ce"}, None, ["out", "out"], names).refused == "names"
    assert pair_losses({"b": "ce"}, None, "out", None).refused == "names"


@pytest.mark.parametrize(
    ("losses", "weights", "outputs", "refused"),
    [
        (["mse", "mae"], [1.0], ["out", "out"], "count"),
        ([["mse", "mae"], "ce"], [1.0, 0.5], ["out", "out"], "count"),
        (["mse", "mae", "ce"], None, ["out", "out"], "no-output"),
        ([{"a": "mse"}, "mae"], None, ["out", "out"], "container"),
        ([None, None], None, ["out", "out"], "nothing"),
        (["mse", None], None, "out", "null"),
    ],
)
def test_what_is_refused(losses: object, weights: object, outputs: object, refused: str) -> None:
    assert pair_losses(losses, weights, outputs, ["a", "b"]).refused == refused


def test_several_losses_of_the_only_output() -> None:
    assert pair_losses(["mse", "mae"], None, "out", ["a"]).trained == (((0,), ()),)


# Against Keras. A leaf of the outputs is the number that the output gives, one of the losses the
# factor of its loss: no two sums of such products are equal by accident.

_NUMBERS = st.floats(0.5, 2.0, allow_nan=False).map(lambda x: round(x, 4))
_KEYS = ("a", "b", "c", "z")


def _over(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[Nested]:
    def wider(inner: st.SearchStrategy[Nested]) -> st.SearchStrategy[Nested]:
        lists = st.lists(inner, min_size=1, max_size=3)
        return st.one_of(lists, st.dictionaries(st.sampled_from(_KEYS), inner, min_size=1))

    return st.recursive(leaf, wider, max_leaves=4)


_LEAF = st.one_of(_NUMBERS, _NUMBERS, _NUMBERS, st.none())
_OUTPUTS = _over(_NUMBERS)


@st.composite
def _beside(draw: st.DrawFn, other: Nested, names: list[str] | None, leaf: Any) -> Nested:
    """A structure that has something to do with another one: the same one, flattened, renamed."""
    found = leaves(other)
    kind = draw(st.sampled_from(("same", "flat", "named", "keys", "one", "any", "wider")))
    numbers = [draw(leaf) for _ in found]
    if kind == "flat":
        return numbers
    if kind == "named" and names:
        order = draw(st.permutations(names))
        return {name: draw(leaf) for name in order}
    if kind == "keys" and len(found) <= len(_KEYS):
        return dict(zip(draw(st.permutations(_KEYS)), numbers, strict=False))
    if kind == "one":
        return draw(_NUMBERS)
    if kind == "any":
        return draw(_over(leaf))
    return _filled(other, lambda: draw(_over(leaf) if kind == "wider" else leaf))


def _filled(structure: Nested, fill: Callable[[], Nested]) -> Nested:
    if isinstance(structure, dict):
        return {key: _filled(item, fill) for key, item in structure.items()}
    if isinstance(structure, list):
        return [_filled(item, fill) for item in structure]
    return fill()


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Nested, Nested, Nested, list[str] | None]:
    outputs = draw(_OUTPUTS)
    count = len(leaves(outputs))
    names: list[str] | None = list(draw(st.permutations(_KEYS)))[:count]
    if not isinstance(outputs, (list, dict)) and draw(st.booleans()):
        names = None
    losses = draw(_beside(outputs, names, _LEAF))
    weights = None if draw(st.integers(0, 4)) == 0 else draw(_beside(losses, names, _LEAF))
    return losses, weights, outputs, names


def _at(structure: Nested, path: tuple[str | int, ...]) -> Nested:
    for key in path:
        structure = structure[key]
    return structure


def _total(case: tuple[Nested, Nested, Nested, list[str] | None]) -> float | None:
    """The loss by our pairing, None where it is refused."""
    losses, weights, outputs, names = case
    found = pair_losses(losses, weights, outputs, names)
    if found.refused:
        return None
    by_loss = dict(found.weights)
    total = 0.0
    for path, output in found.trained:
        numbers = [number for _, number in leaves(_at(outputs, output))]
        weight = _at(weights, by_loss[path]) if path in by_loss else None
        value = float(_at(losses, path)) * sum(numbers) / len(numbers)
        total += value if weight is None else weight * value
    return total


def _total_of_keras(case: tuple[Nested, Nested, Nested, list[str] | None]) -> float | None:
    import keras
    import numpy as np
    from keras.src.trainers.compile_utils import CompileLoss

    class Scaled(keras.losses.Loss):  # type: ignore[misc, unused-ignore]
        def __init__(self, factor: float) -> None:
            super().__init__(name="scaled")
            self.factor = factor

        def call(self, y_true: Any, y_pred: Any) -> Any:
            flat = keras.tree.flatten(y_pred)
            return self.factor * sum(flat) / len(flat)

    losses, weights, outputs, names = case
    made = keras.tree.map_structure(lambda x: x if x is None else Scaled(x), losses)
    pred = keras.tree.map_structure(lambda x: np.full((2, 1), x, "float32"), outputs)
    try:
        compiled = CompileLoss(made, weights, output_names=names)
        total = compiled(keras.tree.map_structure(np.zeros_like, pred), pred)
        return None if total is None else float(total)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="no Keras")
@settings(max_examples=examples(400), suppress_health_check=list(HealthCheck))
@given(case=_cases())
@example(case=({"a": 1.5, "b": 0.7}, {"x": 0.9, "y": 1.1}, [1.0, 2.0], ["a", "b"]))
@example(case=({"z": 1.5, "c": 0.7}, {"p": 0.9, "a": 1.1}, {"z": 1.0, "c": 2.0}, ["c", "z"]))
@example(case=([1.5, 0.7], {"z": 0.9, "c": 1.1}, [1.0, 2.0], ["z", "c"]))
@example(case=({"b": 1.5, "a": 0.7}, [0.9, 1.1], [1.0, 2.0], ["a", "b"]))
@example(case=([[1.5, 0.7], 1.1], [0.9, [1.2, 1.3]], [1.0, 2.0], ["a", "b"]))
@example(case=([1.5, 0.7], None, [[1.0, 1.2], 2.0], ["a", "b", "c"]))
def test_keras_pairs_the_same(case: tuple[Nested, Nested, Nested, list[str] | None]) -> None:
    ours, theirs = _total(case), _total_of_keras(case)
    assert (ours is None) == (theirs is None), (ours, theirs)
    if ours is not None and theirs is not None:
        assert math.isclose(ours, theirs, rel_tol=1e-4), (ours, theirs)
