"""MODEL lacks a key that its MODEL_TYPE requires, or holds one of another shape.

## Why

The platform builds RCNN and SSD300 from CLASSES, SSD300 also from BATCH_SIZE, and writes the logs
of an RCNN training to LOGS_PATH; its pages call these keys mandatory. CLASSES is a list of names
with the background first, IMG_SHAPE three numbers.

## Bad

```json
{"MODEL": {"MODEL_TYPE": "SSD300", "TASK": "TRAIN", "IMG_SHAPE": [300, 300, 3],
  "CLASSES": ["Background", "cat"], "COMPILATION": {
  "LOSS": {"NAME": "SSD_LOSS"}, "OPT": {"NAME": "SGD"}, "METRICS": ["accuracy"]}}}
```

## Good

```json
{"MODEL": {"MODEL_TYPE": "SSD300", "TASK": "TRAIN", "IMG_SHAPE": [300, 300, 3], "BATCH_SIZE": 32,
  "CLASSES": ["Background", "cat"], "COMPILATION": {
  "LOSS": {"NAME": "SSD_LOSS"}, "OPT": {"NAME": "SGD"}, "METRICS": ["accuracy"]}}}
```

## No safe fix

Neither the classes nor the sizes of your model are in the file.
"""

from losslint.diagnostics import Diagnostic
from losslint.dialects.keras.platform import Platform, read_platform
from losslint.rules._values import described
from losslint.rules.base import Context, File, Findings, ResolvedNode, Rule
from losslint.text import closest

RULE = Rule("LL341", "missing-model-key", "error", words=("MODEL_TYPE",))


def check_file(file: File, context: Context) -> Findings:
    """The keys of MODEL that belong to the models with a loss of their own."""
    for platform in filter(None, map(read_platform, file.roots)):
        if platform.type_name not in ("RCNN", "SSD300"):
            continue
        written = [member.name for member, _ in platform.model.pairs()]
        for key in () if platform.model.is_open else _required(platform):
            if key in written:
                continue
            meant = closest(key, [name for name in written if name not in _REQUIRED_ANYWHERE])
            yield RULE.at(
                platform.model_type.at,
                f"{platform.type_name} needs `{key}` in MODEL"
                + (f"; is `{meant}` meant for it?" if meant is not None else ""),
            )
        yield from _shapes(platform)


_REQUIRED_ANYWHERE = frozenset(("CLASSES", "BATCH_SIZE", "LOGS_PATH", "MODEL_TYPE", "TASK"))


def _required(platform: Platform) -> tuple[str, ...]:
    if platform.type_name == "SSD300":
        return ("CLASSES", "BATCH_SIZE")
    return ("CLASSES", "LOGS_PATH") if platform.task == "TRAIN" else ("CLASSES",)


def _shapes(platform: Platform) -> Findings:
    classes = platform.model.get("CLASSES")
    if classes is not None and not _holds_only(classes, ("str",)):
        yield _wrong(classes, "CLASSES", "a list of names, the background first")
    shape = platform.model.get("IMG_SHAPE")
    if shape is not None and not (_holds_only(shape, ("int", "float")) and _length(shape) == 3):
        yield _wrong(shape, "IMG_SHAPE", "a list of three numbers")
    batch = platform.model.get("BATCH_SIZE")
    if batch is not None and batch.kind not in ("int", "float", "unknown"):
        yield _wrong(batch, "BATCH_SIZE", "a number")


def _length(view: ResolvedNode) -> int:
    return len(view.items()) if view.is_list else 3


def _holds_only(view: ResolvedNode, kinds: tuple[str, ...]) -> bool:
    """Whether a value is a list of these kinds, as far as this file tells."""
    if view.kind == "unknown":
        return True
    return view.is_list and all(item.kind in (*kinds, "unknown") for item in view.items())


def _wrong(view: ResolvedNode, key: str, allowed: str) -> Diagnostic:
    return RULE.at(view, f"`{key}` is {described(view)}, but must be {allowed}")
