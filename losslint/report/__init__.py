"""Output formats: one module in `formats/` each, imported when it is asked for.

A format module has `render(reports, options) -> Iterator[str]`: a pure function that yields the
report in pieces. It prints nothing and knows no rule.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module

from losslint.linter.outcome import FileOutcome
from losslint.report.model import Options, RuleInfo

_FOLDER = os.path.join(os.path.dirname(__file__), "formats")
FORMATS: tuple[str, ...] = tuple(
    sorted(
        name.partition(".")[0]
        for name in os.listdir(_FOLDER)
        if ".py" in name and not name.startswith("_")
    )
)

__all__ = ["FORMATS", "FileOutcome", "Options", "RuleInfo", "render"]


def render(
    format: str,
    reports: Iterable[FileOutcome],
    *,
    rules: Mapping[str, RuleInfo],
    color: bool = False,
    width: int = 80,
    base: str = "",
    unsafe_fixes: bool = False,
    hyperlinks: bool = False,
    fold: bool = False,
) -> Iterator[str]:
    """A report in pieces of text; each text format's piece is one or more whole lines.

    Raises ValueError for a format that is not in `FORMATS`.
    """
    if format not in FORMATS:
        raise ValueError(f"no such format: {format}")
    options = Options(rules, color, width, base, unsafe_fixes, hyperlinks, fold)
    module = import_module(f"losslint.report.formats.{format}")
    pieces: Iterator[str] = module.render(reports, options)
    return pieces
