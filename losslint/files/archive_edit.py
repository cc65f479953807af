"""Replace one member of a zip archive and keep every other byte that can stay.

`zipfile` cannot copy compressed data, so the parts are found and joined here; what comes out is
read back through `zipfile` before it is handed on.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, NamedTuple

from losslint.files.archive import DEFLATED, ENCRYPTED, STORED, ArchiveProblem, read_member

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

_LOCAL = struct.Struct("<4s5HLLLHH")
_CENTRAL = struct.Struct("<4s4B4HLLL5HLL")
_END = struct.Struct("<4s4H2LH")
_DESCRIPTOR = 0x8


class _ZipEntry(NamedTuple):
    """One record of the list of members: where it stands and what it says."""

    start: int
    end: int
    name: bytes
    flags: int
    method: int
    compressed: int
    offset: int


class _Layout(NamedTuple):
    """Where the parts of an archive lie. `shift`: how many bytes precede the archive proper."""

    entries: tuple[_ZipEntry, ...]
    directory: int
    end: int
    shift: int


def replace_member(raw: bytes, name: str, content: bytes, path: str = "") -> bytes | ArchiveProblem:
    """An archive with one member's content replaced and every other byte that can stay kept.

    The other members keep their compressed bytes, headers, order, dates and attributes; the
    replaced one keeps its place, date, attributes and method. The result is read back before it is
    returned. Refused: ZIP64 lists of members (2 GiB and more), encryption, overlapping members.
    """
    layout = _layout(raw)
    if isinstance(layout, str):
        return ArchiveProblem(path, layout)
    wanted = name.encode()
    entry = next((each for each in reversed(layout.entries) if each.name == wanted), None)
    if entry is None:
        return ArchiveProblem(path, f"holds no {name}")
    if entry.flags & ENCRYPTED or entry.method not in (STORED, DEFLATED):
        return ArchiveProblem(path, f"holds a {name} that losslint cannot rewrite")
    block = _block(raw, layout, entry, content)
    if isinstance(block, str):
        return ArchiveProblem(path, block)
    between = raw[block.end : layout.directory]
    tail = _directory(raw, layout, entry, block)
    after = b"".join((raw[: block.start], block.content, between, tail))
    problem = _differs(raw, after, name, content)
    return ArchiveProblem(path, problem) if problem else after


def _layout(raw: bytes) -> _Layout | str:
    end = raw.rfind(b"PK\x05\x06", max(0, len(raw) - _END.size - 0xFFFF))
    if end < 0 or end + _END.size > len(raw):
        return "is not a zip file, or a truncated one"
    _, _, _, _, count, size, offset, _ = _END.unpack_from(raw, end)
    if 0xFFFFFFFF in (size, offset) or count == 0xFFFF or raw[end - 20 : end - 16] == b"PK\x06\x07":
        return "is a ZIP64 archive, which losslint does not rewrite"
    directory = end - size
    if directory < offset:
        return "is a damaged archive: its list of members lies elsewhere than it says"
    entries = tuple(_entries(raw, directory, end, directory - offset))
    if len(entries) != count or (entries and entries[-1].end != end):
        return "is a damaged archive: its list of members cannot be read"
    if any(entry.offset == 0xFFFFFFFF + directory - offset for entry in entries):
        return "is a ZIP64 archive, which losslint does not rewrite"
    if any(entry.offset >= directory for entry in entries):
        return "is a damaged archive: a member lies elsewhere than it says"
    return _Layout(entries, directory, end, directory - offset)


def _entries(raw: bytes, position: int, end: int, shift: int) -> Iterator[_ZipEntry]:
    while position + _CENTRAL.size <= end and raw.startswith(b"PK\x01\x02", position):
        fields = _CENTRAL.unpack_from(raw, position)
        stop = position + _CENTRAL.size + sum(fields[12:15])
        if stop > end:
            return
        start = position + _CENTRAL.size
        name = raw[start : start + fields[12]]
        yield _ZipEntry(position, stop, name, fields[5], fields[6], fields[10], fields[18] + shift)
        position = stop


class _Block(NamedTuple):
    """The new local part of a member, and the bytes of the old archive that it stands for."""

    start: int
    end: int
    content: bytes
    crc: int
    compressed: int
    size: int


def _block(raw: bytes, layout: _Layout, entry: _ZipEntry, content: bytes) -> _Block | str:
    import zlib

    start = entry.offset
    if not raw.startswith(b"PK\x03\x04", start) or start + _LOCAL.size > layout.directory:
        return "is a damaged archive: a member lies elsewhere than it says"
    fields = _LOCAL.unpack_from(raw, start)
    names = start + _LOCAL.size
    extra = names + fields[9]
    data = extra + fields[10]
    others = [each.offset for each in layout.entries if each is not entry and each.offset >= start]
    following = min(others, default=layout.directory)
    if data + entry.compressed > following:
        return "is a damaged archive: two of its members overlap"
    packed = content
    if entry.method == DEFLATED:
        deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = deflate.compress(content) + deflate.flush()
    kept = _without_zip64(raw[extra:data])
    crc = zlib.crc32(content)
    header = _LOCAL.pack(
        *fields[:2],
        fields[2] & ~_DESCRIPTOR,
        *fields[3:6],
        *(crc, len(packed), len(content), fields[9], len(kept)),
    )
    # What follows the data of a streamed member is its descriptor, which the new header replaces.
    end = following if entry.flags & _DESCRIPTOR else data + entry.compressed
    block = b"".join((header, raw[names:extra], kept, packed))
    return _Block(start, end, block, crc, len(packed), len(content))


def _without_zip64(extra: bytes) -> bytes:
    """A header's extra fields without the 64-bit sizes, which the new header has no use for."""
    kept: list[bytes] = []
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, position)
        if kind != 1:
            kept.append(extra[position : position + 4 + length])
        position += 4 + length
    return b"".join((*kept, extra[position:]))


def _directory(raw: bytes, layout: _Layout, target: _ZipEntry, block: _Block) -> bytes:
    """The list of members with the replaced one's sizes and the offsets behind it moved."""
    delta = len(block.content) - (block.end - block.start)
    tail = bytearray(raw[layout.directory :])
    for entry in layout.entries:
        at = entry.start - layout.directory
        if entry is target:
            struct.pack_into("<H", tail, at + 8, entry.flags & ~_DESCRIPTOR)
            struct.pack_into("<LLL", tail, at + 16, block.crc, block.compressed, block.size)
        elif entry.offset > target.offset:
            struct.pack_into("<L", tail, at + 42, entry.offset - layout.shift + delta)
    at = layout.end - layout.directory + 16
    struct.pack_into("<L", tail, at, layout.directory - layout.shift + delta)
    return bytes(tail)


def _differs(before: bytes, after: bytes, name: str, content: bytes) -> str | None:
    """Read a rewritten archive back: why it is not what was meant, or None."""
    import zipfile

    try:
        with (
            zipfile.ZipFile(io.BytesIO(before)) as old,
            zipfile.ZipFile(io.BytesIO(after)) as new,
        ):
            same = [_facts(info, name) for info in old.infolist()] == [
                _facts(info, name) for info in new.infolist()
            ]
            written = read_member(new, name)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
        return f"cannot be rewritten: {error}"
    if not same or written != content:
        return "cannot be rewritten: the new archive does not read back as it should"
    return None


def _facts(info: zipfile.ZipInfo, replaced: str) -> tuple[object, ...]:
    own = () if info.filename == replaced else (info.CRC, info.file_size, info.compress_size)
    return (info.filename, info.date_time, info.compress_type, info.external_attr, *own)
