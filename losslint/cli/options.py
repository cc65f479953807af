"""What several commands share: colour, targets, exit codes."""

import os
import sys
from typing import TYPE_CHECKING, Literal, NoReturn

if TYPE_CHECKING:
    from losslint.dialects.declarations import Declarations

Color = Literal["auto", "always", "never"]

# Pairs of a framework and a release.
Targets = tuple[tuple[str, str], ...]

OK, FINDINGS, FAILED = 0, 1, 2


def fail(message: str) -> NoReturn:
    """Say why nothing was done, on standard error, and leave with 2."""
    print(f"losslint: {message}", file=sys.stderr)
    raise SystemExit(FAILED)


def read_stdin() -> bytes:
    """All of standard input. Leaves with 2 where it cannot be read."""
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        fail(f"standard input cannot be read: {error.strerror or error}")


def write_bytes(content: bytes) -> None:
    """Write to standard output, whatever encoding it has for text."""
    # What was printed before goes out before.
    sys.stdout.flush()
    sys.stdout.buffer.write(content)


def refuse_mixed(paths: list[str]) -> None:
    """Leave with 2 for standard input beside other paths, or where it is closed."""
    if "-" not in paths:
        return
    if len(paths) > 1:
        fail("- stands alone: standard input goes with no other path")
    if sys.stdin is None:
        fail("standard input is closed")


def use_color(choice: Color, stream_is_terminal: bool) -> bool:
    """Whether to colour: `--color`, then NO_COLOR, then FORCE_COLOR, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream_is_terminal and os.environ.get("TERM") != "dumb"


def split_codes(values: list[str] | None) -> tuple[str, ...]:
    """`--select LL1,LL2 --select LL3` as one tuple."""
    return tuple(word for value in values or () for word in value.replace(",", " ").split())


def declarations_here(*, strict: bool = True) -> "Declarations":
    """What the settings of the current folder declare.

    Leaves with 2 where they are wrong; without `strict` they then declare nothing.
    """
    from losslint.dialects.declarations import NOTHING_DECLARED
    from losslint.settings.model import Settings
    from losslint.settings.store import SettingsStore

    settings = SettingsStore().for_folder(os.getcwd())
    if isinstance(settings, Settings):
        return settings.declarations
    if strict:
        fail("\n".join(map(str, settings)))
    return NOTHING_DECLARED


def read_targets(values: list[str] | None) -> Targets:
    """`--target netspresso=1.0.2` as pairs. Leaves with 2 for what is no target."""
    if not values:
        return ()
    from losslint.catalog.model import version_key
    from losslint.dialects.registry import DIALECTS

    names = [dialect.name for dialect in DIALECTS]
    pairs: list[tuple[str, str]] = []
    for value in values:
        name, equals, version = value.partition("=")
        if not equals or name not in names:
            fail(f"--target {value}: write {' or '.join(f'{name}=VERSION' for name in names)}")
        if version_key(version) is None:
            fail(f"--target {value}: {version!r} is no release number, such as 1.4.1")
        pairs.append((name, version))
    return tuple(pairs)
