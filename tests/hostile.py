"""Files that nobody writes and somebody sends: made to hang, crash or fool what reads them."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib

from tests.hostile_python import programs

Files = dict[str, bytes | str]

SOUND = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"
_ENTRY = (
    "model:\n  task: classification\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"
)
_COMPILED = '{"compile_config": {"optimizer": "adam", "loss": "mse", "loss_weights": null}}'
_DETR = "      weight_dict: {loss_vfl: 1, loss_bbox: 5, loss_giou: 2}\n      losses: [vfl, boxes]\n"


def alias_bomb(levels: int = 29, width: int = 10) -> str:
    """Lists of aliases of lists of aliases, with the last one where a loss reads it."""
    rows = ["a0: &a0 [x]"]
    rows += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * width)}]" for i in range(1, levels + 1)]
    entry = "model:\n  losses:\n    - criterion: yolofastest_loss\n      weight: ~\n"
    return "\n".join(rows) + f"\n{entry}      anchors: *a{levels}\n"


def merge_bomb(levels: int = 29, width: int = 10) -> str:
    """Mappings that merge mappings that merge mappings."""
    rows = ["a0: &a0 {k0: 1}"]
    for i in range(1, levels + 1):
        merged = ", ".join([f"*a{i - 1}"] * width)
        rows.append(f"a{i}: &a{i} {{<<: [{merged}], k{i}: 1}}")
    return "\n".join(rows) + f"\n{_ENTRY}      <<: *a{levels}\n"


def interpolation_bomb(levels: int = 40) -> str:
    """Mappings whose two values are the next mapping."""
    rows = [f"a{i}: {{x: '${{a{i + 1}}}', y: '${{a{i + 1}}}'}}" for i in range(levels)]
    return "\n".join(rows) + f"\na{levels}: 1\n{_ENTRY}      label_smoothing: ${{a0}}\n"


def block(depth: int) -> str:
    """Mappings in mappings, a line a level."""
    return "".join(f"{' ' * i}k:\n" for i in range(depth)) + SOUND


def encodings() -> Files:
    """Bytes that are no text, and text that is no YAML or JSON."""
    return {
        "empty.yaml": "",
        "empty.json": "",
        "blank.yaml": "\n" * 100_000,
        "comment.yaml": "# losses\n" * 50_000,
        "binary.yaml": bytes(range(256)) * 8 + b"losses",
        "latin.yaml": "model: {task: détection, losses: []}".encode("latin-1"),
        "cut-utf8.yaml": SOUND.encode() + b"# \xf0\x9f\x98",
        "overlong.yaml": SOUND.encode() + b"# \xc0\xaf",
        "encoded-surrogate.yaml": SOUND.encode() + b"# \xed\xa0\x80",
        "nul.yaml": b"model:\n  losses: [\x00]\n",
        "bell.yaml": "model:\n  losses: [\x07]\n",
        "escape.yaml": "model:\n  losses: ['\\e]0;owned\\a\\e[31m']\n",
        "raw-escape.json": '{"LOSS": {"NAME": "\x1b[2J\x1b]0;owned\x07"}}',
        "escaped-escape.json": '{"LOSS": {"NAME": "\\u001b[2J\\u001b]0;owned\\u0007\\u009b31m"}}',
        "bidi.yaml": "model:\n  losses: [{criterion: '\u202egnorw\u202c\u2066', weight: 1}]\n",
        "surrogate.json": '{"LOSS": {"NAME": "\\ud800"}}',
        "surrogate.yaml": 'model: {losses: [{criterion: "\\ud800", weight: 1}]}\n',
        "utf16le.yaml": SOUND.encode("utf-16"),
        "utf16be.yaml": b"\xfe\xff" + SOUND.encode("utf-16-be"),
        "utf32.yaml": b"\xff\xfe\x00\x00" + SOUND.encode("utf-32-le"),
        "utf16-odd.yaml": SOUND.encode("utf-16") + b"x",
        "utf16.json": _COMPILED.encode("utf-16"),
        "mark.yaml": b"\xef\xbb\xbf" + SOUND.encode(),
        "two-marks.yaml": b"\xef\xbb\xbf\xef\xbb\xbf" + SOUND.encode(),
    }  # fmt: skip


def nested() -> Files:
    """Brackets in brackets."""
    return {
        "brackets.yaml": "losses: " + "[" * 100_000,
        "brackets.json": '{"LOSS": ' + "[" * 100_000,
        "closed.json": '{"LOSS": ' + "[" * 100_000 + "]" * 100_000 + "}",
        "braces.yaml": "losses: " + "{a: " * 100_000,
        "braces.json": '{"LOSS": ' * 100_000,
        "flow-5000.yaml": "model: {losses: " + "[" * 5000 + "]" * 5000 + "}",
        "block-3000.yaml": block(3000),
        "dashes.yaml": "losses: \n" + "- " * 100_000,
        "questions.yaml": "losses:\n" + "? " * 50_000,
        "tags.yaml": SOUND + "x: " + "!a " * 10_000,
    }  # fmt: skip


def referring() -> Files:
    """Anchors, aliases, merge keys and interpolations."""
    return {
        "anchors.yaml": SOUND + "".join(f"k{i}: &a{i} x\n" for i in range(20_000)),
        "aliases.yaml": SOUND + "a: &a [x]\nb: [" + ", ".join(["*a"] * 30_000) + "]\n",
        "self.yaml": "model:\n  losses: &a [*a]\n",
        "self-entry.yaml": "model: &m\n  losses: [{criterion: cross_entropy, weight: ~, x: *m}]\n",
        "self-merge.yaml": SOUND + "x: &x\n  <<: *x\n  y: 1\n",
        "self-interpolation.yaml": _ENTRY + "      label_smoothing: ${model.losses}\n",
        "bomb.yaml": alias_bomb(),
        "merge-bomb.yaml": merge_bomb(),
        "interpolation-bomb.yaml": interpolation_bomb(),
        "chain.yaml": "".join(f"c{i}: ${{c{i + 1}}}\n" for i in range(5000))
        + f"{_ENTRY}      x: ${{c0}}\n",
    }  # fmt: skip


def many() -> Files:
    """More keys, entries, documents and sites than anybody writes."""
    keys = 50_000
    return {
        "keys.yaml": SOUND + "training:\n" + "".join(f"  key{i}: {i}\n" for i in range(keys)),
        "keys.json": json.dumps({f"key{i}": i for i in range(keys)} | json.loads(_COMPILED)),
        "entry-keys.yaml": SOUND + "".join(f"      key{i}: {i}\n" for i in range(keys)),
        "model-keys.yaml": "model:\n" + "".join(f"  k{i}: 1\n" for i in range(keys)) + SOUND[7:],
        "twins.yaml": SOUND + "training:\n" + "  lr: 1\n" * 20_000,
        "entry-twins.yaml": SOUND + "      label_smoothing: 0.1\n" * 20_000,
        "twins.json": '{"LOSS": {"NAME": "mse", ' + '"AXIS": 1, ' * 20_000 + '"AXIS": 2}}',
        "entries.yaml": SOUND + "    - criterion: cross_entropy\n      weight: 1\n" * 20_000,
        "outputs.json": '{"compile_config": {"optimizer": "adam", "loss": {'
        + ", ".join(f'"o{i}": "mse"' for i in range(20_000))
        + "}}}",
        "documents.yaml": "---\n" * 20_000 + SOUND,
        "sites.json": "[" + ", ".join([_COMPILED] * 3000) + "]",
    }  # fmt: skip


def long() -> Files:
    """Numbers, names and lines without an end."""
    return {
        "digits.yaml": _ENTRY + "      label_smoothing: " + "9" * 200_000 + "\n",
        "digits.json": '{"LOSS": {"NAME": "huber", "DELTA": ' + "9" * 200_000 + "}}",
        "fraction.yaml": _ENTRY + "      label_smoothing: 0." + "9" * 200_000 + "\n",
        "exponent.json": '{"LOSS": {"NAME": "huber", "DELTA": 1e' + "9" * 200_000 + "}}",
        "base60.yaml": _ENTRY + "      label_smoothing: 1" + ":59" * 100_000 + "\n",
        "underscores.yaml": _ENTRY + "      label_smoothing: 1" + "_" * 200_000 + "\n",
        "octal.yaml": _ENTRY + "      label_smoothing: 0" + "7" * 200_000 + "\n",
        "hexadecimal.yaml": _ENTRY + "      label_smoothing: 0x" + "f" * 200_000 + "\n",
        "line.yaml": "model: {losses: [{criterion: cross_entropy, weight: '"
        + "x" * 5_000_000
        + "'}]}",
        "name.yaml": "model: {losses: [{criterion: " + "x" * 2_000_000 + ", weight: 1}]}",
        "key.yaml": SOUND + "      ? " + "k" * 500_000 + "\n      : 1\n",
        "dollars.yaml": _ENTRY + "      label_smoothing: '" + "${" * 100_000 + "'\n",
        "dots.yaml": _ENTRY + "      label_smoothing: ${" + "." * 100_000 + "x}\n",
        "hashes.yaml": SOUND + "x: '" + "#" * 1_000_000 + "' # " + "#" * 1_000_000 + "\n",
    }  # fmt: skip


def misleading() -> Files:
    """Code, suppressions by the thousand, and JSON beyond repair."""
    return {
        "suppressions.yaml": SOUND + "# losslint: ignore[LL100]\n" * 20_000,
        "suppression.yaml": SOUND + "# losslint: ignore[" + "LL100," * 100_000 + "]\n",
        "code.yaml": _ENTRY.replace("cross_entropy", "detr_loss") + _DETR
        + "      matcher: {type: \"__import__('os').system('touch owned')\"}\n",
        "object.yaml": 'model: !!python/object/apply:os.system ["touch owned"]\nlosses: 1\n',
        "commas.json": '{"LOSS": [' + "," * 200_000,
        "colons.json": '{"LOSS": ' + ":" * 200_000,
        "quotes.json": '{"LOSS": ' + '"' * 200_001,
        "backslashes.json": '{"LOSS": "' + "\\" * 500_001,
        "escapes.json": '{"LOSS": "' + "\\u0041" * 200_000 + '"}',
        "closers.json": '{"LOSS": 1' + "}" * 100_000,
        "mixed-closers.json": '{"LOSS": ' + "[{" * 400 + "}]" * 100_000,
        "slashes.json": '{"LOSS": 1 ' + "/* " * 100_000,
        "stars.json": '{"LOSS": 1 /*' + "*" * 500_000,
        "words.json": '{"LOSS": ' + "word " * 100_000,
        "large.yaml": SOUND + "# " + "x" * (15 << 20) + "\n",
        "huge.yaml": SOUND + "# " + "x" * (40 << 20) + "\n",
    }  # fmt: skip


def text_files() -> Files:
    """YAML and JSON by file name."""
    return encodings() | nested() | referring() | many() | long() | misleading()


def _zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _lying(members: dict[str, bytes]) -> bytes:
    """An archive whose directory says that its members are one byte long."""
    raw = bytearray(_zipped(members))
    at = raw.find(b"PK\x01\x02")
    while at >= 0:
        raw[at + 24 : at + 28] = struct.pack("<I", 1)
        at = raw.find(b"PK\x01\x02", at + 4)
    return bytes(raw)


def archives() -> dict[str, bytes]:
    """`.keras` and `.h5` files by name."""
    sound = {"config.json": _COMPILED.encode(), "metadata.json": b"{}"}
    # A block that stands by itself unpacks as often as it is written: here to a gigabyte.
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = (squeezed.compress(b" " * (1 << 20)) + squeezed.flush(zlib.Z_FULL_FLUSH)) * 1024
    return {
        "sound.keras": _zipped(sound),
        "empty.keras": b"",
        "no-zip.keras": b"losses" * 1000,
        "hdf5.keras": b"\x89HDF\r\n\x1a\n" + b"\0" * 1000,
        "hdf5.h5": b"\x89HDF\r\n\x1a\n" + b"\0" * 1000,
        "no-hdf5.h5": b"training_config" * 100_000,
        "zip.h5": _zipped(sound),
        "truncated.keras": _zipped(sound)[:-40],
        "half.keras": _zipped(sound)[: len(_zipped(sound)) // 2],
        "damaged.keras": _zipped(sound).replace(b"\x4b", b"\x4c", 3),
        "bomb.keras": _stored_bomb(raw, 1 << 30, 0),
        "nested.keras": _zipped({"config.json": _zipped(sound)}),
        "paths.keras": _zipped(
            {"/config.json": b"{}", "../config.json": b"{}", "/etc/passwd": b"x", **sound}
        ),
        "only-paths.keras": _zipped({"../../config.json": _COMPILED.encode()}),
        "members.keras": _zipped({f"m{i}": b"" for i in range(20_000)} | sound),
        "lying.keras": _lying(sound),
        "no-config.keras": _zipped({"metadata.json": b"{}"}),
        "deep-config.keras": _zipped({"config.json": b'{"a": ' * 100_000}),
        "lzma.keras": _zipped(sound, zipfile.ZIP_LZMA),
        "comment.keras": _zipped(sound) + b"\0" * 100_000,
    }


def _stored_bomb(squeezed: bytes, size: int, checksum: int) -> bytes:
    """An archive of one member that unpacks to `size` bytes."""
    name = b"config.json"
    sizes = struct.pack("<III", checksum, len(squeezed), size)
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 0) + sizes
    local += struct.pack("<HH", len(name), 0) + name + squeezed
    entry = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 0) + sizes
    entry += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)
    return local + entry + end


def files() -> dict[str, bytes]:
    """Every hostile file by name."""
    every: Files = {**text_files(), **archives(), **programs()}
    return {n: c.encode() if isinstance(c, str) else c for n, c in every.items()}
