"""What the fuzzer once found, and what it starts from, holds on every run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losslint.files.source import Source, decode

from .__main__ import seeds
from .target import _check, command_line, convert, mend, one_input, reports

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())
SEEDS = seeds()
_WORDS = (
    "--format --format= sarif= --select LL1, --target keras= -- - --fix --changed -vq -f --to keras"
    " --dtype float32, --jobs 1 a.yaml"
)
WORDS = st.sampled_from(_WORDS.split())


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_stored_input(path: Path) -> None:
    data = path.read_bytes()
    one_input(data)
    source = decode("model.yaml" if data[0] == 0 else "config.json", data[1:])
    assert isinstance(source, Source)
    mend(source)
    convert(source)
    reports(source, _check(source).diagnostics)


@given(st.lists(st.one_of(WORDS, st.text(max_size=6)), min_size=1, max_size=5))
def test_any_command_line(words: list[str]) -> None:
    command_line("\0".join(words).encode("utf-8", "surrogatepass"))


@given(st.data())
@settings(max_examples=15)
def test_a_config_that_was_cut_and_joined(data: st.DataObject) -> None:
    """What the fuzzer does by the hundred thousand, a few times on every run."""
    whole = data.draw(st.sampled_from(SEEDS))
    first, last = sorted(data.draw(st.tuples(*[st.integers(1, len(whole))] * 2)))
    text = whole[:first] + data.draw(st.binary(max_size=4)) + whole[last:]
    one_input(text)
    source = decode("model.yaml" if text[0] == 0 else "config.json", text[1:])
    if isinstance(source, Source) and len(source.text) < 2000:
        convert(source)
        reports(source, _check(source).diagnostics)
