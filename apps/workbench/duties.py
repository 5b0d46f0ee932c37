"""What whoever sits here may not do: said beside the button, which is then grey."""

from __future__ import annotations

import streamlit as st

from qualkit.workflow.project import Project
from qualkit.workflow.roles import reason_against
from workbench import labels

__all__ = ["is_barred", "show_barred"]


def is_barred(project: Project, verb: str, named: str | None = None) -> bool:
    """Return whether ``show_barred`` would show a reason."""
    return reason_against(project, verb, named) is not None


def show_barred(project: Project, verb: str, named: str | None = None) -> bool:
    """Show why a verb is refused to whoever uses the project, and return whether it is.

    Args:
        project: as used by who sits here.
        verb: of ``Project``.
        named: the coder that the verb is about, where it is about one.
    """
    problem = reason_against(project, verb, named)
    if problem is None:
        return False
    nobody = project.acting is None
    remedy = labels.SHARED["who_first"] if nobody else str(problem.remedy)
    st.caption(f"{problem.what[:1].upper()}{problem.what[1:]}; {remedy}.")
    return True
