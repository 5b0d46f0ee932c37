"""Adjudicate: disagreements one by one, with what each coder said and what the codebook says."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from qualkit.workflow.adjudication import what_was_said
from qualkit.workflow.project import Project
from workbench import labels
from workbench.duties import show_barred
from workbench.faults import said_here
from workbench.focusing import focus_on
from workbench.identity import is_known, used
from workbench.state import session
from workbench.tables import (
    method_note,
    show_csv,
    show_lines,
    show_table,
    show_words,
)

__all__ = ["show"]

WORDS = labels.ADJUDICATE
_AROUND = 2
_AT_ONCE = 200
_KEY = ["document", "position", "round", "code"]


def show() -> None:
    """Show one disagreement with the form that decides it, and the list of all of them."""
    project, mine = used(), session()
    st.subheader(WORDS["title"])
    if not is_known(project, mine):
        return
    st.caption(WORDS["about"])
    table = project.list_disagreements()
    if table.empty:
        st.info(WORDS["none"])
        method_note(table)
        return
    chosen = _filtered(table)
    _show_waiting(project, str(mine.coder), chosen)
    with st.expander(WORDS["list"]):
        show_table(chosen)
        show_csv(chosen, "disagreements")
    method_note(table)


def _show_waiting(project: Project, coder: str, chosen: pd.DataFrame) -> None:
    """Show how much is decided, and the first of what is not."""
    is_done = chosen["decided"].notna()
    st.progress(
        float(is_done.mean()) if len(chosen) else 1.0,
        WORDS["progress"].format(decided=int(is_done.sum()), all=len(chosen)),
    )
    only_open = st.checkbox(WORDS["only_open"], value=True, key="adjudicate_open")
    waiting = chosen[~is_done] if only_open else chosen
    if waiting.empty:
        st.success(WORDS["all_decided"])
        return
    if len(waiting) > _AT_ONCE:
        st.caption(WORDS["first_ones"].format(count=_AT_ONCE, all=len(waiting)))
    _show_one(project, coder, waiting.head(_AT_ONCE).reset_index(drop=True))


def _filtered(table: pd.DataFrame) -> pd.DataFrame:
    with st.container(horizontal=True):
        for name in ("round", "document"):
            values = list(dict.fromkeys(table[name]))
            everything = WORDS[f"all_{name}s"]
            wanted = st.selectbox(
                WORDS[name], [everything, *values], key=f"adjudicate_{name}", width=320
            )
            if wanted != everything:
                table = table[table[name] == wanted]
    return table


def _show_one(project: Project, coder: str, waiting: pd.DataFrame) -> None:
    many = waiting["round"].nunique() > 1
    titles = [_title(key, many) for key in waiting[_KEY].itertuples(index=False, name=None)]
    chosen = st.selectbox(WORDS["which"], titles, key="adjudicated")
    row = waiting.iloc[titles.index(str(chosen))].to_dict()
    show_words(_around(project, row, 0))
    left, right = st.columns(2)
    with left:
        _show_said(project, row)
        _show_rules(project, str(row["code"]))
    with right:
        _decide(project, coder, row)
    with st.expander(WORDS["context"]):
        show_words(_around(project, row, _AROUND))


def _title(key: tuple[Any, ...], many_rounds: bool) -> str:
    document, position, round_name, code = key
    title = WORDS["option"].format(document=document, position=position, code=code)
    return f"{title} · {round_name}" if many_rounds else title


def _around(project: Project, row: dict[Any, Any], width: int) -> pd.DataFrame:
    table = project.list_utterances(str(row["document"]))
    is_near = (table["position"] - int(row["position"])).abs() <= width
    return table[is_near]


def _show_said(project: Project, row: dict[Any, Any]) -> None:
    st.markdown(f"**{WORDS['said']}**")
    place = str(row["document"]), int(row["position"])
    told = what_was_said(project, *place, str(row["code"]), str(row["round"]))
    told["applied"] = told["applied"].map({True: WORDS["applied"], False: WORDS["not_applied"]})
    titles = [WORDS[f"column {one}"] for one in ("coder", "said", "certainty", "memo")]
    show_lines(told.set_axis(titles, axis=1), name=WORDS["said"])


def _show_rules(project: Project, name: str) -> None:
    code = project.codebook().find(name)
    if code is None:
        return
    st.markdown(f"**{WORDS['rules']}**")
    rules = {field: getattr(code, field) for field in ("definition", "include", "exclude")}
    told = [(labels.CODEBOOK[field], text) for field, text in rules.items() if text]
    titles = [labels.CODEBOOK["code"], code.name]
    show_lines(pd.DataFrame(told, columns=titles), name=WORDS["rules"])


def _decide(project: Project, coder: str, row: dict[Any, Any]) -> None:
    if isinstance(row["decided"], str):
        words = WORDS["decided"]
        decision = WORDS["applies" if row["decided"] == "applies" else "not_applies"].lower()
        st.info(words.format(decision=decision, reason=row["reason"], by=row["decided_by"]))
    chosen, reason = _asked(project, "_".join(str(row[name]) for name in _KEY))
    if chosen is not None:
        with said_here():
            is_settled = project.adjudicate(
                str(row["document"]),
                int(row["position"]),
                str(row["code"]),
                chosen,
                reason=reason,
                by=coder,
                round_name=str(row["round"]),
            )
            st.toast(WORDS["settled" if is_settled else "undecided"])
            st.rerun()


def _asked(project: Project, key: str) -> tuple[bool | None, str]:
    """Show the form; return whether the code was said to apply, None before that, and why."""
    barred = show_barred(project, "adjudicate")
    with st.form(f"decide_{key}", enter_to_submit=False):
        reason = st.text_input(WORDS["reason"], key=f"why_{key}")
        with st.container(horizontal=True):
            told = [
                st.form_submit_button(WORDS[word], disabled=barred, shortcut=keys)
                for word, keys in (("applies", "Alt+Y"), ("not_applies", "Alt+N"))
            ]
    focus_on(WORDS["reason"], key)
    return (told[0] if any(told) else None), str(reason)
