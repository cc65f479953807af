"""What the fuzzer once found, and what it starts from, holds on every run."""

from __future__ import annotations

from pathlib import Path

import pytest

from losslint.files.source import Source, decode

from .target import mend, one_input

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_stored_input(path: Path) -> None:
    data = path.read_bytes()
    one_input(data)
    source = decode("model.yaml" if data[0] == 0 else "config.json", data[1:])
    assert isinstance(source, Source)
    mend(source)
