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
from collections.abc import Iterable, Iterator

from losslint.dialects.netspresso.experiment import ORDER
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
    above = site.owner.parent
    if not site.entries or not site.owner.is_mapping:
        return
    # Their values are asked for only where an entry lacks one: there may be any number.
    beside = [name for name in site.owner.names() if name not in MODEL_KEYS]
    takers = _takers(site.entries, context) if beside else {}
    slipped = (site.owner.member(name) for name in beside if name in takers)
    yield from _told(slipped, takers, "losses", site, context)
    if above is not None and any(name not in ORDER for name in above.names()):
        takers = _takers(site.entries[-1:], context)
        yield from _told(behind_the_losses(site, takers), takers, "model", site, context)


def _told(
    slipped: Iterable[tuple[Member, ResolvedNode] | None],
    takers: dict[str, str],
    where: str,
    site: Site,
    context: Context,
) -> Findings:
    for found in slipped:
        if found is None or _is_taken_up(*found, site, context):
            continue
        member, value = found
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
