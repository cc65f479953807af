"""How NetsPresso's entries moved from release to release: what several rules say and fix."""

from typing import NamedTuple

from losslint.catalog.model import params_at
from losslint.diagnostics import Edit, Fix
from losslint.dialects.naming import NameVerdict
from losslint.rules._rewrite import insert_argument, remove_argument, rename_key, rename_value
from losslint.rules.base import Argument, Context, LossDef, LossEntry, Site
from losslint.syntax.edits import insert_pair, line_end
from losslint.syntax.nodes import Mapping, outer_span
from losslint.syntax.plain import holds_unknown, plain

# No list that trains is longer, and a hostile one must not be searched for every entry.
_MAX_SEARCHED = 1000


def removal(entry: LossEntry, verdict: NameVerdict) -> str:
    """That a criterion was removed, and when."""
    until = verdict.loss.until if verdict.loss is not None else None
    return f"`{entry.name_text}` was removed in {entry.dialect.framework} {until}"


def other_home(
    argument: Argument, entry: LossEntry, loss: LossDef, context: Context
) -> LossDef | None:
    """The loss that has a parameter in this release which the written one had in another."""
    if not any(param.name == argument.name for param in loss.params):
        return None
    version = context.target(entry.dialect).version
    for other in entry.dialect.neighbours_of(loss):
        if any(param.name == argument.name for param in params_at(other, version)):
            return other
    return None


def move(argument: Argument, entry: LossEntry, home: LossDef, site: Site) -> Fix | None:
    """A parameter in the entry of the criterion that has it today; its value is not lost.

    None where that criterion does not stand in the list exactly once, or says something else.
    """
    others = [e for e in site.entries[:_MAX_SEARCHED] if e.name_text == home.name]
    removed = remove_argument(entry.view, argument, safe=False)
    if len(others) != 1 or removed is None:
        return None
    (other,) = others
    there = other.argument(argument.name)
    if there is not None:
        value = plain(argument.view)
        same = not holds_unknown(value) and repr(value) == repr(plain(there.view))
        told = f"remove it: `{home.name}` says the same"
        return removed._replace(message=told) if same else None
    inserted = _appended(argument, entry, other)
    if inserted is None:
        return None
    return Fix(f"move it to `{home.name}`", (*removed.edits, inserted), safe=False)


def _appended(argument: Argument, entry: LossEntry, other: LossEntry) -> Edit | None:
    """A pair of one entry behind the last one of another, as it is written."""
    node, target, text = entry.view.node, other.view.node, entry.view.text
    if other.view.origin is not None or not isinstance(target, Mapping) or not target.pairs:
        return None
    assert isinstance(node, Mapping)
    key, value = next(pair for pair in node.pairs if pair.key.start == argument.key.start)
    start, end = outer_span(value)
    if not node.flow and not target.flow:
        # A comment behind the value goes along.
        rest = text[end : line_end(text, end)]
        end += len(rest) if rest.lstrip().startswith("#") else 0
    written = text[start:end]
    if not written.strip() or "\n" in written or "\r" in written:
        return None
    return insert_pair(text, target, len(target.pairs) - 1, text[key.start : key.end], written)


class Earlier(NamedTuple):
    """What did the work of a criterion before it came, and a fix where that is one name."""

    advice: str
    fix: Fix | None = None


def earlier(entry: LossEntry, site: Site, context: Context) -> Earlier | None:
    """What an older trainer has in the place of a criterion that came later."""
    name = entry.name_text
    if name == "seg_cross_entropy":
        taken = any(e.name_text == "cross_entropy" for e in site.entries[:_MAX_SEARCHED])
        assert entry.name is not None
        fix = None if taken else rename_value(entry.name, "cross_entropy", safe=False)
        return Earlier("`cross_entropy` did its work, with the same parameters", fix)
    if name == "pidnet_loss":
        return Earlier(
            "three entries did its work: `pidnet_cross_entropy` and "
            "`pidnet_cross_entropy_with_boundary` with its weight and ignore_index, and "
            "`boundary_loss` with 20 times its weight"
        )
    if name == "yolofastest_loss" and context.netspresso.since("1.0.0"):
        return Earlier("yolo_fastest_head_v2 had `retinanet_loss`, which is another loss")
    return None


def merged_fix(entry: LossEntry, site: Site, instead: str) -> Fix | None:
    """An entry of a criterion that was merged into cross_entropy, as an entry of that."""
    if entry.name is None or _would_collide(entry, site):
        return None
    renamed = rename_value(entry.name, instead, safe=False)
    if renamed is None or entry.view.is_open:
        return None
    edits = list(renamed.edits)
    # With another key the old criterion never ran, so that nothing says what is meant.
    safe = {argument.name for argument in entry.arguments} <= {"smoothing"}
    if entry.name_text == "label_smoothing_cross_entropy":
        edit = _smoothing(entry)
        if edit is None:
            return None
        edits.append(edit)
        safe = safe and _is_sound(entry.argument("smoothing"))
    else:
        safe = not entry.arguments
    return Fix(f"write `{instead}`", tuple(edits), safe)


def _smoothing(entry: LossEntry) -> Edit | None:
    """`smoothing` under its new name, or its old default written out."""
    if entry.argument("label_smoothing") is not None:
        return None
    smoothing = entry.argument("smoothing")
    if smoothing is None:
        return insert_argument(entry, "label_smoothing", "0.1")
    renamed = rename_key(smoothing, "label_smoothing", safe=True)
    return renamed.edits[0] if renamed is not None else None


def _is_sound(smoothing: Argument | None) -> bool:
    """Whether old and new criterion compute the same with this smoothing."""
    if smoothing is None:
        return True
    number = smoothing.view.number
    return number is not None and 0 <= number < 1


def _would_collide(entry: LossEntry, site: Site) -> bool:
    """Whether another entry is, or becomes, cross_entropy: the trainer keeps one of a name."""
    merged = {"cross_entropy", "soft_target_cross_entropy", "label_smoothing_cross_entropy"}
    others = {other.name_text for other in site.entries[:_MAX_SEARCHED]} - {entry.name_text}
    return bool(merged & others)
