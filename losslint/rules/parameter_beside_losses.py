"""A parameter of a loss stands beside `losses`.

## Why

Two spaces less, and `label_smoothing` is a key of the model instead of one of the entry above it; two
more, and it stands at the top of the file, where it is looked for right behind the list. The trainer
reads no parameter of a loss at either place: the loss trains with its default, without a word.
A value that an interpolation or an alias takes up is left alone.

## Bad

```yaml
model:
  task: classification
  losses:
    - criterion: cross_entropy
      weight: ~
  label_smoothing: 0.1
```

## Good

```yaml
model:
  task: classification
  losses:
    - criterion: cross_entropy
      weight: ~
      label_smoothing: 0.1
```

## No safe fix

In its entry the parameter changes what has been training so far.
"""

import re
from collections.abc import Iterator

from losslint.dialects.netspresso.sites import MODEL_KEYS
from losslint.rules._names import find_loss, written_name
from losslint.rules._rewrite import behind_the_losses
from losslint.rules.base import NETSPRESSO, Context, Findings, LossEntry, Rule, Site, entry_params
from losslint.syntax.member import Member
from losslint.syntax.resolved_node import ResolvedNode

RULE = Rule(
    "LL204",
    "parameter-beside-losses",
    "warning",
    NETSPRESSO,
    sources=("netspresso:losses/builder.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each key beside `losses`, or right behind the list, that one of its entries knows and lacks."""
    if not site.entries or not site.owner.is_mapping:
        return
    for slipped, entries, where in (
        (
            [each for each in site.owner.pairs() if each[0].name not in MODEL_KEYS],
            site.entries,
            "losses",
        ),
        (behind_the_losses(site), site.entries[-1:], "model"),
    ):
        takers = _takers(entries, context) if slipped else {}
        for member, value in slipped:
            if member.name not in takers or _is_taken_up(member, value, site, context):
                continue
            yield RULE.at(
                member.at,
                f"`{member.name}` stands beside `{where}`, where the trainer does not read it; it "
                f"belongs into the entry of {takers[member.name]}",
                related=value.related,
            )


def _takers(entries: tuple[LossEntry, ...], context: Context) -> dict[str, str]:
    """Parameter → the criterion of the first entry that has it and where it is not written."""
    found: dict[str, str] = {}
    for entry in reversed(entries):
        for name in _missing(entry, context):
            found[name] = entry.name_text or written_name(entry, context)[0].name_text or ""
    return found


def _missing(entry: LossEntry, context: Context) -> Iterator[str]:
    loss = find_loss(entry, context)
    if loss is None or entry.view.is_open:
        return
    if entry.weight is None:
        yield "weight"
    for param in entry_params(entry, loss, context):
        if param.fate == "used" and entry.argument(param.name) is None:
            yield param.name


def _is_taken_up(member: Member, value: ResolvedNode, site: Site, context: Context) -> bool:
    """Whether the value stands there for others: under an anchor, or named by an interpolation."""
    if getattr(value.node, "anchor", None) is not None:
        return True
    texts = [site.root.text]
    for experiment in context.neighbours:
        texts += [each.root.text for each in (*experiment.before, *experiment.after)]
    pattern = re.compile(r"\$\{[^}]*\b" + re.escape(member.name) + r"\b")
    return any("${" in text and pattern.search(text) for text in texts)
