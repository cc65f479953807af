"""A name of a loss that Keras 3 does not find in the training config of an .h5 file.

## Why

Keras 3 resolves `"mse"` when a model is compiled, but not when an .h5 file is loaded: from 3.0 on
`load_model` stops with "Could not locate function 'mse'" or "not a KerasSaveable subclass". The
full name loads.

An object loads by the name of its class, which Keras has no list of but one: that list lacks
CategoricalGeneralizedCrossEntropy. Keras 3.15.1 saves it, and stops when it loads the file or, where
the object stands in a list or a dict, at the first batch: "Could not interpret loss identifier".

## Bad

```json
{"training_config": {"loss": "mse", "optimizer_config": {"class_name": "Adam", "config": {}}}}
```

## Good

```json
{"training_config": {"loss": "mean_squared_error", "optimizer_config": {"class_name": "Adam", "config": {}}}}
```

## Fix

Safe: both names are the same function.

## No safe fix

A class that no .h5 file can name goes into a .keras archive.
"""

from losslint.rules._names import judge_name
from losslint.rules._rewrite import rename_value
from losslint.rules.base import Context, Findings, Rule, Site, framework, writer

RULE = Rule(
    "LL403",
    "alias-in-h5",
    "error",
    ("legacy",),
    fix="sometimes",
    sources=(
        "keras:src/legacy/saving/legacy_h5_format.py",
        "keras:src/legacy/saving/saving_utils.py",
        "keras#19330",
    ),
)


def check(site: Site, context: Context) -> Findings:
    """Each alias in a legacy training config, for Keras 3."""
    if not context.keras.since("3.0.0"):
        return
    for entry in site.entries:
        verdict = judge_name(entry, context)
        # A name that is gone altogether is renamed-loss's.
        loss = verdict.loss if verdict is not None and verdict.status == "known" else None
        if loss is None or entry.name is None:
            continue
        if entry.style.is_object and not loss.names:
            yield RULE.at(
                entry.name.at,
                f"{framework(site, context)} cannot load `{entry.name_text}` from an .h5 file; "
                "save the model as .keras",
            )
        if not entry.style.is_string:
            continue
        if entry.name_text not in (loss.name, loss.class_name):
            yield RULE.at(
                entry.name.at,
                f"{framework(site, context)} cannot load `{entry.name_text}` from an .h5 file; "
                f"write `{loss.name}`" + writer(context),
                fix=rename_value(entry.name, loss.name, safe=True),
            )
