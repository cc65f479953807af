"""What `check` says of losses that are to be converted, and of those that were written.

One judge for both commands, so that they cannot disagree: the rules run over the source and over
the result. An error concerns a loss that stands in it (its name, a parameter, its weight), and all
losses of a list where it stands at the list, at its key or in `loss_weights`: what has such an
error does not train as it is written, and is refused in the words of the rule. That goes for rules
about the model around as well, as long as they speak of the loss.

What stands elsewhere (the head, a layer, the optimizer, a metric) stays behind and refuses nothing.
Where the file is broken elsewhere, a note says so. Neither settings nor comments that silence a
rule count here: they say what somebody wants to hear of, and the framework refuses all the same.
"""

from collections import Counter
from typing import NamedTuple

from losslint.diagnostics import Diagnostic, Span
from losslint.dialects.experiment import Neighbourhood
from losslint.dialects.records import Site
from losslint.dialects.release_targets import ReleaseTargets
from losslint.files.source import Source
from losslint.linter.apply_rules import Checked, check_source, valued
from losslint.rules import load_rules
from losslint.syntax.nodes import Mapping, Scalar, outer_span

DROPPED_ENTRY = "LL202"
DROPPED_LOSSES = "LL414"
"""They say what the framework leaves out of a list: a conversion does the same, with consent."""

_DOCUMENT = "LL0"


class Verdict(NamedTuple):
    """The errors of a file, seen from one site: of each entry, of all, and of what is around."""

    entries: tuple[tuple[Diagnostic, ...], ...]
    whole: tuple[Diagnostic, ...] = ()
    elsewhere: tuple[Diagnostic, ...] = ()

    def of(self, index: int) -> tuple[Diagnostic, ...]:
        """What is wrong with one entry, the list that it stands in included."""
        return (*self.whole, *self.entries[index])

    @property
    def losses(self) -> tuple[Diagnostic, ...]:
        """What is wrong with any of the losses."""
        return (*self.whole, *(error for errors in self.entries for error in errors))


def examine(
    source: Source, targets: ReleaseTargets, around: Neighbourhood | None = None
) -> Checked:
    """A file as `check` sees it, for the releases that are asked for, beside those around it.

    Its sites have the values that the files around give.
    """
    checked = check_source(source, load_rules(), targets, around)
    if around is None or not any(site.is_merged for site in checked.sites):
        return checked
    return checked._replace(sites=valued(checked.sites, around()))


def verdict(checked: Checked, site: Site) -> Verdict:
    """The errors of a checked file, by the losses of one of its sites that they speak of."""
    spans = [entry.view.at for entry in site.entries]
    entries: list[list[Diagnostic]] = [[] for _ in spans]
    whole: list[Diagnostic] = []
    elsewhere: list[Diagnostic] = []
    around = _list_spans(site)
    for error in checked.diagnostics:
        if error.severity != "error":
            continue
        found = [index for index, span in enumerate(spans) if _within(error.span, span)]
        if found:
            # Two entries can be one alias, or the same anchor.
            for index in found:
                entries[index].append(error)
        elif any(_within(error.span, span) for span in around):
            whole.append(error)
        else:
            elsewhere.append(error)
    return Verdict(tuple(map(tuple, entries)), tuple(whole), tuple(elsewhere))


def said(error: Diagnostic) -> str:
    """An error in the words of `check`."""
    if error.fix is None:
        return f"{error.message} ({error.code})"
    option = "--fix" if error.fix.safe else "--fix --unsafe-fixes"
    return f"{error.message} ({error.code}; `check {option}` fixes it)"


def broken_elsewhere(found: Verdict) -> tuple[str, ...]:
    """Notes about a source that cannot be read as a whole, although its losses can."""
    errors = [error for error in found.elsewhere if error.code.startswith(_DOCUMENT)]
    return tuple(f"beside the losses, which could be read: {said(error)}" for error in errors)


def why_refused(
    after: Source, targets: ReleaseTargets, before: Checked | None = None, own: Site | None = None
) -> str | None:
    """Why `check` would refuse what was written, or None.

    `before` is the file that the losses were written into, `own` their place: what was wrong with
    the rest of it, and still is, was not written.
    """
    known: Counter[tuple[str, str]] = Counter()
    if before is not None and own is not None:
        places = (site for site in before.sites if site.owner.at == own.owner.at)
        mine = {error for site in places for error in verdict(before, site).losses}
        known.update(_known(error) for error in before.diagnostics if error not in mine)
    checked = examine(after, targets)
    if not checked.sites:
        return None
    wrong = [error for error in checked.diagnostics if error.severity == "error"]
    new = Counter(map(_known, wrong)) - known
    if not new:
        return None
    words = (f"{message} ({code})" for code, message in new)
    return f"the result would not train as it is written: {'; '.join(words)}"


def _known(error: Diagnostic) -> tuple[str, str]:
    return error.code, error.message


def _list_spans(site: Site) -> list[Span]:
    """Where an error speaks of all losses of a site."""
    spans = [site.key] if site.view is None else [site.key, site.view.at]
    node = site.owner.node
    if site.is_free or not isinstance(node, Mapping) or site.owner.origin is not None:
        return spans
    for key, value in node.pairs:
        if isinstance(key, Scalar) and key.value in site.dialect.loss_keys:
            spans += [Span(key.start, key.end), Span(outer_span(value).start, value.end)]
    return spans


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
