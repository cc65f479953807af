"""Which modules compute, feed and check the losses of each dialect."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from losslint.dryrun.records import Dialect

if TYPE_CHECKING:
    from losslint.dryrun.evaluate import Evaluator


class Backend(NamedTuple):
    """The modules of one dialect.

    Attributes:
        runtimes: modules with `open_runtime()`, the preferred one first; the next one serves
            where the framework of the one before is not installed.
        batch: a module with `batch`.
        reference: a module with `value`.
        extra: what pip installs when no runtime can be opened.
    """

    runtimes: tuple[str, ...]
    batch: str
    reference: str
    extra: str


BACKENDS: MappingProxyType[Dialect, Backend] = MappingProxyType(
    {
        "keras": Backend(
            ("losslint.dryrun.runtimes.keras",),
            "losslint.dryrun.batches.keras",
            "losslint.dryrun.reference.keras",
            "keras",
        ),
        "netspresso": Backend(
            ("losslint.dryrun.runtimes.netspresso", "losslint.dryrun.runtimes.torch"),
            "losslint.dryrun.batches.netspresso",
            "losslint.dryrun.reference.netspresso",
            "torch",
        ),
    }
)


def missing_framework(dialect: Dialect, error: ImportError) -> str:
    """One line that names what is not installed and how to install it."""
    install = f"pip install 'losslint[{BACKENDS[dialect].extra}]'"
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"{error.name} is not installed: {install}"
    reason = " ".join(str(error).split()) or "no reason given"
    return f"the framework of {dialect} cannot be imported ({reason[:200]}): {install}"


def open_evaluator(dialect: Dialect) -> Evaluator:
    """Import the dialect's framework; done in a child process only.

    Raises:
        ImportError: neither runtime's framework is installed.
    """
    from losslint.dryrun.evaluate import Evaluator

    backend = BACKENDS[dialect]
    batch = import_module(backend.batch).batch
    reference = import_module(backend.reference).value
    for name in backend.runtimes[:-1]:
        try:
            return Evaluator(import_module(name).open_runtime(), batch, reference)
        except ImportError:
            continue
    return Evaluator(import_module(backend.runtimes[-1]).open_runtime(), batch, reference)
