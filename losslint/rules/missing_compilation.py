"""MODEL has no COMPILATION, or one without LOSS, OPT or METRICS.

## Why

The platform compiles a model for TRAIN and FIND_LR, and an SSD300 for every task. COMPILATION
then is mandatory, and so are the three keys in it; without them there is nothing to train by.

## Bad

```json
{"MODEL": {"MODEL_TYPE": "DENSE_MNIST", "WEIGHTS_PATH": "KERAS_EASY", "TASK": "TRAIN", "COMPILATION": {
  "LOSS": {"NAME": "categorical_crossentropy"}, "OPT": {"NAME": "rmsprop"}, "METRIC": ["accuracy"]}}}
```

## Good

```json
{"MODEL": {"MODEL_TYPE": "DENSE_MNIST", "WEIGHTS_PATH": "KERAS_EASY", "TASK": "TRAIN", "COMPILATION": {
  "LOSS": {"NAME": "categorical_crossentropy"}, "OPT": {"NAME": "rmsprop"}, "METRICS": ["accuracy"]}}}
```

## Fix

Unsafe, and offered only where a key is a misspelling of the missing one: what it holds is read
from then on.

## No safe fix

Which loss, optimizer and metrics your training needs, only you know.
"""

from losslint.catalog.platform import COMPILATION_KEYS
from losslint.diagnostics import Diagnostic
from losslint.dialects.keras.platform import Platform, read_fragment, read_platform
from losslint.rules._rewrite import rename_key
from losslint.rules._values import described
from losslint.rules.base import Argument, Context, File, Findings, ResolvedNode, Rule
from losslint.text import closest

RULE = Rule(
    "LL342",
    "missing-compilation",
    "error",
    words=("MODEL_TYPE", "COMPILATION", "TASK_NAME"),
    fix="unsafe",
)


def check_file(file: File, context: Context) -> Findings:
    """MODEL without COMPILATION where there must be one, and each key that COMPILATION lacks."""
    for root in file.roots:
        platform = read_platform(root)
        fragment = read_fragment(root) if platform is None else None
        if platform is not None:
            yield from _configured(platform)
        elif fragment is not None and fragment.compilation is not None:
            yield from _keys(fragment.compilation, fragment.at, ("LOSS",))
        elif fragment is not None and fragment.model is not None:
            yield from _without(fragment.model, fragment.at, _reason(None, fragment.task))


def _configured(platform: Platform) -> Findings:
    compilation = platform.model.get("COMPILATION")
    if compilation is None:
        reason = _reason(platform.type_name, platform.task)
        yield from _without(platform.model, platform.model_type, reason)
    elif compilation.is_mapping:
        at = platform.model_type if compilation.origin else compilation
        yield from _keys(compilation, at, COMPILATION_KEYS)
    elif compilation.kind != "unknown":
        yield RULE.at(
            compilation.at,
            f"COMPILATION must be an object with LOSS, OPT and METRICS, not "
            f"{described(compilation)}",
        )


def _without(model: ResolvedNode, at: ResolvedNode, reason: str | None) -> Findings:
    if reason is not None and not model.is_open:
        message = f"{reason} needs a COMPILATION with LOSS, OPT and METRICS"
        yield _absent(model, "COMPILATION", at, message, ())


def _reason(type_name: str | None, task: str | None) -> str | None:
    if type_name == "SSD300":
        return "MODEL_TYPE SSD300"
    return f"the task {task}" if task in ("TRAIN", "FIND_LR") else None


def _keys(compilation: ResolvedNode, at: ResolvedNode, keys: tuple[str, ...]) -> Findings:
    if compilation.is_open:
        return
    for key in keys:
        if compilation.get(key) is None:
            message = f"COMPILATION has no `{key}`; LOSS, OPT and METRICS are all mandatory"
            yield _absent(compilation, key, at, message, COMPILATION_KEYS)


def _absent(
    owner: ResolvedNode, key: str, at: ResolvedNode, message: str, taken: tuple[str, ...]
) -> Diagnostic:
    """A finding about a key that is not there, at the key that is written in its place."""
    written = {m.name: (m, v) for m, v in owner.pairs() if m.name not in taken}
    meant = closest(key, list(written))
    if meant is None:
        # The whole mapping may be long: its first line is the place.
        return RULE.at(at.at, message)
    member, value = written[meant]
    argument = Argument(member.name, member.at, value)
    fix = rename_key(argument, key, safe=False)
    return RULE.at(argument, f"{message}; is `{meant}` meant for it?", fix=fix)
