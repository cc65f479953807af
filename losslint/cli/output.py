"""`--format`: which reports are asked for, where they go, and writing them."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TextIO

from losslint.cli.options import fail, refuse_folder

if TYPE_CHECKING:
    from losslint.linter.outcome import FileOutcome
    from losslint.linter.runner import Linter
    from losslint.report.model import ReportOptions, RuleInfo

DEFAULT = "full"


class OutputTarget(NamedTuple):
    """One report. `path` None is standard output."""

    format: str
    path: str | None = None


class Outputs(NamedTuple):
    """The reports of a run: at most one on standard output, the others in files."""

    shown: str | None
    files: tuple[OutputTarget, ...] = ()

    @property
    def for_people(self) -> bool:
        """Whether standard output is read by people, who want a summary."""
        if self.shown in (None, DEFAULT):
            # Known without its module, which a run without findings does not import.
            return True
        from losslint.report import format_named

        return format_named(self.shown).for_people

    @property
    def list_rules(self) -> bool:
        """Whether a report needs what is known of the rules."""
        from losslint.report import format_named

        formats = {self.shown, *(output.format for output in self.files)}
        return any(format_named(name).lists_rules for name in formats if name is not None)


def read_outputs(values: list[str] | None) -> Outputs:
    """`--format full --format sarif=out.sarif`. Leaves with 2 for what cannot be done."""
    outputs = [_read(value) for value in values or [DEFAULT]]
    shown = [output.format for output in outputs if output.path is None]
    files = tuple(output for output in outputs if output.path is not None)
    if len(shown) > 1:
        fail(
            f"--format {shown[0]} --format {shown[1]}: one of them can go to standard output; "
            f"write --format {shown[1]}=FILE"
        )
    seen: set[str] = set()
    for output in files:
        path = os.path.realpath(str(output.path))
        if path in seen:
            fail(f"--format {output.format}={output.path}: another report goes into that file")
        seen.add(path)
    return Outputs(shown[0] if shown else None, files)


def _read(value: str) -> OutputTarget:
    from losslint.report import FORMATS

    name, equals, path = value.partition("=")
    if name not in FORMATS:
        from losslint.cli.wrong_usage import choose

        fail(f"--format {name}: {choose(FORMATS, name)}")
    if equals and not path:
        fail(f"--format {value}: name the file behind the =")
    if not path or path == "-":
        return OutputTarget(name)
    refuse_folder(f"--format {value}", path)
    return OutputTarget(name, path)


def refuse_inputs(outputs: Outputs, paths: list[str], linter: "Linter") -> None:
    """Leave with 2 before a report is written over a file that is checked."""
    from losslint.files.discovery import FoundFile

    risky = {os.path.realpath(str(o.path)): o for o in outputs.files if _may_be_input(o, paths)}
    if not risky:
        return
    from losslint.settings.model import Settings

    settings = linter.store.for_folder(os.getcwd())
    if not isinstance(settings, Settings):
        # The run says what is wrong with them.
        return
    for found in linter.files(paths, settings):
        if isinstance(found, FoundFile):
            output = risky.get(os.path.realpath(found.path))
            if output is not None:
                fail(f"--format {output.format}={output.path}: the file is one of those checked")


def _may_be_input(output: OutputTarget, paths: list[str]) -> bool:
    """Whether a file that is there could be checked; a report of an earlier run is not minded."""
    from losslint.dialects.registry import SUFFIXES

    path = os.path.realpath(str(output.path))
    if not os.path.isfile(path):
        return False
    if any(os.path.realpath(each) == path for each in paths if each != "-"):
        return True
    return path.lower().endswith(SUFFIXES) and not _is_report(path, output.format)


def _is_report(path: str, format: str) -> bool:
    """Whether a file is a report of losslint in that format, or holds nothing."""
    import json

    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except (OSError, ValueError, RecursionError):
        return os.path.getsize(path) == 0
    from losslint.report import format_named

    return format_named(format).is_own(data)


def rule_infos(linter: "Linter") -> "dict[str, RuleInfo]":
    """What reports tell of the rules."""
    from losslint.report.model import RuleInfo

    return {
        r.code: RuleInfo(r.code, r.name, r.rule.severity, r.summary, r.page)
        for r in linter.selection.rules
    }


class Look(NamedTuple):
    """How reports are drawn, and where those go that go into no file; `named`: what is checked."""

    color: bool
    unsafe_fixes: bool
    to: TextIO
    named: tuple[str, ...] = ()


def write_reports(
    outputs: Outputs, reports: "Iterable[FileOutcome]", rules: "Mapping[str, RuleInfo]", look: Look
) -> None:
    """Write every report as the findings come; leaves with 2 where a file cannot be written."""
    from losslint.report import render

    drawn: Callable[[Iterable[FileOutcome]], Iterator[str]] | None = None
    if outputs.shown is not None:
        options = _options(rules, look, screen=look.to.isatty())
        options = options._replace(root=_project_root(outputs.shown, look.named))
        drawn = partial(render, outputs.shown, options=options)
    if outputs.files:
        from losslint.cli.report_files import write_files

        plain = _options(rules, look._replace(color=False), screen=False)
        files = {
            str(output.path): partial(
                render,
                output.format,
                options=plain._replace(root=_project_root(output.format, look.named)),
            )
            for output in outputs.files
        }
        refused = write_files(files, reports, drawn, look.to.write)
        if refused is not None:
            fail(f"{refused.path} {refused.reason}")
    elif drawn is not None:
        for piece in drawn(reports):
            look.to.write(piece)


def _options(rules: "Mapping[str, RuleInfo]", look: Look, *, screen: bool) -> "ReportOptions":
    from losslint.report.model import ReportOptions

    links = look.color and follows_links(screen)
    return ReportOptions(
        rules, look.color, width(), os.getcwd(), look.unsafe_fixes, links, fold=screen
    )


def _project_root(format: str, named: tuple[str, ...]) -> str:
    """The folder from which those count who read a format; empty where it is told to people.

    It is the one that the service tells, else the repository's, wherever losslint is called.
    """
    from losslint.files.gitignore import repository_of
    from losslint.report import format_named

    variable = format_named(format).root_in
    if not variable:
        return ""
    told, here = os.environ.get(variable, ""), os.getcwd()
    if os.path.isabs(told) and os.path.isdir(told):
        return told
    # From outside of a repository, what is checked may lie in one.
    folders = [os.path.abspath(path) for path in named if path != "-"] or [here]
    return repository_of(here) or repository_of(os.path.commonpath(folders)) or here


def on_screen(text: str, indent: str = "", to: TextIO | None = None) -> str:
    """A line for people, broken between words where it goes to a terminal.

    `to` is where it goes, by default standard output.
    """
    if not (to or sys.stdout).isatty():
        return text
    from losslint.report.fold import folded

    return folded(text, width(to), indent=indent)


def width(to: TextIO | None = None) -> int:
    """The columns of the terminal, as shutil tells them, without its imports."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns) > 0:
        return int(columns)
    try:
        stream = to or sys.__stdout__
        return os.get_terminal_size(stream.fileno()).columns or 80  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 80


def follows_links(screen: bool) -> bool:
    """Whether a report goes to a terminal that follows OSC 8, or at least swallows it.

    FORCE_HYPERLINK=1 and =0 decide where it is set. Old ones print what they do not understand:
    the console of Linux and those that call themselves dumb.
    """
    forced = os.environ.get("FORCE_HYPERLINK")
    if forced is not None:
        return forced != "0"
    silent = ("", "dumb", "linux", "vt100", "vt220", "cons25")
    return screen and os.environ.get("TERM", "") not in silent
