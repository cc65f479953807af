"""What `mkdocs build` wrote: links, headings, words for pictures, and nothing from elsewhere.

`LOSSLINT_SITE` names the folder.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from losslint.dialects.registry import all_losses
from losslint.rules import load_rules

from .built import FOLDER, Page, needs_site, pages

pytestmark = needs_site


@pytest.fixture(scope="module")
def site() -> dict[str, Page]:
    return pages()


def test_every_rule_and_every_loss_has_its_page(site: dict[str, Page]) -> None:
    assert {f"rules/{rule.name}/" for rule in load_rules()} <= site.keys()
    assert {f"losses/{loss.framework}/{loss.name}/" for loss in all_losses()} <= site.keys()


def test_every_page_can_be_reached_from_the_navigation(site: dict[str, Page]) -> None:
    ways = {
        posixpath.normpath(posixpath.join(address, attributes["href"]))
        for address, page in site.items()
        for attributes in page.named("a")
        if attributes.get("class", "").startswith(("md-nav__link", "md-tabs__link"))
        and "href" in attributes
    }
    assert {address.rstrip("/") or "." for address in site} <= ways


def test_every_link_leads_to_something_that_is_there(site: dict[str, Page]) -> None:
    broken = []
    for address, page in site.items():
        for attributes in page.named("a"):
            link = urlsplit(attributes.get("href", ""))
            if link.scheme or link.netloc:
                continue
            place = posixpath.normpath(posixpath.join(address, unquote(link.path) or "."))
            target = "" if place == "." else f"{place}/"
            is_file = Path(FOLDER, place).is_file()
            anchors = site[target].ids | {""} if target in site else {""}
            if not (is_file or target in site) or unquote(link.fragment) not in anchors:
                broken.append((address, attributes["href"]))
    assert broken == []


def test_nothing_is_fetched_from_elsewhere(site: dict[str, Page]) -> None:
    asked = Counter[str]()
    for page in site.values():
        for tag, attributes in page.elements:
            given = [attributes.get(name, "") for name in ("src", "srcset", "poster", "data")]
            if tag == "link":
                given.append(attributes.get("href", ""))
            asked.update(each for each in given if urlsplit(each).netloc)
    assert asked == {}


def test_headings_are_in_order(site: dict[str, Page]) -> None:
    wrong = []
    for address, page in site.items():
        levels = [level for level, _ in page.headings]
        # A heading goes at most one deeper than the one before.
        steps = [b - a for a, b in pairwise(levels)]
        if levels[:1] != [1] or levels.count(1) != 1 or max(steps, default=0) > 1:
            wrong.append((address, levels))
    assert wrong == []


def test_pictures_say_what_they_show(site: dict[str, Page]) -> None:
    drawn = 0
    for address, page in site.items():
        assert all(attributes.get("alt") for attributes in page.named("img")), address
        for attributes in page.named("svg"):
            if attributes.get("role") == "img":
                drawn += 1
                assert attributes["aria-label"].startswith(("value of ", "gradient of ")), address
    assert drawn > 60


def test_titles_tell_pages_apart(site: dict[str, Page]) -> None:
    said = Counter(page.headings[0][1] for page in site.values())
    assert [title for title, count in said.items() if count > 1] == []


def test_every_table_has_a_head(site: dict[str, Page]) -> None:
    for address, page in site.items():
        tables = sum(1 for _ in page.named("table"))
        assert tables <= sum(1 for _ in page.named("th")), address
