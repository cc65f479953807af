"""Where losslint stands on the web is known in one place; without an address nothing shows one.

`python -m tests.test_addresses` writes the address of losslint/report/links.py into the pages that
tell people what to type, in the place of OWNER.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from losslint.report import links
from losslint.report.model import RuleInfo
from tests.report.samples import sample, text_of

ROOT = Path(__file__).parent.parent
_TEXTS = {".cff", ".css", ".html", ".json", ".md", ".py", ".svg", ".toml", ".ts", ".yml", ".yaml"}
_GENERATED = {"node_modules", "site", "dist", "build", "out"}
_OURS = re.compile(r"https?://(?:www\.)?[\w.-]+(?:/[\w.-]+)?/losslint(?:\.git)?\b")
_UNTIL = re.compile(r"^`OWNER` stands for .*?\n\n", re.M | re.S)
_USED = re.compile(r"uses: ([\w.-]+)/losslint@")


def texts() -> list[Path]:
    """Every file in which an address may stand."""
    tops = ("docs", "editors", "losslint", "schemas", "action", ".github", ".")
    found = [
        path
        for top in tops
        for path in (ROOT / top).glob("*" if top == "." else "**/*")
        if path.suffix in _TEXTS and path.is_file()
    ]
    return [path for path in found if not _GENERATED & set(path.relative_to(ROOT).parts)]


def written() -> set[tuple[str, str]]:
    """The addresses of losslint that stand anywhere, with the file."""
    found = set()
    for path in texts():
        text = path.read_text("utf-8")
        name = str(path.relative_to(ROOT))
        found |= {(name, each) for each in _OURS.findall(text)}
        found |= {(name, f"https://github.com/{owner}/losslint") for owner in _USED.findall(text)}
    # On PyPI losslint is to be published by this very name.
    return {(name, each) for name, each in found if not each.startswith("https://pypi.org/")}


def test_no_page_shows_another_address_than_the_one_there_is() -> None:
    shown = written()
    home = links.HOME or "https://github.com/OWNER/losslint"
    places = {name for name, each in shown if each.startswith("https://github.com/")}
    assert {"README.md", "docs/ci.md"} <= places
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        assert links.HOME is None or "OWNER" not in page.read_text("utf-8"), page.name
    assert {(name, each) for name, each in shown if each != home} == set()


def test_a_rule_has_a_page_where_the_project_has_an_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(links, "HOME", "https://example.org/losslint")
    page = "https://example.org/losslint/blob/main/docs/rules/unknown-loss.md"
    assert RuleInfo("LL100", "unknown-loss", "error", "").url == page
    assert (ROOT / page.partition("/blob/main/")[2]).is_file()
    monkeypatch.setattr(links, "HOME", None)
    assert RuleInfo("LL100", "unknown-loss", "error", "").url is None


@pytest.mark.parametrize("name", ["concise", "full", "github", "gitlab", "json", "junit", "sarif"])
def test_without_an_address_no_report_shows_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "HOME", None)
    text = text_of(name, sample(), color=True, hyperlinks=True)
    assert "docs/rules" not in text
    assert "informationUri" not in text
    assert ('"url": null' in text) == (name == "json")


def update() -> None:
    """Write the address in the place of OWNER."""
    assert links.HOME is not None, "there is no address in losslint/report/links.py yet"
    owner = links.HOME.removeprefix("https://github.com/").partition("/")[0]
    for path in texts():
        text = path.read_text("utf-8")
        if "OWNER/losslint" in text:
            text = _UNTIL.sub("", text)
            path.write_text(text.replace("OWNER/losslint", f"{owner}/losslint"), "utf-8")


if __name__ == "__main__":
    update()
