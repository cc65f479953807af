"""A value at which the reader of the file raises.

## Why

A tag that the reader does not know (`!!python/tuple`), a bare `=` or an integer of thousands of
digits stops the loading of the whole file, before any loss is built.

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
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic, Span
from losslint.rules._keys import odd_mappings
from losslint.rules.base import Context, File, Rule
from losslint.syntax.interpolation import is_closed
from losslint.syntax.nodes import UNDEFINED, Document, Mapping, Node, Scalar, Sequence, outer_span
from losslint.syntax.scalars import UNREADABLE, Reader, value_of

RULE = Rule(
    "LL004",
    "unreadable-value",
    "error",
    why_no_fix="losslint cannot know which value was meant.",
)

_STANDARD = "tag:yaml.org,2002:"
_EMPTY = frozenset(("<<", "", "~", "null", "Null", "NULL"))
_MAX_DIGITS = 4300
_COLLECTION_TAGS = frozenset(("map", "seq", "set", "omap", "pairs"))


def check_file(file: File, context: Context) -> Iterator[Diagnostic]:
    """Values that stop the loading of a NetsPresso file; in other files, those in a loss."""
    suspect = bool(file.sites) and _may_be_unreadable(file.source.text)
    for root in file.roots:
        sites = [site for site in file.sites if site.root is root]
        spans = [Span(root.node.start, root.node.end)]
        if sites and sites[0].dialect != "netspresso":
            spans = [site.view.at for site in sites if site.view is not None]
        if sites:
            for node in _unreadable(root.document.root, root.reader) if suspect else ():
                if any(span.start <= node.start < span.end for span in spans):
                    yield RULE.at(Span(node.outer, node.end), _message(node))
            if sites[0].dialect == "netspresso":
                for key, message in _bad_keys(root.document, context):
                    yield RULE.at(outer_span(key), message)


def _bad_keys(document: Document, context: Context) -> Iterator[tuple[Node, str]]:
    """Keys, and values of merge keys, at which OmegaConf stops."""
    for node in odd_mappings(document, context):
        for key, value in node.pairs:
            if isinstance(key, (Mapping, Sequence)):
                yield key, "a list or a mapping cannot be a key"
            elif not isinstance(key, Scalar) or (key.value not in _EMPTY and not key.tag):
                continue
            elif key.value == "<<" and not key.style:
                # What an alias without an anchor was meant to be, nobody can tell.
                if isinstance(value, Scalar) and value.tag != UNDEFINED:
                    yield value, "a merge key takes a mapping or a list of mappings"
            elif value_of(key, "omegaconf") is None:
                yield key, "null is no key that OmegaConf takes"


def _message(node: Scalar | Mapping | Sequence) -> str:
    if node.tag is not None:
        tag = node.tag.replace(_STANDARD, "!!")
        return f"the reader of this file cannot build a value with the tag {tag}"
    assert isinstance(node, Scalar)
    if "${" in node.value:
        return "OmegaConf cannot parse this interpolation: a ${ is not closed"
    if node.value in ("=", "<<"):
        return f"a bare {node.value} is no value; put it in quotes"
    return "Python refuses to read an integer of more than 4300 digits"


def _unreadable(root: Node, reader: Reader) -> Iterator[Scalar | Mapping | Sequence]:
    stack: list[Node] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar):
            if _is_suspect(node, reader) and (
                value_of(node, reader) is UNREADABLE or "${" in node.value
            ):
                yield node
        elif isinstance(node, (Mapping, Sequence)):
            if node.tag is not None and node.tag.replace(_STANDARD, "") not in _COLLECTION_TAGS:
                yield node
            children = (
                [pair.value for pair in node.pairs] if isinstance(node, Mapping) else node.items
            )
            stack += reversed(children)


def _may_be_unreadable(text: str) -> bool:
    """Whether a text holds anything that makes a node suspect; most hold none."""
    if "!" in text or "=" in text or "<<" in text or "${" in text:
        return True
    return len(text) > _MAX_DIGITS and max(map(len, text.split()), default=0) > _MAX_DIGITS


def _is_suspect(node: Scalar, reader: Reader) -> bool:
    """Whether a scalar is one of the few that a reader may raise at."""
    if reader == "omegaconf" and "${" in node.value:
        return not is_closed(node.value)
    if reader == "json":
        return len(node.value) > 4300 and not node.style
    return bool(node.tag) or node.value in ("=", "<<") or len(node.value) > _MAX_DIGITS
