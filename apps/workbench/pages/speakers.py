"""The part of the page Documents about speakers: who they are, and which of them are the same."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from qualkit.workflow.project import Project
from qualkit.workflow.screens import how_often
from workbench import analyses, labels
from workbench.duties import show_barred
from workbench.paging import paged
from workbench.state import Session, session
from workbench.tables import link_to, show_lines

__all__ = ["show_speakers"]

WORDS = labels.SPEAKERS
_MOST_PROPOSALS = 30


def show_speakers(project: Project) -> None:
    """Show whom the project knows, proposals for merging, and the form that says who is who."""
    st.subheader(WORDS["title"])
    if project.list_speakers(limit=1).empty:
        st.info(WORDS["none"])
        return
    _show_proposals(project, session())
    few = paged(project.list_speakers, key="speakers")
    titles = {name: WORDS[f"column {name}"] for name in few.columns}
    links = [(WORDS["open"], link_to(name)) for name in few["document"]]
    show_lines(few.rename(columns=titles), links=links, name=WORDS["title"])
    if few.empty:
        return
    with st.expander(WORDS["set"]):
        _speaker_form(project, few)
    with st.expander(WORDS["merge_by_hand"]):
        _merge_form(project, few)


def _show_proposals(project: Project, mine: Session) -> None:
    proposals = analyses.merges()
    often = how_often(project)
    pairs = [_pair(row, often) for row in proposals.to_dict("records")]
    waiting = [
        (pair, row)
        for pair, row in zip(pairs, proposals.to_dict("records"), strict=True)
        if pair not in mine.apart
    ]
    st.markdown(f"**{WORDS['proposals']}**")
    barred = show_barred(project, "merge_speakers")
    if not waiting:
        st.caption(WORDS["proposals_none"])
    for pair, row in waiting[:_MOST_PROPOSALS]:
        _show_proposal(project, mine, pair, row, barred=barred)
    if len(waiting) > _MOST_PROPOSALS:
        st.caption(WORDS["proposals_more"].format(count=len(waiting) - _MOST_PROPOSALS))


def _pair(row: dict[Any, Any], often: dict[str, int]) -> tuple[str, str, str | None]:
    """Return the name to keep, which is the one that speaks more, the other, and where."""
    document = row["document"]
    place = None if document is None or pd.isna(document) else str(document)
    keep, other = str(row["speaker"]), str(row["other"])
    if often.get(other, 0) > often.get(keep, 0):
        keep, other = other, keep
    return keep, other, place


def _show_proposal(
    project: Project,
    mine: Session,
    pair: tuple[str, str, str | None],
    row: dict[Any, Any],
    *,
    barred: bool,
) -> None:
    keep, other, document = pair
    with st.container(horizontal=True, vertical_alignment="center"):
        where = WORDS["in_document"].format(document=document) if document else ""
        told = {"keep": keep, "other": other, "where": where, "why": row["why"]}
        st.text(WORDS["proposal"].format(score=round(row["score"]), **told), width="stretch")
        name = "|".join((keep, other, document or ""))
        merge = WORDS["merge"].format(keep=keep)
        is_merge = st.button(merge, key=f"merge_{name}", disabled=barred)
        is_apart = st.button(WORDS["apart"], key=f"apart_{name}")
    if is_merge:
        _merge(project, *pair)
    if is_apart:
        mine.apart.add(pair)
        st.rerun()


def _merge(project: Project, keep: str, other: str, document: str | None) -> None:
    count = project.merge_speakers(keep, [other], document=document)
    st.toast(WORDS["merged"].format(keep=keep, other=other, count=count))
    st.rerun()


def _choices(speakers: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(speakers["speaker"], speakers["document"], strict=True))


def _speaker_form(project: Project, speakers: pd.DataFrame) -> None:
    types = [WORDS["leave"], *(kind.name for kind in project.typology().types)]
    with st.form("speaker", border=False, clear_on_submit=True):
        pair = st.selectbox(WORDS["speaker"], _choices(speakers), format_func=" · ".join)
        with st.container(horizontal=True):
            role = st.text_input(WORDS["column role"], key="speaker_role")
            organisation = st.text_input(WORDS["column organisation"], key="speaker_organisation")
        with st.container(horizontal=True):
            kind = st.selectbox(WORDS["column stakeholder_type"], types, key="speaker_type")
            moderator = st.selectbox(
                WORDS["column moderator"], list(labels.MODERATOR), key="speaker_moderator"
            )
        barred = show_barred(project, "set_speaker")
        if st.form_submit_button(
            WORDS["save"], type="primary", key="speaker_save", disabled=barred
        ):
            given = {
                "stakeholder_type": None if kind == WORDS["leave"] else kind,
                "role": role.strip() or None,
                "organisation": organisation.strip() or None,
                "moderator": labels.MODERATOR[moderator],
            }
            project.set_speaker(pair[0], document=pair[1], **given)
            st.rerun()


def _merge_form(project: Project, speakers: pd.DataFrame) -> None:
    pairs = _choices(speakers)
    with st.form("merge", border=False, clear_on_submit=True):
        with st.container(horizontal=True):
            keep = st.selectbox(WORDS["keep"], pairs, format_func=" · ".join, key="merge_keep")
            other = st.selectbox(WORDS["other"], pairs, format_func=" · ".join, key="merge_other")
        barred = show_barred(project, "merge_speakers")
        if st.form_submit_button(
            WORDS["merge_save"], type="primary", key="merge_save", disabled=barred
        ):
            document = keep[1] if keep[1] == other[1] else None
            _merge(project, keep[0], other[0], document)
