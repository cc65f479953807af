"""A file as a rule about its documents together sees it."""

from typing import NamedTuple

from losslint.diagnostics import Span
from losslint.rules.base import File
from losslint.syntax.nodes import span


class Outline(NamedTuple):
    """What of a file's documents counts for the others: no more than where each stands.

    `loads_whole_file`: the framework of one of the losses loads the file itself.
    """

    text: str
    roots: tuple[Span, ...]
    loads_whole_file: bool


def outline_of(file: File) -> Outline:
    """What a rule about all documents of a file is asked about."""
    roots = tuple(span(root.document.root) for root in file.roots)
    loads = any(site.dialect.loads_whole_file for site in file.sites)
    return Outline(file.source.text, roots, loads)
