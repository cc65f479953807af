"""The one place of a file where losses are to be written, and what stands around it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from losslint.convert.model import Refused
from losslint.diagnostics import Edit
from losslint.dialects.netspresso import sites as netspresso
from losslint.dialects.records import DialectName, Site
from losslint.files.source import Source
from losslint.linter.apply_rules import find_sites, parse
from losslint.syntax.edits import apply_edits
from losslint.syntax.nodes import Mapping, Tree
from losslint.syntax.plain import plain
from losslint.syntax.view import View

_WORDS = {"netspresso": "`model.losses` of NetsPresso Trainer", "keras": "loss of Keras"}


class Place(NamedTuple):
    """A file, its tree and its one site of a dialect."""

    source: Source
    tree: Tree
    site: Site

    def edited(self, edits: Iterable[Edit]) -> Source:
        """The file with edits applied; they must not overlap."""
        return self.source._replace(text=apply_edits(self.source.text, edits))


def find_place(source: Source, dialect: DialectName) -> Place | Refused:
    """The place to write to. Refused where it is not exactly one, or cannot be edited."""
    tree = parse(source)
    if tree.problems:
        row = source.text.count("\n", 0, tree.problems[0].span.start) + 1
        return Refused(f"line {row} cannot be read: {tree.problems[0].message}")
    roots, found = find_sites(tree)
    sites = [site for site in found if site.dialect == dialect]
    if not sites and dialect == "netspresso":
        # Whoever names a file to write into says whose it is, where its losses are still to come.
        sites = [site for root in roots for site in netspresso.find_sites(root, told=True)]
    if len(sites) != 1:
        many = f"{len(sites)} places" if sites else "no place"
        return Refused(f"it has {many} for a {_WORDS[dialect]}, where it takes exactly one")
    problem = _uneditable(sites[0])
    return Refused(problem) if problem else Place(source, tree, sites[0])


def _uneditable(site: Site) -> str | None:
    """Why the losses of a site stand where they cannot be replaced."""
    owner: View | None = site.owner
    while owner is not None:
        if owner.origin is not None:
            return "its losses stand behind an alias, a merge key or an interpolation"
        owner = owner.parent
    if site.kind == "object":
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


def surroundings(site: Site) -> str:
    """Everything that a reader of the file gets but the losses of a site, as text to compare."""
    value = plain(site.root)
    path = _path(site.owner if site.kind != "object" else site.view or site.owner)
    keys = ("losses",) if site.dialect == "netspresso" else ("LOSS", "loss", "loss_weights")
    holder: object = value
    if site.kind == "object":
        if not path:
            return ""
        holder = _down(value, path[:-1])
        holder[path[-1]] = None  # type: ignore[index]
        return repr(value)
    holder = _down(value, path)
    if isinstance(holder, dict):
        for key in keys:
            holder.pop(key, None)
    return repr(value)


def _path(view: View) -> list[str | int]:
    steps: list[str | int] = []
    current: View | None = view
    while current is not None and current.parent is not None:
        if current.key is not None:
            steps.append(current.key)
        current = current.parent
    return steps[::-1]


def _down(value: object, path: list[str | int]) -> object:
    for step in path:
        value = value[step]  # type: ignore[index]
    return value
