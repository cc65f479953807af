"""Configs as hypothesis writes them: both styles, in many spellings of the same values."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import strategies as st

from tests.truth import keras_cases, netspresso_cases
from tests.truth.write import Items, Map, Pair, Raw, Value, lines

SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def netspresso(draw: st.DrawFn) -> str:
    """A NetsPresso model file, sound or mutated."""
    return netspresso_cases.generate(1, draw(SEEDS))[0].text


@st.composite
def keras(draw: st.DrawFn) -> str:
    """A Keras config as JSON, sound or mutated."""
    return keras_cases.generate(1, draw(SEEDS))[0]


@st.composite
def damaged(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text with pieces taken out, doubled, swapped or put in."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        to = min(len(text), at + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from(("", text[at:to] * 2, text[at:to][::-1], *_PIECES)))
        text = text[:at] + piece + text[to:]
    return text


@st.composite
def broken_lines(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text with other line breaks than \\n, and with lines that stand further left or right."""
    lines = draw(texts).split("\n")
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        moved = draw(st.sampled_from(("", " ", "   ", "\t", *(lines[at][:n] for n in (1, 2, 3)))))
        comment = draw(st.sampled_from(("", "", " # x", "#")))
        lines[at] = draw(st.sampled_from(BREAKS)) + moved + lines[at].lstrip() + comment
        if at and draw(st.booleans()):
            lines[at - 1 : at + 1] = [lines[at - 1] + lines[at]]
    return "\n".join(lines)


BREAKS = ("", "\u2028", "\u2029", "\x85", "\r", "\r\n", "\f", "\v", "\n\n", " ")

_PIECES = (
    "\n", "\r\n", "\r", "\t", " ", "  ", "- ", ": ", ":", "? ", "#", " # x\n", "{", "}", "[", "]",
    ",", "'", '"', "&a ", "*a", "<<: *a", "!x ", "!!str ", "|\n", ">-\n", "---\n", "...\n", "%",
    "${", "${x}", "\\", "\u2028", "\u2029", "\x85", "\ufeff", "ä", "\U0001f600", "\0", "\x1b",
    "null", "~",
)  # fmt: skip

# Sound and broken entries as plain data, to be written in several ways.
scalars: st.SearchStrategy[Any] = st.sampled_from(
    (None, True, False, 0, 1, -1, 255, 0.1, 0.5, 1.5, -0.1, "0.1", "x", "true", "null", "", "~")
)
entries = st.fixed_dictionaries(
    {"criterion": st.sampled_from(("cross_entropy", "focal_loss", "crossentropy", "mse"))},
    optional={
        "weight": scalars,
        "label_smoothing": scalars,
        "ignore_index": scalars,
        "alpha": scalars,
        "gamma": scalars,
        "foo": scalars,
        "anchors": st.lists(scalars, max_size=3),
        "params": st.dictionaries(st.sampled_from(("alpha", "beta")), scalars, max_size=2),
    },
)
models = st.lists(entries, min_size=1, max_size=3)


def written(losses: Any, rng: random.Random) -> str:
    """A model file with these losses in some formatting: block or flow, quotes, comments."""
    model = Map((Pair("task", Raw("classification")), Pair("losses", _value(losses, rng))))
    return lines(Map((Pair("model", model),)), 0) + rng.choice(("", "\n", "\n\n# end\n"))


def _value(data: Any, rng: random.Random) -> Value:
    if isinstance(data, dict):
        pairs = tuple(Pair(_key(key, rng), _value(item, rng)) for key, item in data.items())
        return Map(pairs, rng.random() < 0.4)
    if isinstance(data, list):
        return Items(tuple(_value(item, rng) for item in data), rng.random() < 0.4)
    return Raw(_scalar(data, rng))


def _key(key: str, rng: random.Random) -> str:
    return rng.choice((key, key, f'"{key}"', f"'{key}'"))


def _scalar(data: Any, rng: random.Random) -> str:
    if isinstance(data, str):
        plain = data in ("x", "crossentropy", "cross_entropy", "focal_loss", "mse")
        quoted = [json.dumps(data), f"'{data}'", f"!!str {json.dumps(data)}"]
        return rng.choice([*quoted, data] if plain else quoted)
    if data is None:
        return rng.choice(("null", "~", "Null", "!!null ''"))
    if isinstance(data, bool):
        return rng.choice(("true", "True", "yes", "on") if data else ("false", "no", "off"))
    return rng.choice((str(data), f"{'!!float' if isinstance(data, float) else '!!int'} {data}"))
