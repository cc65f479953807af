"""Which weight Keras gives to which loss, and which output a loss trains on, from 3.7 on.

A structure is what JSON makes of the argument: lists, dicts, and leaves, which may be anything
else. Null is a leaf, too. Keras takes a dict apart in the sorted order of its keys, wherever it
stands; nothing here asks in which order it was written.
"""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from losslint.syntax.resolved_node import ResolvedNode

Path = tuple[str | int, ...]

# Why the first batch fails: the keys of the losses are not the names of the outputs; a dict of
# weights leaves one of them out; there are as many weights as losses, but not here; the losses
# nest otherwise than the outputs; a loss stands where no output is; null stands where a loss has
# to be; nothing is left to train.
Refusal = Literal["names", "weight-names", "count", "container", "no-output", "null", "nothing"]

# Nobody nests as much; an alias may.
_MAX_VISITED = 5_000


class Pairing(NamedTuple):
    """What Keras makes of losses, weights and outputs.

    `weights` has the path of each loss in the losses, and of its weight in the weights; empty
    where there are no weights. `trained` has the path of each loss that is computed, with that of
    its output; `refused` says why nothing is computed at all. `depends` says that TensorFlow does
    otherwise: where a list of losses stands inside another container, a model keeps it in a wrapper
    of its own, and to Keras that is no list of the kind that a list of outputs is. Each loss in it
    then is one of all outputs there; `stops` says that some loss cannot be.
    """

    weights: tuple[tuple[Path, Path], ...] = ()
    trained: tuple[tuple[Path, Path], ...] = ()
    refused: Refusal | None = None
    depends: bool = False
    stops: bool = False


def pair_losses(
    losses: object, weights: object, outputs: object, names: Sequence[str] | None
) -> Pairing:
    """The pairing that Keras makes when it meets the first batch.

    `weights` is None where there are none, `names` the layers of a functional model's outputs, in
    the order in which Keras takes the outputs apart; a model of another kind has none.
    """
    order: Sequence[str] | None = None
    weight_order: Sequence[str] | None = None
    if isinstance(losses, dict) and not isinstance(outputs, dict):
        if names is None or set(names) != losses.keys():
            return Pairing(refused="names")
        # The losses by name become a list in the order of the outputs, and so do weights by name.
        order = names
        losses = [losses[name] for name in names]
        if isinstance(weights, dict):
            if not set(names) <= weights.keys():
                return Pairing(refused="weight-names")
            weight_order = names
            weights = [weights[name] for name in names]
    pairs: list[tuple[Path, Path]] = []
    if weights is not None:
        lost, weighed = leaves(losses), leaves(weights)
        if len(lost) != len(weighed):
            return Pairing(refused="count")
        pairs = [
            (_renamed(loss, order), _renamed(weight, weight_order))
            for (loss, _), (weight, _) in zip(lost, weighed, strict=True)
        ]
    found, refused = _on_outputs(losses, outputs)
    wrapped = _on_outputs(losses, outputs, wraps=True)
    trained = [(_renamed(loss, order), output) for loss, output in found]
    made = Pairing(tuple(pairs), tuple(trained) if refused is None else (), refused)
    return made._replace(depends=wrapped != (found, refused), stops=wrapped[1] is not None)


def _renamed(path: Path, order: Sequence[str] | None) -> Path:
    """The path in a dict that became a list in an order."""
    if order is None or not path or not isinstance(path[0], int):
        return path
    return (order[path[0]], *path[1:])


def _on_outputs(
    losses: object, outputs: object, *, wraps: bool = False
) -> tuple[list[tuple[Path, Path]], Refusal | None]:
    """Each loss with its output, in the order in which they are added up.

    `wraps`: a list inside another container is no list of the kind that those of the outputs are.
    """
    if not _is_nested(losses):
        if losses is None:
            return [], "null"
        return [((), output) for output, _ in leaves(outputs)], None
    found: list[tuple[Path, Path]] = []
    todo: list[tuple[Path, object, Path, object]] = [((), losses, (), outputs)]
    while todo:
        path, loss, place, output = todo.pop()
        if not _is_nested(loss):
            if loss is None:
                return found, "null"
            while isinstance(output, list) and len(output) == 1:
                # A list of one tensor has the shape of the tensor, and one axis of length 1 more.
                place, output = (*place, 0), output[0]
            found.append((path, place))
            continue
        flat = leaves(output)
        if isinstance(loss, list) and len(loss) == len(flat) and not any(map(_is_nested, loss)):
            # As many losses as outputs, however deep those are: one for each.
            if loss == [None] and not _is_nested(output):
                return found, "null"
            pairs = zip(enumerate(loss), flat, strict=True)
            found += [((*path, i), place + to) for (i, each), (to, _) in pairs if each is not None]
        elif isinstance(loss, list) and (not isinstance(output, list) or (wraps and path)):
            # Several losses of one output; of several outputs, too.
            todo += [((*path, i), each, place, output) for i, each in reversed(children(loss))]
        else:
            if not isinstance(output, type(loss)):
                return found, "container"
            below = dict(children(output))
            items = [(key, each) for key, each in children(loss) if each is not None]
            if any(key not in below for key, _ in items):
                return found, "no-output"
            todo += [
                ((*path, key), each, (*place, key), below[key]) for key, each in reversed(items)
            ]
    if not _is_nested(outputs):
        # Of several losses of the only output, the first is computed and no other.
        found = found[:1]
    return found, None if found else "nothing"


def _is_nested(structure: object) -> bool:
    return isinstance(structure, (list, dict))


def children(structure: object) -> list[tuple[str | int, object]]:
    """What a list or a dict holds, by index or key; a leaf holds nothing."""
    if isinstance(structure, dict):
        return list(structure.items())
    return list(enumerate(structure)) if isinstance(structure, list) else []


def leaves(structure: object) -> list[tuple[Path, object]]:
    """The leaves of a structure with their paths, in the order in which Keras takes it apart."""
    found: list[tuple[Path, object]] = []
    todo: list[tuple[Path, object]] = [((), structure)]
    while todo:
        path, current = todo.pop()
        if isinstance(current, dict):
            todo += [((*path, key), current[key]) for key in sorted(current, reverse=True)]
        elif isinstance(current, list):
            todo += [((*path, index), item) for index, item in reversed(children(current))]
        else:
            found.append((path, current))
    return found


def structure_of(view: ResolvedNode, is_leaf: Callable[[ResolvedNode], bool]) -> object | None:
    """The structure that a view is, with views as its leaves, None for null among them.

    None where it is not wholly known: it holds a value of another file, or is too large.
    """
    top: list[object] = [None]
    todo: list[tuple[ResolvedNode, list[object] | dict[str, object], str | int]] = [(view, top, 0)]
    for _ in range(_MAX_VISITED):
        if not todo:
            return top[0]
        current, into, key = todo.pop()
        made: list[object] | dict[str, object] | ResolvedNode | None = current
        if current.kind == "unknown" or current.is_open:
            return None
        if current.kind == "null":
            made = None
        elif is_leaf(current):
            pass
        elif current.is_list:
            items = current.items()
            made = [None] * len(items)
            todo += [(item, made, index) for index, item in enumerate(items)]
        elif current.is_mapping:
            pairs = current.pairs()
            made = dict.fromkeys(member.name for member, _ in pairs)
            todo += [(value, made, member.name) for member, value in pairs]
        into[key] = made  # type: ignore[index]
    return None
