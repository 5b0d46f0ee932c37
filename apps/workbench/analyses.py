"""The findings, computed once for each state of the project and each set of options."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from workbench.importing import key_file
from workbench.study import study

__all__ = ["agreement", "cooccurrence", "frequency", "leaks", "merges"]

_KEPT = 32


def frequency(*, by: str, of: str, moderators: bool) -> pd.DataFrame:
    """Return ``Project.frequency`` of the open project as it is now."""
    project = study()
    return _frequency(project.location, project.revision, by, of, moderators)


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _frequency(location: str, revision: int, by: str, of: str, moderators: bool) -> pd.DataFrame:
    return study().frequency(by=by, of=of, moderators=moderators)


def cooccurrence(*, within: str, moderators: bool) -> pd.DataFrame:
    """Return ``Project.cooccurrence`` of the open project as it is now."""
    project = study()
    return _cooccurrence(project.location, project.revision, within, moderators)


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _cooccurrence(location: str, revision: int, within: str, moderators: bool) -> pd.DataFrame:
    return study().cooccurrence(within=within, moderators=moderators)


def agreement(*, level: str, moderators: bool) -> pd.DataFrame:
    """Return ``Project.agreement`` of the open project as it is now."""
    project = study()
    return _agreement(project.location, project.revision, level, moderators)


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _agreement(location: str, revision: int, level: str, moderators: bool) -> pd.DataFrame:
    return study().agreement(level=level, moderators=moderators)


def merges() -> pd.DataFrame:
    """Return ``Project.propose_merges`` of the open project as it is now."""
    project = study()
    return _merges(project.location, project.revision)


@st.cache_data(max_entries=_KEPT, show_spinner=False)
def _merges(location: str, revision: int) -> pd.DataFrame:
    return study().propose_merges()


def leaks(key: bytes) -> pd.DataFrame:
    """Return ``Project.list_leaks`` of the open project as it is now, under a key file's content.

    Raises:
        CodingsFileError: it is no key file.
    """
    project = study()
    return _leaks(project.location, project.revision, key)


@st.cache_data(max_entries=4, show_spinner=False)
def _leaks(location: str, revision: int, key: bytes) -> pd.DataFrame:
    with key_file(key) as path:
        return study().list_leaks(path) if path else pd.DataFrame()
