"""The findings, computed once for each state of the project and each set of options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd
import streamlit as st

from qualkit.workflow.project import Project
from workbench import labels
from workbench.importing import key_file
from workbench.study import study

__all__ = ["found", "leaks", "merges", "on_demand"]

_KEPT = 128
_KEPT_ON_DEMAND = 32

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
Options = tuple[tuple[str, Any], ...]


def found(
    verb: Callable[Concatenate[Project, Asked], Answer], *what: Asked.args, **how: Asked.kwargs
) -> Answer:
    """Return what a verb of the project gives, as the project is now.

    Args:
        verb: such as ``Project.frequency``, or a function that takes a project first.
        what: its arguments.
        how: its options, of kinds that can be told apart by their values.
    """
    project = study()
    name = f"{verb.__module__}.{verb.__qualname__}"
    options: Options = tuple(sorted(how.items()))
    answer: Answer = _found(project.location, project.revision, name, what, options, verb)
    return answer


@st.cache_data(max_entries=_KEPT, show_spinner=labels.SHARED["under_way"])
def _found(
    location: str,
    revision: int,
    name: str,
    what: tuple[Any, ...],
    how: Options,
    _verb: Callable[..., Any],
) -> Any:
    return _verb(study(), *what, **dict(how))


_on_demand: dict[tuple[Any, ...], tuple[int, pd.DataFrame]] = {}
"""What took long to compute -> the revision it is of, and the table."""


def on_demand(
    verb: Callable[..., pd.DataFrame],
    *,
    key: str,
    says: str,
    tells: bool = False,
    then: Callable[[pd.DataFrame], None] | None = None,
    **how: Any,
) -> pd.DataFrame | None:
    """Show a button that computes a table which takes long, and return the one computed last.

    Args:
        verb: of the project.
        key: of the button.
        says: what stands on the button.
        tells: the verb takes ``progress`` and tells it what has just been done.
        then: called with the table once it is there, before it is shown for the first time.
        how: options of the verb.

    Returns:
        None as long as nobody asked. What an older state of the project gave is shown as such.
    """
    project, words = study(), labels.SHARED
    place = (project.location, verb.__qualname__, *sorted(how.items()))
    revision, table = _on_demand.get(place, (0, None))
    if table is not None and revision == project.revision:
        return table
    if table is not None:
        st.info(words["older"].format(count=project.revision - revision))
    if st.button(says, key=key, type="primary"):
        with st.status(words["under_way"]) as status:
            if tells:
                how = how | {"progress": lambda done: status.update(label=f"{says}: {done}")}
            revision = project.revision
            table = verb(project, **how)
            if then is not None:
                then(table)
                revision = project.revision
        _on_demand[place] = revision, table
        for oldest in list(_on_demand)[:-_KEPT_ON_DEMAND]:
            del _on_demand[oldest]
        st.rerun()
    return table


def merges() -> pd.DataFrame:
    """Return ``Project.propose_merges`` of the open project as it is now."""
    return found(Project.propose_merges)


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
