"""Code: a document and the codes on it, with the keyboard."""

from __future__ import annotations

import uuid

import streamlit as st

from qualkit.workflow.project import Project
from workbench import labels
from workbench.identity import choose_round, is_known, show_who
from workbench.login import is_on
from workbench.routes import URL
from workbench.state import Session, session
from workbench.study import study
from workbench.tokens import Pass, fingerprint, sign_token
from workbench.transcript import show_transcript

__all__ = ["show"]

WORDS = labels.CODE


def show() -> None:
    """Show the transcript of one document, for one coder."""
    project, mine = study(), session()
    if not is_known(project, mine):
        return
    names = list(project.list_documents()["document"])
    if not names:
        st.info(f"{labels.SHARED['no_documents']} {labels.SHARED['no_documents_remedy']}")
        return
    top = st.container(horizontal=True, vertical_alignment="center")
    with top:
        document = _choose_document(project, names)
        choose_round(project, mine)
        show_who(mine)
    _note_jump(mine, document)
    show_transcript(_data(project, mine, document) | {"documents": names}, on_document=_leave_for)


def _choose_document(project: Project, names: list[str]) -> str:
    """Return the document chosen, which the address names, too."""
    asked = st.query_params.get("document")
    if asked is not None and asked not in names:
        st.query_params["document"] = project.document_name(asked)
    chosen = st.selectbox(
        WORDS["document"],
        names,
        key="document",
        bind="query-params",
        width=460,
        label_visibility="collapsed",
    )
    return str(chosen)


def _leave_for(document: str) -> None:
    """Go to the document that was chosen with the keyboard in the pane."""
    st.session_state["document"] = document


def _note_jump(mine: Session, document: str) -> None:
    """Keep the place that the address points to, once, and take it out of the address."""
    asked = st.query_params.get("position", "")
    if "position" in st.query_params:
        del st.query_params["position"]
    if asked.isdecimal():
        mine.goto = (document, int(asked), uuid.uuid4().hex)


def _data(project: Project, mine: Session, document: str) -> dict[str, object]:
    allowed = Pass(str(mine.coder), mine.round, login=is_on())
    person = f"{fingerprint(project.secret)}.{_dotless(allowed.coder)}"
    jump = mine.goto if mine.goto and mine.goto[0] == document else None
    return {
        "document": document,
        "scope": f"{person}.{_dotless(allowed.round)}",
        "person": person,
        "token": sign_token(project.secret, project.name, allowed),
        "url": URL,
        "goto": {"position": jump[1], "id": jump[2]} if jump else None,
        "labels": {**labels.PANE, "keys": labels.KEYS},
    }


def _dotless(name: str) -> str:
    """Return a name in which no dot stands, so that no two scopes begin alike."""
    return name.replace("%", "%25").replace(".", "%2E")
