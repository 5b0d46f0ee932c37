"""Planning a double coding, coding again oneself, and what goes into the report."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from qualkit.workflow.project import Project
from qualkit.workflow.screens import list_coders
from workbench import labels
from workbench.analyses import found
from workbench.choices import choose, choose_code, choose_people, whose
from workbench.duties import show_barred
from workbench.faults import said_here
from workbench.identity import used
from workbench.outcome import part_of, show_figures, show_outcome
from workbench.study import study
from workbench.tables import method_note, show_csv

__all__ = ["show_paragraph", "show_peers", "show_planning", "show_self"]

WORDS = labels.AGREEMENT
_USUAL = 0.2


def show_paragraph() -> None:
    """Show a paragraph for a methods section, to be copied."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {one: labels.COEFFICIENTS[one] for one in ("alpha", "kappa", "ac1", "percent")}
        coefficient = choose(WORDS["coefficient"], names, key="paragraph_coefficient")
        levels = {one: labels.LEVELS[one] for one in ("code", "theme")}
        level = choose(WORDS["level"], levels, key="paragraph_level", width=150)
        counted = whose(humans=True)
    st.caption(WORDS["paragraph_about"])
    text = found(Project.methods_paragraph, coefficient=coefficient, level=level, **counted)
    st.code(text, language=None, wrap_lines=True)


def show_peers() -> None:
    """Show what other programs would print for the same codings, each with its denominator."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        counted = whose(humans=True)
        table = found(Project.peer_figures, **counted)
        tools = [str(name) for name in dict.fromkeys(table["tool"])]
        tool = choose(WORDS["program"], tools, key="program")
        codes = [labels.SHARED["all"], *(str(name) for name in table["code"].dropna().unique())]
        code = choose(labels.CODEBOOK["code"], codes, key="peer_code", width=280)
    st.caption(WORDS["peers_about"])
    shown = table[table["tool"] == tool]
    if code != labels.SHARED["all"]:
        shown = shown[shown["code"] == code]
    shown = shown.reset_index(drop=True)
    shown.attrs = table.attrs
    show_outcome(None, shown, "peer_figures", leave=["tool"], whole=table)


def show_self() -> None:
    """Show how far coders agree with themselves, and the form that lets them code again."""
    rounds = found(Project.list_rounds)
    st.caption(WORDS["self_about"])
    repeated = rounds[rounds["sample"].map(_is_repeat) & rounds["closed_at"].notna()]
    names = [str(name) for name in repeated["round"]]
    if names:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = choose(WORDS["again"], names, key="self_round", width=280)
            levels = {one: labels.LEVELS[one] for one in ("code", "theme")}
            level = choose(WORDS["level"], levels, key="paragraph_level", width=150)
        table = found(Project.agreement_with_self, name, level=level)
        coefficients = {
            str(one): labels.COEFFICIENTS.get(str(one), str(one))
            for one in dict.fromkeys(table["coefficient"])
        }
        coefficient = choose(WORDS["coefficient"], coefficients, key="coefficient", width=220)
        shown = part_of(table, table["coefficient"] == coefficient)
        show_outcome(None, shown, "agreement_with_self", leave=["coefficient"], whole=table)
    else:
        st.info(WORDS["self_none"])
    with st.expander(WORDS["repeat"]):
        _repeat_form(rounds)


def _is_repeat(sample: Any) -> bool:
    return (isinstance(sample, dict) and "repeats" in sample) or "repeats" in str(sample)


def _repeat_form(rounds: pd.DataFrame) -> None:
    people = list_coders(study())
    if not people:
        st.info(labels.SHARED["nothing_coded"])
        return
    with st.form("repeat", border=False):
        left, right = st.columns(2, gap="medium")
        name = left.text_input(labels.ROUNDS["name"], key="repeat_name", max_chars=60)
        coder = right.selectbox(WORDS["repeat_who"], people, key="repeat_coder")
        of = left.selectbox(WORDS["repeat_of"], list(rounds["round"]), key="repeat_of")
        size = right.number_input(WORDS["repeat_size"], 1, 10_000, 30, key="repeat_size")
        seed = left.number_input(labels.ROUNDS["seed"], 0, 1_000_000, 1, key="repeat_seed")
        barred = show_barred(used(), "open_repeat")
        if st.form_submit_button(WORDS["repeat_do"], type="primary", disabled=barred):
            with said_here():
                drawn = used().open_repeat(
                    name, coder=str(coder), of=str(of), sample=int(size), seed=int(seed)
                )
                _say_opened(name, drawn)


def _say_opened(name: str, drawn: pd.DataFrame) -> None:
    count = int(drawn["drawn"].sum())
    st.success(labels.ROUNDS["opened"].format(round=name, count=count))
    st.markdown(f"**{labels.ROUNDS['drawn']}**")
    show_figures(drawn, key="drawn")


def show_planning() -> None:
    """Show how much has to be coded twice, and draw it as a round."""
    st.caption(WORDS["plan_about"])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        code = choose_code(WORDS["plan_code"], key="plan_code")
        width = _number("plan_width", 0.01, _USUAL, 0.01)
        alpha = _number("plan_alpha", 0.0, 0.8, 0.05)
        share = _number("plan_share", 0.0, 0.0, 0.01)
    if code is None:
        return
    how: dict[str, Any] = {"code": code, "prevalence": share or None, "alpha": alpha}
    with said_here():
        table = found(Project.plan_double_coding, width, **how)
        for row in table.to_dict("records"):
            st.markdown(_planned(row))
        with st.expander(labels.SHARED["table"]):
            show_figures(table, key="plan", leave=["code"])
            show_csv(table, "plan_double_coding")
        method_note(table)
        st.markdown(f"**{WORDS['plan_open']}**")
        _plan_form(width, how)


def _number(key: str, least: float, first: float, step: float) -> float:
    """Return a number from a box; its label and help have the names of its key."""
    return float(
        st.number_input(
            WORDS[key],
            least,
            0.99,
            first,
            step,
            key=key,
            help=WORDS[f"{key}_help"],
            width=220,
            bind="query-params",
        )
    )


def _planned(row: dict[Any, Any]) -> str:
    design = labels.DESIGNS.get(str(row["design"]), str(row["design"]))
    if pd.isna(row["utterances"]):
        return WORDS["plan_not"].format(design=design, reason=row["reason"])
    told = WORDS["plan_row"].format(
        design=design, utterances=int(row["utterances"]), documents=int(row["documents"])
    )
    reason = row["reason"] if isinstance(row["reason"], str) else ""
    mind = WORDS["plan_remark"].format(reason=reason) if reason else ""
    return f"{told} {WORDS['plan_basis'].format(basis=row['basis'])} {mind}".strip()


def _plan_form(width: float, how: dict[str, Any]) -> None:
    with st.form("plan", border=False):
        left, right = st.columns(2, gap="medium")
        name = left.text_input(labels.ROUNDS["name"], key="plan_name", max_chars=60)
        with right:
            people = choose_people(WORDS["plan_coders"], key="plan_coders")
        designs = {"utterances": WORDS["plan_some"], "documents": WORDS["plan_whole"]}
        design = left.radio(
            WORDS["plan_design"], list(designs), format_func=designs.__getitem__, key="plan_design"
        )
        seed = right.number_input(labels.ROUNDS["seed"], 0, 1_000_000, 1, key="plan_seed")
        barred = show_barred(used(), "open_double_coding")
        if st.form_submit_button(WORDS["plan_do"], type="primary", disabled=barred):
            with said_here():
                drawn = used().open_double_coding(
                    name, width, coders=people, design=str(design), seed=int(seed), **how
                )
                _say_opened(name, drawn)
