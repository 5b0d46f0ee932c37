"""Workbooks out: one sheet for each table, and a first sheet that explains them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from qualkit.errors import OptionError
from qualkit.formats.atomic import replacing
from qualkit.formats.workbook_cells import CellValues, sheet_name

__all__ = ["write_workbook"]

_README = "Read me"
_MAX_ROWS = 1_048_576  # of a sheet, with the header
_MAX_COLUMNS = 16_384
_WIDEST, _NARROWEST = 60, 8
_LONG = 50  # a text column wider than this is wrapped
_LOOKED_AT = 500  # rows that decide on the width of a column
_SHARES = {"share", "low", "high"}
_HEATED = {"jaccard", "share", "value"}
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(
    path: str | Path, sheets: Mapping[str, pd.DataFrame], about: Sequence[tuple[str, str]]
) -> list[str]:
    """Write tables as an .xlsx workbook.

    The first sheet, "Read me", holds ``about`` and a list of the sheets. Every other sheet has a
    bold header that stays in view, a filter, and columns wide enough; long texts wrap. Numbers are
    numbers, yes/no columns of codes are 1 and 0, shares of a frequency table are percentages, and
    the columns share, jaccard and value are shaded by their size. A text is never a formula,
    however it begins.

    Args:
        path: the file to write or to replace.
        sheets: name -> table, in the order of the sheets; the row index is left out.
        about: (what, text) lines for the first sheet.

    Returns:
        One sentence for each kind of thing that a workbook cannot hold and what became of it:
        control characters shown as U+FFFD, texts cut at 32,767 characters, tables split over
        several sheets, names of sheets changed. The first sheet lists them too. Empty when
        everything went in as it was.

    Raises:
        OptionError: a table has more than 16,384 columns.
        UnwritableError: the file cannot be written; an old one is left as it was.

    Example:
        >>> import tempfile
        >>> table = pd.DataFrame({"code": ["pay"], "memo": ["=1+1"], "n": [3]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "a.xlsx"
        ...     events = write_workbook(path, {"frequency": table}, [("Project", "Care")])
        ...     pd.read_excel(path, "frequency").values.tolist()
        [['pay', '=1+1', 3]]
        >>> events
        []
    """
    for name, frame in sheets.items():
        if frame.shape[1] > _MAX_COLUMNS:
            what = f"a sheet holds at most {_MAX_COLUMNS:,} columns, not {frame.shape[1]:,}"
            raise OptionError(what, where=name, remedy="write csv or parquet instead")
    with replacing(path) as draft:
        writer = _Writer()
        for name, frame in sheets.items():
            writer.add(name, frame)
        events = writer.finish(about)
        writer.book.save(draft)
    return events


class _Writer:
    """A workbook in the making; rows go to the disk as they come."""

    def __init__(self) -> None:
        self.book = Workbook(write_only=True)
        self.values = CellValues()
        self.readme = self.book.create_sheet(_README)
        self.lines: list[tuple[str, str]] = []
        self.notes: list[str] = []

    def add(self, name: str, frame: pd.DataFrame) -> None:
        """Write one table, on as many sheets as it takes."""
        size = _MAX_ROWS - 1
        parts = range(0, max(len(frame), 1), size)
        for number, first in enumerate(parts, start=1):
            wanted = name if number == 1 else f"{name} ({number})"
            title = sheet_name(wanted, self.book.sheetnames)
            if title != wanted:
                self.notes.append(f"{name!r} is on the sheet {title!r}")
            part = frame.iloc[first : first + size]
            self._sheet(title, part)
            self.lines.append((f"Sheet {title}", f"{len(part):,} rows"))
        if len(parts) > 1:
            self.notes.append(f"{name}: {len(frame):,} rows stand on {len(parts)} sheets")

    def finish(self, about: Sequence[tuple[str, str]]) -> list[str]:
        """Write the first sheet, which can only be known now, and return the events."""
        events = self.notes + self.values.events()
        rows = [*about, *self.lines, *(("Note", event) for event in events)]
        cells = CellValues()
        sheet = self.readme
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 100
        head, plain = _Pen(sheet, bold=True), _Pen(sheet, wrap=True)
        for what, text in rows:
            texts = cells.text(_README, str(what)), cells.text(_README, str(text))
            sheet.append([head.write(texts[0]), plain.write(texts[1])])
        return events

    def _sheet(self, title: str, frame: pd.DataFrame) -> None:
        sheet = self.book.create_sheet(title)
        names = [self.values.text(title, str(name)) for name in frame.columns]
        columns = [
            self.values.column(title, name, frame.iloc[:, place])
            for place, name in enumerate(names)
        ]
        widths = [_width(n, values) for n, values in zip(names, columns, strict=True)]
        is_share = _SHARES if {"share", "denominator"} <= set(names) else set()
        for place, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = min(width, _WIDEST) + 2
        sheet.freeze_panes = "A2"
        header = _Pen(sheet, bold=True)
        sheet.append(header.write(name) for name in names)
        pens = [
            _Pen(sheet, wrap=width > _LONG, percent=name in is_share)
            for name, width in zip(names, widths, strict=True)
        ]
        for row in zip(*columns, strict=True):
            sheet.append([pen.write(value) for pen, value in zip(pens, row, strict=True)])
        self._dress(sheet, names, len(frame) + 1)

    def _dress(self, sheet: Any, names: Sequence[str], last: int) -> None:
        """Add the filter and the shading."""
        if not names:
            return
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{last}"
        for place, name in enumerate(names, start=1):
            if name in _HEATED and last > 1:
                letter = get_column_letter(place)
                rule = ColorScaleRule(  # type: ignore[no-untyped-call]  # a gap in its stubs
                    start_type="min", start_color="FFFFFF", end_type="max", end_color="6BAED6"
                )
                sheet.conditional_formatting.add(f"{letter}2:{letter}{last}", rule)


class _Pen:
    """Fills a cell that is written and filled again, so that its style is worked out only once.

    A text stays a text even where openpyxl would see a formula or an error, and one that begins
    like a formula is marked so that editing it in a spreadsheet leaves it a text too.
    """

    def __init__(
        self, sheet: Any, *, bold: bool = False, wrap: bool = False, percent: bool = False
    ) -> None:
        self.plain, self.quoted = WriteOnlyCell(sheet), WriteOnlyCell(sheet)
        for cell in (self.plain, self.quoted):
            cell.font = Font(bold=bold)
            cell.alignment = Alignment(vertical="top", wrap_text=wrap)
            cell.number_format = "0.0%" if percent else "General"
        self.quoted.quotePrefix = True  # of a cell of its own: openpyxl shares a style once written

    def write(self, value: Any) -> Any:
        """Return the filled cell; None for nothing."""
        if value is None:
            return None
        if not isinstance(value, str):
            self.plain.value = value
            return self.plain
        is_risky = value.startswith(_RISKY) or value in ERROR_CODES
        cell = self.quoted if is_risky else self.plain
        cell.value = value
        cell.data_type = "s"
        return cell


def _width(name: str, values: Sequence[Any]) -> int:
    """Return the characters a column needs: its name and its longest line among the first rows."""
    lines = (str(value) for value in islice(values, _LOOKED_AT) if value is not None)
    longest = max((len(line) for text in lines for line in text.splitlines()), default=0)
    return max(len(name) + 3, longest, _NARROWEST)
