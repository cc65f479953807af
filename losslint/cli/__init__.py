"""The command line: one module a command, each with a function of the command's name.

Only the module of the command that is called is imported, because importing all of them would
cost more than checking a file.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import typer

# Command → (module, function). The order is that of --help.
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("check", "check"),
    "convert": ("convert", "convert"),
    "dry-run": ("dry_run", "dry_run"),
    "rule": ("rule", "rule"),
    "loss": ("loss", "loss"),
    "schema": ("schema", "schema"),
    "server": ("server", "server"),
    "clean": ("clean", "clean_command"),
}


def build(names: list[str]) -> typer.Typer:
    """The application with the commands named."""
    import typer

    from losslint.cli.pages import WHOLE, page, page_of
    from losslint.cli.version import version_callback

    app = typer.Typer(
        name="losslint",
        help=page(WHOLE).help,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(version_callback)
    for name in names:
        module, function = COMMANDS[name]
        imported = import_module(f"losslint.cli.{module}")
        command = getattr(imported, function)
        if name == "check":
            from losslint.cli.check_options import CheckOptions
            from losslint.cli.declared import typed

            command = typed(CheckOptions, command)
        text = page_of(command)
        app.command(name, help=text.help, short_help=text.short)(command)
    return app


def _run(arguments: list[str]) -> None:
    """Run a command, without Typer where it declares its options and they are written plainly."""
    if arguments and arguments[0] == "check" and not _completes():
        from losslint.cli.check_options import CheckOptions
        from losslint.cli.declared import parse

        options = parse(CheckOptions, arguments[1:])
        if options is not None:
            from losslint.cli.check import check

            check(options)
    called = next((word for word in arguments if word in COMMANDS), None)
    names = list(COMMANDS) if called is None or _completes() else [called]
    build(names)(arguments, prog_name="losslint")


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line; leaves by SystemExit with 0, 1 or 2."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets an escape, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        _run_and_flush(arguments)
    except BrokenPipeError:
        # The reader of the pipe has seen enough.
        _forget_output()
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print("losslint: interrupted", file=sys.stderr)
        raise SystemExit(2) from None
    except Exception as error:
        _say_failed(error)
        raise SystemExit(2) from None
    raise SystemExit(0)


def _run_and_flush(arguments: list[str]) -> None:
    """Run a command; the end of its output goes out while a failure can still be told."""
    if sys.stderr is None:
        # To print to no stream is to print to standard output.
        import os

        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - it is open as long as the process runs
    if sys.stdout is None:
        print("losslint: standard output is closed", file=sys.stderr)
        raise SystemExit(2)
    try:
        _run(arguments)
    finally:
        # The server closes it when its client has gone.
        if not sys.stdout.closed:
            sys.stdout.flush()


def _forget_output() -> None:
    """Let what is left for standard output go nowhere, or Python would fail at it again."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say_failed(error: Exception) -> None:
    """Say in one sentence what went wrong; who looks into it gets the rest on demand."""
    import os

    if isinstance(error, OSError) and _is_of_output(error):
        reason = error.strerror or error
        print(f"losslint: standard output cannot be written: {reason}", file=sys.stderr)
        _forget_output()
        return
    if os.environ.get("LOSSLINT_DEBUG"):
        raise error
    from losslint.linter.outcome import internal_error

    print(f"losslint: {internal_error(error)}", file=sys.stderr)


def _is_of_output(error: OSError) -> bool:
    """Whether an error is that of writing to what is open already; files are written with care."""
    from errno import EBADF, EDQUOT, EFBIG, EIO, ENOSPC

    return error.filename is None and error.errno in (EBADF, EDQUOT, EFBIG, EIO, ENOSPC)


def _completes() -> bool:
    import os

    return "_LOSSLINT_COMPLETE" in os.environ
