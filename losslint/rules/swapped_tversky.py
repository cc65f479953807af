"""Tversky weighs the two kinds of mistake the other way round than its page says.

## Why

Documented, as in the paper, `alpha` is the weight of false positives and `beta` that of false
negatives. Keras 3.3.0 to 3.15.1 compute it swapped: with `alpha: 0.9`, four missed pixels out of
four cost 0.73, four invented ones 0.23. Later releases compute what is documented, so the same
config changes its meaning. Equal weights are equal either way.

## Bad

```json
{"module": "keras.losses", "class_name": "Tversky", "config": {"alpha": 0.3, "beta": 0.7}}
```

## Good

```json
{"module": "keras.losses", "class_name": "Tversky", "config": {"alpha": 0.5, "beta": 0.5}}
```

## No safe fix

Only you know which of the two mistakes was meant to cost more.
"""

from losslint.catalog.model import LossDef, holds
from losslint.dialects.records import LossEntry, Site
from losslint.rules._names import known_losses
from losslint.rules.base import KERAS, Context, Findings, Rule, entry_params, framework

RULE = Rule("LL408", "swapped-tversky", "warning", KERAS)

_SINCE = "3.3.0"
# Merged after this release; the first one with it is not out.
_LAST = "3.15.2"


def check(site: Site, context: Context) -> Findings:
    """Each Tversky with two weights that differ."""
    if not holds(_SINCE, _LAST, context.keras.version):
        return
    for entry, loss in known_losses(site, context):
        weights = _weights(entry, loss, context) if loss.class_name == "Tversky" else None
        if weights is None or weights[0] == weights[1] or min(weights) < 0:
            continue
        written = [a for a in entry.arguments if a.name.lower() in ("alpha", "beta")]
        yield RULE.at(
            written[0],
            f"{framework(site, context)} swaps the two: alpha {weights[0]:g} is the weight of "
            f"false negatives and beta {weights[1]:g} that of false positives, the opposite of "
            "its documentation",
        )


def _weights(entry: LossEntry, loss: LossDef, context: Context) -> tuple[float, float] | None:
    found: list[float] = []
    for param in entry_params(entry, loss, context):
        if param.name.lower() not in ("alpha", "beta"):
            continue
        argument = entry.argument(param.name)
        value = argument.view.value if argument is not None else param.default
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return None
        found.append(float(value))
    return (found[0], found[1]) if len(found) == 2 else None
