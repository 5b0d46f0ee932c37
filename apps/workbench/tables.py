"""How tables look on every page: figures, method note, download, and a way to the words."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.column_config import NumberColumn

from workbench import labels
from workbench.downloads import file_name, written

__all__ = [
    "flowing",
    "link_to",
    "method_note",
    "show_csv",
    "show_lines",
    "show_table",
    "show_utterances",
    "show_words",
]

_READ_AT_ONCE = 50
_LINES_AT_ONCE = 400
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_WRAPPED = re.compile(r"(?<=[^\n]{35})[ \t]*\n[ \t]*(?![\n\-–•*·]|\(?\w{1,3}[.)]\s|\s*\n)")
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


def show_lines(
    table: pd.DataFrame, *, name: str, links: Sequence[tuple[str, str] | None] | None = None
) -> None:
    """Show a table to be read: every cell in full, every link to be reached with Tab.

    Args:
        table: what to show, under its own column names; at most 400 rows are drawn like this.
        name: for screen readers.
        links: for each row what a link says and where it leads, or None for no link.
    """
    if len(table) > _LINES_AT_ONCE:
        show_table(table)
        return
    heads = "".join(_head(table[head]) for head in table.columns)
    heads += f'<th scope="col">{labels.SHARED["look"]}</th>' if links else ""
    ends = [_link(one) for one in links] if links else [""] * len(table)
    rows = table.astype(object).where(table.notna(), "").itertuples(index=False, name=None)
    body = "".join(
        f"<tr>{''.join(map(_cell, row))}{end}</tr>" for row, end in zip(rows, ends, strict=True)
    )
    st.html(
        f'<div class="lines" role="region" tabindex="0" aria-label="{html.escape(name)}">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _head(column: pd.Series[Any]) -> str:
    is_number = pd.api.types.is_numeric_dtype(column) and column.dtype != bool
    figure = ' class="number"' if is_number else ""
    return f'<th scope="col"{figure}>{html.escape(str(column.name))}</th>'


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return f"<td>{labels.SHARED['yes'] if value else ''}</td>"
    is_number = isinstance(value, (int, float))
    is_date = isinstance(value, str) and _DATE.fullmatch(value)
    figure = ' class="number"' if is_number or is_date else ' dir="auto"'
    return f"<td{figure}>{html.escape(f'{value:,}' if is_number else str(value))}</td>"


def _link(link: tuple[str, str] | None) -> str:
    if link is None:
        return "<td></td>"
    words, target = map(html.escape, link)
    return f'<td class="link"><a href="{target}" target="_blank">{words}</a></td>'


def link_to(document: str, position: int | None = None) -> str:
    """Return the address of a document on the page Code, or of one utterance in it.

    Example:
        >>> link_to("Care & pay", 7)
        '/?document=Care+%26+pay&position=7'
    """
    place = {"document": document} | ({} if position is None else {"position": str(position)})
    return f"/?{urlencode(place)}"


def flowing(text: str) -> str:
    r"""Return the words with lines joined that were only cut to fit a page.

    Example:
        >>> flowing("A line that was cut since the page was narrow\nflows on.\n\nThis not.")
        'A line that was cut since the page was narrow flows on.\n\nThis not.'
    """
    return _WRAPPED.sub(" ", text)


def show_csv(table: pd.DataFrame, name: str) -> None:
    """Offer a table as a csv file, under names or pseudonyms; it is made on the click."""
    st.download_button(
        labels.SHARED["csv"],
        data=written(table, ".csv"),
        file_name=file_name(name, ".csv"),
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
    many = "behind_few" if len(few) < len(table) else "behind_count"
    words = labels.SHARED["behind_one" if len(table) == 1 else many]
    st.caption(words.format(count=len(table), few=len(few)))
    show_words(few)
    show_csv(table, name)


def show_words(table: pd.DataFrame) -> None:
    """Show utterances to be read and nothing else; columns as ``show_utterances``."""
    st.html("\n".join(_article(row) for row in table.to_dict("records")))


def _article(row: dict[Any, Any]) -> str:
    place = link_to(row["document"], row["position"])
    named = [row[name] for name in ("speaker", "stakeholder_type") if isinstance(row[name], str)]
    who = " · ".join(html.escape(name) for name in named)
    where = html.escape(f"{row['document']}, {row['position']}")
    return (
        f'<article class="utterance"><header><b dir="auto">{who}</b> '
        f'<a href="{html.escape(place)}" target="_blank">{where}</a></header>'
        f'<p dir="auto">{html.escape(flowing(row["text"]))}</p></article>'
    )
