"""The label that does not count, in a file whose losses are replaced.

`ignore_index` and `ignore_class` are written beside a loss and speak of the data, which stays: a
file with label maps that mark void pixels needs its number under another loss as well. So it is
kept where the new loss takes it, and where the two disagree or the new one takes none, that asks
for consent and says what such labels then do. (Measured: torch's cross entropy raises IndexError,
"Target 255 is out of bounds"; TensorFlow's InvalidArgumentError on a CPU.)
"""

from __future__ import annotations

from typing import NamedTuple

from losslint.catalog.equivalences_model import Action, worst
from losslint.catalog.model import LossDef, params_at
from losslint.convert.model import EntryPlan, Loss, SitePlan
from losslint.convert.place import Place
from losslint.convert.read import Targets
from losslint.dialects.records import DialectName

_NAMES: dict[DialectName, str] = {"netspresso": "ignore_index", "keras": "ignore_class"}


class Ignored(NamedTuple):
    """The label that a file's losses leave out; None for several, or one that is not known."""

    name: str
    value: int | None
    path: str

    @property
    def shown(self) -> str:
        """The parameter as the file has it."""
        return (
            f"`{self.name}` of {self.path}"
            if self.value is None
            else f"`{self.name}: {self.value}`"
        )


def ignored_in(place: Place) -> Ignored | None:
    """What the losses of a place leave out, or None where they leave out nothing."""
    name = _NAMES[place.site.dialect]
    found: set[int | None] = set()
    for entry in place.site.entries:
        argument = entry.argument(name) or entry.argument(name.upper())
        if argument is None:
            continue
        if argument.view.kind == "unknown":
            found.add(None)
        elif argument.view.kind == "int" and isinstance(argument.view.value, int):
            found.add(argument.view.value)
    if not found:
        return None
    return Ignored(name, found.pop() if len(found) == 1 else None, place.source.path)


def keeping(plan: SitePlan, ignored: Ignored, targets: Targets) -> SitePlan:
    """A plan that keeps the label, or asks before it goes."""
    return plan._replace(entries=tuple(_keeping(each, ignored, targets) for each in plan.entries))


def _keeping(entry: EntryPlan, ignored: Ignored, targets: Targets) -> EntryPlan:
    loss = entry.target
    if loss is None or entry.action == "refuse":
        return entry
    params = dict(loss.params)
    if ignored.name in params:
        new = params[ignored.name]
        if new == ignored.value:
            return entry
        words = f"{ignored.shown} becomes {new}: {_then(ignored, loss)}"
        return _told(entry, words, "consent")
    if ignored.value is None or not _takes(loss, ignored.name, targets):
        words = f"{ignored.shown} goes: {_then(ignored, loss)}"
        return _told(entry, words, "consent")
    if loss.name == "cross_entropy" and ignored.value >= 0:
        words = f"{ignored.shown} goes: on one-hot labels the trainer stops at it"
        return _told(entry, words, "auto_with_note")
    kept = loss._replace(params=(*loss.params, (ignored.name, ignored.value)))
    words = (
        f"{ignored.shown} stays, as {ignored.path} has it: labels of {ignored.value} do not count, "
        "and on all others the two are the same"
    )
    return _told(entry._replace(target=kept), words, "auto_with_note")


def _told(entry: EntryPlan, words: str, action: Action) -> EntryPlan:
    """An entry with one more condition, and what it asks for."""
    asked = worst((entry.action, action))
    reason = entry.reason
    if action == "consent":
        reason = "; ".join(filter(None, (entry.reason, words)))
    return entry._replace(
        conditions=(*entry.conditions, words),
        action=asked,
        kind="conditional" if entry.kind == "exact" else entry.kind,
        reason=reason,
    )


def _then(ignored: Ignored, loss: Loss) -> str:
    """What labels that were left out do once they are not."""
    labels = "labels that did not count" if ignored.value is None else f"labels of {ignored.value}"
    if loss.name not in ("seg_cross_entropy", "sparse_categorical_crossentropy"):
        return f"{loss.name} has no such parameter, and {labels} then count"
    stops = "torch then stops at {} with an IndexError"
    if loss.dialect == "keras":
        stops = "TensorFlow then stops at {} with an InvalidArgumentError (on a GPU: NaN)"
    counts = "" if (ignored.value or 0) < 0 else ", or counts them where there are as many classes"
    return stops.format(labels) + counts


def _takes(loss: Loss, name: str, targets: Targets) -> bool:
    """Whether a loss has the parameter at the release that is written for."""
    from losslint.catalog import keras, netspresso

    found: LossDef | None
    if loss.dialect == "netspresso":
        found, target = netspresso.find(loss.name), targets.netspresso
    else:
        known, target = keras.find(loss.name), targets.keras
        found = known[0] if known is not None else None
    return found is not None and any(p.name == name for p in params_at(found, target.version))
