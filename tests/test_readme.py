"""Every `$ losslint …` of the README and of the pages in docs is run, and prints what stands there.

`python -m tests.test_readme` writes today's output into all of them. The commands of a page run
one after the other in one folder, which holds a copy of `fixtures` and the files that the page has
shown so far: a fenced block with `title="NAME"` is a file of that name. A block that cannot be run
has `<!-- not run: WHY -->` on the line above it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from losslint.cli import COMMANDS, build
from losslint.report import FORMATS
from tests.command import losslint_text

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
_FENCE = re.compile(
    r"^(?P<above>[^\n]*\n)?(?P<indent> *)(?P<ticks>```+)(?P<word>\w*)(?P<rest>[^\n`]*)\n"
    r"(?P<body>.*?)^(?P=indent)(?P=ticks)[ ]*$",
    re.M | re.S,
)
_TITLE = re.compile(r'\btitle="([^"]+)"')
_PROMPT = "$ "
_NOT_RUN = re.compile(r"<!-- not run: \S.* -->")
_FORMATS = re.compile(r"(?<=`--format )concise(?:\\\|\w+)+")
# A table of README whose rows are some of those of a page, which a command writes.
_ROWS = re.compile(r"<!-- rows of (docs/\w+\.md) -->\n\n((?:\|.*\n)+)")
_COMMANDS = re.compile(r"^## Commands\n(.*?)^##", re.S | re.M)
PAGES = [README, *sorted((ROOT / "docs").glob("**/*.md"))]
_NAMING = [page for page in PAGES if page.parent.name != "rules"] + [ROOT / "SECURITY.md"]


class Block(NamedTuple):
    """A fenced block of a page: its language, the file that it is, its text, where that stands."""

    word: str
    title: str | None
    text: str
    indent: str
    start: int
    end: int
    skipped: bool

    def commands(self) -> list[str]:
        """The calls of losslint that a reader is shown with what they print."""
        lines = self.text.splitlines()
        return [line for line in lines if re.match(r"\$ (?:\S+=\S+ )*losslint\b", line)]


def blocks(text: str) -> list[Block]:
    """Every fenced block of a page, in its order."""
    found = []
    for each in _FENCE.finditer(text):
        title = _TITLE.search(each["rest"])
        body = textwrap.dedent(each["body"])
        skipped = _NOT_RUN.search(each["above"] or "") is not None
        name = title[1] if title else None
        place = (each["indent"], each.start("body"), each.end("body"), skipped)
        found.append(Block(each["word"], name, body, *place))
    return found


def output(command: str, folder: Path) -> str:
    """What a command prints; what it says on standard error too, where `2>&1` asks for it."""
    words = shlex.split(command)
    if words[0] == "cat":
        return "".join((folder / name).read_text("utf-8") for name in words[1:])
    both = words[-1] == "2>&1"
    assert words[0] == "losslint", f"only `losslint` and `cat` are run, not {command!r}"
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    words = words[1:-1] if both else words[1:]
    done = losslint_text(*words, cwd=folder, env=environment, together=both)
    assert done.returncode in (0, 1) or both, (command, done.stderr)
    return done.stdout.replace(str(folder), "/home/me/project")


def printed(text: str, run: Callable[[str], str]) -> str:
    """A block of a console with what its commands print."""
    commands = [line for line in text.splitlines() if line.startswith(_PROMPT)]
    parts = [f"{line}\n{run(line.removeprefix(_PROMPT))}" for line in commands]
    return "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)


def replayed(text: str, folder: Path) -> str:
    """A page with the output of today; the folder is left as its commands leave it."""
    parts, done = [], 0
    for block in blocks(text):
        if block.title is not None and not block.skipped:
            path = folder / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        if block.word == "console" and block.commands() and not block.skipped:
            new = printed(block.text, lambda command: output(command, folder))
            parts += [text[done : block.start], textwrap.indent(new, block.indent)]
            done = block.end
    return "".join(parts) + text[done:]


def in_a_folder(page: Path) -> str:
    """A page with the output of today, from a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(os.path.realpath(name))
        shutil.copytree(ROOT / "fixtures", folder / "fixtures")
        return replayed(page.read_text("utf-8"), folder)


def shown() -> Iterator[Path]:
    """The pages that show what a command prints."""
    for page in PAGES:
        if any(block.word == "console" for block in blocks(page.read_text("utf-8"))):
            yield page


@pytest.mark.parametrize("page", shown(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_its_commands_print(page: Path) -> None:
    assert in_a_folder(page) == page.read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_whatever_looks_run_is_run_or_says_why_not(page: Path) -> None:
    for block in blocks(page.read_text("utf-8")):
        if block.commands():
            assert block.word == "console" or block.skipped, block.text


PAGE = """\
Text.

```yaml title="a/model.yaml"
model:
  losses:
    - criterion: cross_entropy
      weight: "0.5"
```

=== "a tab"

    ```console
    $ losslint check --fix a/model.yaml
    old
    $ cat a/model.yaml
    ```

<!-- not run: it takes a GPU -->
```console
$ losslint dry-run a/model.yaml
ok
```
"""


def test_files_of_a_page_and_several_commands_of_a_block(tmp_path: Path) -> None:
    now = replayed(PAGE, tmp_path)
    _, console, _ = blocks(now)
    fixed, _, after = console.text.partition("$ cat a/model.yaml\n")
    assert fixed.startswith("$ losslint check --fix a/model.yaml\n")
    assert "old" not in fixed
    assert "Fixed 1 finding" in fixed
    assert after == blocks(PAGE)[0].text.replace('"0.5"', "0.5")
    start, _, rest = PAGE.partition("    $ losslint check")
    assert now.startswith(start)
    assert now.endswith(rest.partition("    ```\n")[2])
    assert replayed(now, tmp_path) == now


def _with_formats(text: str) -> str:
    return _FORMATS.sub(lambda _: r"\|".join(FORMATS), text)


def test_the_formats_are_those_there_are() -> None:
    texts = [page.read_text("utf-8") for page in _NAMING]
    assert any(map(_FORMATS.search, texts))
    assert [_with_formats(text) for text in texts] == texts


@pytest.mark.parametrize("page", _NAMING, ids=lambda page: page.name)
def test_the_commands_and_options_named_are_those_there_are(page: Path) -> None:
    from typer.main import get_command

    commands = get_command(build(list(COMMANDS))).commands  # type: ignore[attr-defined]
    known = {
        name: {word for each in command.params for word in (*each.opts, *each.secondary_opts)}
        for name, command in commands.items()
    }
    text = page.read_text("utf-8")
    for name, rest in re.findall(r"losslint ([a-z][a-z-]+)((?: [^`|\n]*)?)", text):
        if name in known:
            options = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest))
            assert options <= known[name] | {"--help"}, (name, rest)
    for section in _COMMANDS.findall(text):
        assert re.findall(r"^\| `losslint ([a-z-]+)", section, re.M) == list(COMMANDS)
        anywhere = set().union(*known.values()) | {"--help", "--version"}
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", section)) <= anywhere


def test_a_short_table_has_rows_of_the_page_that_it_names() -> None:
    tables = _ROWS.findall(README.read_text("utf-8"))
    assert len(tables) == 2
    for name, rows in tables:
        page = (ROOT / name).read_text("utf-8").splitlines()
        assert set(rows.splitlines()) <= set(page), name


def test_the_readme_is_short() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= 250


def test_one_page_has_the_table_of_commands() -> None:
    tables = [page.name for page in _NAMING if _COMMANDS.search(page.read_text("utf-8"))]
    assert len(tables) == 1


def update() -> None:
    """Write today's formats and output into every page."""
    for page in PAGES:
        old = page.read_text("utf-8")
        page.write_text(_with_formats(old), encoding="utf-8")
        new = in_a_folder(page)
        if new != old:
            page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    update()
