"""Code: a document and the codes on it, with the keyboard."""

from __future__ import annotations

import contextlib
import uuid
from urllib.parse import unquote

import streamlit as st

from qualkit.errors import OptionError
from qualkit.workflow.project import Project
from qualkit.workflow.screens import check_coder, list_coders
from workbench import labels
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
    _recall_coder(project, mine)
    if mine.coder is None:
        _ask_who(project, mine)
        return
    names = list(project.list_documents()["document"])
    if not names:
        st.info(f"{labels.SHARED['no_documents']} {labels.SHARED['no_documents_remedy']}")
        return
    top = st.container(horizontal=True, vertical_alignment="center")
    with top:
        document = _choose_document(project, names)
        st.markdown(WORDS["coder"].format(coder=_as_text(mine.coder)), width="content")
        st.button(WORDS["change"], on_click=_forget_coder, args=(mine,))
    _note_jump(mine, document)
    show_transcript(_data(project, mine, document))


def _cookie(project: Project) -> str:
    return f"qualkit_coder_{fingerprint(project.secret)}"


def _recall_coder(project: Project, mine: Session) -> None:
    """Take up the coder that this browser had before a reload or a restart of the program."""
    named = st.context.cookies.get(_cookie(project))
    if mine.coder is None and not mine.is_changing and isinstance(named, str):
        with contextlib.suppress(OptionError):  # somebody else's word, so it may be anything
            mine.coder = check_coder(project, unquote(named))


def _forget_coder(mine: Session) -> None:
    mine.coder, mine.is_changing = None, True


def _ask_who(project: Project, mine: Session) -> None:
    known = list_coders(project)
    with st.form("who", width=460):
        st.subheader(WORDS["who"])
        st.caption(WORDS["who_why"])
        options = [*known, WORDS["somebody_new"]]
        chosen = st.radio(WORDS["known"], options, index=len(known)) if known else None
        typed = st.text_input(WORDS["new"], key="coder_name", max_chars=60)
        if st.form_submit_button(WORDS["start"], type="primary"):
            mine.coder = check_coder(project, str(chosen) if chosen in known else typed)
            mine.is_changing = False
            st.rerun()


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


def _note_jump(mine: Session, document: str) -> None:
    """Keep the place that the address points to, once, and take it out of the address."""
    asked = st.query_params.get("position", "")
    if "position" in st.query_params:
        del st.query_params["position"]
    if asked.isdecimal():
        mine.goto = (document, int(asked), uuid.uuid4().hex)


def _data(project: Project, mine: Session, document: str) -> dict[str, object]:
    allowed = Pass(str(mine.coder), mine.round)
    jump = mine.goto if mine.goto and mine.goto[0] == document else None
    return {
        "document": document,
        "scope": f"{fingerprint(project.secret)}.{allowed.coder}.{allowed.round}",
        "token": sign_token(project.secret, project.name, allowed),
        "url": URL,
        "coder": allowed.coder,
        "cookie": _cookie(project),
        "goto": {"position": jump[1], "id": jump[2]} if jump else None,
        "labels": {**labels.PANE, "keys": labels.KEYS},
    }


def _as_text(name: str) -> str:
    return "".join(
        f"\\{letter}" if letter in r"\`*_{}[]()#+-.!$:~<>" else letter for letter in name
    )
