"""Check the files of a folder one by one under a memory limit; a line of JSON on each."""

from __future__ import annotations

import io
import json
import os
import resource
import sys
import traceback

from tests.steps import steps

LIMIT = 300 << 20


def check(name: str) -> dict[str, object]:
    """Run the command on one file, its streams caught."""
    from losslint.cli import main

    out = io.StringIO()
    streams = sys.stdout, sys.stderr
    code: object = None
    taken = 0

    def run() -> None:
        nonlocal code
        try:
            main(["check", "--no-cache", "--color", "never", name])
        except SystemExit as error:
            code = error.code
        except BaseException:
            out.write(traceback.format_exc())

    try:
        sys.stdout = sys.stderr = out
        taken = steps(run)
    finally:
        sys.stdout, sys.stderr = streams
    said = out.getvalue()
    return {
        "name": name,
        "code": code,
        "steps": taken,
        "size": len(said),
        "said": said[:3000] + said[-3000:],
    }


def run(folder: str) -> None:
    os.chdir(folder)
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
    for name in sorted(os.listdir(".")):
        print(json.dumps(check(name)), flush=True)


if __name__ == "__main__":
    os.environ["LOSSLINT_DEBUG"] = "1"
    run(sys.argv[1])
