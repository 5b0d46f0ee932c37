"""The frame of a workbook: its sheets with styles, filters, shading and print setup, but no rows.

openpyxl makes it in write-only mode; the rows of the tables are put between by ``workbook``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from qualkit.formats.workbook_cells import Pens
from qualkit.formats.workbook_sheets import Sheet

__all__ = ["Column", "Frame", "Laid", "range_name"]

_WIDEST, _NARROWEST, _MARK = 80, 8, 4.5
_LONG = 50  # a text column wider than this is wrapped
_LOOKED_AT = 200  # rows that decide on the width of a column
_PAGE = 200  # characters that a printed page shows side by side and can still be read
_TALLEST = 320  # points of a row of upright titles
_HEAD, _LINE, _HEAT, _ONE, _LINK = "DCE6EE", "8FA5B5", "6BAED6", "BBD7EA", "1F5F8B"
_ZERO = "9A9A9A"
_CELL_LIKE = re.compile(r"[a-z]{1,3}\d+|r\d*c\d*|r\d*|c\d*", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """A column of a table as it is laid out.

    Attributes:
        letter: where it stands.
        name: its title.
        head: style of the title.
        pens: styles of its cells.
        wrapped: characters that a line of it holds; 0: it does not wrap.
    """

    letter: str
    name: str
    head: int
    pens: Pens
    wrapped: int = 0


@dataclass(frozen=True)
class Laid:
    """A sheet that waits for its rows.

    Attributes:
        title: of the sheet.
        path: its part in the file.
        name: of its range.
        sheet: the table.
        columns: with those of the marks last.
        first, last: rows of the table that stand on it, the last not among them.
        height: points of its first row; None leaves it to the spreadsheet.
    """

    title: str
    path: str
    name: str
    sheet: Sheet
    columns: Sequence[Column]
    first: int
    last: int
    height: float | None


class Frame:
    """The workbook without the rows of its tables.

    Attributes:
        book: openpyxl's.
    """

    def __init__(self) -> None:
        self.book = Workbook(write_only=True)
        self._names: set[str] = set()

    def page(self, title: str, widths: Sequence[float]) -> Any:
        """Return a new sheet whose few rows are appended as cells of ``cell``."""
        sheet = self.book.create_sheet(title)
        for place, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        _set_up_print(sheet, pages=1)
        return sheet

    def cell(self, sheet: Any, value: Any, *, link: str | None = None, **style: Any) -> Any:
        """Return a cell of a page; ``link`` is the title of a sheet it leads to."""
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"
        if link is not None:
            cell.hyperlink = Hyperlink(ref="A1", location=f"{quote_sheetname(link)}!A1")
            style = {"colour": _LINK, "underline": True} | style
        return _styled(cell, **style)

    def style(self, page: Any, **said: Any) -> int:
        """Return the number of a style, for cells that are written as XML."""
        return _style(page, **said)

    def table(self, title: str, sheet: Sheet, first: int, last: int) -> Laid:
        """Add the sheet for some rows of a table and return where they are to go."""
        page = self.book.create_sheet(title)
        sample = sheet.part(first, min(last, first + _LOOKED_AT))
        marks = [] if sheet.marks is None else list(sheet.marks.names)
        columns = [
            self._column(page, place, sample.iloc[:, place - 1], sheet)
            for place in range(1, sample.shape[1] + 1)
        ]
        grey = _style(page, colour=_ZERO)
        head, pens = _style(page, **_TITLE, upright=True), Pens(grey, grey)
        for place, name in enumerate(marks, start=len(columns) + 1):
            letter = get_column_letter(place)
            page.column_dimensions[letter].width = _MARK
            columns.append(Column(letter, str(name), head, pens))
        width = sum(one.width for one in page.column_dimensions.values())
        _set_up_print(page, pages=max(1, round(width / _PAGE)))
        self._dress(page, columns, sheet, last - first + 1)
        name = self._name(title, sheet.name or title, columns, last - first + 1)
        longest = max(map(len, marks), default=0)
        height = min(_TALLEST, 20 + 6.2 * longest) if marks else None
        path = f"xl/worksheets/sheet{len(self.book.worksheets)}.xml"
        return Laid(title, path, name, sheet, columns, first, last, height)

    def _column(self, page: Any, place: int, sample: pd.Series[Any], sheet: Sheet) -> Column:
        name, letter = str(sample.name), get_column_letter(place)
        is_text = sample.dtype.kind == "O" or isinstance(sample.dtype, pd.StringDtype)
        width = _width(name, sample)
        is_long = is_text and width > _LONG
        page.column_dimensions[letter].width = min(width, _WIDEST) + 2
        number = sheet.formats.get(name) or _number(name, sample, sheet)
        side = {"indent": 1 if is_text and place > 1 else 0}
        said = {"wrap": is_long, "number": number, **side}
        pens = Pens(_style(page, **said), _style(page, **said, quoted=True))
        head = _style(page, **_TITLE, right=not is_text, **side)
        return Column(letter, name, head, pens, min(width, _WIDEST) if is_long else 0)

    def _dress(self, page: Any, columns: Sequence[Column], sheet: Sheet, last: int) -> None:
        """Add what stays in view, the filter and the shading."""
        page.freeze_panes = f"{get_column_letter(sheet.keys + 1)}2"
        page.print_title_rows = "1:1"
        if sheet.keys:
            page.print_title_cols = f"A:{get_column_letter(sheet.keys)}"
        if not columns:
            return
        page.auto_filter.ref = f"A1:{columns[-1].letter}{last}"
        if last == 1:
            return
        for column in columns:
            if column.name in sheet.heat:
                rule = _heat()
                page.conditional_formatting.add(f"{column.letter}2:{column.letter}{last}", rule)
        if sheet.marks is not None and len(sheet.marks.names):
            start = columns[len(columns) - len(sheet.marks.names)].letter
            shown = {"fill": PatternFill(bgColor=_ONE), "font": Font(color="000000", bold=True)}
            rule = CellIsRule(operator="equal", formula=["1"], **shown)  # type: ignore[no-untyped-call]
            page.conditional_formatting.add(f"{start}2:{columns[-1].letter}{last}", rule)

    def _name(self, title: str, wanted: str, columns: Sequence[Column], last: int) -> str:
        """Name the range of the table, header and all, and return the name."""
        name = range_name(wanted, self._names)
        self._names.add(name)
        corner = columns[-1].letter if columns else "A"
        area = f"{quote_sheetname(title)}!$A$1:${corner}${last}"
        self.book.defined_names[name] = DefinedName(name, attr_text=area)
        return name


def range_name(wanted: str, taken: Iterable[str]) -> str:
    """Return a name that a range may have and none of ``taken`` has.

    Example:
        >>> range_name("Theme x stakeholder", [])
        'theme_x_stakeholder'
        >>> range_name("r1", ["r1_"])
        'r1_2'
    """
    plain = re.sub(r"\W+", "_", wanted.casefold()).strip("_")[:200] or "table"
    plain = f"_{plain}" if plain[0].isdigit() else plain
    plain = f"{plain}_" if _CELL_LIKE.fullmatch(plain) else plain
    number, name = 1, plain
    while name in set(taken):
        number += 1
        name = f"{plain.rstrip('_')}_{number}"
    return name


_TITLE = {"bold": True, "fill": _HEAD, "wrap": True, "line": True}


def _style(page: Any, **said: Any) -> int:
    return int(_styled(WriteOnlyCell(page), **said).style_id)


def _styled(  # noqa: PLR0913 - each is one thing that can be seen
    cell: Any,
    *,
    bold: bool = False,
    wrap: bool = False,
    number: str = "General",
    quoted: bool = False,
    upright: bool = False,
    right: bool = False,
    indent: int = 0,
    fill: str | None = None,
    line: bool = False,
    size: int = 11,
    colour: str | None = None,
    underline: bool = False,
) -> Any:
    cell.font = Font(
        name="Calibri",
        bold=bold,
        size=size,
        color=colour,
        underline="single" if underline else None,
    )
    turned: dict[str, Any] = {"horizontal": "right"} if right else {}
    turned |= {"horizontal": "left", "indent": indent} if indent else {}
    turned = {"textRotation": 90, "horizontal": "center"} if upright else turned
    vertical = "bottom" if line else "top"
    cell.alignment = Alignment(vertical=vertical, wrap_text=wrap and not upright, **turned)
    cell.number_format = number
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)
    if line:
        cell.border = Border(bottom=Side("thin", color=_LINE))
    cell.quotePrefix = quoted
    return cell


def _heat() -> Any:
    return ColorScaleRule(  # type: ignore[no-untyped-call]  # a gap in its stubs
        start_type="min", start_color="FFFFFF", end_type="max", end_color=_HEAT
    )


def _number(name: str, sample: pd.Series[Any], sheet: Sheet) -> str:
    if name in sheet.percent:
        return "0.0%"
    if pd.api.types.is_datetime64_dtype(sample.dtype):
        return "yyyy-mm-dd hh:mm:ss"
    return "0.000" if sample.dtype.kind == "f" else "General"


def _width(name: str, sample: pd.Series[Any]) -> int:
    """Return the characters a column needs: its name and its longest line among the first rows."""
    if pd.api.types.is_datetime64_dtype(sample.dtype):
        return 19
    if sample.dtype.kind == "f":
        return max(len(name) + 3, _NARROWEST)
    lines = (str(value) for value in sample.dropna().tolist())
    longest = max((len(line) for text in lines for line in text.splitlines()), default=0)
    return max(len(name) + 3, longest, _NARROWEST)


def _set_up_print(page: Any, *, pages: int) -> None:
    """Print on A4 across, some pages wide, with the name of the sheet below."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = pages, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins.left = page.page_margins.right = 0.4
    page.page_margins.top = page.page_margins.bottom = 0.7
    page.page_margins.header = page.page_margins.footer = 0.3
    page.HeaderFooter.oddFooter.center.text = "&A, page &P of &N"
