"""Co-occurrence: which codes stand together, and the utterances where they do."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from qualkit.charts import cooccurrence_heatmap
from qualkit.workflow.screens import utterances_with_both
from workbench import analyses, labels
from workbench.charting import show_cells
from workbench.study import study
from workbench.tables import method_note, show_csv, show_table, show_utterances

__all__ = ["show"]

WORDS = labels.COOCCURRENCE


def show() -> None:
    """Show which pairs of codes meet: picture, table, and the utterances of a pair."""
    st.subheader(WORDS["title"])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        within = _select("within", labels.WITHIN)
        measure = _select("measure", labels.MEASURES)
        moderators = st.checkbox(labels.SHARED["moderators"], key="moderators")
    table = analyses.cooccurrence(within=within, moderators=moderators)
    met = table[table["n_ab"] > 0].sort_values("n_ab", ascending=False, kind="stable")
    if met.empty:
        st.info(WORDS["none"])
        return
    codes = {*met["code_a"], *met["code_b"]}
    seen = table[table["code_a"].isin(codes) & table["code_b"].isin(codes)]
    chart = cooccurrence_heatmap(seen, measure)
    go = partial(_go, _pairs(met))
    show_cells(chart, key=f"pairs_{within}_{measure}", fields=("row", "column"), chosen=go)
    with st.expander(labels.SHARED["table"]):
        show_table(met)
        show_csv(table, "cooccurrence")
    method_note(table)
    _show_pair(met, moderators)


def _select(name: str, options: dict[str, str]) -> str:
    chosen = st.selectbox(
        WORDS[name], list(options), format_func=options.__getitem__, key=f"pairs_{name}", width=260
    )
    return str(chosen)


def _pairs(met: pd.DataFrame) -> list[tuple[str, str]]:
    return [(str(a), str(b)) for a, b in zip(met["code_a"], met["code_b"], strict=True)]


def _go(pairs: list[tuple[str, str]], row: str, column: str) -> None:
    """Set the box to the pair that was clicked, if the two ever meet."""
    for pair in pairs:
        if set(pair) == {row, column}:
            st.session_state["pair"] = pair


def _show_pair(met: pd.DataFrame, moderators: bool) -> None:
    st.subheader(labels.SHARED["behind"])
    st.caption(WORDS["only_utterance"])
    pairs = _pairs(met)
    if st.session_state.get("pair") not in pairs:
        st.session_state["pair"] = pairs[0]
    chosen = st.selectbox(WORDS["pair"], pairs, key="pair", format_func=" + ".join, width=560)
    found = utterances_with_both(study(), *chosen, moderators=moderators)
    show_utterances(found, "utterances_of_pair")
