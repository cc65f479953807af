"""Values as text in a file's own manner: its quotes, its null, its indentation."""

import json
import math
import re
from typing import NamedTuple

from losslint.syntax.languages import YAML, Language
from losslint.syntax.nodes import Mapping, Node, Quote, Scalar, Sequence, Tree
from losslint.syntax.readers import OMEGACONF, PYYAML

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*\Z")
_INDENTED = re.compile(r"^([ \t]+)\S", re.MULTILINE)
_COLON = re.compile(r'"[ \t]*:[ \t]*(?=[^\s])')
_JSON_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b')
_LAST_ON_LINE = re.compile(r"(?<![\[{,\n])(?=\n[ \t]*[\]}])")
_MAX_SEEN = 50_000


class Manner(NamedTuple):
    """How a file writes: the word for null, for true and false, the quote of a word, one level."""

    null: str = "~"
    true: str = "true"
    false: str = "false"
    quote: Quote = ""
    step: str = "  "
    colon: str = ": "
    newline: str = "\n"
    language: Language = YAML


def manner_of(tree: Tree) -> Manner:
    """The manner of a file, from the first null and boolean in it and its first indentation."""
    from losslint.syntax.edits import newline_of

    indented = _INDENTED.search(tree.text)
    step = indented[1] if indented else "    " if tree.language.is_code else "  "
    newline = newline_of(tree.text)
    if not tree.language.has_plain_words:
        colon = _COLON.search(tree.text)
        return Manner(
            tree.language.null,
            step=step,
            colon=colon[0][1:] if colon else ": ",
            newline=newline,
            language=tree.language,
        )
    words = _words(tree)
    return Manner(
        words.get(None, tree.language.null),
        words.get(True, "true"),
        words.get(False, "false"),
        step="  " if "\t" in step else step,
        newline=newline,
    )


def _words(tree: Tree) -> dict[object, str]:
    """The first spelling of null, true and false among the values of a YAML file."""
    found: dict[object, str] = {}
    todo: list[Node] = [document.root for document in reversed(tree.documents)]
    seen = 0
    while todo and seen < _MAX_SEEN and len(found) < 3:
        node = todo.pop()
        seen += 1
        if isinstance(node, Mapping):
            todo += [pair.value for pair in reversed(node.pairs)]
        elif isinstance(node, Sequence):
            todo += reversed(node.items)
        elif isinstance(node, Scalar) and node.is_plain and node.tag is None:
            value = OMEGACONF.value_of(node)
            if value is None or isinstance(value, bool):
                found.setdefault(value, node.value)
    return found


def yaml_scalar(value: object, manner: Manner) -> str:
    """A scalar as YAML that OmegaConf, YAML 1.1 and YAML 1.2 read alike."""
    if value is None:
        return manner.null
    if isinstance(value, bool):
        return manner.true if value else manner.false
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        return json.dumps(value)
    if manner.quote == "'" and "'" not in value and value.isprintable():
        return f"'{value}'"
    is_word = _PLAIN.match(value) is not None and PYYAML.plain_value(value) == value
    if is_word and not manner.quote and value != "???":
        return value
    return f'"{"".join(_escaped(c) for c in value)}"'


def _escaped(character: str) -> str:
    """A character inside double quotes of YAML."""
    if character in ('"', "\\"):
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = repr(value)
    if "e" in text and "." not in text:
        # YAML 1.1 takes 1e-07 for a string.
        text = text.replace("e", ".0e")
    return text


def json_text(value: object, manner: Manner, indent: str, single_line: bool = False) -> str:
    """A value as JSON; `indent` is that of the line where it starts."""
    if single_line:
        text = json.dumps(value, ensure_ascii=False, separators=(", ", manner.colon))
        return in_words_of(manner.language, text)
    text = json.dumps(
        value, ensure_ascii=False, indent=manner.step or " ", separators=(",", manner.colon)
    )
    if manner.language.is_code:
        text = _LAST_ON_LINE.sub(",", text)
    return in_words_of(manner.language, text).replace("\n", manner.newline + indent)


def in_words_of(language: Language, text: str) -> str:
    """JSON with the constants of a language in the place of its own."""
    words = {"true": language.true, "false": language.false, "null": language.null}
    if language.has_plain_words or words["true"] == "true":
        return text
    return _JSON_WORD.sub(lambda found: words.get(found[0], found[0]), text)


def inline(value: object, manner: Manner) -> str:
    """A value on one line, in the language of the file."""
    if manner.language.has_plain_words:
        return yaml_flow(value, manner)
    return json_text(value, manner, "", single_line=True)


def yaml_flow(value: object, manner: Manner) -> str:
    """A value of mappings, lists and scalars as YAML on one line."""
    # (kind, payload): text to write as it is, or a value still to be written.
    pieces: list[str] = []
    todo: list[tuple[bool, object]] = [(False, value)]
    while todo:
        is_text, current = todo.pop()
        if is_text:
            pieces.append(str(current))
        elif isinstance(current, dict):
            todo.append((True, "}"))
            for index, (key, inner) in reversed(list(enumerate(current.items()))):
                todo.append((False, inner))
                todo.append((True, f"{', ' if index else ''}{yaml_scalar(key, manner)}: "))
            pieces.append("{")
        elif isinstance(current, (list, tuple)):
            todo.append((True, "]"))
            for index, inner in reversed(list(enumerate(current))):
                todo.append((False, inner))
                todo.append((True, ", " if index else ""))
            pieces.append("[")
        else:
            pieces.append(yaml_scalar(current, manner))
    return "".join(pieces)
