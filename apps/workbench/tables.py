"""How tables look on every page: figures, method note, download, and a way to the words."""

from __future__ import annotations

import html
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.column_config import NumberColumn

from workbench import labels

__all__ = ["method_note", "show_csv", "show_table", "show_utterances"]

_READ_AT_ONCE = 50
_SHARES = ("share", "low", "high")
_RATIOS = ("value", "jaccard", "lift", "npmi", "phi", "residual", "p", "q")


def show_table(table: pd.DataFrame, *, shares: bool = False) -> None:
    """Show a table under its own column names; with ``shares``, share and interval in per cent."""
    formats: dict[str, Any] = {
        name: NumberColumn(format="percent" if shares else "%.2f") for name in _SHARES
    }
    formats |= {name: NumberColumn(format="%.3f") for name in _RATIOS}
    used = {name: one for name, one in formats.items() if name in table.columns}
    st.dataframe(table, hide_index=True, width="stretch", column_config=used, placeholder="")


def show_csv(table: pd.DataFrame, name: str) -> None:
    """Offer a table as a csv file; it is made on the click."""
    st.download_button(
        labels.SHARED["csv"],
        data=lambda: table.to_csv(index=False).encode("utf-8-sig"),
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"csv_{name}",
    )


def method_note(table: pd.DataFrame) -> None:
    """Show what a finding says of itself."""
    about = table.attrs.get("about", {})
    lines = [f"- **{name.replace('_', ' ')}**: {_plain(value)}" for name, value in about.items()]
    if lines:
        with st.expander(labels.SHARED["method"]):
            st.markdown("\n".join(lines))


def _plain(value: Any) -> str:
    text = f"{value:.3g}" if isinstance(value, float) else str(value)
    return text.replace("*", r"\*").replace("_", r"\_")


def show_utterances(table: pd.DataFrame, name: str) -> None:
    """Show utterances to be read, each with a link to its place in the transcript.

    Args:
        table: columns document, position, speaker, stakeholder_type, text.
        name: of the csv file with all of them.
    """
    if table.empty:
        st.info(labels.SHARED["behind_none"])
        return
    few = table.head(_READ_AT_ONCE)
    words = labels.SHARED["behind_few" if len(few) < len(table) else "behind_count"]
    st.caption(words.format(count=len(table), few=len(few)))
    st.html("\n".join(_article(row) for row in few.to_dict("records")))
    show_csv(table, name)


def _article(row: dict[Any, Any]) -> str:
    place = urlencode({"document": row["document"], "position": row["position"]})
    named = [row[name] for name in ("speaker", "stakeholder_type") if isinstance(row[name], str)]
    who = " · ".join(html.escape(name) for name in named)
    where = html.escape(f"{row['document']}, {row['position']}")
    return (
        f'<article class="utterance"><header><b dir="auto">{who}</b> '
        f'<a href="/?{html.escape(place)}" target="_blank">{where}</a></header>'
        f'<p dir="auto">{html.escape(row["text"])}</p></article>'
    )
