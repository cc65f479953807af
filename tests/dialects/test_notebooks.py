"""Notebooks: their cells as one program, and fixes that change nothing but strings of cells."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.diagnostics import Edit
from losslint.files.discovery import FoundFile
from losslint.files.source import LineIndex, Source, decode
from losslint.linter.outcome import FileOutcome
from losslint.linter.runner import Linter
from losslint.report import render
from losslint.report.model import ReportOptions
from losslint.settings.model import Overrides
from losslint.syntax.edits import apply_edits, edited
from losslint.syntax.notebook import as_program
from tests.command import losslint

MODEL = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\n"
CALL = 'model.compile(loss="huber_loss", optimizer="adam")'


def code(source: object, number: int = 1) -> dict[str, object]:
    return {
        "cell_type": "code", "execution_count": number, "metadata": {},
        "outputs": [{"text": ["loss: nan\n"]}], "source": source,
    }  # fmt: skip


def notebook(*cells: object, **layout: object) -> str:
    """A notebook as text; `layout` goes to json.dumps."""
    text = {"cell_type": "markdown", "source": ["# model.compile(loss='huber_loss')"]}
    whole = {"cells": [text, *cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, **{"indent": 1, **layout}) + "\n"  # type: ignore[arg-type]


def check(folder: Path, text: str) -> FileOutcome:
    path = folder / "train.ipynb"
    path.write_bytes(text.encode("utf-8"))
    return Linter(Overrides()).run(FoundFile("train.ipynb", explicit=True))


def shown(outcome: FileOutcome) -> list[str]:
    """Place and code of each finding, as people read them."""
    text = "".join(render("concise", [outcome], ReportOptions({})))
    return [line.partition(" [*]")[0].partition(" Keras")[0] for line in text.splitlines()]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# Programs in cells, and where the findings stand: the cell, counted over all, row and column.
READ: dict[str, tuple[list[object], list[str]]] = {
    "one after the other": ([MODEL, f"x = 1\n{CALL}"], ["train.ipynb:cell 3:2:20: LL101"]),
    "as a list of lines": (
        [MODEL.splitlines(keepends=True), [CALL]],
        ["train.ipynb:cell 3:1:20: LL101"],
    ),
    "with magics": (
        [
            "%matplotlib inline\n!pip install keras\n" + MODEL,
            "files = !ls *\nmodel?\nif x:\n    %time y\n" + CALL,
        ],
        ["train.ipynb:cell 3:5:20: LL101"],
    ),
    "a cell of another language": (
        [MODEL, f"%%bash\n{CALL}", f"%%capture\n{CALL}"],
        ["train.ipynb:cell 4:2:20: LL101"],
    ),
    "a cell that is no Python": (
        [MODEL, "model.compile(loss=, ...", CALL],
        ["train.ipynb:cell 4:1:20: LL101"],
    ),
    "characters of every kind": (
        [MODEL, f"é = '大😀\\t'; {CALL}"],
        ["train.ipynb:cell 3:1:32: LL101"],
    ),
    "await": ([MODEL, f"await x\n{CALL}"], ["train.ipynb:cell 3:2:20: LL101"]),
    "raw cells": ([MODEL, "x = 1\r\n" + CALL], ["train.ipynb:cell 3:2:20: LL101"]),
}


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("name", READ)
def test_cells_are_one_program(name: str, ascii_only: bool, folder: Path) -> None:
    sources, expected = READ[name]
    text = notebook(*map(code, sources), ensure_ascii=ascii_only)
    assert shown(check(folder, text)) == expected


def test_a_notebook_of_another_language_holds_no_program(folder: Path) -> None:
    text = notebook(code(MODEL), code(CALL)).replace(
        '"metadata": {},\n "nbformat"',
        '"metadata": {"kernelspec": {"language": "R"}},\n "nbformat"',
    )
    assert '"R"' in text
    assert shown(check(folder, text)) == []


BYTES: dict[str, dict[str, object]] = {
    "indented by one": {"indent": 1},
    "indented by tabs": {"indent": "\t"},
    "on one line": {"indent": None},
    "with escapes": {"ensure_ascii": True},
    "without": {"ensure_ascii": False},
    "dense": {"indent": None, "separators": (",", ":")},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BYTES)
@pytest.mark.parametrize("as_lines", [True, False])
def test_a_fix_changes_a_string_and_no_other_byte(name: str, as_lines: bool, folder: Path) -> None:
    source = f"# Größe 😀 \\u00e4 \"quoted\"\n{CALL}  # ä\nprint('\\n')\n"
    cell = source.splitlines(keepends=True) if as_lines else source
    text = notebook(code(MODEL), code(cell), **BYTES[name]).replace("\n", "\r\n")
    path = folder / "train.ipynb"
    path.write_bytes(text.encode())
    done = losslint("check", "--no-cache", "--fix", "--unsafe-fixes", "train.ipynb", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert text.count('\\"huber_loss\\"') == 1
    assert path.read_bytes() == text.replace('\\"huber_loss\\"', '\\"huber\\"').encode()


def test_a_line_that_goes_takes_no_other_string_with_it(folder: Path) -> None:
    lines = ["model.compile(\n", "  optimizer='adam',\n", "  loss=keras.losses.Huber(\n"]
    lines += ["    fn=None,\n", "    delta=1.0,\n", "  ),\n", ")"]
    text = notebook(code(MODEL), code(lines))
    path = folder / "train.ipynb"
    path.write_text(text)
    losslint("check", "--no-cache", "--fix", "--unsafe-fixes", "train.ipynb", cwd=folder)
    after, before = json.loads(path.read_text()), json.loads(text)
    assert len(after["cells"][2]["source"]) == len(lines)
    assert "".join(after["cells"][2]["source"]) == "".join(lines).replace("    fn=None,\n", "")
    after["cells"][2] = before["cells"][2]
    assert after == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"cells": 3}',
        '{"cells": [3, null, {"cell_type": ["code"]}]}',
        '{"cells": [{"cell_type": "code", "source": [1, {"a": 2}]}]}',
        '{"cells": [{"cell_type": "code"',
        '{"cells": [{"cell_type": "code", "outputs": ' + "[" * 50_000,
    ],
    ids=range(8),
)
def test_what_is_no_notebook_is_passed_over(text: str, folder: Path) -> None:
    outcome = check(folder, text)
    assert (outcome.problem, outcome.diagnostics) == ("", ())


def test_each_offset_leads_back_to_its_character() -> None:
    source = "x = 'ä😀\t\"\\\\'\n" + CALL + "\n"
    text = notebook(code(MODEL), code(source.splitlines(keepends=True)))
    found = decode("a.ipynb", text.encode())
    assert isinstance(found, Source)
    program = as_program(found)
    assert program.inside is not None
    assert program.text == MODEL + "\n" + source + "\n"
    assert program.inside.file == text
    at = program.text.index("huber")
    row, column = program.inside.place(at)
    assert text.splitlines()[row - 1][column - 1 :].startswith("huber_loss")


CONTENT = st.text(st.sampled_from("ab\"\\\t/é大😀\x7f\u2028\x85'{}"), max_size=6)
CELLS = st.lists(st.lists(CONTENT, min_size=1, max_size=4), min_size=1, max_size=4)


@given(
    CELLS, st.booleans(), st.booleans(), st.sampled_from(sorted(BYTES)),
    st.lists(st.tuples(CONTENT, st.booleans()), min_size=1, max_size=3), st.data(),
)  # fmt: skip
def test_changes_stay_in_their_strings(
    cells: list[list[str]], as_lines: bool, has_end: bool, layout: str,
    changes: list[tuple[str, bool]], data: st.DataObject,
) -> None:  # fmt: skip
    """After each change, the notebook is what it would be if it were read anew."""
    texts = ["".join(f"# {line}\n" for line in cell) for cell in cells]
    texts = [text if has_end else text[:-1] for text in texts]
    sources = [re.findall(r"[^\n]*\n|[^\n]+", text) if as_lines else text for text in texts]
    file = notebook(*map(code, sources), code("%ls\n!ls"), **BYTES[layout])
    read = as_program(Source("a.ipynb", file, file.encode()))
    for new, breaks in changes:
        rows = [match.span(1) for match in re.finditer(r"(?m)^# ([^\n]*)$", read.text)]
        start = data.draw(st.integers(*data.draw(st.sampled_from(rows))))
        ends = [high for low, high in rows if low <= start <= high]
        end = data.draw(st.integers(start, ends[-1]))
        edit = Edit(start, end, new + "\n# " * breaks)
        read = edited(read, [edit])
        assert read.inside is not None
        again = as_program(Source("a.ipynb", read.inside.file, b""))
        assert again.inside is not None
        assert (again.text, again.inside.shown) == (read.text, read.inside.shown)
        assert again.inside.cells() == read.inside.cells()
        for at in range(len(read.text)):
            assert again.inside.cell(at) == read.inside.cell(at)
            assert again.inside.place(at) == read.inside.place(at)
    before, after = json.loads(file), json.loads(read.inside.file if read.inside else "")
    for old, now in zip(before["cells"], after["cells"], strict=True):
        now["source"] = old["source"]
    assert after == before
    assert file.count("\n") == (read.inside.file if read.inside else "").count("\n")


MAGIC = [
    "!pip install keras\n" + MODEL,
    "%time x\nmodel.compile(loss='huber_loss')\n!nvidia-smi",
    "%%bash\nls",
    "%load y\nmodel.compile(loss='nonsense')\n!ls",
]


def test_what_is_shown_is_what_stands_there(folder: Path) -> None:
    (folder / "train.ipynb").write_text(notebook(*map(code, MAGIC)))
    done = losslint("check", "--no-cache", "train.ipynb", cwd=folder).stdout.decode()
    assert "1 | %time x\n2 | model.compile(loss='huber_loss')" in done
    assert "3 | !nvidia-smi\n" in done
    assert "  - model.compile(loss='huber_loss')\n2 + model.compile(loss='huber')" in done
    done = losslint("check", "--no-cache", "--diff", "train.ipynb", cwd=folder).stdout.decode()
    assert done == (
        "--- train.ipynb:cell 3\n+++ train.ipynb:cell 3\n@@ -1,3 +1,3 @@\n %time x\n"
        "-model.compile(loss='huber_loss')\n+model.compile(loss='huber')\n !nvidia-smi\n"
    )


def test_what_is_left_stands_where_it_stands_after_the_fix(folder: Path) -> None:
    (folder / "train.ipynb").write_text(notebook(*map(code, MAGIC)))
    done = losslint("check", "--no-cache", "--fix", "train.ipynb", cwd=folder).stdout.decode()
    assert " --> train.ipynb:cell 5:2:20\n" in done
    assert "1 | %load y\n 2 | model.compile(loss='nonsense')" in done


FIXES = {
    "a name": "# Größe 😀 \"x\"\nmodel.compile(loss='huber_loss')  # ä\nprint('\\n')\n!ls",
    "a line that goes": "model.compile(loss=keras.losses.Huber(\n fn=None,\n    delta=1.0,\n  )\n)",
    "a name on the last line": "!ls\n'\\t'; model.compile(loss='huber_loss')",
    "quotes": 'model.compile(loss="huber_loss")',
}


@pytest.mark.parametrize("as_lines", [True, False])
@pytest.mark.parametrize("layout", BYTES)
@pytest.mark.parametrize("name", FIXES)
def test_edits_of_reports_are_those_of_the_fix(
    name: str, layout: str, as_lines: bool, folder: Path
) -> None:
    cell = FIXES[name].splitlines(keepends=True) if as_lines else FIXES[name]
    text = notebook(code("%ls\n" + MODEL), code(cell), **BYTES[layout])
    outcome = check(folder, text)
    (found,) = outcome.diagnostics
    assert outcome.source is not None
    assert found.fix is not None
    after = edited(outcome.source, found.fix.edits).encode().decode()
    assert after != text
    # SARIF speaks of the file itself.
    (result,) = json.loads("".join(render("sarif", [outcome], ReportOptions({}))))["runs"][0][
        "results"
    ]
    index, edits = LineIndex(text), []
    for each in result["fixes"][0]["artifactChanges"][0]["replacements"]:
        region, new = each["deletedRegion"], each.get("insertedContent", {"text": ""})["text"]
        start = index.offset(region["startLine"], region["startColumn"])
        edits.append(Edit(start, index.offset(region["endLine"], region["endColumn"]), new))
    assert apply_edits(text, edits) == after
    # JSON speaks of a cell.
    (item,) = json.loads("".join(render("json", [outcome], ReportOptions({}))))
    sources = ["".join(each["source"]) for each in json.loads(text)["cells"]]
    for each in item["fix"]["edits"]:
        lines = LineIndex(sources[each["cell"] - 1])
        span = (lines.offset(**each[key]) for key in ("location", "end_location"))
        sources[each["cell"] - 1] = apply_edits(lines.text, [Edit(*span, each["content"])])
    assert sources == ["".join(each["source"]) for each in json.loads(after)["cells"]]


def test_a_notebook_may_be_large_by_what_it_drew(folder: Path) -> None:
    drawn = {"output_type": "display_data", "data": {"image/png": "A" * (17 << 20)}}
    text = json.dumps({"cells": [code(MODEL), {**code(CALL), "outputs": [drawn]}]})
    assert shown(check(folder, text)) == ["train.ipynb:cell 2:1:20: LL101"]
    outcome = check(folder, text.replace("A" * 100, "A" * 200))
    (told,) = [each.message for each in outcome.diagnostics]
    assert told == "larger than 32 MiB, which is too large for a notebook"
