"""Documents: bringing them in, what the reader made of them, and who speaks in them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from qualkit.workflow.project import Project
from qualkit.workflow.screens import list_names, list_progress, placed_report
from workbench import labels
from workbench.bringing import BROUGHT, show_bringing
from workbench.duties import show_barred
from workbench.identity import used
from workbench.importing import take_in
from workbench.pages.speakers import show_speakers
from workbench.paging import paged
from workbench.reports import show_report
from workbench.state import Session, session
from workbench.tables import link_to, show_lines

__all__ = ["show"]

WORDS = labels.DOCUMENTS


def show() -> None:
    """Show the documents, what was made of them, and their speakers."""
    project, mine = used(), session()
    names = list_names(project)
    st.subheader(WORDS["list"])
    if names:
        few = paged(project.list_documents, key="documents")
        _show_documents(_with_progress(project, mine, few))
    else:
        st.info(labels.SHARED["no_documents"])
    with st.expander(WORDS["import"], expanded=not names or bool(mine.taken)):
        _import_form(project, mine)
        _show_taken(mine)
    with st.expander(labels.BRINGING["title"], expanded=BROUGHT in st.session_state):
        show_bringing(project)
    if names:
        _show_reading(project, names)
        show_speakers(project)


def _with_progress(project: Project, mine: Session, table: pd.DataFrame) -> pd.DataFrame:
    """Return the documents with how many utterances this session's coder has looked at."""
    shown = table.assign(imported_at=table["imported_at"].str.slice(0, 10))
    if mine.coder is None:
        return shown
    names = shown["document"].tolist()
    progress = list_progress(project, coder=mine.coder, round_name=mine.round, documents=names)
    return shown.merge(progress[["document", "reviewed"]], on="document")


def _show_documents(table: pd.DataFrame) -> None:
    links = [(WORDS["open"], link_to(name)) for name in table["document"]]
    titles = {name: WORDS[f"column {name}"] for name in table.columns}
    show_lines(table.rename(columns=titles), links=links, name=WORDS["list"])


def _import_form(project: Project, mine: Session) -> None:
    with st.form("import", border=False):
        files = st.file_uploader(
            WORDS["drop"], accept_multiple_files=True, key=f"files_{mine.uploads}"
        )
        with st.container(horizontal=True):
            unit = st.selectbox(
                WORDS["unit"], list(labels.UNITS), format_func=labels.UNITS.__getitem__, width=420
            )
            key = st.file_uploader(WORDS["key"], type=["csv", "xlsx"], key=f"key_{mine.uploads}")
        barred = show_barred(project, "import_bytes")
        with st.container(horizontal=True):
            tried = st.form_submit_button(WORDS["try"], key="import_try")
            stored = st.form_submit_button(
                WORDS["drop_button"], type="primary", key="import_save", disabled=barred
            )
    if (tried or stored) and not files:
        st.warning(WORDS["drop_first"])
    elif tried or stored:
        with st.spinner(WORDS["reading"]):
            mine.taken = tuple(take_in(project, files, unit=unit, key=key, dry_run=tried))
        mine.is_try = tried
        mine.uploads += 0 if tried else 1
        st.rerun()


def _show_taken(mine: Session) -> None:
    """Show what became of the files dropped last, and the report of one of them."""
    if not mine.taken:
        return
    st.markdown(f"**{WORDS['tried' if mine.is_try else 'imported']}**")
    names = ("file", "document", "status", "utterances", "codable", "speakers", "words", "message")
    rows = pd.DataFrame([one.row for one in mine.taken]).reindex(columns=list(names))
    titles = {name: WORDS[f"column {name}"] for name in names}
    show_lines(_whole_numbers(rows).rename(columns=titles), name=WORDS["imported"])
    read = {one.row["file"]: one.report for one in mine.taken if one.report is not None}
    if mine.is_try and read:
        chosen = st.selectbox(WORDS["report_of"], list(read), key="tried_file", width=460)
        show_report(read[chosen], key="try")


def _whole_numbers(rows: pd.DataFrame) -> pd.DataFrame:
    types: dict[Any, Any] = dict.fromkeys(("utterances", "codable", "speakers", "words"), "Int64")
    return rows.astype(types)


def _show_reading(project: Project, names: list[str]) -> None:
    st.subheader(WORDS["reading_of"])
    st.caption(WORDS["reading_about"])
    chosen = st.selectbox(WORDS["document"], names, key="findings_of", width=460)
    show_report(placed_report(project, str(chosen)), key="stored")
