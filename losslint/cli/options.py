"""What several commands share: colour, targets, exit codes."""

import os
import sys
from typing import TYPE_CHECKING, Literal, NoReturn

if TYPE_CHECKING:
    from losslint.dialects.declarations import Declarations
    from losslint.linter.selection import RunSettings
    from losslint.settings.model import Settings
    from losslint.settings.rule_selectors import Vocabulary
    from losslint.settings.shapes import Problems

Color = Literal["auto", "always", "never"]

# Pairs of a framework and a release.
Targets = tuple[tuple[str, str], ...]

OK, FINDINGS, FAILED = 0, 1, 2

# What takes less needs no line that says how far it is, in seconds.
PATIENCE = 1.0


def tell(sentence: str) -> None:
    """Say something on standard error, broken between words where that is a terminal."""
    from losslint.text import visible

    sentence = "\n".join(map(visible, sentence.split("\n")))
    if sys.stderr.isatty():
        from losslint.cli.output import on_screen

        sentence = on_screen(sentence, "  ", sys.stderr)
    print(sentence, file=sys.stderr)


def fail(message: str) -> NoReturn:
    """Say why nothing was done, a sentence a line, on standard error, and leave with 2."""
    from losslint.text import visible

    for line in message.split("\n"):
        print(f"losslint: {visible(shown_path(line))}", file=sys.stderr)
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


def as_json(data: object) -> str:
    """Data as JSON: pure ASCII, so that any terminal and any locale holds it."""
    import json

    return json.dumps(data, indent=2) + "\n"


def write_file(path: str, text: str) -> None:
    """Write a file, whatever stood there. Leaves with 2 where it cannot be written."""
    from losslint.files.write import overwrite_file

    refused = overwrite_file(path, text.encode("utf-8"))
    if refused is not None:
        fail(f"{refused.path} {refused.reason}")


def refuse_mixed(paths: list[str]) -> None:
    """Leave with 2 for standard input beside other paths, or where it is closed."""
    if "-" not in paths:
        return
    if len(paths) > 1:
        fail("- stands alone: standard input goes with no other path")
    if sys.stdin is None:
        fail("standard input is closed")


def use_color(choice: Color, stream_is_terminal: bool) -> bool:
    """Whether to colour: `--color`, then the environment, then whether it is a terminal.

    As https://no-color.org and https://bixense.com/clicolors say: NO_COLOR with any value goes
    first; then FORCE_COLOR or CLICOLOR_FORCE, unless 0; then CLICOLOR=0, and a terminal without
    colours.
    """
    if choice != "auto":
        return choice == "always"
    told = os.environ.get
    if told("NO_COLOR"):
        return False
    if any(told(name, "") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return stream_is_terminal and told("CLICOLOR") != "0" and told("TERM") != "dumb"


def has_bar() -> bool:
    """Whether standard error is a terminal that can wipe the line that says how far a run is."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


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


def refuse_absent(path: str) -> None:
    """Leave with 2 for a path that is not there, or that the system does not show."""
    from losslint.files.discovery import Missing, mode_of

    found = mode_of(path)
    if isinstance(found, Missing) and not os.path.lexists(path):
        fail(f"{path} {found.reason}")


def refuse_folder(told: str, path: str) -> None:
    """Leave with 2 where a file cannot be written, because its path is a folder's or has none."""
    folder = os.path.dirname(path) or "."
    if os.path.isdir(path):
        fail(f"{told}: {path} is a folder")
    if not os.path.isdir(folder):
        fail(f"{told}: the folder {folder} does not exist")


def split_rules(option: str, values: list[str] | None) -> tuple[str, ...] | None:
    """The words of `--select`; None without it. Leaves with 2 where it names nothing."""
    words = split_codes(values) if values else None
    if words == ():
        fail(f"{option} needs a value: name a rule; `losslint rule` lists them")
    return words


def refuse_word(option: str, word: str, rules: "Vocabulary") -> None:
    """Leave with 2 for a word of an option that stands for no rule."""
    if problem := rules.problem(word):
        fail(f"{option}: {no_rule(problem)}")


def no_rule(problem: str) -> str:
    """A clause about a word that stands for no rule, and where to find one."""
    bare = problem.endswith("is no rule")
    return f"{problem}; `losslint rule` lists them" if bare else problem


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

    found = SettingsStore().for_folder(os.getcwd())
    if not (strict or isinstance(found, Settings)):
        return NOTHING_DECLARED
    return usable(found).declarations


def usable(found: "Settings | Problems") -> "Settings":
    """Settings that can be used. Leaves with 2, and what is wrong with them, for others."""
    from losslint.settings.model import Settings

    if isinstance(found, Settings):
        return found
    fail("\n".join(no_rule(str(problem)) for problem in found))


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
            fail(f"--target {value}: write {' or '.join(f'{name}=RELEASE' for name in known)}")
        release = known_release(known[name], version)
        if isinstance(release, str):
            fail(f"--target {value}: {release}")
        if note := newer_note(known[name], version):
            tell(f"losslint: --target {value}: {note}")
        pairs.append((name, release.label))
    return tuple(pairs)


def tell_newer_targets(run: "RunSettings") -> None:
    """Say on standard error which releases of settings files are judged as the newest known."""
    for note in run.newer_targets():
        tell(f"losslint: {note}")
