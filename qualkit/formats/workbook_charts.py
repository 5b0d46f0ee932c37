"""A sheet of small tables, each with a bar chart that the spreadsheet draws of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break

from qualkit.formats.workbook_cells import CellValues
from qualkit.formats.workbook_frame import Frame
from qualkit.formats.workbook_sheets import Block

__all__ = ["add_charts"]

_WIDTHS = (36, *[13] * 16)
_WIDE, _ROW = 28, 0.53  # centimetres: of a chart, of a row
_SCALE = 55  # per cent: each block with its chart fits on a printed page


def add_charts(frame: Frame, title: str, blocks: Sequence[Block], values: CellValues) -> None:
    """Add a sheet with the blocks, one below the other, each table above its chart."""
    sheet = frame.page(title, _WIDTHS)
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.scale = _SCALE
    row = 1
    for block in blocks:
        first = row
        if first > 1:
            sheet.row_breaks.append(Break(id=first - 1))
        sheet.row_dimensions[row + 2].height = 48
        for cells in _rows(frame, sheet, title, block, values):
            sheet.append(cells)
            row += 1
        chart = _chart(sheet, block, first + 2)
        sheet.add_chart(chart, f"A{row + 1}")
        below = int(chart.height / _ROW) + 4
        for _ in range(below):
            sheet.append([])
        row += below
        _shade(sheet, block, first + 2)


def _rows(
    frame: Frame, sheet: Any, title: str, block: Block, values: CellValues
) -> list[list[Any]]:
    number = "0.0%" if block.is_share else "General"
    head = {"bold": True, "fill": "DCE6EE", "line": True, "wrap": True}

    def text(value: Any, **style: Any) -> Any:
        return frame.cell(sheet, values.text(title, str(value)), **style)

    lines = [
        [
            text(row[0], wrap=True),
            *(frame.cell(sheet, None if pd.isna(one) else one, number=number) for one in row[1:]),
        ]
        for row in block.frame.astype(object).itertuples(index=False, name=None)
    ]
    titles = [text(name, **head) for name in block.frame.columns]
    return [[text(block.title, bold=True, size=14)], [text(block.note)], titles, *lines]


def _shade(sheet: Any, block: Block, head: int) -> None:
    corner = get_column_letter(block.frame.shape[1])
    rule = ColorScaleRule(  # type: ignore[no-untyped-call]  # a gap in its stubs
        start_type="num", start_value=0, start_color="FFFFFF", end_type="max", end_color="6BAED6"
    )
    area = f"B{head + 1}:{corner}{head + len(block.frame)}"
    sheet.conditional_formatting.add(area, rule)


def _chart(sheet: Any, block: Block, head: int) -> Any:
    """Return bars that lie, the first one on top, with both axes named."""
    bars, series = len(block.frame), min(block.drawn, block.frame.shape[1] - 1)
    chart = BarChart()
    chart.type, chart.grouping = "bar", "clustered"
    chart.title, chart.style = block.title, 10
    chart.width, chart.height = _WIDE, min(60.0, max(7.5, 4 + bars * (0.3 + 0.3 * series)))
    chart.gapWidth = 60
    last = head + bars
    chart.add_data(
        Reference(sheet, min_col=2, max_col=series + 1, min_row=head, max_row=last),
        titles_from_data=True,
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=head + 1, max_row=last))
    for place, colour in enumerate(block.colours[:series]):
        chart.series[place].graphicalProperties.solidFill = colour
        chart.series[place].graphicalProperties.line.solidFill = colour
    _name_axes(chart, block)
    chart.legend = chart.legend if series > 1 else None
    if series > 1:
        chart.legend.position = "b"
    else:
        chart.dataLabels = DataLabelList(showVal=True, showSerName=False, showCatName=False,
                                         showLegendKey=False)  # fmt: skip
    return chart


def _name_axes(chart: Any, block: Block) -> None:
    chart.x_axis.title, chart.y_axis.title = block.across, block.value
    chart.x_axis.delete = chart.y_axis.delete = False  # else Excel shows neither
    chart.x_axis.tickLblSkip = 1  # every bar has its name
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.crosses = "max"  # with the first bar on top, the numbers still stand below
    chart.y_axis.scaling.min = 0
    pale = LineProperties(solidFill="D9D9D9")
    chart.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=pale))
    chart.y_axis.number_format = "0%" if block.is_share else "General"
    chart.y_axis.numFmt.sourceLinked = False
