"""The site in a real Chromium, narrow and wide, light and dark.

`LOSSLINT_SITE` names the folder that `mkdocs build` wrote; LOSSLINT_SHOTS a folder for pictures.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dryrun.chromium import Browser

from .built import needs_site, pages, served

pytestmark = [needs_site, pytest.mark.browser]

PAGES = (
    "",
    "start/",
    "moving/",
    "rules/",
    "rules/unknown-parameter/",
    "rules/logits-as-probabilities/",
    "losses/keras/huber/",
    "losses/netspresso/detr_loss/",
    "settings/",
    "outputs/",
    "editors/",
)
# Words and what they stand on; the smallest ratio that may be is that of WCAG 2.1, AA.
_FAINT = """
(() => {
  const numbers = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(each => {
    const c = each / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const over = (top, below) => {
    const alpha = top.length > 3 ? top[3] : 1;
    return [0, 1, 2].map(i => top[i] * alpha + below[i] * (1 - alpha));
  };
  const ground = element => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      layers.push(numbers(getComputedStyle(each).backgroundColor));
    }
    const seen = layers.reverse().filter(colour => colour.length);
    return seen.reduce((below, colour) => over(colour, below), [255, 255, 255]);
  };
  const faint = new Map();
  const main = document.querySelector('.md-main');
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    const box = element.getBoundingClientRect();
    const unseen = element.closest('script, style, .headerlink, [hidden]');
    if (!text || !box.width || !box.height || unseen) continue;
    const style = getComputedStyle(element);
    if (style.visibility === 'hidden' || style.opacity === '0') continue;
    const is_drawn = element.closest('svg');
    const below = ground(element);
    const colour = over(numbers(is_drawn ? style.fill : style.color), below);
    const [a, b] = [light(colour), light(below)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) {
      const key = `${element.tagName} ${element.className.baseVal ?? element.className}`;
      if (!faint.has(key)) faint.set(key, `${key}: ${ratio.toFixed(2)} ${text.slice(0, 40)}`);
    }
  }
  return [...faint.values()];
})()
"""
_SCHEME = "document.body.getAttribute('data-md-color-scheme')"
_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as found:
        yield found


def until(chromium: Browser, expression: str) -> Any:
    """What an expression is worth once it is worth anything."""
    for _ in range(200):
        found = chromium.value(expression)
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"never: {expression}")


def faults(chromium: Browser, address: str) -> list[object]:
    """What the page asked for from elsewhere, and what went wrong in it."""
    asked = [event["request"]["url"] for event in chromium.happened("Network.requestWillBeSent")]
    elsewhere = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    answers = [event["response"] for event in chromium.happened("Network.responseReceived")]
    refused = [answer["url"] for answer in answers if answer["status"] >= 400]
    said = [event["entry"]["text"] for event in chromium.happened("Log.entryAdded")]
    thrown = chromium.happened("Runtime.exceptionThrown")
    printed = chromium.happened("Runtime.consoleAPICalled")
    return [*elsewhere, *refused, *said, *thrown, *printed]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize("page", PAGES)
def test_it_is_sound(chromium: Browser, address: str, page: str, width: int, scheme: str) -> None:
    chromium.open(address + page, width, 900, scheme)
    wanted = {"light": "default", "dark": "slate"}[scheme]
    until(chromium, f"{_SCHEME} === '{wanted}'")
    shots = os.environ.get("LOSSLINT_SHOTS")
    if shots:
        name = page.strip("/").replace("/", "-") or "index"
        chromium.picture(Path(shots) / f"{name}-{width}-{scheme}.png")
    assert chromium.value(_WIDE) <= 0
    # Colours change over a moment.
    time.sleep(0.3)
    assert chromium.value(_FAINT) == []
    assert faults(chromium, address) == []


def test_no_page_reports_a_fault_or_is_wider_than_a_phone(chromium: Browser, address: str) -> None:
    wrong = {}
    for page in pages():
        chromium.open(address + page, 390, 900, "light")
        found = faults(chromium, address)
        if found or chromium.value(_WIDE) > 0:
            wrong[page] = found
    assert wrong == {}


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("LL411", "rules/logits-as-probabilities/"),
        ("label smoothing", "losses/keras/categorical_crossentropy/"),
        ("baseline", "old-repository/"),
    ],
)
def test_what_is_searched_is_found(chromium: Browser, address: str, words: str, page: str) -> None:
    chromium.open(address, 1400, 900, "light")
    until(chromium, "document.querySelector('[data-md-component=search-query]') !== null")
    chromium.value("document.querySelector('[data-md-component=search-query]').focus()")
    chromium.call("Input.insertText", text=words)
    links = "[...document.querySelectorAll('.md-search-result__link')].map(a => a.href)"
    until(chromium, f"{links}.length")
    found = [link.split("?")[0].split("#")[0] for link in chromium.value(links)]
    assert address + page in found[:20]
    assert faults(chromium, address) == []
