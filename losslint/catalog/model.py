"""The words in which the catalog states what is known of a loss.

Data without behaviour beyond looking things up by version: no file is read here and no framework
imported. A parameter's name, type, range and default stand once, in a `Param`; the rules, the JSON
Schemas, the pages, the dry run and the converter all read it there.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from losslint.catalog.model import Spec as AnySpec
else:
    # A record evaluates its annotations, and its own name does not exist yet.
    AnySpec = object

# "number" is an int or a float; "int" and "float" are strict, because torch's ignore_index
# refuses 255.0 and TensorFlow refuses to multiply int32 with float32. A bool is none of them.
Type = Literal["null", "bool", "int", "float", "number", "str", "list", "mapping"]
Fate = Literal["used", "ignored", "reserved"]


# The kinds of wrong value that a framework tells apart. "low" and "high" lie beyond a bound, a
# "huge" number has more than 64 bits, "numbers" is a list of nothing else, and a text, a list or a
# mapping may be "empty". "truthy" and "falsy" are what Python makes of any value.
Case = Literal[
    "null",
    "true",
    "false",
    "text",
    "int",
    "float",
    "whole",
    "list",
    "numbers",
    "mapping",
    "low",
    "high",
    "zero",
    "huge",
    "nan",
    "inf",
    "-inf",
    "length",
    "empty",
    "repeated",
    "all-zero",
    "truthy",
    "falsy",
]


class Effect(NamedTuple):
    """What the framework does with wrong values of some kinds: a clause without a full stop.

    `mild`: it computes as written but for a part that has no effect. `words` are strings of which
    the effect speaks; `choices` does not list them.
    """

    cases: tuple[Case, ...]
    text: str
    mild: bool = False
    words: tuple[str, ...] = ()


class Spec(NamedTuple):
    """Which values are valid.

    `low` and `high` bound numbers (inclusive, unless `low_open` / `high_open`). `choices` lists the
    only valid strings. `item` describes the items of a list, `fields` the keys of a mapping;
    other keys have no effect. `length` bounds the number of items. NaN and infinity
    are valid only where `finite` is false, and infinity alone where `infinite` is true. A message
    ends with what the framework does with the value: the effect of the narrowest of its kinds, or
    else `otherwise`: a clause, such as "torch refuses it at the first step".

    Rarer: `never` lists values of a right type that are wrong all the same, `excludes` the
    characters that a string may not hold. The length of a list is a multiple of `multiple`, its
    items differ where `unique` is true. Of a mapping or list with `some_nonzero`, at least one
    value is not zero. Where `either` is given, a value is valid when one of those specs takes it;
    the other fields are then unused, but for `types` (the union) and `otherwise`.
    """

    types: tuple[Type, ...]
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    choices: tuple[str, ...] = ()
    item: AnySpec | None = None
    fields: tuple["Param", ...] = ()
    length: tuple[int, int | None] | None = None
    finite: bool = True
    otherwise: str = ""
    effects: tuple[Effect, ...] = ()
    infinite: bool = False
    never: tuple[object, ...] = ()
    excludes: str = ""
    multiple: int = 1
    unique: bool = False
    some_nonzero: bool = False
    either: tuple["Spec", ...] = ()


def has_type(kind: str, spec: Spec) -> bool:
    """Whether a spec takes values of a kind ("int", "list", …); an int and a float are numbers."""
    return kind in spec.types or (kind in ("int", "float") and "number" in spec.types)


class Param(NamedTuple):
    """One parameter of a loss in the releases `since` (inclusive) to `until` (exclusive).

    `fate`: "used"; "ignored" (accepted, without effect); "reserved" (the framework passes it
    itself, so that writing it is an error). `default` is meaningless where `required` is true,
    except of an ignored parameter, where it is the one value that promises nothing.
    `note` says in one sentence what the parameter does. `needs` names another parameter that must
    be true for this one to have an effect.
    """

    name: str
    spec: Spec
    default: object = None
    required: bool = False
    fate: Fate = "used"
    note: str = ""
    since: str | None = None
    until: str | None = None
    needs: str | None = None


Form = Literal["logits", "probabilities", "values", "embeddings", "boxes", "heatmaps"]
Labels = Literal["index", "one-hot", "binary", "soft", "values", "boxes", "keypoints", "sequence"]


class Contract(NamedTuple):
    """What a loss expects of predictions and targets.

    `predictions` and `targets` are the forms accepted, the usual one first; the shapes are written
    with B batch, C classes, H W map size, N any shape.
    """

    predictions: tuple[Form, ...]
    targets: tuple[Labels, ...]
    prediction_shape: str
    target_shape: str
    note: str = ""


class Name(NamedTuple):
    """A spelling under which a framework finds a loss, in releases `since` to before `until`."""

    text: str
    since: str | None = None
    until: str | None = None


class LossDef(NamedTuple):
    """One loss of one framework.

    `name` is the canonical spelling for today's release (for Keras the function name), `class_name`
    that of the class behind it. `names` holds every spelling that ever worked, with its releases.
    `framework` says, in lists, whose loss it is: "netspresso", "keras", "platform" or another's.
    `replacement` says, for a loss that is gone, what to write instead; `advice` says it where
    no name does. `heads` and `tasks` are what a NetsPresso criterion runs on. `source` names the
    paper or document of the formula.
    """

    name: str
    framework: str
    summary: str
    contract: Contract | None = None
    params: tuple[Param, ...] = ()
    class_name: str | None = None
    names: tuple[Name, ...] = ()
    since: str | None = None
    until: str | None = None
    replacement: str | None = None
    advice: str = ""
    heads: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    example: tuple[tuple[str, object], ...] = ()
    source: str = ""


_VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.?(a|b|rc|post)(\d+))?$")
_PHASES = {"a": -3, "b": -2, "rc": -1, None: 0, "post": 1}

VersionKey = tuple[int, int, int, int, int]


def version_key(text: str) -> VersionKey | None:
    """A release as something that sorts, or None when the text is no release number."""
    match = _VERSION.match(text)
    if match is None:
        return None
    major, minor, patch, phase, number = match.groups()
    return (int(major), int(minor or 0), int(patch or 0), _PHASES[phase], int(number or 0))


def holds(since: str | None, until: str | None, version: VersionKey) -> bool:
    """Whether a release lies in `since` (inclusive) to `until` (exclusive)."""
    if since is not None and version < release_key(since):
        return False
    return until is None or version < release_key(until)


@lru_cache(maxsize=256)
def release_key(text: str) -> VersionKey:
    """The key of a release that the catalog itself names."""
    key = version_key(text)
    if key is None:
        raise ValueError(f"the catalog names a release {text!r} that is no release number")
    return key


def params_at(loss: LossDef, version: VersionKey) -> tuple[Param, ...]:
    """The parameters of a loss at a release."""
    return tuple(p for p in loss.params if holds(p.since, p.until, version))
