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
    takes: Takes,
    labels: MetricLabels = "like-output",
    others: tuple[Name, ...] = (),
) -> MetricDef:
    """A metric that is a function as well, which is how Keras 2 found it by its small letters."""
    names = (Name(name), Name(class_name), *others)
    return MetricDef(class_name, names, labels, takes, is_function=True)


def _class(
    name: str,
    class_name: str,
    takes: Takes,
    labels: MetricLabels = "like-output",
    needs: tuple[str, ...] = (),
    threshold: str | None = None,
    since: str | None = None,
) -> MetricDef:
    """A metric that is a class only: Keras 3 finds it by its small letters, too."""
    names = (Name(name, since or _KERAS_3), Name(class_name, since))
    return MetricDef(class_name, names, labels, takes, needs, threshold)


def _both_forms(name: str, class_name: str, takes: Takes) -> tuple[MetricDef, MetricDef]:
    """A metric of one-hot labels and its counterpart for class ids."""
    sparse = f"Sparse{class_name}"
    hot = _function(name, class_name, takes)._replace(counterpart=sparse)
    ids = _function(f"sparse_{name}", sparse, takes, "ids")._replace(counterpart=class_name)
    return hot._replace(over_classes=True), ids._replace(over_classes=True)


def _alias(*texts: str) -> tuple[Name, ...]:
    return tuple(Name(text) for text in texts)


def _once(*texts: str) -> tuple[Name, ...]:
    return tuple(Name(text, until=_KERAS_3) for text in texts)


ACCURACY = MetricDef(
    "Accuracy", _alias("accuracy", "acc", "Accuracy", "ACC"), "any", "largest", by_shape=True
)
"""What the string `accuracy` is, in any case: the accuracy that fits the shapes."""

EXACT = MetricDef("Accuracy", (Name("accuracy"),), "any", "classes")
"""What an object of the class is: it counts the outputs that equal their label."""

_OF_CLASSES = (
    ACCURACY,
    *_both_forms("categorical_accuracy", "CategoricalAccuracy", "largest"),
    *_both_forms("top_k_categorical_accuracy", "TopKCategoricalAccuracy", "largest"),
    *_both_forms("categorical_crossentropy", "CategoricalCrossentropy", "probabilities"),
    _function("binary_accuracy", "BinaryAccuracy", "probabilities")._replace(
        threshold="threshold", counterpart="SparseCategoricalAccuracy"
    ),
    _function(
        "binary_crossentropy", "BinaryCrossentropy", "probabilities", others=_alias("bce", "BCE")
    )._replace(counterpart="SparseCategoricalCrossentropy"),
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
_CONFUSION = (
    _class("auc", "AUC", "probabilities"),
    *(
        _class(name, class_name, "probabilities", threshold="thresholds")
        for name, class_name in (
            ("precision", "Precision"),
            ("recall", "Recall"),
            ("true_positives", "TruePositives"),
            ("true_negatives", "TrueNegatives"),
            ("false_positives", "FalsePositives"),
            ("false_negatives", "FalseNegatives"),
        )
    ),
    *(
        _class(name, class_name, "probabilities", needs=(need,))
        for name, class_name, need in (
            ("precision_at_recall", "PrecisionAtRecall", "recall"),
            ("recall_at_precision", "RecallAtPrecision", "precision"),
            ("sensitivity_at_specificity", "SensitivityAtSpecificity", "specificity"),
            ("specificity_at_sensitivity", "SpecificityAtSensitivity", "sensitivity"),
        )
    ),
    _class("f1_score", "F1Score", "largest", threshold="threshold"),
    _class("f_beta_score", "FBetaScore", "largest", threshold="threshold"),
)
_ONE_CLASS = ("num_classes", "target_class_ids")
_ALL_CLASSES = ("num_classes",)
_IOUS = (
    _class("binary_io_u", "BinaryIoU", "probabilities", threshold="threshold"),
    _class("io_u", "IoU", "classes", "by-parameter", _ONE_CLASS),
    _class("mean_io_u", "MeanIoU", "classes", "by-parameter", _ALL_CLASSES),
    _class("one_hot_io_u", "OneHotIoU", "largest", needs=_ONE_CLASS)._replace(over_classes=True),
    _class("one_hot_mean_io_u", "OneHotMeanIoU", "largest", needs=_ALL_CLASSES)._replace(
        over_classes=True
    ),
)
_VALUES = (
    *(
        _function(name, class_name, "values", others=others)
        for name, class_name, others in (
            ("mean_squared_error", "MeanSquaredError", _alias("mse", "MSE")),
            ("mean_absolute_error", "MeanAbsoluteError", _alias("mae", "MAE")),
            (
                "mean_absolute_percentage_error",
                "MeanAbsolutePercentageError",
                _alias("mape", "MAPE"),
            ),
            (
                "mean_squared_logarithmic_error",
                "MeanSquaredLogarithmicError",
                _alias("msle", "MSLE"),
            ),
            ("cosine_similarity", "CosineSimilarity", _once("cosine_proximity")),
            ("poisson", "Poisson", ()),
            ("hinge", "Hinge", ()),
            ("squared_hinge", "SquaredHinge", ()),
            ("categorical_hinge", "CategoricalHinge", ()),
        )
    ),
    _class("root_mean_squared_error", "RootMeanSquaredError", "values"),
    _class("r2_score", "R2Score", "values"),
    MetricDef(
        "LogCoshError",
        (Name("log_cosh_error", _KERAS_3), Name("LogCoshError"), *_once("logcosh", "log_cosh")),
        "like-output",
        "values",
    ),
    _class("concordance_correlation", "ConcordanceCorrelation", "values", since=_CORRELATIONS),
    _class("pearson_correlation", "PearsonCorrelation", "values", since=_CORRELATIONS),
)
_ABSTRACT = tuple(
    metric._replace(is_abstract=True)
    for metric in (
        _class("mean", "Mean", "values", "any"),
        _class("sum", "Sum", "values", "any"),
        _class("metric", "Metric", "values", "any"),
        _class("mean_metric_wrapper", "MeanMetricWrapper", "values", "any", needs=("fn",)),
        *(
            MetricDef(name, _once(name), "any", "values")
            for name in ("MeanRelativeError", "MeanTensor", "SumOverBatchSize", "Reduce")
        ),
    )
)

METRICS = (*_OF_CLASSES, *_CONFUSION, *_IOUS, *_VALUES, *_ABSTRACT)
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


def exported_at(version: VersionKey) -> Iterator[str]:
    """The classes of metrics that `keras.metrics` has at a release."""
    for metric in METRICS:
        if not metric.is_abstract and find_class(metric.class_name, version) is not None:
            yield metric.class_name
