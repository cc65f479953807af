"""`losslint server`: the language server, for editors."""

import logging
import signal
import sys

from losslint.cli.options import fail
from losslint.cli.server_options import ServerOptions
from losslint.settings.model import Overrides


def server(request: ServerOptions) -> None:
    """Run the language server; an editor starts it.

    It speaks on standard input and output, and needs the extra `lsp`: pip install 'losslint[lsp]'.
    The options count for everything that the editor opens, before the settings files.

    Examples: losslint server | losslint server --target netspresso=1.4.1 --ignore LL212
    """
    try:
        from losslint.server.app import build
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        fail("the language server needs pygls: pip install 'losslint[lsp]'")
    overrides = _overrides(request)
    if sys.stdin.isatty():
        print("losslint server speaks to an editor; Ctrl-C ends it", file=sys.stderr)
    # Python would wait for the thread that reads; the terminal is as it was.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # What goes wrong in a request is answered there; a client that cancels late is no news.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    build(overrides).start_io()


def _overrides(request: ServerOptions) -> Overrides:
    """What the options say; leaves with 2 where they say nothing, as `check` would."""
    if request == ServerOptions():
        return Overrides()
    from losslint.cli.check import linter_of, overrides_of

    overrides = overrides_of(request.as_check())
    linter_of(overrides, cached=False)
    return overrides
