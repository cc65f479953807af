"""The report: whole, in one file, and drawn."""

from __future__ import annotations

import base64
import hashlib
import math
import os
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from losslint.catalog import keras, netspresso
from losslint.dryrun.counterparts import grouped, related
from losslint.dryrun.html_report import page
from losslint.dryrun.records import (
    BatchSizes,
    Curve,
    Job,
    SourceLocation,
    Stress,
    Verdict,
    uncomputed,
)

from .chromium import Browser

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
    assert "<img" not in html
    # Names of namespaces are no addresses that anything is fetched from.
    addresses = set(re.findall(r"https?://[^\"'\s)<&]+", html))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"} | {
        "https://example.org/x.png"
    }


def test_only_the_page_s_own_script_may_run(html: str) -> None:
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    (allowed,) = re.findall(r"script-src 'sha256-([^']+)'", html)
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() == allowed
    assert html.count("<script") == 1


def test_what_failed_stands_first(html: str) -> None:
    verdicts = re.findall(r'<tr data-card=.*?<span class="badge (\w+)">', html)
    assert verdicts == ["fails", "ok", "ok"]
    assert unescape(re.findall(r"<h3>(.*?) <span", html)[0]) == _HOSTILE


def test_a_table_has_headers_and_only_columns_in_which_something_stands(html: str) -> None:
    head = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', html)
    assert head == ["loss", "verdict", "style", "device", "type", "value", "error"]
    assert len(re.findall(r'<th scope="row">', html)) == 3
    assert "<caption>" in html
    somewhere = _verdicts()[0]._replace(node="alpha", backend="jax", forward_seconds=0.5)
    more = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page([somewhere._replace(curve=None)]))
    assert {"node", "backend", "forward, s"} <= set(more)


def test_a_filter_is_there_for_what_tells_verdicts_apart(html: str) -> None:
    assert re.findall(r'<select name="(\w+)">', html) == ["verdict"]
    good = _verdicts()[0]._replace(curve=None)
    several = [good._replace(node=node, dtype=dtype) for node, dtype in _PLACES]
    assert re.findall(r'<select name="(\w+)">', page(several)) == ["node", "type"]
    assert "<form" not in page([good])


_PLACES = (("alpha", "float32"), ("beta", "float16"))


def _of(name: str, dialect: str, **changes: Any) -> Verdict:
    job = Job(name, dialect, {})
    return uncomputed(job, "fake", "cpu")._replace(ok=True, value=1.0, **changes)


def test_losses_that_convert_relates_stand_side_by_side() -> None:
    verdicts = [
        _of("Huber", "keras"),
        _of("SparseCategoricalCrossentropy", "keras"),
        _of("cross_entropy", "netspresso"),
        _of("SparseCategoricalCrossentropy", "keras", dtype="float16"),
        _of("BinaryFocalCrossentropy", "keras"),
    ]
    groups = grouped(verdicts)
    assert [group.numbers for group in groups] == [[0], [2, 1], [3], [4]]
    assert groups[1].relations == ["", "the same numbers"]
    (section,) = re.findall(r'<section class="group".*?</section>', page(verdicts), re.DOTALL)
    assert section.count("<article") == 2
    assert "convert: the same numbers" in section


def test_every_pair_is_of_losses_that_exist() -> None:
    known = related()
    classes = {("keras", loss.class_name) for loss in keras.LOSSES}
    criteria = {("netspresso", loss.name) for loss in netspresso.LOSSES}
    assert (("keras", "BinaryFocalCrossentropy"), ("netspresso", "focal_loss")) in known
    assert {loss for loss, _ in known} <= classes
    assert {criterion for _, criterion in known} <= criteria


def test_the_card_tells_the_batch_and_where_its_facts_come_from() -> None:
    verdict = _of(
        "yolox_loss",
        "netspresso",
        sizes=BatchSizes(16, 80, 640),
        taken={"classes": "from data.yaml:3"},
        notes=("the image is 640 pixels",),
        largest_batch=32,
        batch_limit="64 does not fit",
    )
    html = page([verdict])
    for told in (
        "16 of 640 px, 80 classes",
        "classes from data.yaml:3",
        "the image is 640 pixels",
        "32; 64 does not fit",
    ):
        assert told in html
    assert '<th scope="col" class="number">largest batch</th>' in html


def test_a_stress_is_drawn_and_told() -> None:
    stress = Stress(
        "logits", 16.0, 8.0, "gradient nan", "overflow of exp", [8.0, 16.0], [0.1, None], [0.1, 0.2]
    )
    html = page([_of("focal_loss", "netspresso", stress=stress, dtype="float16")])
    assert html.count("<svg ") == 1
    assert "gradient nan from logits of 16: overflow of exp" in html
    assert '<th scope="col" class="number">wrong from</th>' in html


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


_DRAWN = """
[...document.querySelectorAll('svg')].map(svg => {
  const box = svg.getBoundingClientRect();
  const lines = [...svg.querySelectorAll('path')].filter(path =>
    getComputedStyle(path).stroke.startsWith('rgb') && path.getTotalLength() > 100);
  return {width: box.width, height: box.height, lines: lines.length};
})
"""


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1600])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_it(chromium: Browser, report: Path, width: int, scheme: str) -> None:
    chromium.open(report, width, 900, scheme)

    chromium.value("dispatchEvent(new Event('beforeprint'))")
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


_SHOWN = """
[document.getElementById('shown').textContent,
 [...document.querySelectorAll('tbody tr')].filter(row => !row.hidden).length,
 [...document.querySelectorAll('article')].filter(card => card.offsetParent !== null).length]
"""
_CHOOSE = """
{const one = document.querySelector('select[name=verdict]');
 one.value = %r; one.dispatchEvent(new Event('change', {bubbles: true}));}
"""


_ARRIVED = """
new Promise(done => {
  const look = () => document.querySelector('article:last-of-type svg') ? done(true)
    : requestAnimationFrame(look);
  document.querySelector('article:last-of-type').scrollIntoView();
  look();
})
"""


@pytest.mark.slow
@pytest.mark.browser
def test_a_drawing_is_made_when_it_comes_near(chromium: Browser, tmp_path: Path) -> None:
    good = _verdicts()[0]
    path = tmp_path / "long.html"
    path.write_text(page([good._replace(name=f"loss {n}") for n in range(40)]), encoding="utf-8")
    chromium.open(path, 390, 900, "light")
    assert chromium.value("document.querySelectorAll('svg').length < 40")
    assert chromium.value(_ARRIVED)
    assert chromium.value("document.querySelectorAll('svg').length < 80")


@pytest.mark.browser
def test_a_filter_hides_rows_and_cards_and_says_how_many_are_left(
    chromium: Browser, report: Path
) -> None:
    chromium.open(report, 800, 900, "light")
    assert chromium.value(_SHOWN) == ["3 of 3 shown", 3, 3]
    chromium.value(_CHOOSE % "ok")
    assert chromium.value(_SHOWN) == ["2 of 3 shown", 2, 2]
    chromium.value(_CHOOSE % "did not compute")
    assert chromium.value(_SHOWN) == ["1 of 3 shown", 1, 1]
    assert chromium.value("document.getElementById('shown').getAttribute('aria-live')") == "polite"


_FOCUSABLE = """
(() => {
  const order = [];
  const all = document.querySelectorAll('a[href], select, button, [tabindex="0"]');
  for (const one of all) {
    one.focus();
    if (document.activeElement === one && one.tabIndex === 0) order.push(one.tagName);
  }
  return order;
})()
"""


@pytest.mark.browser
def test_the_keyboard_reaches_filter_then_table_then_losses(
    chromium: Browser, report: Path
) -> None:
    chromium.open(report, 800, 900, "light")
    assert chromium.value(_FOCUSABLE) == ["SELECT", "BUTTON", "DIV", "A", "A", "A"]


_AXE = os.environ.get("LOSSLINT_AXE", "")  # the path of axe.min.js, from npm's axe-core
_VIOLATIONS = """
axe.run().then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html}`))
"""


@pytest.mark.browser
@pytest.mark.skipif(not _AXE, reason="LOSSLINT_AXE names no axe-core")
@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(chromium: Browser, report: Path, width: int, scheme: str) -> None:
    chromium.open(report, width, 900, scheme)
    chromium.value("dispatchEvent(new Event('beforeprint'))")
    chromium.value(Path(_AXE).read_text("utf-8") + "; null")
    assert chromium.value(_VIOLATIONS) == []


@pytest.mark.slow
@pytest.mark.browser
def test_five_hundred_verdicts_open(chromium: Browser, tmp_path: Path) -> None:
    """How long it took is printed, not asserted: `pytest -s` shows it."""
    good, bad, _ = _verdicts()
    verdicts = [
        (bad if number % 17 == 0 else good)._replace(name=f"loss {number}", node=f"n{number % 3}")
        for number in range(500)
    ]
    path = tmp_path / "many.html"
    path.write_text(page(verdicts), encoding="utf-8")
    for width in (390, 1400):
        chromium.open(path, width, 900, "light")
        assert chromium.value("document.getElementById('shown').textContent") == "500 of 500 shown"
        loaded = chromium.value("performance.getEntriesByType('navigation')[0].loadEventEnd")
        print(f"500 verdicts, {path.stat().st_size / 1e6:.1f} MB, {width} px: {loaded:.0f} ms")


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
