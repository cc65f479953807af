"""What a pass takes is its own: seconds of each part, and memory above what was held before."""

from __future__ import annotations

import sys

import pytest

from losslint.dryrun.meter import Meter
from losslint.text import in_bytes

np = pytest.importorskip("numpy")

_MIB = 1 << 20
linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone counts a peak afresh")


def _peak(mebibytes: int) -> int:
    meter = Meter()
    meter.begin()
    array = np.ones(mebibytes * _MIB, np.uint8)
    meter.end_forward()
    array += 1
    meter.end_backward()
    if meter.peak is None:
        pytest.skip("this system does not let the peak be counted afresh")
    return meter.peak


@linux
def test_a_small_peak_after_a_large_one_is_small() -> None:
    before = np.ones(64 * _MIB, np.uint8)
    large, small = _peak(256), _peak(32)
    # Linux counts pages for each processor, and adds them up now and then.
    assert 192 * _MIB < large < 320 * _MIB
    assert small < 128 * _MIB
    assert before[-1] == 1


def test_a_device_counts_for_itself_and_is_waited_for() -> None:
    waits: list[str] = []
    meter = Meter(lambda: waits.append("waited"), lambda: 7)
    meter.begin()
    meter.end_forward()
    meter.end_backward()
    assert (meter.peak, waits) == (7, ["waited"] * 3)
    assert meter.forward > 0.0
    assert meter.backward > 0.0


def test_what_cannot_be_known_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("losslint.dryrun.meter._RESET", "/nowhere/clear_refs")
    meter = Meter()
    meter.end_backward()
    assert meter.peak is None


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, ""),
        (0, "0 B"),
        (999, "999 B"),
        (1500, "1.5 kB"),
        (999_600, "1 MB"),
        (4 * 10**9, "4 GB"),
    ],
)
def test_bytes_as_people_write_them(count: int | None, text: str) -> None:
    assert in_bytes(count) == text
