"""The rules, one module each; a module is registered by being in this folder.

Modules whose name starts with an underscore, `base` and `pages`, are shared by rules and are
none. A rule has `RULE` and either `check(site, context)` or `check_file(file, context)`.
"""

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from losslint.diagnostics import Diagnostic
from losslint.dialects.model import Site
from losslint.rules.base import Context, File, Rule

_SHARED = ("base", "pages")

SiteCheck = Callable[[Site, Context], Iterator[Diagnostic]]
FileCheck = Callable[[File, Context], Iterator[Diagnostic]]


class Registered(NamedTuple):
    """A rule with its checks and its page."""

    rule: Rule
    module: str
    page: str
    check: SiteCheck | None
    check_file: FileCheck | None


def module_names() -> list[str]:
    """The names of the rule modules, sorted."""
    folder = os.path.dirname(__file__)
    names = {entry.partition(".")[0] for entry in os.listdir(folder) if ".py" in entry}
    return sorted(name for name in names if not name.startswith("_") and name not in _SHARED)


def load_rules() -> tuple[Registered, ...]:
    """Every rule, by code. Imports all rule modules."""
    modules = [import_module(f"losslint.rules.{name}") for name in module_names()]
    return tuple(sorted((_register(module) for module in modules), key=lambda r: r.rule.code))


def _register(module: ModuleType) -> Registered:
    return Registered(
        module.RULE,
        module.__name__.rpartition(".")[2],
        module.__doc__ or "",
        getattr(module, "check", None),
        getattr(module, "check_file", None),
    )
