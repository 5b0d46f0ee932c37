"""What a coder might look at next, and what may have been missed, with links to the words."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
import streamlit as st

from qualkit.workflow.exposures import log_missed
from qualkit.workflow.project import Project
from workbench import labels
from workbench.analyses import on_demand
from workbench.choices import choose, tick
from workbench.state import session
from workbench.study import study
from workbench.tables import flowing, link_to, method_note, show_csv, show_lines

__all__ = ["show_missed", "show_next"]

WORDS = labels.SUGGESTIONS


def show_next() -> None:
    """Show what is worth coding next, each with the reason."""
    mine = session()
    st.caption(WORDS["next_about"].format(coder=_plain(str(mine.coder)), round=_plain(mine.round)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = {"utterances": WORDS["next_utterances"], "documents": WORDS["next_documents"]}
        kind = choose(WORDS["next_what"], kinds, key="next_what")
        top = choose(WORDS["top"], ["20", "10", "50", "100"], key="next_top", width=120)
        moderators = tick(labels.SHARED["moderators"], key="moderators")
    table = on_demand(
        Project.next_to_code,
        key="next",
        says=WORDS["next_do"],
        coder=mine.coder,
        round_name=mine.round,
        top=int(top),
        documents=kind == "documents",
        moderators=moderators,
    )
    if table is not None:
        _show_waiting(table, as_documents=kind == "documents")


def _show_waiting(table: pd.DataFrame, *, as_documents: bool) -> None:
    if table.empty:
        st.info(WORDS["next_none"])
    elif as_documents:
        links = [(labels.SHARED["open"], link_to(str(name))) for name in table["document"]]
        shown = table.assign(gain=table["gain"].round(2))
        titles = {name: labels.COLUMNS.get(name, name) for name in shown.columns}
        show_lines(shown.rename(columns=titles), links=links, name=WORDS["view next"])
    else:
        st.html("\n".join(_next(row) for row in table.to_dict("records")))
    show_csv(table, "next_to_code")
    method_note(table)


def _next(row: dict[Any, Any]) -> str:
    return _article(row, WORDS["next_reason"].format(reason=row["reason"]))


def _article(row: dict[Any, Any], told: str) -> str:
    place = html.escape(link_to(str(row["document"]), int(row["position"])))
    where = html.escape(f"{row['document']}, {row['position']}")
    who = html.escape(row["speaker"]) if isinstance(row["speaker"], str) else ""
    return (
        f'<article class="utterance"><header><b dir="auto">{who}</b> '
        f'<a href="{place}" target="_blank">{where}</a></header>'
        f'<p dir="auto">{html.escape(flowing(str(row["text"])))}</p>'
        f'<p class="around">{html.escape(told)}</p></article>'
    )


def show_missed() -> None:
    """Show codes that the coder may have missed, and codings worth a second look."""
    mine = session()
    st.caption(WORDS["missed_about"].format(coder=_plain(str(mine.coder))))
    top = choose(WORDS["top"], ["20", "10", "50", "100"], key="missed_top", width=120)
    table = on_demand(
        Project.list_missed,
        key="missed",
        says=WORDS["missed_do"],
        then=_note_shown,
        coder=mine.coder,
        round_name=mine.round,
        top=int(top),
    )
    if table is None:
        return
    if table.empty:
        st.info(WORDS["missed_none"])
    for what, rows in table.groupby("what", sort=False):
        st.markdown(f"**{labels.DOUBTS.get(str(what), str(what))}** ({len(rows)})")
        st.html("\n".join(_missed(row) for row in rows.to_dict("records")))
    show_csv(table, "missed")
    method_note(table)


def _note_shown(table: pd.DataFrame) -> None:
    """Note in the exposure log what the coder is about to be shown."""
    mine = session()
    log_missed(study(), table, coder=str(mine.coder), round_name=mine.round)


def _missed(row: dict[Any, Any]) -> str:
    likely = "" if pd.isna(row["probability"]) else f"{row['probability']:.0%}"
    reason = row["reason"] if isinstance(row["reason"], str) else ""
    told = WORDS["missed_reason"].format(code=row["code"], likely=likely, reason=reason)
    return _article(row, told)


def _plain(text: str) -> str:
    return "".join(f"\\{one}" if one in r"\`*_[]<>$:~#" else one for one in text)
