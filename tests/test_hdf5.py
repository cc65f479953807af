"""Keras's HDF5 files: what is read of them, what is not, and how their configs are rewritten."""

from __future__ import annotations

import io
import json
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from losslint.files import hdf5
from losslint.files.archive import Archive, ArchiveProblem
from losslint.files.hdf5_child import document_of, texts_of
from tests.command import losslint

h5py = pytest.importorskip("h5py")

DENSE = {"class_name": "Dense", "config": {"name": "out", "units": 3, "activation": "softmax"}}
MODEL = json.dumps({"class_name": "Sequential", "config": {"name": "s", "layers": [DENSE]}})
ADAM = {"class_name": "Adam", "config": {"learning_rate": 0.001}}
HDF5 = b"\x89HDF\r\n\x1a\n"


def training(loss: object) -> str:
    return json.dumps({"loss": loss, "metrics": None, "optimizer_config": ADAM})


def build(
    attributes: dict[str, Any], change: Callable[[Any], None] | None = None, **how: Any
) -> bytes:
    """The bytes of a file with these attributes, and weights."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", **how) as file:
        for name, value in attributes.items():
            file.attrs[name] = value
        layer = file.create_group("model_weights/out")
        layer.attrs["weight_names"] = ["kernel", "bias"]
        layer.create_dataset("kernel", data=[[0.5, float("nan")], [1.0, 2.0]])
        layer.create_dataset(
            "bias", data=[float(i) for i in range(4000)], chunks=(100,), compression="gzip"
        )
        layer["again"] = h5py.SoftLink("/model_weights/out/kernel")
        if change is not None:
            change(file)
    return buffer.getvalue()


def keras(loss: object, version: str = "2.15.0") -> bytes:
    """A compiled model as Keras saves it."""
    return build(
        {"keras_version": version, "model_config": MODEL, "training_config": training(loss)}
    )


SOUND, ALIAS = keras("categorical_crossentropy"), keras("mse")


def read(raw: bytes) -> Archive | ArchiveProblem:
    return hdf5.read_hdf5("m.h5", io.BytesIO(raw))


def reason(raw: bytes) -> str:
    found = read(raw)
    assert isinstance(found, ArchiveProblem), found
    assert "\n" not in found.reason
    return found.reason


def replaced(raw: bytes, document: str) -> bytes | ArchiveProblem:
    return hdf5.replace_document(raw, document.encode(), "m.h5")


def findings(folder: Path, *words: str, stdin: bytes = b"") -> list[dict[str, Any]]:
    done = losslint("check", "--no-cache", "--format", "json", *words, cwd=folder, stdin=stdin)
    assert done.returncode in (0, 1), done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def without_heap_object(raw: bytes) -> bytes:
    """A file whose free space in the heap of texts says that it is empty: HDF5 1.14 never ends."""
    damaged = bytearray(raw)
    heap = place = raw.find(b"GCOL")
    place += 16
    while True:
        index, _, _, size = struct.unpack_from("<HHIQ", raw, place)
        if index == 0:
            break
        place += 16 + (size + 7) // 8 * 8
    assert heap < place < heap + 4096
    struct.pack_into("<Q", damaged, place + 8, 0)
    return bytes(damaged)


def test_a_document_is_a_row_an_attribute_and_comes_apart_again() -> None:
    texts = {"training_config": '{"a": 1}', "model_config": '{\n"b": 2}'}
    for names in (texts, ["training_config"], ["model_config"], []):
        some = {name: texts[name] for name in names}
        assert texts_of(document_of(some)) == some
        assert json.loads(document_of(some)) == {n: json.loads(t) for n, t in some.items()}
    assert texts_of('{"loss": "mse"}') == {}
    # Who can tell where the first attribute ends?
    assert texts_of(document_of({"training_config": '{},\n"training_config": 2'})) == {}


def test_the_configs_are_read_from_a_path_and_from_bytes(tmp_path: Path) -> None:
    path = tmp_path / "m.h5"
    path.write_bytes(SOUND)
    rows = [
        f'{{"training_config": {training("categorical_crossentropy")},',
        f'"model_config": {MODEL}}}',
    ]
    for found in (hdf5.read_hdf5(str(path)), read(SOUND)):
        assert isinstance(found, Archive), found
        assert found.config.decode().split("\n") == rows
        assert json.loads(found.metadata or b"") == {"keras_version": "2.15.0"}


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(build({}, libver="latest"), id="latest format"),
        pytest.param(build({}, userblock_size=1024), id="a block of the user's before it"),
        pytest.param(build({"title": "rain", "loss": "mse"}), id="another program's"),
    ],
)
def test_a_file_without_configs_is_an_empty_document(raw: bytes) -> None:
    found = read(raw)
    assert isinstance(found, Archive)
    assert found.config == b"{}"


@pytest.mark.slow
def test_what_cannot_be_read_says_so_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reason(b"") == "is empty"
    assert reason(b"loss: mse\n") == "is no HDF5 file"
    assert reason(b"PK\x03\x04...") == "is a Keras archive, not an HDF5 file: its suffix is .keras"
    assert (
        reason(SOUND[:900]) == f"is a truncated HDF5 file: 900 of its {len(SOUND)} bytes are there"
    )
    assert reason(HDF5 + bytes(900)).startswith("is a damaged HDF5 file: ")
    assert reason(SOUND.replace(b"GCOL", b"gcol")).startswith("is a damaged HDF5 file: ")
    assert reason(build({"training_config": [1, 2]})) == "holds a training_config that is no text"
    large = {"training_config": " " * (17 << 20)}
    assert reason(build(large)) == "holds configs of more than 16 MiB"
    monkeypatch.setattr(hdf5, "_READ_SECONDS", 2)
    assert reason(without_heap_object(SOUND)).endswith("fails on it, or comes to no end")


def test_the_end_of_the_process_is_no_end_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = subprocess.CompletedProcess(["python"], -11, b"", b"")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: gone)
    assert reason(SOUND).startswith("is a damaged HDF5 file: the library that reads it fails on it")


@pytest.mark.slow
@pytest.mark.parametrize("how", [{}, {"libver": "latest"}, {"userblock_size": 512}])
def test_a_rewritten_config_leaves_the_weights_where_they_are(how: dict[str, Any]) -> None:
    attributes = {"keras_version": "2.15.0", "training_config": training("mse"), "backend": "jax"}
    before = build(attributes, **how)
    document = document_of({"training_config": training("mean_squared_error")})
    after = replaced(before, document)
    assert isinstance(after, bytes)
    assert read(after) == read(before)._replace(config=document.encode())  # type: ignore[union-attr]
    with h5py.File(io.BytesIO(before)) as old, h5py.File(io.BytesIO(after)) as new:
        assert new.attrs["backend"] == "jax"
        for name in ("kernel", "bias"):
            one, other = (each[f"model_weights/out/{name}"] for each in (old, new))
            assert one.id.get_offset() == other.id.get_offset()
            assert one[()].tobytes() == other[()].tobytes()
    # A shorter text, and back: no byte of the weights moves in between.
    again = replaced(after, document_of({"training_config": training("mse")}))
    assert isinstance(again, bytes)
    assert read(again) == read(before)


def test_what_cannot_be_rewritten_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import numpy as np

    document = document_of({"training_config": training("mean_squared_error")})
    told = replaced(build({"training_config": np.bytes_(training("mse"))}), document)
    assert told == ArchiveProblem(
        "m.h5", "cannot be rewritten: it holds a training_config of a fixed length"
    )
    alone = build({"training_config": training("mse")})
    unsure = replaced(alone, document_of({"training_config": "{}", "model_config": "{}"}))
    assert isinstance(unsure, ArchiveProblem)
    assert "not sure" in unsure.reason
    monkeypatch.setattr(hdf5, "_MAX_REWRITTEN", 1000)
    assert "larger than" in str(replaced(SOUND, document))


@pytest.mark.slow
def test_check_names_the_attribute_and_fix_mends_it(tmp_path: Path) -> None:
    path = tmp_path / "m.h5"
    path.write_bytes(ALIAS)
    (found,) = findings(tmp_path, "m.h5")
    assert (found["code"], found["location"]) == ("LL403", {"row": 1, "column": 30})
    assert found["filename"].endswith("m.h5!attributes.json")
    assert "Keras 2.15.0 wrote the file" in found["message"]
    assert findings(tmp_path, "--fix", "m.h5") == []
    mended = read(path.read_bytes())
    assert isinstance(mended, Archive)
    assert mended.config == read(keras("mean_squared_error")).config  # type: ignore[union-attr]
    with h5py.File(path) as file:
        assert len(file["model_weights/out/bias"]) == 4000


def test_a_file_of_another_program_is_no_finding(tmp_path: Path) -> None:
    (tmp_path / "rain.h5").write_bytes(build({"title": "rain"}))
    done = losslint("check", "--no-cache", "rain.h5", cwd=tmp_path)
    assert done.returncode == 0
    assert b"no losses: it has no training_config" in done.stderr


def test_a_walk_looks_into_models_and_passes_over_the_rest(tmp_path: Path) -> None:
    kept = {"a.h5": ALIAS, "b.HDF5": ALIAS, "cut.hdf5": ALIAS[:-100]}
    for name, raw in {
        **kept,
        "rain.h5": build({"t": "x"}),
        "note.h5": b"no",
        "cut.h5": HDF5,
    }.items():
        (tmp_path / name).write_bytes(raw)
    found = findings(tmp_path, ".")
    assert [(Path(f["filename"]).name, f["code"]) for f in found] == [
        ("a.h5!attributes.json", "LL403"),
        ("b.HDF5!attributes.json", "LL403"),
        ("cut.hdf5", "LL000"),
    ]


def test_without_h5py_one_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from losslint.files.discovery import FoundFile
    from losslint.linter.runner import Linter
    from losslint.settings.model import Overrides

    path = tmp_path / "m.h5"
    path.write_bytes(ALIAS)
    monkeypatch.setattr(hdf5, "has_h5py", lambda: False)
    sentence = "is an HDF5 file, which h5py reads: pip install 'losslint[h5]'"
    linter = Linter(Overrides())
    assert linter.run(FoundFile(str(path), explicit=True)).problem == f"{path} {sentence}"
    met = linter.run(FoundFile(str(path)))
    assert (met.problem, met.note, met.diagnostics) == ("", sentence, ())
    path.write_bytes(build({"t": "x"}))
    met = linter.run(FoundFile(str(path)))
    assert (met.problem, met.note) == ("", "")


@pytest.mark.slow
@pytest.mark.parametrize("words", [("--stdin-filename", "a.h5"), ()])
def test_standard_input_is_read_and_mended(words: tuple[str, ...], tmp_path: Path) -> None:
    (found,) = findings(tmp_path, *words, "-", stdin=ALIAS)
    assert found["code"] == "LL403"
    done = losslint("check", "--fix", *words, "-", cwd=tmp_path, stdin=ALIAS)
    assert isinstance(read(done.stdout), Archive)
    assert findings(tmp_path, *words, "-", stdin=done.stdout) == []
    # What has nothing to mend, and what cannot be read, comes out as it went in.
    for raw in (SOUND, ALIAS[:-100]):
        assert losslint("check", "--fix", *words, "-", cwd=tmp_path, stdin=raw).stdout == raw


@pytest.mark.slow
def test_convert_reads_and_migrates(tmp_path: Path) -> None:
    path = tmp_path / "m.h5"
    path.write_bytes(SOUND)
    done = losslint("convert", "--to", "netspresso", "m.h5", cwd=tmp_path)
    assert b"criterion: cross_entropy" in done.stdout
    path.write_bytes(ALIAS)
    refused = losslint("convert", "--to", "keras", "-o", "x.json", "m.h5", cwd=tmp_path)
    assert b"the result is an HDF5 file, and x.json is the name of a JSON file" in refused.stderr
    assert losslint("convert", "--to", "keras", "--in-place", "m.h5", cwd=tmp_path).returncode == 0
    assert findings(tmp_path, "m.h5") == []


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.parametrize("loss", ["mse", "categorical_crossentropy", "kullback_leibler_divergence"])
def test_keras_loads_a_file_where_check_finds_no_error(loss: str, tmp_path: Path) -> None:
    real = pytest.importorskip("keras")
    path = tmp_path / "m.h5"
    model = real.Sequential([real.layers.Input((4,)), real.layers.Dense(3, "softmax")])
    model.compile("adam", loss=loss)
    model.save(path)
    errors = [f for f in findings(tmp_path, "m.h5") if f["severity"] == "error"]
    if errors:
        with pytest.raises((TypeError, ValueError)):
            real.models.load_model(path)
        assert findings(tmp_path, "--fix", "m.h5") == []
    loaded = real.models.load_model(path)
    for one, other in zip(model.get_weights(), loaded.get_weights(), strict=True):
        assert one.tobytes() == other.tobytes()
