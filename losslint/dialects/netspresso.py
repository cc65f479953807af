"""The NetsPresso list style: `model.losses`, a list of entries with `criterion` and `weight`.

The trainer reads `model.losses` of the merged configuration and nothing else, so a site stands at
the top of a document. A `model` without `losses` is a site when the rest says that it is
NetsPresso's: its task is one of the four, and every key is one that its model files have.
"""

from __future__ import annotations

from losslint.catalog.netspresso import TASKS
from losslint.dialects.model import MAX_ARGUMENTS, MAX_ENTRIES, Argument, LossEntry, Site
from losslint.syntax.view import View

MODEL_KEYS = frozenset(
    (
        "task",
        "name",
        "checkpoint",
        "fx_model_checkpoint",
        "freeze_backbone",
        "resume_optimizer_checkpoint",
        "architecture",
        "postprocessor",
        "losses",
    )
)


def find_sites(root: View) -> list[Site]:
    """The sites of one document."""
    found = root.member("model")
    if found is None or not found[1].is_mapping:
        return []
    member, model = found
    losses = model.member("losses")
    if losses is not None:
        if not _is_netspresso(model, losses[1]):
            return []
        key, view = losses
        return [Site("netspresso", "losses", root, model, key.at, view, read_entries(view))]
    if model.is_open or not _names_task(model):
        return []
    others = [m for m, _ in model.pairs() if m.name not in MODEL_KEYS]
    if len(others) > 1 or not all(_reads_like_losses(m.name) for m in others):
        return []
    at = others[0].at if others else member.at
    return [Site("netspresso", "losses", root, model, at, None)]


def _reads_like_losses(name: str) -> bool:
    """Whether a key is `losses` misspelt."""
    from difflib import SequenceMatcher

    folded = name.lower()
    return folded == "loss" or SequenceMatcher(None, folded, "losses").ratio() > 0.8


def _is_netspresso(model: View, losses: View) -> bool:
    """Whether this `model.losses` is the trainer's and not another tool's."""
    if any(item.get("criterion") is not None for item in losses.items()[:20]):
        return True
    if any(model.get(key) is not None for key in ("architecture", "postprocessor")):
        return True
    return _names_task(model)


def _names_task(model: View) -> bool:
    task = model.get("task")
    return task is not None and task.kind == "str" and task.value in TASKS


def read_entries(losses: View) -> tuple[LossEntry, ...]:
    """The entries of a losses list; what is no mapping gives an entry without a name."""
    return tuple(_read_entry(item) for item in losses.items()[:MAX_ENTRIES])


def _read_entry(view: View) -> LossEntry:
    name: View | None = None
    weight, weight_view = None, None
    arguments: list[Argument] = []
    for member, value in view.pairs():
        if member.name == "criterion":
            name = value
        elif member.name == "weight":
            weight, weight_view = member, value
        elif len(arguments) < MAX_ARGUMENTS:
            arguments.append(Argument(member.name, member.at, value))
    return LossEntry("netspresso", "criterion", view, name, tuple(arguments), weight, weight_view)
