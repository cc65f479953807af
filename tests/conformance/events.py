"""The events of a YAML text in the notation of its test suite, from our tree and from PyYAML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yaml.error import YAMLError

from losslint.syntax.nodes import Alias, Document, Mapping, Node, Scalar, Sequence, Tree

_ESCAPES = str.maketrans(
    {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\0": "\\0"}
)


def of_tree(tree: Tree) -> list[str]:
    """Our tree as events; how documents are marked off is not in it."""
    found = ["+STR"]
    for document in tree.documents:
        found += ["+DOC", *_of_document(document), "-DOC"]
    return [*found, "-STR"]


def _of_document(document: Document) -> list[str]:
    found: list[str] = []
    stack: list[Node | str] = [document.root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            found.append(node)
        elif isinstance(node, Alias):
            found.append(f"=ALI *{node.name}")
        elif isinstance(node, Scalar):
            found.append(scalar(node.anchor, node.tag, node.style, node.value))
        elif isinstance(node, Mapping):
            found.append(_open("+MAP", "{}" if node.flow else "", node.anchor, node.tag))
            inner = [part for pair in node.pairs for part in pair]
            stack += ["-MAP", *reversed(inner)]
        else:
            assert isinstance(node, Sequence)
            found.append(_open("+SEQ", "[]" if node.flow else "", node.anchor, node.tag))
            stack += ["-SEQ", *reversed(node.items)]
    return found


def _open(word: str, flow: str, anchor: str | None, tag: str | None) -> str:
    parts = (word, flow, f"&{anchor}" if anchor else "", f"<{tag}>" if tag else "")
    return " ".join(part for part in parts if part)


def scalar(anchor: str | None, tag: str | None, style: str | None, value: str) -> str:
    mark = ":" if style in (None, "", "-") else style
    parts = ("=VAL", f"&{anchor}" if anchor else "", f"<{tag}>" if tag else "")
    return " ".join(part for part in parts if part) + f" {mark}{value.translate(_ESCAPES)}"


def of_pyyaml(text: str, loader: Callable[[str], Any]) -> list[str] | None:
    """What a loader of PyYAML makes of a text; None where it stops, or composes no document.

    A composer stops at an alias without an anchor, and at an anchor that is defined twice.
    """
    found: list[str] = []
    anchors: set[str] = set()
    try:
        parser = loader(text)
        while (event := parser.get_event()) is not None:
            kind = type(event).__name__
            anchor = getattr(event, "anchor", None)
            if kind == "DocumentStartEvent":
                anchors = set()
            if anchor is not None and (anchor in anchors) is not (kind == "AliasEvent"):
                return None
            if anchor is not None:
                anchors.add(anchor)
            found.append(_of_event(event, kind))
            if kind == "StreamEndEvent":
                return found
    except YAMLError:
        return None
    return found


def _of_event(event: object, kind: str) -> str:
    anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
    if kind == "AliasEvent":
        return f"=ALI *{anchor}"
    if kind == "ScalarEvent":
        return scalar(anchor, tag, getattr(event, "style", ""), getattr(event, "value", ""))
    flow = bool(getattr(event, "flow_style", False))
    if kind == "MappingStartEvent":
        return _open("+MAP", "{}" if flow else "", anchor, tag)
    if kind == "SequenceStartEvent":
        return _open("+SEQ", "[]" if flow else "", anchor, tag)
    return _PLAIN[kind]


_PLAIN = {
    "StreamStartEvent": "+STR",
    "StreamEndEvent": "-STR",
    "DocumentStartEvent": "+DOC",
    "DocumentEndEvent": "-DOC",
    "MappingEndEvent": "-MAP",
    "SequenceEndEvent": "-SEQ",
}


def of_suite(tree: str) -> list[str]:
    """The suite's own events, without the marks of documents."""
    lines = [line.lstrip(" ") for line in tree.split("\n") if line.strip()]
    return [line[:4] if line.startswith(("+DOC", "-DOC")) else line for line in lines]
