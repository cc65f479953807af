"""`losslint server`: the language server, for editors."""

import logging
import signal
import sys

from losslint.cli.declared import NoOptions
from losslint.cli.options import fail


def server(_: NoOptions) -> None:
    """Run the language server; an editor starts it.

    It speaks on standard input and output, and needs the extra `lsp`: pip install 'losslint[lsp]'.

    Examples: losslint server
    """
    try:
        from losslint.server.app import build
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        fail("the language server needs pygls: pip install 'losslint[lsp]'")
    if sys.stdin.isatty():
        print("losslint server speaks to an editor; Ctrl-C ends it", file=sys.stderr)
    # Python would wait for the thread that reads; the terminal is as it was.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # What goes wrong in a request is answered there; a client that cancels late is no news.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    build().start_io()
