"""Documents: bringing them in, what the reader noticed, and who speaks in them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from qualkit.errors import QualkitError
from qualkit.workflow.project import Project
from qualkit.workflow.screens import list_progress
from workbench import labels
from workbench.state import session
from workbench.study import study
from workbench.tables import show_table

__all__ = ["show"]

WORDS = labels.DOCUMENTS
UNITS = ("auto", "turn", "paragraph", "sentence")


def show() -> None:
    """Show the documents, their findings and their speakers."""
    project = study()
    table = project.list_documents()
    st.subheader(WORDS["list"])
    if table.empty:
        st.info(labels.SHARED["no_documents"])
    else:
        show_table(_with_progress(project, table))
    with st.expander(WORDS["import"], expanded=table.empty):
        _import_form(project)
    if not table.empty:
        _show_findings(project, list(table["document"]))
        _show_speakers(project)


def _with_progress(project: Project, table: pd.DataFrame) -> pd.DataFrame:
    """Return the documents with how many utterances this session's coder has looked at."""
    mine = session()
    shown = table.assign(imported_at=table["imported_at"].str.slice(0, 10))
    if mine.coder is None:
        return shown
    progress = list_progress(project, coder=mine.coder, round_name=mine.round)
    return shown.merge(progress[["document", "reviewed"]], on="document")


def _import_form(project: Project) -> None:
    with st.form("import", clear_on_submit=True, border=False):
        files = st.file_uploader(WORDS["drop"], accept_multiple_files=True)
        unit = st.selectbox(WORDS["unit"], UNITS, width=200)
        if st.form_submit_button(WORDS["drop_button"], type="primary", key="import_save"):
            if not files:
                st.warning(WORDS["drop_first"])
                return
            session().report = tuple(_import(project, file, unit) for file in files)
            st.rerun()
    if session().report:
        st.markdown(f"**{WORDS['imported']}**")
        show_table(pd.DataFrame(session().report))


def _import(project: Project, file: Any, unit: str) -> dict[str, Any]:
    """Read one uploaded file and return its line of the report."""
    try:
        row = project.import_bytes(file.getvalue(), file.name, unit=unit)
    except QualkitError as problem:
        row = {"status": "failed", "message": str(problem)}
    return {"file": file.name} | row


def _show_findings(project: Project, names: list[str]) -> None:
    st.subheader(WORDS["findings"])
    chosen = st.selectbox(
        WORDS["document"], [labels.SHARED["all"], *names], key="findings_of", width=460
    )
    findings = project.list_findings(None if chosen == labels.SHARED["all"] else chosen)
    if findings.empty:
        st.info(WORDS["findings_none"])
    else:
        show_table(findings)


def _show_speakers(project: Project) -> None:
    st.subheader(WORDS["speakers"])
    speakers = project.list_speakers()
    if speakers.empty:
        st.info(WORDS["speakers_none"])
        return
    show_table(speakers)
    with st.expander(WORDS["set"]):
        _speaker_form(project, speakers)


def _speaker_form(project: Project, speakers: pd.DataFrame) -> None:
    pairs = list(zip(speakers["speaker"], speakers["document"], strict=True))
    types = [WORDS["leave"], *(kind.name for kind in project.typology().types)]
    with st.form("speaker", border=False, clear_on_submit=True):
        speaker, document = st.selectbox(WORDS["speaker"], pairs, format_func=" · ".join)
        kind = st.selectbox(WORDS["type"], types, key="speaker_type")
        role = st.text_input(WORDS["role"])
        organisation = st.text_input(WORDS["organisation"])
        if st.form_submit_button(WORDS["save"], type="primary", key="speaker_save"):
            given = {
                "stakeholder_type": None if kind == WORDS["leave"] else kind,
                "role": role.strip() or None,
                "organisation": organisation.strip() or None,
            }
            project.set_speaker(speaker, document=document, **given)
            st.rerun()
