"""The server as an editor meets it: life and death, encodings, cancelling, speed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from losslint.report.links import rule_url
from losslint.server.position_map import PositionMap
from tests.conftest import Lint
from tests.server.client import FULL, Editor, Json
from tests.steps import growth, steps

ROOT = Path(__file__).parent.parent.parent
BROKEN = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: '1'\n"
SOUND = BROKEN.replace("'1'", "1.0")


def place(diagnostic: Json) -> tuple[int, int, int, int]:
    start, end = diagnostic["range"]["start"], diagnostic["range"]["end"]
    return start["line"], start["character"], end["line"], end["character"]


def long_config(rows: int = 400) -> str:
    text = (ROOT / "fixtures/netspresso/broken/first-try.yaml").read_text("utf-8")
    filling = (
        f"section_{n}:\n  epochs: {n}\n  optimizer: {{name: adamw, lr: 0.001, betas: [0.9, 1.0]}}\n"
        for n in range((rows - text.count("\n")) // 3)
    )
    return text + "".join(filling)


def test_unsaved_text_is_checked_as_it_is_typed(editor: Editor) -> None:
    (found,) = editor.open("never-saved.yaml", BROKEN)
    assert (found["code"], found["severity"], found["source"]) == ("LL211", 1, "losslint")
    assert place(found) == (3, 14, 3, 17)
    assert ("codeDescription" in found) == (rule_url("invalid-weight") is not None)
    editor.type("never-saved.yaml", SOUND, 2)
    assert editor.pushed("never-saved.yaml", 2) == []
    editor.type("never-saved.yaml", "model: [", 3)
    assert isinstance(editor.pushed("never-saved.yaml", 3), list)
    assert not (editor.folder / "never-saved.yaml").exists()


def test_a_text_without_a_name_or_of_another_language(editor: Editor) -> None:
    def open_as(uri: str, language: str, text: str) -> None:
        document = {"uri": uri, "languageId": language, "version": 1, "text": text}
        editor.say("textDocument/didOpen", {"textDocument": document})

    open_as("untitled:Untitled-1", "json", '{"LOSS": {"NAME": "hubber"}}')
    open_as("file:///model.toml", "toml", BROKEN)
    open_as("untitled:Untitled-2", "yaml", BROKEN)
    heard = [
        editor.hear(lambda m: m.get("method", "").endswith("publishDiagnostics")) for _ in "ab"
    ]
    assert [(m["params"]["uri"], m["params"]["diagnostics"][0]["code"]) for m in heard] == [
        ("untitled:Untitled-1", "LL100"),
        ("untitled:Untitled-2", "LL211"),
    ]


def test_closing_takes_the_diagnostics_away(editor: Editor) -> None:
    assert editor.open("closed.yaml", BROKEN)
    editor.say("textDocument/didClose", {"textDocument": {"uri": editor.uri("closed.yaml")}})
    message = editor.hear(lambda m: m.get("params", {}).get("uri") == editor.uri("closed.yaml"))
    assert message["params"]["diagnostics"] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("offered", "chosen", "column"),
    [
        (["utf-8", "utf-16"], "utf-8", 29),
        (["utf-32"], "utf-32", 22),
        (None, "utf-16", 24),
    ],
)
def test_position_encoding(
    offered: list[str] | None, chosen: str, column: int, folder: Path
) -> None:
    """An emoji is 4 bytes, 2 units of UTF-16 and one code point; ü is 2 bytes."""
    capabilities = {**FULL, "general": {"positionEncodings": offered} if offered else {}}
    editor = Editor(folder, capabilities)
    try:
        assert editor.answer["capabilities"]["positionEncoding"] == chosen
        text = 'model: {losses: [{"🎉🎉ü": 1, weight: x, criterion: cross_entropy}]}\n'
        found = {d["code"]: place(d) for d in editor.open("m.yaml", text)}
        wide = len('model: {losses: [{"')
        units = {"utf-16": 5, "utf-8": 10, "utf-32": 3}[chosen]
        at = wide + units + len('": 1, weight: ')
        assert found["LL211"] == (0, at, 0, at + 1)
        assert column == wide + units
        shown = editor.at("textDocument/hover", "m.yaml", 0, at + len("x, criterion: "))
        assert "cross_entropy" in shown["contents"]["value"]
    finally:
        editor.kill()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_and_offsets_are_inverse(encoding: str, mark: str) -> None:
    text = "ä🎉b\r\n\u2028x\u0085\ny🎉\rz\n"
    positions = PositionMap(mark + text, encoding)  # type: ignore[arg-type]
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":
            assert positions.offset(*positions.line_and_character(offset)) == offset
    assert positions.offset(0, 10_000) == text.index("\r")
    assert positions.offset(99, 0) == len(text)


def test_pulled_diagnostics(folder: Path) -> None:
    capabilities = {**FULL, "textDocument": {**FULL["textDocument"], "diagnostic": {}}}
    editor = Editor(folder, capabilities)
    try:
        document = {"uri": editor.uri("m.yaml"), "languageId": "yaml", "version": 1, "text": BROKEN}
        editor.say("textDocument/didOpen", {"textDocument": document})
        params: Json = {"textDocument": {"uri": editor.uri("m.yaml")}}
        report = editor.ask("textDocument/diagnostic", params)
        assert (report["kind"], [d["code"] for d in report["items"]]) == ("full", ["LL211"])
        params["previousResultId"] = report["resultId"]
        assert editor.ask("textDocument/diagnostic", params)["kind"] == "unchanged"
        editor.type("m.yaml", SOUND, 2)
        report = editor.ask("textDocument/diagnostic", params)
        assert (report["kind"], report["items"]) == ("full", [])
        # An editor that pulls gets nothing pushed: everything would be shown twice.
        assert editor.leave() == (0, "")
        assert not [m for m in editor._kept if "publishDiagnostics" in m.get("method", "")]
    finally:
        editor.kill()


def test_a_cancelled_request_is_answered_so(editor: Editor) -> None:
    """What waits for a text that takes long to read is let go before that has been read."""
    slow = "model:\n  losses:\n" + "    - {criterion: focal_loss, gamma: 2.0}\n" * 3_000
    document = {"uri": editor.uri("slow.yaml"), "languageId": "yaml", "version": 1, "text": slow}
    place = {"line": 2, "character": 20}
    params = {"textDocument": {"uri": editor.uri("slow.yaml")}, "position": place}
    # At once, so that no pause of this process gives the server the time to read the text.
    editor.send(
        {"method": "textDocument/didOpen", "params": {"textDocument": document}},
        {"id": "hover", "method": "textDocument/hover", "params": params},
        {"method": "$/cancelRequest", "params": {"id": "hover"}},
    )
    reply = editor.hear(lambda m: m.get("id") == "hover" and "method" not in m)
    assert reply["error"]["code"] == -32800
    assert not [m for m in editor._kept if m.get("method") == "textDocument/publishDiagnostics"]
    editor.type("slow.yaml", SOUND, 2)
    assert editor.pushed("slow.yaml", 2) == []


def test_texts_typed_over_are_passed_over(editor: Editor) -> None:
    """Of a burst of keystrokes the last one is answered, and not each of them."""
    text = "# short\n" + long_config()[:2000]
    editor.open("burst.yaml", text)
    versions = range(2, 60)
    editor.send(*(editor.typed("burst.yaml", text + "#" * v, v) for v in versions))
    editor.pushed("burst.yaml", 59)
    answered = [
        m for m in editor._kept if m.get("params", {}).get("uri") == editor.uri("burst.yaml")
    ]
    assert len(answered) < len(versions)


def test_a_keystroke_is_answered_with_the_text_as_it_is_then(editor: Editor) -> None:
    text = long_config()
    editor.open("long.yaml", text)
    line = next(n for n, row in enumerate(text.split("\n")) if "gama" in row)
    for version in range(2, 8):
        editor.type("long.yaml", "#" * version + "\n" + text, version)
        rows = {found["range"]["start"]["line"] for found in editor.pushed("long.yaml", version)}
        assert line + 1 in rows
        assert editor.at("textDocument/completion", "long.yaml", line + 1, 8)["items"]


def test_a_keystroke_costs_no_more_than_the_text_is_long(lint: Lint) -> None:
    texts = {rows: long_config(rows) for rows in (400, 1_600)}
    assert growth(lambda rows: lint(texts[rows]), 400) < 4.5
    # Two hundred lines a row: a hundredth of a second where nothing else runs.
    assert steps(lambda: lint(texts[400])) < 400 * 400


def test_the_other_files_are_watched(folder: Path) -> None:
    editor = Editor(folder)
    try:
        wish = editor.hear(lambda m: m.get("method") == "client/registerCapability")
        globs = wish["params"]["registrations"][0]["registerOptions"]["watchers"]
        assert {"globPattern": "**/losslint.toml"} in globs
        assert editor.open("m.yaml", BROKEN)
        (folder / "losslint.toml").write_text('ignore = ["LL211"]\n')
        change = {"uri": editor.uri("losslint.toml"), "type": 1}
        editor.say("workspace/didChangeWatchedFiles", {"changes": [change]})
        assert editor.pushed("m.yaml", 1) == []
        (folder / "losslint.toml").write_text('ignore = ["LL9999"]\n')
        editor.type("m.yaml", BROKEN + "\n", 2)
        told = editor.hear(lambda m: m.get("method") == "window/showMessage")
        assert "LL9999" in told["params"]["message"]
        (folder / "losslint.toml").write_text('exclude = ["m.yaml"]\n')
        editor.type("m.yaml", BROKEN, 3)
        assert editor.pushed("m.yaml", 3) == []
    finally:
        editor.kill()


@pytest.mark.slow
def test_the_end(folder: Path) -> None:
    editor = Editor(folder, {})
    assert editor.ask("textDocument/hover", {
        "textDocument": {"uri": "file:///nowhere.yaml"}, "position": {"line": 0, "character": 0},
    }) is None  # fmt: skip
    number = editor.start("losslint/unheard-of", {})
    assert editor.reply(number)["error"]["code"] == -32601
    assert editor.leave() == (0, "")
    assert Editor(folder, {}).hang_up() == 0


def test_without_the_extra_one_line_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['pygls'] = None; sys.modules['lsprotocol'] = None\n"
        "from losslint.cli import main; main(['server'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install 'losslint[lsp]'" in done.stderr
