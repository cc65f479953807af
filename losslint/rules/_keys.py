"""The mappings of a document whose keys need a closer look: few have any."""

from losslint.rules.base import Context, memoize_per_file
from losslint.syntax.nodes import Document, Mapping, Scalar
from losslint.syntax.scalars import is_word


@memoize_per_file
def odd_mappings(document: Document, _context: Context) -> tuple[Mapping, ...]:
    """The mappings of which not every key is plainly a word, and another one than the others."""
    return tuple(node for node in document.mappings if not _is_plain(node))


def _is_plain(node: Mapping) -> bool:
    words = {
        key.value
        for key, _ in node.pairs
        if isinstance(key, Scalar) and key.tag is None and is_word(key.value)
    }
    return len(words) == len(node.pairs)
