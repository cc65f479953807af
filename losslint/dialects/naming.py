"""What a name is at a release: that of a loss in the catalog, that of a parameter in none."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from losslint.catalog.model import LossDef, Name, VersionKey, holds
from losslint.diagnostics import Severity
from losslint.text import closest

NameStatus = Literal[
    "known", "renamed", "merged", "gone", "not-yet", "never", "not-a-string", "unknown", "custom",
    "unregistered", "lambda", "own",
]  # fmt: skip

# What an entry names that only the user's own code holds.
OwnCode = Literal["lambda", "class", "function"]


class NameVerdict(NamedTuple):
    """What a name is.

    `loss` is what the catalog knows under it, at whatever release; `instead` what to write, as
    a name of the target release; `advice` a sentence where no name does. `is_same`: under the name
    to write stands the same loss with the same parameters, which can be judged at once.
    """

    status: NameStatus
    loss: LossDef | None = None
    name: Name | None = None
    instead: str | None = None
    advice: str = ""
    is_same: bool = False


class Unasked(NamedTuple):
    """What a framework makes of a parameter that the loss does not have.

    `consequence` follows the finding's own words. `is_removable`: whoever trains with it today
    trains as well without it, so that removing it may be offered.
    """

    consequence: str
    severity: Severity = "error"
    is_removable: bool = False


def judge_by_name(text: str, losses: Iterable[LossDef], version: VersionKey) -> NameVerdict:
    """The verdict on a name where each loss has one, and no other spelling finds it."""
    every = tuple(losses)
    loss = next((each for each in every if each.name == text), None)
    if loss is None:
        there = [each.name for each in every if holds(each.since, each.until, version)]
        by_class = next((each.name for each in every if each.class_name == text), None)
        return NameVerdict("unknown", instead=by_class or closest(text, there))
    if holds(loss.since, loss.until, version):
        return NameVerdict("known", loss)
    if loss.since is not None and not holds(loss.since, None, version):
        return NameVerdict("not-yet", loss)
    status: NameStatus = "renamed" if loss.replacement else "gone"
    return NameVerdict(status, loss, None, loss.replacement, loss.advice)
