"""Files to diagnostics: read, parse, find the losses, run the rules, silence what is suppressed."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from losslint.catalog import newest
from losslint.catalog.model import version_key
from losslint.diagnostics import MAX_FINDINGS, Diagnostic, Fix, Span, sort_key
from losslint.dialects.netspresso.experiment import Neighbourhood
from losslint.dialects.records import DialectName, Site
from losslint.files.source import Source
from losslint.rules import Registered
from losslint.rules.base import Context, File, Target
from losslint.syntax.nodes import Tree
from losslint.syntax.view import View


def parse(source: Source) -> Tree:
    """The tree of a file, by its suffix: JSON for .json and archives, else YAML."""
    name = (source.member or source.path).lower()
    if name.endswith(".json"):
        from losslint.syntax.json_tree import parse_json

        return parse_json(source.text)
    from losslint.syntax.yaml_tree import parse_yaml

    return parse_yaml(source.text)


def find_sites(tree: Tree) -> tuple[tuple[View, ...], tuple[Site, ...]]:
    """The roots of a tree's documents, as their readers see them, and all sites."""
    from losslint.dialects.netspresso import sites as netspresso

    roots: list[View] = []
    sites: list[Site] = []
    for document in tree.documents:
        root = View.root(document, tree.text, "json" if tree.language == "json" else "omegaconf")
        found = netspresso.find_sites(root)
        if not found:
            from losslint.dialects.keras import sites as keras

            if tree.language == "yaml":
                root = View.root(document, tree.text, "yaml11")
            found = keras.find_sites(root)
        roots.append(root)
        sites += found
    return tuple(roots), tuple(sites)


class Targets(NamedTuple):
    """The releases that configs are meant for; None is the newest that the catalog knows."""

    netspresso: str | None = None
    keras: str | None = None


def resolve_targets(targets: Targets) -> tuple[Target, Target]:
    """Both targets as the rules use them. Raises ValueError for what is no release number."""
    return (
        _target("netspresso", targets.netspresso),
        _target("keras", targets.keras),
    )


def _target(name: DialectName, stated: str | None) -> Target:
    label = stated or newest(name)
    key = version_key(label)
    if key is None:
        raise ValueError(f"{name}: {label!r} is no release number")
    return Target(label.removeprefix("v"), key, stated is not None)


class Checked(NamedTuple):
    """The outcome for one file; `sites` counts the places where losses stand."""

    source: Source
    tree: Tree
    diagnostics: tuple[Diagnostic, ...]
    sites: tuple[Site, ...]


def check_source(
    source: Source,
    rules: Iterable[Registered],
    targets: tuple[Target, Target],
    neighbours: Neighbourhood | None = None,
) -> Checked:
    """Run rules over one file.

    `neighbours` reads the files that one run merges with this one; it is asked only where this one
    holds losses of NetsPresso.
    """
    tree = parse(source)
    roots, sites = find_sites(tree)
    file = File(source, tree, roots, sites)
    asked = neighbours is not None and any(site.kind == "losses" for site in sites)
    around = neighbours() if neighbours is not None and asked else ()
    context = Context(source, tree, *targets, {}, source.written_by, around)
    found = [lower_fix(tree, d) for d in _run(rules, file, context)]
    # Findings at one place keep the order of the rules, whatever their hashes are.
    return Checked(source, tree, tuple(sorted(dict.fromkeys(found), key=sort_key)), sites)


def _run(rules: Iterable[Registered], file: File, context: Context) -> Iterator[Diagnostic]:
    for registered in concerned(rules, file):
        found = findings(registered, file, context)
        yield from islice(found, MAX_FINDINGS)
        more = next(found, None)
        if more is not None:
            rest = f"more than {MAX_FINDINGS} findings of {more.code}; the others are left out"
            yield Diagnostic(more.code, more.name, "info", rest, more.span)


def concerned(rules: Iterable[Registered], file: File) -> Iterator[Registered]:
    """The rules that may have something to say of a file."""
    text = file.source.text
    # An escape can hide a word, and then all rules have to look.
    escapes = "\\" in text
    kinds = {site.kind for site in file.sites}
    for registered in rules:
        sites, words = registered.sites, registered.words
        if registered.subject == "nothing" or (sites and kinds.isdisjoint(sites)):
            continue
        if not words or escapes or _holds_one(text, words):
            yield registered


def _holds_one(text: str, words: tuple[str, ...]) -> bool:
    # Quicker than any() over a generator, and asked twenty times a file.
    for word in words:  # noqa: SIM110
        if word in text:
            return True
    return False


def findings(registered: Registered, file: File, context: Context) -> Iterator[Diagnostic]:
    """What one rule says of a file."""
    if registered.subject == "file":
        yield from registered.check_file(file, context)
    elif registered.subject == "site":
        check, sites = registered.check, registered.sites
        for site in file.sites:
            if not sites or site.kind in sites:
                yield from check(site, context)


def lower_fix(tree: Tree, diagnostic: Diagnostic) -> Diagnostic:
    """A diagnostic whose fix is unsafe where an edit would swallow a comment."""
    fix = diagnostic.fix
    if fix is None or not fix.safe or tree.language == "json":
        return diagnostic
    from losslint.syntax.comments import comments_within

    if any(e.start < e.end and comments_within(tree, e.start, e.end) for e in fix.edits):
        return diagnostic._replace(fix=Fix(fix.message, fix.edits, safe=False))
    return diagnostic


def whole(source: Source) -> Span:
    """The span of a file's first character, for findings about the file."""
    return Span(0, min(1, len(source.text)))
