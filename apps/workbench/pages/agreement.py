"""Agreement: how far coders agree, with intervals, and what stands behind it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from qualkit.charts import agreement_chart
from qualkit.workflow.project import Project
from workbench import labels
from workbench.analyses import found
from workbench.choices import Counted, choose, choose_code, choose_view, code_names, set_box, whose
from workbench.outcome import part_of, show_outcome
from workbench.pages.disagreements import (
    show_by_utterance,
    show_confusion,
    show_drift,
    show_side_by_side,
    show_where,
)
from workbench.pages.reporting import show_paragraph, show_peers, show_planning, show_self

__all__ = ["show"]

WORDS = labels.AGREEMENT
_CODE = "agreement_code"
_ON_REQUEST = ("ordinal_alpha", "interval_alpha", "ratio_alpha", "light_kappa")
_NAMES = (
    "figures", "utterances", "confusion", "where", "drift", "change", "self", "plan", "paragraph",
    "peers",
)  # fmt: skip
_VIEWS = {name: WORDS[f"view {name}"] for name in _NAMES}


def show() -> None:
    """Show one of ten views of how far coders agree."""
    st.subheader(WORDS["title"])
    st.caption(WORDS["reflexive"])
    view = choose_view(_VIEWS, key="agreement_view")
    views = {
        "utterances": show_by_utterance,
        "confusion": show_confusion,
        "where": show_where,
        "drift": show_drift,
        "change": _show_change,
        "self": show_self,
        "plan": show_planning,
        "paragraph": show_paragraph,
        "peers": show_peers,
    }
    views.get(view, _show_figures)()


def _show_figures() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        levels, intervals = labels.AGREEMENT_LEVELS, labels.INTERVALS
        level = choose(WORDS["level"], levels, key="agreement_level", width=230)
        unit = choose(WORDS["unit"], labels.AGREEMENT_UNITS, key="agreement_unit", width=150)
        interval = choose(WORDS["interval"], intervals, key="agreement_interval", width=220)
        beside = st.container(width=220)
        counted = whose(humans=True)
    table = found(Project.agreement, level=level, unit=unit, interval=interval, **counted)
    names = {
        str(name): labels.COEFFICIENTS.get(str(name), str(name))
        for name in dict.fromkeys(table["coefficient"])
    }
    with beside:
        why = WORDS["coefficient_help"]
        coefficient = choose(WORDS["coefficient"], names, key="coefficient", width=220, why=why)
    _show_overall(table)
    codes = _show_coefficient(table, coefficient, level)
    st.subheader(WORDS["behind"])
    if codes:
        code = choose_code(labels.CODEBOOK["code"], key=_CODE, of=codes)
        level = "code" if level == "code" else "theme"
        show_side_by_side(_differing(code, level, counted), "disagreements")


def _show_coefficient(table: pd.DataFrame, coefficient: str, level: str) -> list[str]:
    """Show one coefficient as a picture and a table; return the codes that it is of."""
    shown = part_of(table, table["coefficient"] == coefficient)
    codes = [str(code) for code in dict.fromkeys(shown["code"]) if not str(code).startswith("(")]

    def go_to(row: int) -> None:
        if shown["code"].iloc[row] in codes:
            set_box(_CODE, str(shown["code"].iloc[row]))

    chart, leave = agreement_chart(table, coefficient), ["coefficient"]
    show_outcome(chart, shown, f"agreement_{level}", leave=leave, chosen=go_to, whole=table)
    return codes


def _show_overall(table: pd.DataFrame) -> None:
    """Show the figures over all codes in a line."""
    rows = table[table["code"].str.startswith("(") & table["value"].notna()]
    told = []
    for row in rows.to_dict("records"):
        name = labels.COEFFICIENTS.get(str(row["coefficient"]), str(row["coefficient"]))
        ends = "" if pd.isna(row["low"]) else f" ({row['low']:.2f} to {row['high']:.2f})"
        told.append(f"{name} **{row['value']:.2f}**{ends}")
    if told:
        st.markdown(WORDS["overall"].format(told=", ".join(told)))


def _differing(code: str | None, level: str, counted: Counted) -> pd.DataFrame:
    """Return the utterances on which the coders differ about a code."""
    table = found(Project.agreement_by_utterance, level=level, only_disagreements=True, **counted)
    named = table["differs_on"].astype("str").str.split("; ").map(lambda codes: code in codes)
    return table[named.astype(bool)]


def _show_change() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        between = choose(WORDS["between"], labels.BETWEEN, key="between")
        options = _sides(between)
        if len(options) < 2:
            st.info(WORDS["one_side"].format(what=labels.BETWEEN[between]))
            return
        first = choose(WORDS["first"], options, key=f"first_{between}", width=260)
        rest = {name: says for name, says in options.items() if name != first}
        second = choose(WORDS["second"], rest, key=f"second_{between}", width=260)
        levels = {one: labels.AGREEMENT_LEVELS[one] for one in ("code", "theme")}
        level = choose(WORDS["level"], levels, key="agreement_level", width=230)
        counted = whose(humans=True)
    how: dict[str, Any] = {"coders": counted["coders"], "moderators": counted["moderators"]}
    table = found(Project.agreement_difference, first, second, between=between, level=level, **how)
    st.caption(WORDS["change_about"])
    named = partial(_coefficient_name)
    shown = table.assign(coefficient=table["coefficient"].map(named))
    shown.attrs = table.attrs
    show_outcome(None, shown, "agreement_difference", whole=table)


def _coefficient_name(name: Any) -> str:
    return labels.COEFFICIENTS.get(str(name), str(name))


def _sides(between: str) -> dict[str, str]:
    """Return what can be compared, and how each is shown."""
    if between == "code":
        names = code_names()
        return dict(zip(names, names, strict=True))
    if between == "codebook_version":
        versions = found(Project.list_codebook_versions)
        reasons = zip(versions["number"], versions["reason"], strict=True)
        return {str(number): f"{number}: {reason}" for number, reason in reasons}
    rounds = [str(name) for name in found(Project.list_rounds)["round"]]
    return dict(zip(rounds, rounds, strict=True))
