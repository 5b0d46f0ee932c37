"""Memos: what people noted, on what, to be found again and written on."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from qualkit.workflow.memos import ABOUT, Target
from qualkit.workflow.project import Project
from workbench import labels
from workbench.faults import said_here
from workbench.identity import is_known, used
from workbench.state import session
from workbench.tables import link_to, show_csv, show_lines

__all__ = ["show"]

WORDS = labels.MEMOS
_COLUMNS = ("about", "document", "position", "speaker", "code", "coder", "text", "changed_at")
_LONGEST = 60


def show() -> None:
    """Show the memos that somebody may see, a box to find words, and forms to write."""
    project, mine = used(), session()
    st.subheader(WORDS["title"])
    if not is_known(project, mine):
        return
    coder = str(mine.coder)
    st.caption(WORDS["about"])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(WORDS["search"], key="memo_search", width=320)
        kinds = ["", *ABOUT]
        about = st.selectbox(WORDS["on"], kinds, format_func=_kind, key="memo_on", width=200)
    found = project.list_memos(about=about or None, search=words or None, viewer=coder)
    _show_list(found)
    everything = project.list_memos(viewer=coder)
    with st.expander(WORDS["new"], expanded=everything.empty):
        _write(project, coder)
    own = everything[everything["coder"] == coder]
    if not own.empty:
        with st.expander(WORDS["change"]):
            _change(project, coder, own)


def _kind(about: str) -> str:
    return WORDS[f"kind {about}"] if about else WORDS["all"]


def _show_list(table: pd.DataFrame) -> None:
    if table.empty:
        st.info(WORDS["none"])
        return
    shown = table[list(_COLUMNS)].assign(
        about=table["about"].map(_kind), changed_at=table["changed_at"].astype("str").str[:10]
    )
    shown["changed_at"] = shown["changed_at"].where(table["changed_at"].notna(), "")
    titles = {name: WORDS[f"column {name}"] for name in _COLUMNS}
    places = zip(table["document"], table["position"], strict=True)
    links = [_way(document, position) for document, position in places]
    show_lines(shown.rename(columns=titles), name=WORDS["title"], links=links)
    show_csv(table, "memos")


def _way(document: Any, position: Any) -> tuple[str, str] | None:
    if not isinstance(document, str):
        return None
    return labels.SHARED["open"], link_to(document, None if pd.isna(position) else int(position))


def _write(project: Project, coder: str) -> None:
    kinds = list(ABOUT)
    about = str(st.selectbox(WORDS["about_what"], kinds, format_func=_kind, key="memo_about"))
    with st.form("memo_new", clear_on_submit=True):
        target = _target(project, about)
        text = st.text_area(WORDS["text"], key="memo_text")
        if st.form_submit_button(WORDS["save"], type="primary"):
            with said_here():
                project.add_memo(text, coder=coder, target=target)
                st.toast(WORDS["saved"])
                st.rerun()


def _target(project: Project, about: str) -> Target:
    """Return what the boxes name: those that this kind of memo needs are drawn."""
    document = position = speaker = code = None
    if about in {"document", "utterance", "coding"}:
        names = list(project.list_documents()["document"])
        document = st.selectbox(WORDS["document"], names, key="memo_document")
    if about in {"utterance", "coding"}:
        position = int(st.number_input(WORDS["position"], min_value=1, key="memo_position"))
    if about == "speaker":
        names = list(dict.fromkeys(project.list_speakers()["speaker"]))
        speaker = st.selectbox(WORDS["speaker"], names, key="memo_speaker")
    if about in {"code", "coding"}:
        names = [code.name for code in project.codebook().tree()]
        code = st.selectbox(WORDS["code"], names, key="memo_code")
    return Target(document, position, speaker, code, session().round)


def _change(project: Project, coder: str, own: pd.DataFrame) -> None:
    texts = dict(zip(own["memo"], own["text"], strict=True))
    chosen = str(
        st.selectbox(
            WORDS["which"], list(texts), format_func=lambda one: texts[one][:_LONGEST], key="memo"
        )
    )
    with st.form("memo_change"):
        text = st.text_area(WORDS["text"], texts[chosen], key=f"memo_text_{chosen}")
        with st.container(horizontal=True):
            is_changed = st.form_submit_button(WORDS["change_do"])
            is_deleted = st.form_submit_button(WORDS["delete_do"])
    with said_here():
        if is_changed:
            project.change_memo(chosen, text, coder=coder)
        if is_deleted:
            project.delete_memo(chosen, coder=coder)
        if is_changed or is_deleted:
            st.toast(WORDS["deleted" if is_deleted else "saved"])
            st.rerun()
