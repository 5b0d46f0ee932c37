"""Who sits at this browser, and in which round they code."""

from __future__ import annotations

import contextlib
from urllib.parse import unquote

import streamlit as st

from qualkit.errors import OptionError
from qualkit.workflow.project import Project
from qualkit.workflow.screens import check_coder, list_coders, open_rounds
from workbench import labels
from workbench.focusing import focus_on
from workbench.login import is_on
from workbench.state import Session, session
from workbench.study import study
from workbench.tokens import fingerprint

__all__ = ["choose_round", "cookie", "is_known", "recall", "show_who", "used"]

WORDS = labels.CODE


def cookie(project: Project) -> str:
    """Return the name of the cookie by which a browser remembers its coder."""
    return f"qualkit_coder_{fingerprint(project.secret)}"


def is_known(project: Project, mine: Session) -> bool:
    """Return whether it is known who sits here; show the question where it is not.

    The coder that this browser had before a reload or a restart of the program is taken up again.
    """
    if recall(project, mine) is None:
        _ask_who(project, mine)
    return mine.coder is not None


def recall(project: Project, mine: Session) -> str | None:
    """Return who sits here, as this browser remembers it; None where it does not know."""
    named = st.context.cookies.get(cookie(project))
    if mine.coder is None and not mine.is_changing and isinstance(named, str):
        with contextlib.suppress(OptionError):  # somebody else's word, so it may be anything
            mine.coder = check_coder(project, unquote(named))
    return mine.coder


def used() -> Project:
    """Return the open project as used by who sits here; by nobody where that is not known yet."""
    project = study()
    coder = recall(project, session())
    return project if coder is None else project.acting_as(coder)


def show_who(mine: Session) -> None:
    """Show who codes, and the way to change that."""
    with st.container(key="who", width="content"):
        st.markdown(WORDS["coder"].format(coder=_as_text(str(mine.coder))), width="content")
    if is_on():
        st.button(labels.LOGIN["out"], on_click=st.logout)
    else:
        st.button(WORDS["change"], on_click=_forget, args=(mine,))


def _forget(mine: Session) -> None:
    mine.coder, mine.is_changing, mine.is_round_chosen = None, True, False


def _ask_who(project: Project, mine: Session) -> None:
    known = list_coders(project)
    with st.form("who", width=460):
        st.subheader(WORDS["who"])
        st.caption(WORDS["who_why"])
        options = [*known, WORDS["somebody_new"]]
        chosen = st.radio(WORDS["known"], options, index=len(known)) if known else None
        typed = st.text_input(WORDS["new"], key="coder_name", max_chars=60)
        if st.form_submit_button(WORDS["start"], type="primary"):
            mine.coder = check_coder(project, str(chosen) if chosen in known else typed)
            mine.is_changing = False
            st.rerun()
    focus_on(WORDS["new"])


def choose_round(project: Project, mine: Session) -> None:
    """Let the coder choose among the open rounds that they take part in.

    It begins with the newest round in which they are named, else with the newest.
    """
    table = open_rounds(project, str(mine.coder))
    rounds = [str(one) for one in table["round"]]
    asked = st.query_params.get("round")
    if asked in rounds:
        mine.round, mine.is_round_chosen = str(asked), True
    if rounds and not (mine.is_round_chosen and mine.round in rounds):
        named = set(table.loc[table["is_named"], "round"])
        mine.round = ([one for one in rounds if one in named] or rounds)[-1]
    blind = set(table.loc[table["is_blind"], "round"])
    if len(rounds) < 2:
        return
    chosen = st.selectbox(
        WORDS["round"],
        rounds,
        index=rounds.index(mine.round),
        format_func=lambda name: WORDS["blind"].format(name=name) if name in blind else name,
        width=200,
        label_visibility="collapsed",
        help=WORDS["round_help"],
    )
    mine.is_round_chosen |= chosen != mine.round
    mine.round = str(chosen)


def _as_text(name: str) -> str:
    return "".join(
        f"\\{letter}" if letter in r"\`*_{}[]()#+-.!$:~<>" else letter for letter in name
    )
