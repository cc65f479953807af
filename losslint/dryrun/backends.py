"""Which modules compute, feed and check the losses of each dialect."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from losslint.dryrun.records import DialectName

if TYPE_CHECKING:
    from losslint.dryrun.evaluate import Evaluator


class Backend(NamedTuple):
    """What computes, feeds and checks the losses of one dialect: modules, imported where needed.

    Attributes:
        runtimes: modules with `open_runtime()`, the preferred one first; the next one serves
            where the framework of the one before is not installed.
        losses: a module with `batch` and `value`.
        entries: a module with a `TRANSLATOR`, which the process that reads configs imports.
        extra: what pip installs when no runtime can be opened.
    """

    runtimes: tuple[str, ...]
    losses: str
    entries: str
    extra: str


BACKENDS: MappingProxyType[DialectName, Backend] = MappingProxyType(
    {
        "keras": Backend(
            ("losslint.dryrun.runtimes.keras",),
            "losslint.dryrun.losses.keras",
            "losslint.dryrun.entries.keras",
            "keras",
        ),
        "netspresso": Backend(
            ("losslint.dryrun.runtimes.netspresso", "losslint.dryrun.runtimes.torch"),
            "losslint.dryrun.losses.netspresso",
            "losslint.dryrun.entries.netspresso",
            "torch",
        ),
    }
)


def missing_framework(dialect: DialectName, error: ImportError) -> str:
    """One line that names what is not installed and how to install it."""
    install = f"pip install 'losslint[{BACKENDS[dialect].extra}]'"
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"{error.name} is not installed: {install}"
    reason = " ".join(str(error).split()) or "no reason given"
    return f"the framework of {dialect} cannot be imported ({reason[:200]}): {install}"


def open_evaluator(dialect: DialectName) -> Evaluator:
    """Import the dialect's framework; done in a backend process only.

    Raises:
        ImportError: neither runtime's framework is installed.
    """
    from losslint.dryrun.evaluate import Evaluator

    backend = BACKENDS[dialect]
    losses = import_module(backend.losses)
    *preferred, last = backend.runtimes
    for name in preferred:
        try:
            return Evaluator(import_module(name).open_runtime(), losses.batch, losses.value)
        except ImportError:
            continue
    return Evaluator(import_module(last).open_runtime(), losses.batch, losses.value)
