"""Each rule's page is its specification: its bad and good examples are run."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest

from losslint.files.discovery import FoundFile
from losslint.files.source import LineIndex, decode
from losslint.linter.apply_rules import Checked
from losslint.linter.fix import fix_source
from losslint.linter.runner import Linter
from losslint.rules import Registered, load_rules, module_names
from losslint.rules.pages import page
from losslint.settings.model import Overrides
from tests.rules.test_cases import CASES as CASES_FOLDER
from tests.rules.test_cases import files_of, is_case, judge

RULES = load_rules()
_BLOCK = re.compile(
    r"^## (Bad|Good)\n\n((?:```(?:yaml|json|python|toml)[^\n]*\n.*?```\n?\n?)+)", re.M | re.S
)
_CODE = re.compile(r"```(yaml|json|python)([^\n]*)\n(.*?)```", re.S)
_SUFFIXES = {"python": "py"}
_SETTINGS = re.compile(r"```toml losslint\.toml\n(.*?)```", re.S)
# Rules about bytes that no text block can show, or about files that stand beside each other.
WITHOUT_EXAMPLE = {"LL000"}


def examples(registered: Registered) -> dict[str, list[tuple[str, str]]]:
    """Heading → [(file name, text)] of a page."""
    found: dict[str, list[tuple[str, str]]] = {}
    for heading, blocks in _BLOCK.findall(registered.page + "\n"):
        for language, title, code in _CODE.findall(blocks):
            name = title.strip() or f"example.{_SUFFIXES.get(language, language)}"
            found.setdefault(heading, []).append((name, code))
    return found


CASES = [
    pytest.param(r, example, id=f"{r.rule.name}-{heading}-{index}")
    for r in RULES
    for heading, blocks in examples(r).items()
    for index, example in enumerate(blocks)
    if heading == "Bad"
]
GOOD = [
    pytest.param(r, example, id=f"{r.rule.name}-{index}")
    for r in RULES
    for index, example in enumerate(examples(r).get("Good", []))
]


def run(registered: Registered, name: str, text: str) -> Checked:
    """All findings of an example, those about suppressions included, under the page's settings."""
    settings = _SETTINGS.search(registered.page)
    with tempfile.TemporaryDirectory() as folder:
        if settings is not None:
            Path(folder, "losslint.toml").write_text(settings[1])
        path = str(Path(folder, name)) if settings is not None else name
        source = decode(path, text.encode())
        outcome = Linter(Overrides()).run(FoundFile(path, explicit=True), source)
    assert outcome.checked is not None, outcome.problem
    return outcome.checked


@pytest.mark.parametrize("registered", [pytest.param(r, id=r.rule.name) for r in RULES])
def test_page_is_complete(registered: Registered) -> None:
    page = registered.page
    assert not page.startswith("\n")
    assert page.split("\n")[0].endswith(".")
    assert "## Why\n" in page
    if registered.rule.code not in WITHOUT_EXAMPLE and not registered.rule.code.startswith("LL5"):
        assert {"Bad", "Good"} <= examples(registered).keys()


@pytest.mark.parametrize(("registered", "example"), CASES)
def test_bad_example_gives_exactly_its_own_finding(
    registered: Registered, example: tuple[str, str]
) -> None:
    found = run(registered, *example).diagnostics
    assert [d.code for d in found] == [registered.rule.code], found


@pytest.mark.parametrize(("registered", "example"), GOOD)
def test_good_example_gives_none(registered: Registered, example: tuple[str, str]) -> None:
    assert run(registered, *example).diagnostics == ()


@pytest.mark.parametrize(("registered", "example"), CASES)
def test_fix_turns_bad_into_good(registered: Registered, example: tuple[str, str]) -> None:
    rule = registered.rule
    name, text = example
    before = run(registered, name, text)
    fix = before.diagnostics[0].fix
    if rule.fix == "none":
        assert fix is None
        return
    if fix is None:
        assert rule.fix == "sometimes"
        return
    fixed = fix_source(
        before.source, lambda s: run(registered, name, s.text), lambda d: d.fix is not None
    )
    assert fixed.refused == ()
    assert fixed.checked.diagnostics == ()
    if fix.safe:
        assert fixed.source.text in [good for _, good in examples(registered)["Good"]]


@pytest.mark.parametrize(
    ("registered", "example"), [case for case in CASES if not case.values[1][0].endswith("json")]
)
def test_the_comment_on_the_page_silences_the_bad_example(
    registered: Registered, example: tuple[str, str]
) -> None:
    name, text = example
    (finding,) = run(registered, name, text).diagnostics
    told = re.findall(r"one finding: `([^`]+)`", page(registered, lambda *_: ""))
    lines = text.split("\n")
    lines[LineIndex(text).position(finding.span.start)[0] - 1] += f"  {told[0]}"
    assert run(registered, name, "\n".join(lines)).diagnostics == ()


@pytest.mark.parametrize("registered", [pytest.param(r, id=r.rule.name) for r in RULES])
def test_what_is_said_of_the_fix_is_one_sentence(registered: Registered) -> None:
    told = page(registered, lambda *_: "").split("\n\n")[2]
    assert re.fullmatch(
        r"(Error|Warning|Info), since losslint \d+\.\d+\.\d+\. [^.:]+(: .+)?\.", told
    )
    assert told.count(": ") <= 1


@pytest.mark.slow
@pytest.mark.parametrize("registered", [pytest.param(r, id=r.rule.name) for r in RULES])
def test_a_rule_that_fires_in_several_styles_shows_each(registered: Registered) -> None:
    """Of a rule whose cases report it in both styles, the page has both, bad and good."""
    code = registered.rule.code
    if code in WITHOUT_EXAMPLE:
        return
    fires: set[str] = set()
    for case in (CASES_FOLDER / code / "bad").iterdir():
        for file in files_of(case) if is_case(case) else ():
            judged = judge(file)
            if judged.checked is not None and any(d.code == code for d in judged.found):
                fires |= styles(judged.checked)
    if len(fires) > 1:
        for heading, blocks in examples(registered).items():
            shown = set[str]().union(*(styles(run(registered, *each)) for each in blocks))
            assert shown >= fires, heading


def styles(checked: Checked) -> set[str]:
    """The dialects of the losses of a file."""
    return {site.dialect.name for site in checked.sites}


def test_folder_and_registry_agree() -> None:
    assert [r.module for r in sorted(RULES, key=lambda r: r.module)] == module_names()
    assert len({r.rule.code for r in RULES}) == len({r.rule.name for r in RULES}) == len(RULES)


@pytest.mark.parametrize("registered", [pytest.param(r, id=r.rule.name) for r in RULES])
def test_metadata(registered: Registered) -> None:
    rule = registered.rule
    assert re.fullmatch(r"LL\d{3}", rule.code)
    assert rule.name == registered.module.replace("_", "-")
    assert rule.fix == "safe" or rule.fix == "sometimes" or registered.why_no_fix
