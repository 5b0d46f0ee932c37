"""Export: the study as files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from qualkit.workflow.project import Project
from workbench import labels
from workbench.study import study

__all__ = ["made", "show"]

WORDS = labels.EXPORT


def show() -> None:
    """Show a button for each kind of file; the file is made on the click."""
    project = study()
    st.subheader(WORDS["title"])
    st.caption(WORDS["about"])
    for suffix, (title, about) in labels.FILES.items():
        left, right = st.columns([1, 3], vertical_alignment="center")
        left.download_button(
            title,
            data=made(project, suffix),
            file_name=f"{project.name}{suffix}",
            on_click="ignore",
            key=f"export_{suffix}",
            width="stretch",
        )
        right.markdown(about)


def made(project: Project, suffix: str) -> Callable[[], bytes]:
    """Return the function that makes the file of this kind and returns its bytes."""

    def make() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"export{suffix}"
            project.export(path)
            return path.read_bytes()

    return make
