"""Keras's losses into a file that has some: the platform's LOSS, or `loss` of a compile config."""

from __future__ import annotations

from collections.abc import Mapping as Values

from losslint.convert.model import Refused
from losslint.convert.place import Place, find_place
from losslint.diagnostics import Edit
from losslint.dialects.write_values import Manner, inline, json_text, manner_of, yaml_scalar
from losslint.files.source import Source
from losslint.syntax.edits import insert_pair, line_start, remove_pair
from losslint.syntax.nodes import Mapping, Node, Pair, Scalar, outer_span
from losslint.syntax.plain import plain
from losslint.syntax.view import View

_MAX_STEPS = 500


def splice_platform(place: Place, loss: Values[str, object]) -> str | Refused:
    """The text of a file with the platform's LOSS replaced."""
    for _ in range(_MAX_STEPS):
        view = place.site.view
        if not place.site.is_platform or view is None:
            return Refused("it has no LOSS of the platform; `--style object` writes Keras's form")
        if _same(plain(view), loss):
            return place.source.text
        manner = manner_of(place.tree)
        if not _is_block(view):
            edit: Edit | None = _value_edit(place, view.node, loss, manner)
        else:
            edit = _pair_edit(place.tree.text, view, loss, manner)
        if edit is None:
            break
        again = find_place(place.edited((edit,)), "keras")
        if isinstance(again, Refused):
            return again
        place = again
    return Refused("its LOSS could not be brought into the new form")


def _same(old: object, new: Values[str, object]) -> bool:
    return isinstance(old, dict) and repr(sorted(old.items())) == repr(sorted(new.items()))


def _is_block(view: View) -> bool:
    node = view.node
    if view.origin is not None or not isinstance(node, Mapping) or node.flow or not node.pairs:
        return False
    keys = [key.value for key, _ in node.pairs if isinstance(key, Scalar)]
    return "<<" not in keys and len(set(keys)) == len(node.pairs)


def _value_edit(place: Place, node: Node, value: object, manner: Manner) -> Edit:
    """A value in the place of a node: in JSON in the file's layout, in YAML on one line."""
    text = place.tree.text
    start, end = outer_span(node)
    if place.tree.language.has_blocks:
        return Edit(start, end, inline(value, manner))
    first = line_start(text, start)
    line = text[first:start]
    indent = line[: len(line) - len(line.lstrip())]
    single = "\n" not in text[start:end] and "\n" not in text
    return Edit(start, end, json_text(value, manner, indent, single))


def _pair_edit(text: str, view: View, loss: Values[str, object], manner: Manner) -> Edit | None:
    """The first pair of a block mapping that is not as it should be."""
    node = view.node
    assert isinstance(node, Mapping)
    present = set()
    for index, (member, value) in enumerate(view.pairs()):
        present.add(member.name)
        if member.name not in loss:
            return remove_pair(text, node, index)
        wanted = loss[member.name]
        if repr(plain(value)) != repr(wanted):
            return _scalar_edit(text, node.pairs[index], wanted, manner)
    for key, new in loss.items():
        if key not in present:
            return insert_pair(text, node, len(node.pairs) - 1, key, yaml_scalar(new, manner))
    return None


def _scalar_edit(text: str, pair: Pair, value: object, manner: Manner) -> Edit:
    start, end = outer_span(pair.value)
    node = pair.value
    if isinstance(node, Scalar) and node.is_absent:
        at = text.index(":", pair.key.end) + 1
        return Edit(at, at, f" {yaml_scalar(value, manner)}")
    quote = node.quote if isinstance(node, Scalar) else ""
    words = manner._replace(quote=quote) if isinstance(value, str) else manner
    return Edit(start, end, yaml_scalar(value, words))


def splice_compile(place: Place, value: Values[str, object]) -> str | Refused:
    """The text of a file with `loss`, and where it is needed `loss_weights`, replaced.

    `value` is that of a compile config; a free-standing loss takes one loss without a factor.
    """
    site = place.site
    if site.is_platform or site.view is None:
        return Refused("it has a LOSS of the platform; `--style platform` writes that form")
    if site.is_free:
        if "loss_weights" in value or isinstance(value["loss"], list):
            return Refused("a loss by itself has no place for several losses or a factor")
        edit = _value_edit(place, site.view.node, value["loss"], manner_of(place.tree))
        return place.edited((edit,)).text
    source = _set_key(place, "loss", value.get("loss"))
    again = find_place(source, "keras") if source is not place.source else place
    if isinstance(again, Refused):
        return again
    return _set_key(again, "loss_weights", value.get("loss_weights")).text


def _set_key(place: Place, key: str, value: object) -> Source:
    """The file with one key of the compile config set; null takes it back where it stands."""
    text = place.source.text
    manner = manner_of(place.tree)
    node = place.site.owner.node
    assert isinstance(node, Mapping)
    for pair in node.pairs:
        if isinstance(pair.key, Scalar) and pair.key.value == key:
            if repr(plain(place.site.owner.get(key) or place.site.owner)) == repr(value):
                return place.source
            return place.edited((_value_edit(place, pair.value, value, manner),))
    if value is None:
        return place.source
    index = next(i for i, p in enumerate(node.pairs) if p.key.start == place.site.key.start)
    written = inline(value, manner)
    return place.edited((insert_pair(text, node, index, manner.language.key(key), written),))
