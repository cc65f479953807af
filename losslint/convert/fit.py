"""Whether the release that is converted to knows the loss and its parameters."""

from __future__ import annotations

from losslint.catalog.model import LossDef, holds, params_at
from losslint.convert.model import Loss
from losslint.dialects.release_targets import ReleaseTargets


def misfit(loss: Loss, targets: ReleaseTargets) -> str | None:
    """Why a target release cannot run a converted loss, or None."""
    if loss.dialect == "netspresso":
        from losslint.catalog import netspresso

        target, word = targets.netspresso, "NetsPresso Trainer"
        found = netspresso.find(loss.name)
    else:
        from losslint.catalog import keras

        target, word = targets.keras, "Keras"
        by_name = keras.find(loss.name, target.version)
        found = by_name[0] if by_name is not None else None
        if by_name is not None and not holds(by_name[1].since, by_name[1].until, target.version):
            found = None
    if found is None or not holds(found.since, found.until, target.version):
        return f"it would be {loss.name}, which {word} {target.label} does not have"
    missing = _missing(loss, found, targets)
    if missing is not None:
        return f"{word} {target.label} needs `{missing}`, which nothing here tells"
    wrong = _unknown(loss, found, targets)
    return f"it would need `{wrong}`, which {word} {target.label} does not take" if wrong else None


def _missing(loss: Loss, found: LossDef, targets: ReleaseTargets) -> str | None:
    """A parameter that the release cannot do without."""
    version = (targets.netspresso if loss.dialect == "netspresso" else targets.keras).version
    given = {name for name, _ in loss.params}
    for param in params_at(found, version):
        if param.required and param.fate == "used" and param.name not in given:
            return param.name
    return None


def _unknown(loss: Loss, found: LossDef, targets: ReleaseTargets) -> str | None:
    version = (targets.netspresso if loss.dialect == "netspresso" else targets.keras).version
    params = {param.name: param for param in params_at(found, version)}
    for name, value in loss.params:
        if name not in params:
            return name
        choices = params[name].spec.choices
        if choices and isinstance(value, str) and value not in choices:
            return f"{name}: {value}"
    return None
