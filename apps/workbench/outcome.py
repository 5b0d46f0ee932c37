"""How a finding looks on every page: chart, table, method note and downloads, and its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.column_config import NumberColumn, TextColumn

from qualkit.charts import code_colours, picture
from qualkit.workflow.project import Project
from workbench import labels
from workbench.analyses import found
from workbench.charting import show_chart
from workbench.downloads import file_name, written
from workbench.query_links import link_to_query
from workbench.study import study
from workbench.tables import method_note, show_csv, show_utterances

__all__ = [
    "code_colours_by_name",
    "part_of",
    "show_figures",
    "show_outcome",
    "show_pictures",
    "show_query",
    "show_workbook",
]

WORDS = labels.OUTCOME
_PERCENT = {"share", "low", "high", "share_a", "share_b", "least", "most", "from_share", "to_share",
            "new_information", "share_elsewhere"}  # fmt: skip
_POINTS = {"difference"}
_WHOLE = {"n", "documents", "utterances", "n_first", "n_second"}


def show_outcome(  # noqa: PLR0913 - the parts of a finding, and what is shown of each
    chart: Any,
    table: pd.DataFrame,
    name: str,
    *,
    draw: Callable[[Any], None] | None = None,
    shares: bool = False,
    leave: Sequence[str] = (),
    chosen: Callable[[int], None] | None = None,
    whole: pd.DataFrame | None = None,
) -> None:
    """Show a finding: its chart, and below it the table, the method note and the downloads.

    Args:
        chart: of altair; None where the table is the picture.
        table: the finding; its ``attrs`` hold the method note.
        name: of the files, and of the boxes.
        draw: shows the chart where it can be clicked; None only shows it.
        shares: share and interval are in per cent.
        leave: columns that say the same in every row, and are left to the files.
        chosen: called with the number of a row in which somebody clicked.
        whole: what the csv holds, where it is more than what is shown.
    """
    if chart is not None:
        (draw or partial(show_chart, key=f"chart_{name}"))(chart)
    with st.expander(labels.SHARED["table"], expanded=chart is None):
        if chosen is not None:
            st.caption(WORDS["click_row"])
        show_figures(table, key=f"table_{name}", shares=shares, leave=leave, chosen=chosen)
        with st.container(horizontal=True):
            show_csv(table if whole is None else whole, name)
            show_workbook(table if whole is None else whole, name)
            if chart is not None:
                show_pictures(chart, name)
    method_note(table)


def show_figures(
    table: pd.DataFrame,
    *,
    key: str,
    shares: bool = False,
    leave: Sequence[str] = (),
    chosen: Callable[[int], None] | None = None,
) -> None:
    """Show a table of figures under the names that people have for its columns.

    Args:
        table: what to show.
        key: of the table.
        shares: share and interval are in per cent.
        leave: columns that are not shown.
        chosen: called with the number of a row in which somebody clicked.
    """
    shown = [name for name in table.columns if name not in leave]
    config = {name: _column(name, table[name], shares=shares) for name in shown}
    options: dict[str, Any] = {
        "hide_index": True,
        "width": "stretch",
        "column_config": config,
        "column_order": shown,
        "placeholder": "",
        "key": key,
    }
    if chosen is not None:
        options |= {"on_select": partial(_tell, key, chosen), "selection_mode": "single-cell"}
    st.dataframe(table, **options)


def _column(name: str, values: pd.Series, *, shares: bool) -> Any:
    title = labels.COLUMNS.get(name, name.replace("_", " "))
    if not pd.api.types.is_float_dtype(values):
        return TextColumn(title) if values.dtype == object else title
    if shares and name in _PERCENT:
        return NumberColumn(title, format="percent")
    if shares and name in _POINTS:
        return NumberColumn(title, format="percent")
    return NumberColumn(title, format="%.0f" if name in _WHOLE else "%.3f")


def _tell(key: str, chosen: Callable[[int], None]) -> None:
    event = st.session_state.get(key)
    cells = event["selection"].get("cells") if event else None
    if cells:
        chosen(int(cells[0][0]))


def show_workbook(table: pd.DataFrame, name: str) -> None:
    """Offer a table as a spreadsheet with its method note; it is made on the click."""
    st.download_button(
        WORDS["workbook"],
        data=written(table, ".xlsx"),
        file_name=file_name(name, ".xlsx"),
        on_click="ignore",
        key=f"xlsx_{name}",
    )


def show_pictures(chart: alt.Chart, name: str) -> None:
    """Offer a chart as SVG and as PNG; each is drawn on the click, without a browser."""
    for suffix in (".svg", ".png"):
        st.download_button(
            WORDS[f"picture {suffix}"],
            data=partial(picture, chart, suffix),
            file_name=f"{name}{suffix}",
            on_click="ignore",
            key=f"{suffix}_{name}",
        )


def part_of(table: pd.DataFrame, rows: Any) -> pd.DataFrame:
    """Return some rows of a finding, numbered anew, with its method note."""
    part: pd.DataFrame = table[rows].reset_index(drop=True)
    part.attrs = table.attrs
    return part


def show_query(query: str, name: str, *, says: str | None = None) -> None:
    """Show the utterances that a query finds, and the way to it on the page Retrieve.

    Args:
        query: in the query language.
        name: of the csv file.
        says: the heading; None takes that of all pages.
    """
    st.subheader(labels.SHARED["behind"] if says is None else says)
    st.markdown(f"[{WORDS['open_query']}]({link_to_query(query)})")
    show_utterances(found(Project.retrieve, query), name)


def code_colours_by_name() -> dict[str, str]:
    """Return the colour of every code that a chart may draw, by its name."""
    book = study().codebook()
    colours = code_colours(book)
    return {code.name: colours[code.id] for code in book.codes}
