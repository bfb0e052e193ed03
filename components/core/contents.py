"""Core: checks of what a version's files contain, made on the bytes before any library opens them, without torch."""

import ast
import io
import json
import pickletools
import re
import zipfile
from collections.abc import Callable, Mapping
from math import prod
from pathlib import Path, PurePosixPath
from typing import Any

from components.core.errors import CheckpointError

LARGEST_TEXT = 1 << 26  # bytes; a large tokenizer has 20 MB
LARGEST_ARRAY_HEADER = 1 << 16  # bytes
LARGEST_HEADER = 100_000_000  # bytes, the limit of safetensors' own reader
NUMBERS = {  # bytes per number, for each type of safetensors
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2"), 1),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 2),
    **dict.fromkeys(("U32", "I32", "F32"), 4),
    **dict.fromkeys(("U64", "I64", "F64"), 8),
}
_NO_TEXT = re.compile(r"[^\t\n\r\x20-\x7e\u00a0-\uffff\U00010000-\U0010ffff]")


def check_content(path: Path) -> None:
    """Check that a file has the content that its suffix promises, and nothing that runs code when it is loaded.

    Raises:
        CheckpointError: its suffix is not in CONTENTS (no suffix of pickles is), or its content is different.
    """
    kind = PurePosixPath(path.name).suffix
    if kind not in CONTENTS:
        raise CheckpointError(
            f"{path} is of the kind {kind!r}",
            expected="safetensors, skops, JSON or text",
            act="train again, since loading other files may run code",
        )
    try:
        CONTENTS[kind](path)
    except (OSError, ValueError, RecursionError) as error:
        expected = f"content that fits {kind or 'its name'}"
        raise CheckpointError(f"{path} is damaged ({error})", expected=expected, act="train again") from None


def check_header(path: Path) -> None:
    """Check the header of a safetensors file against the file's size, without reading tensors.

    The format, from safetensors' README: the header's length in 8 bytes, a JSON header, and the bytes of the tensors,
    which the header describes without a gap.

    Raises:
        ValueError: the header does not fit; the message says how.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or not 2 <= length <= min(size - 8, LARGEST_HEADER):
            raise ValueError(f"its header claims {length} of {size} bytes")
        header = _json(file.read(length))
    if not isinstance(header, dict):
        raise ValueError("its header is not a JSON object")
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError("its metadata has values that are not text")
    _check_tensors(header, size - 8 - length)


def _check_tensors(tensors: Mapping[str, Any], data: int) -> None:
    end = 0
    for begin, stop in sorted(_span(name, tensor) for name, tensor in tensors.items()):
        if begin != end:
            raise ValueError(f"its tensors leave a gap or overlap at byte {end}")
        end = stop
    if end != data:
        raise ValueError(f"its tensors cover {end} of {data} bytes")


def _span(name: str, tensor: Any) -> tuple[int, int]:
    """Return the offsets of a tensor's first byte and of the byte after its last."""
    if not isinstance(tensor, dict) or tensor.keys() != {"dtype", "shape", "data_offsets"}:
        raise ValueError(f"the entry of tensor {name!r} is not in safetensors' form")
    dtype, shape, offsets = tensor["dtype"], tensor["shape"], tensor["data_offsets"]
    if not isinstance(dtype, str) or dtype not in NUMBERS:
        raise ValueError(f"tensor {name!r} has the unknown type {dtype!r}")
    if not _are_counts(shape) or not _are_counts(offsets) or len(offsets) != 2:
        raise ValueError(f"tensor {name!r} has the shape {shape} at {offsets}")
    if offsets[1] - offsets[0] != prod(shape) * NUMBERS[dtype]:
        raise ValueError(f"tensor {name!r} of {dtype} {shape} has {offsets[1] - offsets[0]} bytes")
    return offsets[0], offsets[1]


def _are_counts(values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is int and value >= 0 for value in values)


def check_json(path: Path) -> None:
    """Raise ValueError unless the file is one JSON value, in which no object has a key twice."""
    _json(_small(path))


def check_text(path: Path) -> None:
    """Raise ValueError unless the file is text. A pickle of protocol 0 is text too, but is refused."""
    content = _small(path)
    found = _NO_TEXT.search(content.decode("utf-8"))
    if found:
        raise ValueError(f"it contains the character {found[0]!r}")
    if _is_pickle(content):
        raise ValueError("it is a pickle")


def _is_pickle(content: bytes) -> bool:
    try:
        *_, (_, _, stop) = pickletools.genops(content)
    except ValueError:
        return False
    return stop == len(content.rstrip()) - 1


def _small(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_TEXT:
        raise ValueError(f"it has {path.stat().st_size} bytes, expected {LARGEST_TEXT} at most")
    return path.read_bytes()


def _json(content: bytes) -> Any:
    return json.loads(content.decode("utf-8"), object_pairs_hook=_unique_keys)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("it has a key twice")
    return found


def check_skops(path: Path) -> None:
    """Raise ValueError unless the file is skops' zip: a JSON schema, and arrays of numbers or texts.

    An array of objects would be unpickled. Which types the schema may name is checked by skops when it loads the file.
    """
    if not zipfile.is_zipfile(path):
        raise ValueError("it is no zip file")
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if "schema.json" not in names or len(set(names)) < len(names):
            raise ValueError("it has no schema, or a name twice")
        odd = [name for name in names if "/" in name or PurePosixPath(name).suffix not in _MEMBERS]
        if odd:
            raise ValueError(f"it contains {odd[0]}")
        for name in names:
            _MEMBERS[PurePosixPath(name).suffix](name, archive)


def _check_schema(name: str, archive: zipfile.ZipFile) -> None:
    _json(archive.read(name))


def _check_array(name: str, archive: zipfile.ZipFile) -> None:
    """Raise ValueError unless a member begins with the header of a NumPy array without objects (NumPy's NEP 1)."""
    start = archive.open(name).read(LARGEST_ARRAY_HEADER)
    if not start.startswith(b"\x93NUMPY"):
        raise ValueError(f"{name} is no array")
    wide = 2 if start[6] == 1 else 4
    length = int.from_bytes(start[8 : 8 + wide], "little")
    header = ast.literal_eval(start[8 + wide : 8 + wide + length].decode("latin-1").strip())
    if "O" in str(header["descr"]):
        raise ValueError(f"{name} has objects")


def _check_arrays(name: str, archive: zipfile.ZipFile) -> None:
    with zipfile.ZipFile(io.BytesIO(archive.read(name))) as inner:
        for part in inner.namelist():
            _check_array(part, inner)


_MEMBERS: Mapping[str, Callable[[str, zipfile.ZipFile], None]] = {  # of skops' zip, by suffix
    ".json": _check_schema,
    ".npy": _check_array,
    ".npz": _check_arrays,  # a sparse matrix
}
CONTENTS: Mapping[str, Callable[[Path], None]] = {
    ".safetensors": check_header,
    ".skops": check_skops,
    ".json": check_json,
    ".txt": check_text,
    ".yaml": check_text,
    "": check_text,  # MLmodel
}
