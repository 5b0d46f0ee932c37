"""Excel workbooks of utterances: .xlsx, one row each."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import load_workbook

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.read_archive import BROKEN, check_archive, damaged
from qualkit.formats.read_lines import tidy
from qualkit.formats.read_table import read_rows
from qualkit.text.reading import Reading

__all__ = ["read_xlsx"]

_KIND = "Excel workbook"
_MOST_CELLS = 5_000_000
_ROW = 5  # a row costs as much as some cells, even an empty one
_Rows = list[list[str]]


def read_xlsx(source: bytes, source_name: str) -> Reading:
    """Return the utterances of a workbook: of the sheet with most words, and of those like it.

    Sheets with the same first row are read as well, each as a section; others are named in a
    finding. Columns are guessed as for CSV. Of formulas the last result is read.

    Raises:
        EmptyFileError: no sheet holds rows with text.
        UnreadableFileError: it is no workbook, damaged, locked by a password, or unsafe to open.
    """
    check_archive(source, source_name, _KIND)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's, on styles and names that are not read
            sheets = _sheets(source, source_name)
    except BROKEN as error:
        raise damaged(source_name, _KIND) from error
    filled = {title: rows for title, rows in sheets.items() if rows}
    if not filled:
        raise EmptyFileError("there are no rows in the workbook", where=source_name)
    main = max(filled, key=lambda title: _letters(filled[title]))
    alike = [title for title in filled if filled[title][0] == filled[main][0]]
    if len(alike) > 1:
        rows = [[*filled[main][0], "section"]]
        width = max(len(row) for title in alike for row in filled[title])
        rows[0] = [*filled[main][0], *[""] * (width - len(filled[main][0])), "section"]
        for title in alike:
            rows += [[*r, *[""] * (width - len(r)), title] for r in filled[title][1:]]
    else:
        alike, rows = [main], filled[main]
    return read_rows(rows, source_name, "utf-8", _remarks(list(filled), alike))


def _sheets(source: bytes, source_name: str) -> dict[str, _Rows]:
    book = load_workbook(io.BytesIO(source), read_only=True, data_only=True)
    try:
        cells = 0
        sheets: dict[str, _Rows] = {}
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            sheets[sheet.title] = rows = []
            for row in sheet.iter_rows(values_only=True):
                cells += len(row) + _ROW
                if cells > _MOST_CELLS:
                    raise UnreadableFileError(
                        f"the workbook has more than {_MOST_CELLS:,} cells",
                        where=source_name,
                        remedy="keep only the rows and columns of the transcript",
                    )
                texts = list(_texts(row))
                if any(texts):
                    rows.append(texts)
        return sheets
    finally:
        book.close()


def _texts(row: tuple[Any, ...]) -> Iterator[str]:
    last = max((place for place, value in enumerate(row) if value is not None), default=-1)
    for value in row[: last + 1]:
        yield _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, timedelta):
        return _clock(int(value.total_seconds()))
    if isinstance(value, time):
        return value.strftime("%H:%M:%S")
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return tidy(str(value))


def _clock(total: int) -> str:
    return f"{total // 3600:02}:{total // 60 % 60:02}:{total % 60:02}"


def _letters(rows: _Rows) -> int:
    return sum(len(cell) for row in rows for cell in row if not cell.isdecimal())


def _remarks(titles: list[str], read: list[str]) -> tuple[tuple[str, str], ...]:
    others = [f"'{title}'" for title in titles if title not in read]
    if not others:
        return ()
    return (("left out", f"Sheets that were not read: {', '.join(others)}."),)
