"""JSON with a slip in it is mended; what is another language keeps its text."""

from __future__ import annotations

import json

import pytest

from losslint.diagnostics import Edit
from losslint.syntax.edits import apply_edits
from losslint.syntax.json_tree import parse_json
from losslint.syntax.nodes import Mapping, Scalar

YAML = """\
# a config under the name of another format
model:
  task: classification
  losses:
    - criterion: cross_entropy   # keep
      weight: ~
"""


def mended(text: str) -> str:
    problems = parse_json(text).problems
    assert problems
    return apply_edits(text, [Edit(*edit) for problem in problems for edit in problem.fix])


@pytest.mark.parametrize(
    "text",
    [
        YAML,
        '"task": 1\n"losses": [1,]\n',
        "{criterion: cross_entropy, weight: 1,}",
        '{"a": tru, "b": None,}',
        '{"a": True False, "b": None}',
        "- 'a'\n- 'b'\n",
        "{'a': ~}",
    ],
)
def test_another_language_is_left_alone(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [1, 2,],}', {"a": [1, 2]}),
        ("{'a': True, b: None}", {"a": True, "b": None}),
        ('{"a": [1 2] "b": {}}', {"a": [1, 2], "b": {}}),
        ('{"a" 1}', {"a": 1}),
        (r"""{"a": 'don\'t', "b": 'it"s', "c": 'a\"b'}""", {"a": "don't", "b": 'it"s', "c": 'a"b'}),
        (r"""{"a": 'x\\y\n\u00e9', "b": '\\\''}""", {"a": "x\\y\né", "b": "\\'"}),
    ],
)
def test_a_slip_is_mended(text: str, expected: object) -> None:
    assert json.loads(mended(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What each of these means depends on the language.
        (r"""{"a": '\d', "b": True}""", r"""{"a": '\d', "b": true}"""),
        (r"""{"a": '\x41'}""", r"""{"a": '\x41'}"""),
        ("""{"a": '\t'}""", """{"a": '\t'}"""),
        (r"{\d: [1,]}", r"{\d: [1]}"),
        # No sign between the two makes an object of this.
        ('{"a" "b": 1}', '{"a" "b": 1}'),
        ('{"a": 1 {"b": [1,]}}', '{"a": 1 {"b": [1]}}'),
        # What is left out of an example, and a number that JSON writes otherwise.
        ('{"a": [...], "b": .5, "c": True}', '{"a": [...], "b": .5, "c": true}'),
    ],
)
def test_what_is_not_certain_stays(text: str, expected: str) -> None:
    assert mended(text) == expected


def test_a_string_in_single_quotes_reads_as_its_mended_form() -> None:
    root = parse_json(r"""{"a": 'don\'t "x"'}""").documents[0].root
    assert isinstance(root, Mapping)
    value = root.pairs[0].value
    assert isinstance(value, Scalar)
    assert value.value == 'don\'t "x"'


@pytest.mark.parametrize("text", ["[1, 2, 3, 4, 5]", '{"a": 1, "b": 2}', '{"a": {"a": {"a": 1}}}'])
def test_a_spent_budget_is_all_that_is_wrong_with_a_sound_text(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for budget in range(1, 9):
        monkeypatch.setattr("losslint.syntax.json_tree.MAX_NODES", budget)
        (problem,) = parse_json(text).problems
        assert problem.is_budget, budget
        assert problem.fix == ()
