"""Writing NetsPresso's list: entries as text in the manner of the file around them."""

from collections.abc import Sequence as Items
from typing import NamedTuple

from losslint.dialects.records import Site
from losslint.dialects.write_values import Manner, json_text, yaml_flow, yaml_scalar
from losslint.syntax.edits import column, line_start
from losslint.syntax.nodes import Mapping, Quote, Scalar, Sequence, outer_span


class Entry(NamedTuple):
    """An entry to write. `pairs` start with the criterion; `comments` are lines without a "#"."""

    pairs: tuple[tuple[str, object], ...]
    comments: tuple[str, ...] = ()

    @property
    def criterion(self) -> object:
        """The name of the loss."""
        return self.pairs[0][1]


class ListStyle(NamedTuple):
    """How a block list is laid out: the column of the dash, and the blanks behind it."""

    dash: int = 4
    gap: str = " "


def entry_of(
    criterion: str,
    params: Items[tuple[str, object]],
    weight: float | None,
    comments: tuple[str, ...] = (),
    weight_second: bool = False,
) -> Entry:
    """An entry; `weight` is always written, because the trainer stops without it."""
    pairs: list[tuple[str, object]] = [("criterion", criterion), *params]
    pairs.insert(1 if weight_second else len(pairs), ("weight", weight))
    return Entry(tuple(pairs), comments)


def list_style(site: Site) -> ListStyle:
    """The layout of a site's list; where there is none to follow, two columns inside its key."""
    view = site.view
    text = site.root.text
    key = column(text, site.key.start)
    if view is None or view.origin is not None or not isinstance(view.node, Sequence):
        return ListStyle(key + 2)
    if view.node.flow or not view.node.items:
        return ListStyle(key + 2)
    first = view.node.items[0]
    start = outer_span(first).start
    dash = text.rfind("-", 0, start + 1)
    between = text[dash + 1 : start]
    return ListStyle(column(text, dash), between if between.strip(" ") == "" and between else " ")


def quote_of(site: Site) -> Quote:
    """The quotes around the criteria of a list."""
    for entry in site.entries:
        if entry.name is not None and isinstance(entry.name.node, Scalar):
            return entry.name.node.quote
    return ""


def weight_is_second(site: Site) -> bool:
    """Whether the list's entries write their weight right behind the criterion."""
    for entry in site.entries:
        if isinstance(entry.view.node, Mapping) and entry.weight is not None:
            keys = [member.name for member, _ in entry.view.pairs()]
            if len(keys) > 2:
                return keys.index("weight") == 1
    return False


def pair_text(key: str, value: object, manner: Manner) -> str:
    """One pair of an entry."""
    words = manner if key == "criterion" else manner._replace(quote="")
    return f"{key}: {yaml_scalar(value, words)}"


def entry_lines(entry: Entry, manner: Manner, style: ListStyle) -> list[str]:
    """An entry as the lines of a block list."""
    indent = " " * style.dash
    lines = [f"{indent}# {comment}".rstrip() for comment in entry.comments]
    inner = " " * (style.dash + 1 + len(style.gap))
    for index, (key, value) in enumerate(entry.pairs):
        lead = f"{indent}-{style.gap}" if index == 0 else inner
        lines.append(lead + pair_text(key, value, manner))
    return lines


def block(entries: Items[Entry], manner: Manner, style: ListStyle) -> str:
    """A whole list, without a line end behind it."""
    lines = [line for entry in entries for line in entry_lines(entry, manner, style)]
    return manner.newline.join(lines)


def flow(entries: Items[Entry], manner: Manner) -> str:
    """A whole list on one line."""
    return yaml_flow([dict(entry.pairs) for entry in entries], manner)


def document(entries: Items[Entry], manner: Manner | None = None) -> str:
    """A file of its own: `model.losses` and nothing else."""
    manner = manner or Manner()
    lines = ["model:", "  losses:"]
    return manner.newline.join([*lines, block(entries, manner, ListStyle())]) + manner.newline


def as_json(entries: Items[Entry], manner: Manner, text: str, at: int) -> str:
    """A whole list as JSON, at an offset of a JSON file."""
    start = line_start(text, at)
    line = text[start:at]
    indent = line[: len(line) - len(line.lstrip())]
    return json_text([dict(entry.pairs) for entry in entries], manner, indent)
