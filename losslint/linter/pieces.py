"""A text that is checked again and again: only what changed of it is parsed and judged again.

A file of many documents is cut into pieces of few (`Language.pieces`), each of which is read and
judged as a file of its own. A piece that was in the text before, character for character, gives its
findings again, at the place where it stands now. What is said is what a check of the whole says:

- each document is parsed, searched for sites and judged by itself: rules are asked about one site,
  or about one document after the other, and only of `check_documents`, which sees no more of them
  than an `Outline`, about all. An edit that a fix makes stays within its document, and its line
  ends are those of the file: a text is cut where all are "\\n";
- what the findings of all documents decide is worked out anew each time: the bound of those that
  are told of a rule, their order, and what comments silence, of which one may speak of the file;
- a piece in which the parser meets a problem is judged with the whole, because its second reading
  and where it stops are the whole's. So is a text with "${": what an interpolation names may stand
  in another document. So is a file with neighbours in an experiment, with sites that the settings
  declare, without losses, or with more nodes than are read of one.

The releases, the rules and the name of the file stay the same as long as one of these lives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, islice
from typing import NamedTuple

from losslint.diagnostics import MAX_FINDINGS, Diagnostic, Edit, Related, Span, capped, merged
from losslint.dialects.registry import language_of
from losslint.dialects.release_targets import ReleaseTargets
from losslint.files.source import Source
from losslint.linter.apply_rules import Checked, find_sites, judge, parse
from losslint.linter.outcome import FileOutcome, LoadedFile
from losslint.linter.runner import Linter
from losslint.linter.settle import settled
from losslint.linter.suppression_comments import MARK
from losslint.rules import Registered
from losslint.rules._outline import Outline, outline_of
from losslint.rules.base import Context, File
from losslint.syntax.comments import comments
from losslint.syntax.nodes import MAX_NODES, Mapping, Node, Sequence, Tree


class _Piece(NamedTuple):
    """What is known of a piece; offsets count from its start.

    `found` are the findings of each rule in the order in which it makes them, one more than is
    told. `comments` are there where one may silence something. `events` counts the parser's.
    """

    text: str
    found: tuple[tuple[str, tuple[Diagnostic, ...]], ...]
    comments: tuple[Span, ...]
    outline: Outline
    sites: int
    is_merged: bool
    events: int


_Placed = tuple[int, _Piece]


class Pieces:
    """The pieces of the last text of one file."""

    def __init__(self) -> None:
        self._known: dict[str, _Piece] = {}

    def lint(self, linter: Linter, file: LoadedFile) -> FileOutcome | None:
        """As `Linter.lint_or_raise`, without a tree; None where the whole has to be checked."""
        source, settings = file.source(), file.settings
        releases = linter.releases(settings)
        if not isinstance(source, Source) or isinstance(releases, str):
            return None
        pieces = language_of(source.path).pieces(source.text)
        if len(pieces) < 2 or "${" in source.text or releases.declarations.sites_in(source.path):
            self._known = {}
            return None
        rules = linter.selection.rules_for(settings)

        def read(text: str) -> _Piece | None:
            return _read(source._replace(text=text), rules, releases, linter.pulse)

        placed = self._placed(pieces, read)
        sites = sum(piece.sites for _, piece in placed)
        events = sum(piece.events for _, piece in placed)
        if not sites or events + 2 > MAX_NODES:
            return None
        if any(p.is_merged for _, p in placed) and linter.neighbourhood(settings, source)():
            return None
        checked = _together(source, placed, rules, releases)
        return FileOutcome(file.path, source, linter.unsilenced(checked, rules, settings), sites)

    def _placed(
        self, pieces: tuple[str, ...], read: Callable[[str], _Piece | None]
    ) -> list[_Placed]:
        """The pieces, each with where it stands; none where one cannot be read by itself."""
        seen = {text: self._known[text] for text in pieces if text in self._known}
        # What is read before somebody types on counts for the next time, too.
        self._known = seen
        found: list[_Piece] = []
        for text in pieces:
            piece = seen.get(text) or read(text)
            if piece is None:
                return []
            seen[text] = piece
            found.append(piece)
        return list(zip(accumulate(map(len, pieces), initial=0), found, strict=False))


def _read(
    source: Source,
    rules: tuple[Registered, ...],
    releases: ReleaseTargets,
    pulse: Callable[[], None] | None,
) -> _Piece | None:
    if pulse is not None:
        pulse()
    tree = parse(source, pulse)
    if tree.problems:
        return None
    roots, sites = find_sites(tree)
    file = File(source, tree, roots, sites)
    context = Context(source, tree, releases, {}, source.written_by)
    found = tuple(
        (rule.code, tuple(settled(tree, islice(raw, MAX_FINDINGS + 1))))
        for rule, raw in judge(rules, file, context, pulse)
        if rule.subject != "documents"
    )
    spans = comments(tree) if MARK in source.text else ()
    merged = any(site.is_merged for site in sites)
    piece = _Piece(source.text, found, spans, outline_of(file), len(sites), merged, _events(tree))
    for root in roots:
        root.forget()
    return piece


def _events(tree: Tree) -> int:
    """How many events a parser tells of a tree, but for the start and the end of the stream."""
    count, todo = 2 * len(tree.documents), [document.root for document in tree.documents]
    while todo:
        node: Node = todo.pop()
        count += 1
        if isinstance(node, Mapping):
            count += 1
            for pair in node.pairs:
                todo += pair
        elif isinstance(node, Sequence):
            count += 1
            todo += node.items
    return count


def _together(
    source: Source,
    placed: list[_Placed],
    rules: Iterable[Registered],
    releases: ReleaseTargets,
) -> Checked:
    """What is said of all pieces, as far as it is the rules that say it."""
    by_rule: dict[str, list[tuple[int, _Piece, Diagnostic]]] = {}
    for at, piece in placed:
        for code, found in piece.found:
            here = by_rule.setdefault(code, [])
            if len(here) <= MAX_FINDINGS:
                here += ((at, piece, each) for each in found)
    outline = Outline(
        source.text,
        tuple(_span(root, at) for at, piece in placed for root in piece.outline.roots),
        any(piece.outline.loads_whole_file for _, piece in placed),
    )
    silencers = tuple(_span(each, at) for at, piece in placed for each in piece.comments)
    tree = Tree(source.text, language_of(source.path), (), comments=silencers)
    context = Context(source, tree, releases, {}, source.written_by)
    told: list[Diagnostic] = []
    for rule in rules:
        if rule.subject == "documents":
            told += settled(tree, capped(rule.check_documents(outline, context)))
        else:
            told += _capped(source, by_rule.get(rule.code, ()))
    return Checked(source, tree, merged(told), ())


def _capped(
    source: Source, found: Iterable[tuple[int, _Piece, Diagnostic]]
) -> Iterator[Diagnostic]:
    """The findings of a rule as they are told, at their places in the file."""
    found = tuple(islice(found, MAX_FINDINGS + 1))
    told = capped(each for _, _, each in found)
    for count, ((at, piece, _), each) in enumerate(zip(found, told, strict=True)):
        if count == MAX_FINDINGS:
            # That there are more stands at the next finding, whose piece tells the way to it.
            (each,) = settled(parse(source._replace(text=piece.text)), (each,))
        yield _moved(each, at)


def _moved(diagnostic: Diagnostic, by: int) -> Diagnostic:
    fix = diagnostic.fix
    if fix is not None:
        fix = fix._replace(edits=tuple(Edit(a + by, b + by, new) for a, b, new in fix.edits))
    related = tuple(Related(_span(each.span, by), each.message) for each in diagnostic.related)
    return diagnostic._replace(span=_span(diagnostic.span, by), fix=fix, related=related)


def _span(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
