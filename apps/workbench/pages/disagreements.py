"""Where coders differ: utterance by utterance, code for code, by document or speaker, in time."""

from __future__ import annotations

import html
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from qualkit.charts import confusion_heatmap, drift_chart
from qualkit.workflow.project import Project
from workbench import labels
from workbench.analyses import found
from workbench.charting import show_cells
from workbench.choices import Counted, choose, choose_code, code_names, set_box, tick, whose
from workbench.outcome import show_outcome
from workbench.tables import flowing, link_to, method_note, show_csv

__all__ = [
    "show_by_utterance",
    "show_confusion",
    "show_drift",
    "show_side_by_side",
    "show_where",
]

WORDS = labels.AGREEMENT
_READ_AT_ONCE = 40
_NOTHING = "(nothing)"
_ALL_CODES = "(all codes)"
_BESIDE = ("document", "position", "speaker", "text", "agreed", "differs_on", "certainty", "memos")
_DEFINED = ("definition", "include", "exclude")
_LEVELS = {one: labels.LEVELS[one] for one in ("code", "theme")}


def show_by_utterance() -> None:
    """Show who gave what, one utterance after the other."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = choose(WORDS["level"], _LEVELS, key="by_utterance_level", width=150)
        code = choose_code_or_all()
        everything = tick(WORDS["agreed_too"], key="agreed_too")
        counted = whose(humans=True)
    table = found(
        Project.agreement_by_utterance, level=level, only_disagreements=not everything, **counted
    )
    if code is not None:
        table = _about_code(table, code)
    show_side_by_side(table, "agreement_by_utterance")
    method_note(table)


def choose_code_or_all() -> str | None:
    """Return a code, or None for all of them."""
    everything = labels.SHARED["all"]
    code = choose(labels.CODEBOOK["code"], [everything, *code_names()], key="of_code", width=280)
    return None if code == everything else code


def _about_code(table: pd.DataFrame, code: str) -> pd.DataFrame:
    people = [name for name in table.columns if name not in _BESIDE]
    given = [table[name].fillna("").astype("str").str.split("; ") for name in people]
    named = pd.concat([one.map(lambda codes: code in codes) for one in given], axis=1).any(axis=1)
    kept = table[named]
    kept.attrs = table.attrs
    return kept


def show_side_by_side(table: pd.DataFrame, name: str) -> None:
    """Show utterances with what each coder gave beside them, what differs in bold.

    Args:
        table: of ``Project.agreement_by_utterance``.
        name: of the csv file.
    """
    if table.empty:
        st.info(WORDS["all_agree"])
        return
    few = table.head(_READ_AT_ONCE)
    named = "behind_few" if len(few) < len(table) else "behind_count"
    words = labels.SHARED["behind_one" if len(table) == 1 else named]
    st.caption(words.format(count=len(table), few=len(few)))
    people = [str(column) for column in table.columns if column not in _BESIDE]
    st.html("\n".join(_article(row, people) for row in few.to_dict("records")))
    show_csv(table, name)


def _article(row: dict[Any, Any], people: list[str]) -> str:
    place = html.escape(link_to(str(row["document"]), int(row["position"])))
    where = html.escape(f"{row['document']}, {row['position']}")
    who = html.escape(row["speaker"]) if isinstance(row["speaker"], str) else ""
    differs = set(str(row["differs_on"] or "").split("; "))
    given = "".join(_given(name, row[name], differs) for name in people)
    return (
        f'<article class="utterance"><header><b dir="auto">{who}</b> '
        f'<a href="{place}" target="_blank">{where}</a></header>'
        f'<p dir="auto">{html.escape(flowing(str(row["text"])))}</p>'
        f'<dl class="given">{given}</dl></article>'
    )


def _given(coder: str, given: Any, differs: set[str]) -> str:
    if not isinstance(given, str):
        told = f"<i>{html.escape(WORDS['not_looked'])}</i>"
    elif given == _NOTHING:
        told = f"<i>{html.escape(WORDS['nothing'])}</i>"
    else:
        codes = given.split("; ")
        told = ", ".join(
            f"<b>{html.escape(one)}</b>" if one in differs else html.escape(one) for one in codes
        )
    return f"<dt>{html.escape(coder)}</dt><dd>{told}</dd>"


def show_confusion() -> None:
    """Show which codes are taken for each other, with their definitions side by side."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        level = choose(WORDS["level"], _LEVELS, key="by_utterance_level", width=150)
        directed = tick(WORDS["directed"], key="directed")
        counted = whose(humans=True)
    table = found(Project.confusion, level=level, directed=directed, **counted)
    if table.empty:
        st.info(WORDS["no_confusion"])
        method_note(table)
        return
    _show_confusion_table(table, level, directed=directed)
    names = list(_pairs(table))
    pair = choose(WORDS["confused"], names, key="confused", width=560)
    row = table.iloc[names.index(pair)].to_dict()
    for column, side in zip(st.columns(2, gap="medium"), ("a", "b"), strict=True):
        column.html(_entry(row, side))
    _show_confused((str(row["code_a"]), str(row["code_b"])), level, counted)


def _show_confusion_table(table: pd.DataFrame, level: str, *, directed: bool) -> None:
    pairs = _pairs(table)
    names = list(pairs)
    leave = [f"{field}_{side}" for field in _DEFINED for side in "ab"]
    chart = None if directed else confusion_heatmap(table)
    draw = partial(
        show_cells,
        key=f"confusion_{level}",
        fields=("code_a", "code_b"),
        chosen=partial(_go, pairs),
    )

    def go_to(row: int) -> None:
        set_box("confused", names[row])

    options: dict[str, Any] = {"draw": draw, "shares": True, "leave": leave, "chosen": go_to}
    show_outcome(chart, table, "confusion", **options)


def _pairs(table: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return how each row is called -> its two codes."""
    named = {}
    for row in table.to_dict("records"):
        ends = [
            f"{row[f'code_{side}']} ({row[f'coder_{side}']})"
            if f"coder_{side}" in row
            else str(row[f"code_{side}"])
            for side in ("a", "b")
        ]
        named[" / ".join(ends)] = (str(row["code_a"]), str(row["code_b"]))
    return named


def _go(pairs: dict[str, tuple[str, str]], one: str, other: str) -> None:
    for name, pair in pairs.items():
        if set(pair) == {one, other}:
            set_box("confused", name)


def _entry(row: dict[Any, Any], side: str) -> str:
    """Return what the codebook says of one of two codes."""
    lines = [f'<h4 dir="auto">{html.escape(str(row[f"code_{side}"]))}</h4>']
    for field in _DEFINED:
        text = str(row[f"{field}_{side}"] or "")
        if text:
            title = html.escape(labels.CODEBOOK[f"column {field}"])
            lines.append(f'<p dir="auto"><b>{title}:</b> {html.escape(text)}</p>')
    return f'<div class="entry">{"".join(lines)}</div>'


def _show_confused(pair: tuple[str, str], level: str, counted: Counted) -> None:
    """Show the utterances on which the one coder gave the one code, another the other."""
    st.subheader(labels.SHARED["behind"])
    table = found(Project.agreement_by_utterance, level=level, only_disagreements=True, **counted)
    people = [name for name in table.columns if name not in _BESIDE]
    sets = table[people].fillna("").astype("str").map(lambda codes: set(codes.split("; ")))
    one, other = pair
    has = {code: sets.map(lambda codes, code=code: code in codes) for code in pair}
    first = (has[one] & ~has[other]).any(axis=1)
    second = (has[other] & ~has[one]).any(axis=1)
    show_side_by_side(table[first & second], "confused")


def show_where() -> None:
    """Show in which documents, or of which speakers, coders differ most."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = choose(WORDS["by"], labels.SITES, key="differ_by")
        level = choose(WORDS["level"], _LEVELS, key="by_utterance_level", width=150)
        code = choose_code_or_all()
        counted = whose(humans=True)
    table = found(Project.disagreement_by, by=by, code=code, level=level, **counted)
    groups = [str(name) for name in table[by]]

    def go_to(row: int) -> None:
        set_box(f"site_{by}", groups[row])

    show_outcome(None, table, "disagreement_by", shares=True, chosen=go_to)
    if not groups:
        return
    group = choose(labels.SITES[by], groups, key=f"site_{by}", width=360)
    differing = found(
        Project.agreement_by_utterance, level=level, only_disagreements=True, **counted
    )
    if code is not None:
        on = differing["differs_on"].astype("str").str.split("; ").map(lambda codes: code in codes)
        differing = differing[on.astype(bool)]
    st.subheader(labels.SHARED["behind"])
    show_side_by_side(_in_group(differing, by, group), "disagreements_in_group")


def _in_group(differing: pd.DataFrame, by: str, group: str) -> pd.DataFrame:
    """Return the utterances of one group; a name may stand with its document, in brackets."""
    places = found(Project.list_utterances)
    kept = [*{"document", "position", "speaker", by}]
    told = places[[name for name in kept if name in places.columns]]
    own = told[by].astype("str")
    beside = own + " (" + told["document"] + ")"
    there = told[(own == group) | (beside == group)]
    return differing.merge(there[["document", "position"]], on=["document", "position"])


def show_drift() -> None:
    """Show how agreement, and what each coder gives, change in the order of coding."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        measure = choose(WORDS["measure"], labels.DRIFTS, key="drift_measure", width=300)
        blocks = choose(WORDS["blocks"], ["3", "2", "4", "5", "8"], key="blocks", width=130)
        level = choose(WORDS["level"], _LEVELS, key="by_utterance_level", width=150)
        counted = whose(humans=True)
    table = found(Project.drift, level=level, blocks=int(blocks), **counted)
    rows = table[table["measure"] == measure]
    codes = [str(code) for code in dict.fromkeys(rows["code"])]
    codes.sort(key=lambda code: code != _ALL_CODES)
    code = choose_code(labels.CODEBOOK["code"], key=f"drift_code_{measure}_{level}", of=codes)
    if code is None:
        return
    shown = rows[rows["code"] == code].drop(columns=["measure"]).reset_index(drop=True)
    shown.attrs = table.attrs
    chart = drift_chart(table, measure, code=code)
    show_outcome(chart, shown, "drift", leave=["code"], whole=table)
    st.subheader(WORDS["behind"])
    differing = found(
        Project.agreement_by_utterance, level=level, only_disagreements=True, **counted
    )
    if code != _ALL_CODES:
        on = differing["differs_on"].astype("str").str.split("; ").map(lambda names: code in names)
        differing = differing[on.astype(bool)]
    show_side_by_side(differing, "disagreements_over_time")
