"""Workbooks out: one sheet for each table, and a first sheet that explains them.

openpyxl (write-only mode) makes everything but the rows of the tables: sheets, styles, filters,
shading, charts, links, names, print setup. The rows are written as XML between, a few thousand at a
time: cell by cell openpyxl takes five times as long, which for a big project is minutes.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pandas as pd

from qualkit.errors import OptionError
from qualkit.formats.atomic import replacing
from qualkit.formats.workbook_cells import CellValues, MarkCells, Pens, row_cells, sheet_name
from qualkit.formats.workbook_charts import add_charts
from qualkit.formats.workbook_frame import Column, Frame, Laid
from qualkit.formats.workbook_readme import CHARTS, FIRST_PATH, README, add_lines, with_notes
from qualkit.formats.workbook_sheets import Block, Progress, Sheet, sheet_of

__all__ = ["write_workbook"]

_MAX_ROWS = 1_048_576  # of a sheet, with the header
_MAX_COLUMNS = 16_384
_AT_ONCE = 5_000  # rows
_HUGE = 1_000_000_000  # characters of one sheet, from which the file needs longer numbers
_NO_ROWS = re.compile(b"<sheetData ?/>|<sheetData></sheetData>")
_PACKED = 6
_LINE, _MOST_LINES = 15.0, 26  # points of a line; lines of the highest row there can be
_DENSE = 1.1  # characters of a text in the room of one digit, by which widths are measured


def write_workbook(
    path: str | Path,
    sheets: Mapping[str, pd.DataFrame | Sheet],
    about: Sequence[tuple[str, str]],
    *,
    charts: Sequence[Block] = (),
    progress: Progress | None = None,
) -> list[str]:
    """Write tables as an .xlsx workbook.

    The first sheet, "Read me", holds ``about``, a list of the sheets with links to them, and the
    names of the ranges. Every other sheet has a header that stays in view and is repeated on each
    printed page, a filter, and columns wide enough; long texts wrap. Numbers are numbers, dates
    dates, yes and no 1 and 0. A text is never a formula, however it begins. Nothing is hidden.

    Args:
        path: the file to write or to replace.
        sheets: name -> table, in the order of the sheets; the row index is left out.
        about: (what, text) lines for the first sheet; the first of them is its heading.
        charts: what the sheet "Charts" shows; without any there is no such sheet.
        progress: told which sheet is being written, and how much is done.

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
    tables = {
        name: one if isinstance(one, Sheet) else sheet_of(one) for name, one in sheets.items()
    }
    for name, table in tables.items():
        count = table.part(0, 0).shape[1] + (0 if table.marks is None else len(table.marks.names))
        if count > _MAX_COLUMNS:
            what = f"a sheet holds at most {_MAX_COLUMNS:,} columns, not {count:,}"
            raise OptionError(what, where=name, remedy="write csv or parquet instead")
    with replacing(path) as draft:
        return _Writer(progress).write(draft, tables, about, charts)


class _Writer:
    """A workbook in the making."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress or (lambda _what, _done: None)
        self._values = CellValues()
        self._frame = Frame()
        self._readme = self._frame.page(README, (30, 110))
        self._notes: list[str] = []

    def write(
        self,
        draft: Path,
        tables: Mapping[str, Sheet],
        about: Sequence[tuple[str, str]],
        charts: Sequence[Block],
    ) -> list[str]:
        """Write the file and return the events."""
        if charts:
            add_charts(self._frame, CHARTS, charts, self._values)
        laid = [one for name, table in tables.items() for one in self._lay_out(name, table)]
        length = add_lines(self._frame, self._readme, about, laid, has_charts=bool(charts))
        note = self._frame.style(self._readme, wrap=True)
        skeleton = BytesIO()
        self._frame.book.save(skeleton)
        waiting = {one.path: one for one in laid}
        count, done = max(1, sum(one.last - one.first for one in laid)), 0
        with (
            zipfile.ZipFile(skeleton) as frame,
            zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=_PACKED) as archive,
        ):
            first, *parts = sorted(frame.namelist(), key=lambda one: one != FIRST_PATH)
            for part in parts:
                if part in waiting:
                    one = waiting[part]
                    self._fill(archive, frame.read(part), one, (done, count))
                    done += one.last - one.first
                else:
                    archive.writestr(part, frame.read(part))
            events = self._notes + self._values.events()
            archive.writestr(first, with_notes(frame.read(first), events, length, note))
        return events

    def _lay_out(self, name: str, table: Sheet) -> Iterator[Laid]:
        """Add the sheets of one table: as many as it takes."""
        size = _MAX_ROWS - 1
        starts = range(0, max(table.rows, 1), size)
        for number, first in enumerate(starts, start=1):
            wanted = name if number == 1 else f"{name} ({number})"
            title = sheet_name(wanted, self._frame.book.sheetnames)
            if title != wanted:
                self._notes.append(f"{name!r} is on the sheet {title!r}")
            yield self._frame.table(title, table, first, min(first + size, table.rows))
        if len(starts) > 1:
            self._notes.append(f"{name}: {table.rows:,} rows stand on {len(starts)} sheets")

    def _fill(
        self,
        archive: zipfile.ZipFile,
        empty: bytes,
        laid: Laid,
        done: tuple[int, int],
    ) -> None:
        """Write one sheet with its rows into the file; ``done`` are rows, of all there will be."""
        before, after = _NO_ROWS.split(empty)
        rows = self._rows(laid)
        start = [next(rows), *islice(rows, 1)]
        width = max(map(len, start)) / min(_AT_ONCE, max(1, laid.last - laid.first))
        is_huge = width * (laid.last - laid.first) > _HUGE
        with archive.open(laid.path, "w", force_zip64=is_huge) as part:
            part.write(before + b"<sheetData>")
            for number, text in enumerate(chain(start, rows)):
                part.write(text.encode())
                here = min(number * _AT_ONCE, laid.last - laid.first)
                self._progress(laid.title, (done[0] + here) / done[1])
            part.write(b"</sheetData>" + after)

    def _rows(self, laid: Laid) -> Iterator[str]:
        """Yield the rows as XML: the titles, then some thousand at a time."""
        heads = [
            (one.letter, [self._values.cell(laid.title, one.name, Pens(one.head, one.head))])
            for one in laid.columns
        ]
        high = "" if laid.height is None else f' ht="{laid.height}" customHeight="1"'
        yield f'<row r="1"{high}>{"".join(row_cells(heads, 1))}</row>'
        sheet, marks = laid.sheet, laid.sheet.marks
        told = laid.columns[: len(laid.columns) - (0 if marks is None else len(marks.names))]
        painter = None if marks is None else MarkCells(laid.columns[len(told) :])
        for first in range(laid.first, laid.last, _AT_ONCE):
            last = min(first + _AT_ONCE, laid.last)
            part = sheet.part(first, last)
            columns = [
                (one.letter, self._values.column(laid.title, part.iloc[:, place], one.pens))
                for place, one in enumerate(told)
            ]
            start = first - laid.first + 2
            cells = row_cells(columns, start) if columns else [""] * (last - first)
            if painter is not None and marks is not None:
                block = marks.ones[first:last].toarray().astype("uint8")
                cells = [a + b for a, b in zip(cells, painter.rows(block, start), strict=True)]
            lines = zip(range(start, start + len(cells)), _heights(told, part), cells, strict=True)
            yield "".join(f'<row r="{row}"{height}>{one}</row>' for row, height, one in lines)


def _heights(columns: Sequence[Column], part: pd.DataFrame) -> list[str]:
    """Return the height of each row, as an attribute, by its longest wrapped text."""
    lines = np.ones(len(part))
    for place, column in enumerate(columns):
        if column.wrapped:
            texts = part.iloc[:, place].astype("str").str
            breaks = texts.count("\n").fillna(0).to_numpy("float64")
            length = texts.len().fillna(0).to_numpy("float64")
            lines = np.maximum(lines, np.ceil(length / (column.wrapped * _DENSE)) + breaks)
    points = np.minimum(lines, _MOST_LINES) * _LINE
    return ["" if one == _LINE else f' ht="{one:g}" customHeight="1"' for one in points.tolist()]
