"""MODEL_TYPE or the task is none of those that the platform knows.

## Why

MODEL_TYPE is DENSE_MNIST, RCNN, SSD300 or CUSTOM, the task TRAIN, INFERENCE or FIND_LR; the
platform chooses the model, the loss and everything else by them, letter by letter. TASK is an
object, in which the task stands as TASK_NAME.

## Bad

```json
{"MODEL": {"MODEL_TYPE": "SSD_300", "TASK": "TRAIN", "COMPILATION": {
  "LOSS": {"NAME": "SSD_LOSS"}, "OPT": {"NAME": "SGD"}, "METRICS": ["accuracy"]},
  "CLASSES": ["Background", "cat"], "BATCH_SIZE": 32}}
```

## Good

```json
{"MODEL": {"MODEL_TYPE": "SSD300", "TASK": "TRAIN", "COMPILATION": {
  "LOSS": {"NAME": "SSD_LOSS"}, "OPT": {"NAME": "SGD"}, "METRICS": ["accuracy"]},
  "CLASSES": ["Background", "cat"], "BATCH_SIZE": 32}}
```

## Fix

Unsafe, and offered only where one of the words is close.

## No safe fix

Which model or task you meant, the config does not say.
"""

from losslint.catalog.platform import MODEL_TYPES, TASKS
from losslint.diagnostics import Diagnostic
from losslint.dialects.keras.platform import read_platform
from losslint.rules._rewrite import closest_word, suggestion
from losslint.rules._values import described, shown
from losslint.rules.base import Context, File, Findings, ResolvedNode, Rule

RULE = Rule("LL345", "unknown-platform-word", "error", words=("MODEL_TYPE",), fix="unsafe")


def check_file(file: File, context: Context) -> Findings:
    """The words of each configuration."""
    for platform in filter(None, map(read_platform, file.roots)):
        if platform.type_name is None and platform.model_type.kind == "str":
            yield _unknown(platform.model_type, "MODEL_TYPE", MODEL_TYPES)
        section = platform.section
        if section is not None and section.kind not in ("mapping", "null", "unknown"):
            yield RULE.at(
                section, f"`TASK` is {described(section)}, but must be an object with `TASK_NAME`"
            )
        for task in platform.tasks:
            if task.value not in TASKS and task.kind == "str":
                yield _unknown(task, "task", TASKS)


def _unknown(view: ResolvedNode, what: str, known: tuple[str, ...]) -> Diagnostic:
    did_you_mean, fix = suggestion(view, closest_word(view, known))
    message = f"the platform knows no {what} {shown(view)}; it knows {', '.join(known)}"
    return RULE.at(view, message + did_you_mean, fix=fix)
