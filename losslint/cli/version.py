"""`losslint --version`."""

from typing import Annotated

import typer

from losslint import __version__


def _print_version(value: bool) -> None:
    if value:
        print(f"losslint {__version__}")
        raise typer.Exit(0)


def version_callback(
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", callback=_print_version, is_eager=True, help="Show the version."
        ),
    ] = False,
) -> None:
    """Options before the command."""
