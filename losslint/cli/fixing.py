"""`--fix` and `--add-ignore`: what is done with each file, and writing it back."""

from typing import NamedTuple

from losslint.cli.options import tell, write_bytes
from losslint.files.new_file import WriteRefused
from losslint.files.source import Source
from losslint.files.write import replace_text, with_member
from losslint.linter.outcome import FileOutcome
from losslint.linter.runner import Linter


class FixRequest(NamedTuple):
    """What to do with fixes. `write`: into the files; else only show a diff.

    `stdin` is what was read from standard input, where that is what is fixed: a file of the disk
    may bear the name that it is checked under. `reason`, where it is not None: nothing is fixed,
    but comments that silence the findings are added, with this reason.
    """

    unsafe: bool
    write: bool
    stdin: bytes | None = None
    reason: str | None = None

    def mend(self, linter: Linter, outcome: FileOutcome) -> FileOutcome:
        """What comes of a file; standard error is told what could not be done."""
        if self.reason is not None:
            from losslint.linter.add_ignores import add_ignores

            mended, undone = add_ignores(linter, outcome, self.reason), "no comment was added"
        else:
            mended, undone = linter.fix(outcome, unsafe=self.unsafe), "the fix was not applied"
        for refused in mended.refused:
            place = f"{outcome.path}: {refused.diagnostic.code}"
            tell(f"{place}: {undone}: {refused.reason}")
        return mended


def write_fixed(raw: bytes | None, before: Source, after: Source) -> WriteRefused | None:
    """Write a fixed text back to its file; to standard output where `raw` came by standard input.

    What cannot be mended goes out as it came in.
    """
    mended: bytes | WriteRefused | None = raw
    if before.text != after.text:
        if raw is None:
            return replace_text(before, after)
        mended = after.encode()
        if before.member is not None:
            mended = with_member(raw, before.member, mended, before.path)
    if raw is not None:
        write_bytes(mended if isinstance(mended, bytes) else raw)
    return mended if isinstance(mended, WriteRefused) else None
