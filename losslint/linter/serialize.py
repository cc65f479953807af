"""What was found in a file as bytes, and back: for the cache, and on the way from a worker.

JSON, because nothing that is read back from a disk may be more than data.
"""

from typing import Any, NamedTuple

from losslint.diagnostics import Diagnostic, Edit, Fix, Related, Span


class Result(NamedTuple):
    """The outcome for one file's content: how many sites it has, and the diagnostics."""

    sites: int
    diagnostics: tuple[Diagnostic, ...] = ()


def pack(result: Result) -> bytes:
    """A result as bytes; of a file without findings no more than the number of its sites."""
    if not result.diagnostics:
        return b"%d" % result.sites
    import json

    # NamedTuples become lists; the order of their fields is part of the losslint release.
    return json.dumps([result.sites, result.diagnostics], separators=(",", ":")).encode("ascii")


def unpack(packed: bytes) -> Result:
    """The result of `pack`. Raises ValueError for anything else."""
    if packed.isdigit():
        return Result(int(packed))
    import json

    try:
        sites, found = json.loads(packed)
        return Result(int(sites), tuple(map(_diagnostic, found)))
    except (TypeError, IndexError, KeyError) as error:
        raise ValueError("no packed result") from error


def _diagnostic(fields: list[Any]) -> Diagnostic:
    code, name, severity, message, span, fix, related, hint = fields
    return Diagnostic(
        code,
        name,
        severity,
        message,
        Span(*span),
        None if fix is None else Fix(fix[0], tuple(Edit(*edit) for edit in fix[1]), fix[2]),
        tuple(Related(Span(*place), text) for place, text in related),
        hint,
    )
