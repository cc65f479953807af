"""Which devices a run uses: from what was asked for to what is there."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable, Mapping

_ORDER = ("cuda", "mps", "cpu")
_KNOWN = re.compile(r"auto|all|cpu|mps|cuda(:\d+)?")


class AbsentDeviceError(Exception):
    """The device asked for is not there; the text lists those that are."""

    def __init__(self, wanted: str, present: Mapping[str, Iterable[str]]) -> None:
        """`present`: the devices that each runtime sees, by the runtime's label."""
        seen = "; ".join(f"{label}: {', '.join(names)}" for label, names in present.items())
        super().__init__(f"{wanted} is not there; present: {seen or 'none'}")


class UnknownDeviceError(ValueError):
    """What was asked for is no device's name."""

    def __init__(self, wanted: str) -> None:
        """`wanted`: what was written."""
        from losslint.text import closest

        meant = closest(wanted, ("auto", "cpu", "cuda", "mps", "all"))
        hint = f"; did you mean {meant}?" if meant else ""
        super().__init__(f"{wanted}: choose auto, cpu, cuda, cuda:N, mps or all{hint}")


def cpu_name() -> str:
    """The processor in words, or "cpu" where the system does not tell."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            lines = [line.partition(":") for line in file]
    except OSError:
        return platform.processor() or platform.machine() or "cpu"
    found = [text.strip() for name, _, text in lines if name.strip() == "model name"]
    return found[0] if found else platform.machine() or "cpu"


def check_device_name(wanted: str) -> None:
    """Refuse what is no device's name; raises UnknownDeviceError."""
    if _KNOWN.fullmatch(wanted) is None:
        raise UnknownDeviceError(wanted)


def choose_devices(wanted: str, present: Iterable[str]) -> tuple[str, ...]:
    """The devices to run on, out of those present; empty where the one asked for is absent.

    Args:
        wanted: "auto" (cuda before mps before cpu), "all", "cpu", "mps", "cuda" (the first one)
            or "cuda:N".
        present: names as a runtime gives them: "cuda:0", "mps", "cpu".
    """
    ordered = sorted(present, key=_rank)
    if wanted == "all":
        return tuple(ordered)
    if wanted == "auto":
        return tuple(ordered[:1])
    exact = "cuda:0" if wanted == "cuda" else wanted
    return (exact,) if exact in ordered else ()


def _rank(device: str) -> tuple[int, int]:
    kind, _, index = device.partition(":")
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), int(index or 0))
