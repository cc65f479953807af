"""The NetsPresso list style: `model.losses`, a list of entries with `criterion` and `weight`.

The trainer reads `model.losses` of the merged configuration and nothing else, so a site stands at
the top of a document. `model`, `losses` and `task` are everyday keys: a site is what has entries
with a `criterion`, or whose `architecture` has a `head` (or a `full` model), as a mapping or as
the name of one, beside a `task`, one of the four. The latter is a site whatever `losses` is, and
also without it, where every key is one that the trainer's model files have.
"""

from __future__ import annotations

from typing import Final

from losslint.catalog.netspresso import HEADS, TASKS
from losslint.dialects.netspresso import NETSPRESSO
from losslint.dialects.records import (
    MAX_ARGUMENTS,
    MAX_ENTRIES,
    Argument,
    EntryStyle,
    LossEntry,
    Site,
)
from losslint.syntax.member import Member
from losslint.syntax.resolved_node import ResolvedNode

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


CRITERION: Final = EntryStyle("criterion", own_keys=("criterion", "weight"))

_ASKED = 20
# By these keys Hydra and jsonargparse know what to build, and registries, too.
_BUILT_BY_HYDRA = ("_target_", "class_path")
_BUILT_BY_OTHERS = (*_BUILT_BY_HYDRA, "type", "name")


def find_sites(root: ResolvedNode, *, told: bool = False) -> list[Site]:
    """The sites of one document. `told`: somebody said that it is the trainer's.

    Of two `model` sections the last one counts that has one; the trainer loads neither.
    """
    models = root.every("model") or [each for each in (root.member("model"),) if each is not None]
    models = models or [each for each in root.pairs() if _is_model_in_another_case(*each)]
    for member, model in reversed(models):
        found = _sites_of(root, member, model, told=told) if model.is_mapping else []
        if found:
            return found
    return []


def _is_model_in_another_case(member: Member, model: ResolvedNode) -> bool:
    """Whether this is a `Model` with a task and a criterion of the trainer's in it."""
    if member.name.lower() != "model" or not model.is_mapping:
        return False
    losses = model.get("losses")
    entries = losses.items(_ASKED) if losses is not None else []
    criteria = [entry.get("criterion") for entry in entries if entry.is_mapping]
    named = {str(each.value) for each in criteria if each is not None and each.kind == "str"}
    tasks = [value for key, value in model.pairs() if key.name.lower() == "task"]
    return not named.isdisjoint(_criteria()) and any(_is_task(each) for each in tasks)


def _is_task(view: ResolvedNode) -> bool:
    return view.kind == "str" and str(view.value).lower() in TASKS


def _sites_of(root: ResolvedNode, member: Member, model: ResolvedNode, *, told: bool) -> list[Site]:
    losses = model.member("losses")
    if losses is not None:
        key, view = losses
        sure = _has_head(model) or _carries_criterion(view, task=_names_task(model))
        if (
            _is_of_another(view)
            or _is_of_another_task(model, view)
            or not (sure or (told and _names_task(model)))
        ):
            return []
        return [Site(NETSPRESSO, "losses", root, model, key.at, view, read_entries(view))]
    if model.is_open or not _names_task(model):
        return []
    others = [(m, value) for m, value in model.pairs() if m.name not in MODEL_KEYS]
    if len(others) > 1 or not all(_reads_like_losses(m.name) for m, _ in others):
        return []
    # A `loss` that is no list is another tool's, which has a word or a mapping there.
    lists = [value for _, value in others if value.is_list]
    if not told and any(value.is_mapping or value.kind == "str" for _, value in others):
        return []
    if not (told or _has_head(model) or any(_carries_criterion(v, task=True) for v in lists)):
        return []
    at = others[0][0].at if others else member.at
    return [Site(NETSPRESSO, "losses", root, model, at, None)]


def _reads_like_losses(name: str) -> bool:
    """Whether a key is `losses` misspelt."""
    from difflib import SequenceMatcher

    folded = name.lower()
    return folded == "loss" or SequenceMatcher(None, folded, "losses").ratio() > 0.8


def _carries_criterion(losses: ResolvedNode, *, task: bool) -> bool:
    """Whether entries name a criterion: in a list, by name, or a single one without a list.

    `task`: a task of the trainer's stands beside, so that the criterion may be of a wrong type.
    """
    entries = losses.items(_ASKED)
    if losses.is_mapping:
        entries = [losses, *(value for _, value in losses.pairs()[:_ASKED])]
    return any(_names_criterion(entry, task=task) for entry in entries)


def _names_criterion(entry: ResolvedNode, *, task: bool) -> bool:
    criterion = entry.get("criterion") if entry.is_mapping else None
    if criterion is None:
        return entry.is_mapping and _names_it_in_another_case(entry)
    if criterion.is_mapping:
        return task and not any(criterion.get(key) for key in _BUILT_BY_OTHERS)
    if criterion.is_list:
        return task
    # A dotted path is a class for another tool to import.
    return criterion.kind != "str" or "." not in str(criterion.value)


def _names_it_in_another_case(entry: ResolvedNode) -> bool:
    """Whether `criterion` is written in another case, and names one of the trainer's."""
    written = [value for member, value in entry.pairs() if member.name.lower() == "criterion"]
    return any(each.kind == "str" and str(each.value) in _criteria() for each in written)


def _is_of_another(losses: ResolvedNode) -> bool:
    """Whether Hydra or jsonargparse builds what the entries describe."""
    entries = losses.items(_ASKED) or [value for _, value in losses.pairs()][:_ASKED]
    mappings = [entry for entry in entries if entry.is_mapping]
    criteria = [entry.get("criterion") for entry in mappings]
    mappings += [each for each in criteria if each is not None and each.is_mapping]
    return any(not each.names().isdisjoint(_BUILT_BY_HYDRA) for each in mappings)


def _is_of_another_task(model: ResolvedNode, losses: ResolvedNode) -> bool:
    """Whether neither the task nor any criterion reads like one of the trainer's."""
    task = model.get("task")
    if task is None or task.kind != "str" or _is_like(str(task.value), TASKS):
        return False
    entries = [entry for entry in losses.items(_ASKED) if entry.is_mapping]
    criteria = [entry.get("criterion") for entry in entries]
    names = [str(each.value) for each in criteria if each is not None and each.kind == "str"]
    return bool(names) and not any(_is_like(name, _criteria()) for name in names)


def _criteria() -> tuple[str, ...]:
    from losslint.catalog.netspresso import LOSSES

    return tuple(name.text for loss in LOSSES for name in loss.names)


def _is_like(word: str, names: tuple[str, ...]) -> bool:
    if word in names:
        return True
    from difflib import get_close_matches

    return bool(get_close_matches(word.lower(), names, n=1, cutoff=0.7))


def _has_head(model: ResolvedNode) -> bool:
    """Whether task and architecture are as the trainer's model files have them."""
    architecture = _in_any_case(model, "architecture")
    if architecture is None or not architecture.is_mapping:
        return False
    task = _in_any_case(model, "task")
    if not _names_task(model) and (task is None or not _is_task(task)):
        return False
    if all(architecture.get(part) is not None for part in ("full", "head")):
        return True
    parts = (architecture.get("head"), architecture.get("full"))
    return any(part is not None and _is_part(part) for part in parts)


def _in_any_case(model: ResolvedNode, name: str) -> ResolvedNode | None:
    """The value of a key, else that of one that is the same but for its case."""
    names = model.names()
    written = name if name in names else next((each for each in names if each.lower() == name), "")
    return model.get(written) if written else None


def _is_part(part: ResolvedNode) -> bool:
    """Whether this is a part of a model as the trainer has it: a `name`, `params`, or nothing.

    Or the name alone, as the first releases had it, where it is that of a head of the trainer's; in
    a list, too.
    """
    texts = [part, *part.items(1)]
    if any(each.kind == "str" and str(each.value).lower() in HEADS for each in texts):
        return True
    names = {member.name for member, _ in part.pairs()}
    return part.is_mapping and ("name" in names or names <= {"params"})


def _names_task(model: ResolvedNode) -> bool:
    task = model.get("task")
    if task is None or task.is_mandatory:
        return task is not None
    return task.kind == "unknown" or _is_task(task)


def read_entries(losses: ResolvedNode) -> tuple[LossEntry, ...]:
    """The entries of a losses list; what is no mapping gives an entry without a name."""
    return tuple(read_entry(item) for item in losses.items(MAX_ENTRIES))


def read_entry(view: ResolvedNode) -> LossEntry:
    """One entry of a losses list."""
    name: ResolvedNode | None = None
    weight, weight_view = None, None
    arguments: list[Argument] = []
    for member, value in view.pairs():
        if member.name == "criterion":
            name = value
        elif member.name == "weight":
            weight, weight_view = member, value
        elif len(arguments) < MAX_ARGUMENTS:
            arguments.append(Argument(member.name, member.at, value))
    return LossEntry(NETSPRESSO, CRITERION, view, name, tuple(arguments), weight, weight_view)
