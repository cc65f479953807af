"""The action's check: its inputs as options of `losslint check`, and its outputs.

Runs in the working directory that the action was given, with the Python that losslint is in.
"""

from __future__ import annotations

import glob
import json
import os
import shlex
import subprocess
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Check, and tell the steps behind what came of it."""
    sarif = os.environ["SARIF"]
    os.makedirs(os.path.dirname(sarif) or ".", exist_ok=True)
    losslint = os.path.join(os.environ["BIN"], "losslint")
    formats = ["--format=github", f"--format=sarif={sarif}"]
    words = [*_options(os.environ["ARGS"]), "--", *_paths(os.environ["PATHS"])]
    code = subprocess.run([losslint, "check", *formats, *words], check=False).returncode
    # 1 is findings; anything else means that the check itself did not work.
    if code not in (0, 1):
        raise SystemExit(code)
    outputs = {
        "findings": str(code == 1 or _has_findings(sarif)).lower(),
        "failed": str(code == 1).lower(),
        "sarif-file": _from_workspace(sarif),
    }
    with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in outputs.items())
    raise SystemExit(0)


def _options(text: str) -> list[str]:
    """The words of all lines, split and unquoted as a shell does."""
    try:
        # shlex leaves the end of a line in the word, which a shell drops with the backslash.
        return shlex.split(text.replace("\r\n", "\n").replace("\\\n", ""))
    except ValueError as error:
        print(f"::error title=losslint::args: {error}", file=sys.stderr)
        raise SystemExit(2) from None


def _paths(text: str) -> list[str]:
    """A path a line; what is none is a pattern, and stays as it is where it matches nothing."""
    found: list[str] = []
    for line in text.splitlines():
        path = line.strip()
        if path and (os.path.lexists(path) or not glob.has_magic(path)):
            found.append(path)
        elif path:
            found += sorted(glob.glob(path, recursive=True)) or [path]
    return found or ["."]


def _from_workspace(path: str) -> str:
    """A path as the steps behind read it: from the workspace, where it lies below."""
    full = os.path.abspath(path)
    workspace = os.path.join(os.environ.get("GITHUB_WORKSPACE") or os.getcwd(), "")
    return full.removeprefix(workspace).replace(os.sep, "/")


def _has_findings(sarif: str) -> bool:
    """Whether the report holds an error or a warning; options may let the exit code be 0."""
    if not os.path.isfile(sarif):
        # There are options that make no report.
        return False
    with open(sarif, encoding="utf-8") as file:
        runs = json.load(file)["runs"]
    return any(result["level"] != "note" for run in runs for result in run["results"])


if __name__ == "__main__":
    main()
