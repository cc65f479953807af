"""An entry of NetsPresso's list as the loss that the trainer builds of it, and its weight."""

from __future__ import annotations

from losslint.catalog import netspresso
from losslint.catalog.model import LossDef, Param, holds, params_at
from losslint.dialects.read_loss import (
    Arguments,
    Factor,
    Loss,
    Read,
    Refused,
    factor_in,
    value_of_argument,
)
from losslint.dialects.records import LossEntry
from losslint.dialects.release_targets import ReleaseTarget


def read_loss(entry: LossEntry, text: str, target: ReleaseTarget) -> Read | Refused:
    """The loss of a criterion at a release, or why the trainer could not run it."""
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
        value = value_of_argument(argument, (param,))
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


def factor_of(entry: LossEntry) -> Factor | Refused:
    """The weight of an entry."""
    if entry.weight_view is None:
        return Refused(
            "the entry has no `weight`, without which the trainer stops; write `weight: ~` for 1.0"
        )
    return factor_in(entry.weight_view, "weight")
