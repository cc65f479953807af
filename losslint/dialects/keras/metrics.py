"""The metrics beside the losses, as Keras 2, Keras 3 and the platform write them."""

from typing import Literal, NamedTuple

from losslint.dialects.keras.layers import is_builtin, text_of
from losslint.dialects.records import Site
from losslint.syntax.resolved_node import ResolvedNode

_WRAPPER = "MeanMetricWrapper"

Style = Literal["string", "object", "function", "own"]


class Metric(NamedTuple):
    """One metric as it is written.

    `name` is what names it: the string that it is, the class of an object, the function that one
    wraps. `config` holds the parameters of an object. The style is "own" where the metric is a
    class or function of the user's, or cannot be read.
    """

    view: ResolvedNode
    style: Style
    name: ResolvedNode
    config: ResolvedNode | None = None

    @property
    def is_own(self) -> bool:
        """Whether it is of the user's code, or cannot be read."""
        return self.style == "own"

    @property
    def is_string(self) -> bool:
        """Whether it is a bare name."""
        return self.style == "string"

    @property
    def is_object(self) -> bool:
        """Whether it is a serialised object of a class of Keras's."""
        return self.style == "object"

    @property
    def is_function(self) -> bool:
        """Whether it wraps a function of Keras's."""
        return self.style == "function"

    @property
    def text(self) -> str | None:
        """The name as a string."""
        return self.name.value if isinstance(self.name.value, str) else None

    def param(self, name: str) -> ResolvedNode | None:
        """A parameter; None where it is not written."""
        return self.config.get(name) if self.config is not None else None


def metric_views(site: Site) -> tuple[ResolvedNode, ...]:
    """What stands under each key for metrics."""
    keys = ("METRICS",) if site.is_platform else ("metrics", "weighted_metrics")
    found = (site.owner.get(key) for key in keys)
    return tuple(view for view in found if view is not None)


def is_metric(view: ResolvedNode) -> bool:
    """Whether this is one metric and no container of them."""
    return not view.is_list and not (view.is_mapping and view.get("class_name") is None)


def read_metric(view: ResolvedNode) -> Metric:
    """The metric that a value is."""
    if view.kind == "str":
        return Metric(view, "string", view)
    class_name, config = view.get("class_name"), view.get("config")
    if class_name is None or class_name.kind != "str":
        return Metric(view, "own", view)
    if class_name.value == "function":
        return _function(view, view)
    if not is_builtin(view) or str(class_name.value).startswith("__"):
        # A tuple or a lambda, or a class of the user's own.
        return Metric(view, "own", class_name)
    if class_name.value == _WRAPPER and config is not None:
        fn = config.get("fn")
        if fn is not None and fn.kind == "str":
            return Metric(view, "function", fn)
        return _function(view, fn) if fn is not None else Metric(view, "own", class_name)
    return Metric(view, "object", class_name, config)


def _function(view: ResolvedNode, written: ResolvedNode) -> Metric:
    """A function as Keras 3 writes it: `{"class_name": "function", "config": "its_name"}`."""
    name = written.get("config")
    module, registered = text_of(written, "module"), text_of(written, "registered_name")
    of_keras = module is None or module.split(".")[0] in ("builtins", "keras")
    if name is None or name.kind != "str" or not of_keras or registered not in (None, "function"):
        return Metric(view, "own", view)
    return Metric(view, "function", name)
