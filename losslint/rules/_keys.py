"""The mappings of a document whose keys need a closer look: few have any."""

from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Final

from losslint.rules.base import Context, memoize_per_file
from losslint.syntax.nodes import Document, Mapping, Pair, Scalar, Tree
from losslint.syntax.scalars import are_words

# Every key of every file is looked at, and a record's fields are quicker by their numbers.
_PAIRS: Final = itemgetter(Mapping._fields.index("pairs"))
_KEY: Final = itemgetter(Pair._fields.index("key"))
_VALUE: Final = itemgetter(Scalar._fields.index("value"))
_TAG: Final = itemgetter(Scalar._fields.index("tag"))


def odd_mappings(document: Document, context: Context) -> tuple[Mapping, ...]:
    """The mappings of which not every key is plainly a word, and another one than the others."""
    return _by_document(context.tree, context).get(id(document), ())


@memoize_per_file
def _by_document(tree: Tree, _context: Context) -> dict[int, tuple[Mapping, ...]]:
    """Of each document that has any; a file of many documents is looked at once."""
    if not _odd(tuple(chain.from_iterable(each.mappings for each in tree.documents))):
        return {}
    return {id(each): _odd(each.mappings) for each in tree.documents}


def _odd(mappings: tuple[Mapping, ...]) -> tuple[Mapping, ...]:
    keys = [*map(_KEY, chain.from_iterable(map(_PAIRS, mappings)))]
    are_plain = (
        {*map(type, keys)} <= {Scalar}
        and not any(map(_TAG, keys))
        and are_words({*map(_VALUE, keys)})
    )
    if not are_plain:
        return tuple(m for m in mappings if not _is_plain(m) or _repeats(m))
    # Of a document of words, as nearly every one is, only the numbers of keys are left to compare;
    # mappings of as many keys in a row, as in lists, are taken apart at once.
    several = [pairs for pairs in map(_PAIRS, mappings) if len(pairs) > 1]
    words, shapes = map(_VALUE, map(_KEY, chain.from_iterable(several))), set[tuple[str, ...]]()
    for count, alike in groupby(map(len, several)):
        shapes.update(islice(zip(*[words] * count, strict=False), sum(1 for _ in alike)))
    if all(len({*shape}) == len(shape) for shape in shapes):
        return ()
    return tuple(m for m in mappings if _repeats(m))


def _is_plain(node: Mapping) -> bool:
    words = {k.value for k, _ in node.pairs if isinstance(k, Scalar) and k.tag is None}
    return len(words) == len(node.pairs) and are_words(words)


def _repeats(node: Mapping) -> bool:
    """Whether two keys of a mapping of words are the same."""
    return len({*map(_VALUE, map(_KEY, node.pairs))}) != len(node.pairs)
