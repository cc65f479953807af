"""Writing Keras's styles: the platform's LOSS object, and Keras's own serialised losses."""

from __future__ import annotations

from collections.abc import Sequence as Items

from losslint.catalog.model import LossDef, VersionKey, params_at

# Keras writes neither of a saved loss.
_NEVER_SAVED = frozenset(("dtype", "fn"))


def class_of(name: str, version: VersionKey) -> LossDef | None:
    """The loss of a name, if Keras has a class of it; None for one of the platform's own."""
    from losslint.catalog import keras

    found = keras.find(name, version)
    loss = found[0] if found is not None else keras.NOT_STRINGS.get(name)
    return loss if loss is not None and loss.class_name is not None else None


def platform_object(name: str, params: Items[tuple[str, object]]) -> dict[str, object]:
    """The platform's LOSS: NAME, and the parameters in upper case beside it."""
    return {"NAME": name, **{key.upper(): value for key, value in params}}


def loss_object(
    name: str, params: Items[tuple[str, object]], version: VersionKey
) -> dict[str, object]:
    """A loss as Keras serialises it, with its whole config. Raises KeyError for no loss."""
    found = class_of(name, version)
    if found is None:
        raise KeyError(name)
    given = dict(params)
    config: dict[str, object] = {}
    known = {param.name: param for param in params_at(found, version)}
    for key in ("name", "reduction", *known):
        if key in known and key not in _NEVER_SAVED:
            config[key] = given.get(key, known[key].default)
    return {
        "module": "keras.losses",
        "class_name": found.class_name,
        "config": config,
        "registered_name": None,
    }


def compile_value(
    losses: Items[dict[str, object]], factors: Items[float | None]
) -> dict[str, object]:
    """`loss` and, where a factor is not 1.0, `loss_weights` of a compile config."""
    loss: object = losses[0] if len(losses) == 1 else list(losses)
    value: dict[str, object] = {"loss": loss}
    if any(factor is not None for factor in factors):
        value["loss_weights"] = [1.0 if factor is None else float(factor) for factor in factors]
    return value
