"""What rules ask of the model around a compile config, and of a loss that meets its outputs."""

from losslint.catalog.model import holds
from losslint.dialects.keras import ending as keras_ending
from losslint.dialects.keras.ending import Ending, ModelOutputs
from losslint.dialects.records import LossEntry, Site
from losslint.rules.base import Context, memoize_per_file


@memoize_per_file
def read_outputs(site: Site, context: Context) -> ModelOutputs | None:
    """What is certain of the outputs of the model that a compile config belongs to."""
    return keras_ending.read_outputs(site, context.keras.version)


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
    return ending.shaped or ending.dropped or cast
