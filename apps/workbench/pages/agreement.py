"""Agreement: how far coders agree, with intervals, and on what that rests."""

from __future__ import annotations

import streamlit as st

from qualkit.charts import agreement_chart
from workbench import analyses, labels
from workbench.charting import show_chart
from workbench.tables import method_note, show_csv, show_table

__all__ = ["show"]

WORDS = labels.AGREEMENT


def show() -> None:
    """Show agreement for each code: picture, table, and what was counted."""
    st.subheader(WORDS["title"])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = st.selectbox(
            WORDS["level"],
            ["code", "theme"],
            format_func=labels.LEVELS.__getitem__,
            key="agreement_level",
            width=200,
        )
        beside = st.container(width=240)
        moderators = st.checkbox(labels.SHARED["moderators"], key="moderators")
    table = analyses.agreement(level=level, moderators=moderators)
    names = list(dict.fromkeys(table["coefficient"]))
    coefficient = beside.selectbox(WORDS["coefficient"], names, key="coefficient")
    show_chart(agreement_chart(table, coefficient), key=f"agreement_{level}")
    with st.expander(labels.SHARED["table"], expanded=True):
        show_table(table[table["coefficient"] == coefficient])
        show_csv(table, "agreement")
    method_note(table)
