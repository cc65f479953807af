"""How losslint and its peers are called, each with what comes closest to its defaults."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.bench.measure import Command

# What yamllint's default configuration checks, for ryl, which checks nothing unless told.
_RYL = """[lint.rules]
anchors = "enable"
braces = "enable"
brackets = "enable"
colons = "enable"
commas = "enable"
empty-lines = "enable"
hyphens = "enable"
indentation = "enable"
key-duplicates = "enable"
line-length = "enable"
new-line-at-end-of-file = "enable"
new-lines = "enable"
trailing-spaces = "enable"
comments = "enable"
comments-indentation = "enable"
document-start = "enable"
truthy = "enable"
"""

PEERS = ("check-jsonschema", "yamllint", "ryl")


class Tools:
    """The programs, and what they need beside the files that they check."""

    def __init__(self, scratch: Path, programs: Path | None, before: Path | None = None) -> None:
        self._folders = [*([programs] if programs else []), Path(sys.executable).parent]
        self._scratch = scratch
        self.environment = self._environment()
        self.losslint = self.find("losslint") or ""
        if not self.losslint:
            raise SystemExit("losslint is not installed beside this Python")
        self._programs = {name: self.find(name) for name in PEERS}
        self._before = str(before) if before else ""
        self._schema = scratch / "schema.json"
        schema = [self.losslint, "schema", "netspresso"]
        self._schema.write_bytes(subprocess.run(schema, check=True, capture_output=True).stdout)
        self._ryl = scratch / "ryl.toml"
        self._ryl.write_text(_RYL)

    def _environment(self) -> dict[str, str]:
        """One cache of byte code for all, written by each command's first, unmeasured run."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        kept["PYTHONPYCACHEPREFIX"] = str(self._scratch / "bytecode")
        kept["LOSSLINT_CACHE_DIR"] = str(self._scratch / "losslint-cache")
        return kept

    def find(self, name: str) -> str | None:
        """Where a program is; None where it is not installed."""
        for folder in self._folders:
            if found := shutil.which(name, path=str(folder)):
                return found
        return shutil.which(name)

    @property
    def there(self) -> list[str]:
        """The peers that are installed."""
        return [name for name in PEERS if self._programs[name]]

    @property
    def python(self) -> str:
        """The Python that losslint is installed in."""
        beside = Path(self.losslint).parent / "python"
        return str(beside) if beside.exists() else sys.executable

    def ours(self, *options: str, path: str = ".") -> list[str]:
        """losslint."""
        return [self.losslint, "check", *options, path]

    def earlier(self, folder: Path, *options: str, path: str = ".") -> list[Command]:
        """The other losslint that was named to compare with; none where none was."""
        words = [self._before, "check", *options, path]
        return [Command("before", words, folder)] if self._before else []

    def peer(self, name: str, files: list[str], *, cached: bool = False) -> list[str]:
        """Another tool on these files; `files` is what a shell would make of `**/*.yaml`."""
        program = self._programs[name] or name
        if name == "check-jsonschema":
            return [program, "--schemafile", str(self._schema), *files]
        path = files if len(files) == 1 else ["."]
        if name == "yamllint":
            return [program, *path]
        cache = ["--cache-dir", str(self._scratch / "ryl-cache")] if cached else ["--no-cache"]
        return [program, "check", "-c", str(self._ryl), *cache, *path]

    def reading(self) -> list[str]:
        """A fresh Python that reads every file of a folder and does nothing else."""
        return [sys.executable, "-c", _READ]

    def versions(self) -> list[str]:
        """What is compared."""
        found = []
        before = [self._before] if self._before else []
        for program in (
            self.losslint,
            *before,
            *(self._programs[name] or "" for name in self.there),
        ):
            done = subprocess.run(
                [program, "--version"], capture_output=True, check=True, text=True
            )
            name = Path(program).name
            number = done.stdout.split()[-1]
            found.append(f"{name} {number}")
        return found


_READ = """
import os
folders = ["."]
while folders:
    with os.scandir(folders.pop()) as entries:
        for entry in entries:
            if entry.is_dir():
                folders.append(entry.path)
            else:
                with open(entry.path, "rb") as file:
                    file.read()
"""
