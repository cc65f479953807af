"""Comments that silence findings, and what is said of those that do not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.diagnostics import Diagnostic, Span
from losslint.linter.suppressions import SuppressionOutcome, apply_suppressions
from losslint.settings.rule_selectors import Vocabulary
from tests.steps import growth

RULES = Vocabulary(
    [
        ("LL101", "unknown-loss"),
        ("LL110", "unknown-parameter"),
        ("LL201", "duplicate-criterion"),
        ("LL901", "blanket-suppression"),
        ("LL902", "unused-suppression"),
        ("LL903", "invalid-suppression"),
    ]
)


def spans(text: str) -> list[Span]:
    """The comments of a text that holds no "#" but theirs."""
    return [Span(*match.span()) for match in re.finditer(r"#[^\r\n]*", text)]


def at(text: str, word: str, code: str = "LL101") -> Diagnostic:
    start = text.index(word)
    return Diagnostic(code, "name", "error", "m", Span(start, start + len(word)))


def run(
    text: str, *diagnostics: Diagnostic, ran: Callable[[str], bool] = lambda _code: True
) -> SuppressionOutcome:
    return apply_suppressions(text, spans(text), diagnostics, RULES, ran)


def codes(outcome: SuppressionOutcome) -> tuple[list[str], list[str]]:
    return [each.code for each in outcome.kept], [each.code for each in outcome.findings]


def fixed(text: str, outcome: SuppressionOutcome) -> str:
    for each in reversed(outcome.findings):
        for edit in each.fix.edits if each.fix else ():
            text = text[: edit.start] + edit.text + text[edit.end :]
    return text


@pytest.mark.parametrize(
    "comment",
    [
        "# losslint: ignore[LL101]",
        "#losslint:ignore[LL1]",
        "# losslint: ignore[LL2, LL101] it is ours",
        "# losslint: ignore[unknown-loss]: it is ours",
        "# our own  # losslint: ignore [ LL101 ]",
        "# losslint: ignore[LL2] # losslint: ignore[LL101]",
        "# losslint: ignore-file[LL101]",
    ],
)
def test_a_comment_on_the_line_silences(comment: str) -> None:
    text = f"a: 1\nb: mess {comment}\nc: 2\n"
    outcome = run(text, at(text, "mess"), ran=lambda code: code == "LL101")
    assert codes(outcome) == ([], [])


def test_a_comment_speaks_of_one_line() -> None:
    text = (
        "a: one # losslint: ignore[LL101]\nb: two\n\n"
        "# losslint: ignore[LL2]\n\n# why\n---\nc: three\n"
    )
    outcome = run(
        text,
        at(text, "one"),
        at(text, "one", "LL110"),
        at(text, "two"),
        at(text, "two", "LL201"),
        at(text, "three", "LL201"),
    )
    assert codes(outcome) == (["LL110", "LL101", "LL201"], [])
    assert outcome.kept[1].span == at(text, "two").span


def test_a_comment_for_the_file_may_stand_anywhere() -> None:
    text = "a: one\nb: two\n# losslint: ignore-file[LL1]\n"
    outcome = run(text, at(text, "one"), at(text, "two", "LL110"), at(text, "two", "LL201"))
    assert codes(outcome) == (["LL201"], [])


def test_a_finding_that_spans_lines_stands_where_it_starts() -> None:
    text = "a:\n  - one # losslint: ignore[LL101]\n  - two\n"
    whole = Diagnostic("LL101", "unknown-loss", "error", "m", Span(0, len(text)))
    from_item = whole._replace(span=Span(text.index("one"), len(text)))
    assert codes(run(text, whole, from_item))[0] == ["LL101"]


@pytest.mark.parametrize(
    "comment", ["ignore", "ignore LL101", "ignore[]", "ignore-file", "ignore[ ,]"]
)
def test_rules_must_be_named(comment: str) -> None:
    text = f"a: one # losslint: {comment}\n"
    assert codes(run(text, at(text, "one"))) == (["LL101"], ["LL901"])


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("ignore[LL101", "the suppression has no closing bracket"),
        ("disable[LL101]", "'disable' silences nothing"),
        ("noqa", "'noqa' silences nothing"),
        ("ignore[LL101, ll101]", "'ll101' is no rule; did you mean 'LL101'?"),
        ("ignore[unknown-los, LL101]", "'unknown-los' is no rule; did you mean 'unknown-loss'?"),
        ("ignore[E501, LL101]", "'E501' is no rule"),
    ],
)
def test_what_is_misspelt_is_reported(comment: str, message: str) -> None:
    text = f"a: one # losslint: {comment}\n"
    outcome = run(text, at(text, "one"))
    (finding,) = outcome.findings
    assert (finding.code, finding.message) == ("LL903", message)
    assert finding.hint
    assert text[slice(*finding.span)] in text


@pytest.mark.parametrize(
    "comment", ["# losslint: see the docs", "# losslint:", "# about losslint: x"]
)
def test_prose_is_no_suppression(comment: str) -> None:
    text = f"a: one {comment}\n"
    assert codes(run(text, at(text, "one"))) == (["LL101"], [])


@pytest.mark.parametrize(
    ("before", "after", "safe"),
    [
        ("a: 1 # losslint: ignore[LL101]\nb: 2\n", "a: 1\nb: 2\n", True),
        ("a: 1 # losslint: ignore[LL101] ours\r\nb: 2", "a: 1\r\nb: 2", False),
        ("a: 1\n  # losslint: ignore[LL101]\nb: 2\n", "a: 1\nb: 2\n", True),
        ("# losslint: ignore-file[LL101]\r\na: 1", "a: 1", True),
        ("a: 1\n# losslint: ignore[LL101]", "a: 1\n", True),
        ("a: 1 # keep # losslint: ignore[LL101]\n", "a: 1 # keep\n", True),
        (
            "a: 1 # losslint: ignore[LL110, LL101, LL2] x\n",
            "a: 1 # losslint: ignore[LL110] x\n",
            True,
        ),
        ("a: 1 # losslint: ignore[LL101, E501]\n", "a: 1 # losslint: ignore[E501]\n", True),
        (
            "a: 1 # losslint: ignore[LL2] # losslint: ignore[LL110]\n",
            "a: 1 # losslint: ignore[LL110]\n",
            True,
        ),
    ],
)
def test_what_silences_nothing_is_reported_and_removed(before: str, after: str, safe: bool) -> None:
    outcome = run(before, at(before, "1", "LL110"))
    unused = [each for each in outcome.findings if each.code == "LL902"]
    assert len(unused) == 1
    assert unused[0].fix is not None
    assert unused[0].fix.safe is safe
    assert fixed(before, outcome) == after
    assert [each.code for each in run(after, at(after, "1", "LL110")).findings] in ([], ["LL903"])


def test_a_rule_that_did_not_run_proves_nothing() -> None:
    text = "a: 1 # losslint: ignore[LL1]\n"
    assert codes(run(text, ran=lambda code: code == "LL101")) == ([], [])
    (finding,) = run(text).findings
    assert finding.message == "the suppression of LL1 silences nothing"


def test_findings_about_comments_can_be_silenced_by_their_own_codes() -> None:
    text = (
        "a: 1 # losslint: ignore[LL110, LL902]\nb: 2 # losslint: ignore[E1, invalid-suppression]\n"
    )
    assert codes(run(text)) == ([], [])
    text = "# losslint: ignore-file[LL9]\na: 1 # losslint: ignore\n"
    assert codes(run(text)) == ([], [])
    text = "# losslint: ignore[LL110, LL902]\na: 1\n"
    assert codes(run(text)) == ([], [])


@given(st.text(alphabet="ab #:\n\r[],losslint:ignore-file[LL1]", max_size=80))
def test_any_text(text: str) -> None:
    text = text.replace("ab", "# losslint: ignore")
    diagnostics = [at(text, "a")] if "a" in text else []
    outcome = run(text, *diagnostics)
    assert len(outcome.kept) <= len(diagnostics)
    for finding in outcome.findings:
        assert 0 <= finding.span.start < finding.span.end <= len(text)
    assert isinstance(fixed(text, outcome), str)


def test_without_comments_nothing_is_done() -> None:
    text = "a: one\n"
    diagnostics = (at(text, "one"),)
    assert run(text, *diagnostics) == SuppressionOutcome(diagnostics, ())


def test_a_file_full_of_comments_is_told_about_once_it_is_enough() -> None:
    """Of each kind as many as of any rule, and then that there are more."""
    unused = "a: 1 # losslint: ignore[LL101]\n" * 600
    bare = "a: 1 # losslint: ignore[]\n" * 600
    unknown = "".join(f"a: 1 # losslint: ignore[LL{n}]\n" for n in range(1000, 1600))
    broken = "a: 1 # losslint: disable\n" * 600
    outcome = run(unused + bare + unknown + broken)
    counted = Counter(each.code for each in outcome.findings)
    assert counted == {"LL901": 501, "LL902": 501, "LL903": 501}
    rest = [each.message for each in outcome.findings if each.severity == "info"]
    assert rest == [
        f"more than 500 findings of {code}; the others are left out"
        for code in ("LL902", "LL901", "LL903")
    ]


def test_time_grows_with_comments_and_not_with_comments_times_findings() -> None:
    def apply(size: int) -> SuppressionOutcome:
        text = "".join(f"a{n}: x # losslint: ignore[LL101] {n}\n" for n in range(size))
        found = [
            Diagnostic("LL101", "name", "error", "m", Span(m.start(), m.start() + 1))
            for m in re.finditer("x", text)
        ]
        outcome = apply_suppressions(text, spans(text), found, RULES, lambda _code: True)
        assert outcome == SuppressionOutcome((), ())
        return outcome

    assert growth(apply, 200) < 4.5


_LONG: list[Callable[[int], str]] = [
    lambda n: "# losslint: ignore[LL101]\n" * n + "a: 1\n",
    lambda n: "a: 1 # losslint: ignore[" + "LL101, " * n + "]\n",
    lambda n: "a: 1 # losslint: ignore[LL101, " + "LL201, " * n + "]\n",
    lambda n: "a: 1 # losslint: ignore[" + " ".join(f"LL{1000 + i}" for i in range(n)) + "]\n",
    lambda n: "a: 1 # losslint: ignore[" + "x" * n + "]\n",
    lambda n: "a: 1 # " + "losslint: " * n + "\n",
    lambda n: "a: 1 " + "# losslint: ignore[" * n + "\n",
]


@pytest.mark.slow
@pytest.mark.parametrize("long", _LONG)
def test_hostile_comments_take_no_more_than_their_length(long: Callable[[int], str]) -> None:
    def apply(size: int) -> SuppressionOutcome:
        text = long(size)
        spans_of = [Span(match.start(), match.end()) for match in re.finditer(r"(?m)#.*$", text)]
        diagnostics = [at(text, "1")] * (size // 10)
        return apply_suppressions(text, spans_of, diagnostics, RULES, lambda _code: True)

    assert growth(apply, 500) < 5
    # What a pattern does within is not counted; what went back and forth would not end here.
    apply(50_000)
