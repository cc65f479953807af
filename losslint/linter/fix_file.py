"""Writing a fixed text back to its file, or showing what would be written."""

from __future__ import annotations

from losslint.files.source import Source, WriteRefused, write_back


def save(before: Source, after: Source) -> WriteRefused | None:
    """Write a mended text back to its file, into its archive where it came from one."""
    content = after.encode(after.text)
    if before.member is None:
        return write_back(before.path, before.raw, content)
    from losslint.files.archive import ArchiveProblem
    from losslint.files.archive_edit import replace_member

    try:
        with open(before.path, "rb") as file:
            raw = file.read()
    except OSError as error:
        return WriteRefused(before.path, f"cannot be read again: {error.strerror}")
    replaced = replace_member(raw, before.member, content)
    if isinstance(replaced, ArchiveProblem):
        return WriteRefused(before.path, replaced.reason)
    return write_back(before.path, raw, replaced)


def unified_diff(before: Source, after: Source) -> str:
    """The change of one file as a unified diff; empty where there is none."""
    if before.text == after.text:
        return ""
    from difflib import unified_diff as difference

    name = before.path if before.member is None else f"{before.path}!{before.member}"
    lines = difference(
        before.text.splitlines(keepends=True),
        after.text.splitlines(keepends=True),
        name,
        name,
    )
    ended = (line if line.endswith(("\n", "\r")) else line + _NO_END for line in lines)
    return "".join(ended)


_NO_END = "\n\\ No newline at end of file\n"
