"""Keras archives: what is read of them, and how one member is replaced."""

from __future__ import annotations

import io
import json
import random
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losslint.files.archive import MAX_MEMBER_BYTES, Archive, ArchiveProblem, read_archive
from losslint.files.archive_edit import replace_member
from tests.steps import steps

CONFIG = json.dumps({"class_name": "Functional", "compile_config": {"loss": "mse"}}).encode()
META = b'{"keras_version": "3.15.1"}'


def build(
    members: dict[str, bytes], method: int = zipfile.ZIP_STORED, *, stream: bool = False
) -> bytes:
    buffer = io.BytesIO()
    target = _Unseekable(buffer) if stream else buffer
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2024, 2, 3, 4, 5, 6))
            info.compress_type = method
            info.external_attr = 0o600 << 16
            if stream:
                with archive.open(info, "w", force_zip64=True) as member:
                    member.write(content)
            else:
                archive.writestr(info, content)
    return buffer.getvalue()


class _Unseekable(io.RawIOBase):
    """What makes `zipfile` write data descriptors."""

    def __init__(self, inner: io.BytesIO) -> None:
        self.inner = inner

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        return self.inner.write(bytes(data))  # type: ignore[call-overload]


def read(raw: bytes) -> Archive | ArchiveProblem:
    return read_archive("m.keras", io.BytesIO(raw))


def reason(raw: bytes) -> str:
    result = read(raw)
    assert isinstance(result, ArchiveProblem), result
    assert result.path == "m.keras"
    assert "\n" not in result.reason
    return result.reason


SOUND = {"metadata.json": META, "config.json": CONFIG, "model.weights.h5": b"\x89HDF" * 2000}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_reads_the_two_members(method: int, tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    path.write_bytes(build(SOUND, method))
    assert read_archive(str(path)) == Archive(str(path), CONFIG, META)
    assert read(build({"config.json": CONFIG})) == Archive("m.keras", CONFIG, None)


def test_what_is_no_archive(tmp_path: Path) -> None:
    sound = build(SOUND)
    assert reason(b"") == "is empty"
    assert reason(b"model: x\n") == "is not a Keras archive: it is no zip file"
    assert reason(b"\x89HDF\r\n\x1a\n" + bytes(900)).startswith("is an HDF5 file")
    assert reason(sound[:-30]).startswith("is a truncated or damaged archive")
    assert reason(build({"model/config.json": CONFIG})).startswith("holds no config.json")
    gone = read_archive(str(tmp_path / "gone.keras"))
    assert gone == ArchiveProblem(
        str(tmp_path / "gone.keras"), "cannot be read: no such file or directory"
    )


def test_names_outside_the_archive_are_not_looked_at(tmp_path: Path) -> None:
    evil = {"/config.json": b"1", "../config.json": b"2", "./config.json": b"3"}
    assert reason(build(evil)).startswith("holds no config.json")
    assert read(build({**evil, "config.json": CONFIG})) == Archive("m.keras", CONFIG, None)


def test_of_two_members_of_one_name_the_last_counts_as_in_zipfile() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("config.json", b"old")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("config.json", CONFIG)
    assert read(buffer.getvalue()) == Archive("m.keras", CONFIG, None)
    after = replace_member(buffer.getvalue(), "config.json", b"new")
    assert isinstance(after, bytes)
    assert read(after) == Archive("m.keras", b"new", None)


def test_bombs_are_not_unpacked() -> None:
    bomb = build({"config.json": bytes(100 << 20)}, zipfile.ZIP_DEFLATED)
    small = build({"config.json": bytes(8 << 20)}, zipfile.ZIP_DEFLATED)
    tracemalloc.start()
    assert reason(small) == "holds a config.json that unpacks to more than 200 times its size"
    assert reason(bomb) == "holds a config.json of more than 16 MiB"
    # A header that lies about the size changes nothing.
    for size in (0xFFFFFFF0, 2 << 20):
        lying = bytearray(bomb)
        at = lying.rfind(b"PK\x01\x02")
        struct.pack_into("<L", lying, at + 24, size)
        assert "holds a" in reason(bytes(lying))
    noise = random.Random(7).randbytes(1 << 20)
    large = build({"config.json": noise * 17}, zipfile.ZIP_STORED)
    assert reason(large) == "holds a config.json of more than 16 MiB"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * MAX_MEMBER_BYTES


def test_a_huge_list_of_members_is_not_read() -> None:
    central = struct.pack("<4s4B4HLLL5HLL", b"PK\x01\x02", *[0] * 18)
    count = 400_000
    raw = central * count
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(raw), 0, 0
    )
    told: list[str] = []
    # A member takes zipfile dozens of lines.
    assert steps(lambda: told.append(reason(raw + end))) < 1_000
    assert told == ["has a list of members that is larger than 1 MiB"]


def test_encryption_and_odd_compression() -> None:
    encrypted = bytearray(build(SOUND))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := encrypted.find(mark, at + 1)) >= 0:
            encrypted[at + offset] |= 1
    assert reason(bytes(encrypted)) == "holds an encrypted config.json"
    odd = build(SOUND, zipfile.ZIP_LZMA)
    assert "compression that losslint does not read" in reason(odd)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_is_a_value(data: st.DataObject) -> None:
    method = data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
    raw = bytearray(build({"metadata.json": META, "config.json": CONFIG, "w": b"x"}, method))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(raw[: data.draw(st.integers(0, len(raw)))] if data.draw(st.booleans()) else raw)
    assert isinstance(read(cut), (Archive, ArchiveProblem))
    assert isinstance(replace_member(cut, "config.json", b"{}"), (bytes, ArchiveProblem))


@pytest.mark.parametrize("where", [b"\x01\x00", b"\xff\xff"])
def test_a_member_that_lies_behind_the_list_of_members_is_damage(where: bytes) -> None:
    """Alone it changed nothing; with a name of the wrong length before it, offsets fell below 0."""
    raw = bytearray(build({"metadata.json": META, "config.json": CONFIG, "w": b"x"}))
    last = raw.rindex(b"PK\x01\x02")
    raw[last + 44 : last + 46] = where
    told = replace_member(bytes(raw), "config.json", b"{}")
    assert isinstance(told, ArchiveProblem)
    assert told.reason == "is a damaged archive: a member lies elsewhere than it says"
    member = raw.index(b"PK\x03\x04", 4)
    raw[member + 27] = 2
    assert isinstance(replace_member(bytes(raw), "config.json", b"{}"), ArchiveProblem)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("front", [b"", b"#!/bin/sh\n"])
def test_a_replaced_member_leaves_the_others_as_they_were(
    method: int, stream: bool, front: bytes
) -> None:
    raw = front + build({**SOUND, "assets/vocabulary.txt": b"a b"}, method, stream=stream)
    content = CONFIG.replace(b"mse", b"mean_absolute_error") * 3
    after = replace_member(raw, "config.json", content)
    assert isinstance(after, bytes)
    assert after.startswith(front)
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        assert new.testzip() is None
        assert new.read("config.json") == content
        assert new.namelist() == old.namelist()
        for before, behind in zip(old.infolist(), new.infolist(), strict=True):
            assert behind.date_time == before.date_time
            assert behind.external_attr == before.external_attr
            assert behind.compress_type == before.compress_type
            if before.filename != "config.json":
                assert part(raw, old, before) == part(after, new, behind)
    # There and back: the bytes that were, where nothing was streamed.
    back = replace_member(after, "config.json", CONFIG)
    assert isinstance(back, bytes)
    assert read(back) == Archive("m.keras", CONFIG, META)
    if not stream:
        assert back == raw


def part(raw: bytes, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The local header, data and descriptor of a member."""
    offsets = [each.header_offset for each in archive.infolist()]
    following = [each for each in offsets if each > info.header_offset]
    return raw[info.header_offset : min(following, default=archive.start_dir)]


def test_what_cannot_be_replaced_is_refused() -> None:
    raw = build(SOUND)
    for broken, name in ((raw, "gone.json"), (raw[:-10], "config.json"), (b"", "config.json")):
        assert isinstance(replace_member(broken, name, b"{}", "m.keras"), ArchiveProblem)
    overlapping = bytearray(raw)
    at = overlapping.find(b"PK\x01\x02")
    first = struct.unpack_from("<L", overlapping, at + 42)[0]
    second = overlapping.find(b"PK\x01\x02", at + 1)
    struct.pack_into("<L", overlapping, second + 42, first)
    assert isinstance(replace_member(bytes(overlapping), "config.json", b"{}"), ArchiveProblem)
