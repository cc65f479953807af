"""What every report is made of: files with their diagnostics, rules, and how to draw."""

from collections.abc import Mapping
from typing import NamedTuple

from losslint.diagnostics import Diagnostic, Severity
from losslint.report.links import rule_url


class RuleInfo(NamedTuple):
    """What a report tells of a rule."""

    code: str
    name: str
    severity: Severity
    summary: str
    help_markdown: str = ""

    @property
    def url(self) -> str | None:
        """The page of the rule on the web."""
        return rule_url(self.name)


class ReportOptions(NamedTuple):
    """How to draw. `base` is the current folder, to which paths are relative.

    `root` is the project's folder, from which other programs count; that of `base` where empty.
    `fold` breaks long sentences at the width: for a screen, where nobody searches in lines.
    """

    rules: Mapping[str, RuleInfo]
    color: bool = False
    width: int = 80
    base: str = ""
    unsafe_fixes: bool = False
    hyperlinks: bool = False
    fold: bool = False
    root: str = ""


def rule_of(diagnostic: Diagnostic, rules: Mapping[str, RuleInfo]) -> RuleInfo:
    """The rule behind a diagnostic; where it is unknown, what the diagnostic itself tells."""
    code, name = diagnostic.code, diagnostic.name
    return rules.get(code) or RuleInfo(code, name, diagnostic.severity, name)


def is_fixable(diagnostic: Diagnostic, unsafe_fixes: bool) -> bool:
    """Whether `--fix` (with or without `--unsafe-fixes`) fixes this finding."""
    return diagnostic.fix is not None and (diagnostic.fix.safe or unsafe_fixes)
