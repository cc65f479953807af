"""The rules, one module each; a module is registered by being in this folder.

Modules whose name starts with an underscore, and those in SHARED, are no rules. A rule has `RULE`
and either `check(site, context)`, `check_file(file, context)`, which judges each document of a file
by itself, or `check_documents(outline, context)`, which judges them together. `_index.py` is made
from them, so that a run imports only those that its files concern.
"""

import os
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from losslint.diagnostics import Diagnostic
from losslint.dialects.records import Site, SiteKind
from losslint.rules._index import INDEX
from losslint.rules.base import Context, File, Rule, Trait

if TYPE_CHECKING:
    from losslint.rules._outline import Outline

SHARED = ("base", "pages", "sources")

SiteCheck = Callable[[Site, Context], Iterator[Diagnostic]]
FileCheck = Callable[[File, Context], Iterator[Diagnostic]]

# What a rule is asked about; "nothing" where others report in its name.
Subject = Literal["site", "file", "documents", "nothing"]


class Registered(NamedTuple):
    """What is known of a rule before its module is imported; the properties import it.

    `sites`, `words` and `when` are those of its `Rule`. `summary` says what it finds, in a sentence: the
    first line of its page.
    """

    code: str
    name: str
    subject: Subject
    sites: tuple[SiteKind, ...] = ()
    words: tuple[str, ...] = ()
    when: tuple[Trait, ...] = ()
    summary: str = ""

    @property
    def module(self) -> str:
        """The name of the module in this folder."""
        return self.name.replace("-", "_")

    @property
    def rule(self) -> Rule:
        """The metadata."""
        rule: Rule = _import(self.module).RULE
        return rule

    @property
    def page(self) -> str:
        """The page, as it stands in the module."""
        return self._docstring[0]

    @property
    def why_no_fix(self) -> str:
        """Why no fix of the rule is safe, from the last section of the docstring; may be empty."""
        return self._docstring[1].strip()

    @property
    def _docstring(self) -> tuple[str, str]:
        page, _, reason = (_import(self.module).__doc__ or "").partition("\n## No safe fix\n")
        return page, reason

    @property
    def check(self) -> SiteCheck:
        """What judges a site. Raises AttributeError where the subject is another one."""
        check: SiteCheck = _function(self.name, "check")
        return check

    @property
    def check_file(self) -> FileCheck:
        """What judges a file. Raises AttributeError where the subject is another one."""
        check: FileCheck = _function(self.name, "check_file")
        return check

    @property
    def check_documents(self) -> "Callable[[Outline, Context], Iterator[Diagnostic]]":
        """What judges documents together. Raises AttributeError where the subject is another one."""
        check: Callable[[Outline, Context], Iterator[Diagnostic]]
        check = _function(self.name, "check_documents")
        return check


@cache
def _import(module: str) -> Any:
    return import_module(f"losslint.rules.{module}")


@cache
def _function(rule: str, name: str) -> Any:
    # Asked for each rule of each file, which is why it is remembered beside the module.
    return getattr(_import(rule.replace("-", "_")), name)


def load_rules() -> tuple[Registered, ...]:
    """Every rule, by code. Imports none of their modules."""
    return tuple(Registered(*row) for row in INDEX)


def module_names() -> list[str]:
    """The names of the rule modules, sorted."""
    folder = os.path.dirname(__file__)
    names = {entry.partition(".")[0] for entry in os.listdir(folder) if ".py" in entry}
    return sorted(name for name in names if not name.startswith("_") and name not in SHARED)


def read_rule(module: str) -> Registered:
    """What the index has to say of a rule's module."""
    imported = _import(module)
    rule: Rule = imported.RULE
    subject: Subject = "site" if hasattr(imported, "check") else "nothing"
    if hasattr(imported, "check_file"):
        subject = "file"
    elif hasattr(imported, "check_documents"):
        subject = "documents"
    summary = (imported.__doc__ or "").partition("\n")[0]
    return Registered(rule.code, rule.name, subject, rule.sites, rule.words, rule.when, summary)
