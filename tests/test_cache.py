"""The cache: never stale, never torn, bounded."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from losslint import cache as module
from losslint.cache import Cache, CacheProblem, Keys, cache_folder
from losslint.cleaning import clean

ROOT = str(Path(__file__).parent.parent)


def opened(folder: Path, version: str = "1.0", batch: bytes = b"settings") -> Cache:
    return Cache(str(folder), version, batch)


def key(number: int) -> bytes:
    return Keys(b"test").key(b"%d" % number)


def test_there_and_back(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    first = opened(folder)
    assert first.get(key(1)) is None
    first.put(key(1), b"")
    first.put(key(2), b"two\n\0")
    assert first.get(key(1)) == b""
    assert first.save() is None
    assert first.get(key(2)) == b"two\n\0"
    again = opened(folder)
    assert [again.get(key(number)) for number in (1, 2, 3)] == [b"", b"two\n\0", None]
    assert opened(folder, version="1.1").get(key(1)) is None
    assert opened(folder, batch=b"other").get(key(1)) is None
    assert (
        (folder / "CACHEDIR.TAG")
        .read_text()
        .startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )
    assert (folder / ".gitignore").read_text() == "*\n"
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
    first = opened(tmp_path)
    first.put(key(1), b"")
    first.save()
    (path,) = tmp_path.glob("*/*.cache")
    before = path.stat()
    second = opened(tmp_path)
    assert second.get(key(1)) == b""
    assert second.save() is None
    assert path.stat().st_ino == before.st_ino


def test_runs_that_save_after_another_keep_what_the_other_wrote(tmp_path: Path) -> None:
    one, two = opened(tmp_path), opened(tmp_path)
    assert one.get(key(1)) is two.get(key(1)) is None
    one.put(key(1), b"1")
    two.put(key(2), b"2")
    one.save()
    two.save()
    both = opened(tmp_path)
    assert (both.get(key(1)), both.get(key(2))) == (b"1", b"2")


def test_a_damaged_file_is_an_empty_cache(tmp_path: Path) -> None:
    first = opened(tmp_path)
    for number in range(50):
        first.put(key(number), b"v" * number)
    first.save()
    (path,) = tmp_path.glob("*/*.cache")
    raw = path.read_bytes()
    damaged = [b"", b"x", raw[:-1], raw[:60], raw + b"x", b"{}" * 40, raw[:100] + b"?" + raw[101:]]
    for content in damaged:
        path.write_bytes(content)
        cache = opened(tmp_path)
        assert [cache.get(key(number)) for number in range(50)] == [None] * 50
    cache.put(key(7), b"seven")
    cache.save()
    assert opened(tmp_path).get(key(7)) == b"seven"


def test_old_entries_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()

    def after(days: int) -> Cache:
        monkeypatch.setattr(time, "time", lambda: now + days * 86_400)
        return opened(tmp_path)

    first = after(0)
    first.put(key(1), b"1")
    first.put(key(2), b"2")
    first.save()
    later = after(20)
    # Seen again, so it stays for another 30 days.
    assert later.get(key(1)) == b"1"
    later.save()
    last = after(40)
    last.put(key(3), b"3")
    last.save()
    kept = after(40)
    assert [kept.get(key(number)) for number in (1, 2, 3)] == [b"1", None, b"3"]


def test_the_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BATCH_BYTES", 5_000)
    monkeypatch.setattr(module, "MAX_FOLDER_BYTES", 12_000)
    for batch in range(5):
        cache = opened(tmp_path, batch=b"%d" % batch)
        for number in range(10):
            cache.put(key(number), b"x" * 900)
        assert cache.save() is None
    files = list(tmp_path.glob("*/*.cache"))
    assert all(path.stat().st_size <= 5_100 for path in files)
    assert len(files) == 3


def test_left_over_files_go(tmp_path: Path) -> None:
    cache = opened(tmp_path, version="0.9")
    cache.put(key(1), b"1")
    cache.save()
    (old,) = tmp_path.glob("*/*.cache")
    torn = old.with_name(old.name + ".0123.tmp")
    torn.write_bytes(b"half")
    long_ago = time.time() - 40 * 86_400
    os.utime(old, (long_ago, long_ago))
    os.utime(torn, (long_ago, long_ago))
    cache = opened(tmp_path)
    cache.put(key(1), b"1")
    cache.save()
    assert not old.exists()
    assert not torn.exists()


def test_a_folder_that_cannot_be_written_is_a_value(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = opened(tmp_path / "file")
    assert cache.get(key(1)) is None
    cache.put(key(1), b"1")
    problem = cache.save()
    assert isinstance(problem, CacheProblem)
    assert problem.reason.startswith("cannot be written")


WRITER = """
import sys
from losslint.cache import Cache, Keys
folder, name = sys.argv[1:]
for turn in range(30):
    cache = Cache(folder, "1.0", b"settings")
    cache.get(bytes(16))
    for number in range(20):
        cache.put(Keys(name.encode()).key(b"%d" % (turn * 20 + number)), b"value" * number)
    assert cache.save() is None
"""


def test_concurrent_runs_tear_nothing(tmp_path: Path) -> None:
    names = ["a", "b", "c", "d"]
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [
        subprocess.Popen([*command, name], env={**os.environ, "PYTHONPATH": ROOT}) for name in names
    ]
    loads = 0
    while any(writer.poll() is None for writer in writers):
        for path in tmp_path.glob("*/*.cache"):
            # Once it exists it is whole at every moment.
            assert module._load(str(path))
            loads += 1
    assert [writer.returncode for writer in writers] == [0] * 4
    assert loads
    assert list(tmp_path.glob("*/*.tmp")) == []
    cache = opened(tmp_path)
    # The last save of at least one of them lost nothing of its own.
    last = [cache.get(Keys(name.encode()).key(b"%d" % (29 * 20 + 5))) for name in names]
    assert b"value" * 5 in last


def test_threads_share_a_folder(tmp_path: Path) -> None:
    def work(number: int) -> CacheProblem | None:
        cache = opened(tmp_path)
        cache.put(key(number), b"1")
        return cache.save()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(60))) == [None] * 60


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert cache_folder({"LOSSLINT_CACHE_DIR": "/x/y", "XDG_CACHE_HOME": "/z"}) == "/x/y"
    assert cache_folder({"XDG_CACHE_HOME": "/z", "HOME": "/h"}) == "/z/losslint"
    assert cache_folder({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == "/h/.cache/losslint"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert cache_folder({"HOME": "/h"}) == "/h/Library/Caches/losslint"
    monkeypatch.setattr(sys, "platform", "win32")
    assert cache_folder({"LOCALAPPDATA": "/l"}) == "/l/losslint/Cache"
    assert cache_folder({}) is None


def test_clean_takes_the_cache_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache = opened(folder)
    cache.put(key(1), b"1")
    cache.save()
    (size,) = [path.stat().st_size for path in folder.glob("*/*.cache")]
    done = clean(str(folder))
    assert (done.files, done.size, done.problem) == (1, size, None)
    assert not folder.exists()
    assert clean(str(folder)).files == 0
    cache.put(key(1), b"1")
    cache.save()
    (folder / "1.0-1" / "mine.txt").write_text("mine")
    assert clean(str(folder)).files == 1
    assert [path.name for path in folder.rglob("*") if path.is_file()].count("mine.txt") == 1


def test_clean_leaves_a_folder_alone_that_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "x.cache").write_text("mine")
    done = clean(str(tmp_path))
    assert done.problem is not None
    assert "nothing was deleted" in done.problem
    assert (tmp_path / "docs" / "x.cache").exists()


def test_warm_is_cheap(tmp_path: Path) -> None:
    keys = Keys(b"1.0", b"rules")
    contents = [b"model:\n  losses: ~\n" * 200 + b"%d" % number for number in range(1000)]
    cache = opened(tmp_path)
    for content in contents:
        cache.put(keys.key(content, b".yaml"), b"")
    cache.save()
    start = time.perf_counter()
    cache = opened(tmp_path)
    assert all(cache.get(keys.key(content, b".yaml")) == b"" for content in contents)
    # 0.012 s where nothing else runs, nearly all of it hashing 3.8 MB.
    assert time.perf_counter() - start < 0.3


def test_a_folder_with_other_files_is_not_made_a_cache(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("")
    cache = opened(tmp_path)
    cache.put(key(1), b"value")
    problem = cache.save()
    assert problem is not None
    assert "holds other files" in problem.reason
    assert os.listdir(tmp_path) == ["thesis.tex"]
