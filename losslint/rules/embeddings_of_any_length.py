"""Circle compares embeddings that nothing brings to length 1.

## Why

Circle takes the product of two embeddings for their cosine, which it is where both have the length
1. Keras does not normalise them. Otherwise their length counts as likeness: two embeddings of one
class, 80 degrees apart, cost 21.3 at length 1 and 0.0 at length 3, where they count as the same.
Embeddings of other classes cost the more the longer they are, and their loss is soon infinite. End
the model in UnitNormalization.

## Bad

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 8, "activation": "linear"}}]},
 "compile_config": {"optimizer": "adam", "loss": "circle"}}
```

## Good

```json
{"module": "keras", "class_name": "Sequential", "config": {"layers": [
   {"module": "keras.layers", "class_name": "Dense", "config": {"units": 8, "activation": "linear"}},
   {"module": "keras.layers", "class_name": "UnitNormalization", "config": {"axis": -1}}]},
 "compile_config": {"optimizer": "adam", "loss": "circle"}}
```

## No safe fix

A layer more is another model; saved weights fit one of the two.
"""

from losslint.rules._keras_losses import on_outputs
from losslint.rules.base import TRAINED, Context, Findings, Rule, Site

RULE = Rule(
    "LL426",
    "embeddings-of-any-length",
    "warning",
    TRAINED,
    sources=("keras:src/losses/losses.py",),
)


def check(site: Site, context: Context) -> Findings:
    """Each Circle on an output whose length is any."""
    for met in on_outputs(site, context):
        if met.loss.name == "circle" and met.ending.unit_length is False:
            yield RULE.at(
                met.at,
                f"{met.ends}, and nothing brings the embeddings to length 1: circle takes their "
                "products for cosines",
                related=met.ending.related,
            )
