"""Themes: how often each theme comes up in each group, and the words behind each number."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from qualkit.charts import theme_heatmap
from qualkit.workflow.screens import utterances_behind
from workbench import analyses, labels
from workbench.charting import show_cells
from workbench.study import study
from workbench.tables import method_note, show_csv, show_table, show_utterances

__all__ = ["show"]

WORDS = labels.THEMES


def show() -> None:
    """Show theme by group: picture, table, how it was counted, and the utterances behind it."""
    st.subheader(WORDS["title"])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = _select("by", labels.GROUPINGS)
        of = _select("of", labels.COUNTED)
        level = _select("level", labels.LEVELS)
        moderators = st.checkbox(labels.SHARED["moderators"], key="moderators")
    table = analyses.frequency(by=by, of=of, moderators=moderators)
    shown = table[table["level"] == level]
    shown.attrs = table.attrs
    chart = theme_heatmap(
        shown, by, code_title=labels.ROWS[level], group_title=labels.GROUPINGS[by]
    )
    keys = (f"themes_code_{level}", f"themes_group_{by}")
    show_cells(
        chart, key=f"themes_{by}_{of}_{level}", fields=("code", "group"), chosen=partial(_go, keys)
    )
    with st.expander(labels.SHARED["table"]):
        show_table(shown, shares=True)
        show_csv(table, f"themes_by_{by}")
    method_note(table)
    _show_behind(shown, by, level, moderators, keys)


def _select(name: str, options: dict[str, str]) -> str:
    chosen = st.selectbox(
        WORDS[name], list(options), format_func=options.__getitem__, key=f"themes_{name}", width=200
    )
    return str(chosen)


def _go(keys: tuple[str, str], code: str, group: str) -> None:
    """Set the two boxes to the cell that was clicked."""
    st.session_state[keys[0]], st.session_state[keys[1]] = code, group


def _show_behind(
    shown: pd.DataFrame, by: str, level: str, moderators: bool, keys: tuple[str, str]
) -> None:
    st.subheader(labels.SHARED["behind"])
    st.caption(WORDS["click"])
    codes = list(dict.fromkeys(shown["code"]))
    groups = [labels.SHARED["all"], *dict.fromkeys(shown[by].astype(str))]
    with st.container(horizontal=True):
        code = st.selectbox(WORDS["code"], codes, key=keys[0], width=320)
        group = st.selectbox(WORDS["group"], groups, key=keys[1], width=320)
    show_utterances(
        utterances_behind(
            study(),
            code,
            level=level,
            by=by,
            group=None if group == labels.SHARED["all"] else group,
            moderators=moderators,
        ),
        "utterances_of_theme",
    )
