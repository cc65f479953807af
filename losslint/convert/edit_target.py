"""The file that losses are written into, or a fresh one: edited once, read again once, judged."""

import re
from typing import NamedTuple

from losslint.convert.lines import Line, on_line, which, why_none
from losslint.convert.model import Refused, SitePlan
from losslint.dialects.dialect import Dialect
from losslint.dialects.loss_form import LossForm, WrittenLoss
from losslint.dialects.records import Site, to_train
from losslint.dialects.registry import dialect_named
from losslint.dialects.release_targets import ReleaseTarget
from losslint.files.source import Source
from losslint.linter.apply_rules import find_sites, parse
from losslint.syntax.edits import edited
from losslint.syntax.nodes import Alias, Document, Mapping, Node, Sequence, Tree, outer_span
from losslint.syntax.plain import plain
from losslint.syntax.resolved_node import ResolvedNode
from losslint.text import visible

_COMMENT_WIDTH = 84


class Rendering(NamedTuple):
    """How to write: the dialect, the form of its losses, its release, with comments or not."""

    to: Dialect
    form: LossForm
    release: ReleaseTarget
    annotate: bool = False

    @property
    def fresh_name(self) -> str:
        """What a file of its own is called; it tells the language."""
        return self.form.fresh_name or self.to.fresh_name

    def fresh_source(self, document: str) -> Source:
        """A file of its own, as it is read again."""
        text = self.form.program(document)
        return Source(self.fresh_name, text, text.encode())

    def losses(self, plan: SitePlan) -> list[WrittenLoss]:
        """The losses of a plan as they are to be written."""
        found: list[WrittenLoss] = []
        for entry in plan.entries:
            assert entry.target is not None
            comments: tuple[str, ...] = ()
            if self.annotate:
                words = dialect_named(entry.source.dialect).label
                head = f"losslint: {entry.source.name} of {words}, {entry.kind}"
                comments = (head, *(line for text in entry.conditions for line in _folded(text)))
            name, params = entry.target.name, entry.target.params
            found.append(WrittenLoss(name, params, entry.factor, comments))
        return found


def _folded(text: str) -> list[str]:
    """A condition as the lines of a comment."""
    from textwrap import wrap

    return [f"losslint:   {line}" for line in wrap(visible(text), _COMMENT_WIDTH)]


class EditTarget(NamedTuple):
    """A file, its tree and its one site of a dialect."""

    source: Source
    tree: Tree
    site: Site


def find_edit_target(
    source: Source, dialect: Dialect, line: Line | None = None, at: int | None = None
) -> EditTarget | Refused:
    """The place to write to: of a program the one on a line, or the one that starts at an offset.

    Refused where it is not exactly one, or cannot be edited.
    """
    tree = parse(source)
    if tree.problems:
        row = source.text.count("\n", 0, tree.problems[0].span.start) + 1
        return Refused(f"line {row} cannot be read: {tree.problems[0].message}")
    roots, found = find_sites(tree)
    sites = [site for site in to_train(found) if site.dialect is dialect]
    # Whoever names a file to write into says whose it is, where its losses are still to come.
    sites = sites or [site for root in roots for site in dialect.sites_to_come(root)]
    if tree.language.is_code:
        # One call in a function that is called twice is one place.
        sites = list({site.owner.at: site for site in reversed(sites)}.values())[::-1]
    if tree.language.is_code and at is not None:
        sites = [site for site in sites if site.owner.at.start == at]
    elif tree.language.is_code and line is not None:
        if not (there := on_line(sites, source, line)):
            return Refused(why_none(sites, source, line))
        sites = there
    if len(sites) != 1:
        many = f"{len(sites)} places" if sites else "no place"
        told = f"it has {many} for a {dialect.place_words}, where it takes exactly one"
        if sites and tree.language.is_code:
            told += which(sites, source)
        return Refused(told)
    problem = _uneditable(sites[0])
    return Refused(problem) if problem else EditTarget(source, tree, sites[0])


def _uneditable(site: Site) -> str | None:
    """Why the losses of a site stand where they cannot be replaced."""
    owner: ResolvedNode | None = site.owner
    while owner is not None:
        if owner.origin is not None:
            return "its losses stand behind an alias, a merge key or an interpolation"
        owner = owner.parent
    if site.is_free:
        return None
    node = site.owner.node
    if not isinstance(node, Mapping):
        return "its losses stand in no mapping"
    if site.view is None:
        return None
    own = [pair for pair in node.pairs if pair.key.start == site.key.start]
    if not own:
        return "its losses come out of a merge key"
    names = [getattr(pair.key, "value", None) for pair in node.pairs]
    if names.count(getattr(own[0].key, "value", None)) > 1:
        return "its losses stand there twice"
    return None


def fresh(plan: SitePlan, rendering: Rendering) -> str | Refused:
    """A file of its own, read back before it is handed on."""
    losses, form, release = rendering.losses(plan), rendering.form, rendering.release
    text = form.document(losses, release)
    place = find_edit_target(rendering.fresh_source(text), rendering.to)
    if isinstance(place, Refused):
        return place
    return text if form.is_at(place.site, form.value(losses, release)) else _NOT_BACK


_NOT_BACK = Refused("the losses written do not read back as they should")


def into(plan: SitePlan, rendering: Rendering, place: EditTarget) -> Source | Refused:
    """Another file with its losses replaced by those of a plan; verified, not yet written.

    All edits are applied at once. Then the text is read again: nothing but the losses may have
    become another value.
    """
    if (problem := _dangling(place)) is not None:
        return Refused(problem)
    losses, form, release = rendering.losses(plan), rendering.form, rendering.release
    edits = form.edits(place.site, place.tree, losses, release)
    if isinstance(edits, str):
        return Refused(edits)
    source = edited(place.source, edits)
    start = place.site.owner.at.start
    # What is inserted above moves the call that was meant.
    moved = sum(len(e.text) - (e.end - e.start) for e in edits if e.end <= start)
    after = find_edit_target(source, rendering.to, at=start + moved)
    if isinstance(after, Refused):
        return Refused(f"the edited file would be broken: {after.reason}")
    problem = place.tree.language.changed_beside(place.source.text, source.text, edits)
    if problem is not None:
        return Refused(f"the edited file would be broken: {problem}")
    if _surroundings(place.site) != _surroundings(after.site):
        return Refused("the edit would change something else than the losses")
    return source if form.is_at(after.site, form.value(losses, release)) else _NOT_BACK


_INTO_LOSSES = re.compile(r"\$\{[^{}]*\blosses\b[^{}]*\}")


def _dangling(place: EditTarget) -> str | None:
    """Why the losses of a place cannot go: something else in the file hangs on them."""
    view = place.site.view
    if view is None or view.origin is not None:
        return None
    start, end = outer_span(view.node).start, view.node.end
    text = place.tree.text
    for document in place.tree.documents:
        used = _used_from_outside(document, start, end)
        if used is not None:
            row = text.count("\n", 0, used.start) + 1
            return f"line {row} uses the anchor `&{used.name}`, which the losses define"
    for match in _INTO_LOSSES.finditer(text):
        if place.site.dialect.interpolates and not start <= match.start() < end:
            row = text.count("\n", 0, match.start()) + 1
            return f"line {row} takes a value out of the losses: `{match[0]}`"
    return None


def _used_from_outside(document: Document, start: int, end: int) -> Alias | None:
    """An alias outside a span whose anchor stands inside it."""
    todo: list[Node] = [document.root]
    while todo:
        node = todo.pop()
        if isinstance(node, Alias):
            target = document.anchored[node.target]
            inside = start <= outer_span(target).start < end
            if inside and not start <= node.start < end:
                return node
        elif isinstance(node, Mapping):
            for pair in node.pairs:
                todo += pair
        elif isinstance(node, Sequence):
            todo += node.items
    return None


def _surroundings(site: Site) -> str:
    """Everything that a reader of the file gets but the losses of a site, as text to compare."""
    value = plain(site.root)
    path = _path(site.owner if not site.is_free else site.view or site.owner)
    holder: object = value
    if site.is_free:
        if not path:
            return ""
        holder = _down(value, path[:-1])
        holder[path[-1]] = None  # type: ignore[index]
        return repr(value)
    holder = _down(value, path)
    if isinstance(holder, dict):
        for key in site.dialect.loss_keys:
            holder.pop(key, None)
    return repr(value)


def _path(view: ResolvedNode) -> list[str | int]:
    steps: list[str | int] = []
    current: ResolvedNode | None = view
    while current is not None and current.parent is not None:
        if current.key is not None:
            steps.append(current.key)
        current = current.parent
    return steps[::-1]


def _down(value: object, path: list[str | int]) -> object:
    for step in path:
        value = value[step]  # type: ignore[index]
    return value
