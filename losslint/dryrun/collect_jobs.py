"""From configs, or from the whole catalog, to jobs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from losslint.diagnostics import Span
from losslint.dialects.batch_facts import BatchFact
from losslint.dialects.records import LossEntry, Site
from losslint.dryrun.backends import BACKENDS
from losslint.dryrun.entries import EntryTranslator, translator_of
from losslint.dryrun.load_configs import (
    LoadedConfig,
    Refusal,
    SettingsNote,
    UnreadableConfig,
    WrongSettings,
    load,
)
from losslint.dryrun.records import BatchSizes, Job, SourceLocation, Verdict, uncomputed
from losslint.syntax.plain import holds_unknown, plain

_OF_SIZES = ("classes", "image", "rank", "head", "reg_max", "anchors")
_USABLE: Mapping[str, range] = MappingProxyType(
    {
        "classes": range(1, 1001),
        "image": range(8, 4097),
        "rank": range(2, 6),
        "reg_max": range(1, 257),
    }
)
"""What a config may bring into a batch; anything else leaves the default."""

_USUAL = 1 << 26
"""Classes times pixels of a batch, up to which the usual time is enough."""


class CollectedJobs(NamedTuple):
    """What the paths held.

    Attributes:
        jobs: one a loss, in the order of files and places.
        refused: losses that no framework would even build, and files that cannot be read, each
            with its verdict already.
        notes: losses that cannot be computed from the file alone, and releases of the settings
            that are judged as others, each as one line.
        problems: paths that are not there or not given out, and wrong settings, each as a sentence.
    """

    jobs: list[Job]
    refused: list[Verdict]
    notes: list[str]
    problems: list[str]


class JobOptions(NamedTuple):
    """What the user asked of every job; None leaves it to the config or to the default.

    `patient`: whether large batches may take longer, as nobody said how long a loss may take.
    `typed`: whether an element type was asked for.
    """

    batch: int | None = None
    classes: int | None = None
    image: int | None = None
    seed: int = 0
    points: int = 0
    stress: bool = False
    memory: int | None = None
    find_batch: bool = False
    patient: bool = True
    typed: bool = False

    def job(
        self,
        name: str,
        dialect: str,
        params: Mapping[Any, Any],
        facts: Mapping[str, Any] = MappingProxyType({}),
    ) -> Job:
        """The job of a loss; `facts` are what its files say of the batches."""
        sizes = BatchSizes()._replace(**{key: facts[key] for key in _OF_SIZES if key in facts})
        asked: dict[str, Any] = {"batch": self.batch, "classes": self.classes, "image": self.image}
        sizes = sizes._replace(**{key: count for key, count in asked.items() if count is not None})
        job = Job(name, dialect, dict(params), seed=self.seed, sizes=sizes, memory=self.memory)
        return job._replace(
            points=self.points,
            stress=self.stress,
            find_batch=self.find_batch,
            patience=self.patience(sizes),
        )

    def patience(self, sizes: BatchSizes) -> float:
        """How many times as long a batch may take, where no time was asked for."""
        return (
            max(1.0, sizes.batch * sizes.classes * sizes.image**2 / _USUAL) if self.patient else 1.0
        )


def all_jobs(options: JobOptions) -> list[Job]:
    """Every loss that the catalog knows at its frameworks' newest releases."""
    jobs: list[Job] = []
    for backend in BACKENDS:
        if (translator := translator_of(backend)) is not None:
            jobs += [options.job(name, backend, params) for name, params in translator.catalog()]
    return jobs


def in_types(jobs: Iterable[Job], dtypes: Sequence[str], amp: bool) -> list[Job]:
    """The jobs in each element type; a loss whose config names a type computes in that one."""
    spread: list[Job] = []
    for job in jobs:
        translator = translator_of(job.dialect)
        own = None if translator is None else translator.own_type(job.params)
        kinds = dtypes if own is None else (own,)
        spread.extend(job._replace(dtype=kind, amp=amp or job.amp) for kind in kinds)
    return spread


def on_backends(jobs: Iterable[Job], names: Sequence[str]) -> list[Job]:
    """The jobs on each of their framework's own backends that are named; none named: as it is."""
    spread: list[Job] = []
    for job in jobs:
        own = [name for name in names if name in BACKENDS[job.dialect].own]
        spread.extend(job._replace(backend=name) for name in own or ("",))
    return spread


def jobs_from_paths(paths: Iterable[str], options: JobOptions) -> CollectedJobs:
    """The losses of configs.

    Args:
        paths: files and folders; "-" is standard input.
        options: what the user asked of every job.
    """
    found = CollectedJobs([], [], [], [])
    for file in load(paths):
        if isinstance(file, WrongSettings):
            if file.problem not in found.problems:
                found.problems.append(file.problem)
        elif isinstance(file, SettingsNote):
            found.notes.append(file.note)
        elif isinstance(file, UnreadableConfig):
            found.refused.append(_unread(file))
            if file.is_absent:
                found.problems.append(f"{file.path} {file.reason}")
        else:
            for site in file.sites:
                _collect(site, file, options, found)
    return found


def _unread(file: UnreadableConfig) -> Verdict:
    """The verdict on a file of which no loss is known."""
    name = os.path.basename(file.path) or file.path
    place = SourceLocation(file.path, file.row, file.column)
    return uncomputed(Job(name, "", {}, location=place), problem=file.reason)._replace(
        dialect=None, device="", device_name="", dtype=""
    )


def _place(file: LoadedConfig, span: Span) -> SourceLocation:
    """Where a span begins."""
    return SourceLocation(file.path, *file.rows.position(span.start))


def _collect(site: Site, file: LoadedConfig, options: JobOptions, found: CollectedJobs) -> None:
    """Put what one site holds where it belongs."""

    def refuse(name: str, refusal: Refusal) -> None:
        job = Job(name, site.dialect.name, {}, location=_place(file, refusal.span))
        found.refused.append(uncomputed(job, problem=refusal.reason))

    def note(span: Span, text: str) -> None:
        found.notes.append(f"{_place(file, span)}: {text}; not computed")

    translator = translator_of(site.dialect.name)
    if translator is None:
        note(site.key, f"no backend computes the losses of {site.dialect.framework}")
        return
    stop = file.load_refusal if site.dialect.loads_whole_file else None
    if not site.entries and (reason := translator.why_empty(site)) is not None:
        refuse("losses", stop or Refusal(site.key, reason))
    for entry in site.entries:
        if (refusal := stop or _refusal(entry, site, file, translator)) is not None:
            refuse(entry.name_text or "?", refusal)
        elif (unknown := _unknown(entry, file, translator)) is not None:
            note(entry.view.at, unknown)
        else:
            found.jobs.append(_job(site, entry, file, translator, options))


def _refusal(
    entry: LossEntry, site: Site, file: LoadedConfig, translator: EntryTranslator
) -> Refusal | None:
    """Where and why no framework would build the entry, if the file alone tells."""
    at = entry.view.at
    if entry.name_text is None and (entry.name is None or entry.name.kind != "unknown"):
        return Refusal(at, "no loss is named here, so there is nothing to compute")
    for refusal in file.build_refusals:
        if at.start <= refusal.span.start < at.end:
            return refusal
    reason = None if site.is_reformed else translator.why_refused(entry)
    return None if reason is None else Refusal(at, reason)


def _unknown(entry: LossEntry, file: LoadedConfig, translator: EntryTranslator) -> str | None:
    """What of the entry only the running trainer knows: a value from another file."""
    if entry.name_text is None:
        return "the loss's name is known only where the trainer runs"
    if (own := file.declarations.loss_of(entry)) is not None:
        return f"{entry.name_text} is a loss of your own, as {own.file} says"
    if (reason := translator.why_unknown(entry)) is not None:
        return reason
    if (code := entry.dialect.own_code(entry)) is not None:
        return f"{'a lambda' if code == 'lambda' else entry.name_text} is a loss of your own code"
    for argument in entry.arguments:
        if holds_unknown(plain(argument.view)):
            return f"{entry.name_text}: {argument.name} is known only where the trainer runs"
    if entry.weight_view is not None and holds_unknown(plain(entry.weight_view)):
        return f"{entry.name_text}: its weight is known only where the trainer runs"
    return None


def _job(
    site: Site,
    entry: LossEntry,
    file: LoadedConfig,
    translator: EntryTranslator,
    options: JobOptions,
) -> Job:
    """The job of an entry whose name and values are known."""
    keys = translator.keys(entry)
    params = {keys[one.name]: plain(one.view, typed_keys=True) for one in entry.arguments}
    places = {keys[one.name]: _place(file, one.key) for one in entry.arguments}
    if entry.weight_view is not None:
        params["weight"] = plain(entry.weight_view, typed_keys=True)
    elif site.is_reformed:
        # In such a form it may have none; null is what the framework takes for none.
        params |= {key.name: None for key in site.dialect.keys_beside()}
    if entry.weight is not None:
        places["weight"] = _place(file, entry.weight.at)
    facts = [
        fact for fact in site.dialect.batch_facts(site, entry, file.others) if _is_usable(fact)
    ]
    known: dict[str, Any] = {fact.name: fact.value for fact in facts}
    job = options.job(translator.name(entry), site.dialect.name, params, known)
    mixed = bool(known.get("mixed")) and not options.typed
    taken: dict[str, str] = {
        fact.name: _told(fact, file)
        for fact in facts
        if (mixed if fact.name == "mixed" else getattr(job.sizes, fact.name) == fact.value)
    }
    return job._replace(
        location=_place(file, entry.view.at),
        places=places,
        saved=entry.style.is_object,
        amp=mixed,
        taken=taken,
    )


def _is_usable(fact: BatchFact) -> bool:
    allowed = _USABLE.get(fact.name)
    return allowed is None or fact.value in allowed


def _told(fact: BatchFact, file: LoadedConfig) -> str:
    """A fact and where it stands, in words."""
    value = "×".join(map(str, fact.value)) if isinstance(fact.value, tuple) else fact.value
    if fact.path is not None:
        return f"{value} from {os.path.relpath(fact.path)}"
    return f"{value} from {file.path if fact.at is None else _place(file, fact.at)}"
