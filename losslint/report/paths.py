"""How a file is named: for people, absolutely, from the project's folder, and as a URI."""

import os
from contextlib import suppress

from losslint.linter.outcome import FileOutcome
from losslint.report.model import ReportOptions

# The name under which standard input is shown; it is no path.
STDIN = "-"


def member_of(report: FileOutcome) -> str | None:
    """The file inside the archive, where the report is about one."""
    return report.source.member if report.source is not None else None


def shown(report: FileOutcome, base: str) -> str:
    """The name for people: relative to `base` where it lies below, with the archive's member."""
    return _with_member(relative(report.path, base), report)


def absolute(report: FileOutcome, base: str) -> str:
    """The name for other programs: absolute, with the archive's member."""
    return _with_member(_absolute(report.path, base), report)


def project_path(report: FileOutcome, options: ReportOptions) -> str:
    """The path from the project's folder, from wherever it is checked; absolute if outside."""
    root = options.root or options.base
    full = _absolute(report.path, options.base)
    below = below_base(full, root)
    if below is None:
        # The folder may have been named through a link. A name of odd characters is no file's.
        with suppress(OSError, ValueError):
            folder, name = os.path.split(full)
            real = os.path.join(os.path.realpath(folder), name)
            below = below_base(real, os.path.realpath(root))
    return posix(full if below is None else below)


def project_name(report: FileOutcome, options: ReportOptions) -> str:
    """The path from the project's folder, with the archive's member."""
    return _with_member(project_path(report, options), report)


def relative(path: str, base: str) -> str:
    """A path as seen from `base`; one that does not lie below it stays as it is."""
    below = below_base(path, base)
    return path if below is None else below


def below_base(path: str, base: str) -> str | None:
    """The path from `base` to a file below it; None for any other file."""
    if path == STDIN:
        return path
    if not base:
        return None if os.path.isabs(path) else os.path.normpath(path)
    full = _absolute(path, base)
    root = os.path.join(os.path.normpath(base), "")
    return full[len(root) :] if full.startswith(root) and full != root else None


def posix(path: str) -> str:
    """A path with forward slashes, as CI systems want it."""
    return path.replace(os.sep, "/")


def uri(path: str, base: str) -> tuple[str, bool]:
    """A file's URI reference, and whether it is relative to `base`."""
    from urllib.parse import quote

    below = below_base(path, base)
    if below is not None:
        return quote(_name_bytes(posix(below)), safe="/"), True
    if not os.path.isabs(_absolute(path, base)):
        return quote(_name_bytes(posix(path)), safe="/"), True
    full = posix(_absolute(path, base))
    # A Windows drive has no slash before it; a file URI needs one, and keeps the drive's colon.
    drive = full if full.startswith("/") else f"/{full}"
    return "file://" + quote(_name_bytes(drive), safe="/:" if drive != full else "/"), False


def _absolute(path: str, base: str) -> str:
    if path == STDIN or not (base or os.path.isabs(path)):
        return path
    return os.path.normpath(os.path.join(base, path))


def _with_member(path: str, report: FileOutcome) -> str:
    member = member_of(report)
    return path if member is None else f"{path}!{member}"


def _name_bytes(path: str) -> bytes:
    """The bytes of a file name: those that are not UTF-8 come back as they were."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "backslashreplace")
