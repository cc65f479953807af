"""What a file has that a rule needs before it can say anything: found once, asked by many rules.

A rule that names traits in its `when` is imported and asked only where a file has one of them. A
trait may hold where no rule finds anything; it never lacks where one does.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from losslint.dialects.records import MAX_ARGUMENTS, MAX_ENTRIES, LossEntry
from losslint.rules._keys import odd_mappings
from losslint.rules._names import judge_name, known_losses
from losslint.rules._values import value_faults
from losslint.rules.base import Context, File, LossDef, Trait, entry_params


def has_trait(trait: Trait, file: File, context: Context) -> bool:
    """Whether a file, or anything that is read with it, has a trait."""
    return _TESTS[trait](file, context)


def _entries(file: File) -> Iterator[LossEntry]:
    return (entry for site in file.sites for entry in site.entries)


def _known(file: File, context: Context) -> Iterator[tuple[LossEntry, LossDef]]:
    return (known for site in file.sites for known in known_losses(site, context))


def _problem(file: File, context: Context) -> bool:
    return bool(file.tree.problems) or any(
        len(site.entries) >= MAX_ENTRIES
        or any(len(entry.arguments) >= MAX_ARGUMENTS for entry in site.entries)
        for site in file.sites
    )


def _odd_key(file: File, context: Context) -> bool:
    return any(odd_mappings(root.document, context) for root in file.roots)


def _odd_name(file: File, context: Context) -> bool:
    for entry in _entries(file):
        verdict = judge_name(entry, context)
        if verdict is None or verdict.status != "known" or not entry.name_text:
            return True
    return False


def _odd_argument(file: File, context: Context) -> bool:
    """An argument that is unknown, that the loss does not use, or only together with another."""
    for entry, loss in _known(file, context):
        if not entry.arguments:
            continue
        params = entry_params(entry, loss, context)
        plain = {param.name for param in params if param.fate == "used" and param.needs is None}
        if any(argument.name not in plain for argument in entry.arguments):
            return True
    return False


def _missing_argument(file: File, context: Context) -> bool:
    return any(
        param.required and entry.argument(param.name) is None
        for entry, loss in _known(file, context)
        for param in entry_params(entry, loss, context)
    )


def _odd_value(file: File, context: Context) -> bool:
    return any(True for site in file.sites for _ in value_faults(site, context))


def _weight(file: File, context: Context) -> bool:
    views = (entry.weight_view for entry in _entries(file))
    return any(view is not None and view.kind != "null" for view in views)


def _model(file: File, context: Context) -> bool:
    """Whether anything may tell the task or the head of the losses' model."""
    around = (site.owner.names() for site in file.sites)
    return bool(context.neighbours) or any("task" in n or "architecture" in n for n in around)


_TESTS: Mapping[Trait, Callable[[File, Context], bool]] = MappingProxyType(
    {
        "byte order mark": lambda file, _: bool(file.source.mark),
        "problem": _problem,
        "several documents": lambda file, _: len(file.roots) > 1,
        "odd key": _odd_key,
        "several losses": lambda file, _: any(len(site.entries) > 1 for site in file.sites),
        "odd name": _odd_name,
        "odd argument": _odd_argument,
        "missing argument": _missing_argument,
        "odd value": _odd_value,
        "weight": _weight,
        "no weight": lambda file, _: any(entry.weight is None for entry in _entries(file)),
        "own losses": lambda _, context: bool(context.declarations.losses),
        "model": _model,
        "other files": lambda _, context: bool(context.neighbours),
    }
)
