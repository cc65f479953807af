"""What rules ask of the model around a compile config, and of a loss that meets its outputs."""

from collections.abc import Mapping

from losslint.catalog.model import holds
from losslint.dialects.keras import ending as keras_ending
from losslint.dialects.keras.ending import Ending, Endings, ModelOutputs
from losslint.dialects.keras.model import output_of
from losslint.dialects.records import LossEntry, Site
from losslint.rules._keras_pairing import Path, leaves
from losslint.rules._keras_weights import at_path, read_compiled
from losslint.rules.base import Context, memoize_per_file
from losslint.syntax.resolved_node import ResolvedNode


@memoize_per_file
def read_outputs(site: Site, context: Context) -> ModelOutputs | None:
    """What is certain of the outputs of the model that a compile config belongs to."""
    return keras_ending.read_outputs(read_endings(site, context), context.keras.version)


@memoize_per_file
def read_endings(site: Site, context: Context) -> Endings | None:
    """How the outputs of the model come about that a compile config belongs to."""
    return keras_ending.read_endings(site)


@memoize_per_file
def endings_by_path(site: Site, context: Context) -> Mapping[Path, Ending]:
    """How each output comes about, by its path in what the model gives, however that nests."""
    compiled, endings = read_compiled(site, context), read_endings(site, context)
    if compiled is None or endings is None:
        return {}
    return {
        path: endings.of(output_of(leaf) if isinstance(leaf, ResolvedNode) else None)
        for path, leaf in leaves(compiled.outputs)
    }


def endings_of(entry: LossEntry, site: Site, context: Context) -> tuple[Ending, ...]:
    """How the outputs come about that an entry is the loss of; none where that is not certain."""
    compiled = read_compiled(site, context)
    if compiled is not None and holds("3.7.0", None, context.keras.version):
        paths = [
            output
            for loss, output in compiled.pairing.trained
            if at_path(compiled.losses, loss) is entry.view
        ]
        if paths:
            known = endings_by_path(site, context)
            return tuple(known[path] for path in paths if path in known)
    outputs = read_outputs(site, context)
    return _by_output(entry, site, outputs) if outputs is not None else ()


def _by_output(entry: LossEntry, site: Site, outputs: ModelOutputs) -> tuple[Ending, ...]:
    """The same for releases that pair otherwise, and where Keras refuses what it is given."""
    view = site.view
    if view is None or entry.output is None:
        return outputs.endings
    if isinstance(entry.output, int):
        if not view.is_list or any(item.is_list for item in view.items()):
            return ()
        return outputs.listed[entry.output : entry.output + 1]
    if not view.is_mapping:
        return ()
    pairs = zip(outputs.names, outputs.endings, strict=False)
    return tuple(ending for name, ending in pairs if name == entry.output)


CATEGORICAL = frozenset(
    (
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
        "categorical_focal_crossentropy",
    )
)
BINARY = frozenset(("binary_crossentropy", "binary_focal_crossentropy"))
FOCAL = frozenset(("categorical_focal_crossentropy", "binary_focal_crossentropy"))


def takes_logits(entry: LossEntry) -> bool | None:
    """What `from_logits` is for an entry; None where it is no boolean."""
    argument = entry.argument("from_logits")
    if argument is None:
        return False
    value = argument.view.value
    return value if isinstance(value, bool) else None


def is_hidden(ending: Ending, entry: LossEntry, context: Context) -> bool:
    """Whether TensorFlow finds no activation behind the tensor that the loss gets.

    Keras 2 casts nothing, and a loss with a dtype of its own may compute in that of the output.
    """
    cast = ending.cast and holds("3.0.0", None, context.keras.version)
    dtype = entry.argument("dtype")
    if dtype is not None and dtype.view.value not in (None, "float32"):
        cast = False
    return ending.hidden or cast
