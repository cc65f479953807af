"""The command: seeds from the fixtures and the corpus, then libFuzzer."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
FIXTURES = HERE.parent.parent / "fixtures"
_READERS = {".yaml": b"\0", ".json": b"\1"}


def write_seeds(folder: Path) -> int:
    """Every fixture and stored input as a file of the folder; how many there are."""
    found = [path for path in sorted(FIXTURES.rglob("*")) if path.suffix in _READERS]
    small = [path for path in found if path.stat().st_size < 20_000]
    for number, path in enumerate(small):
        (folder / f"fixture-{number}").write_bytes(_READERS[path.suffix] + path.read_bytes())
    stored = sorted((HERE / "corpus").iterdir())
    for path in stored:
        (folder / path.name).write_bytes(path.read_bytes())
    return len(small) + len(stored)


def main() -> None:
    import atheris

    with atheris.instrument_imports(include=["losslint"]):
        from tests.fuzz.target import one_input
    with tempfile.TemporaryDirectory() as folder:
        print(f"{write_seeds(Path(folder))} seeds", file=sys.stderr)
        options = ["-max_len=4096", "-timeout=20", "-rss_limit_mb=1500", *sys.argv[1:]]
        atheris.Setup([sys.argv[0], *options, folder], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
