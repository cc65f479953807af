"""What is not parsed holds nothing: the words that a file is searched for are enough."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.dialects.prefilter import may_hold_losses
from losslint.files.source import Source, decode
from losslint.linter.apply_rules import Checked, find_sites, parse
from losslint.rules import load_rules

ROOT = Path(__file__).parent.parent
FILES = sorted(p for p in (ROOT / "fixtures").rglob("*") if p.suffix in (".yaml", ".yml", ".json"))

LOSS = {"module": "keras.losses", "class_name": "MeanSquaredError", "config": {"name": "x"}}
ENTRY = {"criterion": "cross_entropy", "weight": None}
PLATFORM = {"NAME": "mse", "FROM_LOGITS": True}
HEAD = {"architecture": {"head": {"name": "fc"}}}
ADAM = {"class_name": "Adam", "config": {}}
SITES: list[dict[str, Any]] = [
    {"model": {"losses": [ENTRY]}},
    {"model": {"losses": {"ce": ENTRY}}},
    {"model": {"task": "classification", **HEAD, "losses": []}},
    {"model": {"task": "segmentation", "architecture": {"full": {"name": "x"}}, "losses": None}},
    {"model": {"task": "pose_estimation", **HEAD, "name": "x"}},
    {"model": {"task": "detection", **HEAD, "losses": ["a", "b"]}},
    {"model": {"task": "detection", "lossses": [ENTRY]}},
    {"configuration": {"MODEL": {"COMPILATION": {"LOSS": PLATFORM}}}},
    {"MODEL": {"COMPILATION": {"LOSS": "mse"}}},
    {"COMPILATION": {"LOSS": {}}},
    {"LOSS": PLATFORM},
    {"LOSS": PLATFORM, "OPT": {"NAME": "adam"}},
    {**ADAM, "compile_config": {"loss": "mse"}},
    {"compile_config": {"loss": "mse", "optimizer": ADAM}},
    {"compile_config": {"loss": [LOSS]}},
    {"training_config": {"loss": ["mse", LOSS], "optimizer_config": ADAM}},
    {"training_config": {"loss": "mse"}, "model_config": ADAM},
    {"x": [{"loss": "mse", "loss_weights": None, "run_eagerly": False}]},
    {"loss": "mse", "optimizer_config": ADAM},
    {"optimizer": "Adam", "loss": "mse", "metrics": ["accuracy"]},
    {"loss": {"a": "categorical_crosentropy"}, "weighted_metrics": ["mae"]},
    {"a": {"loss": {"class_name": "Huber", "config": {}}}},
    {"here": [LOSS]},
    {"class_name": "Hinge", "config": {"name": "hinge", "reduction": "sum"}},
    {"class_name": "Anything", "module": "keras.losses"},
    {"class_name": "Anything", "module": "keras.src.losses.losses"},
]


def source_of(text: str, name: str = "a.yaml") -> Source:
    source = decode(name, text.encode("utf-8", "surrogatepass"))
    assert isinstance(source, Source)
    return source


def holds_site(source: Source) -> bool:
    return bool(find_sites(parse(source))[1])


@pytest.mark.parametrize("data", SITES, ids=str)
def test_every_kind_of_site_is_a_site(data: dict[str, Any]) -> None:
    text = json.dumps(data)
    assert holds_site(source_of(text))
    assert may_hold_losses(text.encode())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_fixtures(path: Path) -> None:
    raw = path.read_bytes()
    source = decode(str(path), raw)
    assert isinstance(source, Source)
    assert may_hold_losses(raw) or not holds_site(source)


_EXAMPLE = re.compile(r"```(yaml|json)[^\n]*\n(.*?)```", re.DOTALL)


def examples() -> Iterator[tuple[str, str, str]]:
    for registered in load_rules():
        for language, text in _EXAMPLE.findall(registered.page):
            yield registered.rule.name, language, text


def test_examples_of_rules(check_text: Callable[..., Checked]) -> None:
    """What a rule finds in its own examples, it must find in a folder, too."""
    for name, language, text in examples():
        checked = check_text(text, f"model.{language}")
        if checked.sites or any(d.code != "LL001" for d in checked.diagnostics):
            assert may_hold_losses(text.encode()), name


def _join(draw: st.DrawFn, text: str) -> str:
    """A string in one of the spellings that YAML has for it."""
    at = draw(st.integers(0, len(text) - 1)) if text else 0
    rest = text[at + 1 :]
    spellings = [json.dumps(text)]
    if text:
        code = ord(text[at])
        spellings += [
            f'"{text[:at]}\\u{code:04x}{rest}"',
            f'"{text[:at]}\\U{code:08x}{rest}"',
            f'"{text[:at]}\\x{code:02x}{rest}"',
            f'"{text[:at]}\\\n  {text[at:]}"',
            f'"{text[:at]}\\\r\n  {text[at:]}"',
            f'"{text[:at]}\\\u2028  {text[at:]}"',
            f"'{text}'",
        ]
    return draw(st.sampled_from(spellings))


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A site in flow style, some of its keys gone and some of its strings spelt another way."""

    def spelt(value: Any) -> str:
        if isinstance(value, dict):
            kept = [item for item in value.items() if draw(st.integers(0, 9)) > 0]
            return "{" + ", ".join(f"? {spelt(k)}\n : {spelt(v)}" for k, v in kept) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(spelt(item) for item in value) + "]"
        return _join(draw, value) if isinstance(value, str) else json.dumps(value)

    return spelt(draw(st.sampled_from(SITES))) + "\n"


@given(documents(), st.sampled_from(["utf-8", "utf-16", "utf-16-le"]))
def test_sites_are_never_passed_over(text: str, encoding: str) -> None:
    source = source_of(text)
    if holds_site(source):
        assert may_hold_losses(source.raw)
        from losslint.dialects.prefilter import file_may_hold_losses
        from losslint.files.reading import Content

        mark = "\ufeff" if encoding.endswith("le") else ""
        assert file_may_hold_losses(Content("a.yaml", (mark + text).encode(encoding)))


def test_other_files_are_passed_over() -> None:
    for text in (
        "loss: 3\n", "task: x\n", "losses: [1]\n", "a: C:\\temp\n", "services: {}\n",
        "model: a\ntask: detection\n", "a: |\n  run \\\n    --b\n", 'a: "\\u006do\\x64el"\n',
    ):  # fmt: skip
        assert not may_hold_losses(text.encode()), text
