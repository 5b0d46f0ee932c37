"""Words: where a word stands, which words mark a code or a group, which stand side by side."""

from __future__ import annotations

import html
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from qualkit.workflow.project import Project
from qualkit.workflow.retrieval import looks_for_words
from workbench import labels
from workbench.analyses import found
from workbench.choices import choose, choose_view, set_box, tick, whose
from workbench.faults import said_here
from workbench.identity import recall
from workbench.outcome import show_outcome, show_query, show_workbook
from workbench.state import session
from workbench.study import study
from workbench.tables import link_to, method_note, show_csv

__all__ = ["show", "show_concordance"]

WORDS = labels.WORDS
_LINES_AT_ONCE = 200
_VIEWS = {name: WORDS[f"view {name}"] for name in ("concordance", "keywords", "collocations")}


def show() -> None:
    """Show one of three views of the words that were said."""
    study()
    st.subheader(WORDS["title"])
    view = choose_view(_VIEWS, key="words_view")
    views = {"keywords": _show_keywords, "collocations": _show_collocations}
    views.get(view, _show_places)()


def _text(label: str, *, key: str, width: int = 320, why: str | None = None) -> str:
    return st.text_input(label, key=key, width=width, help=why, bind="query-params").strip()


def _show_places() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        word = _text(WORDS["word"], key="word", why=WORDS["word_help"])
        query = _text(WORDS["only"], key="within", why=labels.RETRIEVE["query_help"])
    if not word:
        st.info(WORDS["word_first"])
        return
    with said_here():
        show_concordance(word, query or None, recall(study(), session()))


def show_concordance(word: str | None, query: str | None, viewer: str | None) -> None:
    """Show every place of a word with what stands around it, one under the other.

    Args:
        word: word, phrase, stem* or /pattern/; None takes the words that the query looks for.
        query: only in utterances that it finds.
        viewer: who asks.
    """
    if word is None and query is not None and not looks_for_words(query):
        st.info(WORDS["no_words"])
        return
    order = choose(WORDS["sort"], labels.ORDERS, key="kwic_sort", width=240)
    table = found(Project.concordance, word, query=query, viewer=viewer, sort=order)
    st.markdown(WORDS["places"].format(count=len(table)))
    if table.empty:
        return
    rows = table.head(_LINES_AT_ONCE).to_dict("records")
    head = "".join(f'<th scope="col">{WORDS[f"column {one}"]}</th>' for one in _COLUMNS)
    st.html(
        f'<div class="lines kwic" role="region" tabindex="0" aria-label="{WORDS["title"]}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(map(_line, rows))}</tbody></table></div>"
    )
    if len(table) > _LINES_AT_ONCE:
        st.caption(labels.SHARED["behind_few"].format(count=len(table), few=_LINES_AT_ONCE))
    with st.container(horizontal=True):
        show_csv(table, "concordance")
        show_workbook(table, "concordance")
    method_note(table)


_COLUMNS = ("left", "keyword", "right", "who", "where")


def _line(row: dict[Any, Any]) -> str:
    named = [row[name] for name in ("speaker", "stakeholder_type") if isinstance(row[name], str)]
    place = html.escape(link_to(str(row["document"]), int(row["position"])))
    where = html.escape(f"{row['document']}, {row['position']}")
    left, word, right = (html.escape(str(row[one])) for one in ("left", "keyword", "right"))
    return (
        f'<tr><td class="number">{left}</td><td><b>{word}</b></td><td>{right}</td>'
        f'<td dir="auto">{html.escape(" · ".join(named))}</td>'
        f'<td class="link"><a href="{place}" target="_blank">{where}</a></td></tr>'
    )


def _show_keywords() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = choose(WORDS["by"], labels.MARKED, key="keywords_by")
        top = choose(WORDS["top"], ["5", "10", "20", "50"], key="keywords_top", width=150)
        stop = tick(WORDS["stop"], key="stop_words", why=WORDS["stop_help"])
        counted = whose()
    table = found(
        Project.keywords, by=by, top=int(top), stop_words="english" if stop else "", **counted
    )
    st.caption(WORDS["keywords_about"])
    if table.empty:
        st.info(WORDS["keywords_none"])
        method_note(table)
        return
    chosen = partial(_choose_word, table)
    show_outcome(None, table, "keywords", shares=True, chosen=chosen)
    pairs = _pairs(table, by)
    pair = choose(WORDS["which"], list(pairs), key="keyword", width=480)
    show_query(_query(pairs[pair], by), "utterances_with_word")


def _pairs(table: pd.DataFrame, by: str) -> dict[str, tuple[str, str]]:
    ends = zip(table[by].astype(str), table["word"].astype(str), strict=True)
    return {f"{word} ({group})": (group, word) for group, word in ends}


def _choose_word(table: pd.DataFrame, row: int) -> None:
    words, groups = table["word"].astype(str), table.iloc[:, 0].astype(str)
    set_box("keyword", f"{words.iloc[row]} ({groups.iloc[row]})")


def _query(pair: tuple[str, str], by: str) -> str:
    group, word = (one.replace("\\", "\\\\").replace('"', '\\"') for one in pair)
    return f'"{word}" {by}:"{group}"'


def _show_collocations() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        word = _text(WORDS["with_word"], key="beside", width=200)
        query = _text(WORDS["only"], key="within", why=labels.RETRIEVE["query_help"])
        order = choose(WORDS["order"], labels.PAIR_ORDERS, key="collocations_by", width=220)
        least = choose(WORDS["least"], ["5", "3", "2", "10", "20"], key="least", width=130)
        stop = tick(WORDS["stop"], key="stop_words", why=WORDS["stop_help"])
    with said_here():
        table = found(
            Project.collocations,
            word or None,
            query=query or None,
            viewer=recall(study(), session()),
            order=order,
            at_least=int(least),
            stop_words="english" if stop else "",
        )
        _show_side_by_side(table, query)


def _show_side_by_side(table: pd.DataFrame, query: str) -> None:
    st.caption(WORDS["collocations_about"])
    if table.empty:
        st.info(WORDS["collocations_none"])
        method_note(table)
        return
    names = [f"{a} {b}" for a, b in zip(table["word_a"], table["word_b"], strict=True)]
    chosen = lambda row: set_box("side_by_side", names[row])  # noqa: E731
    show_outcome(None, table, "collocations", chosen=chosen)
    phrase = choose(WORDS["which"], names, key="side_by_side", width=320)
    show_query(f'"{phrase}"' + (f" ({query})" if query else ""), "utterances_with_words")
