"""The mappings of a document whose keys need a closer look: few have any."""

from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Final

from losslint.rules.base import Context, memoize_per_file
from losslint.syntax.nodes import Document, Mapping, Pair, Scalar
from losslint.syntax.scalars import are_words

# Every key of every file is looked at, and a record's fields are quicker by their numbers.
_PAIRS: Final = itemgetter(Mapping._fields.index("pairs"))
_KEY: Final = itemgetter(Pair._fields.index("key"))
_VALUE: Final = itemgetter(Scalar._fields.index("value"))
_TAG: Final = itemgetter(Scalar._fields.index("tag"))


@memoize_per_file
def odd_mappings(document: Document, _context: Context) -> tuple[Mapping, ...]:
    """The mappings of which not every key is plainly a word, and another one than the others."""
    keys = [*map(_KEY, chain.from_iterable(map(_PAIRS, document.mappings)))]
    are_plain = (
        {*map(type, keys)} <= {Scalar}
        and not any(map(_TAG, keys))
        and are_words({*map(_VALUE, keys)})
    )
    if not are_plain:
        return tuple(m for m in document.mappings if not _is_plain(m) or _repeats(m))
    # Of a document of words, as nearly every one is, only the numbers of keys are left to compare;
    # mappings of as many keys in a row, as in lists, are taken apart at once.
    words, shapes = map(_VALUE, keys), set[tuple[str, ...]]()
    for count, alike in groupby(map(len, map(_PAIRS, document.mappings))):
        shapes.update(islice(zip(*[words] * count, strict=False), sum(1 for _ in alike)))
    if all(len({*shape}) == len(shape) for shape in shapes):
        return ()
    return tuple(m for m in document.mappings if _repeats(m))


def _is_plain(node: Mapping) -> bool:
    words = {k.value for k, _ in node.pairs if isinstance(k, Scalar) and k.tag is None}
    return len(words) == len(node.pairs) and are_words(words)


def _repeats(node: Mapping) -> bool:
    """Whether two keys of a mapping of words are the same."""
    return len({*map(_VALUE, map(_KEY, node.pairs))}) != len(node.pairs)
