"""What the outputs of a model end in, for certain; what is not certain is None."""

from typing import TYPE_CHECKING, NamedTuple

from losslint.catalog.model import VersionKey, holds
from losslint.diagnostics import Related, Span
from losslint.dialects.keras.layers import layer_name
from losslint.dialects.keras.model import ModelOutput, SavedModel, read_model
from losslint.dialects.records import Site

if TYPE_CHECKING:
    from losslint.dialects.keras.merges import Numbers
    from losslint.dialects.keras.shapes import Shape


class Ending(NamedTuple):
    """One output for certain: the name of its layer, and what its numbers are.

    `activation` is the last one, `at` where it stands, and `over` how many numbers it was computed
    over; `twice` says that the same one stands right before it. `units` is the length of the last
    axis, `rank` the number of axes with that of the batch. No number is below `low` or above
    `high`; and where `low` is below 0 or `high` above 1, some weights give numbers there.
    `sums_to_one`: whether the numbers along the last axis do. `unit_length`: whether they are a
    vector of length 1. `hidden` says that something stands behind the activation, so that
    TensorFlow does not find it; `cast` that the loss, which computes in float32, begins with a
    cast, because the output was computed in 16 bits, mixed or not. `across` is the axis of a
    softmax along another one than the last. None is unknown everywhere.
    """

    name: str | None
    activation: str | None = None
    at: Span | None = None
    units: int | None = None
    rank: int | None = None
    low: float | None = None
    high: float | None = None
    sums_to_one: bool | None = None
    unit_length: bool | None = None
    over: int | None = None
    hidden: bool = False
    cast: bool = False
    twice: bool = False
    across: int | None = None

    @property
    def may_be_negative(self) -> bool:
        """Whether some weights give numbers below 0 for certain."""
        return self.low is not None and self.low < 0

    @property
    def may_exceed_one(self) -> bool:
        """Whether some weights give numbers above 1 for certain."""
        return self.high is not None and self.high > 1

    @property
    def is_never_negative(self) -> bool:
        """Whether no weights give numbers below 0 for certain."""
        return self.low is not None and self.low >= 0

    @property
    def is_fraction(self) -> bool:
        """Whether all numbers lie from 0 to 1 for certain, as probabilities do."""
        return self.is_never_negative and self.high is not None and self.high <= 1

    @property
    def related(self) -> tuple[Related, ...]:
        """The place of the activation."""
        return (Related(self.at, "the model's output ends here"),) if self.at is not None else ()


class ModelOutputs(NamedTuple):
    """A model's outputs in order, and the keys that a dict of losses may have.

    `by_key` says that the model returns a dict, whose keys those are; `listed` are the outputs as
    a list of losses meets them, where that is known.
    """

    class_name: str
    endings: tuple[Ending, ...]
    names: tuple[str, ...]
    by_key: bool = False
    listed: tuple[Ending, ...] = ()


class Endings:
    """The endings of the outputs of one model, each read when it is asked for."""

    def __init__(self, model: SavedModel) -> None:
        # Few files hold a model, and every run loads the rules.
        from losslint.dialects.keras.graph import Graph
        from losslint.dialects.keras.numbers import NumberReader
        from losslint.dialects.keras.shapes import ShapeReader

        self.model = model
        self._graph = Graph(model)
        self._shapes = ShapeReader(self._graph)
        self._numbers = NumberReader(self._shapes)

    def of(self, output: ModelOutput | None = None) -> Ending:
        """How an output of a functional model comes about; without one, that of a Sequential."""
        name = output.layer if output is not None else None
        if output is None and self.model.layers:
            name = layer_name(self.model.layers[-1])
        tensor = self._graph.output(output)
        if tensor is None:
            return Ending(name)
        return _ending(name, self._graph.walk(tensor, self._numbers), self._shapes.shape(tensor))


def _ending(name: str | None, numbers: "Numbers", shape: "Shape") -> Ending:
    low, high, exact = numbers.bounds
    return Ending(
        name,
        numbers.activation,
        numbers.at,
        shape.last,
        shape.rank,
        low if exact or low >= 0 else None,
        high if exact or high <= 1 else None,
        numbers.sums_to_one,
        numbers.unit_length,
        numbers.over,
        numbers.hidden,
        numbers.cast,
        numbers.twice,
        numbers.across,
    )


def read_endings(site: Site) -> Endings | None:
    """The endings of the model that a compile config belongs to; None where the file has none."""
    model = read_model(site)
    return Endings(model) if model is not None and model.class_name is not None else None


def read_outputs(endings: Endings | None, version: VersionKey) -> ModelOutputs | None:
    """The outputs of a model that does not nest them; None where nothing is certain."""
    model = endings.model if endings is not None else None
    if endings is None or model is None or model.class_name is None:
        return None
    if model.is_sequential:
        if not model.layers:
            return None
        ending = endings.of()
        return ModelOutputs("Sequential", (ending,), (ending.name or "",), listed=(ending,))
    outputs = model.outputs
    # A layer that gives two outputs is named after neither.
    if not outputs or not model.flat or len({each.layer for each in outputs}) < len(outputs):
        return None
    found = tuple(map(endings.of, outputs))
    keys = tuple(each.key if model.by_key else each.layer for each in outputs)
    listed = found
    if model.by_key:
        # Flattened, a dict is in the order of its keys; earlier releases went by its own order.
        since = holds("3.7.0", None, version)
        listed = tuple(found[keys.index(key)] for key in sorted(keys)) if since else ()
    return ModelOutputs(model.class_name, found, keys, model.by_key, listed)
