"""Hover, completion and actions, asked for as an editor asks."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from losslint.server.position_map import PositionMap
from tests.server.client import FULL, Editor, Json

HEAD = "model:\n  task: classification\n  architecture:\n    head:\n      name: fc\n  losses:\n"
COMPILE = '"optimizer": {}, "loss_weights": null, "weighted_metrics": null, "run_eagerly": false'


def opened(editor: Editor, name: str, text: str) -> tuple[int, int, str]:
    """Open a text with a bar where the cursor is; the cursor and the text without the bar."""
    before, _, after = text.partition("|")
    language = "json" if name.endswith("json") else "yaml"
    editor.open(name, before + after, language)
    line, character = PositionMap(before, "utf-16").line_and_character(len(before))
    return line, character, before + after


def completed(editor: Editor, name: str, text: str) -> dict[str, str]:
    """What is proposed at the bar: each label with the whole text that it would make."""
    line, character, plain = opened(editor, name, text)
    answer = editor.at("textDocument/completion", name, line, character)
    items = sorted(answer["items"], key=lambda i: i["sortText"]) if answer else []
    return {item["label"]: applied(plain, [unsnipped(item)]) for item in items}


def unsnipped(item: Json) -> Json:
    edit: Json = dict(item["textEdit"])
    if item.get("insertTextFormat") == 2:
        head, _, value = edit["newText"].partition("${1:")
        edit["newText"] = head + value[:-1]
    return edit


def applied(text: str, edits: list[Json]) -> str:
    """A text after an editor's edits."""
    positions = PositionMap(text, "utf-16")
    spans = [
        (
            positions.offset(**e["range"]["start"]),
            positions.offset(**e["range"]["end"]),
            e["newText"],
        )
        for e in edits
    ]
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def test_hover_on_a_loss_and_a_parameter(editor: Editor) -> None:
    text = HEAD + "    - criterion: focal_lo|ss\n      gamma: 2.0\n      weight: ~\n"
    line, character, _ = opened(editor, "hover.yaml", text)
    shown = editor.at("textDocument/hover", "hover.yaml", line, character)
    assert shown["range"]["start"] == {"line": 6, "character": 17}
    page = shown["contents"]["value"]
    for words in (
        "Sigmoid focal loss",
        "predictions: logits",
        "targets: one-hot",
        "`gamma`: a number",
    ):
        assert words in page
    for column in (8, 14):
        page = editor.at("textDocument/hover", "hover.yaml", 7, column)["contents"]["value"]
        assert "**gamma** of `focal_loss`" in page
        assert "; required" in page
    assert editor.at("textDocument/hover", "hover.yaml", 1, 4) is None


def test_hover_in_the_platforms_json(editor: Editor) -> None:
    text = '{"LOSS": {"NAME": "huber", "DEL|TA": 2.0}}'
    line, character, _ = opened(editor, "hover.json", text)
    page = editor.at("textDocument/hover", "hover.json", line, character)["contents"]["value"]
    assert "**DELTA** of `huber`" in page
    assert "a number above 0; default 1.0" in page


NAMES = "    - criterion: |\n      weight: ~\n"


def test_the_losses_that_fit_the_head_come_first(editor: Editor) -> None:
    found = completed(editor, "names.yaml", HEAD + NAMES)
    assert list(found)[:2] == ["cross_entropy", "focal_loss"]
    assert len(found) > 8
    assert found["focal_loss"] == HEAD + NAMES.replace("|", "focal_loss")


@pytest.mark.parametrize(
    ("name", "text", "label", "after"),
    [
        ("a.yaml", HEAD + "    - criterion: 'foc|'\n", "focal_loss",
         HEAD + "    - criterion: 'focal_loss'\n"),
        ("b.yaml", HEAD + "    - criterion: focal_loss\n      ga|\n      weight: 1\n", "gamma",
         HEAD + "    - criterion: focal_loss\n      gamma: 2.0\n      weight: 1\n"),
        ("c.yaml", HEAD + "    - criterion: focal_loss\n      |gama: 3\n", "gamma",
         HEAD + "    - criterion: focal_loss\n      gamma: 3\n"),
        ("d.yaml", HEAD + "    - {criterion: cross_entropy, la|}\n", "label_smoothing",
         HEAD + "    - {criterion: cross_entropy, label_smoothing: 0.0}\n"),
        ("e.yaml", HEAD + "    - |\n", "criterion", HEAD + "    - criterion: \n"),
        ("f.yaml", HEAD + "    - criterion: detr_loss\n      losses: [vfl, |]\n", "boxes",
         HEAD + "    - criterion: detr_loss\n      losses: [vfl, boxes]\n"),
        ("g.json", '{"LOSS": {"NAME": "hub|"}}', "huber", '{"LOSS": {"NAME": "huber"}}'),
        ("h.json", '{"LOSS": {"NAME": |}}', "SSD_LOSS", '{"LOSS": {"NAME": "SSD_LOSS"}}'),
        ("i.json", '{"LOSS": {"NAME": "huber", |}}', "DELTA",
         '{"LOSS": {"NAME": "huber", "DELTA": 1.0}}'),
        ("j.json", '{"LOSS": {"NAME": "huber", "D|"}}', "DELTA",
         '{"LOSS": {"NAME": "huber", "DELTA"}}'),
        ("k.json", '{"LOSS": {"NAME": "huber", "REDUCTION": "s|"}}', "sum",
         '{"LOSS": {"NAME": "huber", "REDUCTION": "sum"}}'),
        ("l.json", '{"LOSS": {"NAME": "poisson", "REDUCTION": |}}', "null",
         '{"LOSS": {"NAME": "poisson", "REDUCTION": null}}'),
        ("m.json", f'{{"loss": "cat|", {COMPILE}}}', "categorical_hinge",
         f'{{"loss": "categorical_hinge", {COMPILE}}}'),
        ("n.json", '{"module": "keras.losses", "class_name": "|", "config": {}}', "Huber",
         '{"module": "keras.losses", "class_name": "Huber", "config": {}}'),
        ("o.json",
         '{"module": "keras.losses", "class_name": "BinaryCrossentropy", '
         '"config": {"from_logits": |}}', "true",
         '{"module": "keras.losses", "class_name": "BinaryCrossentropy", '
         '"config": {"from_logits": true}}'),
    ],
)  # fmt: skip
def test_completion(editor: Editor, name: str, text: str, label: str, after: str) -> None:
    assert completed(editor, name, text)[label] == after


def test_no_completion_where_no_loss_is(editor: Editor) -> None:
    assert completed(editor, "p.yaml", HEAD + "    - criterion: cross_entropy # foc|\n") == {}
    assert completed(editor, "q.yaml", "model:\n  ta|\n" + HEAD[7:]) == {}


def test_a_new_parameter_is_a_snippet_only_where_there_are_some(editor: Editor) -> None:
    text = HEAD + "    - criterion: focal_loss\n      ga|\n"
    line, character, _ = opened(editor, "snippet.yaml", text)
    items = editor.at("textDocument/completion", "snippet.yaml", line, character)["items"]
    (gamma,) = [item for item in items if item["label"] == "gamma"]
    assert (gamma["insertTextFormat"], gamma["textEdit"]["newText"]) == (2, "gamma: ${1:2.0}")


BROKEN = HEAD + "    - criterion: cross_entropy\n      weight: '0.5'\n      label_smothing: 0.1\n"


def test_quick_fixes_name_their_findings(editor: Editor) -> None:
    found = editor.open("fix.yaml", BROKEN)
    assert [d["code"] for d in found] == ["LL211", "LL110"]
    (safe, ignore) = editor.actions("fix.yaml", 7, 15, ["quickfix"])
    assert (safe["kind"], safe["isPreferred"]) == ("quickfix", True)
    assert safe["diagnostics"] == [found[0]]
    (change,) = safe["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": editor.uri("fix.yaml"), "version": 1}
    assert applied(BROKEN, change["edits"]) == BROKEN.replace("'0.5'", "0.5")
    assert ignore["title"] == "LL211: ignore it on this line"
    silenced = applied(BROKEN, ignore["edit"]["documentChanges"][0]["edits"])
    assert "weight: '0.5'  # losslint: ignore[LL211]\n" in silenced
    editor.type("fix.yaml", silenced, 2)
    assert [d["code"] for d in editor.pushed("fix.yaml", 2)] == ["LL110"]
    (unsafe, _) = editor.actions("fix.yaml", 8, 8, ["quickfix"])
    assert "isPreferred" not in unsafe
    assert unsafe["title"].endswith("(unsafe)")


def test_fix_all_applies_the_safe_ones(editor: Editor) -> None:
    text = (
        BROKEN.replace("\n", "\r\n")
        + "    - criterion: focal_loss\r\n      alpha: 1\r\n      gamma: 2.0\r\n"
    )
    editor.open("all.yaml", text)
    (action,) = editor.actions("all.yaml", 0, 0, ["source.fixAll.losslint"])
    assert (action,) == tuple(editor.actions("all.yaml", 0, 0, ["source.fixAll"]))
    after = applied(text, action["edit"]["documentChanges"][0]["edits"])
    assert "weight: 0.5\r\n      label_smothing" in after
    assert after.count("weight") == 2
    assert after.count("\r\n") == after.count("\n")
    editor.type("all.yaml", after, 2)
    left = {d["code"] for d in editor.pushed("all.yaml", 2)}
    assert "LL211" not in left
    assert "LL210" not in left
    assert editor.actions("all.yaml", 0, 0, ["source.fixAll"]) == []


def test_fix_all_where_nothing_is_left(editor: Editor) -> None:
    text = HEAD + "    - criterion: cross_entropy\n      weight: '0.5'\n"
    editor.open("nothing-left.yaml", text)
    (action,) = editor.actions("nothing-left.yaml", 0, 0, ["source.fixAll.losslint"])
    after = applied(text, action["edit"]["documentChanges"][0]["edits"])
    assert after == text.replace("'0.5'", "0.5")


def test_an_entry_in_the_other_style(editor: Editor) -> None:
    text = HEAD + "    - criterion: cross_entropy\n      weight: ~\n      label_smoothing: 0.1\n"
    editor.open("entry.yaml", text)
    (action,) = editor.actions("entry.yaml", 6, 20, ["refactor"])
    create, edit = action["edit"]["documentChanges"]
    assert create["kind"] == "create"
    assert unquote(create["uri"]).endswith("/entry.keras.json")
    assert '"NAME": "categorical_crossentropy"' in edit["edits"][0]["newText"]
    editor.open("refused.yaml", HEAD + "    - criterion: yolox_loss\n      weight: ~\n")
    (refused,) = editor.actions("refused.yaml", 6, 20, ["refactor"])
    assert refused["disabled"]["reason"]


def test_an_editor_that_can_little_gets_what_it_can_take(tmp_path_factory: Any) -> None:
    editor = Editor(tmp_path_factory.mktemp("plain"), {"textDocument": FULL["general"]})
    try:
        editor.open("plain.yaml", BROKEN)
        offered = editor.actions("plain.yaml", 7, 15)
        assert all("disabled" not in action for action in offered)
        assert set(offered[0]["edit"]) == {"changes"}
        text = HEAD + "    - criterion: focal_loss\n      ga|\n"
        line, character, _ = opened(editor, "plain2.yaml", text)
        items = editor.at("textDocument/completion", "plain2.yaml", line, character)["items"]
        assert [i["textEdit"]["newText"] for i in items if i["label"] == "gamma"] == ["gamma: 2.0"]
    finally:
        editor.kill()
