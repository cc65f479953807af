"""What each activation of Keras makes of a range of numbers.

A bound is a number that may be infinite, or None where it is not known. What is known holds: no
number lies outside; below 0 and above 1 the numbers also come for certain, for some weights.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

INF: Final = math.inf


class Bounds(NamedTuple):
    """The lowest and the highest number; None where it is not known."""

    low: float | None = None
    high: float | None = None


ANY: Final = Bounds(-INF, INF)
UNKNOWN: Final = Bounds()
FRACTION: Final = Bounds(0.0, 1.0)

Curve = Callable[[float], float]


class Activation(NamedTuple):
    """An activation that rises from one end to the other.

    `least` is the lowest number of one that falls before it rises, which it does below 0 only.
    `over_classes`: its numbers are shares of 1 along an axis, or logarithms of shares.
    """

    curve: Curve
    least: float | None = None
    over_classes: bool = False

    def of(self, bounds: Bounds) -> Bounds:
        """The range of what comes out."""
        low, high = bounds
        if self.over_classes:
            return Bounds(self.curve(-INF), self.curve(INF))
        least, most = self.curve(-INF) if self.least is None else self.least, self.curve(INF)
        if low is None:
            found = least if least >= 0 else None
        elif self.least is not None and low < 0:
            found = least if low == -INF else None
        else:
            found = self.curve(low)
        if high is None:
            return Bounds(found, most if most <= 1 else None)
        return Bounds(found, self.curve(high) if high >= 0 or self.least is None else None)


def _exp(x: float) -> float:
    return math.exp(x) if x < 700 else INF


def _sigmoid(x: float) -> float:
    return 1 / (1 + _exp(-x))


def _softplus(x: float) -> float:
    return x if x > 30 else math.log1p(_exp(x))


def _elu(x: float) -> float:
    return x if x > 0 else math.expm1(x)


def _softsign(x: float) -> float:
    return math.copysign(1.0, x) if abs(x) == INF else x / (1 + abs(x))


def _gelu(x: float) -> float:
    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))


def _times_sigmoid(x: float) -> float:
    return x * _sigmoid(x)


def _between(low: float, high: float, *, slope: float = 1.0, at_zero: float = 0.0) -> Curve:
    """A straight line that is cut at both ends."""
    return lambda x: min(max(slope * x + at_zero, low), high)


def relu(slope: float = 0.0, most: float | None = None) -> Activation:
    """What does nothing above 0 up to `most`, and multiplies by `slope` below."""
    top = INF if most is None else most
    return Activation(lambda x: min(x, top) if x > 0 else slope * x if slope else 0.0)


def _share(x: float) -> float:
    return 1.0 if x > 0 else 0.0


ACTIVATIONS: Final[Mapping[str, Activation]] = MappingProxyType(
    {
        "linear": Activation(lambda x: x),
        "relu": relu(),
        "relu6": relu(most=6.0),
        "leaky_relu": relu(0.2),
        "elu": Activation(_elu),
        "celu": Activation(_elu),
        "selu": Activation(lambda x: 1.0507009873554805 * (x if x > 0 else 1.67326 * _elu(x))),
        "softplus": Activation(_softplus),
        "squareplus": Activation(lambda x: 0.0 if x == -INF else (x + math.sqrt(x * x + 4)) / 2),
        "sparse_plus": Activation(lambda x: 0.0 if x <= -1 else x if x >= 1 else (x + 1) ** 2 / 4),
        "softsign": Activation(
            lambda x: math.copysign(1, x) if abs(x) == INF else x / (1 + abs(x))
        ),
        "tanh": Activation(math.tanh),
        "hard_tanh": Activation(_between(-1, 1)),
        "sigmoid": Activation(_sigmoid),
        "hard_sigmoid": Activation(_between(0, 1, slope=1 / 6, at_zero=0.5)),
        "sparse_sigmoid": Activation(_between(0, 1, slope=0.5, at_zero=0.5)),
        "exponential": Activation(_exp),
        "log_sigmoid": Activation(lambda x: -_softplus(-x)),
        "soft_shrink": Activation(lambda x: math.copysign(max(abs(x) - 0.5, 0.0), x)),
        "hard_shrink": Activation(lambda x: x if abs(x) > 0.5 else 0.0),
        "tanh_shrink": Activation(lambda x: x - math.tanh(x)),
        "silu": Activation(lambda x: _times_sigmoid(max(x, 0.0)), -0.2785),
        "gelu": Activation(lambda x: _gelu(max(x, 0.0)), -0.17),
        "mish": Activation(lambda x: max(x, 0.0) * math.tanh(_softplus(max(x, 0.0))), -0.3089),
        "hard_silu": Activation(lambda x: max(x, 0.0) * min(max(x, 0.0) / 6 + 0.5, 1.0), -0.375),
        "softmax": Activation(_share, over_classes=True),
        "sparsemax": Activation(_share, over_classes=True),
        "log_softmax": Activation(lambda x: 0.0 if x > 0 else -INF, over_classes=True),
    }
)
ALIASES: Final[Mapping[str, str]] = MappingProxyType({"swish": "silu", "hard_swish": "hard_silu"})
