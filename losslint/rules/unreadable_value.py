"""A value at which the reader of the file raises.

## Why

A tag that the reader does not know (`!!python/tuple`) or that stands before another kind of value
(`!!seq {a: 1}`), a bare `=`, an integer of thousands of digits or of none (`0x_`), a list or a
mapping as a key stops the loading of the whole file, before any loss is built. So does an
interpolation that OmegaConf's grammar has no place for: one that is not closed, with a blank in its
key, or with `~` or `é` outside of quotes in the default of a variable.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: !!python/tuple [1]
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: 1
```

## No safe fix

losslint cannot know which value was meant.
"""

from collections.abc import Iterator

from losslint.diagnostics import Span
from losslint.rules._keys import odd_mappings
from losslint.rules.base import Context, File, Findings, Rule
from losslint.syntax.interpolation import why_unparsable
from losslint.syntax.merges import is_merge
from losslint.syntax.nodes import (
    UNDEFINED,
    Alias,
    Document,
    Mapping,
    Node,
    Scalar,
    Sequence,
    outer_span,
)
from losslint.syntax.readers import OMEGACONF, Reader
from losslint.syntax.scalars import UNREADABLE

RULE = Rule("LL004", "unreadable-value", "error", sources=("netspresso:utils/engine_utils.py",))

_STANDARD = "tag:yaml.org,2002:"
_MAX_DIGITS = 4300
_NO_DIGITS = ("0x_", "0b_")


def check_file(file: File, context: Context) -> Findings:
    """Values that stop the loading of a NetsPresso file; in other files, those in a loss."""
    suspect = bool(file.sites) and _may_be_unreadable(file.source.text)
    for root, sites in file.documents():
        spans = [Span(root.node.start, root.node.end)]
        if sites and not sites[0].dialect.loads_whole_file:
            spans = [site.view.at for site in sites if site.view is not None]
        if sites:
            for node in _unreadable(root.document.root, root.reader) if suspect else ():
                if any(span.start <= node.start < span.end for span in spans):
                    yield RULE.at(Span(node.outer, node.end), _message(node))
            if sites[0].dialect.loads_whole_file:
                for key, message in _bad_keys(root.document, context):
                    yield RULE.at(outer_span(key), message)


def _bad_keys(document: Document, context: Context) -> Iterator[tuple[Node, str]]:
    """Keys, and values of merge keys, at which OmegaConf stops."""
    for node in odd_mappings(document, context):
        for key, value in node.pairs:
            named = document.anchored[key.target] if isinstance(key, Alias) else key
            if not isinstance(named, Scalar):
                yield key, "a list or a mapping cannot be a key"
            elif isinstance(key, Scalar) and is_merge(key):
                for fault in _no_mappings(value, document):
                    yield fault, "a merge key takes a mapping or a list of mappings"
            elif named.value == "=" and not named.tag:
                # As a value PyYAML cannot build it, as a key it can.
                continue
            elif (typed := OMEGACONF.value_of(named)) is None:
                yield key, "null is no key that OmegaConf takes"
            elif typed is UNREADABLE:
                yield key, "the reader of this file cannot build this key"


def _no_mappings(value: Node, document: Document) -> Iterator[Node]:
    """What stands as a merge key's value, or in a list of them, and is no mapping."""

    def behind(node: Node) -> Node:
        return document.anchored[node.target] if isinstance(node, Alias) else node

    found = behind(value)
    for part in found.items if isinstance(found, Sequence) else (value,):
        named = behind(part)
        # What an alias without an anchor was meant to be, nobody can tell.
        is_unknown = isinstance(named, Scalar) and named.tag == UNDEFINED
        if not isinstance(named, Mapping) and not is_unknown:
            yield part if found is value else value


def _message(node: Scalar | Mapping | Sequence) -> str:
    if node.tag is not None:
        tag = node.tag.replace(_STANDARD, "!!")
        return f"the reader of this file cannot build a value with the tag {tag}"
    assert isinstance(node, Scalar)
    if "${" in node.value:
        return f"OmegaConf cannot parse this interpolation: {why_unparsable(node.value)}"
    if node.value in ("=", "<<"):
        return f"a bare {node.value} is no value; put it in quotes"
    if len(node.value) <= _MAX_DIGITS:
        return f"the reader takes {node.value} for an integer, and finds no digit in it"
    return "Python refuses to read an integer of more than 4300 digits"


def _unreadable(root: Node, reader: Reader) -> Iterator[Scalar | Mapping | Sequence]:
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar):
            if _stops(node, reader):
                yield node
        elif isinstance(node, (Mapping, Sequence)):
            if node.tag is not None and not reader.builds(node):
                yield node
            children = (
                [pair.value for pair in node.pairs] if isinstance(node, Mapping) else node.items
            )
            stack += reversed(children)


def _may_be_unreadable(text: str) -> bool:
    """Whether a text holds anything that makes a node suspect; most hold none."""
    if "!" in text or "=" in text or "<<" in text or "${" in text:
        return True
    if "0x_" in text or "0b_" in text:
        return True
    # A line of more holds one of these parts of the text.
    part = _MAX_DIGITS // 2
    return any("\n" not in text[at : at + part] for at in range(0, len(text) - part + 1, part))


def _stops(node: Scalar, reader: Reader) -> bool:
    """Whether a reader raises at a scalar."""
    if reader.interpolates and "${" in node.value:
        return why_unparsable(node.value) is not None
    return _is_suspect(node) and reader.value_of(node) is UNREADABLE


def _is_suspect(node: Scalar) -> bool:
    """Whether a scalar is one of the few that a reader may raise at."""
    if node.tag or node.value in ("=", "<<") or len(node.value) > _MAX_DIGITS:
        return True
    return node.is_plain and node.value.lstrip("+-")[:3] in _NO_DIGITS
