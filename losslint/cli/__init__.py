"""The command line: one module a command, each with a function of the command's name.

Only the module of the command that is called is imported, because importing all of them would
cost more than checking a file.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    import typer

# Command → the module of its options, their record, its own module and function; in the order of
# --help. `check` has its options in a module of their own, which imports nothing else.
COMMANDS: dict[str, tuple[str, str, str, str]] = {
    "check": ("check_options", "CheckOptions", "check", "check"),
    "convert": ("convert", "ConvertOptions", "convert", "convert"),
    "dry-run": ("dry_run", "DryRunOptions", "dry_run", "dry_run"),
    "config": ("config", "ConfigOptions", "config", "config"),
    "rule": ("rule", "RuleOptions", "rule", "rule"),
    "loss": ("loss", "LossOptions", "loss", "loss"),
    "schema": ("schema", "SchemaOptions", "schema", "schema"),
    "completion": ("completion", "CompletionOptions", "completion", "completion"),
    "server": ("server_options", "ServerOptions", "server", "server"),
    "clean": ("declared", "NoOptions", "clean", "clean_command"),
}


def build(names: list[str]) -> typer.Typer:
    """The application with the commands named."""
    import typer

    from losslint.cli.pages import WHOLE, page, page_of
    from losslint.cli.typer_options import PlainCommand, before_commands, typed

    app = typer.Typer(
        name="losslint",
        help=page(WHOLE).help,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(before_commands)
    for name in names:
        home, record, module, function = COMMANDS[name]
        command = typed(part_of(home, record), part_of(module, function))
        text = page_of(command)
        app.command(name, cls=PlainCommand, help=text.help, short_help=text.short)(command)
    return app


def part_of(module: str, name: str) -> Any:
    """What a module of the command line holds under a name: options, or a command."""
    return getattr(import_module(f"losslint.cli.{module}"), name)


# What may stand before a command. Typer answers what asks for help.
_VERSION = ("--version", "-V")
_BEFORE = ("--help", "-h", *_VERSION)


def _run(arguments: list[str]) -> None:
    """Run a command; Typer, which takes long to import, only helps."""
    if "_LOSSLINT_COMPLETE" in os.environ:
        from losslint.cli.complete import complete

        complete(arguments)
        return
    called = arguments[0] if arguments else _BEFORE[0]
    if called in _VERSION:
        from losslint import __version__

        print(f"losslint {__version__}")
        return
    if called in _BEFORE:
        build(list(COMMANDS))(arguments[:1], prog_name="losslint")
    from losslint.cli.declared import WrongUsageError, parse
    from losslint.cli.options import fail

    if called not in COMMANDS:
        fail(_no_command(called))
    home, record, module, function = COMMANDS[called]
    try:
        options = parse(part_of(home, record), arguments[1:], called)
    except WrongUsageError as error:
        fail(str(error))
    if options is None:
        build([called])([called, "--help"], prog_name="losslint")
    part_of(module, function)(options)


def _no_command(called: str) -> str:
    """What is said of a first word that is no command."""
    from losslint.cli.declared import fields
    from losslint.cli.wrong_usage import choose

    if called.startswith("-"):
        word = called.partition("=")[0]
        every = {name: part_of(home, record) for name, (home, record, _, _) in COMMANDS.items()}
        owner = next(
            (name for name in every if any(word in f.spellings for f in fields(every[name]))), None
        )
        if owner is not None:
            return f"{word} belongs behind a command, as in losslint {owner} {called}"
        return f"there is no option {word}: {choose(_BEFORE, word)}"
    if os.path.exists(called):
        return f"there is no command {called!r}; losslint check {called} checks such a path"
    return f"there is no command {called!r}: {choose(tuple(COMMANDS), called)}"


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
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say_failed(error: Exception) -> None:
    """Say in one sentence what went wrong; who looks into it gets the rest on demand."""
    if isinstance(error, OSError) and _is_of_output(error):
        reason = error.strerror or error
        print(f"losslint: standard output cannot be written: {reason}", file=sys.stderr)
        _forget_output()
        return
    if isinstance(error, FileNotFoundError) and not _is_somewhere():
        print("losslint: the current folder is no longer there", file=sys.stderr)
        return
    if os.environ.get("LOSSLINT_DEBUG"):
        raise error
    from losslint.linter.outcome import internal_error

    print(f"losslint: {internal_error(error)}", file=sys.stderr)


def _is_somewhere() -> bool:
    """Whether the current folder has a name; one that was deleted has none."""
    try:
        return bool(os.getcwd())
    except OSError:
        return False


def _is_of_output(error: OSError) -> bool:
    """Whether an error is that of writing to what is open already; files are written with care."""
    from errno import EBADF, EDQUOT, EFBIG, EIO, ENOSPC

    return error.filename is None and error.errno in (EBADF, EDQUOT, EFBIG, EIO, ENOSPC)
