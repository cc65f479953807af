"""The same criterion stands twice in the list.

## Why

NetsPresso Trainer keeps its criteria in a dict by name. Of two entries with one criterion only
the last one trains; the first vanishes without a word, with its parameters and its weight.

## Bad

```yaml
model:
  losses:
    - criterion: cross_entropy
      weight: 0.5
    - criterion: cross_entropy
      label_smoothing: 0.1
      weight: 0.5
```

## Good

```yaml
model:
  losses:
    - criterion: cross_entropy
      label_smoothing: 0.1
      weight: 0.5
```

## No safe fix

Which of the entries you want, and with which weight, only you know.
"""

from losslint.diagnostics import Related
from losslint.rules._names import names_judged
from losslint.rules.base import NETSPRESSO_LISTS, Context, Findings, LossEntry, Rule, Site

RULE = Rule(
    "LL202",
    "duplicate-criterion",
    "error",
    NETSPRESSO_LISTS,
    when=("several losses",),
    sources=("netspresso:losses/builder.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each entry that a later one of the same criterion replaces."""
    last: dict[str, LossEntry] = {}
    for entry, *_ in reversed([*names_judged(site, context, "known", "own")]):
        name = entry.name_text
        if name is None or entry.name is None:
            continue
        if name in last:
            later = last[name].name
            yield RULE.at(
                entry.name.at,
                f"a later entry is `{name}` too: the trainer keeps only the last one of a name",
                related=[Related(later.at, "this one trains")] if later is not None else (),
            )
        else:
            last[name] = entry
