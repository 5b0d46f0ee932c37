"""What is said while the first page after opening waits for what it has to read."""

from __future__ import annotations

import streamlit as st

from workbench import labels
from workbench.state import session
from workbench.study import is_read, read_tables, study

__all__ = ["read_first"]


def read_first() -> None:
    """Read utterances and codings where that has not been done since the project was opened."""
    project = study()
    if not is_read(project):
        with st.spinner(labels.SHARED["reading"], show_time=True):
            read_tables(project, session().coder)
