"""An entry of a config as a loss with the parameters that it will run with, or why not."""

from __future__ import annotations

from typing import NamedTuple

from losslint.catalog.model import LossDef, Param, VersionKey, has_type, holds, params_at
from losslint.convert.model import Arguments, Loss, Read, Refused
from losslint.dialects.keras.marks import is_of_another_package
from losslint.dialects.keras.sites import picks_by_shape
from losslint.dialects.records import Argument, LossEntry
from losslint.dialects.release_targets import ReleaseTarget, ReleaseTargets
from losslint.syntax.plain import holds_unknown, plain

_WORDS = {"bool": "a boolean", "null": "null", "str": "a string", "list": "a list"}


def read_entry(entry: LossEntry, targets: ReleaseTargets) -> Read | Refused:
    """The loss of an entry."""
    if entry.name is not None and entry.name.kind == "unknown":
        return Refused(f"the name `{entry.name.source_text.strip()}` is not known from this file")
    text = entry.name_text
    if text is None:
        return Refused("the entry names no loss")
    if entry.dialect.name == "netspresso":
        return _read_netspresso(entry, text, targets.netspresso)
    return _read_keras(entry, text, targets.keras.version)


def _read_netspresso(entry: LossEntry, text: str, target: ReleaseTarget) -> Read | Refused:
    from losslint.catalog import netspresso

    loss = netspresso.find(text)
    if loss is None:
        return Refused(f"NetsPresso Trainer knows no criterion `{text}`")
    if not holds(loss.since, loss.until, target.version):
        return Refused(
            f"NetsPresso Trainer {target.label} has no criterion `{text}`; migrate the file first, "
            "with `--to netspresso`"
        )
    params = {param.name: param for param in params_at(loss, target.version)}
    arguments: dict[str, object] = {
        name: param.default for name, param in params.items() if not param.required
    }
    arguments["ignore_index"] = None
    dropped: list[str] = []
    written: set[str] = set()
    for argument in entry.arguments:
        param = params.get(argument.name)
        if param is None or param.fate == "ignored":
            dropped.append(argument.name)
            continue
        if param.fate == "reserved":
            return Refused(f"`{argument.name}` is the trainer's own, and it stops there")
        value = _value(argument, (param,))
        if isinstance(value, Refused):
            return value
        arguments[argument.name] = value.value
        written.add(argument.name)
    return _complete(loss, params, arguments, written, tuple(dropped))


def _complete(
    loss: LossDef,
    params: dict[str, Param],
    arguments: dict[str, object],
    written: set[str],
    dropped: tuple[str, ...],
) -> Read | Refused:
    """The loss of a criterion, unless the trainer could not run it."""
    missing = [n for n, p in params.items() if p.required and p.fate == "used" and n not in written]
    if missing:
        return Refused(f"{loss.name} needs `{missing[0]}`, which the entry does not give")
    if arguments.get("reduce") is False:
        return Refused("with `reduce: false` the loss is no single number, and the trainer stops")
    own = tuple((name, arguments[name]) for name in arguments if name in written)
    read = Loss("netspresso", loss.name, own)
    return Read(read, Arguments(arguments, frozenset(written), dropped))


def _read_keras(entry: LossEntry, text: str, version: VersionKey) -> Read | Refused:
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
        value = _value(argument, tuple(known))
        if isinstance(value, Refused):
            return value
        arguments[known[0].name] = value.value
        written.add(known[0].name)
    own = tuple((n, v) for n, v in arguments.items() if n in written and n not in ("name", "fn"))
    return Read(Loss("keras", loss.name, own), Arguments(arguments, frozenset(written)))


def _keras_loss(entry: LossEntry, text: str) -> LossDef | Refused:
    from losslint.catalog import keras, platform

    if entry.style.is_object and is_of_another_package(entry.view):
        return Refused(f"`{text}` is an object of another package of Keras, and no loss")
    own = platform.find(text) if entry.style.is_upper_case else None
    if own is not None:
        return own
    own_kind = entry.dialect.own_code(entry)
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


class _Plain(NamedTuple):
    value: object


def _value(argument: Argument, params: tuple[Param, ...]) -> _Plain | Refused:
    """The value of an argument, of a type that some release takes."""
    view = argument.view
    if not any(has_type(view.kind, param.spec) for param in params):
        if view.kind == "unknown":
            return Refused(f"the value of `{argument.name}` is not known from this file")
        allowed = " or ".join(_WORDS.get(t, f"a {t}") for t in params[0].spec.types)
        kind = _WORDS.get(view.kind, f"a {view.kind}")
        return Refused(f"`{argument.name}` is {kind} where {allowed} belongs")
    value = plain(view)
    if holds_unknown(value):
        return Refused(f"the value of `{argument.name}` is not known from this file")
    return _Plain(value)
