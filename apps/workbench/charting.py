"""Showing a chart, and telling which cell of it was clicked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import altair as alt
import streamlit as st

__all__ = ["show_cells", "show_chart", "told_by"]

_CELL = "cell"
_DARK = {
    "#1a1a1a": "#eef1f4",
    "#ffffff": "#14181d",
    "#2166ac": "#6db1ea",
    "#c4570a": "#f2a065",
    "#555555": "#b4bcc4",
    "#777777": "#a4acb4",
    "#8c8c8c": "#9aa4ae",
    "#e2e2e2": "#3a434d",
}
"""Colour on white paper -> colour on the dark page."""


def show_chart(chart: Any, *, key: str) -> None:
    """Show a chart that is only looked at, and the notes that belong to it."""
    _show_notes(chart)
    st.altair_chart(_for_dark(_for_eyes(chart)), key=key)


def _show_notes(chart: Any) -> None:
    """Show what stands below the title: the page has a title of its own."""
    notes = getattr(getattr(chart, "title", None), "subtitle", None)
    if isinstance(notes, list) and notes:
        st.caption("; ".join(str(note) for note in notes))


def show_cells(chart: Any, *, key: str, fields: Sequence[str], chosen: Callable[..., None]) -> None:
    """Show a chart of cells.

    Args:
        chart: with the cells in its first layer.
        key: of the widget.
        fields: what of a cell's data is told.
        chosen: called with the values of these fields when a cell is clicked.
    """
    _show_notes(chart)
    selection = alt.selection_point(name=_CELL, fields=list(fields))
    if isinstance(chart, alt.LayerChart):
        shown = chart.copy(deep=False)
        shown.layer = [shown.layer[0].add_params(selection), *shown.layer[1:]]
    else:
        shown = chart.add_params(selection)
    tell = partial(_tell, key, fields, chosen)
    st.altair_chart(_for_eyes(shown), key=key, on_select=tell, selection_mode=_CELL)


def _for_dark(chart: Any) -> Any:
    """Return the chart in colours that are seen on a dark page, where the page is dark.

    Charts are made for white paper; cells bring their own ground and stay as they are.
    """
    if st.context.theme.type != "dark":
        return chart
    drawn = chart.to_json(indent=None)
    if '"type": "rect"' in drawn:
        return chart
    for light, dark in _DARK.items():
        drawn = drawn.replace(f'"{light}"', f'"{dark}"')
    recoloured = alt.Chart.from_json(drawn)
    told = {} if recoloured.config is alt.Undefined else recoloured.config.to_dict()
    legend = {"symbolFillColor": _DARK["#8c8c8c"], "symbolStrokeColor": _DARK["#8c8c8c"]}
    text = {"color": _DARK["#1a1a1a"]} | told.get("text", {})
    legend = told.get("legend", {}) | legend
    recoloured.config = alt.Config.from_dict(told | {"legend": legend, "text": text})
    return recoloured


def _for_eyes(chart: Any) -> Any:
    """Return the chart without names for its marks: screen readers get the table beside it.

    Vega names some marks and leaves others without a name, which is worse than none.
    """
    shown = chart.copy(deep=False)
    config = {} if shown.config is alt.Undefined else shown.config.to_dict()
    marks = config.get("mark", {}) | {"aria": False}
    shown.config = alt.Config.from_dict(config | {"mark": marks})
    return shown


def _tell(key: str, fields: Sequence[str], chosen: Callable[..., None]) -> None:
    values = told_by(st.session_state.get(key), fields)
    if values is not None:
        chosen(*values)


def told_by(event: Any, fields: Sequence[str]) -> tuple[Any, ...] | None:
    """Return the values of these fields in the cell that was clicked; None for no cell.

    Example:
        >>> told_by({"selection": {"cell": [{"code": "Pay", "group": "Council"}]}}, ["code"])
        ('Pay',)
    """
    points = event["selection"].get(_CELL) if event else None
    return tuple(points[0].get(field) for field in fields) if points else None
