"""SSD_LOSS: the class SSDLoss of pierluigiferrari/ssd_keras (Liu et al., arXiv:1512.02325)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras import ops

_FLOOR = 1e-15
_TYPES = (("NEG_POS_RATIO", int, 3), ("N_NEG_MIN", int, 0), ("ALPHA", float, 1.0))


def ssd_loss(params: Mapping[str, Any], out: Mapping[str, Any], target: Mapping[str, Any]) -> Any:
    """The mean over the images, which is what Keras trains on.

    Args:
        params: NEG_POS_RATIO (int, 3), N_NEG_MIN (int, 0), ALPHA (float, 1.0).
        out: "pred", a floating tensor of shape (B, boxes, C + 12): C class probabilities, the
            background first; four offsets; eight columns that are not looked at.
        target: "true" in the same shape; an all-zero class means "ignore this box".

    Returns:
        A scalar tensor in the type of the predictions.

    Raises:
        TypeError: a number is not of the type that the original needs: TensorFlow refuses to
            combine int32 and float32, so an integer ALPHA fails there, and a float ratio.
    """
    ratio, fewest, alpha = _numbers(params)
    pred, true = out["pred"], target["true"]
    classes = true[..., :-12]
    floor = ops.maximum(pred[..., :-12], _FLOOR)
    wrongness = -ops.sum(classes * ops.log(floor), axis=-1)
    offsets = ops.sum(smooth_l1(true[..., -12:-8] - pred[..., -12:-8]), axis=-1)
    positive = ops.max(classes[..., 1:], axis=-1)
    count = ops.sum(positive)
    kept = _hardest(wrongness * classes[..., 0], count, ratio, fewest)
    total = ops.sum(wrongness * (positive + kept) + alpha * offsets * positive, axis=-1)
    return ops.mean(total * (pred.shape[0] / ops.maximum(count, 1.0)))


def _numbers(params: Mapping[str, Any]) -> tuple[int, int, float]:
    values: list[Any] = []
    for name, kind, default in _TYPES:
        value = params.get(name, default)
        if type(value) is not kind:
            raise TypeError(
                f"{name} must be {'an int' if kind is int else 'a float'}, not {value!r}: "
                "TensorFlow does not combine int32 and float32"
            )
        values.append(value)
    return values[0], values[1], values[2]


def smooth_l1(difference: Any) -> Any:
    """d²/2 where |d| < 1, else |d| − 1/2, element by element."""
    distance = ops.abs(difference)
    return ops.where(distance < 1.0, 0.5 * distance * distance, distance - 0.5)


def _hardest(candidates: Any, count: Any, ratio: int, fewest: int) -> Any:
    """1 for the largest candidates of the whole batch, as many as the ratio allows, else 0."""
    flat = ops.stop_gradient(ops.reshape(candidates, (-1,)))
    most = ops.maximum(ratio * ops.cast(count, "int32"), fewest)
    limit = ops.minimum(most, ops.cast(ops.count_nonzero(flat), "int32"))
    rank = ops.argsort(ops.argsort(-flat))
    chosen = ops.cast(rank, "int32") < limit
    return ops.reshape(ops.cast(chosen, candidates.dtype), candidates.shape)
