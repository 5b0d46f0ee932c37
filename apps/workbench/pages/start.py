"""Start: the projects opened lately, a new one, one that is somewhere, or the sample study."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from qualkit import places
from qualkit.model import Codebook
from qualkit.workflow.codebooks import check_codebook
from qualkit.workflow.demo import CODEBOOK, STAKEHOLDERS, make_demo
from qualkit.workflow.project import create_project, create_project_from, open_project
from workbench import labels
from workbench.bringing import BROUGHT, uploaded
from workbench.faults import said_here
from workbench.recent import note_recent, recent_projects
from workbench.study import PROJECT

__all__ = ["TURNED", "show"]

WORDS = labels.START
TURNED = "qualkit_turned"
"""Set in the session when another project was chosen, so that its first page is shown."""
_SUFFIX = ".qualkit"


def show() -> None:
    """Show the ways to a project; the one chosen is what every page shows from then on."""
    st.subheader(WORDS["title"])
    st.caption(WORDS["about"])
    if found := recent_projects():
        st.markdown(f"**{WORDS['recent']}**")
        for place in found:
            if st.button(place, key=f"recent_{place}"):
                _turn_to(place)
    with st.expander(WORDS["new"], expanded=not found):
        _new()
    with st.expander(WORDS["foreign"]):
        _from_another()
    with st.expander(WORDS["open"]), st.form("open"):
        place = st.text_input(WORDS["place"])
        if st.form_submit_button(WORDS["open_do"]) and place.strip():
            _turn_to(place.strip())
    if st.button(WORDS["demo"], help=WORDS["demo_about"]):
        with said_here(), st.spinner(WORDS["making"]):
            with make_demo() as made:
                place = made.location
            _turn_to(place)


def _turn_to(place: str) -> None:
    """Open a project, and show its pages."""
    with said_here():
        open_project(place).close()
        os.environ[PROJECT] = place
        note_recent(place)
        st.session_state.pop("qualkit", None)
        st.session_state[TURNED] = True
        st.rerun()


def _new() -> None:
    with st.form("new"):
        name = st.text_input(WORDS["name"], max_chars=100)
        folder = st.text_input(WORDS["folder"], str(Path.cwd()))
        kind = st.radio(WORDS["codebook"], list(labels.CODEBOOKS), format_func=labels.CODEBOOKS.get)
        file = st.file_uploader(WORDS["codebook_file"], type=["yaml", "csv", "xlsx", "qdc"])
        types = st.file_uploader(WORDS["types_file"], type=["yaml"])
        if not st.form_submit_button(WORDS["new_do"], type="primary"):
            return
    with said_here():
        target = Path(folder).expanduser() / f"{name.strip()}{_SUFFIX}"
        _make(target, name.strip(), str(kind), file, types)
        _turn_to(str(target))


def _from_another() -> None:
    with st.form("foreign"):
        name = st.text_input(WORDS["foreign_name"], max_chars=100)
        folder = st.text_input(WORDS["foreign_folder"], str(Path.cwd()))
        file = st.file_uploader(WORDS["foreign_file"])
        if not st.form_submit_button(WORDS["foreign_do"]) or file is None:
            return
    with said_here(), uploaded(file) as path:
        target = Path(folder).expanduser() / f"{name.strip() or path.stem}{_SUFFIX}"
        made, report = create_project_from(path, target)
        made.close()
        st.session_state[BROUGHT] = report
        _turn_to(str(target))


def _make(target: Path, name: str, kind: str, file: Any, types: Any) -> None:
    """Make the project with the codebook that was chosen: the shipped one, a file, or none yet."""
    with tempfile.TemporaryDirectory() as place:
        typology = places.codebooks() / STAKEHOLDERS if kind == "shipped" else None
        if types is not None:
            typology = _kept(Path(place) / "types.yaml", types)
        book: Codebook | Path = Codebook(name, ())
        if kind == "shipped":
            book = places.codebooks() / CODEBOOK
        elif kind == "file" and file is not None:
            book = check_codebook(_kept(Path(place) / f"codebook{Path(file.name).suffix}", file))
        create_project(target, codebook=book, stakeholders=typology, name=name).close()


def _kept(path: Path, file: Any) -> Path:
    path.write_bytes(file.getvalue())
    return path
