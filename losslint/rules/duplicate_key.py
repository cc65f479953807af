"""A mapping holds the same key twice.

## Why

NetsPresso Trainer refuses to load such a file. Python's JSON and YAML readers keep the last value
and drop the others without a word, so the loss that trains may not be the one that you read
first. `1`, `1.0` and `true` are one key, of which the last value counts; `1` beside `"1"` is refused
by OmegaConf 2.4 and later.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.1
      label_smoothing: 0.2
      weight: ~
```

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "mae", "NAME": "mse"}}}}
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.2
      weight: ~
```

```json
{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "mse"}}}}
```

## No safe fix

Only you know which of the two values is meant.
"""

from collections.abc import Iterator

from losslint.diagnostics import Related, Span
from losslint.rules._keys import odd_mappings
from losslint.rules.base import Context, File, Findings, Rule
from losslint.syntax.nodes import Document, Scalar
from losslint.syntax.readers import OMEGACONF, Reader
from losslint.syntax.scalars import Unknown

RULE = Rule(
    "LL002",
    "duplicate-key",
    "error",
    when=("odd key",),
    sources=("netspresso:utils/engine_utils.py",),
)


# Writing an integer out takes its time, and Python refuses those of thousands of digits.
_LARGEST = 10**18


def check_file(file: File, context: Context) -> Findings:
    """Duplicates anywhere in a NetsPresso file, and on the way to a loss in others."""
    for root, sites in file.documents():
        if not sites:
            continue
        strict = sites[0].dialect.loads_whole_file
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
        for first, second in _number_and_text(root.document, context) if strict else ():
            yield RULE.at(
                Span(second.start, second.end),
                f"`{second.value}` stands in this mapping as a number and as a text; OmegaConf 2.4 and "
                "later refuse the file, 2.3 takes them for two keys",
                severity="warning",
                related=[Related(Span(first.start, first.end), "the other one")],
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
                # 1, 1.0 and true are one key of a dict.
                is_number = isinstance(typed, (int, float))
                identity = ("number" if is_number else type(typed).__name__, typed)
                if identity in seen:
                    yield seen[identity], key
                seen.setdefault(identity, key)


def _number_and_text(document: Document, context: Context) -> Iterator[tuple[Scalar, Scalar]]:
    """An integer and a text of the same digits, as keys of one mapping."""
    for node in odd_mappings(document, context):
        seen: dict[str, tuple[type, Scalar]] = {}
        for key, _ in node.pairs:
            typed = OMEGACONF.value_of(key) if isinstance(key, Scalar) else None
            if not isinstance(key, Scalar) or type(typed) not in (int, str):
                continue
            if isinstance(typed, int) and abs(typed) > _LARGEST:
                continue
            kind, first = seen.setdefault(str(typed), (type(typed), key))
            if kind is not type(typed):
                yield first, key
