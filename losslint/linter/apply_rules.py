"""Files to diagnostics: read, parse, find the losses, run the rules, silence what is suppressed."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from losslint.diagnostics import Diagnostic, Span, capped, merged
from losslint.dialects.declarations import OwnSite
from losslint.dialects.experiment import Experiment, Neighbourhood
from losslint.dialects.records import Site
from losslint.dialects.registry import DIALECTS, language_of
from losslint.dialects.release_targets import ReleaseTargets
from losslint.files.source import Source
from losslint.rules import Registered
from losslint.rules._traits import has_trait
from losslint.rules.base import Context, File, Trait
from losslint.syntax.nodes import Document, Tree
from losslint.syntax.resolved_node import ResolvedNode


def parse(source: Source, pulse: Callable[[], None] | None = None) -> Tree:
    """The tree of a file, by the suffix of its name, or of the archive's member that it is."""
    language = language_of(source.member or source.path)
    return language.read(source.text, source.inside, pulse)


def find_sites(
    tree: Tree, declared: tuple[OwnSite, ...] = ()
) -> tuple[tuple[ResolvedNode, ...], tuple[Site, ...]]:
    """The roots of a tree's documents, as their readers see them, and all sites.

    Each document is the dialect's that finds its marks; one in which none does is left as the last
    dialect reads it. What is declared goes before what is found at the same place.
    """
    roots: list[ResolvedNode] = []
    sites: list[Site] = []
    known = ((each, each.reader_of(tree.language)) for each in DIALECTS)
    readers = [(each, reads) for each, reads in known if reads is not None]
    for document in tree.documents:
        for each, reads in readers:
            root = ResolvedNode.root(document, tree.text, reads)
            found = each.find_sites(root)
            if found:
                break
        roots.append(root)
        sites += _with_declared(document, tree, declared, found) if declared else found
    return tuple(roots), tuple(sites)


def _with_declared(
    document: Document, tree: Tree, declared: tuple[OwnSite, ...], found: list[Site]
) -> list[Site]:
    """The declared sites of a document, and those that were found elsewhere in it."""
    from losslint.dialects.own_sites import sites_of

    own = sites_of(document, tree, declared)
    taken = [site.view.at for site in own if site.view is not None]

    def is_free(site: Site) -> bool:
        at = site.view.at if site.view is not None else site.key
        return not any(at.start < each.end and each.start < at.end for each in taken)

    return [*own, *filter(is_free, found)]


class Checked(NamedTuple):
    """The outcome for one file; `sites` counts the places where losses stand."""

    source: Source
    tree: Tree
    diagnostics: tuple[Diagnostic, ...]
    sites: tuple[Site, ...]


def check_source(
    source: Source,
    rules: Iterable[Registered],
    releases: ReleaseTargets,
    neighbours: Neighbourhood | None = None,
    pulse: Callable[[], None] | None = None,
) -> Checked:
    """Run rules over one file.

    `neighbours` reads the files that one run merges with this one; it is asked only where the
    dialect of this one merges any. `pulse` is called between the steps.
    """
    tree = parse(source, pulse)
    if pulse is not None:
        pulse()
    roots, sites = find_sites(tree, releases.declarations.sites_in(source.path))
    asked = neighbours is not None and any(site.is_merged for site in sites)
    around = neighbours() if neighbours is not None and asked else ()
    whole = tuple(_with_elsewhere(s, around) for s in sites) if around else sites
    file = File(source, tree, roots, whole)
    context = Context(source, tree, releases, {}, source.written_by, around)
    from_others = whole if around else ()
    used = {view.at: view.file for site in from_others for view in _used(site) if view.file}
    raw = [d for _, each in judge(rules, file, context, pulse) for d in capped(each)]
    found: list[Diagnostic] = []
    if raw:
        from losslint.linter.settle import settled

        found = settled(tree, (_of_file(d, used) for d in raw) if used else raw)
    with_sites = {id(site.root) for site in sites}
    for root in roots:
        # Nobody asks for its views any more, and they hold each other.
        if id(root) not in with_sites:
            root.forget()
    return Checked(source, tree, merged(found), sites)


def _with_elsewhere(site: Site, around: tuple[Experiment, ...], *, values: bool = False) -> Site:
    return site.dialect.with_elsewhere(site, around, values=values) if site.is_merged else site


def valued(sites: Iterable[Site], around: tuple[Experiment, ...]) -> tuple[Site, ...]:
    """Sites with the values that other files have for them, for what computes their losses."""
    return tuple(_with_elsewhere(site, around, values=True) for site in sites)


def _used(site: Site) -> Iterator[ResolvedNode]:
    """What of a site another file may have: the list, an entry, a name."""
    each = (site.view, *(view for e in site.entries for view in (e.view, e.name)))
    return (view for view in each if view is not None)


def _of_file(diagnostic: Diagnostic, used: dict[Span, str]) -> Diagnostic:
    """A diagnostic that says which other file it is about, and fixes nothing there."""
    fix, file = diagnostic.fix, used.get(diagnostic.span, "")
    if fix is not None and any(
        edit.start < at.end and at.start < edit.end for edit in fix.edits for at in used
    ):
        diagnostic = diagnostic._replace(fix=None)
    if not file or file in diagnostic.message:
        return diagnostic
    return diagnostic._replace(message=f"{diagnostic.message} (in {file})")


def judge(
    rules: Iterable[Registered],
    file: File,
    context: Context,
    pulse: Callable[[], None] | None,
) -> Iterator[tuple[Registered, Iterator[Diagnostic]]]:
    """The rules that find something in a file, each with its findings."""
    for registered in concerned(rules, file, context):
        if pulse is not None:
            pulse()
        found = findings(registered, file, context)
        first = next(found, None)
        if first is not None:
            yield registered, chain((first,), found)


def concerned(rules: Iterable[Registered], file: File, context: Context) -> Iterator[Registered]:
    """The rules that may have something to say of a file."""
    text = file.source.text
    # An escape can hide a word, and another file can hold it: then all rules have to look.
    hides = "\\" in text or "${" in text
    kinds = {site.kind for site in file.sites}
    known: dict[Trait, bool] = {}
    written: dict[str, bool] = {}
    for registered in rules:
        if registered.sites and kinds.isdisjoint(registered.sites):
            continue
        is_written = hides or not registered.words or _holds_one(text, registered.words, written)
        if is_written and _has_one(registered.when, known, file, context):
            yield registered


def _holds_one(text: str, words: tuple[str, ...], known: dict[str, bool]) -> bool:
    # Quicker than any() over a generator, and done ten times a file.
    for word in words:
        if word not in known:
            known[word] = word in text
        if known[word]:
            return True
    return False


def _has_one(
    traits: tuple[Trait, ...], known: dict[Trait, bool], file: File, context: Context
) -> bool:
    """Whether a file has one of some traits; where there are none, in any case."""
    for trait in traits:
        if trait not in known:
            known[trait] = has_trait(trait, file, context)
        if known[trait]:
            return True
    return not traits


def findings(registered: Registered, file: File, context: Context) -> Iterator[Diagnostic]:
    """What one rule says of a file."""
    if registered.subject == "file":
        return registered.check_file(file, context)
    if registered.subject == "documents":
        from losslint.rules._outline import outline_of

        return registered.check_documents(outline_of(file), context)
    if registered.subject == "nothing":
        return iter(())
    check, kinds = registered.check, registered.sites
    if len(file.sites) == 1:
        # The usual case, which needs no chain.
        (site,) = file.sites
        return check(site, context) if site.is_one_of(kinds) else iter(())
    return chain.from_iterable(check(s, context) for s in file.sites if s.is_one_of(kinds))
