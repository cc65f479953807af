"""Whether what is written fits where it goes: the release, the model, the labels of a file.

`ignore_index` and `ignore_class` are written beside a loss and speak of the data, which stays: a
file with label maps that mark void pixels needs its number under another loss as well. So it is
kept where the new loss takes it, and where the two disagree or the new one takes none, that asks
for consent and says what such labels then do. (Measured: torch's cross entropy raises IndexError,
"Target 255 is out of bounds"; TensorFlow's InvalidArgumentError on a CPU.)
"""

from typing import NamedTuple

from losslint.catalog.equivalences_model import Action, worst
from losslint.catalog.model import LossDef, VersionKey, params_at
from losslint.convert.edit_target import EditTarget
from losslint.convert.model import EntryPlan, Loss, SitePlan
from losslint.dialects.model_info import ModelInfo
from losslint.dialects.records import Site
from losslint.dialects.registry import dialect_named
from losslint.dialects.release_targets import ReleaseTargets


def release_problem(loss: Loss, targets: ReleaseTargets) -> str | None:
    """Why a target release cannot run a converted loss, or None."""
    dialect = dialect_named(loss.dialect)
    release = targets.of(dialect)
    found = dialect.loss_at(loss.name, release.version)
    named = f"{dialect.framework} {release.label}"
    if found is None:
        return f"it would be {loss.name}, which {named} does not have"
    missing = _missing(loss, found, release.version)
    if missing is not None:
        return f"{named} needs `{missing}`, which nothing here tells"
    wrong = _unknown(loss, found, release.version)
    return f"it would need `{wrong}`, which {named} does not take" if wrong else None


def _missing(loss: Loss, found: LossDef, version: VersionKey) -> str | None:
    """A parameter that the release cannot do without."""
    given = {name for name, _ in loss.params}
    for param in params_at(found, version):
        if param.required and param.fate == "used" and param.name not in given:
            return param.name
    return None


def _unknown(loss: Loss, found: LossDef, version: VersionKey) -> str | None:
    params = {param.name: param for param in params_at(found, version)}
    for name, value in loss.params:
        if name not in params:
            return name
        choices = params[name].spec.choices
        if choices and isinstance(value, str) and value not in choices:
            return f"{name}: {value}"
    return None


def task_problem(facts: ModelInfo, other: ModelInfo) -> str | None:
    """Why the file written into is for another kind of model than the source."""
    here, there = facts.known.get("task"), other.known.get("task")
    if here is None or there is None or here == there:
        return None
    return f"is a model for {there}, and the losses come from one for {here}"


def model_problem(plan: SitePlan, other: ModelInfo) -> str | None:
    """Why a plan does not fit the Keras model beside the losses that it is to replace."""
    outputs, head = other.known.get("outputs"), other.known.get("head")
    if outputs == "several":
        return "has a model with several outputs, and the losses are for one"
    if outputs == "one" and len(plan.entries) > 1:
        return "has a model with one output, for which Keras uses the first loss of a list alone"
    targets = [entry.target for entry in plan.entries if entry.target is not None]
    logits = any(dict(loss.params).get("from_logits") is True for loss in targets)
    if head in ("softmax", "sigmoid") and logits:
        return f"has a model that ends in a {head}, and the loss takes logits: take it out first"
    return None


class Ignored(NamedTuple):
    """The label that a file's losses leave out; None for several, or one that is not known."""

    name: str
    value: int | None
    path: str

    @property
    def shown(self) -> str:
        """The parameter as the file has it."""
        if self.value is None:
            return f"`{self.name}` of {self.path}"
        return f"`{self.name}: {self.value}`"


def ignored_in(place: EditTarget) -> Ignored | None:
    """What the losses of a place leave out, or None where they leave out nothing."""
    name = place.site.dialect.ignored_param
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


def keeping(plan: SitePlan, ignored: Ignored, targets: ReleaseTargets) -> SitePlan:
    """A plan that keeps the label, or asks before it goes."""
    return plan._replace(entries=tuple(_keeping(each, ignored, targets) for each in plan.entries))


def _keeping(entry: EntryPlan, ignored: Ignored, targets: ReleaseTargets) -> EntryPlan:
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
    stops = dialect_named(loss.dialect).stray_label
    counts = "" if (ignored.value or 0) < 0 else ", or counts them where there are as many classes"
    return stops.format(labels) + counts


def _takes(loss: Loss, name: str, targets: ReleaseTargets) -> bool:
    """Whether a loss has the parameter at the release that is written for."""
    dialect = dialect_named(loss.dialect)
    version = targets.of(dialect).version
    found = dialect.loss_at(loss.name, version)
    return found is not None and any(p.name == name for p in params_at(found, version))


def from_elsewhere(site: Site) -> tuple[str, ...]:
    """Which values are those of other files."""
    files: dict[str, list[str]] = {}
    for entry in site.entries:
        views = [(one.name, one.view) for one in entry.arguments]
        views += [("weight", entry.weight_view)] if entry.weight_view is not None else []
        views += [(entry.style.name_key, entry.name)] if entry.name is not None else []
        for name, view in views:
            if view.file:
                files.setdefault(view.file, []).append(f"`{name}`")
    return tuple(f"taken from {file}: {', '.join(names)}" for file, names in files.items())
