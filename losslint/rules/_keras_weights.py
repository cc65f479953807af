"""The weights of a compile config beside its losses: which loss gets which, and who meant it so."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from losslint.diagnostics import Severity
from losslint.dialects.keras import model as keras_model
from losslint.dialects.records import Site
from losslint.rules._keras_pairing import Pairing, Path, children, leaves, pair_losses, structure_of
from losslint.rules._keras_same import computation, is_same_in
from losslint.rules.base import Context, memoize_per_file
from losslint.syntax.resolved_node import ResolvedNode


class Weighing(NamedTuple):
    """Losses, weights and outputs as structures, and what Keras pairs.

    `names` are the layers of the outputs, `computed` what each loss of a list computes.
    """

    losses: object
    weights: object
    outputs: object
    names: tuple[str, ...] | None
    pairing: Pairing
    computed: tuple[object, ...] = ()


class Misplaced(NamedTuple):
    """What is wrong with the pairing, where, and the first words of the sentence about it."""

    severity: Severity
    at: ResolvedNode | None
    message: str


@memoize_per_file
def read_weights(site: Site, context: Context) -> tuple[Weighing, ...]:
    """What Keras makes of the weights: once for each kind of model that may be meant, none or all.

    Beside a model there is one. Without one, a dict of losses may belong to one that returns a
    dict, or a list.
    """
    view, beside = site.view, site.owner.get("loss_weights")
    if view is None or beside is None or view.kind in ("null", "unknown"):
        return ()
    losses = structure_of(view, _is_loss)
    weights = structure_of(beside, _is_scalar)
    if losses is None or weights is None:
        return ()
    computed = tuple(computation(each, site, context) for each in view.items())
    found: list[Weighing] = []
    for outputs, names, _ in _models(site, losses):
        pairing = pair_losses(losses, weights, outputs, names)
        found.append(Weighing(losses, weights, outputs, names, pairing, computed))
    return tuple(found)


@memoize_per_file
def read_compiled(site: Site, context: Context) -> Weighing | None:
    """What Keras makes of the losses without their weights, where the model is known."""
    view = site.view
    known = view is not None and view.kind not in ("null", "unknown")
    losses = structure_of(view, _is_loss) if view is not None and known else None
    if losses is None:
        return None
    for outputs, names, is_guess in _models(site, losses):
        if not is_guess:
            return Weighing(losses, None, outputs, names, pair_losses(losses, None, outputs, names))
    return None


def _is_loss(view: ResolvedNode) -> bool:
    return not view.is_list and not _is_plain(view)


def _is_scalar(view: ResolvedNode) -> bool:
    return not view.is_list and not view.is_mapping


def scalars(weights: ResolvedNode) -> list[ResolvedNode]:
    """Every weight that is written, at any depth."""
    return [
        leaf
        for _, leaf in leaves(structure_of(weights, _is_scalar))
        if isinstance(leaf, ResolvedNode)
    ]


def _is_plain(view: ResolvedNode) -> bool:
    return view.is_mapping and view.get("class_name") is None


def _models(site: Site, losses: object) -> Iterator[tuple[object, tuple[str, ...] | None, bool]]:
    """The outputs and their names of the model that is compiled, or of those that it may be.

    The third says which: whether that is a guess.
    """
    model = keras_model.read_model(site)
    if model is not None and model.is_sequential:
        yield "output", None, False
    elif model is not None and model.output_layers is not None and model.outputs:
        outputs = structure_of(
            model.output_layers, lambda each: keras_model.output_of(each) is not None
        )
        names = tuple(_layer(leaf) for _, leaf in leaves(outputs))
        if outputs is not None and all(names):
            yield outputs, names, False
    elif isinstance(losses, dict):
        yield dict.fromkeys(losses, "output"), None, True
        yield ["output"] * len(losses), tuple(losses), True
    else:
        yield ["output"] * len(losses) if isinstance(losses, list) else "output", None, True


def _layer(leaf: object) -> str:
    output = keras_model.output_of(leaf) if isinstance(leaf, ResolvedNode) else None
    return output.layer if output is not None else ""


def misplaced(weighing: Weighing) -> Misplaced | None:
    """A weight that goes to another loss than the one that it is written for."""
    pairs = weighing.pairing.weights
    if _are_equal(weighing):
        return None
    swapped = _on_dict(weighing)
    if swapped is not None or all(loss == weight for loss, weight in pairs):
        return swapped
    if isinstance(weighing.weights, dict):
        return _by_key(weighing, weighing.weights)
    taken = [loss for loss, _ in pairs]
    if taken != as_written(weighing.losses):
        tops = list(dict.fromkeys(loss[0] for loss in taken))
        by_top = isinstance(weighing.losses, dict) and tops != list(weighing.losses)
        return _in_order(tops if by_top else ["/".join(map(str, loss)) for loss in taken])
    if all(loss[:1] == weight[:1] or len(weight) < 2 for loss, weight in pairs):
        return None
    return Misplaced(
        "warning", None, "pairs losses and weights that nest otherwise one by one, as flat lists"
    )


def _on_dict(weighing: Weighing) -> Misplaced | None:
    """One loss for each of a dict of outputs, the same in both orders: nothing but weights differ."""
    outputs, computed = weighing.outputs, weighing.computed
    if not isinstance(outputs, dict):
        return None
    taken = [output[0] for _, output in weighing.pairing.trained if len(output) == 1]
    if not len(taken) == len(outputs) == len(computed) or taken == list(outputs):
        return None
    return _in_order(taken) if is_same_in(computed, taken, list(outputs)) else None


def as_written(structure: object) -> list[Path]:
    """The leaves in the order of the file."""
    found: list[Path] = []
    todo: list[tuple[Path, object]] = [((), structure)]
    while todo:
        path, current = todo.pop()
        if isinstance(current, (list, dict)):
            todo += [((*path, key), item) for key, item in reversed(children(current))]
        else:
            found.append(path)
    return found


def _in_order(taken: Sequence[object]) -> Misplaced:
    message = f"gives the weights of a list to {_listed(taken)}, in this order"
    return Misplaced("warning", None, f"{message}; write a dict with these names")


def _by_key(weighing: Weighing, weights: dict[str, object]) -> Misplaced | None:
    pairs, owners = weighing.pairing.weights, _owners(weighing)
    how = f"pairs by the sorted order of the keys: {_shown(pairs, owners)}"
    if set(owners.values()) == weights.keys():
        for loss, weight in pairs:
            if owners[loss] != weight[0]:
                tail = "write the weights as the losses are written"
                at = at_path(weighing.weights, weight)
                return Misplaced("error", at, f"{how}; {tail}")
        return None
    if isinstance(weighing.losses, dict):
        strange = [key for key in weights if key not in weighing.losses]
        if not strange:
            return None
        return Misplaced("warning", None, f"finds no loss for {_listed(strange)}, and {how}")
    if list(weights) == sorted(weights):
        return None
    return Misplaced("warning", None, how)


def _owners(weighing: Weighing) -> dict[Path, str]:
    """The name of each loss: its key, or that of the output that it is computed on."""
    if isinstance(weighing.losses, dict):
        return {loss: str(loss[0]) for loss, _ in weighing.pairing.weights}
    places = {path: number for number, (path, _) in enumerate(leaves(weighing.outputs))}
    found: dict[Path, str] = {}
    for loss, output in weighing.pairing.trained:
        if isinstance(weighing.outputs, dict) and output:
            found[loss] = str(output[0])
        elif weighing.names is not None and output in places:
            found[loss] = weighing.names[places[output]]
    return found if found.keys() >= {loss for loss, _ in weighing.pairing.weights} else {}


def _shown(pairs: Sequence[tuple[Path, Path]], owners: dict[Path, str]) -> str:
    """`p` → `z`, …: which weight goes to which loss."""
    said = []
    for loss, weight in pairs[:_MAX_SHOWN]:
        owner = owners.get(loss)
        to = f"the loss of `{owner}`" if owner is not None else f"loss {_counted(loss)}"
        said.append(f"the weight `{'/'.join(map(str, weight))}` to {to}")
    return ", ".join(said) + (", …" if len(pairs) > _MAX_SHOWN else "")


_MAX_SHOWN = 6


def _counted(path: Path) -> str:
    return "/".join(str(key + 1 if isinstance(key, int) else key) for key in path) or "1"


def _listed(names: Sequence[object]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _are_equal(weighing: Weighing) -> bool:
    """Whether every loss has the same weight, so that it is no matter which gets which."""
    values = [
        leaf.value if isinstance(leaf, ResolvedNode) else 1 for _, leaf in leaves(weighing.weights)
    ]
    return all(value == values[0] for value in values)


def unused(weighing: Weighing) -> Iterator[ResolvedNode]:
    """Weights of a dict that no loss gets."""
    taken = {weight for _, weight in weighing.pairing.weights}
    for path, leaf in leaves(weighing.weights):
        if path not in taken and isinstance(leaf, ResolvedNode):
            yield leaf


def idle(weighing: Weighing) -> Iterator[ResolvedNode]:
    """Weights of null, which no loss is computed for."""
    for loss, weight in weighing.pairing.weights:
        view = at_path(weighing.weights, weight)
        if view is not None and at_path(weighing.losses, loss) is None:
            yield view


def trained_weights(weighing: Weighing) -> list[ResolvedNode | None]:
    """The weight of each loss that is computed; None for null."""
    by_loss = dict(weighing.pairing.weights)
    found = [by_loss.get(loss) for loss, _ in weighing.pairing.trained]
    return [at_path(weighing.weights, path) for path in found if path is not None]


def at_path(structure: object, path: Path) -> ResolvedNode | None:
    """What stands at a path; None for null."""
    for key in path:
        structure = dict(children(structure)).get(key)
    return structure if isinstance(structure, ResolvedNode) else None
