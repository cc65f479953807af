"""An entry of Keras as the loss that Keras builds of it, and its factor in `loss_weights`."""

from __future__ import annotations

from losslint.catalog import keras, platform
from losslint.catalog.model import LossDef, Param, VersionKey, params_at
from losslint.dialects.keras.modules import is_of_another_package
from losslint.dialects.keras.own_code import own_code
from losslint.dialects.keras.sites import picks_by_shape
from losslint.dialects.read_loss import (
    Arguments,
    Factor,
    Loss,
    Read,
    Refused,
    factor_in,
    value_of_argument,
)
from losslint.dialects.records import LossEntry, Site
from losslint.syntax.resolved_node import ResolvedNode


def read_loss(entry: LossEntry, text: str, version: VersionKey) -> Read | Refused:
    """The loss that Keras builds of an entry, or why there is none that was measured."""
    loss = _keras_loss(entry, text)
    if isinstance(loss, Refused):
        return loss
    upper = entry.style.is_upper_case and loss.framework == "keras"
    spellings: dict[str, list[Param]] = {}
    for param in loss.params:
        spellings.setdefault(param.name.upper() if upper else param.name, []).append(param)
    arguments: dict[str, object] = {p.name: p.default for p in loss.params}
    arguments.update({p.name: p.default for p in params_at(loss, version)})
    written: set[str] = set()
    for argument in entry.arguments:
        known = spellings.get(argument.name)
        if known is None:
            return Refused(f"{loss.name} has no parameter `{argument.name}`")
        value = value_of_argument(argument, tuple(known))
        if isinstance(value, Refused):
            return value
        arguments[known[0].name] = value.value
        written.add(known[0].name)
    own = tuple((n, v) for n, v in arguments.items() if n in written and n not in ("name", "fn"))
    return Read(Loss("keras", loss.name, own), Arguments(arguments, frozenset(written)))


def _keras_loss(entry: LossEntry, text: str) -> LossDef | Refused:
    if entry.style.is_object and is_of_another_package(entry.view):
        return Refused(f"`{text}` is an object of another package of Keras, and no loss")
    own = platform.find(text) if entry.style.is_upper_case else None
    if own is not None:
        return own
    own_kind = own_code(entry)
    if own_kind == "lambda":
        return Refused("a lambda is Python code: nobody measured it")
    if own_kind is not None:
        what = "function" if own_kind == "function" else "loss"
        return Refused(f"`{text}` is a {what} of your own code: nobody measured it")
    if picks_by_shape(entry):
        return Refused(f"which loss `{text}` is, the labels of the first batch decide")
    if (never := keras.NEVER.get(text)) is not None:
        return Refused(f"`{text}` is no loss: {never.advice}")
    by_class = keras.find_class(text) if entry.style.is_object else None
    found = keras.find(text)
    if by_class is not None or found is not None:
        return by_class or found[0]  # type: ignore[index]
    if text in keras.NOT_STRINGS and not entry.style.is_upper_case:
        return keras.NOT_STRINGS[text]
    return Refused(f"Keras knows no loss `{text}`")


def factor_of(entry: LossEntry, site: Site) -> Factor | Refused:
    """The factor of an entry in `loss_weights`."""
    weights = site.owner.get("loss_weights") if site.is_compiled else None
    if weights is None or weights.kind == "null":
        return Factor(None)
    if weights.is_mapping or weights.is_list:
        return _of_output(entry, weights)
    if weights.kind == "int":
        return Refused("Keras itself refuses a whole number as loss_weights; write it as a list")
    return factor_in(weights, "loss_weights")


def _of_output(entry: LossEntry, weights: ResolvedNode) -> Factor | Refused:
    found: ResolvedNode | None
    if weights.is_list:
        index = entry.output if isinstance(entry.output, int) else 0
        if isinstance(entry.output, str):
            return Refused("loss_weights is a list and the losses are named by output")
        items = weights.items()
        found = items[index] if index < len(items) else None
    else:
        pairs = weights.pairs()
        found = weights.get(entry.output) if isinstance(entry.output, str) else None
        if found is None and entry.output is None and len(pairs) == 1:
            found = pairs[0][1]
    if found is None:
        return Refused("loss_weights does not say which factor belongs to this loss")
    return factor_in(found, "loss_weights")
