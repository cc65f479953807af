"""The way to a place through the keys of its document."""

from __future__ import annotations

import pytest

from losslint.diagnostics import Span
from losslint.syntax.languages import JSON, YAML
from losslint.syntax.whereabouts import Whereabouts, whereabouts

ARCHIVE = (
    '{"compile_config": {"loss": {"cls": {"config": {"from_logits": true}}, '
    '"b.c": ["mse", {"x": 1}]}}}'
)
LIST = """\
defaults: &d
  weight: 1.0
model:
  # a word
  losses:
    - criterion: cross_entropy
      <<: *d
    - &second {criterion: focal, weight: }
---
loss: mse
"""


@pytest.mark.parametrize(
    ("text", "part", "path"),
    [
        (ARCHIVE, "true", "compile_config.loss.cls.config.from_logits"),
        (ARCHIVE, '"from_logits"', "compile_config.loss.cls.config.from_logits"),
        (ARCHIVE, '{"from_logits": true}', "compile_config.loss.cls.config"),
        (ARCHIVE, '"mse"', 'compile_config.loss["b.c"][0]'),
        (ARCHIVE, "1", 'compile_config.loss["b.c"][1].x'),
        (ARCHIVE, ARCHIVE, None),
        (LIST, "cross_entropy", "model.losses[0].criterion"),
        (LIST, "*d", "model.losses[0].<<"),
        (LIST, "focal", "model.losses[1].criterion"),
        (LIST, "{criterion: focal, weight: }", "model.losses[1]"),
        (LIST, "# a word", "model"),
        (LIST, "mse", "loss"),
        ('{"a": ', "{", None),
        ("", "", None),
    ],
)
def test_the_keys_and_numbers_lead_to_a_place(text: str, part: str, path: str | None) -> None:
    tree = (JSON if text.startswith("{") else YAML).parse(text)
    start = text.index(part)
    assert whereabouts(tree, Span(start, start + len(part))).path == path


def test_a_path_has_a_bound() -> None:
    text = '{"a": ' * 400 + "1" + "}" * 400
    at = text.index("1")
    assert whereabouts(JSON.parse(text), Span(at, at + 1)).path == ".".join("a" * 400)[:300] + "…"
    wide = "[" + "1, " * 100_000 + "2]"
    at = wide.index("2")
    assert whereabouts(JSON.parse(wide), Span(at, at + 1)) == Whereabouts("[100000]")


def test_an_alias_leads_to_its_anchor() -> None:
    start, anchor = LIST.index("*d"), LIST.index("weight: 1.0")
    there = Span(anchor, anchor + len("weight: 1.0"))
    found = whereabouts(YAML.parse(LIST), Span(start, start + 2))
    assert found == Whereabouts("model.losses[0].<<", there)
