"""A plan as text: a block of its own, or the file that it goes into."""

from __future__ import annotations

from typing import Literal, NamedTuple

from losslint.convert.model import Refused, SitePlan, Written
from losslint.convert.place import Place, find_place
from losslint.convert.splice_keras import splice_compile, splice_platform
from losslint.convert.splice_netspresso import splice_netspresso
from losslint.convert.verify import dangling, verify
from losslint.dialects.model import DialectName, Site
from losslint.dialects.write_keras import compile_value, loss_object, platform_object
from losslint.dialects.write_netspresso import (
    Entry,
    document,
    entry_of,
    weight_is_second,
)
from losslint.dialects.write_values import Manner, json_text
from losslint.report.escape import visible
from losslint.rules.base import Target
from losslint.source import Source

Style = Literal["platform", "object"]


class Rendering(NamedTuple):
    """How to write: the dialect, the style of Keras's losses, its release, with comments or not."""

    to: DialectName
    style: Style
    keras: Target
    annotate: bool = False


def written(plan: SitePlan, rendering: Rendering) -> list[Written]:
    """The entries of a plan as they are to be written."""
    found: list[Written] = []
    for entry in plan.entries:
        assert entry.target is not None
        comments: tuple[str, ...] = ()
        if rendering.annotate:
            head = f"losslint: {entry.source.name} of {_WORDS[entry.source.dialect]}, {entry.kind}"
            comments = (head, *(line for text in entry.conditions for line in _folded(text)))
        found.append(Written(entry.target, entry.factor, comments))
    return found


def _folded(text: str) -> list[str]:
    """A condition as the lines of a comment."""
    from textwrap import wrap

    return [f"losslint:   {line}" for line in wrap(visible(text), _COMMENT_WIDTH)]


_COMMENT_WIDTH = 84
_WORDS: dict[DialectName, str] = {"keras": "Keras", "netspresso": "NetsPresso"}


def style_of(site: Site) -> Style:
    """The style of the losses that stand at a site of Keras."""
    return "platform" if site.kind == "platform" else "object"


def has_no_place(plan: SitePlan, rendering: Rendering) -> str | None:
    """Why the platform's LOSS cannot say a plan: it is one loss without a factor."""
    if rendering.to != "keras" or rendering.style != "platform":
        return None
    if len(plan.entries) > 1:
        return "the platform's LOSS holds one loss; `--style object` writes several"
    if any(entry.factor not in (None, 1.0) for entry in plan.entries):
        return "the platform's LOSS has no place for a factor; `--style object` writes one"
    return None


def fresh(plan: SitePlan, rendering: Rendering) -> str:
    """A file of its own."""
    entries = written(plan, rendering)
    if rendering.to == "netspresso":
        return document(_netspresso(entries))
    manner = Manner("null")
    if rendering.style == "platform":
        value: object = {"LOSS": _platform(entries[0])}
    else:
        compiled = _compiled(entries, rendering.keras)
        alone = len(entries) == 1 and "loss_weights" not in compiled
        value = compiled["loss"] if alone else {"compile_config": compiled}
    return json_text(value, manner, "") + "\n"


def into(plan: SitePlan, rendering: Rendering, target: Source) -> Source | Refused:
    """Another file with its losses replaced by those of a plan; verified, not yet written."""
    place = find_place(target, rendering.to)
    if isinstance(place, Refused):
        return place
    entries = written(plan, rendering)
    if rendering.to == "netspresso":
        if (problem := dangling(place)) is not None:
            return Refused(problem)
        second = weight_is_second(place.site)
        wanted: object = [dict(e.pairs) for e in _netspresso(entries, second)]
        text = splice_netspresso(target, _netspresso(entries, second))
    elif rendering.style == "platform":
        wanted = _platform(entries[0])
        text = _without_dangling(place) or splice_platform(target, _platform(entries[0]))
    else:
        wanted = _compiled(entries, rendering.keras)
        text = _without_dangling(place) or splice_compile(
            target, _compiled(entries, rendering.keras)
        )
    if isinstance(text, Refused):
        return text
    after = target._replace(text=text)
    problem_after = verify(place, after, rendering.to, wanted)
    return after if problem_after is None else problem_after


def _without_dangling(place: Place) -> Refused | None:
    problem = dangling(place)
    return None if problem is None else Refused(problem)


def _netspresso(entries: list[Written], weight_second: bool = False) -> list[Entry]:
    return [
        entry_of(each.loss.name, each.loss.params, each.factor, each.comments, weight_second)
        for each in entries
    ]


def _platform(entry: Written) -> dict[str, object]:
    return platform_object(entry.loss.name, entry.loss.params)


def _compiled(entries: list[Written], target: Target) -> dict[str, object]:
    losses = [loss_object(each.loss.name, each.loss.params, target.version) for each in entries]
    return compile_value(losses, [each.factor for each in entries])
