"""Files that give no text: said where it is our business, and never "no losses"."""

from __future__ import annotations

import json
import os
import threading
import zipfile
from pathlib import Path

import pytest

from losslint.diagnostics import Diagnostic
from losslint.files import reading
from losslint.files.discovery import FoundFile
from losslint.files.source import Source, decode
from losslint.linter.runner import Linter
from losslint.settings.model import Overrides

SOUND = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"


def found(path: Path, *, explicit: bool = False) -> tuple[Diagnostic, ...]:
    outcome = Linter(Overrides()).run(FoundFile(str(path), explicit))
    assert not outcome.problem
    return outcome.diagnostics


@pytest.mark.parametrize("explicit", [True, False])
def test_another_encoding_is_an_error_where_losses_stand(tmp_path: Path, explicit: bool) -> None:
    path = tmp_path / "model.yaml"
    path.write_bytes("# Größe\n".encode("latin-1") + SOUND.encode())
    assert [d.code for d in found(path, explicit=explicit)] == ["LL000"]


def test_another_encoding_is_passed_over_where_none_stand(tmp_path: Path) -> None:
    path = tmp_path / "notes.yaml"
    path.write_bytes("title: Größe\n".encode("latin-1"))
    assert found(path) == ()
    assert [d.code for d in found(path, explicit=True)] == ["LL000"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_the_trainer_reads_utf_8_only(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "model.yaml"
    path.write_bytes(SOUND.encode(encoding))
    (only,) = found(path)
    assert only.code == "LL000"
    assert encoding.upper() in only.message
    path.write_bytes(SOUND.encode("utf-8-sig"))
    assert found(path) == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_in_json_that_is_read_as_text_is_an_error(tmp_path: Path, encoding: str) -> None:
    text = '{"compile_config": {"optimizer": "adam", "loss": "mse", "loss_weights": null}}'
    path = tmp_path / "config.json"
    path.write_text(text, encoding)
    with pytest.raises(ValueError, match=r"BOM|decode"), path.open(encoding="utf-8") as file:
        json.load(file)
    (only,) = found(path)
    assert (only.code, only.severity, only.span) == ("LL000", "error", (0, 1))
    assert "json.load" in only.message
    path.write_text(text, "utf-8")
    assert found(path) == ()
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("config.json", text.encode(encoding))
    assert json.loads(text.encode(encoding))
    assert found(tmp_path / "m.keras") == ()


def test_a_mark_in_json_that_omegaconf_reads_is_none(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    text = '{"model": {"losses": [{"criterion": "cross_entropy", "weight": null}]}}'
    path.write_text(text, "utf-8-sig")
    assert found(path) == ()


@pytest.mark.parametrize("explicit", [True, False])
def test_a_file_that_is_not_given_out_is_a_failure(
    explicit: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, limit: int) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "model.yaml"
    path.write_text(SOUND)
    # Root reads everything.
    monkeypatch.setattr(reading, "_read", refuse)
    outcome = Linter(Overrides()).run(FoundFile(str(path), explicit))
    assert outcome.problem == f"{path} cannot be read: permission denied"
    assert outcome.diagnostics == ()


def test_a_folder_under_the_name_of_a_config_is_a_failure_too(tmp_path: Path) -> None:
    outcome = Linter(Overrides()).run(FoundFile(str(tmp_path)))
    assert outcome.problem


def test_a_broken_archive_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", '{"a":')
        archive.writestr("metadata.json", "{}")
    assert {d.severity for d in found(path)} == {"error"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
@pytest.mark.parametrize("name", ["a.yaml", "a.keras", "a.h5"])
def test_a_pipe_that_nobody_writes_to_is_no_reason_to_wait(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    outcome = Linter(Overrides()).run(FoundFile(str(tmp_path / name), explicit=True))
    told = [outcome.problem, *(each.message for each in outcome.diagnostics)]
    assert "pipe" in "".join(told)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_is_read_as_it_is_written(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    text = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: 0\n"
    # Both ends are open before anything is written, and the end comes later still.
    reader = os.open(tmp_path / "a.yaml", os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(tmp_path / "a.yaml", os.O_WRONLY)
    os.close(reader)
    later = threading.Timer(0.2, lambda: (os.write(writer, text.encode()), os.close(writer)))
    later.start()
    assert [d.code for d in found(tmp_path / "a.yaml", explicit=True)] == ["LL212"]
    later.join()


@pytest.mark.parametrize(
    ("name", "head", "encoding"),
    [
        ("train.py", b"# coding: latin-1\n", "iso8859-1"),
        ("TRAIN.PY", b"# coding: latin-1\n", "iso8859-1"),
        ("train.py", b"#!/usr/bin/python\n# coding: latin-1\n", "iso8859-1"),
        ("train.py", b"\r\n# -*- coding: latin-1 -*-\r\n", "iso8859-1"),
        ("train.py", b"\n\n# coding: latin-1\n", "utf-8"),
        ("train.py", b"import keras\n# coding: latin-1\n", "utf-8"),
        ("train.py", b"# coding: utf-8-sig\n", "utf-8"),
        ("train.py", b"# coding: rot13\n", "utf-8"),
        ("train.yaml", b"# coding: latin-1\n", "utf-8"),
    ],
)
def test_a_program_names_its_encoding_as_python_reads_it(
    name: str, head: bytes, encoding: str
) -> None:
    raw = head + b"# \xc3\xa9\n"
    source = decode(name, raw)
    assert isinstance(source, Source)
    assert (source.encoding, source.encode()) == (encoding, raw)
