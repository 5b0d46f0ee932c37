"""What one browser session remembers; nothing that would matter if it were lost."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

__all__ = ["Session", "session"]


@dataclass
class Session:
    """One browser session.

    Attributes:
        coder: who codes; None before anybody said.
        is_changing: somebody else is to say who they are.
        round: the round to code in.
        goto: (document, position, number of the jump): where a link pointed.
        report: rows of the newest import report.
    """

    coder: str | None = None
    is_changing: bool = False
    round: str = "main"
    goto: tuple[str, int, str] | None = None
    report: tuple[dict[str, object], ...] = ()


def session() -> Session:
    """Return this session's memory."""
    found = st.session_state.get("qualkit")
    if not isinstance(found, Session):
        found = Session()
        st.session_state["qualkit"] = found
    return found
