"""What each activation of Keras, and each function of one number, makes of a range of numbers."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

INF: Final = math.inf

Curve = Callable[[float], float]


class Bounds(NamedTuple):
    """No number is below `low` or above `high`; `exact` says that some weights come near both."""

    low: float = -INF
    high: float = INF
    exact: bool = False

    @property
    def is_any(self) -> bool:
        """Whether every number may come."""
        return self == ANY

    def through(self, curve: Curve) -> "Bounds":
        """What a curve that only rises makes of it."""
        return Bounds(curve(self.low), curve(self.high), self.exact)


ANY: Final = Bounds(exact=True)
UNKNOWN: Final = Bounds()


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
        if self.over_classes:
            return Bounds(self.curve(-INF), self.curve(INF), exact=True)
        if self.least is None or bounds.low >= 0:
            return bounds.through(self.curve)
        return Bounds(self.least, self.curve(bounds.high), bounds.exact and bounds.low == -INF)


def _exp(x: float) -> float:
    return math.exp(x) if x < 700 else INF


def _sigmoid(x: float) -> float:
    return 1 / (1 + _exp(-x))


def _softplus(x: float) -> float:
    return x if x > 30 else math.log1p(_exp(x))


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


def elu(alpha: float = 1.0) -> Activation:
    """The identity above 0, and a curve to -alpha below."""
    return Activation(lambda x: x if x > 0 else alpha * math.expm1(x))


def _share(x: float) -> float:
    return 1.0 if x > 0 else 0.0


ACTIVATIONS: Final[Mapping[str, Activation]] = MappingProxyType(
    {
        "linear": Activation(lambda x: x),
        "relu": relu(),
        "relu6": relu(most=6.0),
        "leaky_relu": relu(0.2),
        "elu": elu(),
        "celu": elu(),
        "selu": Activation(
            lambda x: 1.0507009873554805 * (x if x > 0 else 1.67326 * math.expm1(x))
        ),
        "softplus": Activation(_softplus),
        "squareplus": Activation(lambda x: 0.0 if x == -INF else (x + math.sqrt(x * x + 4)) / 2),
        "sparse_plus": Activation(lambda x: 0.0 if x <= -1 else x if x >= 1 else (x + 1) ** 2 / 4),
        "softsign": Activation(_softsign),
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
        "log_softmax": Activation(lambda x: 0.0 if x > 0 else -INF, over_classes=True),
    }
)
ALIASES: Final[Mapping[str, str]] = MappingProxyType({"swish": "silu", "hard_swish": "hard_silu"})


def find_activation(name: str | None) -> Activation | None:
    """The activation of a name; None for one that Keras does not have."""
    return ACTIVATIONS.get(ALIASES.get(name, name)) if name is not None else None


def _absolute(curve: Curve) -> Callable[[Bounds], Bounds]:
    """What a curve makes that does the same on both sides of 0."""

    def of(bounds: Bounds) -> Bounds:
        ends = sorted((curve(abs(bounds.low)), curve(abs(bounds.high))))
        return Bounds(ends[0] if bounds.low > 0 or bounds.high < 0 else 0.0, ends[1], bounds.exact)

    return of


def _from_zero(curve: Curve) -> Callable[[Bounds], Bounds]:
    """What a curve makes that has no value below 0."""
    return lambda bounds: bounds.through(curve) if bounds.low >= 0 else UNKNOWN


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -INF


FUNCTIONS: Final[Mapping[str, Callable[[Bounds], Bounds]]] = MappingProxyType(
    {
        "Abs": _absolute(lambda x: x),
        "Absolute": _absolute(lambda x: x),
        "Square": _absolute(lambda x: x * x),
        "Negative": lambda bounds: Bounds(-bounds.high, -bounds.low, bounds.exact),
        "Expm1": lambda bounds: bounds.through(lambda x: _exp(x) - 1),
        "Log": _from_zero(_log),
        "Log1p": _from_zero(lambda x: math.log1p(x) if x < INF else INF),
        "Sqrt": _from_zero(lambda x: math.sqrt(x)),
    }
)
