"""What is known of Keras's metrics: their names by release, and what each is computed of."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from losslint.catalog.model import Name, VersionKey, holds

# "ids": class ids. "like-output": labels of the shape of the output: one-hot, binary, numbers.
# "by-parameter": the one or the other, as sparse_y_true says. "any": whatever there is.
MetricLabels = Literal["ids", "like-output", "by-parameter", "any"]

# "probabilities": numbers from 0 to 1. "largest": only which of the classes is the largest counts.
# "classes": the number of a class itself. "values": any number.
Takes = Literal["probabilities", "largest", "classes", "values"]

_KERAS_3 = "3.0.0"
_CORRELATIONS = "3.7.0"


class MetricDef(NamedTuple):
    """One metric.

    `names` is every string that finds it, with its releases. `needs` are the parameters without
    which it cannot be built, so that its name alone is no metric. `by_shape`: Keras picks it by
    the shapes of labels and output. `over_classes`: it means nothing on an output of one unit.
    `counterpart` is the class of the same kind for class ids, or for one-hot labels if this one
    takes class ids. `is_abstract`: no string of it can be computed.
    """

    class_name: str
    names: tuple[Name, ...]
    labels: MetricLabels
    takes: Takes
    needs: tuple[str, ...] = ()
    threshold: str | None = None
    by_shape: bool = False
    over_classes: bool = False
    counterpart: str | None = None
    is_abstract: bool = False
    is_function: bool = False

    @property
    def name(self) -> str:
        """The string of today, in small letters."""
        return self.names[0].text


def _function(
    name: str,
    class_name: str,
    labels: MetricLabels,
    takes: Takes,
    *,
    others: tuple[Name, ...] = (),
    threshold: str | None = None,
    over_classes: bool = False,
    counterpart: str | None = None,
) -> MetricDef:
    """A metric that is a function as well, which is how Keras 2 found it by its small letters."""
    names = (Name(name), Name(class_name), *others)
    return MetricDef(
        class_name,
        names,
        labels,
        takes,
        threshold=threshold,
        over_classes=over_classes,
        counterpart=counterpart,
        is_function=True,
    )


def _class(
    name: str,
    class_name: str,
    labels: MetricLabels,
    takes: Takes,
    *,
    needs: tuple[str, ...] = (),
    threshold: str | None = None,
    since: str | None = None,
    over_classes: bool = False,
) -> MetricDef:
    """A metric that is a class only: Keras 3 finds it by its small letters, too."""
    names = (Name(name, since or _KERAS_3), Name(class_name, since))
    return MetricDef(
        class_name, names, labels, takes, needs, threshold=threshold, over_classes=over_classes
    )


def _alias(*texts: str) -> tuple[Name, ...]:
    return tuple(Name(text) for text in texts)


def _once(*texts: str) -> tuple[Name, ...]:
    return tuple(Name(text, until=_KERAS_3) for text in texts)


ACCURACY = MetricDef(
    "Accuracy",
    (Name("accuracy"), Name("acc"), Name("Accuracy"), Name("ACC")),
    "any",
    "largest",
    by_shape=True,
)
"""What the string `accuracy` is, in any case: the accuracy that fits the shapes."""

EXACT = MetricDef("Accuracy", (Name("accuracy"),), "any", "classes")
"""What an object of the class is: it counts the outputs that equal their label."""

# Each with the class of the same kind for the other form of labels.
_OVER_CLASSES: tuple[tuple[str, str, MetricLabels, Takes, str], ...] = (
    ("categorical_accuracy", "CategoricalAccuracy", "like-output", "largest",
     "SparseCategoricalAccuracy"),
    ("sparse_categorical_accuracy", "SparseCategoricalAccuracy", "ids", "largest",
     "CategoricalAccuracy"),
    ("top_k_categorical_accuracy", "TopKCategoricalAccuracy", "like-output", "largest",
     "SparseTopKCategoricalAccuracy"),
    ("sparse_top_k_categorical_accuracy", "SparseTopKCategoricalAccuracy", "ids", "largest",
     "TopKCategoricalAccuracy"),
    ("categorical_crossentropy", "CategoricalCrossentropy", "like-output", "probabilities",
     "SparseCategoricalCrossentropy"),
    ("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy", "ids", "probabilities",
     "CategoricalCrossentropy"),
)  # fmt: skip
_OF_CLASSES = (
    ACCURACY,
    *(
        _function(name, class_name, labels, takes, over_classes=True, counterpart=counterpart)
        for name, class_name, labels, takes, counterpart in _OVER_CLASSES
    ),
    _function(
        "binary_accuracy",
        "BinaryAccuracy",
        "like-output",
        "probabilities",
        threshold="threshold",
        counterpart="SparseCategoricalAccuracy",
    ),
    _function(
        "binary_crossentropy",
        "BinaryCrossentropy",
        "like-output",
        "probabilities",
        others=_alias("bce", "BCE"),
        counterpart="SparseCategoricalCrossentropy",
    ),
    MetricDef(
        "KLDivergence",
        (
            Name("kl_divergence", _KERAS_3),
            Name("KLDivergence"),
            *_once("kullback_leibler_divergence"),
        ),
        "like-output",
        "probabilities",
        is_function=True,
    ),
)
_CONFUSION = tuple(
    _class(name, class_name, "like-output", "probabilities", needs=needs, threshold=threshold)
    for name, class_name, needs, threshold in (
        ("auc", "AUC", (), None),
        ("precision", "Precision", (), "thresholds"),
        ("recall", "Recall", (), "thresholds"),
        ("true_positives", "TruePositives", (), "thresholds"),
        ("true_negatives", "TrueNegatives", (), "thresholds"),
        ("false_positives", "FalsePositives", (), "thresholds"),
        ("false_negatives", "FalseNegatives", (), "thresholds"),
        ("precision_at_recall", "PrecisionAtRecall", ("recall",), None),
        ("recall_at_precision", "RecallAtPrecision", ("precision",), None),
        ("sensitivity_at_specificity", "SensitivityAtSpecificity", ("specificity",), None),
        ("specificity_at_sensitivity", "SpecificityAtSensitivity", ("sensitivity",), None),
    )
)
_F_SCORES = (
    _class("f1_score", "F1Score", "like-output", "largest", threshold="threshold"),
    _class("f_beta_score", "FBetaScore", "like-output", "largest", threshold="threshold"),
)
_IOUS = (
    _class("binary_io_u", "BinaryIoU", "like-output", "probabilities", threshold="threshold"),
    _class("io_u", "IoU", "by-parameter", "classes", needs=("num_classes", "target_class_ids")),
    _class("mean_io_u", "MeanIoU", "by-parameter", "classes", needs=("num_classes",)),
    _class(
        "one_hot_io_u",
        "OneHotIoU",
        "like-output",
        "largest",
        needs=("num_classes", "target_class_ids"),
        over_classes=True,
    ),
    _class(
        "one_hot_mean_io_u",
        "OneHotMeanIoU",
        "like-output",
        "largest",
        needs=("num_classes",),
        over_classes=True,
    ),
)


def _values(name: str, class_name: str, *others: Name) -> MetricDef:
    return _function(name, class_name, "like-output", "values", others=others)


_VALUES = (
    _values("mean_squared_error", "MeanSquaredError", *_alias("mse", "MSE")),
    _values("mean_absolute_error", "MeanAbsoluteError", *_alias("mae", "MAE")),
    _values(
        "mean_absolute_percentage_error", "MeanAbsolutePercentageError", *_alias("mape", "MAPE")
    ),
    _values(
        "mean_squared_logarithmic_error", "MeanSquaredLogarithmicError", *_alias("msle", "MSLE")
    ),
    _values("cosine_similarity", "CosineSimilarity", *_once("cosine_proximity")),
    _values("poisson", "Poisson"),
    _values("hinge", "Hinge"),
    _values("squared_hinge", "SquaredHinge"),
    _values("categorical_hinge", "CategoricalHinge"),
    _class("root_mean_squared_error", "RootMeanSquaredError", "like-output", "values"),
    _class("r2_score", "R2Score", "like-output", "values"),
    MetricDef(
        "LogCoshError",
        (Name("log_cosh_error", _KERAS_3), Name("LogCoshError"), *_once("logcosh", "log_cosh")),
        "like-output",
        "values",
    ),
    _class(
        "concordance_correlation",
        "ConcordanceCorrelation",
        "like-output",
        "values",
        since=_CORRELATIONS,
    ),
    _class(
        "pearson_correlation", "PearsonCorrelation", "like-output", "values", since=_CORRELATIONS
    ),
)
_ABSTRACT = tuple(
    _class(name, class_name, "any", "values", needs=needs)._replace(is_abstract=True)
    for name, class_name, needs in (
        ("mean", "Mean", ()),
        ("sum", "Sum", ()),
        ("metric", "Metric", ()),
        ("mean_metric_wrapper", "MeanMetricWrapper", ("fn",)),
    )
)
_GONE = tuple(
    MetricDef(name, (Name(name, until=_KERAS_3),), "any", "values", is_abstract=True)
    for name in ("MeanRelativeError", "MeanTensor", "SumOverBatchSize", "Reduce")
)

METRICS: tuple[MetricDef, ...] = (
    *_OF_CLASSES,
    *_CONFUSION,
    *_F_SCORES,
    *_IOUS,
    *_VALUES,
    *_ABSTRACT,
    *_GONE,
)
NAMES_SINCE = "2.15.0"
"""The first release whose names are known for certain."""

_BY_CLASS: Mapping[str, MetricDef] = MappingProxyType(
    {metric.class_name: metric for metric in (*METRICS, EXACT)}
)


def find(text: str, version: VersionKey) -> MetricDef | None:
    """The metric that a string is at a release."""
    if text.lower() in ("accuracy", "acc"):
        return ACCURACY
    for metric in METRICS:
        for name in metric.names:
            if name.text == text and holds(name.since, name.until, version):
                return metric
    return None


def find_class(class_name: str, version: VersionKey) -> MetricDef | None:
    """The metric that an object of a class is."""
    metric = _BY_CLASS.get(class_name)
    if metric is None:
        return None
    own = [name for name in metric.names if name.text == class_name] or list(metric.names)
    return metric if holds(own[0].since, own[0].until, version) else None


def find_function(text: str) -> MetricDef | None:
    """The metric whose function has a name, in whatever release.

    A function with the name of what is a class only is the user's own.
    """
    for metric in METRICS:
        if metric.is_function and any(name.text == text for name in metric.names):
            return metric if text != metric.class_name else None
    return None


def names_at(version: VersionKey) -> Iterator[str]:
    """Every string that names a metric at a release, those that cannot be computed left out."""
    for metric in METRICS:
        if metric.is_abstract or metric.needs:
            continue
        yield from (n.text for n in metric.names if holds(n.since, n.until, version))
