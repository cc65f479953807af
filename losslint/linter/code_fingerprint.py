"""What the results of a run depend on beside files and settings: the code that made them.

A version number does not tell two states of a checkout apart. So the sources themselves are hashed,
and remembered is only which state of the disk (sizes, times, inodes) that hash belongs to: a run
without changes looks at each file's status and reads none.
"""

import os
import sys

from losslint import __version__
from losslint.files.cache import Cache, Keys

# Rooms whose code decides nothing about a finding.
_ASIDE = frozenset(("__pycache__", "cli", "convert", "dryrun", "report", "schemas", "server"))


def code_fingerprint(cache: Cache) -> bytes | None:
    """The digest of all code that findings depend on; None where it cannot be read."""
    files = _files()
    if not files:
        return None
    keys = Keys(b"code", sys.version.encode(), __version__.encode())
    state = keys.key("\n".join(f"{path} {mark}" for path, mark in files).encode("utf-8", "replace"))
    digest = cache.get(state)
    if digest is None:
        try:
            digest = keys.key(b"", *(_read(path) for path, _ in files))
        except OSError:
            return None
        cache.put(state, digest)
    return digest


def _files() -> list[tuple[str, str]]:
    """The files, each with the state in which it is on the disk; none where that cannot be told."""
    parsers = _parser_files()
    if not parsers:
        return []
    found: list[tuple[str, str]] = []
    folders = [os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]
    try:
        found += [(parser, _mark(os.stat(parser))) for parser in parsers]
        while folders:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.name.endswith(".py"):
                        found.append((entry.path, _mark(entry.stat())))
                    elif entry.name not in _ASIDE and entry.is_dir():
                        folders.append(entry.path)
    except OSError:
        # Inside an archive, or changing under our hands: then nothing is remembered.
        return []
    return sorted(found)


def _parser_files() -> list[str]:
    """PyYAML's release, and its extension that reads, where it has one."""
    loaded = sys.modules.get("yaml"), sys.modules.get("yaml._yaml")
    if loaded[0] is not None:
        return [file for module in loaded if module is not None and (file := module.__file__)]
    from importlib.machinery import PathFinder

    package = PathFinder.find_spec("yaml")
    if package is None or package.origin is None:
        return []
    extension = PathFinder.find_spec("yaml._yaml", package.submodule_search_locations)
    found = package.origin, extension.origin if extension is not None else None
    return [file for file in found if file is not None]


def _mark(status: os.stat_result) -> str:
    # The time of change cannot be set by hand, unlike that of modification.
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
