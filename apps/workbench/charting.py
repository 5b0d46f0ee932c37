"""Showing a chart, and telling which cell of it was clicked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import altair as alt
import streamlit as st

__all__ = ["show_cells", "show_chart", "told_by"]

_CELL = "cell"


def show_chart(chart: Any, *, key: str) -> None:
    """Show a chart that is only looked at."""
    st.altair_chart(chart, key=key)


def show_cells(chart: Any, *, key: str, fields: Sequence[str], chosen: Callable[..., None]) -> None:
    """Show a chart of cells.

    Args:
        chart: with the cells in its first layer.
        key: of the widget.
        fields: what of a cell's data is told.
        chosen: called with the values of these fields when a cell is clicked.
    """
    selection = alt.selection_point(name=_CELL, fields=list(fields))
    shown = chart.copy()
    if isinstance(shown, alt.LayerChart):
        shown.layer[0] = shown.layer[0].add_params(selection)
    else:
        shown = shown.add_params(selection)
    tell = partial(_tell, key, fields, chosen)
    st.altair_chart(shown, key=key, on_select=tell, selection_mode=_CELL)


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
