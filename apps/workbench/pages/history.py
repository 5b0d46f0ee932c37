"""History: the change log, undo and redo, one utterance's past, and the project as it was."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import streamlit as st

from qualkit.workflow.project import Project
from workbench import labels
from workbench.duties import is_barred, show_barred
from workbench.faults import said_here
from workbench.identity import is_known, used
from workbench.state import session
from workbench.tables import show_csv, show_lines, show_table

__all__ = ["show"]

WORDS = labels.HISTORY
_SHOWN = 500


def show() -> None:
    """Show the newest changes of the project, and the ways back."""
    project, mine = used(), session()
    st.subheader(WORDS["title"])
    if not is_known(project, mine):
        return
    coder = str(mine.coder)
    table = project.list_changes(limit=_SHOWN, viewer=coder)[::-1]
    st.caption(WORDS["about"].format(count=len(table), all=project.revision))
    _show_ways_back(project, coder)
    details = [_summary(json.loads(payload)) for payload in table["payload"]]
    shown = table[["seq", "at", "actor", "action"]].assign(details=details)
    shown["at"] = shown["at"].str.slice(0, 19).str.replace("T", " ")
    show_table(shown)
    show_csv(shown, "changes")
    with st.expander(WORDS["utterance"]):
        _show_utterance(project, coder)
    with st.expander(WORDS["as_of"]):
        _show_as_of(project, coder)


def _summary(payload: dict[str, Any]) -> str:
    """Return what a change says of itself: names as they are, lists by their length."""
    said = {name: value for name, value in payload.items() if value and name != "sha256"}
    return ", ".join(f"{name}: {_told(value)}" for name, value in said.items())[:300]


def _told(value: Any) -> str:
    if isinstance(value, list):
        return str(len(value))
    if isinstance(value, dict):
        return " and ".join(f"{count} {name}" for name, count in value.items())
    return str(value)


def _show_ways_back(project: Project, coder: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        whose = st.selectbox(
            WORDS["whose"],
            [coder, ""],
            format_func=lambda name: name or WORDS["nobody"],
            width=320,
            key="history_whose",
        )
        barred = is_barred(project, "undo", whose or None)
        back = st.button(WORDS["undo"], key="history_undo", disabled=barred)
        again = st.button(WORDS["redo"], key="history_redo", disabled=barred)
    show_barred(project, "undo", whose or None)
    with said_here():
        if back or again:
            done = (project.undo if back else project.redo)(whose or None)
            told = WORDS["undone" if back else "redone"]
            st.success(told.format(action=done.action, at=done.at[:19].replace("T", " ")))


def _show_utterance(project: Project, coder: str) -> None:
    names = list(project.list_documents()["document"])
    if not names:
        st.info(labels.SHARED["no_documents"])
        return
    with st.container(horizontal=True):
        document = st.selectbox(WORDS["document"], names, key="history_document", width=460)
        position = st.number_input(WORDS["position"], min_value=1, key="history_position")
    with said_here():
        table = project.utterance_history(str(document), int(position), viewer=coder)
        if table.empty:
            st.info(WORDS["untouched"])
        else:
            show_lines(table.drop(columns="action"), name=WORDS["utterance"])
            show_csv(table, "history_of_utterance")


def _show_as_of(project: Project, coder: str) -> None:
    st.caption(WORDS["as_of_about"])
    with st.form("as_of"):
        moment = st.text_input(WORDS["moment"])
        if not st.form_submit_button(WORDS["as_of_do"]) or not moment.strip():
            return
    said = moment.strip()
    with (
        said_here(),
        st.spinner(WORDS["going_back"]),
        project.as_of(int(said) if said.isdecimal() else said) as then,
    ):
        codings = Project.list_codings(then, viewer=coder)
        counted = {
            "documents": len(Project.list_documents(then)),
            "codings": len(codings),
            "codebook": then.codebook().version,
            "codes": len(then.codebook().codes),
        }
        rows = [(WORDS[f"then {name}"], count) for name, count in counted.items()]
        show_lines(pd.DataFrame(rows, columns=[WORDS["what"], said]), name=WORDS["as_of"])
        show_csv(codings, "codings_as_of")
