"""Many files through a conversion, one after the other."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from losslint.convert.conversion import Conversion, Options
from losslint.convert.output import Delivered, Output, deliver
from losslint.convert.pipeline import convert_source
from losslint.dialects.experiment import Neighbourhood
from losslint.dialects.release_targets import ReleaseTargets
from losslint.files.discovery import FoundFile, Missing
from losslint.files.source import Source, Unreadable
from losslint.linter.outcome import FileOutcome
from losslint.linter.runner import Linter

Prove = Callable[[Conversion], Conversion]


def run(
    found: Iterable[FoundFile | Missing | Source],
    options: Options,
    output: Output,
    linter: Linter,
    prove: Prove | None = None,
) -> Iterator[Delivered | str]:
    """Convert file after file; one that fails does not stop the rest, and gives a sentence.

    `prove`, where given, sees each result before it is written, and may refuse it.
    """
    template = _load(FoundFile(output.into, True), linter) if output.into else None
    if isinstance(template, str):
        yield template
        return
    items = list(found)
    inputs = frozenset(os.path.realpath(item.path) for item in items)
    taken: dict[str, str] = {}
    for item in items:
        loaded = _load(item, linter)
        if loaded is None:
            continue
        if isinstance(loaded, str):
            yield loaded
            continue
        targets, there = loaded.targets, None
        if template is not None:
            # What is written is meant for the releases of the file that it goes into.
            there, targets = template.source, targets.with_release_of(options.to, template.targets)
        told = options._replace(targets=targets, around=loaded.around)
        results = convert_source(loaded.source, told, there)
        reasons = (output.misplaced(each, inputs) for each in results if each.text is not None)
        reason = next(filter(None, reasons), None)
        if reason is not None:
            # Of the losses there is nothing to tell: each of them could be converted.
            first = results[0]
            refused = Conversion(first.source, "refused", reason=reason, migrated=first.migrated)
            yield Delivered(refused, misplaced=True)
            continue
        for result in results if prove is None else map(prove, results):
            if result.status != "nothing" or not isinstance(item, FoundFile) or item.explicit:
                yield deliver(result, output, taken)


class _Loaded(NamedTuple):
    source: Source
    targets: ReleaseTargets
    around: Neighbourhood


def _load(item: FoundFile | Missing | Source, linter: Linter) -> _Loaded | str | None:
    """A file as every command reads it, and the releases it is meant for; None for none of ours."""
    if isinstance(item, Source):
        loaded = linter.load(FoundFile(item.path, True), item)
    else:
        loaded = linter.load(item)
    if isinstance(loaded, FileOutcome):
        unreadable = loaded.unreadable
        if loaded.problem or unreadable is None:
            return loaded.problem or None
        return f"{unreadable.path}: {unreadable.reason}"
    source = loaded.source()
    if isinstance(source, Unreadable):
        return f"{source.path}: {source.reason}"
    targets = linter.releases(loaded.settings)
    if isinstance(targets, str):
        return targets
    return _Loaded(source, targets, linter.neighbourhood(loaded.settings, source))
