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
from losslint.dialects.keras.platform import Platform, read_platform
from losslint.rules._rewrite import rename_key
from losslint.rules._values import described
from losslint.rules.base import Argument, Context, File, Findings, ResolvedNode, Rule
from losslint.text import closest

RULE = Rule("LL342", "missing-compilation", "error", words=("MODEL_TYPE",), fix="unsafe")


def check_file(file: File, context: Context) -> Findings:
    """MODEL without COMPILATION where there must be one, and each key that COMPILATION lacks."""
    for platform in filter(None, map(read_platform, file.roots)):
        compilation = platform.model.get("COMPILATION")
        if compilation is None:
            reason = _reason(platform)
            if reason is not None and not platform.model.is_open:
                message = f"{reason} needs a COMPILATION with LOSS, OPT and METRICS"
                yield _absent(platform.model, "COMPILATION", platform.model_type, message, ())
        elif compilation.is_mapping:
            yield from _keys(compilation, platform)
        elif compilation.kind != "unknown":
            yield RULE.at(
                compilation.at,
                f"COMPILATION must be an object with LOSS, OPT and METRICS, not "
                f"{described(compilation)}",
            )


def _reason(platform: Platform) -> str | None:
    if platform.type_name == "SSD300":
        return "MODEL_TYPE SSD300"
    return f"the task {platform.task}" if platform.task in ("TRAIN", "FIND_LR") else None


def _keys(compilation: ResolvedNode, platform: Platform) -> Findings:
    if compilation.is_open:
        return
    for key in COMPILATION_KEYS:
        if compilation.get(key) is None:
            yield _absent(
                compilation,
                key,
                platform.model_type if compilation.origin else compilation,
                f"COMPILATION has no `{key}`; LOSS, OPT and METRICS are all mandatory",
                COMPILATION_KEYS,
            )


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
    fix = rename_key(Argument(member.name, member.at, value), key, safe=False)
    return RULE.at(member.at, f"{message}; is `{meant}` meant for it?", fix=fix)
