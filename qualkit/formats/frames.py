"""Tables in files: comma- or tab-separated text and workbooks, every cell as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from qualkit.errors import (
    CodingsFileError,
    EmptyFileError,
    UnknownFileKindError,
    UnreadableFileError,
)
from qualkit.formats.table_limits import narrow, within
from qualkit.formats.workbook_rows import is_workbook, sheet_rows

__all__ = ["file_bytes", "read_frame", "table_of"]

_KINDS = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ""}
_MOST_BYTES = 200_000_000
_MOST_HEADER = 1_000_000  # characters
_GUARD = re.compile(r"'(?='*[=+\-@\t\r\n])")  # what write_csv sets before a risky text


def read_frame(path: str | Path) -> pd.DataFrame:
    """Return a csv, tsv or xlsx file as text cells under its titles; the index is the file's row.

    Raises:
        FileError: the file is missing, empty, damaged or of another kind.
        CodingsFileError: a row has more cells than the header.
    """
    name = Path(path).name
    return table_of(file_bytes(path, name), name)


def file_bytes(source: str | Path | bytes, name: str) -> bytes:
    """Return the bytes of a file, or those given."""
    if isinstance(source, bytes):
        return source
    try:
        size = Path(source).stat().st_size
        if size > _MOST_BYTES:
            what = f"is {size // 1_000_000:,} MB large; at most {_MOST_BYTES // 1_000_000} are read"
            raise UnreadableFileError(what, where=name, remedy="split it")
        return Path(source).read_bytes()
    except OSError as error:
        what = f"cannot be read ({error.strerror or error})"
        raise UnreadableFileError(what, where=name, remedy="check the path") from error


def table_of(data: bytes, name: str, sheets: Sequence[str] = ("codings",)) -> pd.DataFrame:
    """Return the cells as text under the titles as written; the index is the row in the file.

    Of a workbook the first of ``sheets`` that is there is read, else the first sheet with content.
    """
    kind = Path(name).suffix.casefold()
    if kind not in _KINDS and kind[1:].isalpha():
        what = f"a table cannot be read from a {kind} file"
        raise UnknownFileKindError(what, where=name, remedy="use .csv, .tsv or .xlsx")
    if is_workbook(data):
        rows = sheet_rows(data, name, sheets)
    elif kind in {".xlsx", ".xlsm"} and data.strip():
        what = "is no workbook, whatever its name says"
        raise UnreadableFileError(what, where=name, remedy="save it again as .xlsx or .csv")
    else:
        rows = _text_rows(data, name)
    numbered = [(n, row) for n, row in enumerate(rows, start=1) if any(map(str.strip, row))]
    if len(numbered) < 2:
        remedy = "it needs a header and at least one row"
        raise EmptyFileError("holds no rows", where=name, remedy=remedy)
    header = [title.strip() for title in numbered[0][1]]
    while header and not header[-1]:
        header.pop()
    width = len(header)
    for number, row in numbered[1:]:
        if any(map(str.strip, row[width:])):
            what = f"the row has {len(row)} cells, the header {width}"
            remedy = "put texts that hold the separator in quotation marks"
            raise CodingsFileError(what, where=f"{name}, row {number}", remedy=remedy)
    cells = [[*row[:width], *[""] * (width - len(row))] for _, row in numbered[1:]]
    index = pd.Index([number for number, _ in numbered[1:]])
    return pd.DataFrame(cells, index=index, columns=header, dtype="str")


def _text_rows(data: bytes, name: str) -> list[list[str]]:
    encoding, first = _beginning(data, name)
    hint = re.fullmatch(r'"?sep=(.)"?\r?', first)  # how Excel is told of the separator
    separator = hint[1] if hint else max(",;\t", key=first.count)
    with io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="") as text:
        if hint:
            text.readline()
        lines = csv.reader(narrow(text, separator, name), delimiter=separator)
        try:
            rows = within(map(_unguarded, lines), name)
        except csv.Error as error:
            where = f"{name}, line {lines.line_num}"
            remedy = "check that every quotation mark is closed"
            what = f"is no table ({error})"
            raise UnreadableFileError(what, where=where, remedy=remedy) from error
    return [[], *rows] if hint else rows


def _unguarded(row: list[str]) -> list[str]:
    return [_GUARD.sub("", cell, count=1) if cell[:1] == "'" else cell for cell in row]


def _beginning(data: bytes, name: str) -> tuple[str, str]:
    """Return the encoding and the first line."""
    text, encoding = _decoded(data, name)
    return encoding, text[:_MOST_HEADER].partition("\n")[0]


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in data[:200]:
        encodings = ["utf-16-be" if data[:1] == b"\x00" else "utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    what = "is not text in UTF-8, UTF-16 or Windows-1252"
    raise UnreadableFileError(what, where=name, remedy="save it as CSV UTF-8")
