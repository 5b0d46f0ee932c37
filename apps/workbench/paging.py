"""Long lists a page at a time, with a box to find what is wanted."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from workbench import labels

__all__ = ["paged"]

_LINES = 200


def paged(table: pd.DataFrame, *, key: str, within: Sequence[str]) -> pd.DataFrame:
    """Return the lines to show now: all of a short table, else those of the page chosen.

    Args:
        table: everything there is.
        key: of the two controls.
        within: the columns whose words the box looks for.
    """
    if len(table) <= _LINES:
        return table
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(labels.SHARED["find"], key=f"find_{key}", width=300).strip()
        found = table[_having(table, words, within)] if words else table
        pages = max(1, -(-len(found) // _LINES))
        page = min(st.pagination(pages, key=f"page_{key}"), pages) if pages > 1 else 1
    first = (page - 1) * _LINES
    shown = found.iloc[first : first + _LINES].reset_index(drop=True)
    told = {"first": min(first + 1, len(found)), "last": first + len(shown), "count": len(found)}
    st.caption(labels.SHARED["page"].format(**told))
    return shown


def _having(table: pd.DataFrame, words: str, within: Sequence[str]) -> pd.Series:
    has = pd.Series(False, index=table.index)
    for column in within:
        cells = table[column].astype("str").str.casefold()
        has |= cells.str.contains(words.casefold(), regex=False, na=False)
    return has
