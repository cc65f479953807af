"""Nothing that a file holds reaches a reader raw."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losslint.diagnostics import SEVERITIES, Diagnostic, Edit, Fix, Related, Span
from losslint.linter.outcome import FileOutcome
from tests.examples import examples

from .samples import one, sample, source, text_of

SCHEMA = json.loads((Path(__file__).parent / "schemas/sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

ESCAPES = [
    "\x1b[31m",
    "\x1b]8;;http://x\x07",
    "\u202e",
    "\u2066",
    "\x00",
    "\x9b",
    "\udc80",
    "\ud800",
]
MARKUP = ["]]>", "<a>", "&amp;", "::", "%0A", "\n", "\r\n", "\n::error::x", "##[error]", "[a](b)"]
hostile = st.lists(
    st.one_of(
        st.sampled_from([*ESCAPES, *MARKUP, "\ufffe", "\uffff", "\t", "한", "😀", "{0}", ","]),
        st.text(max_size=5),
        st.characters(),
    ),
    max_size=6,
).map("".join)

paths = hostile.map(lambda text: text.replace("\x00", "").strip("/") or "a.yaml")


@st.composite
def reports(draw: st.DrawFn) -> FileOutcome:
    """A file of hostile text with a hostile finding."""
    text = draw(hostile)
    offsets = st.integers(0, len(text) + 2)

    def span() -> Span:
        start, end = sorted((draw(offsets), draw(offsets)))
        return Span(start, end)

    fix = Fix(draw(hostile), (Edit(*span(), draw(hostile)),), draw(st.booleans()))
    severity = draw(st.sampled_from(SEVERITIES))
    related = (Related(span(), draw(hostile)),)
    found = Diagnostic(
        "LL101", "unknown-loss", severity, draw(hostile), span(), fix, related, draw(hostile)
    )
    path = draw(paths)
    member = draw(st.none() | paths)
    readable = draw(st.booleans())
    return FileOutcome(path, source(path, text, member) if readable else None, (found,))


def is_raw(character: str) -> bool:
    """Whether a character may steer a terminal or hide."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.lists(reports(), max_size=2), st.integers(1, 200))
@settings(max_examples=examples(200), deadline=None)
def test_text_formats_hold_no_raw_character(files: list[FileOutcome], width: int) -> None:
    for name in ("full", "concise", "github"):
        text = text_of(name, files, width=width)
        assert not [c for c in text if c != "\n" and is_raw(c)]
        text.encode("utf-8")


@given(st.lists(reports(), max_size=2))
@settings(max_examples=examples(100), deadline=None)
def test_line_formats_have_one_line_a_finding(files: list[FileOutcome]) -> None:
    assert len(text_of("concise", files).splitlines()) == len(files)
    lines = text_of("github", files).splitlines()
    assert len(lines) == len(files)
    for line in lines:
        _, command, _ = line.split("::", 2)
        assert set(command.split(" ", 1)[0]) <= set("abcdefghijklmnopqrstuvwxyz")
        properties = command.split(" ", 1)[1].split(",")
        assert [p.split("=", 1)[0] for p in properties][:3] == ["title", "file", "line"]


@given(st.lists(reports(), max_size=2))
@settings(max_examples=examples(100), deadline=None)
def test_json_is_ascii_and_without_lone_surrogates(files: list[FileOutcome]) -> None:
    for name in ("json", "gitlab"):
        text = text_of(name, files)
        assert text.isascii()
        items = json.loads(text)
        assert len(items) == len(files)
        json.dumps(items, ensure_ascii=False).encode("utf-8")


@given(st.lists(reports(), max_size=2))
@settings(max_examples=60, deadline=None)
def test_junit_is_well_formed(files: list[FileOutcome]) -> None:
    text = text_of("junit", files)
    assert not [c for c in text if c != "\n" and is_raw(c)]
    root = ET.fromstring(text.encode("utf-8"))
    assert len(root.findall(".//testcase")) == max(len(files), 1)
    refuse_what_jenkins_refuses(root)


# What Jenkins's junit-10.xsd lets stand in an element: attributes, those that must be there,
# elements. It holds more that losslint has no use for.
JUNIT = {
    "testsuites": ("name time tests failures errors", "", "testsuite"),
    "testsuite": (
        "name tests failures errors group time skipped timestamp hostname id package file log url",
        "name tests failures errors",
        "testsuite properties testcase system-out system-err",
    ),
    "testcase": (
        "name time classname group",
        "name",
        "skipped error failure system-out system-err",
    ),
    "failure": ("type message", "", ""),
    "system-out": ("", "", ""),
}


def refuse_what_jenkins_refuses(root: ET.Element) -> None:
    assert root.tag == "testsuites"
    for element in root.iter():
        allowed, needed, inside = (set(words.split()) for words in JUNIT[element.tag])
        assert needed <= set(element.attrib) <= allowed, element.tag
        assert {child.tag for child in element} <= inside, element.tag
        assert not (len(element) and (element.text or "").strip())


@pytest.mark.parametrize("files", [[], sample(), sample()[1:2]])
def test_jenkins_takes_the_report(files: list[FileOutcome]) -> None:
    refuse_what_jenkins_refuses(ET.fromstring(text_of("junit", files).encode("utf-8")))


@given(st.lists(reports(), max_size=2))
@settings(max_examples=25, deadline=None)
def test_sarif_is_valid(files: list[FileOutcome]) -> None:
    log: Any = json.loads(text_of("sarif", files))
    VALIDATOR.validate(log)
    json.dumps(log, ensure_ascii=False).encode("utf-8")


def test_github_escapes_as_workflow_commands_want_it() -> None:
    report = one("x", Span(0, 1), "50%, a::b", "a,b:c%.yaml")
    assert text_of("github", [report]) == (
        "::error title=losslint (LL101),file=a%2Cb%3Ac%25.yaml,"
        "line=1,col=1,endLine=1,endColumn=2::a,b:c%25.yaml:1:1: LL101 50%25, a::b\n"
    )


@pytest.mark.parametrize("name", ["full", "concise", "github", "junit"])
def test_a_message_cannot_forge_a_line(name: str) -> None:
    text = text_of(name, [one("x", Span(0, 1), "a\n::error::forged\r\x1b[2J")])
    assert "a\\x0a::error::forged\\x0d\\x1b[2J" in text


def test_the_bytes_of_a_file_name_are_shown() -> None:
    report = one("x", Span(0, 1), path="caf\udce9.yaml")
    assert text_of("concise", [report]).startswith("caf\\xe9.yaml:1:1:")
    assert '"uri": "caf%E9.yaml"' in text_of("sarif", [report])
