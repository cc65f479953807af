"""A mapping holds the same key twice.

## Why

NetsPresso Trainer refuses to load such a file. Python's JSON and YAML readers keep the last value
and drop the others without a word, so the loss that trains may not be the one that you read
first.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.1
      label_smoothing: 0.2
      weight: ~
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.2
      weight: ~
```
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic, Related, Span
from losslint.rules._keys import odd_mappings
from losslint.rules.base import Context, File, Rule
from losslint.syntax.nodes import Document, Scalar
from losslint.syntax.readers import Reader
from losslint.syntax.scalars import Unknown

RULE = Rule(
    "LL002",
    "duplicate-key",
    "error",
    why_no_fix="Only you know which of the two values is meant.",
)


def check_file(file: File, context: Context) -> Iterator[Diagnostic]:
    """Duplicates anywhere in a NetsPresso file, and on the way to a loss in others."""
    for root in file.roots:
        sites = [site for site in file.sites if site.root is root]
        if not sites:
            continue
        strict = sites[0].dialect.name == "netspresso"
        spans = [site.owner.at for site in sites] + [s.view.at for s in sites if s.view]
        for first, second in _duplicates(root.document, root.reader, context):
            if not strict and not any(_near(span, second) for span in spans):
                continue
            # OmegaConf compares texts; of two equal numbers or booleans it keeps the last.
            refused = strict and isinstance(root.reader.value_of(second), (str, Unknown))
            consequence = (
                "the trainer refuses to load the file" if refused else "only the last one counts"
            )
            yield RULE.at(
                Span(second.start, second.end),
                f"`{second.value}` stands twice in this mapping; {consequence}",
                related=[Related(Span(first.start, first.end), "it stands here first")],
            )


def _near(span: Span, key: Scalar) -> bool:
    return span.start <= key.start < span.end


def _duplicates(
    document: Document, reader: Reader, context: Context
) -> Iterator[tuple[Scalar, Scalar]]:
    for node in odd_mappings(document, context):
        seen: dict[tuple[str, object], Scalar] = {}
        for key, _ in node.pairs:
            if isinstance(key, Scalar) and not (key.value == "<<" and key.is_plain):
                typed = reader.value_of(key)
                identity = (type(typed).__name__, typed)
                if identity in seen:
                    yield seen[identity], key
                seen.setdefault(identity, key)
