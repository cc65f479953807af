"""The cache: never stale, never torn, bounded."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from losslint.files import cache as module
from losslint.files.cache import Cache, CacheProblem, Keys
from losslint.files.cache_folder import FILE_NAME, cache_folder, clean
from tests import kill_cache

ROOT = str(Path(__file__).parent.parent)


def key(number: int) -> bytes:
    return Keys(b"test").key(b"%d" % number)


def filled(folder: Path, *numbers: int, value: bytes = b"value") -> Cache:
    """A cache with entries that are on the disk."""
    cache = Cache(str(folder))
    for number in numbers:
        cache.put(key(number), value)
    assert cache.save() is None
    return cache


def found(folder: Path, *numbers: int) -> list[bytes | None]:
    """What a new run finds."""
    cache = Cache(str(folder))
    values = [cache.get(key(number)) for number in numbers]
    cache.close()
    return values


def test_there_and_back(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    first = Cache(str(folder))
    assert first.get(key(1)) is None
    assert not folder.exists()
    first.put(key(1), b"")
    first.put(key(2), b"two\n\0")
    assert first.get(key(1)) == b""
    assert first.save() is None
    assert first.get(key(2)) == b"two\n\0"
    assert found(folder, 1, 2, 3) == [b"", b"two\n\0", None]
    assert (
        (folder / "CACHEDIR.TAG")
        .read_text()
        .startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )
    assert (folder / ".gitignore").read_text() == "*\n"
    assert sorted(os.listdir(folder)) == [".gitignore", "CACHEDIR.TAG", FILE_NAME]
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_key_depends_on_every_part() -> None:
    keys = {
        Keys(b"v", b"r").key(b"text", b".yaml"),
        Keys(b"v", b"r").key(b"text", b".json"),
        Keys(b"v", b"r").key(b"text."),
        Keys(b"v", b"r").key(b"text", b".yaml", b""),
        Keys(b"v", b"r").key(b"ltext", b".yam"),
        Keys(b"vr").key(b"text", b".yaml"),
        Keys(b"v", b"", b"r").key(b"text", b".yaml"),
    }
    assert len(keys) == 7
    maker = Keys(b"v")
    assert maker.key(b"a") == maker.key(b"a") == Keys(b"v").key(b"a")


def test_a_run_without_news_writes_nothing(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    before = (tmp_path / FILE_NAME).read_bytes()
    again = Cache(str(tmp_path))
    assert again.get(key(1)) == b"value"
    assert again.save() is None
    assert (tmp_path / FILE_NAME).read_bytes() == before


def test_many_new_entries_do_not_wait_for_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AT_ONCE", 10)
    cache = Cache(str(tmp_path))
    for number in range(25):
        cache.put(key(number), b"value")
    assert found(tmp_path, 0, 19, 20) == [b"value", b"value", None]


def test_a_damaged_file_is_an_empty_cache(tmp_path: Path) -> None:
    numbers = range(200)
    filled(tmp_path, *numbers)
    path = tmp_path / FILE_NAME
    raw = path.read_bytes()
    assert len(raw) > 9000
    damaged = [b"", b"x", raw[:60], raw[:5000], b"{}" * 40, b"?" * len(raw), raw[:16] + b"?" * 5000]
    for content in damaged:
        path.write_bytes(content)
        assert found(tmp_path, *numbers) in ([None] * 200, [b"value"] * 200)
        filled(tmp_path, 7)
        assert found(tmp_path, 7) == [b"value"]


def test_no_damaged_byte_gives_a_wrong_value(tmp_path: Path) -> None:
    filled(tmp_path, *range(30))
    path = tmp_path / FILE_NAME
    raw = path.read_bytes()
    for at in range(0, len(raw), 61):
        path.write_bytes(raw[:at] + bytes((raw[at] ^ 0x11,)) + raw[at + 1 :])
        assert {*found(tmp_path, *range(30))} <= {None, b"value"}
        cache = Cache(str(tmp_path))
        cache.put(key(99), b"value")
        problem = cache.save()
        cache.close()
        assert problem is None or problem.reason.startswith("cannot be")


def test_old_entries_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()

    def on_day(day: int) -> None:
        monkeypatch.setattr(time, "time", lambda: now + day * 86_400)

    filled(tmp_path, 1, 2)
    on_day(20)
    later = Cache(str(tmp_path))
    # Seen again, so it stays for another 30 days.
    assert later.get(key(1)) == b"value"
    later.save()
    on_day(40)
    filled(tmp_path, 3)
    assert found(tmp_path, 1, 2, 3) == [b"value", None, b"value"]


def test_the_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 100_000)
    for start in range(0, 500, 10):
        filled(tmp_path, *range(start, start + 10), value=b"x" * 900)
        assert (tmp_path / FILE_NAME).stat().st_size < 130_000
    assert 20 < sum(value is not None for value in found(tmp_path, *range(500))) < 120


def test_a_folder_that_cannot_be_written_is_a_value(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(str(tmp_path / "file"))
    assert cache.get(key(1)) is None
    cache.put(key(1), b"1")
    problem = cache.save()
    assert isinstance(problem, CacheProblem)
    assert problem.reason.startswith("cannot be written")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_folder_that_may_only_be_read_is_read(tmp_path: Path) -> None:
    filled(tmp_path, 1).close()
    tmp_path.chmod(0o500)
    try:
        cache = Cache(str(tmp_path))
        assert cache.get(key(1)) == b"value"
        cache.put(key(2), b"value")
        problem = cache.save()
    finally:
        tmp_path.chmod(0o700)
    assert problem is not None
    assert problem.reason.startswith("cannot be written")


def test_a_lock_that_is_never_lifted_is_waited_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path, 1)
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    locked = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    locked.execute("BEGIN EXCLUSIVE")
    cache = Cache(str(tmp_path))
    assert cache.get(key(1)) is None
    locked.execute("COMMIT")
    # Given up: no further entry is asked for in this run.
    assert cache.get(key(1)) is None
    problem = cache.save()
    assert problem is not None
    assert problem.reason == "cannot be read: database is locked"
    assert found(tmp_path, 1) == [b"value"]


def test_a_python_without_sqlite_does_without(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"
    )
    code = (
        "import sys; sys.modules['sqlite3'] = sys.modules['_sqlite3'] = None\n"
        "from losslint.cli import main; main(sys.argv[1:])"
    )
    for options, expected in ([], 0), (["-v"], 1):
        done = subprocess.run(
            [sys.executable, "-c", code, "check", *options, "."],
            cwd=tmp_path,
            env={**os.environ, "LOSSLINT_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": ROOT},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr.count("this Python was built without sqlite3\n") == expected
        assert len(done.stderr.splitlines()) == expected


def test_another_process_takes_a_connection_of_its_own(tmp_path: Path) -> None:
    cache = filled(tmp_path, 1)
    assert cache.get(key(1)) == b"value"
    pid = os.fork()
    if pid == 0:
        os._exit(0 if cache.get(key(1)) == b"value" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert cache.get(key(1)) == b"value"


def test_threads_share_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "cache"

    def work(number: int) -> CacheProblem | None:
        cache = Cache(str(folder))
        cache.put(key(number), b"value")
        problem = cache.save()
        cache.close()
        return problem

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(60))) == [None] * 60
    assert found(folder, *range(60)) == [b"value"] * 60


@pytest.mark.slow
def test_runs_beside_each_other_lose_nothing(tmp_path: Path) -> None:
    assert kill_cache.run(tmp_path, processes=3, runs=8, files=8) == []


@pytest.mark.slow
def test_many_runs_beside_each_other_lose_nothing(tmp_path: Path) -> None:
    assert kill_cache.run(tmp_path, processes=8, runs=200, files=40) == []


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        ("linux", {"LOSSLINT_CACHE_DIR": "/x/y", "XDG_CACHE_HOME": "/z"}, "/x/y"),
        ("linux", {"XDG_CACHE_HOME": "/z", "HOME": "/h"}, "/z/losslint"),
        ("linux", {"XDG_CACHE_HOME": "relative", "HOME": "/h"}, "/h/.cache/losslint"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Caches/losslint"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/losslint/Cache"),
        ("win32", {}, None),
    ],
)
def test_where_the_cache_is(
    platform: str,
    environment: dict[str, str],
    folder: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    for name in ("LOSSLINT_CACHE_DIR", "XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == folder


def test_clean_takes_the_cache_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cache"
    monkeypatch.setenv("LOSSLINT_CACHE_DIR", str(folder))
    filled(folder, 1).close()
    size = (folder / FILE_NAME).stat().st_size
    done = clean()
    assert (done.files, done.size, done.problem) == (1, size, None)
    assert not folder.exists()
    assert clean().files == 0
    filled(folder, 1).close()
    (folder / "mine.txt").write_text("mine")
    assert clean().files == 1
    assert sorted(os.listdir(folder)) == [".gitignore", "CACHEDIR.TAG", "mine.txt"]


def test_clean_leaves_a_folder_alone_that_is_no_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOSSLINT_CACHE_DIR", str(tmp_path))
    (tmp_path / FILE_NAME).write_text("mine")
    done = clean()
    assert done.problem is not None
    assert "nothing was deleted" in done.problem
    assert (tmp_path / FILE_NAME).exists()


def test_a_folder_with_other_files_is_not_made_a_cache(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("")
    cache = Cache(str(tmp_path))
    cache.put(key(1), b"value")
    problem = cache.save()
    assert problem is not None
    assert "holds other files" in problem.reason
    assert os.listdir(tmp_path) == ["thesis.tex"]
