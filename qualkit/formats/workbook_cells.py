"""Values as the cells of a workbook, and a note of every change that this needs."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
from openpyxl.cell.cell import ERROR_CODES

__all__ = ["MAX_CHARACTERS", "CellValues", "MarkCells", "Pens", "row_cells", "sheet_name"]

MAX_CHARACTERS = 32_767
MAX_NAME = 31

_SHORT = MAX_CHARACTERS // 2  # a text up to here fits, however its characters are counted
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # how spreadsheets write a character by its number
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_EXACT = 2**53  # a workbook keeps numbers as doubles: larger integers would be rounded
_FIRST_DAY = pd.Timestamp("1899-12-30")
_ROOM = 20_000_000  # characters of cells kept for the next row with the same marks
_RISKY = ("=", "+", "-", "@", "\t", "\r")


class Pens(NamedTuple):
    """Numbers of the styles for one column.

    Attributes:
        plain: for numbers, dates and texts.
        quoted: for a text that a spreadsheet would take for a formula once somebody edits it.
    """

    plain: int
    quoted: int


class CellValues:
    """Turns columns into cells.

    Attributes:
        counts: (sheet, what was done) -> number of cells it was done to.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def events(self) -> list[str]:
        """Return one sentence for each kind of change made in each sheet."""
        return [
            f"{sheet}: {count:,} {'cell' if count == 1 else 'cells'} {what}"
            for (sheet, what), count in self.counts.items()
        ]

    def column(self, sheet: str, column: pd.Series[Any], pens: Pens) -> list[str]:
        """Return the cells of one column, each without its place; "" for a missing value.

        Booleans become 1 and 0, moments the numbers that spreadsheets count days in, and texts
        stay texts however they begin.
        """
        dtype = column.dtype
        if pd.api.types.is_datetime64_dtype(dtype):
            days = (column - _FIRST_DAY) / pd.Timedelta(days=1)
            return self._floats(sheet, days.round(9), pens)
        if dtype.kind == "f":
            return self._floats(sheet, column, pens)
        if dtype.kind in "biu":
            return self._integers(
                sheet, column.astype("Int64") if dtype.kind == "b" else column, pens
            )
        values = column.astype(object).tolist()
        if not isinstance(dtype, pd.StringDtype):
            return [self._cell(sheet, one, pens) for one in values]
        made = {one: self._cell(sheet, one, pens) for one in set(values) if not _is_odd(one)}
        return [made[one] if one in made else self._cell(sheet, one, pens) for one in values]

    def text(self, sheet: str, text: str) -> str:
        """Return the text without what XML forbids, cut where a cell ends."""
        if _FORBIDDEN.search(text):
            text = _FORBIDDEN.sub("\ufffd", text)
            what = "with control characters, each shown as \ufffd"
            self.counts[sheet, what] += 1
        if len(text) > _SHORT and _units(text) > MAX_CHARACTERS:
            self.counts[sheet, f"cut at {MAX_CHARACTERS:,} characters, marked at the end"] += 1
            text = _cut(text)
        return text

    def cell(self, sheet: str, text: str, pens: Pens) -> str:
        """Return the cell of a text, without its place."""
        whole = self.text(sheet, text)
        is_risky = whole.startswith(_RISKY) or whole in ERROR_CODES
        style = pens.quoted if is_risky else pens.plain
        kept = "" if whole == whole.strip() else ' xml:space="preserve"'
        told = escape(_CODED.sub("_x005F_", whole) if "_x" in whole else whole, {"\r": "&#13;"})
        return f'" s="{style}" t="inlineStr"><is><t{kept}>{told}</t></is></c>'

    def _integers(self, sheet: str, column: pd.Series[Any], pens: Pens) -> list[str]:
        values = column.tolist()
        if ((column > _EXACT) | (column < -_EXACT)).any():
            return [self._cell(sheet, value, pens) for value in values]
        head = f'" s="{pens.plain}"><v>'
        return ["" if value is pd.NA else f"{head}{value}</v></c>" for value in values]

    def _floats(self, sheet: str, column: pd.Series[Any], pens: Pens) -> list[str]:
        head = f'" s="{pens.plain}"><v>'
        values = column.astype("float64").tolist()
        if np.isinf(values).any():
            return [self._cell(sheet, value, pens) for value in values]
        return ["" if value != value else f"{head}{value!r}</v></c>" for value in values]  # noqa: PLR0124 - what is no number

    def _cell(self, sheet: str, value: Any, pens: Pens) -> str:
        plain = self._plain(sheet, value)
        if plain is None or plain == "":
            return ""
        if isinstance(plain, str):
            return self.cell(sheet, plain, pens)
        return f'" s="{pens.plain}"><v>{plain!r}</v></c>'

    def _plain(self, sheet: str, value: Any) -> str | int | float | None:
        """Return what a cell can hold of a value of any kind."""
        if isinstance(value, str):
            return value
        if value is None or value is pd.NA or value is pd.NaT:
            return None
        value = value.item() if isinstance(value, np.generic) else value
        if isinstance(value, bool | int):
            return self._integer(sheet, int(value))
        return self._float(sheet, value) if isinstance(value, float) else _told(value)

    def _integer(self, sheet: str, value: int) -> int | str:
        if abs(value) <= _EXACT:
            return value
        self.counts[sheet, "with an integer too large for a number, written as text"] += 1
        return str(value)

    def _float(self, sheet: str, value: float) -> float | str | None:
        if math.isnan(value):
            return None
        if math.isinf(value):
            self.counts[sheet, "with an infinite number, written as text"] += 1
            return str(value)
        return value


def _told(value: Any) -> str:
    """Return in words what is neither text nor number."""
    if isinstance(value, date):
        return value.isoformat(*(" ",) if isinstance(value, datetime) else ())
    return " | ".join(map(str, value if isinstance(value, Iterable) else [value]))


def _is_odd(value: Any) -> bool:
    """Return whether a text will not go into a cell as it is, so that each such cell is counted."""
    is_text = isinstance(value, str)
    return is_text and (len(value) > _SHORT or _FORBIDDEN.search(value) is not None)


def row_cells(columns: Sequence[tuple[str, list[str]]], first: int) -> list[str]:
    """Return the cells of rows, joined, given the letter and the cells of each column.

    Example:
        >>> row_cells([("A", ['"><v>1</v></c>', ""])], 2)
        ['<c r="A2"><v>1</v></c>', '']
    """
    placed = [
        [f'<c r="{letter}{row}{cell}' if cell else "" for row, cell in enumerate(cells, first)]
        for letter, cells in columns
    ]
    return list(map("".join, zip(*placed, strict=True)))


class MarkCells:
    """Writes the 0/1 cells of rows; rows with the same marks are put together once."""

    def __init__(self, columns: Sequence[Any]) -> None:
        self._zeros, self._ones = (
            [f'<c r="{one.letter}#" s="{one.pens.plain}"><v>{mark}</v></c>' for one in columns]
            for mark in "01"
        )
        self._known: dict[bytes, str] = {}
        self._room = _ROOM // (1 + sum(map(len, self._zeros)))

    def rows(self, block: np.ndarray[Any, np.dtype[np.uint8]], first: int) -> list[str]:
        """Return the cells of each row of zeros and ones, the first standing in row ``first``."""
        cells = []
        for row, marks in enumerate(block, first):
            key = marks.tobytes()
            pattern = self._known.get(key)
            if pattern is None:
                if len(self._known) > self._room:
                    self._known.clear()
                pairs = zip(self._zeros, self._ones, marks.tolist(), strict=True)
                pattern = "".join(one if mark else zero for zero, one, mark in pairs)
                self._known[key] = pattern
            cells.append(pattern.replace("#", str(row)))
        return cells


def sheet_name(wanted: str, taken: Iterable[str]) -> str:
    """Return a name that a sheet may have and none of ``taken`` has, whatever the case.

    Example:
        >>> sheet_name("Theme: by/type?", [])
        'Theme by type'
        >>> sheet_name("codings", ["Codings"])
        'codings (2)'
    """
    clean = " ".join(_NOT_IN_A_NAME.sub(" ", wanted).split()).strip("'") or "Sheet"
    clean = "History sheet" if clean.casefold() == "history" else clean  # Excel keeps that one
    used = {name.casefold() for name in taken}
    number, name = 1, _shorten(clean, "")
    while name.casefold() in used:
        number += 1
        name = _shorten(clean, f" ({number})")
    return name


def _shorten(name: str, ending: str) -> str:
    while _units(name + ending) > MAX_NAME:
        name = name[:-1]
    return name.strip(" '") + ending


def _units(text: str) -> int:
    """Return the length as a spreadsheet counts it: in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str) -> str:
    mark = f" [cut here: {len(text):,} characters in all]"
    kept = text.encode("utf-16-le")[: 2 * (MAX_CHARACTERS - len(mark))]
    return kept.decode("utf-16-le", "ignore") + mark
