"""The first sheet of a workbook: what it is, what stands where, and what had to be changed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from qualkit.formats.workbook_cells import CellValues, Pens, row_cells
from qualkit.formats.workbook_frame import Frame, Laid

__all__ = ["CHARTS", "FIRST_PATH", "README", "add_lines", "with_notes"]

README, CHARTS = "Read me", "Charts"
FIRST_PATH = "xl/worksheets/sheet1.xml"
_END = b"</sheetData>"
_TITLE: dict[str, Any] = {"bold": True, "fill": "DCE6EE", "line": True}
_LARGE, _WIDTH = 14, 118  # points of the heading; characters of a line


def add_lines(
    frame: Frame,
    page: Any,
    about: Sequence[tuple[str, str]],
    laid: Sequence[Laid],
    *,
    has_charts: bool,
) -> int:
    """Write the first sheet but for the notes, which come last, and return how many rows it has.

    Args:
        frame: the workbook.
        page: its first sheet.
        about: (what, text); the first line is the heading.
        laid: the sheets of the tables.
        has_charts: there is a sheet of charts.
    """
    rows = [
        *_told(frame, page, about),
        [],
        [frame.cell(page, text, **_TITLE) for text in ("Sheet", "What stands there")],
        *_listed(frame, page, laid, has_charts=has_charts),
    ]
    for number, row in enumerate(rows, start=1):
        told = row[1].value if len(row) > 1 else ""
        lines = sum(math.ceil((len(one) + 1) / _WIDTH) for one in told.split("\n"))
        page.row_dimensions[number].height = max(_LARGE + 8 if number == 1 else 16, 15 * lines + 2)
        page.append(row)
    return len(rows)


def _told(frame: Frame, page: Any, about: Sequence[tuple[str, str]]) -> Iterator[list[Any]]:
    values = CellValues()
    for number, line in enumerate(about):
        what, text = (values.text(README, str(one)) for one in line)
        said: dict[str, Any] = {"bold": True, "size": _LARGE} if number == 0 else {}
        yield [
            frame.cell(page, what, **{"bold": True, "wrap": True} | said),
            frame.cell(page, text, wrap=True, **said),
        ]


def _listed(
    frame: Frame, page: Any, laid: Sequence[Laid], *, has_charts: bool
) -> Iterator[list[Any]]:
    if has_charts:
        told = "Bars, each drawn of the small table that stands above it."
        yield [frame.cell(page, CHARTS, link=CHARTS), frame.cell(page, told, wrap=True)]
    for one in laid:
        count = one.last - one.first
        told = f"{one.sheet.about}. " if one.sheet.about else ""
        told += f"{count:,} row{'' if count == 1 else 's'}; as a range: {one.name}."
        yield [frame.cell(page, one.title, link=one.title), frame.cell(page, told, wrap=True)]


def with_notes(sheet: bytes, notes: Sequence[str], length: int, style: int) -> bytes:
    """Return the XML of the first sheet with the notes, which are known last, as its last rows."""
    values, pens = CellValues(), Pens(style, style)
    rows = [
        f'<row r="{row}">'
        + "".join(
            row_cells([(letter, [values.cell(README, text, pens)])], row)[0]
            for letter, text in (("A", "Note"), ("B", note))
        )
        + "</row>"
        for row, note in enumerate(notes, start=length + 1)
    ]
    before, after = sheet.split(_END)
    return before + "".join(rows).encode() + _END + after
