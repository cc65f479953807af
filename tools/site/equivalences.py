"""What a loss of one style is in the other: the rows of the catalog as tables."""

from collections.abc import Iterable

from losslint.catalog.equivalences import MEASURED, NEAREST, ROWS
from losslint.catalog.equivalences_model import (
    Equivalence,
    FactName,
    From,
    FromClasses,
    IgnoredLabel,
    Nearest,
)
from losslint.catalog.model import LossDef
from losslint.dialects.registry import all_losses
from tools.site.markdown import cell, table

_KINDS = {
    "exact": "exact",
    "conditional": "under conditions",
    "lossy": "other numbers",
    "none": "nothing computes it",
}
# What a model or its data must be known to be for a row to hold.
_FACTS: dict[FactName, str] = {
    "task": "for {}",
    "head": "the model ends in {}",
    "units": "{} output unit",
    "classes": "{} classes",
    "labels": "labels are {}",
    "weights": "sample weights: {}",
    "resize": "the model resizes {}",
    "regularizer": "with a regularizer",
    "outputs": "outputs: {}",
}
_NAMES = ("value", "gradient")
_SECTIONS = {
    ("keras", "loss"): "### From Keras to NetsPresso",
    ("netspresso", "loss"): "### From NetsPresso to Keras",
    ("keras", "modifier"): "### Parameters of any Keras loss",
    ("netspresso", "modifier"): "### Parameters of any criterion",
    ("keras", "list"): "### Several losses in Keras",
    ("netspresso", "list"): "### Several entries in NetsPresso",
}


def every_table() -> str:
    """All rows that a conversion may choose, a table a direction."""
    parts = []
    for (source, part), title in _SECTIONS.items():
        rows = dict.fromkeys(row for row in ROWS if (row.source, row.part) == (source, part))
        if rows:
            parts += [title, rows_table(rows)]
    return "\n\n".join(part.strip() for part in parts)


def rows_table(rows: Iterable[Equivalence]) -> str:
    """Rows as a table of what was measured; the pages of the losses say what must hold."""
    return table(
        ("of", "is", "how", "value", "gradient"),
        dict.fromkeys(
            (_source(row), _target(row), _KINDS[row.kind], *_numbers(row)) for row in rows
        ),
    )


def rows_told(rows: Iterable[Equivalence]) -> str:
    """Rows of one loss as a list, each with what to change and what must hold, for its page."""
    told = (_told(row) for row in rows)
    return "\n".join(dict.fromkeys(told))


def _told(row: Equivalence) -> str:
    target = _target(row, up="../../").replace("<br>", ", ")
    when = ", ".join(_when(row))
    numbers = [f"{what} {number}" for what, number in zip(_NAMES, _numbers(row), strict=True)]
    measured = f" ({', '.join(numbers)})" if all(_numbers(row)) else ""
    parts = [*row.changes, *row.conditions, *(f"they part: {each}" for each in row.breaks)]
    head = f"- {f'{when}: ' if when else ''}{target}, **{_KINDS[row.kind]}**{measured}"
    return "\n".join([head, *(f"    - {part}" for part in parts)])


def _numbers(row: Equivalence) -> tuple[str, str]:
    measured = MEASURED.get(row.id)
    return (f"{measured.value:.1e}", f"{measured.gradient:.1e}") if measured else ("", "")


def _source(row: Equivalence) -> str:
    names = ", ".join(_link(name, row.source) for name in row.losses) or "any"
    return "<br>".join((names, *_when(row)))


def _when(row: Equivalence) -> list[str]:
    """For which parameters a row is, and what of the model must be known for it."""
    wanted = ", ".join(_test(*test) for test in row.tests)
    known = "; ".join(_FACTS[name].format(" or ".join(values)) for name, values in row.given)
    return [cell(each) for each in (wanted, known) if each]


def _test(param: str, op: str, value: object, high: float) -> str:
    words = {
        "is": f"`{param}` {_shown(value)}",
        "within": f"`{param}` from {value} to {high:g}",
        "at_least": f"`{param}` at least {value}",
        "above": f"`{param}` above {value}",
        "below": f"`{param}` below {value}",
        "null": f"no `{param}`",
        "given": f"with `{param}`",
    }
    return words.get(op, f"`{param}` {op}")


def _target(row: Equivalence, up: str = "") -> str:
    if row.target is None:
        return _nearest(NEAREST.get(row.id)) or (
            cell(f"not {row.compared}") if row.compared else "—"
        )
    side = "netspresso" if row.source == "keras" else "keras"
    given = [f"`{name}` {_value(value)}" for name, value in row.params]
    if row.weight is not None:
        given.append(f"`weight` {_value(row.weight)}")
    return "<br>".join(filter(None, (_link(row.target, side, up), cell(", ".join(given)))))


def _nearest(nearest: Nearest | None) -> str:
    """What came nearest, and how far it still is."""
    if nearest is None:
        return ""
    share = f"{nearest.gradient_residual:.0%}"
    return cell(f"nearest: {nearest.name}, {share} of the gradient is left over")


def _value(value: object) -> str:
    if isinstance(value, From):
        return f"from `{value.param}`"
    if isinstance(value, FromClasses):
        return "the number of classes" if value.what == "classes" else "1 by the number of classes"
    if isinstance(value, IgnoredLabel):
        return "the ignored label"
    return _shown(value)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) or value is None else f"{value}"


def _link(name: str, side: str, up: str = "") -> str:
    of = {each.name: each for each in all_losses() if _is_of(each, side)}
    found = of.get(name)
    return f"[{name}]({up}losses/{found.framework}/{name}.md)" if found else f"`{name}`"


def _is_of(loss: LossDef, side: str) -> bool:
    """Whether a loss is one of a side: the platform's stand with Keras's."""
    return (loss.framework == "netspresso") == (side == "netspresso")
