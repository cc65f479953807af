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

from losslint.catalog.model import holds
from losslint.rules._keras_losses import number_of
from losslint.rules._names import known_losses
from losslint.rules.base import KERAS, Context, Findings, Rule, Site, framework

RULE = Rule(
    "LL408",
    "swapped-tversky",
    "warning",
    KERAS,
    sources=("keras:src/losses/losses.py", "keras#23333"),
)

_SINCE = "3.3.0"
# Merged after this release; the first one with it is not out.
_LAST = "3.15.2"


def check(site: Site, context: Context) -> Findings:
    """Each Tversky with two weights that differ."""
    if not holds(_SINCE, _LAST, context.keras.version):
        return
    for entry, loss in known_losses(site, context):
        if loss.class_name != "Tversky":
            continue
        false_negatives, false_positives = (
            number_of(entry, loss, name, context) for name in ("alpha", "beta")
        )
        if false_negatives is None or false_positives is None:
            continue
        if false_negatives == false_positives or min(false_negatives, false_positives) < 0:
            continue
        written = [a for a in entry.arguments if a.name.lower() in ("alpha", "beta")]
        yield RULE.at(
            written[0],
            f"{framework(site, context)} swaps the two: alpha {false_negatives:g} is the weight of "
            f"false negatives and beta {false_positives:g} that of false positives, the opposite "
            "of its documentation",
        )
