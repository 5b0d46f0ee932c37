"""Heat maps: which theme is whose, and what goes with what."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from qualkit.charts.marks import described, highest, inline, need, nothing, title_of
from qualkit.charts.palette import TEXT_COLOUR
from qualkit.errors import OptionError

__all__ = ["cooccurrence_heatmap", "one_table", "theme_heatmap"]

_MAX_CODES = 60
_MAX_GROUPS = 24
_MAX_PAIRED = 40
_CELL = 64
_ROW = 24
_DARK_FROM = 0.6  # of the scale: from here on the text on it is white
_MEASURES = ("jaccard", "lift", "npmi", "phi")
_SIGNED = {"npmi", "phi"}


def theme_heatmap(
    frequency: pd.DataFrame,
    by: str,
    *,
    title: str = "",
    code_title: str = "Theme",
    group_title: str | None = None,
) -> alt.LayerChart | alt.Chart:
    """Draw the share of each theme in each group.

    Args:
        frequency: the table of :func:`qualkit.analysis.frequency`. Where it holds rows of both
            levels the themes are drawn; where it holds several denominators, the first.
        by: its column with the groups.
        title: above the chart.
        code_title: of the rows.
        group_title: of the columns; None takes ``by``.

    Returns:
        Rows of themes and columns of groups, in the order of the table; colour is the share, the
        text n/total; pointing at a cell shows the interval. At most 60 themes and 24 groups, and
        what is left out is said below the title. An empty table gives a chart that says so.

    Raises:
        OptionError: the table has no such column.

    Example:
        >>> row = {"code": "Pay", "level": "theme", "type": "carer", "denominator": "utterances"}
        >>> numbers = {"n": 1, "total": 4, "share": 0.25, "low": 0.1, "high": 0.5}
        >>> chart = theme_heatmap(pd.DataFrame([row | numbers]), "type")
        >>> chart.data.values[0]["text"]
        '1/4'
    """
    need(frequency, ["code", by, "n", "total", "share"])
    if frequency.empty:
        return nothing("There is nothing to show yet: no codings are counted.", title)
    table, notes = one_table(frequency)
    codes, note = _first(table["code"], _MAX_CODES, "themes")
    groups, other = _first(table[by], _MAX_GROUPS, "groups")
    table = table[table["code"].isin(codes) & table[by].isin(groups)]
    table = table.assign(
        group=table[by].astype(str),
        text=_counts(table),
        interval=_intervals(table),
    )
    notes = [*notes, *note, *other]
    names = [code_title, group_title or by]
    base = _theme_cells(table, codes, groups, names).properties(title=title_of(title, notes))
    top = float(np.nanmax([*table["share"], 0.01]))
    colour = alt.Color(
        "share:Q",
        title="share",
        scale=alt.Scale(scheme="blues", domain=[0, top]),
        legend=alt.Legend(format=".0%"),
    )
    drawn = _layers(base, colour, "text:N", f"datum.share > {_DARK_FROM * top}")
    alt_text = (
        f"Heat map of {len(codes)} {code_title.lower()}s by {len(groups)} groups of {names[1]}"
    )
    themes: alt.LayerChart = described(drawn, f"{alt_text}; the darkest cell is {_largest(table)}.")
    return themes


def cooccurrence_heatmap(
    cooccurrence: pd.DataFrame,
    measure: str = "jaccard",
    *,
    title: str = "",
    code_title: str = "Code",
) -> alt.LayerChart | alt.Chart:
    """Draw how much every two codes go together.

    Args:
        cooccurrence: the table of :func:`qualkit.analysis.cooccurrence`, one row for two codes.
        measure: "jaccard", "lift", "npmi" or "phi".
        title: above the chart.
        code_title: of rows and columns.

    Returns:
        A square with the codes on both sides, each pair drawn twice; colour is the measure, the
        text how often they meet. npmi and phi, which have a sign, run from orange (apart) over
        white to blue (together) and are written into the cells. At most the 40 codes that meet
        others most often, and what is left out is said below the title. An empty table gives a
        chart that says so.

    Raises:
        OptionError: an unknown measure, or a column is missing.

    Example:
        >>> pair = {"code_a": "Pay", "code_b": "Rota", "n_ab": 2, "jaccard": 0.5}
        >>> chart = cooccurrence_heatmap(pd.DataFrame([pair]))
        >>> [cell["column"] for cell in chart.data.values]
        ['Rota', 'Pay']
    """
    if measure not in _MEASURES:
        what = f"there is no measure {measure!r}"
        raise OptionError(what, where="measure", remedy=f"choose one of {', '.join(_MEASURES)}")
    need(cooccurrence, ["code_a", "code_b", "n_ab", measure])
    if cooccurrence.empty:
        return nothing("There is nothing to show yet: no two codes to compare.", title)
    codes, notes = _most_met(cooccurrence)
    table = cooccurrence[cooccurrence["code_a"].isin(codes) & cooccurrence["code_b"].isin(codes)]
    both = _mirrored(table)
    base = _pair_cells(both, codes, measure, code_title).properties(title=title_of(title, notes))
    top = float(np.nanmax([*both[measure].abs(), 0.01]))
    is_dark = f"abs(datum.{measure}) > {_DARK_FROM * top}"
    written = f"{measure}:Q" if measure in _SIGNED else "n_ab:Q"  # a sign is seen without colour
    drawn = _layers(base, _measure_colour(measure, top), written, is_dark)
    close = highest(table, measure)
    alt_text = f"Heat map of {measure} between {len(codes)} codes; the closest two are"
    pairs: alt.LayerChart = described(drawn, f"{alt_text} {close['code_a']} and {close['code_b']}.")
    return pairs


def _pair_cells(both: pd.DataFrame, codes: list[str], measure: str, code_title: str) -> alt.Chart:
    """Return the places and tooltips of the cells."""
    data = inline(both, ["row", "column", "n_ab", measure])
    side = alt.Step(36 if measure in _SIGNED else _ROW)
    placed: alt.Chart = alt.Chart(data, width=side, height=side).encode(
        x=alt.X(
            "column:N",
            title=code_title,
            sort=codes,
            axis=alt.Axis(labelAngle=-45, labelOverlap=False),
        ),
        y=alt.Y(
            "row:N", title=code_title, sort=codes, axis=alt.Axis(labelLimit=280, labelOverlap=False)
        ),
        tooltip=[
            alt.Tooltip("row:N", title=code_title),
            alt.Tooltip("column:N", title="with"),
            alt.Tooltip("n_ab:Q", title="together"),
            alt.Tooltip(f"{measure}:Q", title=measure, format=".3f"),
        ],
    )
    return placed


def _measure_colour(measure: str, top: float) -> alt.Color:
    scale = (
        alt.Scale(scheme="blueorange", reverse=True, domain=[-top, top])
        if measure in _SIGNED
        else alt.Scale(scheme="blues", domain=[0, top])
    )
    return alt.Color(f"{measure}:Q", title=measure, scale=scale)


def _theme_cells(
    table: pd.DataFrame, codes: list[str], groups: list[str], names: list[str]
) -> alt.Chart:
    """Return the places and tooltips of the cells; ``names`` are those of the two axes."""
    code_title, group_title = names
    data = inline(table, ["code", "group", "n", "total", "share", "text", "interval"])
    chart = alt.Chart(data, width=alt.Step(_CELL), height=alt.Step(_ROW))
    placed: alt.Chart = chart.encode(
        x=alt.X(
            "group:N",
            title=group_title,
            sort=groups,
            axis=alt.Axis(labelAngle=-30, labelLimit=280, labelOverlap=False),
        ),
        y=alt.Y(
            "code:N",
            title=code_title,
            sort=codes,
            axis=alt.Axis(labelLimit=280, labelOverlap=False),
        ),
        tooltip=[
            alt.Tooltip("code:N", title=code_title),
            alt.Tooltip("group:N", title=group_title),
            alt.Tooltip("text:N", title="n/total"),
            alt.Tooltip("share:Q", title="share", format=".1%"),
            alt.Tooltip("interval:N", title="95 % interval"),
        ],
    )
    return placed


def one_table(frequency: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of one level and one denominator, and what they are shares of."""
    table, notes = frequency, []
    if "level" in table and (table["level"] == "theme").any():
        table = table[table["level"] == "theme"]
    if "denominator" in table:
        denominator = table["denominator"].iloc[0]
        table = table[table["denominator"] == denominator]
        notes = [f"share of {denominator}"]
    return table, notes


def _first(values: pd.Series[Any], most: int, what: str) -> tuple[list[str], list[str]]:
    """Return the different values, no more than ``most``, and a note on the rest."""
    different = [str(value) for value in values.drop_duplicates()]
    rest = len(different) - most
    return different[:most], [f"{rest} more {what} are in the table"] if rest > 0 else []


def _most_met(table: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return the codes in their order, those that meet others most often if there are many."""
    order = pd.concat([table["code_a"], table["code_b"]]).drop_duplicates()
    meets = (
        table.groupby("code_a")["n_ab"]
        .sum()
        .add(table.groupby("code_b")["n_ab"].sum(), fill_value=0)
    )
    kept = meets.sort_values(ascending=False, kind="stable").index[:_MAX_PAIRED]
    rest = len(order) - len(kept)
    notes = [f"{rest} codes that meet others less often are in the table"] if rest else []
    return [str(code) for code in order if code in kept], notes


def _mirrored(table: pd.DataFrame) -> pd.DataFrame:
    """Return each pair twice, once each way round."""
    one = table.rename(columns={"code_a": "row", "code_b": "column"})
    two = table.rename(columns={"code_b": "row", "code_a": "column"})
    return pd.concat([one, two], ignore_index=True)


def _counts(table: pd.DataFrame) -> list[str]:
    """Return n/total; a cell that is suppressed says so."""
    pairs = zip(table["n"], table["total"], strict=True)
    return ["hidden" if pd.isna(n) else f"{int(n)}/{int(total)}" for n, total in pairs]


def _largest(table: pd.DataFrame) -> str:
    row = highest(table, "share")
    if pd.isna(row["share"]):
        return "not defined"
    return f"{row['code']}, {row['group']}, {float(row['share']):.0%}"


def _intervals(table: pd.DataFrame) -> list[str]:
    if not {"low", "high"} <= set(table.columns):
        return ["not known"] * len(table)
    pairs = zip(table["low"], table["high"], strict=True)
    return [
        "not defined" if pd.isna(low) or pd.isna(high) else f"{low:.1%} to {high:.1%}"
        for low, high in pairs
    ]


def _layers(base: alt.Chart, colour: alt.Color, text: str, is_dark: str) -> alt.LayerChart:
    """Return coloured cells with text on them that can be read on light and dark ones."""
    cells = base.mark_rect(stroke="#ffffff").encode(color=colour)
    letters = alt.condition(is_dark, alt.value("#ffffff"), alt.value(TEXT_COLOUR))
    form = alt.Undefined if text.endswith(":N") or text.startswith("n_ab") else "+.2f"
    words = base.mark_text(fontSize=11).encode(text=alt.Text(text, format=form), color=letters)
    both: alt.LayerChart = cells + words
    return both
