"""`losslint convert` as it is typed: exit codes, streams, files."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from losslint.cli import build

CONFIG = '{"LOSS": {"NAME": "categorical_crossentropy", "FROM_LOGITS": true}}'
HUBER = '{"LOSS": {"NAME": "huber_loss"}}'
KL = '{"LOSS": {"NAME": "kl_divergence"}}'
MODEL = "model:\n  task: classification\n  losses:\n  - criterion: focal_loss # f\n    weight: ~\n"
BLOCK = (
    "model:\n  losses:\n    - criterion: cross_entropy\n      label_smoothing: 0.0\n"
    "      weight: ~\n"
)


def call(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(build(["convert"]), ["convert", *words], input=stdin)


def state(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file below a folder: its hash and when it was written."""
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.json").write_text(CONFIG)
    (tmp_path / "huber.json").write_text(HUBER)
    (tmp_path / "kl.json").write_text(KL)
    (tmp_path / "model.yaml").write_text(MODEL)
    return tmp_path


def test_the_result_goes_to_standard_output(folder: Path) -> None:
    result = call("config.json", "--to", "netspresso")
    assert result.exit_code == 0
    assert result.stdout == BLOCK
    assert "categorical_crossentropy {from_logits: true} → cross_entropy" in result.stderr
    assert "1 converted" in result.stderr
    assert call("-", "--to", "netspresso", stdin=CONFIG).stdout == BLOCK


def test_json_has_the_shape_that_scripts_rely_on(folder: Path) -> None:
    result = call("config.json", "huber.json", "kl.json", "--to", "netspresso", "--format", "json")
    assert result.exit_code == 1
    done, refused, asked = json.loads(result.stdout)
    assert done["from"] == {
        "dialect": "keras",
        "name": "categorical_crossentropy",
        "params": {"from_logits": True},
    }
    assert done["to"]["name"] == "cross_entropy"
    assert done["equivalence"] == "exact"
    assert done["max_rel_err"] == {"value": None, "gradient": None}
    assert isinstance(done["conditions"][0], str)
    assert refused["to"] is None
    assert refused["equivalence"] == "none"
    assert refused["nearest"]["name"] == "focal_loss"
    assert asked["outcome"] == "consent"


@pytest.mark.parametrize("name", ["huber.json", "kl.json"])
@pytest.mark.parametrize(
    "where", [["-o", "out.yaml"], ["--into", "model.yaml"], ["-o", "out/"], ["--in-place"], []]
)
def test_a_refusal_writes_nothing(folder: Path, name: str, where: list[str]) -> None:
    before = state(folder)
    result = call(name, "--to", "netspresso", *where)
    assert result.exit_code == 1
    assert state(folder) == before
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) <= 8


def test_a_refusal_reads_as_an_answer(folder: Path) -> None:
    told = call("huber.json", "--to", "netspresso").stderr
    assert "huber.json:1:10: huber: refused: Keras 3.15.1 has no loss `huber_loss` any more" in told
    assert "(LL101; `check --fix` fixes it); no criterion computes it; nearest is focal" in told
    assert "33 % of the gradient" in told
    told = call("kl.json", "--to", "netspresso").stderr
    assert "needs --lossy" in told
    assert call("kl.json", "--to", "netspresso", "--lossy").exit_code == 0


def test_into_writes_the_file(folder: Path) -> None:
    result = call("config.json", "--to", "netspresso", "--into", "model.yaml")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert (folder / "model.yaml").read_text() == MODEL.replace(
        "- criterion: focal_loss # f\n    weight: ~",
        "- criterion: cross_entropy\n    label_smoothing: 0.0\n    weight: ~",
    )


def test_into_and_an_output_leave_the_template_alone(folder: Path) -> None:
    before = state(folder)
    result = call("config.json", "--to", "netspresso", "--into", "model.yaml", "-o", "new.yaml")
    assert result.exit_code == 0
    text = (folder / "new.yaml").read_text()
    assert text.startswith("model:\n  task: classification\n")
    (folder / "new.yaml").unlink()
    assert state(folder) == before


def test_diff_shows_and_writes_nothing(folder: Path) -> None:
    before = state(folder)
    result = call("config.json", "--to", "netspresso", "--into", "model.yaml", "--diff")
    assert result.exit_code == 0
    assert "-  - criterion: focal_loss # f\n" in result.stdout
    assert "+  - criterion: cross_entropy\n" in result.stdout
    assert state(folder) == before
    result = call("config.json", "--to", "netspresso", "-o", "new.yaml", "--diff")
    assert "+    - criterion: cross_entropy\n" in result.stdout
    assert state(folder) == before


def test_a_folder_of_files(folder: Path) -> None:
    (folder / "in" / "deep").mkdir(parents=True)
    for name, text in (("a.json", CONFIG), ("deep/b.json", CONFIG), ("c.json", HUBER)):
        (folder / "in" / name).write_text(text)
    (folder / "in" / "notes.yaml").write_text("a: 1\n")
    result = call("in", "--to", "netspresso", "-o", "out")
    assert result.exit_code == 1
    assert "2 converted, 1 refused" in result.stderr
    written = sorted(str(p.relative_to(folder / "out")) for p in (folder / "out").rglob("*.yaml"))
    assert written == ["a.yaml", os.path.join("deep", "b.yaml")]
    assert (folder / "out" / "a.yaml").read_text() == BLOCK
    again = call("in", "--to", "netspresso", "-o", "out")
    assert again.exit_code == 1


def test_two_results_never_share_a_file(folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "a.json").write_text(CONFIG)
    (folder / "in" / "a.yaml").write_text(CONFIG)
    result = call("in", "--to", "netspresso", "-o", "out")
    assert result.exit_code == 1
    assert "take the place of that of" in result.stderr


def test_in_place_migrates(folder: Path) -> None:
    result = call("huber.json", "--to", "keras", "--in-place")
    assert result.exit_code == 0
    assert (folder / "huber.json").read_text() == '{"LOSS": {"NAME": "huber"}}'
    before = state(folder)
    result = call("config.json", "--to", "netspresso", "--in-place")
    assert result.exit_code == 2
    assert "a config holds one style" in result.stderr
    assert "0 converted, 1 refused" in result.stderr
    assert state(folder) == before
    result = call("config.json", "--to", "netspresso", "--in-place", "--format", "json")
    assert result.exit_code == 2
    (record,) = json.loads(result.stdout)
    assert (record["outcome"], record["to"]) == ("refused", None)


def test_the_bytes_of_a_migrated_text_stay(folder: Path) -> None:
    app = build(["convert"])
    text = '{"LOSS": {"NAME": "huber_loss"}, "METRICS": ["\N{SNOWMAN}"]}'
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le")):
        raw = mark + text.encode(encoding)
        result = CliRunner(charset="utf-8").invoke(
            app, ["convert", "-", "--to", "keras"], input=raw
        )
        assert result.stdout_bytes == mark + text.replace("huber_loss", "huber").encode(encoding)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["config.json", "--to", "netspresso", "-o", "x.json"], "x.json is the name of a JSON"),
        (["config.json", "--to", "netspresso", "-o", "x.keras"], "is the name of an archive"),
        (["block.yaml", "--to", "netspresso", "-o", "x.JSON"], "x.JSON is the name of a JSON"),
        (["config.json", "--to", "netspresso", "--into", "model.yaml", "-o", "x.json"], "a JSON"),
        (["config.json", "--to", "netspresso", "-o", "config.json"], "one of the files to conv"),
        (["config.json", "--to", "netspresso", "-o", "./link.json"], "one of the files to conv"),
        (["config.json", "--to", "netspresso", "-o", "x.json", "--diff"], "x.json is the name"),
        (["config.json", "--to", "netspresso", "--in-place"], "a config holds one style"),
    ],
)
def test_a_result_that_does_not_fit_its_place(folder: Path, words: list[str], said: str) -> None:
    (folder / "link.json").symlink_to("config.json")
    (folder / "block.yaml").write_text(BLOCK)
    before = state(folder)
    result = call(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.splitlines()[1:] == ["0 converted, 1 refused"]
    assert state(folder) == before


def test_a_result_in_a_folder_takes_no_place_of_an_input(folder: Path) -> None:
    (folder / "model.json").write_text(CONFIG)
    (folder / "model.yaml").write_text(BLOCK)
    result = call("model.json", "model.yaml", "--to", "netspresso", "-o", ".")
    assert result.exit_code == 2
    assert "written over ./model.yaml, which is one of the files to convert" in result.stderr
    assert "1 converted, 1 refused" in result.stderr
    assert (folder / "model.yaml").read_text() == BLOCK


def test_a_name_that_fits_is_written(folder: Path) -> None:
    assert call("config.json", "--to", "netspresso", "-o", "x.txt").exit_code == 0
    (folder / "block.yaml").write_text(BLOCK)
    assert call("block.yaml", "--to", "keras", "-o", "x.yaml").exit_code == 0
    # A file that is migrated may take its own place, as with --in-place.
    assert call("huber.json", "--to", "keras", "-o", "huber.json").exit_code == 0
    assert (folder / "huber.json").read_text() == '{"LOSS": {"NAME": "huber"}}'


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["config.json", "--to", "torch"], "torch"),
        (["config.json"], "--to"),
        (["missing.json", "--to", "keras"], "does not exist"),
        (["config.json", "--to", "netspresso", "--diff"], "--diff compares"),
        (["config.json", "--to", "netspresso", "--style", "object"], "--style"),
        (["model.yaml", "--to", "keras", "--annotate"], "--annotate"),
        (["config.json", "--to", "netspresso", "--into", "no.yaml"], "no such file"),
        (["config.json", "kl.json", "--to", "netspresso", "--into", "model.yaml"], "one file"),
        (["config.json", "kl.json", "--to", "netspresso", "-o", "model.yaml"], "is a file"),
        (["huber.json", "--to", "keras", "--in-place", "-o", "x"], "choose one"),
        (["-", "--to", "keras", "--in-place"], "standard input is no file"),
        (["-", "huber.json", "--to", "keras"], "- stands alone"),
        (["config.json", "--to", "netspresso", "--target", "keras"], "--target"),
    ],
)
def test_wrong_usage(folder: Path, words: list[str], said: str) -> None:
    before = state(folder)
    result = call(*words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert state(folder) == before


def test_a_target_that_changed_is_not_overwritten(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import losslint.convert.run as running

    real = running.convert_source

    def meddling(*arguments: object) -> object:
        result = real(*arguments)  # type: ignore[arg-type]
        (folder / "model.yaml").write_text(MODEL + "# changed\n")
        return result

    monkeypatch.setattr(running, "convert_source", meddling)
    result = call("config.json", "--to", "netspresso", "--into", "model.yaml")
    assert result.exit_code == 2
    assert "changed since it was read" in result.stderr
    assert (folder / "model.yaml").read_text() == MODEL + "# changed\n"


def test_a_release_without_the_loss_refuses(folder: Path) -> None:
    result = call("config.json", "--to", "netspresso", "--target", "netspresso=0.0.9")
    assert result.exit_code == 1
    assert "0.0.9 needs `ignore_index`" in result.stderr
    entry = "seg_cross_entropy\n    label_smoothing: 0.1\n    ignore_index: 255"
    text = MODEL.replace("focal_loss # f", entry).replace("classification", "segmentation")
    (folder / "model.yaml").write_text(text)
    assert call("model.yaml", "--to", "keras", "--lossy").exit_code == 0
    result = call("model.yaml", "--to", "keras", "--lossy", "--target", "keras=3.5.0")
    assert result.exit_code == 1
    assert "mean_with_sample_weight" in result.stderr


def test_the_settings_say_which_files(folder: Path) -> None:
    for name in ("in/a.json", "in/left/b.json"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(CONFIG)
    (folder / "losslint.toml").write_text('exclude = ["left/"]\n')
    assert call("in", "--to", "netspresso", "-o", "out").exit_code == 0
    assert sorted(p.name for p in (folder / "out").rglob("*.yaml")) == ["a.yaml"]
    # What is named is not left out, unless the settings say so.
    assert call("in/left/b.json", "--to", "netspresso", "-o", "out/").exit_code == 0
    (folder / "losslint.toml").write_text('exclude = ["left/"]\nforce-exclude = true\n')
    assert "no losses found" in call("in/left/b.json", "--to", "netspresso").stderr


def test_the_settings_say_the_release(folder: Path) -> None:
    (folder / "losslint.toml").write_text('target = ["netspresso=0.0.9"]\n')
    result = call("config.json", "--to", "netspresso")
    assert result.exit_code == 1
    assert "0.0.9 needs `ignore_index`" in result.stderr
    # The command line goes first, and what is written into a file is meant for that file.
    assert call("config.json", "--to", "netspresso", "--target", "netspresso=1.4.1").exit_code == 0
    (folder / "there").mkdir()
    (folder / "there" / "losslint.toml").write_text("")
    (folder / "there" / "model.yaml").write_text(MODEL)
    assert call("config.json", "--to", "netspresso", "--into", "there/model.yaml").exit_code == 0
    (folder / "losslint.toml").write_text("targt = 1\n")
    result = call("config.json", "--to", "netspresso")
    assert result.exit_code == 2
    assert "targt" in result.stderr


def test_hostile_text_reaches_no_terminal(folder: Path) -> None:
    text = 'model:\n  losses:\n  - {criterion: cross_entropy, "\\e[31m\\nx: 1": 2, weight: ~}\n'
    (folder / "model.yaml").write_text(text)
    result = call("model.yaml", "--to", "keras")
    assert "\x1b" not in result.stderr
    assert "left out" in result.stderr


def test_a_proof_without_numpy_says_how_to_get_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "numpy.py").write_text("raise ModuleNotFoundError('no', name='numpy')\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    result = call("config.json", "--to", "netspresso", "--prove")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "losslint: --prove: numpy is not installed: pip install 'losslint[keras]'"
    )


def test_the_page_of_a_proof_without_numpy_says_so_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    pytest.importorskip("jinja2")
    (folder / "numpy.py").write_text("raise ModuleNotFoundError('no', name='numpy')\n")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    page = folder / "proof.html"
    result = call("config.json", "--to", "netspresso", "--prove", "--report", str(page))
    assert result.exit_code == 2
    assert "numpy is not installed: pip install" in result.stderr
    html = page.read_text(encoding="utf-8")
    assert "Nothing was proved" in html
    assert "numpy is not installed: pip install &#39;losslint[keras]&#39;" in html


def test_no_framework_is_imported(folder: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom losslint.cli import main\n"
        "try:\n    main(['convert', 'config.json', '--to', 'netspresso'])\n"
        "except SystemExit:\n    pass\n"
        "assert not {'torch', 'keras', 'tensorflow', 'numpy', 'rich.table'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
