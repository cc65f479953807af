"""What several commands share: colour, targets, exit codes."""

import os
import sys
from typing import TYPE_CHECKING, Literal, NoReturn

if TYPE_CHECKING:
    from losslint.dialects.declarations import Declarations
    from losslint.settings.store import SettingsStore

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


def settings_file(config: str | None, *, isolated: bool) -> str:
    """The file of `--config`; empty without one. Leaves with 2 where it cannot be followed."""
    if config is not None and isolated:
        fail(f"--isolated and --config {config}: choose one")
    if config is not None and not os.path.isfile(config):
        fail(f"--config {config}: there is no such file")
    return config or ""


def shown_path(path: str) -> str:
    """An absolute path as people are told it: from the current folder, where it lies below."""
    here = os.path.join(os.getcwd(), "")
    return path[len(here) :] if path.startswith(here) else path


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


def rule_offers(typed: str) -> list[tuple[str, str]]:
    """Codes, and names once something is typed, each with the other one."""
    from losslint.rules._index import INDEX

    names = [(each[1], each[0]) for each in INDEX] if typed else []
    return [*((each[0], each[1]) for each in INDEX), *names]


def target_offers(typed: str) -> list[tuple[str, str]]:
    """The frameworks, and behind "=" the releases that are told apart, the newest first."""
    from losslint.dialects.registry import DIALECTS

    name, equals, _ = typed.partition("=")
    if not equals:
        return [(f"{each.name}=", each.framework) for each in DIALECTS]
    chosen = [each for each in DIALECTS if each.name == name]
    return [
        (f"{name}={release}", each.framework) for each in chosen for release in each.releases[::-1]
    ]


def read_targets(values: list[str] | None) -> Targets:
    """`--target netspresso=1.0.2` as pairs. Leaves with 2 for what is no release of a framework."""
    if not values:
        return ()
    from losslint.dialects.registry import DIALECTS
    from losslint.dialects.release_targets import known_release, newer_note

    known = {dialect.name: dialect for dialect in DIALECTS}
    pairs: list[tuple[str, str]] = []
    for value in values:
        name, equals, version = value.partition("=")
        if not equals or name not in known:
            fail(f"--target {value}: write {' or '.join(f'{name}=VERSION' for name in known)}")
        release = known_release(known[name], version)
        if isinstance(release, str):
            fail(f"--target {value}: {release}")
        if note := newer_note(known[name], version):
            print(f"losslint: --target {value}: {note}", file=sys.stderr)
        pairs.append((name, release.label))
    return tuple(pairs)


def tell_newer_targets(store: "SettingsStore") -> None:
    """Say on standard error which releases of settings files are judged as the newest known."""
    for settings in store.loaded:
        if settings.target:
            from losslint.dialects.registry import dialect_named
            from losslint.dialects.release_targets import newer_note

            for name, release in settings.target:
                if note := newer_note(dialect_named(name), release):
                    print(f"losslint: {settings.files[0]}: target.{name}: {note}", file=sys.stderr)
