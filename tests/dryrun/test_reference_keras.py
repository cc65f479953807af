"""The NumPy formulas against the real Keras, over parameters, element types and seeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from losslint.dryrun.dtypes import rounded_batch
from losslint.dryrun.evaluate import Evaluator, evaluate
from losslint.dryrun.losses import keras as reference
from losslint.dryrun.losses.keras import batch
from losslint.dryrun.records import Batch, BatchSizes, Job

pytestmark = pytest.mark.keras

_REDUCTIONS = ("sum", "none", None, "mean", "mean_with_sample_weight")
_PARAMS: dict[str, list[dict[str, Any]]] = {
    "BinaryCrossentropy": [
        {"from_logits": True},
        {"label_smoothing": 0.2},
        {"from_logits": True, "label_smoothing": 0.1, "axis": -2},
        {"axis": None},
        {"axis": [0, 1], "from_logits": "false"},
    ],
    "BinaryFocalCrossentropy": [
        {"from_logits": True, "gamma": 1.5},
        {"apply_class_balancing": True, "alpha": 0.7},
        {"label_smoothing": 0.1, "gamma": 0.0, "axis": 1},
    ],
    "CategoricalCrossentropy": [
        {"from_logits": True},
        {"label_smoothing": 0.3},
        {"axis": 1, "from_logits": True, "label_smoothing": 0.1},
        {"axis": -3},
        {"axis": 0},
    ],
    "CategoricalFocalCrossentropy": [
        {"from_logits": True, "gamma": 0.5},
        {"alpha": [0.1, 0.2, 0.7], "label_smoothing": 0.1},
        {"axis": 2, "alpha": 1.0},
    ],
    "CategoricalGeneralizedCrossEntropy": [{"q": 0.01}, {"q": 0.9}],
    "Circle": [{"gamma": 2.0, "margin": 0.25}, {"remove_diagonal": False}],
    "CosineSimilarity": [{"axis": 1}, {"axis": -2}, {"axis": 0}],
    "Dice": [{"axis": [1, 2, 3]}, {"axis": -1}],
    "Huber": [{"delta": 0.3}, {"delta": [0.5, 1.0, 2.0]}],
    "SparseCategoricalCrossentropy": [
        {"from_logits": True},
        {"ignore_class": 0},
        {"ignore_class": 255, "from_logits": True},
        {"ignore_class": -1, "reduction": "sum"},
        {"ignore_class": 1, "reduction": "none"},
        {"ignore_class": 1.0, "reduction": "mean_with_sample_weight"},
    ],
    "Tversky": [{"alpha": 0.9, "beta": 0.1}, {"alpha": 0.3, "axis": [1, 2]}],
    "RCNN_LOSS": [
        {"LOSS_WEIGHTS": {"rpn_bbox_loss": 2.5, "mrcnn_mask_loss": 0.0}, "WEIGHT_DECAY": 0.1},
        {"TRAIN_ROIS_PER_IMAGE": 9, "MASK_SHAPE": [3, 5]},
    ],
    "SSD_LOSS": [
        {"NEG_POS_RATIO": 1},
        {"NEG_POS_RATIO": 0, "N_NEG_MIN": 2, "ALPHA": 0.5},
        {"N_NEG_MIN": 1000},
    ],
}
_CASES = [
    *((name, {}) for name in reference.LOSSES),
    *((name, params) for name, listed in _PARAMS.items() for params in listed),
    *(("Huber", {"reduction": reduction}) for reduction in _REDUCTIONS),
    *(("Circle", {"reduction": reduction}) for reduction in _REDUCTIONS),
    ("CTC", {"reduction": "sum"}),
    ("Dice", {"reduction": "sum"}),
    ("Tversky", {"axis": -1, "reduction": "sum"}),
]
# Keras computes these two in float32 whatever it is asked for.
_SINGLE = ("CTC", "LogCosh")


def _relative(
    evaluator: Evaluator, name: str, params: dict[str, Any], dtype: str, seed: int
) -> float:
    sizes = BatchSizes(batch=3 + seed, classes=4 + seed)
    inputs = rounded_batch(batch(name, params, sizes, seed), dtype)
    found = evaluator.runtime.step(Job(name, "keras", params, dtype=dtype, seed=seed), inputs).value
    expected = reference.value(name, params, inputs)
    return abs(found - expected) / abs(expected)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "params"), _CASES)
def test_value_is_keras_value(
    keras_evaluator: Evaluator, name: str, params: dict[str, Any]
) -> None:
    # Keras makes a list of weights a tensor in float32.
    single = name in _SINGLE or isinstance(params.get("alpha"), list)
    limit = 1e-5 if single else 1e-10
    assert _relative(keras_evaluator, name, params, "float64", seed=1) <= limit
    assert _relative(keras_evaluator, name, params, "float32", seed=2) <= 1e-5


@pytest.mark.parametrize("name", reference.LOSSES)
def test_gradient_is_keras_gradient(keras_evaluator: Evaluator, name: str) -> None:
    verdict = evaluate(keras_evaluator, Job(name, "keras", {}, dtype="float64", seed=3))
    assert verdict.problem is None
    assert verdict.gradient_error is not None
    assert verdict.gradient_error <= (1e-4 if name in _SINGLE else 1e-6)


def test_a_seed_is_set_once(keras_evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch) -> None:
    """TensorFlow forgets its kernels with it: the seconds of a pass were those of making them."""
    import keras

    seeds: list[int] = []
    monkeypatch.setattr(keras.utils, "set_random_seed", seeds.append)
    for seed in (41, 41, 42, 42):
        assert evaluate(keras_evaluator, Job("Huber", "keras", {}, seed=seed)).ok
    assert seeds == [41, 42]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", ["BinaryCrossentropy", "Circle", "SSD_LOSS", "Dice"])
def test_half_floats_compute(keras_evaluator: Evaluator, name: str, dtype: str) -> None:
    verdict = evaluate(keras_evaluator, Job(name, "keras", {}, dtype=dtype))
    assert verdict.problem is None


def test_mixed_precision_shows_what_overflows(keras_evaluator: Evaluator) -> None:
    """Half predictions: a percentage error's gradient at small labels leaves float16's range."""
    assert evaluate(keras_evaluator, Job("Huber", "keras", {}, amp=True)).ok

    def small_labels(name: str, params: Any, sizes: BatchSizes, seed: int) -> Batch:
        shape = (sizes.batch, sizes.classes)
        return Batch({"pred": np.ones(shape)}, {"true": np.full(shape, 1e-6)}, ("pred",))

    evaluator = keras_evaluator._replace(batch=small_labels)
    job = Job("MeanAbsolutePercentageError", "keras", {})
    assert evaluate(evaluator, job).ok
    verdict = evaluate(evaluator, job._replace(amp=True))
    assert verdict.problem == "the gradient is not finite"


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"delta": "1.0"}, "Error"),
        ({"bogus": 1}, "TypeError: Huber.__init__() got an unexpected keyword argument 'bogus'"),
        ({"delta": 0}, "the gradient is zero everywhere: nothing would be learned"),
        ({"reduction": "auto"}, "ValueError: Invalid value for argument `reduction`"),
        ({"fn": {"module": "os", "class_name": "system", "config": "id"}}, "fn holds an object"),
        ({"delta": {"class_name": "Dense", "config": {}}}, "delta holds an object"),
    ],
)
def test_refusals_name_the_reason(
    keras_evaluator: Evaluator, params: dict[str, Any], says: str
) -> None:
    verdict = evaluate(keras_evaluator, Job("Huber", "keras", params))
    assert not verdict.ok
    assert verdict.problem is not None
    assert says in verdict.problem
    assert "\n" not in verdict.problem


def test_a_name_that_keras_lacks_is_refused(keras_evaluator: Evaluator) -> None:
    """By Keras, in the words that it has for a string and for a saved object."""
    verdict = evaluate(keras_evaluator, Job("os.system", "keras", {}))
    assert verdict.problem == "ValueError: Could not interpret loss identifier: os.system"
    verdict = evaluate(keras_evaluator, Job("Hubber", "keras", {"delta": 1.0}, saved=True))
    assert verdict.problem is not None
    assert verdict.problem.startswith("ValueError: Could not deserialize 'keras.losses.Hubber'")


def test_tversky_alpha_weights_the_missed() -> None:
    missed = Batch({"pred": np.array([[1.0, 0, 0, 0]])}, {"true": np.ones((1, 4))}, ("pred",))
    value = reference.value("Tversky", {"alpha": 0.9, "beta": 0.1}, missed)
    assert value == pytest.approx(0.72973, abs=1e-5)


def test_an_unknown_parameter_has_no_formula() -> None:
    inputs = batch("Huber", {}, BatchSizes(), 0)
    with pytest.raises(NotImplementedError):
        reference.value("Huber", {"bogus": 1}, inputs)
