"""Losses against the outputs of a model: why Keras stops, and who gets the losses of a list."""

from collections.abc import Iterator, Mapping
from operator import eq
from types import MappingProxyType
from typing import NamedTuple

from losslint.catalog.model import holds
from losslint.diagnostics import Severity
from losslint.dialects.keras.ending import Ending, ModelOutputs
from losslint.dialects.records import Site
from losslint.rules._keras_pairing import Path, Refusal, children, leaves
from losslint.rules._keras_same import computation, is_same_in
from losslint.rules._keras_weights import Weighing, as_written, at_path, read_compiled
from losslint.rules._names import find_loss
from losslint.rules.base import Context, framework
from losslint.syntax.resolved_node import ResolvedNode

_SAID: Mapping[Refusal, str] = MappingProxyType(
    {
        "names": "the keys of the losses are not the names of the outputs",
        "container": "the losses nest otherwise than the outputs of the model",
        "no-output": "a loss stands where the model has no output",
        "null": "null stands for the only output",
    }
)


def stops(
    site: Site, context: Context, *, nested: bool
) -> Iterator[tuple[ResolvedNode, Severity, str]]:
    """Where Keras stops, and why; for outputs that do not nest, only what `nested` has no name for.

    A loss beside a list of losses gets a whole dict of outputs, which only one's own may take.
    """
    compiled = read_compiled(site, context)
    if compiled is None or site.view is None or not holds("3.7.0", None, context.keras.version):
        return
    pairing = compiled.pairing
    who = framework(site, context)
    if pairing.depends and pairing.refused is None:
        does = "stops at the first batch" if pairing.stops else "gives it to all outputs there"
        yield (
            site.view,
            "warning",
            f"a list of losses stands inside another container: on TensorFlow, {who} {does}, on "
            "JAX and PyTorch each loss gets its output",
        )
        return
    if pairing.depends and not pairing.stops:
        # TensorFlow trains what the others refuse.
        return
    many = len(leaves(compiled.outputs)) > 1
    is_said = nested or (pairing.refused == "null" and many)
    said = _SAID.get(pairing.refused) if pairing.refused is not None and is_said else None
    if pairing.refused == "null" and many:
        said = "null stands in a list where each loss is one of all outputs"
    if said is not None:
        yield site.view, "error", f"{who} stops at the first batch: {said}"
    own = [entry.view for entry in site.entries if find_loss(entry, context) is None]
    for loss, output in pairing.trained:
        view = at_path(compiled.losses, loss)
        if view is not None and view not in own and _is_dict(compiled.outputs, output):
            said = "this loss gets a whole dict of outputs; write the losses in a dict, too"
            yield view, "error", f"{who} stops at the first batch: {said}"
    yield from _spread(compiled, who)
    if nested and pairing.refused is None:
        yield from _reordered(site.view, site, compiled, context)


def _spread(compiled: Weighing, who: str) -> Iterator[tuple[ResolvedNode, Severity, str]]:
    """Lists in a list of losses that go one by one to several outputs in a dict.

    Beside a loss of the whole dict, which is one's own, that is what they are for.
    """
    items = [item for _, item in children(compiled.losses)]
    if not isinstance(compiled.losses, list) or not isinstance(compiled.outputs, dict):
        return
    if not all(isinstance(item, list) for item in items):
        return
    for index, item in enumerate(items):
        views = [view for _, view in leaves(item) if isinstance(view, ResolvedNode)]
        of_item = {output for loss, output in compiled.pairing.trained if loss[0] == index}
        if views and len(items) > 1 and len(of_item) > 1:
            said = f"{who} gives the losses of this list to the outputs one by one"
            yield views[0], "warning", f"{said}; write the losses in a dict, as the outputs are"


def _reordered(
    view: ResolvedNode, site: Site, compiled: Weighing, context: Context
) -> Iterator[tuple[ResolvedNode, Severity, str]]:
    """A list that is too short, or that Keras takes in another order than the model's."""
    who = framework(site, context)
    losses, written = compiled.losses, as_written(compiled.outputs)
    there = len(children(compiled.outputs))
    if isinstance(losses, list) and isinstance(compiled.outputs, list) and len(losses) < there:
        said = f"the model has {there} outputs, but the list has {len(losses)}"
        yield view, "warning", f"{said}; {who} trains the first {len(losses)} only"
        return
    taken = [output for _, output in compiled.pairing.trained]
    if not isinstance(losses, list) or not len(losses) == len(taken) == len(written):
        return
    computed = [
        computation(each, site, context) for each in losses if isinstance(each, ResolvedNode)
    ]
    if len(computed) == len(taken) and not is_same_in(computed, taken, written):
        order = ", ".join(f"`{'/'.join(map(str, path))}`" for path in taken)
        said = f"{who} gives the losses of a list to the outputs {order}, in this order"
        yield view, "warning", f"{said}; write them in dicts, as the outputs are"


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
    computed = [computation(each, site, context) for each in view.items()]
    taken = sorted(outputs.names)
    # Who knows of it wrote the losses in that order.
    if as_given > as_meant or is_same_in(computed, taken, outputs.names):
        return None
    names = ", ".join(f"`{name}`" for name in taken)
    return Order(names, "error" if as_meant > as_given else "warning")


def _fitting(losses: list[str], endings: tuple[Ending, ...]) -> int:
    """How many losses are crossentropies right where the output is a probability."""
    probable = [ending.activation in ("softmax", "sigmoid") for ending in endings]
    crossed = [any(word in loss.lower() for word in ("crossentropy", "bce")) for loss in losses]
    return sum(map(eq, crossed, probable))
