"""Clusters and contrasts: which codes are used alike, who leans to what, who resembles whom."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from qualkit.charts import code_tree_chart, correspondence_map, resemblance_heatmap
from qualkit.workflow.project import Project
from workbench import labels
from workbench.analyses import found
from workbench.choices import Counted, choose, choose_view, set_box, whose
from workbench.outcome import show_outcome, show_query
from workbench.query_links import query_for

__all__ = ["show"]

WORDS = labels.CLUSTERS
_VIEWS = {name: WORDS[f"view {name}"] for name in ("tree", "map", "profiles")}
_AND = " + "


def show() -> None:
    """Show one of three views of what is alike."""
    st.subheader(WORDS["title"])
    view = choose_view(_VIEWS, key="clusters_view")
    {"map": _show_map, "profiles": _show_profiles}.get(view, _show_tree)()


def _show_tree() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = choose(
            labels.THEMES["level"], labels.LEVELS, key="tree_level", width=150, first="code"
        )
        within = choose(
            labels.COOCCURRENCE["within"],
            {name: words for name, words in labels.WITHIN.items() if ":" not in name},
            key="tree_within",
        )
        of = choose(WORDS["distance"], labels.DISTANCES, key="tree_of", width=260)
        linkage = choose(WORDS["linkage"], labels.LINKAGES, key="tree_linkage", width=260)
        counted = whose()
    table = found(Project.code_tree, within=within, of=of, linkage=linkage, level=level, **counted)
    st.caption(WORDS["tree_about"])
    sets = {" + ".join(codes.split("; ")): codes.split("; ") for codes in table["codes"]}
    names = list(sets)
    chosen = lambda row: set_box("tree_set", names[row])  # noqa: E731
    show_outcome(code_tree_chart(table), table, "code_tree", chosen=chosen)
    st.caption(WORDS["tree_words"])
    codes = sets[choose(WORDS["set"], names, key="tree_set", width=560)]
    any_of = " OR ".join(query_for(code, level=level, moderators=True) for code in codes)
    rest = query_for(moderators=counted["moderators"])
    show_query(f"({any_of}) {rest}".strip(), "utterances_of_cluster")


def _show_map() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = choose(labels.THEMES["by"], labels.MAPPED, key="map_by")
        level = choose(labels.THEMES["level"], labels.LEVELS, key="map_level", width=150)
        counted = whose()
    table = found(Project.correspondence, by=by, level=level, **counted)
    st.caption(WORDS["map_about"])
    chosen = partial(_choose, table, "map_name")
    show_outcome(correspondence_map(table), table, "correspondence", chosen=chosen)
    names = [str(name) for name in table["name"]]
    name = choose(WORDS["point"], names, key="map_name", width=360)
    if table.loc[table["name"] == name, "kind"].iloc[0] == "code":
        query = query_for(name, level=level, **counted)
    else:
        query = "has:code " + query_for(by=by, group=name, moderators=counted["moderators"])
    show_query(query, "utterances_of_point")


def _choose(table: pd.DataFrame, key: str, row: int) -> None:
    set_box(key, str(table["name"].iloc[row]))


def _show_profiles() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = choose(WORDS["who"], labels.MAPPED, key="profiles_by", first="speaker")
        of = choose(WORDS["resemblance"], labels.RESEMBLANCES, key="profiles_of", width=300)
        fewest = choose(WORDS["fewest"], ["5", "3", "10", "20"], key="fewest", width=240)
        level = choose(
            labels.THEMES["level"], labels.LEVELS, key="profiles_level", width=150, first="code"
        )
        counted = whose()
    table = found(Project.profiles, by=by, of=of, fewest=int(fewest), level=level, **counted)
    st.caption(WORDS["profiles_about"])
    ends = zip(table["a"].astype(str), table["b"].astype(str), strict=True)
    pairs = {_AND.join(pair): pair for pair in ends}
    names = list(pairs)
    chosen = lambda row: set_box("profile_pair", names[row])  # noqa: E731
    show_outcome(resemblance_heatmap(table), table, "resemblance", chosen=chosen)
    pair = choose(WORDS["pair"], names, key="profile_pair", width=560)
    row = table.iloc[names.index(pair)]
    shared = [code for code in str(row["shared"]).split("; ") if code]
    if not shared:
        st.info(WORDS["nothing_shared"])
        return
    _show_shared(pairs[pair], by, shared, level, counted)


def _show_shared(
    pair: tuple[str, str], by: str, shared: list[str], level: str, counted: Counted
) -> None:
    """Show what two of them say with the codes that they share."""
    any_code = " OR ".join(query_for(code, level=level, moderators=True) for code in shared)
    any_one = " OR ".join(query_for(by=by, group=one, moderators=True) for one in pair)
    rest = query_for(moderators=counted["moderators"])
    show_query(f"({any_one}) ({any_code}) {rest}".strip(), "utterances_of_both")
