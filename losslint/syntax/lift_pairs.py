"""An edit that moves the pairs of a nested mapping up into the one around it."""

from __future__ import annotations

from losslint.diagnostics import Edit
from losslint.syntax.edits import column, line_end, line_start, newline_of
from losslint.syntax.nodes import Mapping, Pair, Scalar, outer_span


def lift_pairs(text: str, mapping: Mapping, index: int) -> list[Edit] | None:
    """Put the pairs under the key at `index` in its place, as they are written.

    None where that takes more than moving text: under an anchor, a tag or an alias, with a merge
    key, or where a key would then stand twice.
    """
    pair = mapping.pairs[index]
    inner = pair.value
    if not isinstance(inner, Mapping) or not inner.pairs or inner.cut:
        return None
    if inner.anchor is not None or inner.tag is not None or not _are_free(mapping, inner):
        return None
    start = outer_span(pair.key).start
    if inner.flow:
        return _lift_flow(text, start, inner, in_flow=mapping.flow)
    first = outer_span(inner.pairs[0].key).start
    by = column(text, first) - column(text, start)
    edits = [Edit(start, first, "")]
    at = line_end(text, first)
    while at < inner.end:
        at = line_start(text, min(at + 2, len(text))) if text[at : at + 2] == "\r\n" else at + 1
        end = line_end(text, at)
        if at >= inner.end:
            break
        lead = len(text[at:end]) - len(text[at:end].lstrip(" "))
        if lead < by and text[at:end].strip():
            return None
        edits.append(Edit(at, at + min(by, lead), ""))
        at = end
    return [edit for edit in edits if edit.start < edit.end]


def _are_free(mapping: Mapping, inner: Mapping) -> bool:
    """Whether all keys are plain words that the outer mapping does not have."""
    taken = {key.value for key, _ in mapping.pairs if isinstance(key, Scalar)}
    keys = [key for key, _ in inner.pairs]
    return all(
        isinstance(key, Scalar) and key.value != "<<" and key.value not in taken for key in keys
    )


def _lift_flow(text: str, start: int, inner: Mapping, *, in_flow: bool) -> list[Edit] | None:
    first, last = outer_span(inner.pairs[0].key).start, _end(inner.pairs[-1])
    if in_flow:
        return [Edit(start, first, ""), Edit(last, inner.end, "")]
    written = [text[outer_span(pair.key).start : _end(pair)] for pair in inner.pairs]
    if any("\n" in each or "\r" in each for each in written):
        return None
    between = newline_of(text) + " " * column(text, start)
    return [Edit(start, inner.end, between.join(written))]


def _end(pair: Pair) -> int:
    return max(pair.value.end, pair.key.end)
