"""A plan as text: a block of its own, or the file that it goes into."""

from __future__ import annotations

from typing import Literal, NamedTuple

from losslint.convert.model import Refused, SitePlan, Written
from losslint.convert.place import Place
from losslint.convert.splice_keras import splice_compile, splice_platform
from losslint.convert.splice_netspresso import splice_netspresso
from losslint.convert.verify import dangling, reads_back, verify
from losslint.dialects.keras.write import compile_value, loss_object, platform_object
from losslint.dialects.netspresso.write import (
    Entry,
    document,
    entry_of,
    weight_is_second,
)
from losslint.dialects.records import DialectName, Site
from losslint.dialects.write_values import Manner, json_text
from losslint.files.source import Source
from losslint.rules.base import Target
from losslint.text import visible

Style = Literal["platform", "object"]


FRESH_NAMES: dict[DialectName, str] = {"netspresso": "model.yaml", "keras": "config.json"}
"""What a file of its own is called until it is written somewhere; the name says the language."""


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


def fresh(plan: SitePlan, rendering: Rendering) -> str | Refused:
    """A file of its own, read back before it is handed on."""
    entries = written(plan, rendering)
    if rendering.to == "netspresso":
        text = document(_netspresso(entries))
    else:
        text = _keras_document(entries, rendering)
    source = Source(FRESH_NAMES[rendering.to], text, text.encode())
    problem = reads_back(source, rendering.to, _wanted(entries, rendering))
    return problem or text


def _keras_document(entries: list[Written], rendering: Rendering) -> str:
    value: object
    if rendering.style == "platform":
        value = {"LOSS": _platform(entries[0])}
    else:
        compiled = _compiled(entries, rendering.keras)
        alone = len(entries) == 1 and "loss_weights" not in compiled
        value = compiled["loss"] if alone else {"compile_config": compiled}
    return json_text(value, Manner("null"), "") + "\n"


def into(plan: SitePlan, rendering: Rendering, place: Place) -> Source | Refused:
    """Another file with its losses replaced by those of a plan; verified, not yet written."""
    if (problem := dangling(place)) is not None:
        return Refused(problem)
    entries = written(plan, rendering)
    if rendering.to == "netspresso":
        second = weight_is_second(place.site)
        text = splice_netspresso(place, _netspresso(entries, second))
    elif rendering.style == "platform":
        text = splice_platform(place, _platform(entries[0]))
    else:
        text = splice_compile(place, _compiled(entries, rendering.keras))
    if isinstance(text, Refused):
        return text
    after = place.source._replace(text=text)
    return verify(place, after, rendering.to, _wanted(entries, rendering)) or after


def _wanted(entries: list[Written], rendering: Rendering) -> object:
    """What a reader is to get in the place of the losses."""
    if rendering.to == "netspresso":
        return [dict(entry.pairs) for entry in _netspresso(entries)]
    if rendering.style == "platform":
        return _platform(entries[0])
    return _compiled(entries, rendering.keras)


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
