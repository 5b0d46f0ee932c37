"""Rounds: their rules, how far everybody is, opening one and closing one."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from qualkit.model import Role, RoundMode, SuggestionRule
from qualkit.workflow.project import Project
from qualkit.workflow.rounds import STRATA
from workbench import labels
from workbench.choices import choose_people
from workbench.duties import show_barred
from workbench.faults import said_here
from workbench.identity import used
from workbench.query_links import link_to_query, query_looked_at
from workbench.study import study
from workbench.tables import show_csv, show_lines

__all__ = ["show"]

WORDS = labels.ROUNDS
_RULES = ("round", "mode", "suggestions", "coders", "created_at", "closed_at")
_PROGRESS = ("round", "coder", "reviewed", "total")
_SAID = "rounds_said"
_EVERY = 4  # seconds


def show() -> None:
    """Show the rounds of the project, and the forms to open and to close one."""
    project = used()
    st.subheader(WORDS["title"])
    st.caption(WORDS["about"])
    if said := st.session_state.pop(_SAID, None):
        st.success(said)
    _show_now()
    rounds = project.list_rounds()
    with st.expander(WORDS["new"]):
        _open(project)
    with st.expander(WORDS["close"]):
        _close(project, [str(one) for one in rounds.loc[rounds["closed_at"].isna(), "round"]])
    with st.expander(WORDS["roles"]):
        _show_roles(project)


@st.fragment(run_every=_EVERY)
def _show_now() -> None:
    """Show the rounds and how far everybody is; it follows by itself while the page is open."""
    project = study()
    rounds = project.list_rounds()
    shown = rounds[list(_RULES)].assign(
        created_at=rounds["created_at"].str[:10], closed_at=rounds["closed_at"].str[:10]
    )
    show_lines(_titled(shown), name=WORDS["title"])
    st.markdown(f"**{WORDS['progress']}**")
    progress = project.list_round_progress()[list(_PROGRESS)]
    if progress.empty:
        st.caption(WORDS["progress_none"])
    else:
        links = [_looked_at(*row) for row in progress.drop(columns="total").to_numpy()]
        show_lines(_titled(progress), name=WORDS["progress"], links=links)
        show_csv(progress, "progress")


def _looked_at(round_name: str, coder: str, many: int) -> tuple[str, str] | None:
    """Return what leads to the utterances that somebody has looked at."""
    query = query_looked_at(coders=[coder], round_name=round_name, moderators=True)
    return (labels.SHARED["open"], link_to_query(query)) if many else None


def _titled(table: pd.DataFrame) -> pd.DataFrame:
    return table.rename(columns={name: WORDS[f"column {name}"] for name in table.columns})


def _open(project: Project) -> None:
    with st.form("round_new"):
        name = st.text_input(WORDS["name"], max_chars=60)
        wanted = _wanted(list(project.list_documents()["document"]))
        barred = show_barred(project, "open_round")
        if not st.form_submit_button(WORDS["open"], type="primary", disabled=barred):
            return
    with said_here():
        drawn = project.open_round(name, **wanted)
        counted = int(drawn["drawn" if "drawn" in drawn.columns else "of"].sum())
        st.session_state[_SAID] = WORDS["opened"].format(round=name.strip(), count=counted)
        st.rerun()


def _wanted(documents: list[str]) -> dict[str, Any]:
    """Draw the boxes for the rules of a round; return them as ``open_round`` takes them."""
    modes = [str(one) for one in RoundMode]
    rules = ["default", *(str(one) for one in SuggestionRule)]
    mode = st.radio(WORDS["mode"], modes, format_func=lambda one: WORDS[f"mode {one}"])
    rule = st.selectbox(WORDS["suggestions"], rules, format_func=lambda one: WORDS[f"rule {one}"])
    people = choose_people(WORDS["coders"], key="round_coders")
    chosen = st.multiselect(WORDS["documents"], documents)
    size = st.number_input(WORDS["sample"], min_value=0, value=0, step=10)
    per = st.multiselect(
        WORDS["per"], STRATA, default=STRATA, format_func=lambda one: WORDS[f"per {one}"]
    )
    return {
        "mode": str(mode),
        "suggestions": None if rule == "default" else str(rule),
        "coders": people or None,
        "documents": chosen or None,
        "sample": size or None,
        "per": per or STRATA,
        "seed": int(st.number_input(WORDS["seed"], min_value=0, value=1)),
    }


def _close(project: Project, rounds: list[str]) -> None:
    if not rounds:
        st.caption(WORDS["none_open"])
        return
    st.caption(WORDS["close_about"])
    with st.form("round_close"):
        chosen = st.selectbox(WORDS["close_which"], rounds)
        is_sure = st.checkbox(WORDS["close_sure"])
        barred = show_barred(project, "close_round")
        if st.form_submit_button(WORDS["close_do"], disabled=barred) and is_sure:
            with said_here():
                project.close_round(str(chosen))
                st.session_state[_SAID] = WORDS["closed"].format(round=chosen)
                st.rerun()


def _show_roles(project: Project) -> None:
    """Show who leads, and the form that names somebody lead or coder."""
    st.caption(WORDS["roles_about"])
    table = project.list_roles()
    if table.empty:
        st.caption(WORDS["roles_none"])
    else:
        roles = table["role"].map({str(one): WORDS[f"role {one}"] for one in Role})
        show_lines(_titled(table.assign(role=roles)), name=WORDS["roles"])
    with st.form("role"):
        with st.container(horizontal=True):
            known = list(table["coder"])
            coder = st.selectbox(WORDS["role_who"], known, accept_new_options=True, index=None)
            role = st.selectbox(
                WORDS["role_which"], list(Role), format_func=lambda one: WORDS[f"role {one}"]
            )
        barred = show_barred(project, "set_role")
        if st.form_submit_button(WORDS["role_do"], disabled=barred) and coder:
            with said_here():
                project.set_role(coder, str(role))
                st.session_state[_SAID] = WORDS["role_done"].format(coder=coder, role=role)
                st.rerun()
