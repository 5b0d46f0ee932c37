"""The rows of a sheet in a workbook, read with care: the file may be damaged or hostile."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from qualkit.errors import UnreadableFileError

__all__ = ["is_workbook", "sheet_rows"]

_MAX_UNPACKED = 600_000_000  # bytes; a million rows of codings stay below
_MAX_RATIO = 250  # of unpacked to packed; real sheets stay below 60
_SMALL = 20_000_000  # below this a high ratio does no harm
_MAX_COLUMNS = 4_000
_OLD_KIND = b"\xd0\xcf\x11\xe0"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # what both XML parsers raise
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
)


def is_workbook(data: bytes) -> bool:
    """Return whether the bytes begin like a workbook, an old or locked one included.

    Example:
        >>> is_workbook(b"document,position")
        False
    """
    return data.startswith((b"PK", _OLD_KIND))


def sheet_rows(data: bytes, name: str, preferred: Sequence[str] = ()) -> list[list[str]]:
    """Return the cells of one sheet as text, row by row, blank rows included.

    Formulas give the value that was saved with them. Whole numbers come without a decimal point,
    dates in ISO form, true and false as those words.

    Args:
        data: the bytes of an .xlsx file.
        name: name of the file, for messages.
        preferred: names of sheets to take if there, in any case; else the first sheet that holds
            something and is not called "Read me".

    Raises:
        UnreadableFileError: damaged, locked, of the old kind, or far larger than its packed size
            lets one expect; a formula without a saved value.
    """
    _check(data, name)
    try:
        rows = _rows(data, preferred, is_formula=False)
        if _has_formulas(data):
            _check_formulas(rows, _rows(data, preferred, is_formula=True), name)
    except _BROKEN as error:
        what = f"is damaged or no workbook ({type(error).__name__})"
        raise UnreadableFileError(what, where=name, remedy="save it again as .xlsx") from error
    return [[_text(value) for value in row] for row in rows]


def _check(data: bytes, name: str) -> None:
    """Refuse what would fill the memory, before anything is unpacked."""
    if data.startswith(_OLD_KIND):
        what = "is an old .xls workbook, or one with a password"
        raise UnreadableFileError(what, where=name, remedy="save it as .xlsx without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            packed = max(1, sum(part.compress_size for part in parts))
            if unpacked > _MAX_UNPACKED or (unpacked > _SMALL and unpacked / packed > _MAX_RATIO):
                what = f"would unpack to {unpacked // 1_000_000:,} MB, which no honest table does"
                raise UnreadableFileError(what, where=name, remedy="save the table as .csv")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as opened:
                        is_odd = b"<!DOCTYPE" in opened.read(4096)
                    if is_odd:
                        what = f"holds a document type declaration in {part.filename}"
                        raise UnreadableFileError(what, where=name, remedy="save it again")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        what = f"is damaged or no workbook ({error})"
        raise UnreadableFileError(what, where=name, remedy="save it again as .xlsx") from error


def _rows(data: bytes, preferred: Sequence[str], *, is_formula: bool) -> list[list[Any]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to load

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of styles and extensions it leaves aside
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=not is_formula)
        try:
            for sheet in _in_order(book.worksheets, preferred):
                sheet.reset_dimensions()  # what the file says of its size need not be true
                rows = [_trimmed(row) for row in sheet.iter_rows(values_only=True)]
                while rows and not rows[-1]:
                    rows.pop()
                if rows:
                    return rows
        finally:
            book.close()
    return []


def _in_order(sheets: Sequence[Any], preferred: Sequence[str]) -> Iterator[Any]:
    wanted = {name.casefold() for name in preferred}
    yield from (sheet for sheet in sheets if sheet.title.casefold() in wanted)
    yield from (sheet for sheet in sheets if sheet.title.casefold() not in wanted | {"read me"})


def _trimmed(row: Sequence[Any]) -> list[Any]:
    cells = list(row)
    while cells and cells[-1] is None:
        cells.pop()
    if len(cells) > _MAX_COLUMNS:
        message = f"a row reaches to column {_letters(len(cells))}"
        raise ValueError(message)
    return cells


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - slow to load

    return str(get_column_letter(column))


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
        return any(mark in archive.read(n) for n in sheets for mark in (b"<f>", b"<f "))


def _check_formulas(values: list[list[Any]], formulas: list[list[Any]], name: str) -> None:
    """Refuse a formula that has no value, which would pass as an empty cell."""
    for number, row in enumerate(formulas):
        saved = values[number] if number < len(values) else []
        for place, cell in enumerate(row):
            is_empty = place >= len(saved) or saved[place] is None
            if is_empty and isinstance(cell, str) and cell.startswith("="):
                where = f"{name}, row {number + 1}, column {_letters(place + 1)}"
                what = "the formula was saved without its value"
                remedy = "open the file in a spreadsheet program and save it there"
                raise UnreadableFileError(what, where=where, remedy=remedy)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)
