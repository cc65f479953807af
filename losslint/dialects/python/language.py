"""Python as a language of configs: a program to the documents of what it compiles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from losslint.dialects.words import names_compile, names_platform
from losslint.syntax.languages import Language, Pulse
from losslint.syntax.nodes import UNDEFINED, Scalar, Tree
from losslint.syntax.readers import Reader
from losslint.syntax.scalars import UNKNOWN, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from losslint.diagnostics import Edit, Span
    from losslint.files.source import Inside

_SETTING: Final = re.compile(r"(?<=`)(\w+): ([\w.+-]+)(?=`)")
# It begins with the word, and not with the point before it, because a search jumps to what is rare.
_COMPILE: Final = re.compile(r"compile\s*\(")
# Patterns of `re` are compiled more often than models.
_MODEL_BEFORE: Final = re.compile(r"(?<!\bre)\.\s*\Z")
_BEFORE: Final = 80
# A function or class of the package.
_LOSSES: Final = re.compile(
    r"losses\.(?:[A-Z]\w*|\w*(?:entropy|error|divergence|hinge|similarity|poisson))\s*\("
)
# What brings them under names of the program's own.
_IMPORTED: Final = re.compile(r"keras[\w.]*\.losses[ \t]+(?:import|as)\b(\s*\([^)]*\)|[^\n]*)")
_IMPORT: Final = re.compile(r"^[ \t]*(?:from|import)[ \t][^\n(]*(?:\([^)]*\))?", re.MULTILINE)
# What only a call has that says more than an optimizer; and what else ends it.
_MARKS: Final = re.compile(r"[][(){},*'\"#]|\bloss")
# Comments and strings. Each turn of a loop within it takes memory, hence the bound beside it.
_NO_CODE: Final = re.compile(
    r"""\#[^\n]*
      |\"\"\"[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"\"\"
      |'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''
      |"[^"\\\n]*(?:\\.[^"\\\n]*)*"
      |'[^'\\\n]*(?:\\.[^'\\\n]*)*'""",
    re.VERBOSE | re.DOTALL,
)
_MAX_STRIPPED: Final = 300_000
# Whoever writes more than this has written more than one word.
_REACH: Final = 500
_LITERALS: Final = {"null": "None", "~": "None", "true": "True", "false": "False"}
_WORDS: Final = {"None": None, "True": True, "False": False}


def program_may_hold_losses(text: str) -> bool:
    """Whether a program may call `compile` with a loss, or hold the platform's configuration."""
    program = text.encode("utf-8", "surrogatepass")
    if names_platform(program):
        return True
    if not names_compile(program):
        return False
    if not (any(_may_hold_loss(text, at) for at in _compiles(text)) or _uses_losses(text)):
        return False
    if len(text) > _MAX_STRIPPED:
        return True
    # Half of the files that speak of a compile do so in docstrings and comments only.
    code = _NO_CODE.sub("", text)
    return any(True for _ in _compiles(code)) or _uses_losses(code)


def _uses_losses(text: str) -> bool:
    """Whether a program makes or computes a loss of Keras's, as far as its words tell."""
    if _LOSSES.search(text):
        return True
    names = {name for each in _IMPORTED.findall(text) for name in re.findall(r"\w+|\*", each)}
    # A package that only hands the names on has nothing but imports of them.
    code = set(re.findall(r"\w+", _IMPORT.sub("", text))) if names else set()
    return "*" in names or not code.isdisjoint(names - {"as"})


def _compiles(text: str) -> Iterator[int]:
    """Where the arguments begin of what reads like a model's `compile`."""
    for found in _COMPILE.finditer(text):
        before = text[max(found.start() - _BEFORE, 0) : found.start()]
        if _MODEL_BEFORE.search(before) or before.isspace():
            yield found.end()


def _may_hold_loss(text: str, start: int) -> bool:
    """Whether the arguments of a call may be a loss and something else: not of `compile(True)`."""
    depth = 1
    for found in _MARKS.finditer(text, start, start + _REACH):
        mark = found[0]
        if mark in "([{":
            depth += 1
        elif mark not in ")]}":
            return True
        else:
            depth -= 1
            if not depth:
                return False
    return True


class _Python(Language):
    """Python, and the code of notebooks."""

    name = "Python"
    suffixes = (".py", ".ipynb")
    editor_names = ("python",)
    null = "None"
    true = "True"
    false = "False"
    quotes = ('"', "'")
    has_plain_words = has_anchors = has_blocks = False
    has_comments = allows_mark = is_code = True

    def parse(self, text: str) -> Tree:
        return self.read(text, None, None)

    def read(self, text: str, inside: Inside | None, pulse: Pulse | None) -> Tree:
        if not program_may_hold_losses(text):
            return Tree(text, self, ())
        from losslint.syntax.python_text import Parsed, parse_module

        module = inside.module(text) if inside is not None else None
        parsed = Parsed(module) if module is not None else parse_module(text)
        if parsed.module is None:
            problems = (parsed.problem,) if parsed.problem is not None else ()
            return Tree(text, self, (), problems)
        if pulse is not None:
            pulse()
        from losslint.dialects.python.documents import documents
        from losslint.dialects.python.follow import follow

        machine = follow(text, parsed.module)
        found, maker = documents(machine)
        machine.forget()
        return Tree(text, self, tuple(found), frozen=tuple(set(maker.frozen)))

    def changed_beside(self, before: str, after: str, edits: Iterable[Edit]) -> str | None:
        from losslint.syntax.verify_python import verify_python

        return verify_python(before, after, edits)

    def told(self, sentence: str) -> str:
        return _SETTING.sub(
            lambda found: f"{found[1]}={_LITERALS.get(found[2], found[2])}", sentence
        )

    def comments(self, text: str) -> tuple[Span, ...]:
        from losslint.syntax.python_text import comments_of

        return comments_of(text)


PYTHON: Final[Language] = _Python()


class _Interpreter(Reader):
    """What Python itself makes of its literals."""

    language = PYTHON

    def value_of(self, scalar: Scalar) -> Value:
        if scalar.tag == UNDEFINED:
            return UNKNOWN
        return scalar.value if scalar.is_quoted else self.plain_value(scalar.value)

    def plain_value(self, text: str) -> Value:
        if text in _WORDS:
            return _WORDS[text]
        try:
            return int(text)
        except ValueError:
            pass
        try:
            return float(text)
        except ValueError:
            return UNKNOWN


INTERPRETER: Final[Reader] = _Interpreter()
