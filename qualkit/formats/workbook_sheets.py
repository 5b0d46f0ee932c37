"""What a workbook is made of: tables in parts, 0/1 columns, and blocks of figures with a chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["Block", "Marks", "Progress", "Sheet", "sheet_of"]

Progress = Callable[[str, float], object]
"""Told what is being done, and how much of the whole is done: 0 to 1."""


@dataclass(frozen=True)
class Marks:
    """Columns of 0 and 1 at the right end of a sheet.

    Attributes:
        names: one for each column.
        ones: rows of the sheet x names, with a 1 wherever one stands.
    """

    names: Sequence[str]
    ones: csr_matrix


@dataclass(frozen=True)
class Sheet:
    """A table for one sheet, handed over in parts so that it need never be in memory whole.

    Attributes:
        rows: how many there are.
        part: gives the rows from the first to before the last, always with the same columns.
        name: of the range that holds the table with its header; None takes the sheet's name.
        about: what the sheet is, in a sentence, for the first sheet.
        marks: 0/1 columns that follow the others.
        percent: columns shown as percentages.
        heat: columns shaded by their size.
        formats: column -> number format, where the usual one will not do.
        keys: how many columns at the left stay in view.
    """

    rows: int
    part: Callable[[int, int], pd.DataFrame]
    name: str | None = None
    about: str = ""
    marks: Marks | None = None
    percent: Sequence[str] = ()
    heat: Sequence[str] = ()
    formats: Mapping[str, str] = field(default_factory=dict)
    keys: int = 0


def sheet_of(frame: pd.DataFrame, **said: object) -> Sheet:
    """Return a table that is in memory as a sheet; ``said`` are attributes of ``Sheet``.

    Example:
        >>> sheet = sheet_of(pd.DataFrame({"n": [1, 2, 3]}), about="numbers")
        >>> sheet.rows, sheet.part(1, 3)["n"].tolist(), sheet.about
        (3, [2, 3], 'numbers')
    """
    return Sheet(len(frame), lambda first, last: frame.iloc[first:last], **said)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Block:
    """A small table and the bar chart that is drawn of it.

    Attributes:
        title: of the chart.
        note: what is counted, in a sentence.
        frame: the first column names the bars, each further one is a series of numbers.
        across: title of the axis of the bars.
        value: title of the axis of the numbers.
        is_share: the numbers are shares, shown as percentages.
        drawn: how many of the series the chart draws, from the first.
        colours: "rrggbb" of the series, in order; none leaves them to the spreadsheet.
    """

    title: str
    note: str
    frame: pd.DataFrame
    across: str
    value: str
    is_share: bool = False
    drawn: int = 6
    colours: Sequence[str] = ()
