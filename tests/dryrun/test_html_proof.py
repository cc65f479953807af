"""The page of a proof: both curves over each other, and clear words where there are none."""

from __future__ import annotations

import math
import re
from html import unescape
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("matplotlib")
pytest.importorskip("jinja2")

from losslint.dryrun.compare_curves import both_along  # noqa: E402
from losslint.dryrun.html_proof import BothCurves, ProvedLoss, page  # noqa: E402

from .chromium import Browser  # noqa: E402

_PLACES = [-1.0, 0.0, 1.0]
_CURVES = BothCurves(
    ("netspresso: focal_loss", "keras: binary_focal_crossentropy"),
    _PLACES,
    ([3.0, 2.0, 1.5], [3.0, 2.0, 1.5]),
    ([-1.0, -0.7, -0.3], [-1.0, -0.7, -0.3]),
)
_SCRIPT = "<script>document.title = 'owned'</script>"


def _losses() -> list[ProvedLoss]:
    fine = ProvedLoss(
        "focal_loss", "binary_focal_crossentropy", "a.yaml:4:5", True, "converted", "exact"
    )
    return [
        fine._replace(details=("labels are one-hot",), errors=("2e-16", "1e-15"), curves=_CURVES),
        ProvedLoss(_SCRIPT, "", "b.yaml:4:5", False, "not converted", f"refused: {_SCRIPT}"),
        fine._replace(name="huber"),
    ]


@pytest.fixture(scope="module")
def html() -> str:
    return page(_losses(), "keras 3.15.1; torch 2.13")


def test_both_curves_stand_over_each_other(html: str) -> None:
    assert html.count("<svg ") == 2
    value, slope = re.findall(r"<noscript>(.*?)</noscript>", html, re.DOTALL)
    for drawing in (value, slope):
        assert "netspresso: focal_loss" in drawing
        assert "keras: binary_focal_crossentropy" in drawing
    assert 'aria-label="value of both losses along the line"' in value
    assert 'aria-label="slope of both losses along the line"' in slope


def test_what_was_refused_stands_first_and_runs_nothing(html: str) -> None:
    rows = re.findall(r'<tr data-card=.*?<span class="badge (\w+)">', html)
    assert rows == ["fails", "ok", "ok"]
    assert unescape(re.findall(r"<h3>(.*?) <span", html)[0]) == _SCRIPT
    assert html.count("<script") == 1


def test_the_headline_counts_what_was_proved(html: str) -> None:
    (counts,) = re.findall(r'<p class="counts">(.*?)</p>', html, re.DOTALL)
    assert " ".join(re.sub("<[^>]*>", "", counts).split()) == "1 proved, 1 not converted"
    assert "keras 3.15.1; torch 2.13" in html


def test_without_frameworks_the_page_says_so_in_one_sentence() -> None:
    html = page([], "", "numpy is not installed: pip install 'losslint[keras]'")
    assert "Nothing was proved" in html
    assert "numpy is not installed: pip install &#39;losslint[keras]&#39;" in html
    assert "<table>" not in html


def _square(factor: float) -> object:
    return lambda at: (factor * float((at**2).sum()), 2.0 * factor * at)


def test_both_losses_follow_the_first_one_s_descent() -> None:
    logits = np.array([[3.0, -4.0]])
    found = both_along(logits, {"keras": _square(1.0), "netspresso": _square(1.0)}, 5)
    assert found is not None
    assert found["places"] == [-2.0, -1.0, 0.0, 1.0, 2.0]
    assert found["values"]["keras"] == found["values"]["netspresso"]
    assert found["values"]["keras"][2] == 25.0
    assert found["values"]["keras"] == sorted(found["values"]["keras"], reverse=True)
    assert all(slope < 0.0 for slope in found["slopes"]["keras"])


def test_a_place_at_which_one_is_not_finite_is_left_out() -> None:
    def broken(at: object) -> object:
        value, slope = _square(1.0)(at)  # type: ignore[operator]
        return (math.inf if value > 30.0 else value), slope

    found = both_along(np.array([[3.0, -4.0]]), {"keras": _square(1.0), "other": broken}, 5)
    assert found is not None
    assert found["places"] == [0.0, 1.0, 2.0]
    flat = {"keras": lambda at: (1.0, at * 0.0), "other": _square(1.0)}
    assert both_along(np.array([[3.0, -4.0]]), flat, 5) is None


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1400])
def test_a_browser_shows_it(chromium: Browser, html: str, tmp_path: Path, width: int) -> None:
    path = tmp_path / "proof.html"
    path.write_text(html, encoding="utf-8")
    chromium.open(path, width, 900, "dark")
    chromium.value("dispatchEvent(new Event('beforeprint'))")
    assert chromium.value("document.querySelectorAll('svg').length") == 2
    assert chromium.value("document.title") == "losslint convert --prove"
    assert chromium.value("document.documentElement.scrollWidth <= window.innerWidth")
    assert chromium.value("document.getElementById('shown').textContent") == "3 of 3 shown"
    assert not chromium.happened("Log.entryAdded")
    assert not chromium.happened("Runtime.exceptionThrown")
