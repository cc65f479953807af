"""An alias stands inside the node that its anchor names.

## Why

Such a value contains itself. The loader runs out of stack or out of memory, and no training
starts.

## Bad

```yaml
model:
  losses: &losses
    - criterion: cross_entropy
      weight: ~
    - *losses
```

## Good

```yaml
model:
  losses: &losses
    - criterion: cross_entropy
      weight: ~
```

## No safe fix

What should stand in the place of the alias is not in the file.
"""

from collections.abc import Iterator

from losslint.diagnostics import Related, Span
from losslint.rules._values import shown
from losslint.rules.base import Context, File, Findings, Rule, Site, scalars
from losslint.syntax.nodes import Alias, Document, Mapping, Node, Scalar

RULE = Rule(
    "LL005",
    "recursive-alias",
    "error",
    words=("*", "${"),
    sources=("netspresso:utils/engine_utils.py",),
)


def check_file(file: File, context: Context) -> Findings:
    """Every alias that lies within its own anchor's node."""
    for root in file.roots:
        for alias, target in _recursive(root.document):
            yield RULE.at(
                Span(alias.start, alias.end),
                f"*{alias.name} stands inside the node that it names, which then has no end",
                related=[Related(Span(target.start, target.end), "the anchor is here")],
            )
    for site in file.sites if "${" in file.source.text else ():
        yield from _loops(site, context)


def _loops(site: Site, context: Context) -> Findings:
    """Interpolations within losses that lead back to themselves."""
    for entry in site.entries:
        for view in scalars(entry, context):
            if view.loops:
                yield RULE.at(
                    view.at,
                    f"{shown(view)} leads back to itself; OmegaConf stops when the value is read",
                )


def _recursive(document: Document) -> Iterator[tuple[Alias, Node]]:
    if not document.anchored:
        return
    stack: list[Node] = [document.root]
    while stack:
        node = stack.pop()
        if isinstance(node, Alias):
            target = document.anchored[node.target]
            if target.start <= node.start and node.end <= target.end:
                yield node, target
        elif isinstance(node, Mapping):
            for pair in reversed(node.pairs):
                stack += (pair.value, pair.key)
        elif not isinstance(node, Scalar):
            stack += reversed(node.items)
