"""What other programs made, dropped on a page: whole projects, and tables of codings."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from qualkit.errors import OptionError
from qualkit.workflow.project import Project
from workbench import labels
from workbench.duties import show_barred
from workbench.faults import said_here
from workbench.importing import Upload
from workbench.tables import show_lines

__all__ = ["BROUGHT", "Wish", "brought", "show_bringing", "uploaded"]

WORDS = labels.BRINGING
BROUGHT = "qualkit_brought"
"""Set in the session to the report of what was brought in last."""
_VERBS = {"project": "import_project", "passages": "match_codings", "numbers": "import_codings"}


@dataclass(frozen=True)
class Wish:
    """How a file is to come in.

    Attributes:
        kind: "project", "passages" (words with codes) or "numbers" (of utterances, with codes).
        coder: whose codings those are that name nobody; None: the file's own word.
        round: of the codings.
        finished: coders have read their documents to the end.
        offsets: of a .qdpx, how its positions count; None finds it out.
    """

    kind: str
    coder: str | None
    round: str
    finished: bool = False
    offsets: str | None = None


@contextmanager
def uploaded(file: Upload) -> Iterator[Path]:
    """Give the path of an uploaded file that exists only inside the ``with`` block."""
    with tempfile.TemporaryDirectory(prefix="qualkit-") as folder:
        path = Path(folder) / Path(file.name).name
        path.write_bytes(file.getvalue())
        yield path


def brought(project: Project, file: Upload, wish: Wish) -> pd.DataFrame:
    """Bring a file in and return the report, as the verbs of ``Project`` give it."""
    with uploaded(file) as path:
        if wish.kind == "passages":
            return project.match_codings(path, coder=wish.coder, round_name=wish.round)
        if wish.kind == "numbers":
            return project.import_codings(
                path, coder=wish.coder, round_name=wish.round, finished=wish.finished
            )
        return project.import_project(
            path,
            coder=wish.coder,
            round_name=wish.round,
            finished=wish.finished,
            offsets=wish.offsets,
        )


def show_bringing(project: Project) -> None:
    """Show the form for files of other programs, and what became of the last one."""
    st.caption(WORDS["about"])
    kinds = labels.BRINGING_KINDS
    kind = st.radio(WORDS["what"], list(kinds), format_func=kinds.get, key="bring_kind")
    with st.form("bring", border=False):
        file = st.file_uploader(WORDS["file"], key="bring_file")
        wish = _asked(project, str(kind))
        barred = show_barred(project, _VERBS[wish.kind], wish.coder)
        pressed = st.form_submit_button(WORDS["do"], key="bring_do", disabled=barred)
    if pressed:
        st.session_state.pop(BROUGHT, None)
        with said_here(), st.spinner(WORDS["reading"]):
            if file is None:
                raise OptionError(WORDS["file_first"])
            st.session_state[BROUGHT] = brought(project, file, wish)
            st.rerun()
    _show_brought()


def _asked(project: Project, kind: str) -> Wish:
    with st.container(horizontal=True):
        coder = st.text_input(WORDS["coder"], key="bring_coder", width=300)
        rounds = project.list_rounds().query("closed_at.isna()")["round"].tolist()
        round_name = st.selectbox(WORDS["round"], rounds or ["main"], key="bring_round", width=220)
        ways = ["", *labels.OFFSETS]
        shown = {"": WORDS["found_out"], **labels.OFFSETS}
        offsets = (
            st.selectbox(WORDS["offsets"], ways, format_func=shown.__getitem__, width=420)
            if kind == "project"
            else None
        )
    finished = kind != "passages" and st.checkbox(WORDS["finished"], key="bring_finished")
    name = coder.strip() or None
    return Wish(kind, name, str(round_name), finished=finished, offsets=offsets or None)


def _show_brought() -> None:
    report = st.session_state.get(BROUGHT)
    if report is None:
        return
    st.markdown(f"**{WORDS['report']}**")
    titles = {name: WORDS.get(f"column {name}", name) for name in report.columns}
    show_lines(report.rename(columns=titles), name=WORDS["report"])
