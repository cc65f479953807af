"""What Keras's loss classes share: the parameters of the base class and the usual ones."""

from __future__ import annotations

from losslint.catalog.model import (
    Contract,
    Effect,
    LossDef,
    Name,
    Param,
    Spec,
    Type,
    holds,
    release_key,
)
from losslint.catalog.specs import MAX_FOCUS, ONE, ONE_OR_ZERO, TRUTH, number

CLASSES_SINCE = "2.3.0"
"""The release that brought loss classes; before it a loss was a function and took no parameter."""

KERAS_3 = "3.0.0"

# Six dimensions: batch, time, three of space, channel.
_LAST_AXIS = 5
_FIRST_AXIS = -6

FAILS = "the first batch fails"
IS_NAN = Effect(("nan", "inf", "-inf"), "the loss is NaN")

AXIS = Spec(
    ("int",),
    low=_FIRST_AXIS,
    high=_LAST_AXIS,
    effects=(
        Effect(("null",), "Keras takes the whole batch for one row"),
        Effect(("empty",), FAILS),
        Effect(("numbers",), "Keras takes all these axes for one row"),
    ),
    otherwise=FAILS,
)
AXES = Spec(
    ("null", "int", "list"),
    either=(
        Spec(("null",)),
        AXIS,
        Spec(
            ("list",),
            item=AXIS,
            length=(1, None),
            unique=True,
            effects=(
                Effect(("repeated",), FAILS),
                Effect(("empty",), "Keras then takes the mean of nothing"),
            ),
        ),
    ),
    effects=(Effect(("true",), "it counts as axis 1"), Effect(("false",), "it counts as axis 0")),
    otherwise=FAILS,
)
SMOOTHING = number(
    Effect(("null", "empty", "false"), "it counts as 0"),
    ONE,
    IS_NAN,
    Effect(("low",), "the labels are pushed beyond 0 and 1"),
    Effect(("high",), "the labels are inverted"),
    low=0,
    high=1,
    otherwise=FAILS,
)
FOCUS = number(
    *ONE_OR_ZERO,
    Effect(("numbers",), "Keras takes a power for each of the units"),
    Effect(("nan", "-inf"), "the loss is not finite"),
    Effect(("inf",), "the gradient is NaN"),
    Effect(("low",), "easy examples count most"),
    Effect(("high",), "nothing is left of the loss"),
    low=0,
    high=MAX_FOCUS,
    otherwise=FAILS,
)

_FLOATS = ("float16", "bfloat16", "float32", "float64", "mixed_float16", "mixed_bfloat16")

_WHOLE = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")

_MEAN = "sum_over_batch_size"
_REDUCTION_NOTE = "How the losses of a batch become one number; sum_over_batch_size is their mean."
_REFUSED_AT_BUILD = "Keras refuses it when the loss is built"
_NAME_NOTE = "The name of the object; null makes one from the class."


FROM_LOGITS = Param(
    "from_logits",
    TRUTH,
    default=False,
    note="Whether predictions are logits rather than probabilities.",
)

LABEL_SMOOTHING = Param(
    "label_smoothing",
    SMOOTHING,
    default=0.0,
    note="Share of each label that is moved to the even distribution.",
)

GAMMA = Param(
    "gamma",
    FOCUS,
    default=2.0,
    note="How strongly well-classified examples are weighed down; 0.0 not at all.",
)


def axis(since: str | None = None) -> Param:
    return Param("axis", AXIS, default=-1, note="The axis of the classes.", since=since)


def mean_axis(since: str | None = None) -> Param:
    return Param(
        "axis", AXES, default=-1, note="The axis of the mean, or several; null: all.", since=since
    )


def _reduction(
    types: tuple[Type, ...],
    choices: tuple[str, ...],
    since: str,
    until: str | None,
    default: str = _MEAN,
) -> Param:
    spec = Spec(types, choices=choices, otherwise=_REFUSED_AT_BUILD)
    return Param("reduction", spec, default, note=_REDUCTION_NOTE, since=since, until=until)


_REDUCTIONS = (
    _reduction(("str",), ("none", "sum", _MEAN), "2.3.0", "2.4.0"),
    _reduction(("str",), ("auto", "none", "sum", _MEAN), "2.4.0", KERAS_3, default="auto"),
    _reduction(("null", "str"), (_MEAN, "sum", "none"), KERAS_3, "3.7.0"),
    _reduction(
        ("null", "str"), (_MEAN, "sum", "mean", "mean_with_sample_weight", "none"), "3.7.0", None
    ),
)

DTYPE = Param(
    "dtype",
    Spec(
        ("null", "str"),
        choices=_FLOATS,
        effects=(
            Effect(("empty", "falsy"), "it counts as null", mild=True),
            Effect((), "Keras takes it, and in whole numbers no loss can train", words=_WHOLE),
            Effect((), FAILS, words=("bool", "string")),
        ),
        otherwise=_REFUSED_AT_BUILD,
    ),
    default=None,
    note="The type to compute in; null takes Keras's own. A saved loss does not keep it.",
    since="3.4.0",
)

FN = Param(
    "fn",
    Spec(("str",)),
    default=None,
    note="The function's name, which Keras 2 writes into a saved loss; Keras 3 refuses the key.",
    since="2.10.0",
    until=KERAS_3,
)


_NAME = Spec(
    ("null", "str"),
    excludes="/",
    effects=(Effect(("falsy",), "it counts as null", mild=True),),
    otherwise=FAILS,
)


def _names(default: str, once: tuple[str, str] | None) -> tuple[Param, ...]:
    """The parameter `name`: its default was `once` another one, up to a release."""
    params: list[Param] = []
    for since, until, spec in ((None, KERAS_3, Spec(("null", "str"))), (KERAS_3, None, _NAME)):
        latest = Param("name", spec, default, note=_NAME_NOTE, since=since, until=until)
        if once is None or not holds(since, until, release_key(once[1])):
            params.append(latest)
        else:
            params.append(latest._replace(default=once[0], until=once[1]))
            params.append(latest._replace(since=once[1]))
    return tuple(params)


def _over_before(param: Param, since: str) -> bool:
    return param.until is not None and release_key(param.until) <= release_key(since)


def loss(
    function: Name,
    class_: Name,
    summary: str,
    contract: Contract,
    *own: Param,
    called: str | None = None,
    once: tuple[str, str] | None = None,
    before_name: tuple[Param, ...] = (),
    after_name: tuple[Param, ...] = (),
    built_since: str | None = None,
    others: tuple[Name, ...] = (),
    example: tuple[tuple[str, object], ...] = (("reduction", _MEAN),),
    source: str = "",
) -> LossDef:
    """A loss that is found by its function, its class and its `others`.

    Its parameters, its `own` and the usual ones, stand in the order of the class's constructor,
    from the release it came with (`built_since`, where no string found the class at first).
    `called` is the default of the parameter `name`, where it is not the function's name; `once` is
    an earlier one with the release that changed it.
    """
    names = _names(called or function.text, once)
    every = (*own, *_REDUCTIONS, *before_name, *names, *after_name, DTYPE, FN)
    built = built_since or class_.since or CLASSES_SINCE
    return LossDef(
        function.text,
        "keras",
        summary,
        contract=contract,
        params=tuple(param for param in every if not _over_before(param, built)),
        class_name=class_.text,
        names=(function, class_, *others),
        since=function.since,
        example=example,
        source=source,
    )
