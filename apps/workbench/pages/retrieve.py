"""Retrieve: what a query finds, in its context; counted, taken away, or coded in one batch."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
import streamlit as st

from qualkit.workflow.project import Project
from workbench import labels
from workbench.analyses import found
from workbench.choices import choose, choose_code
from workbench.duties import show_barred
from workbench.faults import said_here
from workbench.identity import recall, used
from workbench.outcome import show_workbook
from workbench.pages.words import show_concordance
from workbench.query_links import link_to_query
from workbench.state import session
from workbench.study import study
from workbench.tables import flowing, link_to, method_note, show_csv

__all__ = ["show"]

WORDS = labels.RETRIEVE
_QUERY = "query"
_READ_AT_ONCE = 50
_CONTEXTS = ("0", "1", "2", "3", "5", "10")


def show() -> None:
    """Show the box for a query, help with it, and what it finds."""
    project = study()
    st.subheader(WORDS["title"])
    query = st.text_input(
        WORDS["query"],
        key=_QUERY,
        placeholder=WORDS["placeholder"],
        help=WORDS["query_help"],
        bind="query-params",
    ).strip()
    _show_help(is_open=not query)
    if not query:
        return
    viewer = recall(project, session())
    around = choose(WORDS["context"], _CONTEXTS, key="context", width=220)
    with said_here():
        table = found(Project.retrieve, query, viewer=viewer, context=int(around))
        _show_found(table, query, viewer)


def _show_found(table: pd.DataFrame, query: str, viewer: str | None) -> None:
    documents = table["document"].nunique()
    st.markdown(WORDS["count"].format(count=len(table), documents=documents))
    if not table.empty:
        with st.container(horizontal=True):
            show_csv(table, "found")
            show_workbook(table, "found")
        _show_coding(query, viewer)
        with st.expander(WORDS["kwic"]):
            show_concordance(None, query, viewer)
        _show_passages(table)
    method_note(table)


def _show_passages(table: pd.DataFrame) -> None:
    st.html("\n".join(_passage(row) for row in table.head(_READ_AT_ONCE).to_dict("records")))
    if len(table) > _READ_AT_ONCE:
        st.caption(labels.SHARED["behind_few"].format(count=len(table), few=_READ_AT_ONCE))


def _show_help(*, is_open: bool) -> None:
    with st.expander(WORDS["help"], expanded=is_open):
        st.caption(WORDS["help_about"])
        for column, part in zip(st.columns(2, gap="medium"), _halves(), strict=True):
            rows = "".join(
                f'<tr><td><a href="{html.escape(link_to_query(query))}" target="_self">'
                f"<code>{html.escape(query)}</code></a></td><td>{html.escape(says)}</td></tr>"
                for query, says in part
            )
            column.html(f'<div class="lines"><table><tbody>{rows}</tbody></table></div>')


def _halves() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    rows = [(str(query), str(says)) for query, says in labels.QUERIES]
    return rows[: (len(rows) + 1) // 2], rows[(len(rows) + 1) // 2 :]


def _passage(row: dict[Any, Any]) -> str:
    """Return one utterance with its codes, and what was said before and after."""
    named = [row[name] for name in ("speaker", "stakeholder_type") if isinstance(row[name], str)]
    who = " · ".join(html.escape(name) for name in named)
    where = html.escape(f"{row['document']}, {row['position']}")
    place = html.escape(link_to(str(row["document"]), int(row["position"])))
    codes = "".join(f"<span>{html.escape(one)}</span>" for one in row["codes"].split("; ") if one)
    before, after = (_around(row.get(name)) for name in ("before", "after"))
    return (
        f'<article class="utterance"><header><b dir="auto">{who}</b> '
        f'<a href="{place}" target="_blank">{where}</a> <span class="carried">{codes}</span>'
        f'</header>{before}<p dir="auto">{html.escape(flowing(row["text"]))}</p>{after}</article>'
    )


def _around(text: Any) -> str:
    if not isinstance(text, str) or not text:
        return ""
    return f'<p class="around" dir="auto">{html.escape(flowing(text))}</p>'


def _show_coding(query: str, viewer: str | None) -> None:
    """Show how to apply a code to all that was found: first a trial, then one batch."""
    with st.expander(WORDS["code"]):
        if viewer is None:
            st.info(WORDS["code_who"])
            return
        st.caption(WORDS["code_about"].format(coder=viewer, round=session().round))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            code = choose_code(WORDS["code_which"], key="code_found")
            tried = st.button(WORDS["code_try"], key="code_try")
        if code is None:
            return
        asked = (query, code, viewer, session().round, study().revision)
        if tried:
            st.session_state["code_tried"] = asked
        if st.session_state.get("code_tried") == asked:
            _show_trial(query, code, viewer)


def _show_trial(query: str, code: str, viewer: str) -> None:
    how = {"coder": viewer, "round_name": session().round}
    trial = study().code_query(query, code, dry_run=True, **how)
    new = int(trial["new"].sum())
    st.markdown(WORDS["code_trial"].format(new=new, there=len(trial) - new, code=_plain(code)))
    barred = show_barred(used(), "code_query")
    says = WORDS["code_do"].format(count=new)
    if new and st.button(says, key="code_do", type="primary", disabled=barred):
        made = used().code_query(query, code, dry_run=False, **how)
        st.toast(WORDS["coded"].format(count=int(made["new"].sum()), code=_plain(code)))
        st.session_state.pop("code_tried", None)
        st.rerun()


def _plain(text: str) -> str:
    return "".join(f"\\{one}" if one in r"\`*_[]<>$:~#" else one for one in text)
