"""Suggestions: how good they are, how they get better, what they change, and what to do next."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from qualkit.charts import calibration_chart, learning_curve_chart, quality_chart
from qualkit.workflow.project import Project
from qualkit.workflow.screens import list_coders
from workbench import labels
from workbench.analyses import found, on_demand
from workbench.choices import choose, choose_view, round_names, set_box, tick
from workbench.identity import is_known
from workbench.outcome import part_of, show_outcome, show_query
from workbench.pages.suggested import show_missed, show_next
from workbench.query_links import query_for
from workbench.state import session
from workbench.study import study

__all__ = ["show"]

WORDS = labels.SUGGESTIONS
_ALL_CODES = "(all codes)"
_NAMES = ("next", "missed", "quality", "curve", "calibration", "effect", "rules")
_VIEWS = {name: WORDS[f"view {name}"] for name in _NAMES}


def show() -> None:
    """Show one of seven views of the suggestions."""
    st.subheader(WORDS["title"])
    view = choose_view(_VIEWS, key="suggestions_view")
    views = {
        "missed": _for_coder(show_missed),
        "quality": _show_quality,
        "curve": _show_curve,
        "calibration": _show_calibration,
        "effect": _show_effect,
        "rules": _show_rules,
    }
    views.get(view, _for_coder(show_next))()


def _for_coder(shown: Any) -> Any:
    def known() -> None:
        if is_known(study(), session()):
            shown()

    return known


def _how() -> dict[str, Any]:
    """Return whose codings are judged, and how."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        coders = [labels.SHARED["all"], *list_coders(study())]
        coder = choose(WORDS["coder"], coders, key="judged_by", width=220)
        name = choose(labels.CHOICES["round"], round_names(), key="of_round", width=220)
        accepted = tick(WORDS["accepted"], key="accepted", why=WORDS["accepted_help"])
    everything = labels.SHARED["all"]
    return {
        "coder": None if coder == everything else coder,
        "round_name": None if name == everything else name,
        "accepted": accepted,
    }


def _show_quality() -> None:
    st.caption(WORDS["quality_about"])
    how = _how()
    says = WORDS["quality_do"]
    table = on_demand(Project.evaluate, key="evaluate", says=says, tells=True, **how)
    if table is None:
        return
    of_codes = table[table["code"] != _ALL_CODES]
    names = {one: labels.QUALITIES.get(one, one) for one in dict.fromkeys(of_codes["measure"])}
    if not names:
        return
    measure = choose(WORDS["measure"], names, key="quality_measure", width=280)
    whole = table[table["code"] == _ALL_CODES].reset_index(drop=True)
    whole.attrs = {}
    st.markdown(f"**{WORDS['whole']}**")
    named = whole.assign(measure=whole["measure"].map(lambda one: labels.QUALITIES.get(one, one)))
    show_outcome(None, named, "suggestions_whole", leave=["code", "n", "prevalence"])
    shown = part_of(of_codes, of_codes["measure"] == measure)
    chosen = partial(_choose_code, shown)
    st.markdown(f"**{WORDS['each']}**")
    chart = quality_chart(table, measure)
    leave = ["measure"]
    show_outcome(chart, shown, "suggestions_quality", leave=leave, chosen=chosen, whole=table)
    _show_code([str(one) for one in shown["code"]])


def _choose_code(table: pd.DataFrame, row: int) -> None:
    set_box("suggested_code", str(table["code"].iloc[row]))


def _show_code(codes: list[str]) -> None:
    codes = [code for code in codes if code not in (_ALL_CODES, "all codes")]
    if codes:
        code = choose(labels.CODEBOOK["code"], list(dict.fromkeys(codes)), key="suggested_code",
                      width=320)  # fmt: skip
        show_query(query_for(code, moderators=True), "utterances_of_code")


def _show_curve() -> None:
    st.caption(WORDS["curve_about"])
    how = _how()
    goals = {"": WORDS["until_next"], **{f"0.{one}": f".{one}" for one in range(3, 10)}}
    until = choose(WORDS["until"], goals, key="until", width=280)
    how["until"] = float(until) if until else None
    says = WORDS["curve_do"]
    table = on_demand(Project.learning_curve, key="learning_curve", says=says, tells=True, **how)
    if table is None:
        return
    about = table.attrs["about"]
    for name, told in about.items():
        if str(name).startswith("more_"):
            measure = labels.QUALITIES.get(str(name)[5:], str(name)[5:])
            st.markdown(WORDS["more"].format(measure=measure, told=told))
    show_outcome(learning_curve_chart(table), table, "learning_curve")


def _show_calibration() -> None:
    st.caption(WORDS["calibration_about"])
    how, says = _how(), WORDS["calibration_do"]
    table = on_demand(Project.calibration_curve, key="calibration", says=says, tells=True, **how)
    if table is not None:
        show_outcome(calibration_chart(table), table, "calibration", leave=["model"])


def _show_effect() -> None:
    st.caption(WORDS["effect_about"])
    what = choose(WORDS["effect"], labels.EFFECTS, key="effect", width=420)
    table = study().suggestion_quality(what)
    if what == "acceptance":
        first = table[table["code"] == "all codes"]
        if len(first) and pd.notna(first["acceptance"].iloc[0]):
            row = first.iloc[0]
            st.markdown(WORDS["acceptance"].format_map(row.to_dict()))
    shown = table.reset_index(drop=True)
    chosen = partial(_choose_code, shown)
    show_outcome(None, shown, f"suggestions_{what}", chosen=chosen)
    _show_code([str(one) for one in shown["code"]])


def _show_rules() -> None:
    st.caption(WORDS["rules_about"])
    table = found(Project.rate_rules)
    chosen = partial(_choose_code, table)
    show_outcome(None, table, "rules", chosen=chosen)
    _show_code([str(one) for one in table["code"]])
