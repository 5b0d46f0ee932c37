"""Two groups: what the one raises and the other does not, and could it be chance or one person."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
import streamlit as st

from qualkit.charts import difference_dots
from qualkit.workflow.project import Project
from qualkit.workflow.screens import utterances_behind
from workbench import labels
from workbench.analyses import found
from workbench.choices import Counted, choose, choose_code, choose_groups, set_box, whose
from workbench.outcome import part_of, show_outcome
from workbench.query_links import GROUPED, link_to_query, query_for
from workbench.tables import show_utterances

__all__ = ["groups_by_size", "said_of", "show_differences"]

WORDS = labels.DIFFERENCES
_CODE = "differences_code"
_SURE = 0.05
_BY = ("stakeholder_type", "organisation", "role", "speaker", "document", "third", "kind")


def show_differences() -> None:
    """Show the sentences, the picture and table below them, and the words of both groups."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        grouped = {name: labels.GROUPINGS[name] for name in _BY}
        by = choose(labels.THEMES["by"], grouped, key="differences_by", width=170)
        groups = groups_by_size(by)
        if len(groups) < 2:
            st.info(WORDS["one_group"])
            return
        first, second = choose_groups(groups, key=f"differences_{by}")
        of = choose(labels.THEMES["of"], labels.COUNTED, key="differences_of", width=150)
        levels, why = labels.LEVELS, labels.THEMES["level_help"]
        level = choose(labels.THEMES["level"], levels, key="differences_level", width=130, why=why)
        counted = whose()
    table = found(Project.differences, first, second, by=by, of=of, level=level, **counted)
    said = part_of(table, (table["n_a"] > 0) | (table["n_b"] > 0))
    if said.empty:
        st.info(WORDS["nothing"])
        return
    _show_sentences(said, by, level, counted)
    _show_figures(table, said)
    _show_words(said, by, level, counted)


def _show_figures(table: pd.DataFrame, said: pd.DataFrame) -> None:
    def go_to(row: int) -> None:
        set_box(_CODE, str(said["code"].iloc[row]))

    leave = ["level", "denominator", "group_a", "group_b", "total_a", "total_b"]
    chart = difference_dots(said)
    show_outcome(chart, said, "differences", shares=True, leave=leave, chosen=go_to, whole=table)


def groups_by_size(by: str) -> list[str]:
    """Return the groups there are, the one with most to say first."""
    table = found(Project.frequency, by=by)
    whole = table.drop_duplicates(by).sort_values("total", ascending=False, kind="stable")
    return [str(name) for name in whole[by]]


def _show_sentences(said: pd.DataFrame, by: str, level: str, counted: Counted) -> None:
    heads = "".join(f'<th scope="col">{WORDS[f"column {name}"]}</th>' for name in _COLUMNS)
    rows = "".join(_sentence(row, by, level, counted) for row in said.to_dict("records"))
    title = WORDS["answer"].format(a=said["group_a"].iloc[0], b=said["group_b"].iloc[0])
    st.markdown(f"**{_plain(title)}**")
    st.html(
        f'<div class="lines" role="region" tabindex="0" aria-label="{html.escape(title)}">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


_COLUMNS = ("raised", "by_a", "by_b", "apart", "chance", "one")


def _plain(text: str) -> str:
    return "".join(f"\\{one}" if one in r"\`*_[]<>$:~#" else one for one in text)


def _sentence(row: dict[Any, Any], by: str, level: str, counted: Counted) -> str:
    cells = [f'<td dir="auto">{html.escape(str(row["code"]))}</td>']
    for letter in ("a", "b"):
        share = (
            f"{row[f'n_{letter}']:,} of {row[f'total_{letter}']:,} ({row[f'share_{letter}']:.0%})"
        )
        if by in GROUPED and row[f"n_{letter}"]:
            group = str(row[f"group_{letter}"])
            query = query_for(str(row["code"]), level=level, by=by, group=group, **counted)
            target = html.escape(link_to_query(query))
            share = f'<a href="{target}" target="_blank">{share}</a>'
        cells.append(f'<td class="number">{share}</td>')
    cells += [f"<td>{html.escape(one)}</td>" for one in said_of(row)]
    return f"<tr>{''.join(cells)}</tr>"


def said_of(row: dict[Any, Any]) -> tuple[str, str, str]:
    """Return in words how far apart two groups are, and whether chance or one person does it.

    Args:
        row: of the table of ``Project.differences``.
    """
    points = row["difference"] * 100
    apart = WORDS["more" if points >= 0 else "less"].format(points=abs(points))
    if pd.notna(row["low"]) and pd.notna(row["high"]):
        apart += WORDS["interval"].format(low=row["low"] * 100, high=row["high"] * 100)
    return apart, _chance(row), _one(row)


def _chance(row: dict[Any, Any]) -> str:
    if pd.isna(row["q"]):
        return WORDS["chance_unknown"]
    name = "chance_hardly" if row["q"] < _SURE else "chance_perhaps"
    if name == "chance_perhaps" and row["p"] < _SURE:
        name = "chance_many"
    return WORDS[name].format(p=row["p"], q=row["q"])


def _one(row: dict[Any, Any]) -> str:
    note = row["note"] if isinstance(row["note"], str) else ""
    if note:
        return note[:1].upper() + note[1:]
    if pd.isna(row["least"]) or pd.isna(row["most"]):
        return WORDS["one_unknown"]
    return WORDS["one_no"].format(least=row["least"] * 100, most=row["most"] * 100)


def _show_words(said: pd.DataFrame, by: str, level: str, counted: Counted) -> None:
    st.subheader(labels.SHARED["behind"])
    code = choose_code(labels.THEMES["code"], key=_CODE, of=said["code"])
    if code is None:
        return
    for column, letter in zip(st.columns(2, gap="medium"), ("a", "b"), strict=True):
        group = str(said[f"group_{letter}"].iloc[0])
        with column:
            st.markdown(f"**{_plain(group)}**")
            _show_group(code, by, group, level, counted)


def _show_group(code: str, by: str, group: str, level: str, counted: Counted) -> None:
    behind = found(utterances_behind, code, level=level, by=by, group=group, **counted)
    show_utterances(behind, f"utterances_of_{group}")
