"""The tables of a project as JSON, out and in, a row at a time; described in docs/project-json.md.

Two kinds of file have them: ``study.json``, the whole project with its log, and the part
``qualkit.json`` of a ``.qdpx`` (``qdpx_sidecar``).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any

from qualkit.errors import NewerProjectError, UnknownFileKindError, UnreadableFileError
from qualkit.formats.atomic import replacing
from qualkit.formats.json_stream import JsonStream

__all__ = ["FORMAT", "VERSION", "Packed", "ProjectJson", "json_parts", "read_project_json",
           "write_project_json"]  # fmt: skip

FORMAT, VERSION = "qualkit project", 1
_HEAD = ("format", "version", "schema", "project")
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode

Packed = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
"""Name of a table, its columns, its rows."""


def json_parts(
    head: Mapping[str, Any], tables: Iterable[Packed], tail: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """Yield JSON: the head, then {"tables": {name: {"columns", "base64", "rows"}}}, then the tail.

    A row stands on a line of its own; bytes are base64.

    Example:
        >>> print("".join(json_parts({"a": 1}, [("t", ["id", "content"], [(1, b"x")])])))
        {"a":1,
        "tables":{
        "t":{"columns":["id","content"],"base64":["content"],"rows":[
        [1,"eA=="]]}}}
    """
    yield "{"
    for key, value in head.items():
        yield f"{_ENCODE(key)}:{_ENCODE(value)},\n"
    yield '"tables":{'
    comma = "\n"
    for name, columns, rows in tables:
        yield f"{comma}{_ENCODE(name)}:"
        yield from _table(columns, rows)
        comma = ",\n"
    yield "}"
    for key, value in (tail or {}).items():
        yield f",\n{_ENCODE(key)}:{_ENCODE(value)}"
    yield "}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    binary: list[int] | None = None
    for row in rows:
        if binary is None:
            binary = [place for place, cell in enumerate(row) if isinstance(cell, bytes)]
            yield f"{_opened(columns, binary)}\n"
        else:
            yield ",\n"
        yield _ENCODE(_row(row, binary))
    yield "]}" if binary is not None else f"{_opened(columns, [])}]}}"


def _opened(columns: Sequence[str], binary: Sequence[int]) -> str:
    bytes_in = f'"base64":{_ENCODE([columns[place] for place in binary])},' if binary else ""
    return f'{{"columns":{_ENCODE(list(columns))},{bytes_in}"rows":['


def _row(row: Sequence[Any], binary: Sequence[int]) -> list[Any]:
    cells = list(row)
    for place in binary:
        cells[place] = base64.b64encode(cells[place]).decode("ascii")
    return cells


def write_project_json(path: str | Path, head: Mapping[str, Any], tables: Iterable[Packed]) -> None:
    """Write a whole project, or leave what is there.

    Args:
        path: the file to write or to replace.
        head: qualkit, schema, about, project; format and version are added.
        tables: all of them, each after those it refers to.

    Raises:
        UnwritableError: the file cannot be written.
    """
    whole = {"format": FORMAT, "version": VERSION, **head}
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(json_parts(whole, tables))
        out.write("\n")


Opener = Callable[[], AbstractContextManager[IO[str]]]
"""Opens a JSON text from its beginning."""


class ProjectJson:
    """A JSON text with tables in it, opened anew for each walk through it.

    Args:
        opener: opens the text.
        name: how messages call it.
    """

    def __init__(self, opener: Opener, name: str) -> None:
        self._opener, self.name = opener, name

    def head(self, needed: Collection[str] = ()) -> dict[str, Any]:
        """Return what stands beside the tables; with ``needed``, it is enough to have these."""
        found: dict[str, Any] = {}
        with self._opener() as source:
            stream = JsonStream(source, self.name)
            for key in stream.keys():  # noqa: SIM118  no mapping
                if key != "tables":
                    found[key] = stream.value()
                elif needed and set(needed) <= set(found):
                    return found
                else:
                    for _, _, rows in _tables(stream):
                        for _ in rows:
                            pass
            stream.finish()
        return found

    def tables(self) -> Iterator[Packed]:
        """Yield name, columns and rows of each table; take the rows before the next table."""
        with self._opener() as source:
            stream = JsonStream(source, self.name)
            for key in stream.keys():  # noqa: SIM118
                if key == "tables":
                    yield from _tables(stream)
                else:
                    stream.value()
            stream.finish()


def _tables(stream: JsonStream) -> Iterator[Packed]:
    for name in stream.keys():  # noqa: SIM118
        columns: list[str] = []
        binary: list[int] = []
        for key in stream.keys():  # noqa: SIM118
            if key == "rows":
                yield name, columns, _rows(stream, name, len(columns), binary)
                continue
            value = stream.value()
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise stream.refusal(f"the {key} of table '{name}' are no list of names")
            if key == "columns":
                columns = value
            elif key == "base64":
                binary = [place for place, one in enumerate(columns) if one in value]


def _rows(
    stream: JsonStream, name: str, width: int, binary: Sequence[int]
) -> Iterator[Sequence[Any]]:
    for number, row in enumerate(stream.elements(), start=1):
        if type(row) is not list or len(row) != width:
            raise stream.refusal(f"row {number} of table '{name}' has not {width} cells")
        for place in binary:
            try:
                row[place] = base64.b64decode(row[place], validate=True)
            except (binascii.Error, TypeError, ValueError) as error:
                raise stream.refusal(f"row {number} of '{name}' holds no base64") from error
        yield row


def read_project_json(path: str | Path, schema: str) -> ProjectJson:
    """Return a whole project in a file, of which the head has been looked at.

    Args:
        path: the file.
        schema: the newest schema that this qualkit knows.

    Raises:
        UnknownFileKindError: it is other JSON.
        NewerProjectError: a newer qualkit wrote it.
        UnreadableFileError: missing, damaged or hostile.
    """
    place = Path(path)
    found = ProjectJson(lambda: _opened_text(place), place.name)
    head = found.head(_HEAD)
    if head.get("format") != FORMAT:
        what = "this JSON file holds no project of qualkit"
        remedy = "a transcript is read with: qualkit import"
        raise UnknownFileKindError(what, where=place.name, remedy=remedy)
    version, named, own = head.get("version"), head.get("schema"), head.get("project")
    if type(version) is not int or not isinstance(named, str) or not isinstance(own, dict):
        what = "cannot be read: its version, schema or project is missing"
        raise UnreadableFileError(what, where=place.name, remedy="export the project again")
    if version > VERSION or named > schema:
        what = "this project was written by a newer qualkit"
        raise NewerProjectError(what, where=place.name, remedy="update qualkit")
    return found


@contextmanager
def _opened_text(path: Path) -> Iterator[IO[str]]:
    try:
        source = path.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        what = f"cannot be read ({error.strerror or error})"
        raise UnreadableFileError(what, where=str(path), remedy="check the path") from error
    with source:
        yield source
