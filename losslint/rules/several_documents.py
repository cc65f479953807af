"""The file holds several YAML documents.

## Why

NetsPresso Trainer loads each file with OmegaConf, which expects a single document and stops with
"expected a single document in the stream". Only files that hold a NetsPresso model are judged so;
other tools may read several documents.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ~
---
training:
  epochs: 10
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: ~
training:
  epochs: 10
```

## No safe fix

The documents may have to become files of their own, or one mapping.
"""

from losslint.diagnostics import Span
from losslint.rules._outline import Outline
from losslint.rules.base import Context, Findings, Rule

RULE = Rule(
    "LL003",
    "several-documents",
    "error",
    when=("several documents",),
    sources=("netspresso:utils/engine_utils.py",),
)


def check_documents(outline: Outline, context: Context) -> Findings:
    """The second document of a file with a NetsPresso site."""
    if len(outline.roots) < 2 or not outline.loads_whole_file:
        return
    root = outline.roots[1]
    at = outline.text.rfind("---", 0, max(root.start, 3))
    span = Span(at, at + 3) if at >= 0 else root
    yield RULE.at(span, "a second document starts here; the trainer refuses to load the file")
