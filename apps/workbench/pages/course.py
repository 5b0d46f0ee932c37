"""The course of the study: saturation, where codes come in documents, a portrait, progress."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from qualkit.charts import length_chart, portrait_chart, progress_chart, saturation_chart
from qualkit.workflow.project import Project
from qualkit.workflow.screens import utterances_behind
from workbench import labels
from workbench.analyses import found
from workbench.choices import Counted, choose, choose_code, choose_view, set_box, whose
from workbench.identity import recall
from workbench.outcome import code_colours_by_name, part_of, show_outcome, show_query
from workbench.query_links import query_for, query_looked_at
from workbench.state import session
from workbench.study import study
from workbench.tables import link_to, show_utterances

__all__ = ["show"]

WORDS = labels.COURSE
_VIEWS = {name: WORDS[f"view {name}"] for name in ("saturation", "length", "portrait", "progress")}


def show() -> None:
    """Show one of four views of how the study goes."""
    st.subheader(WORDS["title"])
    view = choose_view(_VIEWS, key="course_view")
    views = {"length": _show_length, "portrait": _show_portrait, "progress": _show_progress}
    views.get(view, _show_saturation)()


def _show_saturation() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = choose(
            labels.THEMES["level"], labels.LEVELS, key="saturation_level", width=150, first="code"
        )
        base = choose(WORDS["base"], ["4", "5", "6", "8", "10"], key="saturation_base", width=190)
        run = choose(WORDS["run"], ["2", "3", "4"], key="saturation_run", width=190)
        goals = {"0.05": "5 %", "0.0": "0 %", "0.1": "10 %"}
        goal = choose(WORDS["threshold"], goals, key="saturation_goal", width=170)
        counted = whose()
    rule: dict[str, Any] = {"base": int(base), "run": int(run), "threshold": float(goal)}
    table = found(Project.saturation, level=level, **rule, **counted)
    _show_growth(table)
    _show_new(table, level, counted)


def _show_growth(table: pd.DataFrame) -> None:
    said = str(table.attrs["about"]["saturation"])
    st.markdown(WORDS["saturation"].format(verdict=said))
    chosen = partial(_choose, table, "document", "saturation_document")
    leave = ["low", "high", "new_in_run"]
    show_outcome(saturation_chart(table), table, "saturation", leave=leave, chosen=chosen)


def _show_new(table: pd.DataFrame, level: str, counted: Counted) -> None:
    """Show what a document brought for the first time, and its words."""
    names = [str(name) for name in table["document"]]
    document = choose(WORDS["new_in"], names, key="saturation_document", width=360)
    row = table[table["document"] == document].iloc[0]
    codes = [code for code in str(row["new_codes"] or "").split("; ") if code]
    if not codes:
        st.info(WORDS["nothing_new"])
        return
    code = choose_code(WORDS["new_code"], key="saturation_code", of=codes)
    if code is not None:
        query = query_for(code, level=level, by="document", group=document, **counted)
        show_query(query, "utterances_of_new_code")


def _choose(table: pd.DataFrame, column: str, key: str, row: int) -> None:
    set_box(key, str(table[column].iloc[row]))


def _show_length() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = choose(labels.THEMES["level"], labels.LEVELS, key="length_level", width=150)
        parts = choose(WORDS["parts"], ["10", "3", "4", "5", "20"], key="length_parts", width=190)
        counted = whose()
    table = found(Project.over_length, parts=int(parts), **counted)
    shown = part_of(table, table["level"] == level)

    def go_to(row: int) -> None:
        set_box(f"length_code_{level}", str(shown["code"].iloc[row]))
        set_box(f"length_part_{parts}", str(shown["part"].iloc[row]))

    chart = length_chart(shown)
    show_outcome(chart, shown, "over_length", shares=True, leave=["level"], chosen=go_to)
    with st.container(horizontal=True):
        of = dict.fromkeys(shown["code"])
        code = choose_code(labels.THEMES["code"], key=f"length_code_{level}", of=of)
        numbers = [str(one + 1) for one in range(int(parts))]
        part = choose(WORDS["part"], numbers, key=f"length_part_{parts}", width=150)
    if code is not None:
        behind = found(utterances_behind, code, level=level, by="document", **counted)
        _show_stretch(behind, counted, int(part), int(parts))


def _show_stretch(behind: pd.DataFrame, counted: Counted, part: int, parts: int) -> None:
    st.subheader(labels.SHARED["behind"])
    looked = found(Project.retrieve, query_looked_at(**counted))
    show_utterances(_in_part(behind, looked, part, parts), "utterances_of_part")


def _in_part(behind: pd.DataFrame, utterances: pd.DataFrame, part: int, parts: int) -> pd.DataFrame:
    """Return the utterances that stand in one of so many equal stretches of their document."""
    places = utterances[["document", "position"]].assign(
        place=utterances.groupby("document").cumcount(),
        length=utterances.groupby("document")["position"].transform("size"),
    )
    placed = behind.merge(places, on=["document", "position"])
    return placed[placed["place"] * parts // placed["length"] == part - 1]


def _show_portrait() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = [str(name) for name in found(Project.list_documents)["document"]]
        if not names:
            st.info(labels.SHARED["no_documents"])
            return
        document = choose(labels.DOCUMENTS["document"], names, key="portrait", width=360)
        counted = whose()
    how: dict[str, Any] = {name: counted[name] for name in ("coders", "round_name")}
    table = found(Project.portrait, document, **how)
    st.markdown(f"[{WORDS['read']}]({link_to(document)})")
    chart = portrait_chart(table, colours=code_colours_by_name())
    chosen = partial(_choose, table.astype({"theme": "str"}), "theme", "portrait_theme")
    show_outcome(chart, table, "portrait", chosen=chosen)
    themes = [str(one) for one in dict.fromkeys(table["theme"].dropna())]
    if themes:
        theme = choose(labels.THEMES["code"], themes, key="portrait_theme", width=360)
        whose_codings = {**how, "moderators": True}
        query = query_for(theme, level="theme", by="document", group=document, **whose_codings)
        show_query(query, "utterances_of_portrait")


def _show_progress() -> None:
    table = found(Project.coding_progress, viewer=recall(study(), session()))
    if table.empty:
        st.info(labels.SHARED["nothing_coded"])
        return
    people = table.groupby(["coder", "round"], sort=False)[["utterances", "reviewed"]].sum()
    told = [WORDS["so_far"].format_map(row) for row in people.reset_index().to_dict("records")]
    st.caption(" · ".join(told))
    chosen = partial(_choose, table, "document", "progress_document")
    show_outcome(progress_chart(table), table, "coding_progress", shares=True, chosen=chosen)
    names = [str(name) for name in dict.fromkeys(table["document"])]
    document = choose(labels.DOCUMENTS["document"], names, key="progress_document", width=360)
    st.markdown(f"[{WORDS['read']}]({link_to(document)})")
