"""More on what goes with what: the words of a pair, two groups, sequences, combinations."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from qualkit.charts import upset_chart
from qualkit.workflow.project import Project
from workbench import labels
from workbench.analyses import found
from workbench.choices import Counted, choose, choose_groups, code_names, set_box, whose
from workbench.outcome import show_outcome, show_query
from workbench.pages.differences import groups_by_size
from workbench.query_links import query_for

__all__ = ["show_combinations", "show_pair", "show_pair_differences", "show_sequences"]

WORDS = labels.COOCCURRENCE
_SEPARATOR = " + "
_NEAR = {"turn": 3, "document": 1_000}  # utterances apart, where a query has to say it


def show_pair(
    met: pd.DataFrame, key: str, within: str, group: str | None, counted: Counted
) -> None:
    """Show the utterances of a pair that is chosen among those that meet.

    Args:
        met: columns code_a, code_b.
        key: of the box.
        within: when two codes stand together; "" asks for the two in one utterance.
        group: only this stakeholder type.
        counted: whose codings.
    """
    pairs = _pairs(met)
    pair = choose(WORDS["pair"], list(pairs), key=key, width=560)
    show_query(_query(pairs[pair], within, group, counted), "utterances_of_pair")
    if within not in ("utterance", "span"):
        st.caption(WORDS["near"])


def _pairs(met: pd.DataFrame) -> dict[str, tuple[str, str]]:
    ends = zip(met["code_a"].astype(str), met["code_b"].astype(str), strict=True)
    return {_SEPARATOR.join(pair): pair for pair in ends}


def _query(pair: tuple[str, str], within: str, group: str | None, counted: Counted) -> str:
    one, two = (_one(code, counted) for code in pair)
    rest = query_for(by="stakeholder_type", group=group, moderators=counted["moderators"])
    if within in ("utterance", "span"):
        return f"{one} {two} {rest}".strip()
    kind, _, size = within.partition(":")
    reach = int(size) - 1 if kind == "window" else _NEAR[kind]
    return f"near({one}, {two}, {reach}) {rest}".strip()


def _one(code: str, counted: Counted) -> str:
    """Return what asks for one code of a pair: a theme stands for all below it."""
    level = "theme" if code in code_names("theme") else "code"
    return query_for(code, level=level, **_all(counted))


def _all(counted: Counted) -> Counted:
    return {**counted, "moderators": True}


def _row(met: pd.DataFrame, key: str) -> Callable[[int], None]:
    names = list(_pairs(met))
    return lambda row: set_box(key, names[row])


def show_pair_differences() -> None:
    """Show what one stakeholder type says together more than another."""
    types = groups_by_size("stakeholder_type")
    if len(types) < 2:
        st.info(labels.DIFFERENCES["one_group"])
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first, second = choose_groups(types, key="pairs_group")
        within = choose(WORDS["within"], labels.WITHIN, key="pairs_within", width=190)
        level = choose(WORDS["level"], labels.PAIRED, key="pairs_level", width=150)
        counted = whose()
    kind = None if level == "all" else level
    table = found(Project.pair_differences, first, second, within=within, level=kind, **counted)
    if table.empty:
        st.info(WORDS["none"])
        return
    st.caption(WORDS["two_about"].format(a=first, b=second))
    leave = ["group_a", "group_b"]
    chosen = _row(table, "pair_of_two")
    show_outcome(None, table, "pair_differences", leave=leave, chosen=chosen)
    show_pair(table, "pair_of_two", within, None, counted)


def show_sequences() -> None:
    """Show what follows what."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        step = choose(WORDS["step"], labels.STEPS, key="sequence_step", width=170)
        reach = choose(WORDS["reach"], ["1", "2", "3", "5", "10"], key="sequence_reach", width=130)
        speaker = choose(WORDS["next_speaker"], labels.FOLLOWERS, key="sequence_speaker", width=200)
        level = choose(WORDS["level"], labels.PAIRED, key="pairs_level", width=150)
        counted = whose()
    kind = None if level == "all" else level
    table = found(
        Project.sequences, step=step, reach=int(reach), speaker=speaker, level=kind, **counted
    )
    if table.empty:
        st.info(WORDS["none_follows"])
        return
    st.caption(WORDS["sequences_about"])
    chosen = _row(table, "sequence")
    show_outcome(None, table, "sequences", shares=True, chosen=chosen)
    pairs = _pairs(table)
    pair = choose(WORDS["pair"], list(pairs), key="sequence", width=560)
    one, two = (_one(code, counted) for code in pairs[pair])
    rest = query_for(moderators=counted["moderators"])
    show_query(f"near({one}, {two}, {int(reach)}) {rest}".strip(), "utterances_of_sequence")
    st.caption(WORDS["near"])


def show_combinations() -> None:
    """Show which sets of codes stand together."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = choose(labels.THEMES["level"], labels.LEVELS, key="combinations_level", width=150)
        counted = whose()
    table = found(Project.combinations, level=level, **counted)
    told = table.assign(codes=table["codes"].map(_SEPARATOR.join))
    told.attrs = table.attrs
    names = [name for name in told["codes"] if name]
    if not names:
        st.info(WORDS["none"])
        return

    def go_to(row: int) -> None:
        if told["codes"].iloc[row]:
            set_box("combination", str(told["codes"].iloc[row]))

    show_outcome(upset_chart(table), told, "combinations", shares=True, chosen=go_to)
    sets = dict(zip(told["codes"], table["codes"], strict=True))
    chosen = choose(WORDS["combination"], names, key="combination", width=560)
    wider = {code for one in sets.values() if set(one) > set(sets[chosen]) for code in one}
    others = [query_for(code, level=level, **_all(counted)) for code in wider - {*sets[chosen]}]
    alone = [f"NOT ({' OR '.join(sorted(others))})"] if others else []
    query = " ".join([query_for(*sets[chosen], level=level, **counted), *alone])
    show_query(query, "utterances_of_combination")
