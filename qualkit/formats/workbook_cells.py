"""Making values fit the cells of a workbook, and noting every change that this needs."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["MAX_CHARACTERS", "CellValues", "sheet_name"]

MAX_CHARACTERS = 32_767
MAX_NAME = 31

_SHORT = MAX_CHARACTERS // 2  # a text up to here fits, however its characters are counted
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_EXACT = 2**53  # a workbook keeps numbers as doubles: larger integers would be rounded
_FLAGS = {"codable", "reported"}  # columns that stay true/false; other booleans are code columns


class CellValues:
    """Turns columns into values that a cell can hold.

    Attributes:
        counts: (sheet, what was done) -> number of cells it was done to.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()

    def events(self) -> list[str]:
        """Return one sentence for each kind of change made in each sheet."""
        return [f"{sheet}: {count:,} {what}" for (sheet, what), count in self.counts.items()]

    def column(self, sheet: str, name: str, column: pd.Series[Any]) -> list[Any]:
        """Return the values of one column: None, numbers, dates without zone, clean texts."""
        if pd.api.types.is_bool_dtype(column.dtype):
            turn = bool if name in _FLAGS else int
            return [None if pd.isna(value) else turn(value) for value in column.tolist()]
        if pd.api.types.is_integer_dtype(column.dtype) or not column.size:
            return [self._integer(sheet, value) for value in column.astype(object).tolist()]
        if pd.api.types.is_datetime64_dtype(column.dtype):
            return [None if pd.isna(value) else value.to_pydatetime() for value in column]
        return [self._value(sheet, value) for value in column.astype(object).tolist()]

    def text(self, sheet: str, text: str) -> str:
        """Return the text without what XML forbids, cut where a cell ends."""
        if _FORBIDDEN.search(text):
            text = _FORBIDDEN.sub("\ufffd", text)
            what = "cells with control characters, each shown as \ufffd"
            self.counts[sheet, what] += 1
        if len(text) > _SHORT and _units(text) > MAX_CHARACTERS:
            self.counts[
                sheet, f"cells cut at {MAX_CHARACTERS:,} characters, marked at the end"
            ] += 1
            text = _cut(text)
        return text

    def _integer(self, sheet: str, value: Any) -> Any:
        if value is None or pd.isna(value):
            return None
        if abs(value) > _EXACT:
            self.counts[sheet, "integers too large for a cell, written as text"] += 1
            return str(value)
        return int(value)

    def _value(self, sheet: str, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(sheet, value)
        if value is None or value is pd.NA or value is pd.NaT:
            return None
        if isinstance(value, bool | int):
            return self._integer(sheet, int(value))
        if isinstance(value, float):
            return self._float(sheet, float(value))
        if isinstance(value, np.generic):
            return self._value(sheet, value.item())
        return self._other(sheet, value)

    def _float(self, sheet: str, value: float) -> float | str | None:
        if math.isnan(value):
            return None
        if math.isinf(value):
            self.counts[sheet, "infinite numbers, written as text"] += 1
            return str(value)
        return value

    def _other(self, sheet: str, value: Any) -> str:
        if isinstance(value, date):
            return value.isoformat()
        parts = value if isinstance(value, Iterable) else [value]
        return self.text(sheet, " | ".join(map(str, parts)))


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
