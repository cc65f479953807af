"""Losses against the outputs of a model: why Keras stops, and who gets the losses of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import eq
from types import MappingProxyType
from typing import NamedTuple

from losslint.catalog.model import holds
from losslint.diagnostics import Severity
from losslint.dialects.keras.ending import Ending, ModelOutputs
from losslint.dialects.records import Site
from losslint.rules._keras_pairing import Path, Refusal, children
from losslint.rules._keras_same import computation
from losslint.rules._keras_weights import at_path, read_compiled
from losslint.rules._names import find_loss
from losslint.rules.base import Context
from losslint.syntax.resolved_node import ResolvedNode

_SAID: Mapping[Refusal, str] = MappingProxyType(
    {
        "names": "the keys of the losses are not the names of the outputs",
        "container": "the losses nest otherwise than the outputs of the model",
        "no-output": "a loss stands where the model has no output",
        "null": "null stands for the only output",
    }
)


def stops(site: Site, context: Context, *, nested: bool) -> Iterator[tuple[ResolvedNode, str]]:
    """Where Keras stops, and why; for outputs that do not nest, only what `nested` has no name for.

    A loss beside a list of losses gets a whole dict of outputs, which only one's own may take.
    """
    compiled = read_compiled(site, context)
    if compiled is None or site.view is None or not holds("3.7.0", None, context.keras.version):
        return
    pairing = compiled.pairing
    if pairing.depends:
        return
    said = _SAID.get(pairing.refused) if pairing.refused is not None and nested else None
    if said is not None:
        yield site.view, said
    own = [entry.view for entry in site.entries if find_loss(entry, context) is None]
    for loss, output in pairing.trained:
        view = at_path(compiled.losses, loss)
        if view is not None and view not in own and _is_dict(compiled.outputs, output):
            yield view, "this loss gets a whole dict of outputs; write the losses in a dict, too"


def _is_dict(outputs: object, path: Path) -> bool:
    for key in path:
        outputs = dict(children(outputs)).get(key)
    return isinstance(outputs, dict)


class Order(NamedTuple):
    """The outputs that the losses of a list go to, in order, and how surely that was not meant."""

    names: str
    severity: Severity


def order_of(
    view: ResolvedNode, outputs: ModelOutputs, site: Site, context: Context
) -> Order | None:
    """The order of a list beside a dict of outputs, where that is not the model's and matters."""
    listed = outputs.listed
    if not outputs.by_key or listed in ((), outputs.endings) or view.is_open:
        return None
    losses = [loss.source_text for loss in view.items()]
    as_given, as_meant = _fitting(losses, listed), _fitting(losses, outputs.endings)
    # Who knows of it wrote the losses in that order.
    if as_given > as_meant or len({computation(each, site, context) for each in view.items()}) == 1:
        return None
    names = ", ".join(f"`{name}`" for name in sorted(outputs.names))
    return Order(names, "error" if as_meant > as_given else "warning")


def _fitting(losses: list[str], endings: tuple[Ending, ...]) -> int:
    """How many losses are crossentropies right where the output is a probability."""
    probable = [ending.activation in ("softmax", "sigmoid") for ending in endings]
    crossed = [any(word in loss.lower() for word in ("crossentropy", "bce")) for loss in losses]
    return sum(map(eq, crossed, probable))
