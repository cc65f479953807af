"""The command: seeds from the fixtures and the corpus, then libFuzzer."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
FIXTURES = HERE.parent.parent / "fixtures"
_READERS = {".yaml": b"\0", ".json": b"\1"}
_COMMAND_LINE = b"\3"
_LINES = (
    "check --format full --format=sarif=a.sarif --select LL1,LL2 -- a.yaml",
    "check --target keras=3.15.1 --changed main --jobs 2 --fix a.yaml",
    "convert --to keras --style object -o b a.yaml",
    "dry-run --device cuda:0 --dtype float32,float16 --timeout 1.5 --no-amp",
    "schema keras",
)


def seeds() -> list[bytes]:
    """Every small fixture and stored input, and a few command lines."""
    found = [path for path in sorted(FIXTURES.rglob("*")) if path.suffix in _READERS]
    small = [path for path in found if path.stat().st_size < 20_000]
    files = [_READERS[path.suffix] + path.read_bytes() for path in small]
    lines = [_COMMAND_LINE + line.replace(" ", "\0").encode() for line in _LINES]
    return [*files, *(path.read_bytes() for path in sorted((HERE / "corpus").iterdir())), *lines]


def write_seeds(folder: Path) -> int:
    """A file of the folder for each; how many there are."""
    every = seeds()
    for number, data in enumerate(every):
        (folder / f"seed-{number}").write_bytes(data)
    return len(every)


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
