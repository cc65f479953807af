"""What holds of every config: no crash, spans inside, fixes that keep what they do not name."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losslint.diagnostics import Diagnostic, Edit, Fix, Span
from losslint.files.source import Source, Unreadable, decode
from losslint.linter.apply_rules import Checked
from losslint.linter.fix import Fixed, fix_source
from losslint.syntax.comments import comments
from losslint.syntax.nodes import Scalar

from . import strategies as our

Check = Callable[..., Checked]
NAMES = {"netspresso": "model.yaml", "keras": "config.json"}
texts = {"netspresso": our.netspresso(), "keras": our.keras()}
few = settings(max_examples=15, deadline=None)


def source_of(text: str, name: str) -> Source | None:
    # A mark would be taken away once more by each check of the text.
    source = decode(name, text.lstrip("\ufeff").encode("utf-8", "surrogatepass"))
    return None if isinstance(source, Unreadable) else source


def assert_sane(checked: Checked) -> None:
    length = len(checked.source.text)
    for found in checked.diagnostics:
        spans = [found.span, *(related.span for related in found.related)]
        spans += (
            [] if found.fix is None else [Span(edit.start, edit.end) for edit in found.fix.edits]
        )
        for start, end in spans:
            assert 0 <= start <= end <= length, found
        assert found.message
        # A JSON escape may name what is not printable; the reports show it as an escape again.
        text = checked.source.text
        assert found.message.isprintable() or not text.isprintable() or "\\" in text


@pytest.mark.parametrize("style", NAMES)
@few
@given(data=st.data())
def test_no_text_makes_it_stumble(style: str, data: st.DataObject, check_text: Check) -> None:
    text = data.draw(our.damaged(texts[style]))
    if source_of(text, NAMES[style]) is not None:
        assert_sane(check_text(text, NAMES[style]))


@few
@given(text=st.text(max_size=200))
def test_nor_does_any_other(text: str, check_text: Check) -> None:
    for name in ("a.yaml", "a.json"):
        if source_of("losses " + text, name) is not None:
            assert_sane(check_text("losses " + text, name))


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("style", NAMES)
@few
@given(data=st.data())
def test_fixes_converge(style: str, unsafe: bool, data: st.DataObject, check_text: Check) -> None:
    """A second run finds nothing more to fix; a text without fixes stays byte for byte."""
    name = NAMES[style]
    sound = texts[style]
    source = source_of(data.draw(sound | our.damaged(sound) | our.broken_lines(sound)), name)
    if source is not None:
        assert_convergence(source, unsafe, check_text)


def assert_convergence(source: Source, unsafe: bool, check_text: Check) -> None:
    name = source.path

    def check(text: Source) -> Checked:
        return check_text(text.text, name)

    def wanted(found: Diagnostic) -> bool:
        return found.fix is not None and (found.fix.safe or unsafe)

    fixed = fix_source(source, check, wanted)
    if not fixed.applied:
        assert fixed.source.text == source.text
    again = fix_source(fixed.source, check, wanted)
    assert again.source.text == fixed.source.text
    assert len(fixed.checked.tree.problems) <= len(check(source).tree.problems)


# A line break of YAML's own that stands where the editor shows none.
CUT_OFF = """\
model:
  task: segmentation
  name: pidnet_s
  architecture:
    full:
      name: pidnet
  losses:
    - criterion: pid\u2028   weight: null
      kwargs: {ignore_index: 0.1 # so}
shared:
  scale: 0.5
  crit: pidnet_loss
"""


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\r", "\n", "\r\n"])
@pytest.mark.parametrize("line", ["weight: null", "alpha", "]", "- x", "gamma: [1", "@"])
def test_an_entry_that_is_cut_off_is_not_added_to(
    mark: str, line: str, unsafe: bool, check_text: Check
) -> None:
    """What a mapping lacks is unknown where a syntax error ends the reading in it."""
    text = CUT_OFF.replace("\u2028   weight: null", f"{mark}   {line}")
    checked = check_text(text, "model.yaml")
    assert {d.code for d in checked.diagnostics} >= {"LL001", "LL100"}
    assert not {d.code for d in checked.diagnostics} & {"LL104", "LL111", "LL210"}
    fixed = all_fixed(text, "model.yaml", check_text, unsafe=unsafe)
    assert "weight: ~" not in fixed.source.text
    assert_convergence(checked.source, unsafe, check_text)


def test_a_fix_that_mends_nothing_is_not_made(check_text: Check) -> None:
    """It is tried once and told; the others of the file are made."""
    source = source_of("a: 1\nb: 2\n", "model.yaml")
    assert source is not None
    idle = Fix("add a line", (Edit(5, 5, "# a\n"),))
    real = Fix("write 3", (Edit(8, 9, "3"),))

    def check(text: Source) -> Checked:
        found = [Diagnostic("LL998", "idle", "error", "it stays", Span(0, 1), fix=idle)]
        if "3" not in text.text:
            found.append(Diagnostic("LL999", "real", "error", "no 3", Span(5, 6), fix=real))
        return check_text(text.text, "model.yaml")._replace(diagnostics=tuple(found))

    fixed = fix_source(source, check, lambda d: d.fix is not None)
    assert fixed.source.text == "a: 1\nb: 3\n"
    assert [d.code for d in fixed.applied] == ["LL999"]
    assert [each.diagnostic.code for each in fixed.refused] == ["LL998"]


def test_fixes_that_undo_each_other_change_nothing(check_text: Check) -> None:
    def check(text: Source) -> Checked:
        old, new = ("1", "2") if "1" in text.text else ("2", "1")
        fix = Fix("swap", (Edit(3, 4, new),))
        found = Diagnostic("LL999", "swap", "error", f"it is {old}", Span(3, 4), fix=fix)
        return check_text(text.text, "model.yaml")._replace(diagnostics=(found,))

    for text in ("a: 1\n", "a: 2\n"):
        source = source_of(text, "model.yaml")
        assert source is not None
        fixed = fix_source(source, check, lambda d: d.fix is not None)
        assert (fixed.source.text, fixed.applied) == (text, ())


@few
@given(text=our.netspresso())
def test_safe_fixes_keep_comments_and_other_lines(text: str, check_text: Check) -> None:
    marked = "".join(
        f"{line}  # {number}\n" if line.endswith(("~", "null")) and "{" not in line else line + "\n"
        for number, line in enumerate(text.splitlines())
    )
    source = source_of("# first\n" + marked + "# last\n", "model.yaml")
    assert source is not None

    def check(text: Source) -> Checked:
        return check_text(text.text, "model.yaml")

    before = check(source).tree
    fixed = fix_source(source, check, lambda d: d.fix is not None and d.fix.safe)
    after = fixed.checked.tree
    assert [after.text[slice(*c)] for c in comments(after)] == [
        before.text[slice(*c)] for c in comments(before)
    ]
    kept = set(fixed.source.text.splitlines())
    touched = sum(len(d.fix.edits) for d in fixed.applied if d.fix is not None)
    assert len([line for line in source.text.splitlines() if line not in kept]) <= touched


@few
@given(losses=our.models, seeds=st.tuples(our.SEEDS, our.SEEDS))
def test_the_same_values_give_the_same_findings(
    losses: list[dict[str, object]], seeds: tuple[int, int], check_text: Check
) -> None:
    """Whatever the formatting: block or flow, quotes, tags."""
    found = []
    for seed in seeds:
        text = our.written(losses, random.Random(seed))
        checked = check_text(text, "model.yaml")
        assert not checked.tree.problems, text
        found.append(sorted((d.code, d.severity) for d in checked.diagnostics))
    assert found[0] == found[1]


def all_fixed(text: str, name: str, check_text: Check, *, unsafe: bool) -> Fixed:
    source = source_of(text, name)
    assert source is not None
    return fix_source(
        source,
        lambda s: check_text(s.text, name),
        lambda d: d.fix is not None and (d.fix.safe or unsafe),
    )


HEAD = "model:\n  task: classification\n  losses:\n"


def test_an_entry_with_a_comment_on_its_line_gets_its_pair(check_text: Check) -> None:
    lines = ("cross_entropy  # main", "cross_entropy   ", "cross_entropy # last")
    text = HEAD + "".join(f"    - criterion: {line}\n" for line in lines)
    fixed = all_fixed(text, "model.yaml", check_text, unsafe=False)
    assert fixed.refused == ()
    weighted = "".join(f"    - criterion: {line}\n      weight: ~\n" for line in lines)
    assert fixed.source.text == HEAD + weighted


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "model.yaml",
            HEAD + "    - criterion: cross_entropy\n      label-smoothing: 0.1\n"
            "      label_smothing: 0.2\n      Weight: 1\n      wieght: 2\n",
        ),
        ("config.json", '{"LOSS": {"NAME": "huber", "delta": 1.0, "Delta": 2.0}}'),
    ],
)
def test_two_names_never_become_one(name: str, text: str, check_text: Check) -> None:
    fixed = all_fixed(text, name, check_text, unsafe=True)
    assert fixed.applied
    assert "LL002" not in {found.code for found in fixed.checked.diagnostics}
    (document,) = fixed.checked.tree.documents
    for mapping in document.mappings:
        keys = [key.value for key, _ in mapping.pairs if isinstance(key, Scalar)]
        assert len(set(keys)) == len(keys)


def test_the_yaml_in_a_json_file_stays(check_text: Check) -> None:
    text = "# first\n" + HEAD + "    - criterion: cross_entropy  # c\n      weight: ~\n"
    assert all_fixed(text, "model.json", check_text, unsafe=True).source.text == text
