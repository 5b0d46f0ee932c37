"""Co-occurrence: which codes stand together, and the utterances where they do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from qualkit.charts import cooccurrence_heatmap, cooccurrence_network
from qualkit.workflow.project import Project
from workbench import labels
from workbench.analyses import found
from workbench.charting import show_cells, show_chart
from workbench.choices import (
    Counted,
    choose,
    choose_code,
    choose_group,
    choose_view,
    set_box,
    whose,
)
from workbench.outcome import code_colours_by_name, show_outcome
from workbench.pages.pairs import (
    show_combinations,
    show_pair,
    show_pair_differences,
    show_sequences,
)

__all__ = ["show"]

WORDS = labels.COOCCURRENCE
_PAIR = "pair"
_LEAVE = ["units", "documents"]
_VIEWS = {
    name: WORDS[f"view {name}"]
    for name in ("cells", "network", "one", "two", "sequences", "combinations")
}


def show() -> None:
    """Show which codes go together: all pairs, those of one code, of two groups, in order."""
    st.subheader(WORDS["title"])
    view = choose_view(_VIEWS, key="pairs_view")
    views = {
        "two": show_pair_differences,
        "sequences": show_sequences,
        "combinations": show_combinations,
        "one": _show_one,
    }
    views.get(view, partial(_show_all, view))()


def _show_all(view: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        within = choose(WORDS["within"], labels.WITHIN, key="pairs_within", width=190)
        measure = choose(WORDS["measure"], labels.MEASURES, key="pairs_measure", width=240)
        level = choose(WORDS["level"], labels.PAIRED, key="pairs_level", width=150)
        group = _group()
        counted = whose()
    table = _pairs_of(within, level, group, counted)
    met = table[table["n_ab"] > 0].sort_values("n_ab", ascending=False, kind="stable")
    met = met.reset_index(drop=True)
    if met.empty:
        st.info(WORDS["none"])
        return
    met.attrs = table.attrs
    key = f"pairs_{view}_{within}_{measure}_{level}"
    chart, draw = _drawn(table, met, measure, key, as_network=view == "network")
    name = "cooccurrence"
    show_outcome(chart, met, name, draw=draw, leave=_LEAVE, chosen=_row(met), whole=table)
    show_pair(met, _PAIR, within, group, counted)


def _drawn(
    table: pd.DataFrame, met: pd.DataFrame, measure: str, key: str, *, as_network: bool
) -> tuple[Any, Callable[[Any], None]]:
    """Return the picture of the codes that meet any other, and how to show it."""
    codes = {*met["code_a"], *met["code_b"]}
    seen = table[table["code_a"].isin(codes) & table["code_b"].isin(codes)]
    if as_network:
        chart = cooccurrence_network(seen, measure, colours=code_colours_by_name())
        return chart, partial(show_chart, key=key)
    go = partial(_go, _pairs(met))
    chart = cooccurrence_heatmap(seen, measure)
    return chart, partial(show_cells, key=key, fields=("row", "column"), chosen=go)


def _group() -> str | None:
    """Return the stakeholder type to look at alone; None for all."""
    table = found(Project.frequency)
    types = [str(one) for one in dict.fromkeys(table["stakeholder_type"])]
    return choose_group(WORDS["group"], types, key="pairs_group") if len(types) > 1 else None


def _pairs_of(
    within: str, level: str, group: str | None, counted: Counted, code: str | None = None
) -> pd.DataFrame:
    by = None if group is None else "stakeholder_type"
    kind = None if level == "all" else level
    table = found(Project.cooccurrence, within=within, by=by, level=kind, code=code, **counted)
    if by is None:
        return table
    kept = table[table[by].astype(str) == group].drop(columns=by).reset_index(drop=True)
    kept.attrs = {"about": table.attrs["about"] | {"group": group}}
    return kept


def _pairs(met: pd.DataFrame) -> list[tuple[str, str]]:
    return [(str(a), str(b)) for a, b in zip(met["code_a"], met["code_b"], strict=True)]


def _row(met: pd.DataFrame) -> Any:
    pairs = _pairs(met)
    return lambda row: set_box(_PAIR, " + ".join(pairs[row]))


def _go(pairs: list[tuple[str, str]], row: str, column: str) -> None:
    """Set the box to the pair that was clicked, if the two ever meet."""
    for pair in pairs:
        if set(pair) == {row, column}:
            set_box(_PAIR, " + ".join(pair))


def _show_one() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        code = choose_code(WORDS["with"], key="pairs_code")
        within = choose(WORDS["within"], labels.WITHIN, key="pairs_within", width=190)
        group = _group()
        counted = whose()
    if code is None:
        st.info(WORDS["none"])
        return
    table = _pairs_of(within, "all", group, counted, code)
    met = table[table["n_ab"] > 0].reset_index(drop=True)
    if met.empty:
        st.info(WORDS["none_with"].format(code=code))
        return
    met.attrs = table.attrs
    first = met.iloc[0]
    st.markdown(WORDS["with_sentence"].format(
        code=first["code_a"], n=int(first["n_a"]), other=first["code_b"], both=int(first["n_ab"]),
        share=first["share_a"], lift=first["lift"],
    ))  # fmt: skip
    leave = [*_LEAVE, "code_a", "n_a"]
    show_outcome(
        None, met, "together_with", shares=True, leave=leave, chosen=_row(met), whole=table
    )
    show_pair(met, _PAIR, within, group, counted)
