"""From configs, or from the whole catalog, to jobs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from losslint.catalog import keras as keras_catalog
from losslint.catalog import netspresso as netspresso_catalog
from losslint.catalog import platform as platform_catalog
from losslint.catalog.model import LossDef, holds, version_key
from losslint.diagnostics import Span
from losslint.dialects.keras.marks import is_of_another_package
from losslint.dialects.keras.sites import picks_by_shape
from losslint.dialects.records import LossEntry, Site
from losslint.dryrun.loading import Loaded, Stop, Unloaded, load
from losslint.dryrun.records import DTYPES, Dialect, Job, Location, Sizes, Verdict, uncomputed
from losslint.syntax.plain import holds_unknown, plain, typed_key
from losslint.syntax.view import View

_CLASSES = range(2, 1001)
"""How many classes a config may bring into a batch; others leave the default."""


class Gathered(NamedTuple):
    """What the paths held.

    Attributes:
        jobs: one a loss, in the order of files and places.
        refused: losses that no framework would even build, and files that cannot be read, judged
            already.
        notes: losses that cannot be computed from the file alone, each as one line.
        absent: paths of `refused` that are not there, or that the system does not give out.
    """

    jobs: list[Job]
    refused: list[Verdict]
    notes: list[str]
    absent: list[str]


class Plan(NamedTuple):
    """What the user asked of every job; None leaves it to the config or to the default."""

    batch: int | None = None
    classes: int | None = None
    image: int | None = None
    seed: int = 0
    points: int = 0

    def sizes(self, classes: int | None = None) -> Sizes:
        """The sizes of a batch; `classes` is what the config says."""
        usual = Sizes()
        return Sizes(
            self.batch or usual.batch,
            self.classes or classes or usual.classes,
            self.image or usual.image,
        )


def all_jobs(plan: Plan) -> list[Job]:
    """Every loss that the catalog knows at its frameworks' newest releases.

    Keras's losses and the platform's stand for themselves with their defaults, NetsPresso's
    criteria with the parameters of the configs that the trainer ships.
    """
    found: list[Job] = []
    newest = version_key(keras_catalog.NEWEST)
    assert newest is not None
    for loss in keras_catalog.LOSSES:
        if loss.class_name is not None and holds(loss.since, loss.until, newest):
            found.append(_job(loss.class_name, "keras", {}, plan))
    for loss in platform_catalog.LOSSES:
        found.append(_job(loss.name, "keras", dict(loss.example), plan))
    newest = version_key(netspresso_catalog.NEWEST)
    assert newest is not None
    for loss in netspresso_catalog.LOSSES:
        if holds(loss.since, loss.until, newest) and not _is_gone(loss):
            found.append(_job(loss.name, "netspresso", dict(loss.example), plan))
    return found


def in_types(jobs: Iterable[Job], dtypes: Sequence[str], amp: bool) -> list[Job]:
    """The jobs in each element type; a loss whose config names a type computes in that one."""
    spread: list[Job] = []
    for job in jobs:
        own = _own_type(job)
        kinds = dtypes if own is None else (own,)
        spread.extend(job._replace(dtype=kind, amp=amp) for kind in kinds)
    return spread


def _own_type(job: Job) -> str | None:
    """The type that a Keras loss's `dtype` makes it compute in, None where it names none."""
    named = job.params.get("dtype") if job.dialect == "keras" else None
    if isinstance(named, dict) and isinstance(named.get("config"), dict):
        named = named["config"].get("name")  # a saved DTypePolicy
    compute = named.removeprefix("mixed_") if isinstance(named, str) else None
    return compute if compute in DTYPES else None


def _is_gone(loss: LossDef) -> bool:
    return loss.replacement is not None or (not loss.params and not loss.example)


def _job(name: str, dialect: Dialect, params: dict[str, object], plan: Plan) -> Job:
    return Job(name, dialect, params, seed=plan.seed, points=plan.points, sizes=plan.sizes())


def jobs_from_paths(paths: Iterable[str], plan: Plan) -> Gathered:
    """The losses of configs.

    Args:
        paths: files and folders; "-" is standard input.
        plan: what the user asked of every job.
    """
    gathered = Gathered([], [], [], [])
    for file in load(paths):
        if isinstance(file, Unloaded):
            gathered.refused.append(_unread(file))
            if file.absent:
                gathered.absent.append(file.path)
            continue
        for site in file.sites:
            _gather(site, file, plan, gathered)
    return gathered


def _unread(file: Unloaded) -> Verdict:
    """The verdict on a file of which no loss is known."""
    name = os.path.basename(file.path) or file.path
    place = Location(file.path, file.row, file.column)
    return uncomputed(Job(name, "keras", {}, location=place), problem=file.reason)._replace(
        dialect=None, device="", device_name="", dtype=""
    )


def _place(file: Loaded, span: Span) -> Location:
    """Where a span begins."""
    return Location(file.path, *file.rows.position(span.start))


def _gather(site: Site, file: Loaded, plan: Plan, gathered: Gathered) -> None:
    """Put what one site holds where it belongs."""
    if site.dialect.name == "netspresso" and not site.entries:
        span, why = file.stop or (site.key, "no list of losses stands here")
        job = Job("losses", "netspresso", {}, location=_place(file, span))
        gathered.refused.append(uncomputed(job, problem=why))
    for entry in site.entries:
        place = _place(file, entry.view.at)
        if (refusal := _refusal(entry, file)) is not None:
            span, why = refusal
            job = Job(entry.name_text or "?", entry.dialect.name, {}, location=_place(file, span))
            gathered.refused.append(uncomputed(job, problem=why))
        elif (unknown := _unknown(entry)) is not None:
            where = f"{file.path}:{place.row}:{place.column}"
            gathered.notes.append(f"{where}: {unknown}; not computed")
        else:
            job = _entry_job(site, entry, plan)
            places = {name: _place(file, span) for name, span in _spans(entry).items()}
            gathered.jobs.append(job._replace(location=place, places=places))


def _refusal(entry: LossEntry, file: Loaded) -> Stop | None:
    """Where and why no framework would build the entry, if the file alone tells."""
    if entry.dialect.name == "netspresso" and file.stop is not None:
        return file.stop
    if entry.name_text is None and (entry.name is None or entry.name.kind != "unknown"):
        return Stop(entry.view.at, "no loss is named here, so there is nothing to compute")
    at = entry.view.at
    if entry.style.is_object and is_of_another_package(entry.view):
        return Stop(at, f"{entry.name_text} is of another package of Keras, and no loss")
    for stop in file.stops:
        if at.start <= stop.span.start < at.end:
            return stop
    if entry.dialect.name == "netspresso" and entry.weight is None:
        return Stop(at, "weight is missing, and the trainer reads it")
    return None


def _unknown(entry: LossEntry) -> str | None:
    """What of the entry only the running trainer knows: a value from another file."""
    if entry.name_text is None:
        return "the loss's name is known only where the trainer runs"
    if entry.dialect.name == "keras":
        if picks_by_shape(entry):
            return f"{entry.name_text}: the shape of the labels decides which crossentropy it is"
        if (kind := entry.dialect.own_code(entry)) is not None:
            what = "a lambda" if kind == "lambda" else entry.name_text
            return f"{what} is a loss of your own code"
    for argument in entry.arguments:
        if holds_unknown(plain(argument.view)):
            return f"{entry.name_text}: {argument.name} is known only where the trainer runs"
    if entry.weight_view is not None and holds_unknown(plain(entry.weight_view)):
        return f"{entry.name_text}: its weight is known only where the trainer runs"
    return None


def _entry_job(site: Site, entry: LossEntry, plan: Plan) -> Job:
    """The job of an entry whose name and values are known, without its places."""
    keys = _keys(entry)
    params = {keys[one.name]: plain(one.view, typed_keys=True) for one in entry.arguments}
    if entry.weight_view is not None:
        params["weight"] = plain(entry.weight_view, typed_keys=True)
    return Job(
        _loss(entry),
        entry.dialect.name,
        params,
        seed=plan.seed,
        sizes=plan.sizes(_classes_of(site)),
        points=plan.points,
        saved=entry.style.is_object,
    )


def _keys(entry: LossEntry) -> dict[str, Any]:
    """Each parameter's key as the framework gets it, by what is written.

    In YAML a key need not be text: whether the framework takes another is for it to say.
    """
    keys: dict[str, Any] = {one.name: _param(entry, one.name) for one in entry.arguments}
    if entry.dialect.name == "netspresso" and entry.view.is_mapping:
        keys.update((member.name, typed_key(member, value)) for member, value in entry.view.pairs())
    return keys


def _spans(entry: LossEntry) -> dict[Any, Span]:
    """Where the key of each parameter stands, by the key in the job."""
    keys = _keys(entry)
    spans: dict[Any, Span] = {keys[one.name]: one.key for one in entry.arguments}
    return spans if entry.weight is None else {**spans, "weight": entry.weight.at}


def _is_native(entry: LossEntry) -> bool:
    """Whether an entry of the platform's style names one of the platform's own losses."""
    return entry.style.is_upper_case and platform_catalog.find(entry.name_text or "") is not None


def _param(entry: LossEntry, name: str) -> str:
    """A parameter as its loss knows it: the platform writes those of Keras in upper case."""
    foreign = entry.style.is_upper_case and not _is_native(entry)
    return name.lower() if foreign and name.isupper() else name


def _loss(entry: LossEntry) -> str:
    """The loss as its runtime knows it; a name that today's Keras lacks stays as it is."""
    name = entry.name_text or ""
    if entry.dialect.name != "keras" or entry.style.is_object or _is_native(entry):
        return name
    newest = version_key(keras_catalog.NEWEST)
    assert newest is not None
    found = keras_catalog.find(name, newest)
    if found is None or found[0].class_name is None:
        return name
    loss, spelling = found
    valid = holds(spelling.since, spelling.until, newest)
    return (loss.class_name or name) if valid else name


def _classes_of(site: Site) -> int | None:
    """How many classes the document speaks of, None where it does not."""
    lists: list[View | None] = []
    if site.is_platform and site.owner.parent is not None:
        lists.append(site.owner.parent.get("CLASSES"))
    if site.dialect.name == "netspresso":
        data = site.root.get("data")
        lists.append(data.get("id_mapping") if data is not None else None)
    for view in lists:
        if view is not None and view.is_list and len(view.items()) in _CLASSES:
            return len(view.items())
    return None
