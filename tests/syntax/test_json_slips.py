"""JSON with a slip in it is mended; what is another language keeps its text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losslint.diagnostics import Edit
from losslint.syntax.edits import apply_edits
from losslint.syntax.json_tree import parse_json
from losslint.syntax.nodes import Mapping, Scalar
from tests.examples import examples

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
        "{'a': True, 'b': 1,}",
        "- 'a'\n- 'b'\n",
        "{'a': ~}",
        # What an escape between single quotes means depends on the language.
        r"""{"a": '\d', "b": [1,]}""",
        r"""{"a": '\x41', "b": [1,]}""",
        """{"a": '\t', "b": [1,]}""",
        r"{\d: [1,]}",
        # No sign between the two makes an object of this.
        '{"a" "b": [1,]}',
        '{"a" [1,]}',
        '{"a": 1 {"b": [1,]}}',
        '{"a": [1,], "b" "c": 1}',
        # What is left out of an example, a number that JSON writes otherwise, a bracket too few.
        '{"a": [...], "b": [1,]}',
        '{"a": [1,], "b": .5}',
        '{"a": [1,], "b": [01]}',
        '{"a": [1,]',
        '{"a": [1,]]',
        "[1,] 2",
    ],
)
def test_another_language_is_left_alone(text: str) -> None:
    assert mended(text) == text
    # One place ends the reading, and it is the last one.
    stops = [p for p in parse_json(text).problems if p.message.startswith("json.load stops here")]
    assert stops == [parse_json(text).problems[-1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [1, 2,],}', {"a": [1, 2]}),
        ("{'a': true, 'b': null}", {"a": True, "b": None}),
        ('{"a": [1 2] "b": {}}', {"a": [1, 2], "b": {}}),
        ('[1 "a"[2]{}"b" null -1]', [1, "a", [2], {}, "b", None, -1]),
        ('{"a": 1\n"b": 2}', {"a": 1, "b": 2}),
        (r"""{"a": 'don\'t', "b": 'it"s', "c": 'a\"b'}""", {"a": "don't", "b": 'it"s', "c": 'a"b'}),
        (r"""{"a": 'x\\y\n\u00e9', "b": '\\\''}""", {"a": "x\\y\né", "b": "\\'"}),
    ],
)
def test_a_slip_is_mended(text: str, expected: object) -> None:
    assert json.loads(mended(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Only who wrote it knows where a comment belongs, or what was meant between two commas.
        ('{"a": 1, // one\n"b": [1,]}', '{"a": 1, // one\n"b": [1]}'),
        ('# x\n["a", /* b */ "c",]', '# x\n["a", /* b */ "c"]'),
        ("[1,, 'a',]", '[1,, "a"]'),
        ('[,"a" "b"]', '[,"a", "b"]'),
    ],
)
def test_what_is_not_certain_stays(text: str, expected: str) -> None:
    assert mended(text) == expected


SLIPS = ("JSON has no comments", "this comma", 'a "," is missing', "json.load refuses", "JSON str")
FRAGMENT = "a JSON document is one value"


@pytest.mark.slow
@given(
    st.one_of(
        st.text(alphabet="{}[],:\"'/*#truefalsnNI01.-+eE \n\t\\\x01u", max_size=30),
        st.lists(
            st.sampled_from([*"{}[],:", '"a"', '"\\u00e', '"\\q"', "1", "-", "null", "nul", " "]),
            max_size=12,
        ).map("".join),
    )
)
@settings(max_examples=examples(1500))
def test_the_place_and_the_reason_are_those_of_json_load(text: str) -> None:
    problems = parse_json(text).problems
    refused = refusal(text)
    if refused is None:
        assert problems == ()
        return
    first = problems[0]
    if first.message.startswith("json.load stops here"):
        assert first.message == f"json.load stops here: {refused.msg.removesuffix(' at')}"
        assert first.span.start == min(refused.pos, len(text))
    else:
        assert first.message.startswith((*SLIPS, FRAGMENT, "the file is empty"))
    assert sum(p.message.startswith("json.load stops here") for p in problems) <= 1
    # What is mended needs no second time.
    if not any(FRAGMENT in p.message for p in problems):
        assert not any(problem.fix for problem in parse_json(mended(text)).problems)


def refusal(text: str) -> json.JSONDecodeError | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error
    return None


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
    for budget in range(1, 7):
        monkeypatch.setattr("losslint.syntax.json_tree.MAX_NODES", budget)
        (problem,) = parse_json(text).problems
        assert problem.is_budget, budget
        assert problem.fix == ()
