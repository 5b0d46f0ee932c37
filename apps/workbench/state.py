"""What one browser session remembers; nothing that would matter if it were lost."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from workbench.importing import Taken

__all__ = ["Session", "session"]


@dataclass
class Session:
    """One browser session.

    Attributes:
        coder: who codes; None before anybody said.
        is_changing: somebody else is to say who they are.
        round: the round to code in.
        is_round_chosen: the coder chose that round, or a link named it.
        goto: (document, position, number of the jump): where a link pointed.
        taken: what became of the files dropped last.
        is_try: they were only tried, not stored.
        uploads: how often files were stored; tells one file box from the next.
        apart: (speaker, other, document) that are to be kept apart.
        key: content of the key file of pseudonyms for exports; gone with the session.
        key_from: id of the uploaded file that it is, or was completed from.
        is_masked: files leave under pseudonyms, lists too.
        made: a file that took long to make, after what it depends on.
    """

    coder: str | None = None
    is_changing: bool = False
    round: str = "main"
    is_round_chosen: bool = False
    goto: tuple[str, int, str] | None = None
    taken: tuple[Taken, ...] = ()
    is_try: bool = False
    uploads: int = 0
    apart: set[tuple[str, str, str | None]] = field(default_factory=set)
    key: bytes | None = None
    key_from: str | None = None
    is_masked: bool = False
    made: tuple[object, bytes] | None = None

    @property
    def leaving_key(self) -> bytes | None:
        """The key file under which lists leave; None: under the real names."""
        return self.key if self.is_masked else None


def session() -> Session:
    """Return this session's memory."""
    found = st.session_state.get("qualkit")
    if not isinstance(found, Session):
        found = Session()
        st.session_state["qualkit"] = found
    return found
