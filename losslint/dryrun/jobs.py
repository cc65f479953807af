"""From configs, or from the whole catalog, to jobs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from losslint import linter
from losslint.archive import Archive, read_archive
from losslint.catalog import keras as keras_catalog
from losslint.catalog import netspresso as netspresso_catalog
from losslint.catalog import platform as platform_catalog
from losslint.catalog.model import LossDef, holds, version_key
from losslint.diagnostics import Span
from losslint.dialects.hints import may_hold_losses
from losslint.dialects.keras import is_own_object, picks_by_shape
from losslint.dialects.keras_marks import is_of_another_package
from losslint.dialects.model import LossEntry, Site
from losslint.discovery import Missing, discover
from losslint.dryrun.records import DTYPES, Dialect, Job, Location, Sizes, Verdict, uncomputed
from losslint.source import LineIndex, Source, Unreadable, decode
from losslint.syntax.plain import holds_unknown, plain
from losslint.syntax.view import View

_CLASSES = range(2, 1001)
"""How many classes a config may bring into a batch; others leave the default."""


class Gathered(NamedTuple):
    """What the paths held.

    Attributes:
        jobs: one a loss, in the order of files and places.
        refused: losses that no framework would even build, judged already.
        notes: losses that cannot be computed from the file alone, each as one line.
        unreadable: paths that could not be read, each as one line.
    """

    jobs: list[Job]
    refused: list[Verdict]
    notes: list[str]
    unreadable: list[str]


class _File(NamedTuple):
    """A file's path and the rows and columns of its text."""

    path: str
    rows: LineIndex

    def place(self, span: Span) -> Location:
        """Where a span begins."""
        return Location(self.path, *self.rows.position(span.start))


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
    for source in _sources(paths, gathered.unreadable):
        if not may_hold_losses(source.text.encode("utf-8", "surrogatepass")):
            continue
        tree = linter.parse(source)
        gathered.unreadable.extend(
            f"{source.path}: {problem.message}" for problem in tree.problems[:1]
        )
        _, sites = linter.find_sites(tree)
        file = _File(source.path, LineIndex(source.text))
        for site in sites:
            _gather(site, file, plan, gathered)
    return gathered


def _gather(site: Site, file: _File, plan: Plan, gathered: Gathered) -> None:
    """Put what one site holds where it belongs."""
    if site.dialect == "netspresso" and not site.entries:
        job = Job("losses", "netspresso", {}, location=file.place(site.key))
        gathered.refused.append(uncomputed(job, problem="no list of losses stands here"))
    for entry in site.entries:
        place = file.place(entry.view.at)
        if (refusal := _refusal(entry)) is not None:
            span, why = refusal
            job = Job(entry.name_text or "?", entry.dialect, {}, location=file.place(span))
            gathered.refused.append(uncomputed(job, problem=why))
        elif (unknown := _unknown(entry)) is not None:
            where = f"{file.path}:{place.row}:{place.column}"
            gathered.notes.append(f"{where}: {unknown}; not computed")
        else:
            job = _entry_job(site, entry, plan)
            places = {name: file.place(span) for name, span in _keys(entry).items()}
            gathered.jobs.append(job._replace(location=place, places=places))


def _sources(paths: Iterable[str], unreadable: list[str]) -> Iterator[Source]:
    """The texts at the paths; what cannot be read goes into the list."""
    named = list(paths)
    read: list[Source | Unreadable | str] = []
    if "-" in named:
        read.append(decode("-", sys.stdin.buffer.read()))
    for found in discover([path for path in named if path != "-"]):
        if isinstance(found, Missing):
            unreadable.append(f"{found.path}: {found.reason}")
            continue
        one = _read(found.path)
        if one is not None:
            read.append(one)
    for source in read:
        if isinstance(source, Source):
            yield source
        elif isinstance(source, Unreadable):
            unreadable.append(f"{source.path}: {source.reason}")
        else:
            unreadable.append(source)


def _read(path: str) -> Source | Unreadable | str:
    """A file as text, an archive's config.json as text, or why there is none."""
    if path.lower().endswith(".keras"):
        archive = read_archive(path)
        if isinstance(archive, Archive):
            return decode(path, archive.config, "config.json")
        return f"{path}: {archive.reason}"
    try:
        with open(path, "rb") as file:
            return decode(path, file.read())
    except OSError as error:
        return f"{path}: {error.strerror or error}"


def _refusal(entry: LossEntry) -> tuple[Span, str] | None:
    """Where and why no framework would build the entry, if the file alone tells."""
    if entry.name_text is None and (entry.name is None or entry.name.kind != "unknown"):
        return entry.view.at, "no loss is named here, so there is nothing to compute"
    if entry.style == "object" and is_of_another_package(entry.view):
        return entry.view.at, f"{entry.name_text} is of another package of Keras, and no loss"
    for view in _views(entry):
        if view.is_mandatory:
            return view.at, "a value is ??? and must be given"
    if entry.dialect == "netspresso" and entry.weight is None:
        return entry.view.at, "weight is missing, and the trainer reads it"
    return None


def _unknown(entry: LossEntry) -> str | None:
    """What of the entry only the running trainer knows: a value from another file."""
    if entry.name_text is None:
        return "the loss's name is known only where the trainer runs"
    if entry.dialect == "keras":
        if picks_by_shape(entry):
            return f"{entry.name_text}: the shape of the labels decides which crossentropy it is"
        if is_own_object(entry):
            return f"{entry.name_text} is a loss of your own code"
    for argument in entry.arguments:
        if holds_unknown(plain(argument.view)):
            return f"{entry.name_text}: {argument.name} is known only where the trainer runs"
    if entry.weight_view is not None and holds_unknown(plain(entry.weight_view)):
        return f"{entry.name_text}: its weight is known only where the trainer runs"
    return None


def _views(entry: LossEntry) -> list[View]:
    views = [argument.view for argument in entry.arguments]
    return views + [view for view in (entry.name, entry.weight_view) if view is not None]


def _entry_job(site: Site, entry: LossEntry, plan: Plan) -> Job:
    """The job of an entry whose name and values are known, without its places."""
    params = {_param(entry, one.name): plain(one.view) for one in entry.arguments}
    if entry.weight_view is not None:
        params["weight"] = plain(entry.weight_view)
    return Job(
        _loss(entry),
        entry.dialect,
        params,
        seed=plan.seed,
        sizes=plan.sizes(_classes_of(site)),
        points=plan.points,
    )


def _keys(entry: LossEntry) -> dict[str, Span]:
    """The key of each parameter, by the parameter's name in the job."""
    keys = {_param(entry, one.name): one.key for one in entry.arguments}
    return keys if entry.weight is None else {**keys, "weight": entry.weight.at}


def _is_native(entry: LossEntry) -> bool:
    """Whether an entry of the platform's style names one of the platform's own losses."""
    return entry.style == "platform" and platform_catalog.find(entry.name_text or "") is not None


def _param(entry: LossEntry, name: str) -> str:
    """A parameter as its loss knows it: the platform writes those of Keras in upper case."""
    foreign = entry.style == "platform" and not _is_native(entry)
    return name.lower() if foreign and name.isupper() else name


def _loss(entry: LossEntry) -> str:
    """The loss as its runtime knows it; a name that today's Keras lacks stays as it is."""
    name = entry.name_text or ""
    if entry.dialect != "keras" or entry.style == "object" or _is_native(entry):
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
    if site.kind == "platform" and site.owner.parent is not None:
        lists.append(site.owner.parent.get("CLASSES"))
    if site.dialect == "netspresso":
        data = site.root.get("data")
        lists.append(data.get("id_mapping") if data is not None else None)
    for view in lists:
        if view is not None and view.is_list and len(view.items()) in _CLASSES:
            return len(view.items())
    return None
