"""The report: whole, in one file, and drawn."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from losslint.dryrun.html_report import page
from losslint.dryrun.records import Curve, Job, SourceLocation, Verdict, uncomputed

from .chromium import PROGRAM, Browser, browser

pytest.importorskip("matplotlib")
pytest.importorskip("jinja2")

_T = [step / 10 for step in range(-10, 11)]
_CURVE = Curve(
    _T, [math.cosh(t) for t in _T], [math.sinh(t) for t in _T], [math.cosh(t) for t in _T]
)
_HOSTILE = "</pre><script>document.title = 'owned'</script><img src='https://example.org/x.png'>"


def _verdicts() -> list[Verdict]:
    job = Job("Huber", "keras", {"delta": 2.0}, location=SourceLocation("a & b.yaml", 3, 5))
    good = uncomputed(job, "keras 3.15.1", "cpu")._replace(
        ok=True, value=1.0, gradient_norm=0.5, reference_error=1e-8, curve=_CURVE
    )
    bad = uncomputed(job._replace(name=_HOSTILE, params={_HOSTILE: [_HOSTILE]}), problem=_HOSTILE)
    return [good, bad, good._replace(name="LogCosh")]


@pytest.fixture(scope="module")
def html() -> str:
    return page(_verdicts())


def test_the_page_holds_everything(html: str) -> None:
    assert html.count("<svg ") == 4
    assert "a &amp; b.yaml:3:5" in html
    assert "LogCosh" in html
    assert "<script" not in html
    assert "<img" not in html
    # Names of namespaces are no addresses that anything is fetched from.
    addresses = set(re.findall(r"https?://[^\"'\s)<&]+", html))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"} | {
        "https://example.org/x.png"
    }


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ("good", "<b>1</b> computed, as it should"),
        ("good good", "<b>2</b> computed, all as they should"),
        ("good wrong", "<b>2</b> computed, <b>1</b> not as it should"),
        ("good bad bad", "<b>1</b> computed, as it should <b>2</b> did not compute"),
        ("good wrong bad", "<b>2</b> computed, <b>1</b> not as it should <b>1</b> did not compute"),
        ("bad", "<b>1</b> did not compute"),
        ("", "<b>0</b> computed"),
    ],
)
def test_the_headline_counts_what_did_not_compute_apart(names: str, says: str) -> None:
    good, bad, _ = _verdicts()
    wrong = good._replace(ok=False, problem="1, but the formula gives 2")
    of = {"good": good, "wrong": wrong, "bad": bad}
    html = page([of[name]._replace(curve=None) for name in names.split()])
    (counts,) = re.findall(r'<p class="counts">(.*?)</p>', html, re.DOTALL)
    assert " ".join(re.sub("</?span[^>]*>", "", counts).split()) == says


def test_ids_are_unique_within_the_page(html: str) -> None:
    drawn = re.findall(r'<clipPath id="([^"]+)"', html)
    assert drawn
    # Two drawings of the same curve are the same drawing; all others differ.
    assert len(set(drawn)) >= 4


@pytest.fixture(scope="module")
def report(html: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not os.path.exists(PROGRAM):
        pytest.skip("no Chromium here")
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


_DRAWN = """
[...document.querySelectorAll('svg')].map(svg => {
  const box = svg.getBoundingClientRect();
  const lines = [...svg.querySelectorAll('path')].filter(path =>
    getComputedStyle(path).stroke.startsWith('rgb') && path.getTotalLength() > 100);
  return {width: box.width, height: box.height, lines: lines.length};
})
"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_it(chromium: Browser, report: Path, width: int, scheme: str) -> None:
    chromium.open(report, width, 900, scheme)

    drawn = chromium.value(_DRAWN)
    assert len(drawn) == 4
    assert all(plot["width"] > 200 and plot["height"] > 100 for plot in drawn)
    assert all(plot["lines"] >= 1 for plot in drawn)
    assert chromium.value("document.title") == "losslint dry-run"
    assert chromium.value("document.documentElement.scrollWidth <= window.innerWidth")

    asked = [event["request"]["url"] for event in chromium.happened("Network.requestWillBeSent")]
    assert [url for url in asked if not url.startswith("data:")] == [report.as_uri()]
    assert not chromium.happened("Log.entryAdded")
    assert not chromium.happened("Runtime.exceptionThrown")
    assert not chromium.happened("Runtime.consoleAPICalled")


@pytest.mark.browser
def test_light_and_dark_differ_and_both_contrast(chromium: Browser, report: Path) -> None:
    shades = {}
    for scheme in ("light", "dark"):
        chromium.open(report, 800, 900, scheme)
        shades[scheme] = [
            chromium.value(f"getComputedStyle(document.body).{name}")
            for name in ("color", "backgroundColor")
        ]
    light, dark = ([_brightness(shade) for shade in shades[name]] for name in ("light", "dark"))
    assert light[1] - light[0] > 0.6
    assert dark[0] - dark[1] > 0.6


def _brightness(colour: str) -> float:
    red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
