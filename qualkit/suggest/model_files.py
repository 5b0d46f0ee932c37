"""Models as files: one file that holds numbers and words, and nothing that could run.

Layout: one line that says what it is and in which format; two lengths (unsigned, 64 bits, little
end first); what the model is, as JSON; its structure, as JSON; its arrays, plain numbers one after
the other; the SHA-256 of all that. Nothing is packed, so no file is bigger inside than outside, and
every size is checked before anything is read. The same model gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qualkit.errors import NewerProjectError, UnreadableFileError, UnwritableError

__all__ = ["FORMAT", "ModelFile", "read_model", "write_model"]

FORMAT = 1
"""The format that this qualkit writes; it reads this one and those before."""

Array = npt.NDArray[Any]

_MAGIC = b"qualkit model "
_FIRST = len(_MAGIC) + 3  # two digits and a line end
_LENGTHS = struct.Struct("<QQ")
_DIGEST = 32
_MOST_JSON = 200_000_000
_KINDS = ("|b1", "|i1", "|u1", "<i4", "<i8", "<u4", "<u8", "<f4", "<f8")
_SHORT = 16  # digits of the hash that make the id


@dataclass(frozen=True)
class ModelFile:
    """What a model file holds.

    Attributes:
        id: the first 16 hexadecimal digits of the hash of its content.
        manifest: what the model is and what it has learned from.
        state: its structure, of plain JSON values.
        arrays: its numbers; the structure names them by their place.
    """

    id: str
    manifest: dict[str, Any]
    state: Any
    arrays: Sequence[Array]


def write_model(
    path: str | Path, manifest: Mapping[str, Any], state: Any, arrays: Sequence[Array]
) -> str:
    """Write a model and return its id; an old file of the name stays until the new one is whole.

    Args:
        path: the file to write or to replace.
        manifest: JSON values.
        state: JSON values.
        arrays: of truth values, whole numbers or floating-point numbers.

    Raises:
        UnwritableError: the file cannot be written.

    Example:
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     name = write_model(Path(folder) / "m", {"codes": 1}, [0], [np.arange(3)])
        ...     found = read_model(Path(folder) / "m")
        >>> found.id == name, found.manifest, found.arrays[0].tolist()
        (True, {'codes': 1}, [0, 1, 2])
    """
    plain = [_plain(array) for array in arrays]
    listed = [[array.dtype.str, list(array.shape)] for array in plain]
    first = _json(manifest)
    second = _json({"arrays": listed, "state": state})
    parts: list[Any] = [_MAGIC + f"{FORMAT:02}\n".encode(), _LENGTHS.pack(len(first), len(second))]
    parts += [first, second, *(array.data.cast("B") if array.size else b"" for array in plain)]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    _replace(Path(path), [*parts, digest.digest()])
    return digest.hexdigest()[:_SHORT]


def read_model(path: str | Path) -> ModelFile:
    """Read a model file.

    Raises:
        UnreadableFileError: it is missing, no model file, cut short, changed, or its sizes are
            absurd.
        NewerProjectError: a newer qualkit wrote it.
    """
    name = Path(path).name
    try:
        content = Path(path).read_bytes() if _is_model(path) else b""
    except OSError as error:
        what = f"cannot be read ({(error.strerror or str(error)).lower()})"
        raise UnreadableFileError(what, where=name, remedy="check the path") from error
    if not content:
        remedy = "a model is written by: qualkit model save PROJECT FILE"
        raise UnreadableFileError("is no model of qualkit", where=name, remedy=remedy)
    _check_format(content, name)
    digest = hashlib.sha256(memoryview(content)[:-_DIGEST])
    if len(content) < _FIRST + _LENGTHS.size + _DIGEST or digest.digest() != content[-_DIGEST:]:
        raise _damaged("is damaged or cut short: its content does not give its hash", name)
    try:
        manifest, rest, start = _headers(content)
        arrays = _arrays(content, rest["arrays"], start)
        return ModelFile(digest.hexdigest()[:_SHORT], {**manifest}, rest["state"], arrays)
    except (KeyError, TypeError, ValueError, RecursionError, OverflowError) as error:
        raise _damaged(f"is not what a model file should be ({error})", name) from error


def _headers(content: bytes) -> tuple[Any, Any, int]:
    """Return the two JSON parts, and where the arrays begin."""
    first, second = _LENGTHS.unpack_from(content, _FIRST)
    start = _FIRST + _LENGTHS.size
    end = start + first + second
    if first > _MOST_JSON or second > _MOST_JSON or end > len(content) - _DIGEST:
        raise ValueError("the lengths in its head are absurd")
    return json.loads(content[start : start + first]), json.loads(content[start + first : end]), end


def _arrays(content: bytes, listed: Sequence[Any], at: int) -> list[Array]:
    """Return the arrays, after their sizes have been laid beside the size of the file."""
    found: list[Array] = []
    for kind, shape in listed:
        if kind not in _KINDS or any(type(size) is not int or size < 0 for size in shape):
            raise ValueError("an array of an absurd kind or shape")
        count = 1
        for size in shape:
            count *= size
        end = at + count * np.dtype(kind).itemsize
        if end > len(content) - _DIGEST:
            raise ValueError("an array is larger than the file")
        values = np.frombuffer(content, dtype=kind, count=count, offset=at)
        found.append(values.reshape(shape).copy())
        at = end
    if at != len(content) - _DIGEST:
        raise ValueError("the arrays do not fill the file")
    return found


def _is_model(path: str | Path) -> bool:
    with Path(path).open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _check_format(content: bytes, name: str) -> None:
    said = content[len(_MAGIC) : _FIRST]
    if len(said) < 3 or not said[:2].isdigit() or said[2:] != b"\n":
        raise _damaged("is damaged: it does not say its format", name)
    if int(said[:2]) > FORMAT:
        what = f"was written by a newer qualkit (model format {int(said[:2])}; this reads {FORMAT})"
        raise NewerProjectError(what, where=name, remedy="install a newer qualkit")


def _plain(array: Array) -> Array:
    """Return the array as it is written: little end first, rows one after the other."""
    values = np.ascontiguousarray(array).reshape(array.shape)
    values = values.astype(values.dtype.newbyteorder("<"), copy=False)
    if values.dtype.str not in _KINDS:
        raise TypeError(f"arrays of {values.dtype} are not written")
    return values


def _json(content: Any) -> bytes:
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return written.encode("utf-8", "surrogatepass")


def _damaged(what: str, name: str) -> UnreadableFileError:
    return UnreadableFileError(what, where=name, remedy="copy it again, or save the model again")


def _replace(path: Path, parts: Sequence[Any]) -> None:
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).chmod(0o644)
            Path(draft).replace(path)
        finally:
            Path(draft).unlink(missing_ok=True)
    except OSError as error:
        what = f"cannot be written ({(error.strerror or str(error)).lower()})"
        raise UnwritableError(what, where=str(path), remedy="choose another folder") from error
