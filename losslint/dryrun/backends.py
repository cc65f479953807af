"""Which modules compute, feed and check the losses of each dialect."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from losslint.dryrun.records import DialectName
from losslint.text import closest

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
        own: where the framework computes on backends of its own, each with the extra that brings
            it: those that differentiate.
        switch: the environment's variable by which the framework chooses among them.
    """

    runtimes: tuple[str, ...]
    losses: str
    entries: str
    extra: str
    own: Mapping[str, str] = MappingProxyType({})
    switch: str = ""


BACKENDS: MappingProxyType[DialectName, Backend] = MappingProxyType(
    {
        "keras": Backend(
            ("losslint.dryrun.runtimes.keras",),
            "losslint.dryrun.losses.keras",
            "losslint.dryrun.entries.keras",
            "keras",
            MappingProxyType({"tensorflow": "keras", "torch": "torch", "jax": "jax"}),
            "KERAS_BACKEND",
        ),
        "netspresso": Backend(
            ("losslint.dryrun.runtimes.netspresso", "losslint.dryrun.runtimes.torch"),
            "losslint.dryrun.losses.netspresso",
            "losslint.dryrun.entries.netspresso",
            "torch",
        ),
    }
)


class UnsuitableBackendError(ImportError):
    """The framework was told to compute on a backend that no dry run can use; the text says so."""


def check_own_backend(dialect: DialectName, name: str) -> None:
    """Refuse what is no backend of the framework that gives gradients.

    Raises:
        UnsuitableBackendError: Keras, for one, computes on NumPy and OpenVINO, but not backwards.
    """
    backend = BACKENDS[dialect]
    if name not in backend.own:
        *others, last = backend.own
        meant = closest(name, backend.own)
        hint = f"; did you mean {meant}?" if meant else ""
        choices = f"choose {', '.join(others)} or {last}{hint}"
        raise UnsuitableBackendError(
            f"{backend.switch}={name}: a dry run needs gradients: {choices}"
        )


def missing_framework(dialect: DialectName, error: ImportError) -> str:
    """One line that names what is not installed and how to install it."""
    if isinstance(error, UnsuitableBackendError):
        return str(error)
    backend = BACKENDS[dialect]
    name = (error.name or "").partition(".")[0]
    install = f"pip install 'losslint[{backend.own.get(name, backend.extra)}]'"
    if isinstance(error, ModuleNotFoundError) and name:
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
    if chosen := os.environ.get(backend.switch):
        check_own_backend(dialect, chosen)
    losses = import_module(backend.losses)
    *preferred, last = backend.runtimes
    for name in preferred:
        try:
            return Evaluator(import_module(name).open_runtime(), losses.batch, losses.value)
        except ImportError:
            continue
    return Evaluator(import_module(last).open_runtime(), losses.batch, losses.value)
