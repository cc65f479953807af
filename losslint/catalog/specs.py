"""Values that several frameworks take alike."""

from __future__ import annotations

from losslint.catalog.model import Effect, Spec

ONE = Effect(("true",), "it counts as 1")
ZERO = Effect(("false",), "it counts as 0")
ONE_OR_ZERO = (ONE, ZERO)

# (1 - p) to this power is no float32 any more but for an example that is wrong for certain.
MAX_FOCUS = 500

LEAST_INT64, MOST_INT64 = -(2**63), 2**63 - 1

TRUTH = Spec(
    ("bool",),
    effects=(
        Effect(("empty", "falsy"), "it counts as false"),
        Effect(("text",), 'any text counts as true, "false" too'),
        Effect(("truthy",), "it counts as true"),
    ),
)


def number(
    *effects: Effect,
    low: float | None = None,
    high: float | None = None,
    low_open: bool = False,
    high_open: bool = False,
    otherwise: str = "",
) -> Spec:
    """A number in a range, and what the framework does with other values."""
    return Spec(("number",), low, high, low_open, high_open, effects=effects, otherwise=otherwise)
