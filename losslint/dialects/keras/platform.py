"""The Keras platform's configuration around its LOSS: MODEL, its type, the task, the classes.

The platform's pages contradict each other about some keys; what they do not agree on is not
judged. Its documentation also shows COMPILATION and LOSS by themselves: without a MODEL_TYPE
nothing is certain of what stands around them, but some of it is likely.
"""

from types import MappingProxyType
from typing import NamedTuple

from losslint.catalog.platform import MODEL_TYPES, TASKS
from losslint.dialects.records import Site
from losslint.syntax.resolved_node import ResolvedNode

# What is trained with a MODEL_TYPE.
_TASK_OF = MappingProxyType(
    {"DENSE_MNIST": "classification", "SSD300": "detection", "RCNN": "detection"}
)


class Platform(NamedTuple):
    """A configuration: MODEL, what its MODEL_TYPE says, and the tasks that are named.

    `section` is what stands under TASK, which is to be an object with TASK_NAME.
    """

    model: ResolvedNode
    model_type: ResolvedNode
    tasks: tuple[ResolvedNode, ...]
    section: ResolvedNode | None = None

    @property
    def type_name(self) -> str | None:
        """The MODEL_TYPE, where it is one that the platform knows."""
        value = self.model_type.value
        return value if isinstance(value, str) and value in MODEL_TYPES else None

    @property
    def task(self) -> str | None:
        """The task, where every place that names one names the same."""
        names = {view.value for view in self.tasks}
        name = names.pop() if len(names) == 1 else None
        return name if isinstance(name, str) else None

    @property
    def may_infer(self) -> bool:
        """Whether any place says that nothing is trained."""
        return any(view.value == "INFERENCE" for view in self.tasks)


def read_platform(root: ResolvedNode) -> Platform | None:
    """The configuration of a document for certain; None where it is none, or a mere fragment."""
    configuration = root.get("configuration")
    for top in (configuration, root):
        model = top.get("MODEL") if top is not None else None
        model_type = model.get("MODEL_TYPE") if model is not None else None
        if top is None or model is None or model_type is None or model_type.kind != "str":
            continue
        # Others call a section MODEL, too.
        compilation = model.get("COMPILATION")
        known = model_type.value in MODEL_TYPES or configuration is not None
        if known or (compilation is not None and compilation.get("LOSS") is not None):
            return Platform(model, model_type, _tasks(top, model), top.get("TASK"))
    return None


class Fragment(NamedTuple):
    """A part of a configuration without MODEL_TYPE, sure by other marks of the platform.

    `at` is the mark. One of the two is there: COMPILATION without LOSS, sure by its optimizer, or
    the MODEL of a task, sure by the words around it.
    """

    at: ResolvedNode
    compilation: ResolvedNode | None = None
    model: ResolvedNode | None = None
    task: str = ""


def read_fragment(root: ResolvedNode) -> Fragment | None:
    """What a document shows of a configuration whose losses are missing; None for anything else."""
    from losslint.dialects.keras.sites import is_of_compilation

    configuration = root.get("configuration")
    top = configuration or root
    model = top.get("MODEL")
    compilation = (model or top).get("COMPILATION")
    if compilation is not None:
        optimizer = compilation.get("OPT")
        is_sure = optimizer is not None and optimizer.is_mapping and is_of_compilation(optimizer)
        if compilation.get("LOSS") is None and is_sure:
            return Fragment(compilation, compilation)
        return None
    name = _task_name(top)
    if configuration is None or model is None or not model.is_mapping or name is None:
        return None
    told = {view.value for view in _tasks(top, model)}
    if len(told) == 1 and name.value in TASKS:
        return Fragment(name, model=model, task=str(name.value))
    return None


def _task_name(top: ResolvedNode) -> ResolvedNode | None:
    """What names the task: TASK_NAME, or TASK itself where it is a text."""
    task = top.get("TASK")
    if task is None or task.kind == "str":
        return task
    return task.get("TASK_NAME") if task.is_mapping else None


def _tasks(top: ResolvedNode, model: ResolvedNode) -> tuple[ResolvedNode, ...]:
    named = (model.get("TASK"), _task_name(top))
    return tuple(view for view in named if view is not None and view.kind == "str")


def site_platform(site: Site) -> Platform | None:
    """The configuration around a platform site."""
    return read_platform(site.root) if site.is_platform else None


class LikelyPlatform(NamedTuple):
    """What a configuration, or a fragment of one, most likely says: its task, how many classes."""

    task: str | None
    classes: int | None


def likely_platform(root: ResolvedNode) -> LikelyPlatform:
    """What a document that holds a LOSS of the platform says of the model."""
    top = root.get("configuration") or root
    model = top.get("MODEL") or top
    kind = model.get("MODEL_TYPE")
    task = _TASK_OF.get(str(kind.value)) if kind is not None else None
    for owner in (model, top.get("DATAS")):
        classes = owner.get("CLASSES") if owner is not None else None
        if classes is not None and classes.is_list and len(classes.items()) > 1:
            return LikelyPlatform(task, len(classes.items()))
    return LikelyPlatform(task, None)
