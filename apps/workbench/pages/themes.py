"""Themes: how often each theme comes up in each group, and the words behind each number."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from qualkit.charts import theme_dots, theme_heatmap
from qualkit.workflow.project import Project
from qualkit.workflow.screens import utterances_behind
from workbench import labels
from workbench.analyses import found
from workbench.charting import show_cells
from workbench.choices import (
    Counted,
    choose,
    choose_code,
    choose_group,
    choose_view,
    set_box,
    tick,
    whose,
)
from workbench.outcome import part_of, show_outcome
from workbench.pages.differences import show_differences
from workbench.tables import show_utterances

__all__ = ["show"]

WORDS = labels.THEMES
_SMALL = 5
_VIEWS = {"groups": WORDS["view groups"], "two": WORDS["view two"]}
_PICTURES = {"cells": WORDS["picture cells"], "dots": WORDS["picture dots"]}


def show() -> None:
    """Show which theme is whose: in all groups, or in two that are compared."""
    st.subheader(WORDS["title"])
    view = choose_view(_VIEWS, key="themes_view")
    if view == "two":
        show_differences()
    else:
        _show_groups()


def _show_groups() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = choose(WORDS["by"], labels.GROUPINGS, key="themes_by")
        of = choose(WORDS["of"], labels.COUNTED, key="themes_of", width=150)
        why = WORDS["level_help"]
        level = choose(WORDS["level"], labels.LEVELS, key="themes_level", width=150, why=why)
        drawn = choose(WORDS["picture"], _PICTURES, key="themes_picture", width=220)
        small = tick(WORDS["suppress"].format(least=_SMALL), key="suppress")
        counted = whose()
    suppress = _SMALL if small else None
    table = found(Project.frequency, by=by, of=of, suppress=suppress, **counted)
    shown = part_of(table, table["level"] == level)
    keys = (f"themes_code_{level}", f"themes_group_{by}")

    def go_to(row: int) -> None:
        _go(keys, str(shown["code"].iloc[row]), str(shown[by].iloc[row]))

    name = f"themes_by_{by}"
    draw = partial(_draw, f"{name}_{of}_{level}", keys) if drawn == "cells" else None
    leave = ["level", "denominator"]
    chart = _chart(shown, by, level, drawn)
    show_outcome(chart, shown, name, draw=draw, shares=True, leave=leave, chosen=go_to, whole=table)
    _show_behind(shown, by, level, counted)


def _chart(shown: pd.DataFrame, by: str, level: str, drawn: str) -> Any:
    if drawn == "dots":
        return theme_dots(shown, by)
    titles = {"code_title": labels.ROWS[level], "group_title": labels.GROUPINGS[by]}
    return theme_heatmap(shown, by, **titles)


def _draw(key: str, keys: tuple[str, str], chart: Any) -> None:
    show_cells(chart, key=key, fields=("code", "group"), chosen=partial(_go, keys))


def _go(keys: tuple[str, str], code: str, group: str) -> None:
    """Set the two boxes to the cell that was clicked."""
    set_box(keys[0], code)
    set_box(keys[1], group)


def _show_behind(shown: pd.DataFrame, by: str, level: str, counted: Counted) -> None:
    st.subheader(labels.SHARED["behind"])
    st.caption(WORDS["click"])
    groups = list(dict.fromkeys(shown[by].astype(str)))
    with st.container(horizontal=True):
        of = dict.fromkeys(shown["code"])
        code = choose_code(WORDS["code"], key=f"themes_code_{level}", of=of)
        group = choose_group(WORDS["group"], groups, key=f"themes_group_{by}")
    if code is not None:
        behind = found(utterances_behind, code, level=level, by=by, group=group, **counted)
        show_utterances(behind, "utterances_of_theme")
