"""The mappings of a document whose keys need a closer look: few have any."""

from losslint.rules.base import Context, memoize_per_file
from losslint.syntax.nodes import Document, Mapping, Scalar
from losslint.syntax.scalars import are_words


@memoize_per_file
def odd_mappings(document: Document, _context: Context) -> tuple[Mapping, ...]:
    """The mappings of which not every key is plainly a word, and another one than the others."""
    return tuple(node for node in document.mappings if not _is_plain(node))


def _is_plain(node: Mapping) -> bool:
    words = {k.value for k, _ in node.pairs if k.__class__ is Scalar and k.tag is None}
    return len(words) == len(node.pairs) and are_words(words)
