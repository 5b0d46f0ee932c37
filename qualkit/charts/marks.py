"""What all charts share: data as altair takes it, and a chart that says there is nothing."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

__all__ = ["inline", "nothing", "title_of"]

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


def nothing(text: str, title: str = "") -> alt.Chart:
    """Return a chart that holds a sentence instead of data.

    Example:
        >>> nothing("No codings yet").data.values
        [{'text': 'No codings yet'}]
    """
    chart = alt.Chart(alt.InlineData(values=[{"text": text}]), title=title, width=_WIDTH, height=60)
    words: alt.Chart = chart.mark_text(fontSize=13, color="#555555").encode(text=alt.Text("text:N"))
    return words


def title_of(title: str, notes: Sequence[str]) -> alt.TitleParams:
    """Return a title with notes below it, both from the left."""
    return alt.TitleParams(text=title, subtitle=list(notes), anchor="start")
