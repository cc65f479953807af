"""Writing back: whole or not at all, on every kind of file and every way of failing."""

from __future__ import annotations

import io
import json
import os
import resource
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from losslint.files.new_file import WriteRefused
from losslint.files.reading import read_source
from losslint.files.source import Source
from losslint.files.write import create_file, overwrite_file, replace_file, replace_text
from tests import kill
from tests.command import losslint_text

ROOT = Path(__file__).parent.parent
OLD, NEW = b"weight: '1'\n", b"weight: 1\n"
OLD_RELEASE = (
    "model:\n  losses:\n    - criterion: label_smoothing_cross_entropy\n      smoothing: 0.1\n"
    "      weight: ~\n"
)
BROKEN = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: '1'\n"
as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.yaml"
    path.write_bytes(OLD)
    return path


def others(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir() if each.name != path.name)


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o755, 0o664, 0o444 | stat.S_IWUSR])
def test_the_mode_stays(path: Path, mode: int) -> None:
    path.chmod(mode)
    assert replace_file(str(path), OLD, NEW) is None
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert others(path) == []


def test_a_link_is_followed_and_stays(path: Path) -> None:
    first, second = path.with_name("first.yaml"), path.with_name("second.yaml")
    first.symlink_to(path)
    second.symlink_to("first.yaml")
    assert replace_file(str(second), OLD, NEW) is None
    assert second.is_symlink()
    assert first.is_symlink()
    assert path.read_bytes() == NEW


def test_a_link_into_another_folder(path: Path) -> None:
    folder = path.parent / "links"
    folder.mkdir()
    link = folder / "model.yaml"
    link.symlink_to("../model.yaml")
    assert replace_file(str(link), OLD, NEW) is None
    assert (path.read_bytes(), link.is_symlink(), os.listdir(folder)) == (
        NEW,
        True,
        ["model.yaml"],
    )


def test_a_dangling_link_and_a_loop_are_refused(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("dangling", "loop"):
        assert isinstance(replace_file(str(tmp_path / name), OLD, NEW), WriteRefused)
    assert sorted(os.listdir(tmp_path)) == ["dangling", "loop"]


def test_hard_links_are_refused(path: Path) -> None:
    twin = path.with_name("twin.yaml")
    os.link(path, twin)
    refused = replace_file(str(path), OLD, NEW)
    assert refused is not None
    assert "hard links" in refused.reason
    assert path.read_bytes() == twin.read_bytes() == OLD


def test_a_changed_file_is_left_alone(path: Path) -> None:
    path.write_bytes(b"mine\n")
    refused = replace_file(str(path), OLD, NEW)
    assert refused is not None
    assert "changed since it was read" in refused.reason
    assert path.read_bytes() == b"mine\n"


def test_a_file_that_is_gone_is_not_made(tmp_path: Path) -> None:
    assert isinstance(replace_file(str(tmp_path / "gone.yaml"), OLD, NEW), WriteRefused)
    assert os.listdir(tmp_path) == []


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert isinstance(replace_file(str(tmp_path), OLD, NEW), WriteRefused)


@pytest.mark.parametrize("mode", [0o444, 0o400, 0o555, 0o440])
def test_read_only_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    refused = replace_file(str(path), OLD, NEW)
    assert refused is not None
    assert refused.reason == "is read-only"
    assert path.read_bytes() == OLD
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert others(path) == []


def test_a_link_to_a_read_only_file_is_refused(path: Path) -> None:
    path.chmod(0o444)
    link = path.with_name("link.yaml")
    link.symlink_to(path.name)
    refused = replace_file(str(link), OLD, NEW)
    assert refused is not None
    assert refused.reason == "is read-only"
    assert (path.read_bytes(), link.is_symlink()) == (OLD, True)


def losslint(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, as whoever runs the tests: root too."""
    return losslint_text(*words, cwd=folder)


@pytest.mark.parametrize(
    "words",
    [
        ["check", "--no-cache", "--fix", "model.yaml"],
        ["check", "--no-cache", "--fix", "--unsafe-fixes", "."],
        ["check", "--no-cache", "--format", "json=model.yaml", "other.yaml"],
        [
            "convert",
            "--to",
            "netspresso",
            "--in-place",
            "--target",
            "netspresso=1.4.1",
            "model.yaml",
        ],
        ["convert", "--to", "netspresso", "--into", "model.yaml", "keras.json"],
        ["convert", "--to", "netspresso", "-o", "model.yaml", "keras.json"],
        pytest.param(
            ["dry-run", "--device", "cpu", "--report", "model.yaml", "empty.yaml"],
            marks=pytest.mark.slow,
        ),
    ],
)
@pytest.mark.parametrize("linked", [False, True])
def test_no_command_changes_a_read_only_file(
    tmp_path: Path, words: list[str], linked: bool
) -> None:
    text = OLD_RELEASE if "--in-place" in words else BROKEN
    path = tmp_path / ("hidden/model.yaml" if linked else "model.yaml")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o444)
    if linked:
        (tmp_path / "model.yaml").symlink_to("hidden/model.yaml")
    (tmp_path / "other.yaml").write_text("model: {losses: [{criterion: cross_entropy, weight: ~}]}")
    (tmp_path / "empty.yaml").write_text("model: {losses: [{criterion: rtmcc_loss, weight: ~}]}")
    (tmp_path / "keras.json").write_text(
        '{"module": "keras.losses", "class_name": "CategoricalCrossentropy",'
        ' "config": {"from_logits": true}}'
    )
    before = path.stat()
    done = losslint(tmp_path, *words)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert [line for line in done.stderr.splitlines() if "read-only" in line], done.stderr
    assert "Traceback" not in done.stderr
    assert path.read_text() == text
    after = path.stat()
    assert (after.st_ino, after.st_mode, after.st_mtime_ns) == (
        before.st_ino,
        before.st_mode,
        before.st_mtime_ns,
    )


def test_a_read_only_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    loss = '{"module": "keras.losses", "class_name": "CategoricalCrosentropy", "config": {}}'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", f'{{"compile_config": {{"loss": {loss}}}}}')
    before = path.read_bytes()
    path.chmod(0o444)
    done = losslint(tmp_path, "check", "--no-cache", "--fix", "--unsafe-fixes", "model.keras")
    assert (done.returncode, path.read_bytes()) == (2, before), done.stderr
    assert "model.keras is read-only" in done.stderr


def archive(loss: str, level: int = 1) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as written:
        config = {"compile_config": {"optimizer": "adam", "loss": loss}, "layers": ["x"] * 50}
        written.writestr("config.json", json.dumps(config))
        written.writestr("metadata.json", "{}")
    return content.getvalue()


def test_an_archive_that_was_saved_again_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(archive("msee"))
    before = read_source(str(path))
    assert isinstance(before, Source)
    saved = archive("mae")
    path.write_bytes(saved)
    refused = replace_text(before, before._replace(text=before.text.replace("msee", "mse")))
    assert refused == WriteRefused(str(path), "changed since it was read; it was left as it is")
    assert path.read_bytes() == saved


def test_an_archive_that_is_new_enough_keeps_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(archive("mse", level=0))
    before = path.read_bytes()
    done = losslint(tmp_path, "convert", "--to", "keras", "--in-place", "model.keras")
    assert (done.returncode, path.read_bytes()) == (0, before), done.stderr


@as_root
def test_a_folder_that_takes_no_file(path: Path) -> None:
    path.parent.chmod(0o555)
    try:
        assert isinstance(replace_file(str(path), OLD, NEW), WriteRefused)
    finally:
        path.parent.chmod(0o755)
    assert (path.read_bytes(), others(path)) == (OLD, [])


@pytest.mark.parametrize("size", [0, 1, 4096, 99_999])
def test_a_full_disk_leaves_the_old_file(path: Path, size: int) -> None:
    with file_size_limit(size):
        refused = replace_file(str(path), OLD, b"x" * 100_000)
    assert refused is not None
    assert refused.reason.startswith("cannot be written")
    assert (path.read_bytes(), others(path)) == (OLD, [])


def test_a_failing_rename_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "replace", fail)
    assert isinstance(replace_file(str(path), OLD, NEW), WriteRefused)
    assert (path.read_bytes(), others(path)) == (OLD, [])


def test_names_of_temporary_files_are_not_guessable(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    replace = os.replace

    def watch(source: str, target: str) -> None:
        seen.append(source)
        assert stat.S_IMODE(os.stat(source).st_mode) == stat.S_IMODE(os.stat(target).st_mode)
        replace(source, target)

    monkeypatch.setattr(os, "replace", watch)
    for before, after in ((OLD, NEW), (NEW, OLD)):
        assert replace_file(str(path), before, after) is None
    assert len(set(seen)) == 2
    assert {os.path.dirname(name) for name in seen} == {str(path.parent)}


def test_check_fix_under_a_full_disk(tmp_path: Path) -> None:
    path = tmp_path / "model.yaml"
    path.write_text(BROKEN + "# " + "x" * 50_000 + "\n")
    before = path.read_bytes()
    code = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "from losslint.cli import main\n"
        "main(['check', '--no-cache', '--fix', 'model.yaml'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode in (1, 2)
    assert b"Traceback" not in done.stderr + done.stdout
    assert b"cannot be written" in done.stderr
    assert path.read_bytes() == before


KILLED = """
import os, sys
from losslint.files.write import overwriting
file = overwriting(sys.argv[1])
file.write(b"half of it")
file._file.flush()
os._exit(9)
"""


def test_a_killed_write_leaves_nothing(path: Path) -> None:
    if not _has_nameless_files(path.parent):
        pytest.skip("this system gives every file a name")
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=ROOT, check=False)
    assert done.returncode == 9
    assert (path.read_bytes(), others(path)) == (OLD, [])


def _has_nameless_files(folder: Path) -> bool:
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600))
    except (OSError, AttributeError):
        return False
    return os.path.isdir("/proc/self/fd")


def test_a_system_that_names_every_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    assert replace_file(str(path), OLD, NEW) is None
    assert (path.read_bytes(), others(path)) == (NEW, [])


@pytest.mark.slow
def test_kills_leave_whole_files(tmp_path: Path) -> None:
    tally = kill.run(20, tmp_path)
    assert tally.torn == 0
    assert tally.old + tally.new == 20


def test_a_report_keeps_the_mode_and_the_link_of_what_it_replaces(tmp_path: Path) -> None:
    path, link = tmp_path / "out.json", tmp_path / "link.json"
    path.write_bytes(OLD)
    path.chmod(0o640)
    link.symlink_to(path)
    assert overwrite_file(str(link), NEW) is None
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (NEW, 0o640)
    assert link.is_symlink()
    assert overwrite_file(str(tmp_path / "fresh.json"), NEW) is None
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "fresh.json",
        "link.json",
        "out.json",
    ]


def test_a_report_spares_a_read_only_file(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_bytes(OLD)
    path.chmod(0o444)
    refused = overwrite_file(str(path), NEW)
    assert refused == WriteRefused(str(path), "cannot be written: it is read-only")
    assert path.read_bytes() == OLD


def test_a_new_file_takes_the_place_of_none(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "new.yaml"
    assert create_file(str(path), NEW) is None
    refused = create_file(str(path), OLD)
    assert isinstance(refused, WriteRefused)
    assert "came up" in refused.reason
    assert path.read_bytes() == NEW
    assert [each.name for each in path.parent.iterdir()] == ["new.yaml"]


def test_a_new_file_where_the_file_system_has_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    monkeypatch.setattr(os, "link", fail)
    path = tmp_path / "model.yaml"
    assert create_file(str(path), NEW) is None
    refused = create_file(str(path), OLD)
    assert refused is not None
    assert "came up" in refused.reason
    assert (path.read_bytes(), others(path)) == (NEW, [])


def test_a_system_without_owners_and_modes_by_number(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows has none of these calls."""
    for name in ("O_TMPFILE", "chown", "fchmod", "fchown", "getegid", "geteuid"):
        monkeypatch.delattr(os, name, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    assert replace_file(str(path), OLD, NEW) is None
    assert (path.read_bytes(), others(path)) == (NEW, [])
