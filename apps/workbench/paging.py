"""Long lists a page at a time, with a box to find what is wanted; only that page is asked for."""

from __future__ import annotations

from typing import Protocol

import pandas as pd
import streamlit as st

from workbench import labels

__all__ = ["Lister", "paged"]

_LINES = 200


class Lister(Protocol):
    """A verb that gives a part of a list; ``attrs["found"]`` is how many lines there are in all."""

    def __call__(
        self, *, find: str = "", limit: int | None = None, offset: int = 0
    ) -> pd.DataFrame:
        """Return the lines that have these words, so many at most, after so many."""
        ...


def paged(listed: Lister, *, key: str) -> pd.DataFrame:
    """Return the lines to show now: all of a short list, else those of the page chosen.

    Args:
        listed: gives the list.
        key: of the two controls.
    """
    shown = listed(limit=_LINES)
    if shown.attrs["found"] <= _LINES:
        return shown
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(labels.SHARED["find"], key=f"find_{key}", width=300).strip()
        if words:
            shown = listed(find=words, limit=_LINES)
        found = shown.attrs["found"]
        pages = max(1, -(-found // _LINES))
        page = min(st.pagination(pages, key=f"page_{key}"), pages) if pages > 1 else 1
    first = (page - 1) * _LINES
    if first:
        shown = listed(find=words, limit=_LINES, offset=first)
    told = {"first": min(first + 1, found), "last": first + len(shown), "count": found}
    st.caption(labels.SHARED["page"].format(**told))
    return shown
