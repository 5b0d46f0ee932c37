"""What all charts share: data as altair takes it, and a chart that says there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from qualkit.errors import OptionError

__all__ = [
    "BLUE",
    "GREY",
    "ORANGE",
    "described",
    "highest",
    "inline",
    "need",
    "nothing",
    "title_of",
]

BLUE = "#2166ac"
"""What is counted, what is above, what goes together: dark enough for print in black and white."""

ORANGE = "#c4570a"
"""The other side of BLUE: what is below, what keeps apart."""

GREY = "#8c8c8c"
"""What is there to compare with: what chance gives, what the others do."""

_WIDTH = 320


def inline(frame: pd.DataFrame, columns: Sequence[str]) -> alt.InlineData:
    """Return rows for a chart's specification, with null for what is missing.

    Example:
        >>> inline(pd.DataFrame({"n": [1.0, None], "x": 3}), ["n"]).to_dict()
        {'values': [{'n': 1.0}, {'n': None}]}
    """
    chosen = frame[list(columns)].astype(object)
    rows = chosen.where(chosen.notna(), None).itertuples(index=False, name=None)
    return alt.InlineData(values=[dict(zip(columns, row, strict=True)) for row in rows])


def described(chart: Any, text: str) -> Any:
    """Return the chart with a text for those who cannot see it; it becomes the alt text of a page.

    Example:
        >>> described(alt.Chart().mark_point(), "A dot.").description
        'A dot.'
    """
    return chart.properties(description=text)


def highest(frame: pd.DataFrame, column: str) -> dict[str, Any]:
    """Return the row in which a column is largest, where missing is least of all.

    Example:
        >>> highest(pd.DataFrame({"code": ["a", "b"], "n": [1.0, None]}), "n")["code"]
        'a'
    """
    value = frame[column].astype("float64").fillna(-np.inf).to_numpy(np.float64)
    row = frame.iloc[int(value.argmax())]
    return {str(name): row[name] for name in frame.columns}


def need(frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """See that a table has these columns.

    Raises:
        OptionError: it lacks one.
    """
    missing = [column for column in columns if column not in frame]
    if missing:
        what = f"the table lacks the column {', '.join(missing)}"
        raise OptionError(what, remedy=f"its columns are: {', '.join(map(str, frame.columns))}")


def nothing(text: str, title: str = "") -> alt.Chart:
    """Return a chart that holds a sentence instead of data.

    Example:
        >>> nothing("No codings yet").data.values
        [{'text': 'No codings yet'}]
    """
    chart = alt.Chart(alt.InlineData(values=[{"text": text}]), title=title, width=_WIDTH, height=60)
    words: alt.Chart = chart.mark_text(fontSize=13, color="#555555").encode(text=alt.Text("text:N"))
    return words.properties(description=text)


def title_of(title: str, notes: Sequence[str]) -> alt.TitleParams:
    """Return a title with notes below it, both from the left."""
    return alt.TitleParams(text=title, subtitle=list(notes), anchor="start")
