"""The process that reads and rewrites one of Keras's HDF5 files with h5py; `hdf5` starts it.

One request comes on standard input, a line of JSON and what bytes belong to it, and one answer
leaves on standard output in the same form.
"""

import io
import json
import re
import sys
from collections.abc import Iterator
from typing import IO, Any

# What Keras keeps of a model beside its weights, in the order of the document that is made of it.
NAMES = ("training_config", "model_config")
VERSION = "keras_version"

_KEY = re.compile(r'(?:\A|,\n)"(training_config|model_config)": ')
_CUT = re.compile(r"truncated file: eof = (\d+),.* stored_eof = (\d+)")


def document_of(texts: dict[str, str]) -> str:
    """The attributes as one JSON document, a row each where they have no line ends of their own."""
    rows = ",\n".join(f'"{name}": {texts[name]}' for name in NAMES if name in texts)
    return "{" + rows + "}"


def texts_of(document: str) -> dict[str, str]:
    """The attributes of a document; empty where it is not in the form of `document_of`."""
    first, *parts = _KEY.split(document[1:-1])
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    return {} if first or document_of(texts) != document else texts


class _RefusedError(Exception):
    """Why a file cannot be read or rewritten: the end of a sentence that starts with its path."""


def main() -> None:
    """Answer the one request."""
    request = json.loads(sys.stdin.buffer.readline())
    path, document = request["path"], request["document"]
    _hold_to(request["seconds"])
    answer: dict[str, Any] = {}
    after = b""
    try:
        if document is not None:
            after = _rewritten(sys.stdin.buffer.read(), document)
        elif path is not None:
            with open(path, "rb") as file:
                answer = _read(file)
        else:
            answer = _read(io.BytesIO(sys.stdin.buffer.read()))
    except _RefusedError as refused:
        answer = {"problem": str(refused)}
    except Exception as error:
        # Of a damaged file the library says this by whatever its layers raise.
        answer = {"problem": _said(error)}
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii") + b"\n" + after)


def _hold_to(seconds: int) -> None:
    """End this process where the library has used so much of the processor's time."""
    try:
        import resource
    except ImportError:
        # Windows has no such limit; there the one who waits ends it.
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _said(error: Exception) -> str:
    """What is wrong with a file, by the cause alone; h5py puts the call that failed before it."""
    text = " ".join(str(error).split()) or type(error).__name__
    cut = _CUT.search(text)
    if cut is not None:
        return f"is a truncated HDF5 file: {cut[1]} of its {cut[2]} bytes are there"
    cause = re.search(r"\((.+)\)", text)
    return f"is a damaged HDF5 file: {cause[1] if cause else text}"


def _read(file: IO[bytes]) -> dict[str, Any]:
    import h5py

    with h5py.File(file, "r") as opened:
        texts = {name: _text(opened, name) for name in NAMES if name in opened.attrs}
        version = _text(opened, VERSION) if VERSION in opened.attrs else None
    return {"document": document_of(texts), "version": version}


def _text(opened: Any, name: str) -> str:
    value = opened.attrs[name]
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if not isinstance(value, str):
        raise _RefusedError(f"holds a {name} that is no text")
    return value


def _rewritten(raw: bytes, document: str) -> bytes:
    """A file's bytes with the attributes of a document, and nothing else of it changed."""
    import h5py

    texts, buffer = texts_of(document), io.BytesIO(raw)
    with h5py.File(buffer, "r+") as opened:
        old = {name: _text(opened, name) for name in NAMES if name in opened.attrs}
        if texts.keys() != old.keys():
            raise _RefusedError("cannot be rewritten: where one of its attributes ends is not sure")
        for name in (name for name in NAMES if name in old and texts[name] != old[name]):
            if opened.attrs.get_id(name).dtype.kind != "O":
                raise _RefusedError(f"cannot be rewritten: it holds a {name} of a fixed length")
            opened.attrs.modify(name, texts[name])
    after = buffer.getvalue()
    with h5py.File(io.BytesIO(raw), "r") as one, h5py.File(io.BytesIO(after), "r") as other:
        written = {name: _text(other, name) for name in NAMES if name in other.attrs}
        if written != texts or _facts(one, raw) != _facts(other, after):
            raise _RefusedError("cannot be rewritten: the new file does not read back as it should")
    return after


def _facts(opened: Any, raw: bytes) -> list[Any]:
    """All that a file holds beside the attributes that are rewritten, in an order of its own."""
    found: list[Any] = []

    def visit(name: str, item: Any) -> None:
        found.append((name, type(item).__name__, *_attributes(item), *_held(item, raw)))

    visit("/", opened)
    opened.visititems(visit)
    return sorted(found, key=lambda facts: facts[0])


def _attributes(item: Any) -> Iterator[Any]:
    for key in sorted(item.attrs):
        if item.name != "/" or key not in NAMES:
            attribute = item.attrs.get_id(key)
            value = item.attrs[key]
            plain = value.tolist() if hasattr(value, "tolist") else value
            yield key, attribute.shape, str(attribute.dtype), repr(plain)


def _held(item: Any, raw: bytes) -> Iterator[Any]:
    """What a group leads to; of a dataset its form, where its data lies, and the data."""
    import h5py

    if isinstance(item, h5py.Group):
        for key in sorted(item):
            link = item.get(key, getlink=True)
            yield key, type(link).__name__, getattr(link, "path", ""), getattr(link, "filename", "")
    elif isinstance(item, h5py.Dataset):
        yield item.shape, str(item.dtype), item.chunks, item.compression
        offset, size = item.id.get_offset(), item.id.get_storage_size()
        if offset is not None:
            yield offset, raw[offset : offset + size]
        elif item.shape is not None:
            data = item[()]
            yield repr(data.tolist()) if item.dtype.hasobject else data.tobytes()
