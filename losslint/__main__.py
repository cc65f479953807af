"""`losslint` and `python -m losslint`."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

from losslint.cli import main

# Every import of a command, and some thousands more.
_OBJECTS = 50_000


def run() -> NoReturn:
    """Run the command line and end the process.

    Python frees every object before it ends, which here takes as long as checking twenty files.
    What has to be done at the end is done without that: output is flushed, what was registered for
    the end is called. Where another thread runs, or somebody traces or measures, the process ends
    the usual way. What is imported is no garbage, and makes so many objects that looking for any
    would take a fifteenth of checking a file: it is looked for when more have come.
    """
    gc.set_threshold(_OBJECTS)
    code: object = None
    try:
        main()
    except SystemExit as leaving:
        code = leaving.code
    threads = sys.modules["threading"].active_count() if "threading" in sys.modules else 1
    if threads > 1 or sys.gettrace() or sys.getprofile() or isinstance(code, str):
        raise SystemExit(code)
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        # What main could not write of its own it has said already.
        with suppress(OSError, ValueError):
            if stream is not None:
                stream.flush()
    os._exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    run()
