"""Output formats: one module in `formats/` each, imported when it is asked for.

A format module has `render(reports, options) -> Iterator[str]`: a pure function that yields the
report in pieces, one or more a file, of which nothing is kept, so that a report of many files takes
no memory. It prints nothing and knows no rule. What else `Format` holds it says by names of
its own: `FOR_PEOPLE = True`, `LISTS_RULES = True`, `ROOT_IN = "VARIABLE"`,
`def is_own(data: Any) -> bool`.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from losslint.linter.outcome import FileOutcome
    from losslint.report.model import ReportOptions

_FOLDER = os.path.join(os.path.dirname(__file__), "formats")
_MODULES = (name.partition(".")[0] for name in os.listdir(_FOLDER) if ".py" in name)
FORMATS: tuple[str, ...] = tuple(sorted(name for name in _MODULES if not name.startswith("_")))


class Format(NamedTuple):
    """One output format.

    `for_people`: a summary stands below it on the screen. `lists_rules`: it needs what is known of
    the rules. `root_in` is the environment variable in which the service that reads it names the
    project's folder. `is_own` tells a report of this format, given as JSON data, from a config.
    """

    render: Callable[..., Iterator[str]]
    for_people: bool
    lists_rules: bool
    root_in: str
    is_own: Callable[[Any], bool]


def format_named(name: str) -> Format:
    """The format of a name. Raises ValueError for a name that is not in `FORMATS`."""
    if name not in FORMATS:
        raise ValueError(f"no such format: {name}")
    module = import_module(f"losslint.report.formats.{name}")
    return Format(
        module.render,
        getattr(module, "FOR_PEOPLE", False),
        getattr(module, "LISTS_RULES", False),
        getattr(module, "ROOT_IN", ""),
        getattr(module, "is_own", _never),
    )


def _never(data: Any) -> bool:
    return False


def render(
    format: str, reports: "Iterable[FileOutcome]", options: "ReportOptions"
) -> Iterator[str]:
    """A report in pieces of text; each text format's piece is one or more whole lines.

    Raises ValueError for a format that is not in `FORMATS`.
    """
    return format_named(format).render(reports, options)
