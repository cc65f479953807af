"""The model's head belongs to another task than the model.

## Why

NetsPresso Trainer looks a head up under the model's task: `all_mlp_decoder` under classification
is a KeyError when the model is built. The task also decides what the data set gives, so that a
full model such as pidnet gets labels there that none of its criteria can read.

Both are read as the files of an experiment have them, one merged over the other.

The head is looked up under the task as it is written, although everything else takes the task in
any case: `task: Segmentation` ends in a ValueError ("No such task(s) named: Segmentation"). A task that is misspelt, or no text, or
that no file of an experiment gives, fails an assertion before anything is loaded.

## Bad

```yaml
model:
  task: segmentation
  architecture:
    head:
      name: fc
  losses:
    - criterion: cross_entropy
      weight: ~
```

## Good

```yaml
model:
  task: classification
  architecture:
    head:
      name: fc
  losses:
    - criterion: cross_entropy
      weight: ~
```

## No safe fix

Either the task or the head is the wrong one; only you know which.
"""

from losslint.catalog.netspresso import HEADS, TASKS
from losslint.diagnostics import Related
from losslint.dialects.netspresso.model import NetsPressoModel
from losslint.rules._elsewhere import is_nowhere
from losslint.rules._model import of_file, read_model
from losslint.rules._rewrite import closest_word, rename_value, suggestion
from losslint.rules._values import described
from losslint.rules.base import NETSPRESSO, Context, Findings, Rule, Site, framework

RULE = Rule(
    "LL301",
    "task-against-head",
    "error",
    NETSPRESSO,
    when=("model",),
    fix="sometimes",
    sources=("netspresso:models/builder.py", "netspresso:models/registry.py"),
)

# Looked at in 0.2.0, 1.0.0 and 1.4.1; what earlier releases do is not known.
_AS_WRITTEN_SINCE = "0.2.0"


def check(site: Site, context: Context) -> Findings:
    """A known head under a known task that is not its own, or that is written in another case."""
    model = read_model(site, context)
    yield from _other_case(model, site, context)
    yield from _no_task(model, site, context)
    if model.head is None or model.task is None or model.task_view is None:
        return
    if model.task == model.head.task:
        return
    heads = [f"`{name}`" for name, task in HEADS.items() if task == model.task]
    yield RULE.at(
        model.head.view,
        f"the head `{model.head.name}`{of_file(model.head.view)} belongs to the task "
        f"{model.head.task}, but the task of this model is {model.task}"
        f"{of_file(model.task_view)}, which has {', '.join(heads)}",
        related=[Related(model.task_view.at, "the task")],
    )


def _no_task(model: NetsPressoModel, site: Site, context: Context) -> Findings:
    """A task misspelt, or of another type. One that is like none may be of a project's own."""
    view = model.task_view
    if view is None or view.kind == "null":
        # One in another case is no task either; key-in-another-case says so.
        misread = any(member.name.lower() == "task" for member, _ in site.owner.pairs())
        if model.head is None or (view is None and misread):
            return
        if any(is_nowhere(each, site.root, ("model", "task")) for each in context.neighbours):
            yield RULE.at(
                model.head.view if view is None else view,
                f"no file of the experiment says what `model.task` is: {framework(site, context)} "
                "stops before it loads anything",
            )
        return
    if model.task is not None or view.kind == "unknown":
        return
    meant = closest_word(view, TASKS)
    if meant is None and (model.head is None or view.kind == "str"):
        return
    tail, fix = suggestion(view, meant)
    yield RULE.at(
        view,
        f"`task` is {described(view)}{of_file(view)}, which is no task of "
        f"{framework(site, context)}: it stops before it loads anything{tail}",
        fix=fix,
    )


def _other_case(model: NetsPressoModel, site: Site, context: Context) -> Findings:
    """A task in another case, under which no head is found. A full model is not looked up there."""
    view, head = model.task_view, model.head
    if view is None or model.task is None or view.value == model.task:
        return
    if head is None or head.full or not context.netspresso.since(_AS_WRITTEN_SINCE):
        return
    yield RULE.at(
        view,
        f"{framework(site, context)} looks the head up under the task as it is written and finds no "
        f"task `{view.value}`; write `{model.task}`",
        fix=rename_value(view, model.task, safe=True),
        related=[Related(head.view.at, "the head")],
    )
