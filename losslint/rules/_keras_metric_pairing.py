"""Which metric Keras computes on which output, and why it refuses some before the first batch ends.

A structure is what JSON makes of the argument, as in `_keras_pairing`. From 3.7 on metrics may nest
as the outputs do; before, a list had one item for each output. Keras 2 gave each metric of a flat
list to every output.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from losslint.rules._keras_pairing import Path, children, leaves

# Metrics are no list and no dict; a list of another length than the outputs; keys that are no
# outputs; they nest otherwise than the outputs; null among metrics; a container of containers
# where a metric of one output belongs.
Refusal = Literal["shape", "count", "keys", "container", "null", "nested"]


class MetricPairing(NamedTuple):
    """The path of each metric with that of its output; or why the first batch fails, and where."""

    pairs: tuple[tuple[Path, Path], ...] = ()
    refused: Refusal | None = None
    at: Path = ()
    strange: tuple[str, ...] = ()
    outputs: int = 1


def pair_metrics(
    metrics: object, outputs: object, names: Sequence[str] | None, *, spreads: bool = False
) -> MetricPairing:
    """The pairing that Keras makes when it meets the first batch.

    `names` are the layers of a functional model's outputs, in the order in which Keras takes the
    outputs apart; a model of another kind has none. `spreads`: a flat list goes to every output.
    """
    if metrics is None or metrics in ([], {}):
        return MetricPairing()
    if not _is_nested(metrics):
        return MetricPairing(refused="shape")
    flat = [path for path, _ in leaves(outputs)]
    if len(flat) == 1:
        return _checked([(path, flat[0], leaf) for path, leaf in leaves(metrics)])
    if spreads and isinstance(metrics, list) and not any(map(_is_nested, metrics)):
        found = [((i,), to) for to in flat for i, each in enumerate(metrics) if each is not None]
        return MetricPairing(tuple(found))
    if _is_nested(outputs) and len(children(outputs)) == len(flat):
        by_output = _by_output(metrics, outputs, names)
        # A list of one output stands for it.
        only = {path[:1]: path for path in flat}
        if by_output is not None and isinstance(outputs, dict):
            # Each holds one output at most: Keras takes what nests for an output itself.
            nest = {key for key, each in outputs.items() if _is_nested(each)}
            whole = [path for path, (key,), some in by_output if some and key in nest]
            if whole:
                return MetricPairing(refused="container", at=whole[0])
        if by_output is not None:
            return _of_outputs(
                [(path, only.get(output, output), some) for path, output, some in by_output]
            )
        return _misfit(metrics, outputs, names)
    return _as_nested(metrics, outputs)


def _is_nested(structure: object) -> bool:
    return isinstance(structure, (list, dict))


def _by_output(
    metrics: object, outputs: object, names: Sequence[str] | None
) -> list[tuple[Path, Path, object]] | None:
    """The metrics of each of several outputs that do not nest; None where Keras finds no way."""
    keys: list[str | int] = [key for key, _ in children(outputs)]
    order = list(names or ())
    if isinstance(outputs, dict):
        order = order if set(order) == set(outputs) else sorted(outputs)
        keys = list(order)
    if isinstance(metrics, list) and len(metrics) == len(keys):
        return [((i,), (key,), metrics[i]) for i, key in enumerate(keys)]
    if isinstance(metrics, dict) and order and set(metrics) <= set(order):
        return [((n,), (k,), metrics[n]) for n, k in zip(order, keys, strict=True) if n in metrics]
    return None


def _of_outputs(by_output: list[tuple[Path, Path, object]]) -> MetricPairing:
    found: list[tuple[Path, Path, object]] = []
    for path, output, some in by_output:
        if isinstance(some, dict):
            return MetricPairing(refused="nested", at=path)
        if isinstance(some, list):
            found += [((*path, i), output, each) for i, each in enumerate(some)]
        elif some is not None:
            found.append((path, output, some))
    return _checked(found)


def _checked(found: list[tuple[Path, Path, object]]) -> MetricPairing:
    for path, _, each in found:
        if _is_nested(each):
            return MetricPairing(refused="nested", at=path)
        if each is None:
            return MetricPairing(refused="null", at=path[:-1])
    return MetricPairing(tuple((path, output) for path, output, _ in found))


def _misfit(metrics: object, outputs: object, names: Sequence[str] | None) -> MetricPairing:
    if isinstance(metrics, list):
        return MetricPairing(refused="count", outputs=len(children(outputs)))
    known = set(outputs) if isinstance(outputs, dict) else set(names or ())
    strange = [str(key) for key, _ in children(metrics) if key not in known]
    return MetricPairing(refused="keys", strange=tuple(strange))


def _as_nested(metrics: object, outputs: object) -> MetricPairing:
    """The metrics that nest as the outputs do; below, each output has a metric or a list of them."""
    found: list[tuple[Path, Path, object]] = []
    todo: list[tuple[Path, object, object]] = [((), metrics, outputs)]
    while todo:
        path, some, output = todo.pop()
        if not _is_nested(output):
            found.append((path, path, some))
            continue
        below = dict(children(some))
        if type(some) is not type(output) or below.keys() != dict(children(output)).keys():
            return MetricPairing(refused="container", at=path)
        todo += [((*path, key), below[key], each) for key, each in reversed(children(output))]
    return _of_outputs(found)
