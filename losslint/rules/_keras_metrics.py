"""Each metric of a compile config with the output that it measures and the loss of that output.

What is not certain is None, and the rules are silent about it.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from losslint.catalog.keras import metrics as catalog
from losslint.catalog.keras.metrics import MetricDef
from losslint.catalog.model import LossDef, VersionKey, holds
from losslint.dialects.keras.ending import Ending
from losslint.dialects.keras.metrics import Metric, is_metric, metric_views, read_metric
from losslint.dialects.records import LossEntry, Site
from losslint.rules._keras_metric_pairing import MetricPairing, pair_metrics
from losslint.rules._keras_model import BINARY, CATEGORICAL, endings_by_path
from losslint.rules._keras_pairing import Path, children, leaves, structure_of
from losslint.rules._keras_same import ASIDE
from losslint.rules._keras_weights import Weighing, at_path, read_compiled
from losslint.rules._names import find_loss
from losslint.rules.base import Context, memoize_per_file
from losslint.syntax.resolved_node import ResolvedNode

_CROSSED = CATEGORICAL | BINARY


class Measured(NamedTuple):
    """A metric that Keras knows; the loss on the same output, and how that output comes about.

    `entry` and `loss` are None where there is no loss, or more than one.
    """

    metric: Metric
    known: MetricDef
    entry: LossEntry | None
    loss: LossDef | None
    head: Ending | None

    @property
    def text(self) -> str:
        """The name, as it is written."""
        return self.metric.text or self.known.class_name

    def says(self, param: str) -> object:
        """The value of a parameter; None where it is not written or not known."""
        view = self.metric.param(param)
        return view.value if view is not None else None

    def is_unsure(self, *params: str) -> bool:
        """Whether one of the parameters holds a value of another file."""
        views = (self.metric.param(param) for param in params)
        return any(view is not None and view.kind == "unknown" for view in views)


class Argument(NamedTuple):
    """What stands under `metrics` or `weighted_metrics`, as a structure, and how Keras pairs it.

    `pairing` is None where the model is not known.
    """

    view: ResolvedNode
    structure: object
    pairing: MetricPairing | None


@memoize_per_file
def read_arguments(site: Site, context: Context) -> tuple[Argument, ...]:
    """The two arguments of `compile` that hold metrics."""
    compiled = read_compiled(site, context) if site.is_compiled else None
    version = context.keras.version
    found: list[Argument] = []
    for view in metric_views(site):
        structure = structure_of(view, is_metric)
        if structure is None or (isinstance(structure, ResolvedNode) and _is_own(structure)):
            continue
        pairing = None
        # Before 3.7 only outputs that do not nest were paired as they are today.
        if compiled is not None and (_is_flat(compiled) or holds("3.7.0", None, version)):
            spreads = not holds("3.0.0", None, version)
            pairing = pair_metrics(structure, compiled.outputs, compiled.names, spreads=spreads)
        elif isinstance(structure, ResolvedNode) and holds("3.0.0", None, version):
            # Keras refuses one metric by itself whatever the model.
            pairing = pair_metrics(structure, structure, None)
        found.append(Argument(view, structure, pairing))
    return tuple(found)


def _is_own(view: ResolvedNode) -> bool:
    """Whether the one thing that stands there cannot be read: a tuple, for one."""
    return read_metric(view).is_own


def _is_flat(compiled: Weighing) -> bool:
    return all(len(path) < 2 for path, _ in leaves(compiled.outputs))


def written_metrics(site: Site, context: Context) -> Iterator[Metric]:
    """Every metric, whatever it is and wherever it stands."""
    for argument in read_arguments(site, context):
        for _, leaf in leaves(argument.structure):
            if isinstance(leaf, ResolvedNode):
                yield read_metric(leaf)


@memoize_per_file
def measured(site: Site, context: Context) -> tuple[Measured, ...]:
    """Every metric that Keras knows, with the output that it measures."""
    compiled = read_compiled(site, context) if site.is_compiled else None
    found: list[Measured] = []
    for argument in read_arguments(site, context):
        if compiled is None or argument.pairing is None:
            found += _without_model(site, argument.structure, context)
            continue
        for path, output in argument.pairing.pairs:
            view = at_path(argument.structure, path)
            entry = _loss_on(output, compiled, site, context)
            head = endings_by_path(site, context).get(output)
            if view is not None:
                found += _known(view, entry, head, context)
    return tuple(found)


def _known(
    view: ResolvedNode, entry: LossEntry | None, head: Ending | None, context: Context
) -> Iterator[Measured]:
    metric = read_metric(view)
    known = find_metric(metric, context.keras.version)
    if known is not None:
        loss = find_loss(entry, context) if entry is not None else None
        yield Measured(metric, known, entry, loss, head)


def find_metric(metric: Metric, version: VersionKey) -> MetricDef | None:
    """What the catalog knows of a metric as it is written."""
    text = metric.text
    if text is None or metric.is_own:
        return None
    if metric.is_object:
        return catalog.find_class(text, version)
    return catalog.find_function(text) if metric.is_function else catalog.find(text, version)


# What Keras computes where an object of a metric does not say otherwise.
_METRIC_DEFAULTS: Final[dict[str, tuple[object, ...]]] = {
    "axis": (-1,),
    "beta": (1,),
    "class_aggregation": ("uniform_average",),
    "curve": ("ROC",),
    "k": (5,),
    "num_thresholds": (200,),
    "summation_method": ("interpolation",),
    "threshold": (None, 0.5),
}
_OFF = (None, False, 0)


def measurement(view: ResolvedNode, context: Context) -> object:
    """Equal for metrics that compute the same; for the metrics of one output, those in any order."""
    if view.is_list:
        return sorted(repr(measurement(each, context)) for each in view.items())
    metric = read_metric(view)
    known = find_metric(metric, context.keras.version)
    if known is None:
        return view.source_text
    differing = {
        member.name: value.source_text
        for member, value in (metric.config.pairs() if metric.config is not None else ())
        if member.name not in ASIDE
        and (value.kind in ("list", "mapping", "unknown") or not _is_default(member.name, value))
    }
    return known.class_name, known.takes, tuple(sorted(differing.items()))


def _is_default(param: str, value: ResolvedNode) -> bool:
    return value.value in _METRIC_DEFAULTS.get(param, _OFF)


def _loss_on(output: Path, compiled: Weighing, site: Site, context: Context) -> LossEntry | None:
    """The loss that says what an output is: the only one on it, or the only one of classes."""
    on = [loss for loss, trained in compiled.pairing.trained if trained == output]
    views = [at_path(compiled.losses, path) for path in on]
    entries = [entry for entry in site.entries if any(entry.view is view for view in views)]
    if len(entries) > 1:
        known = [(entry, find_loss(entry, context)) for entry in entries]
        if any(loss is None for _, loss in known):
            return None
        # Beside a crossentropy, a loss of numbers says nothing else.
        crossed = [(entry, loss) for entry, loss in known if loss and loss.name in _CROSSED]
        crossed = crossed or [(entry, loss) for entry, loss in known if loss]
        wants = {(loss.contract and loss.contract.targets, says_logits(e)) for e, loss in crossed}
        return crossed[0][0] if len(wants) == 1 else None
    return entries[0] if entries else None


def _without_model(site: Site, structure: object, context: Context) -> Iterator[Measured]:
    """The metrics of a compile config without its model: those whose loss is certain all the same."""
    for entry, below in _by_container(site, structure):
        for _, leaf in leaves(below):
            if isinstance(leaf, ResolvedNode):
                yield from _known(leaf, entry, None, context)


def _by_container(site: Site, structure: object) -> Iterator[tuple[LossEntry | None, object]]:
    outputs = [entry.output for entry in site.entries]
    if outputs == [None]:
        yield site.entries[0], structure
        return
    by_key = {entry.output: entry for entry in site.entries if outputs.count(entry.output) == 1}
    # As many lists of metrics as losses: one for each.
    is_each = isinstance(structure, list) and len(structure) == len(outputs)
    if is_each and not all(isinstance(each, list) for _, each in children(structure)):
        by_key = {}
    if isinstance(structure, list) and not is_each:
        by_key = {}
    for key, below in children(structure):
        yield by_key.get(key), below


Clash = Literal["ids", "like-output"]


def label_clash(each: Measured) -> Clash | None:
    """What labels a metric wants, where those of the loss are others."""
    loss = each.loss
    if loss is None or loss.contract is None or "embeddings" in loss.contract.predictions:
        return None
    labels, wants = loss.contract.targets[0], each.known.labels
    if wants == "by-parameter":
        if each.is_unsure("sparse_y_true", "sparse_y_pred"):
            return None
        if each.says("sparse_y_true") is False:
            wants = "like-output"
        elif labels == "one-hot" and each.says("sparse_y_pred") is False:
            wants = "ids"
        else:
            # Labels of 0 and 1 are class ids as well.
            return None
    if labels == "index":
        return "like-output" if wants == "like-output" else None
    return "ids" if labels in ("one-hot", "binary", "soft") and wants == "ids" else None


def says_logits(entry: LossEntry) -> bool:
    """Whether an entry says that its output is logits."""
    return any(
        argument.name.lower() == "from_logits" and argument.view.value is True
        for argument in entry.arguments
    )
