"""A walk by files of other tools: what cannot be parsed and holds no losses is silent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from losslint.diagnostics import Diagnostic
from losslint.dialects import prefilter as hints
from losslint.dialects.text_marks import was_to_hold_losses
from losslint.files.discovery import FoundFile
from losslint.linter.outcome import FileOutcome
from losslint.linter.runner import Linter
from losslint.settings.model import Overrides
from losslint.syntax import json_tree, yaml_tree

Walk = Callable[[str, str | bytes], tuple[Diagnostic, ...]]


def check(path: Path, *, explicit: bool) -> FileOutcome:
    outcome = Linter(Overrides()).run(FoundFile(str(path), explicit))
    assert not outcome.problem
    return outcome


@pytest.fixture
def walk(tmp_path: Path) -> Walk:
    """What a walk says of a file of the name."""

    def run(name: str, content: str | bytes) -> tuple[Diagnostic, ...]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return check(path, explicit=False).diagnostics

    return run


WORDS = "model losses criterion architecture task detection COMPILATION LOSS NAME class_name config"
BROKEN = {
    "helm.yaml": "{{- if .on }}\ncommand:\n  - |\n    run --one \\\n      --two\n{{- end }}\n",
    "jinja.yaml": "{% if gpu %}\nmodel: {{ name }}\ntask: detection\narchitecture: 1\n{% end %}\n",
    "losses.yaml": "{% for l in all %}\nmodel:\n  losses:\n  - criterion: {{ l }}\n{% endfor %}\n",
    "settings.json": '{\n  // JSONC\n  "pattern": "[^\\u0000-\\u0020]+",\n}\n',
    "escaped.json": '{"a": "\\x6dodel", "b": "\\u0041",}\n',
    "lines.json": '{"model": "a", "task": "detection"}\n{"model": "b", "criterion": "x"}\n',
    "words.yaml": f"a: [{WORDS.replace(' ', ': 1, ')}: 2\nb: }}\n",
    "words.json": json.dumps(dict.fromkeys(WORDS.split(), 1))[:-1] + ",, }",
    "keras.yaml": "loss: mse\noptimizer: [adam\nweighted_metrics: ]]\n",
    "twice.yaml": "a: &a [*a]\nloss: 1\noptimizer: 2\n",
    "colon.yaml": "loss: a: b\noptimizer: x\n\tmodel: y\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_silence(name: str, walk: Walk) -> None:
    assert walk(name, BROKEN[name]) == ()


def test_what_is_no_text_is_silent_unless_losses_were_to_stand_there(walk: Walk) -> None:
    assert (
        walk("a.yaml", "model: {task: détection, architecture: x, criterion: y}".encode("latin-1"))
        == ()
    )
    text = "model:\n  # équilibré\n  losses:\n    - criterion: cross_entropy\n"
    (found,) = walk("b.yaml", text.encode("latin-1"))
    assert (found.code, found.severity) == ("LL000", "error")


MEANT = {
    "a.yaml": "model:\n  losses:\n  - criterion: cross_entropy\n   weight: ~\n",
    "b.yaml": "model: [\n  task: x\n  losses:\n    - criterion: cross_entropy\n",
    "c.yaml": "a: }\nmodel:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n",
    "d.json": '{"a": 1 "model": {"losses": [{"criterion": "focal_loss", "weight": null}]}}',
    "e.json": '{"MODEL": {"COMPILATION": {"LOSS": {"NAME": "mae",}}}}',
    "f.json": '{"optimizer": "adam", "loss": "mse", "metrics": ["mae"],}',
    "g.yaml": "x: }\na: {'module': 'keras.losses', 'class_name': 'Huber', 'config': {}}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", MEANT)
def test_an_error_where_losses_were_to_stand(name: str, walk: Walk) -> None:
    assert "error" in {d.severity for d in walk(name, MEANT[name])}


@pytest.mark.parametrize("name", ["helm.yaml", "settings.json", "words.yaml", "lines.json"])
def test_what_was_named_is_told_all_the_same(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(BROKEN[name])
    assert "LL001" in {d.code for d in check(path, explicit=True).diagnostics}


JSONC = '{\n  // model, losses, criterion\n  "model": {"a": ["b",],},\n  "criterion": 1\n}\n'


@pytest.mark.parametrize(
    ("name", "text"),
    [*((name, BROKEN[name]) for name in ("losses.yaml", "lines.json")), ("settings.json", JSONC)],
)
def test_what_others_read_is_no_error_though_it_was_named(
    name: str, text: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text)
    found = check(path, explicit=True).diagnostics
    assert {(d.code, d.severity, d.fix) for d in found} == {("LL001", "info", None)}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("model:\n  losses:\n  - criterion: a\n", True),
        ("model:\n  losses:\n    # no\n    -   criterion: a\n", True),
        ('{"model": {"losses": [{"criterion": "a"}]}}', True),
        ("model:\n  name: x\nlosses:\n  - criterion: a\n", False),
        ("losses:\n  - criterion: a\nmodel: x\n", False),
        ("criterion: a\nmodel:\n  losses: []\n", False),
        ("say: the model has losses, by criterion: one\n", False),
        ("COMPILATION:\n  LOSS: {NAME: a}\n", True),
        ("COMPILATION: 1\nLOSS: 2\n", False),
        ("{{ x }}\nmodel:\n  losses:\n  - criterion: a\n", False),
    ],
)
def test_keys_stand_one_inside_the_other(text: str, meant: bool) -> None:
    assert was_to_hold_losses(text) is meant


def test_a_file_over_a_budget_is_no_finding(
    walk: Walk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_tree, "MAX_NODES", 50)
    monkeypatch.setattr(json_tree, "MAX_NODES", 50)
    many = {f"k{i}": i for i in range(100)}
    data = {**many, "loss": 1, "optimizer": 2, "model": {"losses": [{"criterion": "a"}]}}
    for name in ("a.json", "a.yaml"):
        assert walk(name, json.dumps(data)) == ()
        assert check(tmp_path / name, explicit=True).diagnostics != ()
        sited = {"model": {"losses": [{"criterion": "cross_entropy", "weight": None}]}, **many}
        assert [d.code for d in walk(name, json.dumps(sited))] == ["LL001"]


def test_a_continuation_lets_nothing_be_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The escapes are taken out once for a file, however many documents it has."""
    taken: list[int] = []
    own = hints._holds_words
    monkeypatch.setattr(hints, "_holds_words", lambda text: taken.append(len(text)) or own(text))
    document = b"---\nkind: A\nscript: |\n  run \\\n    --a\n"
    assert not hints.may_hold_losses(document * 3)
    few = len(taken)
    assert not hints.may_hold_losses(document * 6000)
    assert len(taken) == 2 * few
