"""Codebook: the tree of codes, what is said of each, its changes, and what to look at again."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from qualkit.workflow.project import Project
from workbench import labels
from workbench.duties import show_barred
from workbench.faults import said_here
from workbench.identity import is_known, used
from workbench.pages.codebook_forms import show_forms
from workbench.query_links import link_to_query, query_for
from workbench.state import session
from workbench.tables import link_to, show_csv, show_lines

__all__ = ["show"]

WORDS = labels.CODEBOOK
_TREE = ("code", "shortcut", "definition", "include", "exclude", "codings", "state")
_AT_ONCE = 50
_KINDS = ("yaml", "csv", "xlsx", "qdc")
_INDENT = "\u2003"


def show() -> None:
    """Show the codebook, and for whom it is known who they are, the forms that change it."""
    project, mine = used(), session()
    st.subheader(WORDS["title"])
    versions = project.list_codebook_versions()
    last = versions.iloc[-1]
    st.caption(WORDS["about"].format(version=last["number"], reason=last["reason"]))
    codes = project.list_codes()
    _show_tree(codes)
    if not is_known(project, mine):
        return
    show_forms(project, str(mine.coder))
    with st.expander(WORDS["outdated"]):
        _show_outdated(project, str(mine.coder))
    with st.expander(WORDS["history"]):
        _show_versions(project, versions)
    with st.expander(WORDS["file"]):
        _take_file(project)


def _show_tree(codes: pd.DataFrame) -> None:
    if codes.empty:
        st.info(WORDS["none"])
        return
    names = [_INDENT * int(d) + str(n) for d, n in zip(codes["depth"], codes["code"], strict=True)]
    shown = codes.assign(code=names, state=codes["retired"].map({True: WORDS["retired"]}))
    titles = {name: WORDS[f"column {name}"] for name in _TREE}
    links = [_words_of(*row) for row in zip(codes["code"], codes["codings"], strict=True)]
    show_lines(shown[list(_TREE)].rename(columns=titles), name=WORDS["title"], links=links)
    show_csv(codes, "codebook")


def _words_of(code: str, many: int) -> tuple[str, str] | None:
    """Return what leads to the utterances that carry a code, whoever said them."""
    query = query_for(code, moderators=True)
    return (labels.SHARED["open"], link_to_query(query)) if many else None


def _show_outdated(project: Project, coder: str) -> None:
    st.caption(WORDS["outdated_about"])
    with said_here():
        table = project.list_outdated(viewer=coder)
        table = table[table["coder"] == coder]
        if table.empty:
            st.info(WORDS["outdated_none"])
            return
        places = zip(table["document"], table["position"], strict=True)
        links = [(labels.SHARED["open"], link_to(one, int(at))) for one, at in places]
        shown = table[["document", "position", "code", "round", "what", "text"]]
        show_lines(shown.head(_AT_ONCE), name=WORDS["outdated"], links=links[:_AT_ONCE])
        if len(table) > _AT_ONCE:
            st.caption(WORDS["outdated_more"].format(count=len(table) - _AT_ONCE))
        for code, group in table.groupby("code", sort=False):
            words = WORDS["confirm"].format(count=len(group), code=code)
            if st.button(words, key=f"confirm_{code}"):
                done = project.confirm_codings(coder, code=str(code))
                st.toast(WORDS["confirmed"].format(count=done))
                st.rerun()


def _show_versions(project: Project, versions: pd.DataFrame) -> None:
    show_lines(versions[::-1], name=WORDS["history"])
    numbers = [int(one) for one in versions["number"]]
    if len(numbers) < 2:
        return
    with st.container(horizontal=True):
        old = st.selectbox(WORDS["from"], numbers, index=len(numbers) - 2, width=160)
        new = st.selectbox(WORDS["to"], numbers, index=len(numbers) - 1, width=160)
    table = project.diff_codebooks(int(old), int(new))
    if table.empty:
        st.info(WORDS["same"])
    else:
        show_lines(table, name=WORDS["history"])
        show_csv(table, "codebook_changes")


def _take_file(project: Project) -> None:
    st.caption(WORDS["file_about"])
    with st.form("codebook_file"):
        file = st.file_uploader(WORDS["file_drop"], type=list(_KINDS))
        reason = st.text_input(WORDS["reason"], help=WORDS["reason_about"], key="why_file")
        barred = show_barred(project, "apply_codebook")
        if st.form_submit_button(WORDS["file_do"], disabled=barred) and file is not None:
            with said_here(), tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"codebook{Path(file.name).suffix}"
                path.write_bytes(file.getvalue())
                made = project.apply_codebook(path, reason=reason)
                st.toast(WORDS["saved"].format(version=made.version))
                st.rerun()
    with st.container(horizontal=True):
        for kind in (*_KINDS, "docx"):  # to read, not to bring back
            st.download_button(
                f"{WORDS['take']} ({kind})",
                data=partial(_written, project, kind),
                file_name=f"codebook.{kind}",
                on_click="ignore",
                key=f"codebook_{kind}",
            )


def _written(project: Project, kind: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return project.export_codebook(Path(folder) / f"codebook.{kind}").read_bytes()
