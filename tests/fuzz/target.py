"""One input: a byte that chooses what reads it, then a file, or the words of a command line."""

from __future__ import annotations

import io
import json
import os
import zlib
from contextlib import redirect_stdout, suppress
from importlib import import_module
from unittest import mock
from xml.etree import ElementTree as ET

from losslint.cli import COMMANDS
from losslint.cli.complete import VARIABLE, complete
from losslint.cli.declared import WrongUsageError, parse
from losslint.convert.conversion import Options
from losslint.convert.pipeline import convert_source
from losslint.diagnostics import Diagnostic, Span
from losslint.dialects.registry import DIALECTS
from losslint.dialects.release_targets import release_targets
from losslint.files.archive import read_archive
from losslint.files.source import Source, Unreadable, decode
from losslint.linter.apply_rules import Checked, check_source
from losslint.linter.fix import fix_source
from losslint.linter.outcome import FileOutcome
from losslint.report import FORMATS, render
from losslint.report.model import ReportOptions
from losslint.rules import load_rules

_NAMES = ("model.yaml", "config.json", "model.keras")
_READERS = len(_NAMES) + 1
_RULES = load_rules()
_TARGETS = release_targets()
_MAX_FIXED = 4000
_COMMANDS = tuple(COMMANDS)


def one_input(data: bytes) -> None:
    """Check, and what else is done with a small file; raises where a promise is broken."""
    if not data:
        return
    reader = data[0] % _READERS
    if reader == len(_NAMES):
        command_line(data[1:])
        return
    name = _NAMES[reader]
    if name.endswith(".keras"):
        read_archive(name, io.BytesIO(data[1:]))
        return
    source = decode(name, data[1:])
    if isinstance(source, Unreadable):
        return
    checked = _check(source)
    length = len(source.text)
    for found in checked.diagnostics:
        spans = [found.span, *(related.span for related in found.related)]
        spans += (
            [] if found.fix is None else [Span(edit.start, edit.end) for edit in found.fix.edits]
        )
        if any(not 0 <= start <= end <= length for start, end in spans):
            raise AssertionError(f"a span outside of the file: {found}")
    # What checks a text many times over: of eight inputs each gets one, which keeps the pace.
    if length < _MAX_FIXED:
        turn = zlib.crc32(data) % 8
        if turn == 0:
            mend(source)
        elif turn == 1:
            reports(source, checked.diagnostics)
        elif turn == 2:
            convert(source)


def _check(source: Source) -> Checked:
    return check_source(source, _RULES, _TARGETS)


def _wanted(found: Diagnostic) -> bool:
    return found.fix is not None


def mend(source: Source) -> None:
    fixed = fix_source(source, _check, _wanted)
    again = fix_source(fixed.source, _check, _wanted)
    if again.source.text != fixed.source.text:
        raise AssertionError("a second run of fixes changes the text again")
    if not fixed.applied and fixed.source.text != source.text:
        raise AssertionError("the text changed without a fix")


def reports(source: Source, found: tuple[Diagnostic, ...]) -> None:
    """Every format shows what was found, in a text that its readers take."""
    outcome = FileOutcome(source.path, source, found)
    for name in FORMATS:
        text = "".join(render(name, [outcome], ReportOptions({}, base="/nowhere")))
        text.encode("utf-8")
        if name == "junit":
            cases = ET.fromstring(text.encode("utf-8")).findall(".//testcase")
            shown = len(cases) if found else 0
        elif name in ("json", "gitlab"):
            shown = len(json.loads(text))
        elif name == "sarif":
            shown = len(json.loads(text)["runs"][0]["results"])
        elif name in ("concise", "github"):
            shown = text.count("\n")
        else:
            continue
        if shown != len(found):
            raise AssertionError(f"{name} shows {shown} of {len(found)} findings")


def convert(source: Source) -> None:
    """What is converted is a text of the other style that can be read; else there is a reason."""
    for dialect in DIALECTS:
        if not dialect.is_measured:
            continue
        for lossy in (False, True):
            for result in convert_source(source, Options(dialect, _TARGETS, lossy=lossy)):
                # A file of the style that is asked for stays in its own language.
                name = source.path if result.migrated else dialect.fresh_name
                _held(result.status, result.text, name)
                if result.after is not None and _syntax(result.after) - _syntax(source):
                    raise AssertionError(f"a migration broke the text: {result.after.text!r}")


def _held(status: str, text: str | None, name: str) -> None:
    if status == "refused" and text is not None:
        raise AssertionError(f"refused, and yet there is {text!r}")
    if status == "converted" and text is not None:
        read = decode(name, text.encode("utf-8"))
        if isinstance(read, Unreadable) or _syntax(read) or not _check(read).sites:
            raise AssertionError(f"what was converted cannot be read: {text!r}")


def _syntax(source: Source) -> set[str]:
    """What is wrong with a text before anything is known of losses."""
    return {each.code for each in _check(source).diagnostics if each.code < "LL004"}


def command_line(data: bytes) -> None:
    """A line is read, left to Typer, or refused in one sentence; a shell is offered whole lines."""
    words = os.fsdecode(data).split("\0")
    command = _COMMANDS[len(data) % len(_COMMANDS)]
    home, record = COMMANDS[command][:2]
    try:
        parse(getattr(import_module(f"losslint.cli.{home}"), record), words, command)
    except WrongUsageError as error:
        if not str(error).strip():
            raise AssertionError("a command line is refused without a word") from error
    written = io.StringIO()
    held = mock.patch.dict(os.environ, {VARIABLE: f"={words[-1]}"})
    # An environment cannot hold every word; a shell has none of those either.
    with suppress(ValueError), redirect_stdout(written), held:
        complete([command, *words[:-1]])
    for line in written.getvalue().splitlines():
        if line.count("\t") != 1:
            raise AssertionError(f"no offer: {line!r}")
