"""Dots with intervals: each theme in each group, and the difference of two groups."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from qualkit.charts.heatmaps import one_table
from qualkit.charts.marks import BLUE, GREY, described, highest, inline, need, nothing, title_of

__all__ = ["difference_dots", "theme_dots"]

_MAX_THEMES = 24
_MAX_GROUPS = 16
_MAX_ROWS = 60
_ROW = 18
_WIDTH = 210
_WIDE = 420


def theme_dots(
    frequency: pd.DataFrame, by: str, *, title: str = "", columns: int = 3
) -> alt.FacetChart | alt.Chart:
    """Draw the share of each theme in each group with its interval, a small panel for each theme.

    Args:
        frequency: the table of :func:`qualkit.analysis.frequency`. Where it holds rows of both
            levels the themes are drawn.
        by: its column with the groups.
        title: above the chart.
        columns: how many panels stand side by side.

    Returns:
        A dot for each group, filled where one speaker does not carry it, open where one does; a
        line for the 95 % interval; the upright grey line is the share over all groups. At most 24
        themes and 16 groups, and what is left out is said below the title. An empty table gives a
        chart that says so.

    Raises:
        OptionError: the table has no such column.

    Example:
        >>> row = {"code": "Pay", "level": "theme", "type": "carer", "denominator": "utterances"}
        >>> numbers = {"n": 1, "total": 4, "share": 0.25, "low": 0.1, "high": 0.5, "note": None}
        >>> theme_dots(pd.DataFrame([row | numbers]), "type").description
        'Share of 1 theme in 1 group of type, with 95 % intervals; the largest is Pay, carer, 25%.'
    """
    need(frequency, ["code", by, "n", "total", "share", "low", "high", "note"])
    if frequency.empty:
        return nothing("There is nothing to show yet: no codings are counted.", title)
    table, notes = one_table(frequency)
    codes, groups = (list(dict.fromkeys(table[name].astype(str))) for name in ("code", by))
    for names, most, what in ((codes, _MAX_THEMES, "themes"), (groups, _MAX_GROUPS, "groups")):
        if len(names) > most:
            notes.append(f"{len(names) - most} more {what} are in the table")
    codes, groups = codes[:_MAX_THEMES], groups[:_MAX_GROUPS]
    whole = table.groupby("code")[["n", "total"]].sum(min_count=1)
    overall = (whole["n"].astype(float) / whole["total"].astype(float)).to_dict()
    table = table.assign(
        group=table[by].astype(str),
        carried=table["note"].fillna("").astype(str).str.contains("carried by one speaker"),
        overall=table["code"].map(overall),
    )
    table = table[table["code"].isin(codes) & table["group"].isin(groups)]
    data = inline(
        table,
        ["code", "group", "n", "total", "share", "low", "high", "note", "carried", "overall"],
    )
    panel = _panel(groups).properties(width=_WIDTH, height=alt.Step(_ROW))
    panels = panel.facet(
        alt.Facet("code:N", title=None, sort=codes, header=alt.Header(labelFontWeight="bold")),
        data=data,
        columns=columns,
        title=title_of(title, notes),
    )
    many = f"{len(codes)} theme{'s' * (len(codes) > 1)} in {len(groups)} group"
    top = highest(table, "share")
    peak = f"the largest is {top['code']}, {top['group']}, {float(top['share']):.0%}"
    text = f"Share of {many}{'s' * (len(groups) > 1)} of {by}, with 95 % intervals; {peak}."
    drawn: alt.FacetChart = described(panels, text)
    return drawn


def _panel(groups: list[str]) -> alt.LayerChart:
    """Return one panel: lines, dots and the share over all."""
    y = alt.Y("group:N", title=None, sort=groups, axis=alt.Axis(labelLimit=200, labelOverlap=False))
    axis = alt.Axis(format="%", tickCount=4)
    base = alt.Chart().encode(y=y)
    tooltip = [
        alt.Tooltip("code:N", title="theme"),
        alt.Tooltip("group:N"),
        alt.Tooltip("n:Q"),
        alt.Tooltip("total:Q", title="of"),
        *(alt.Tooltip(f"{name}:Q", format=".1%") for name in ("share", "low", "high")),
        alt.Tooltip("note:N"),
    ]
    middle = alt.Chart().mark_rule(color=GREY, strokeDash=[3, 2]).encode(x=alt.X("overall:Q"))
    lines = base.mark_rule(color=BLUE, strokeWidth=2).encode(
        x=alt.X("low:Q", title="share", axis=axis), x2=alt.X2("high:Q")
    )
    dots = base.mark_point(color=BLUE, size=55, filled=True, stroke=BLUE, opacity=1).encode(
        x=alt.X("share:Q", title="share", axis=axis),
        fill=alt.condition("datum.carried", alt.value("#ffffff"), alt.value(BLUE)),
        tooltip=tooltip,
    )
    layers: alt.LayerChart = (
        middle
        + lines.transform_filter("isValid(datum.low) && isValid(datum.high)")
        + dots.transform_filter("isValid(datum.share)")
    )
    return layers


def difference_dots(differences: pd.DataFrame, *, title: str = "") -> alt.LayerChart | alt.Chart:
    """Draw how much more one group says each code than another, with its interval.

    Args:
        differences: the table of :func:`qualkit.analysis.differences`.
        title: above the chart.

    Returns:
        Rows in the order of the table; a dot for the difference in points of a hundred, a thin line
        for the 95 % interval, a thick one for where it runs when each speaker is left out. Filled
        dots have q below .05. At most 60 rows. An empty table gives a chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> row = {"code": "Pay", "level": "theme", "group_a": "carer", "group_b": "funder"}
        >>> ends = {"low": 0.1, "high": 0.5, "least": 0.2, "most": 0.4, "q": 0.01, "note": None}
        >>> difference_dots(pd.DataFrame([row | {"difference": 0.3} | ends])).description
        'What carer raises more, to the right, and funder, to the left: 1 code, 1 with q below .05.'
    """
    need(differences, ["code", "level", "group_a", "group_b", "difference", "low", "high",
                       "least", "most", "q", "note"])  # fmt: skip
    if differences.empty:
        return nothing("There is nothing to compare yet.", title)
    rest = len(differences) - _MAX_ROWS
    notes = [f"{rest} more rows are in the table"] if rest > 0 else []
    table = differences.head(_MAX_ROWS)
    twice = table["code"].duplicated(keep=False)
    name = table["code"].where(~twice, table["code"] + " (" + table["level"] + ")")
    points = {one: table[one] * 100 for one in ("difference", "low", "high", "least", "most")}
    table = table.assign(name=name, sure=table["q"] < 0.05, **points)
    a, b = table["group_a"].iloc[0], table["group_b"].iloc[0]
    axis = f"← {b} | points of a hundred | {a} →"
    columns = ["name", "difference", "low", "high", "least", "most", "q", "note", "sure"]
    base = alt.Chart(inline(table, columns)).encode(
        y=alt.Y("name:N", title=None, sort=list(name),
                axis=alt.Axis(labelLimit=280, labelOverlap=False)),
    )  # fmt: skip
    drawn = _difference_layers(base, axis).properties(
        title=title_of(title, notes), width=_WIDE, height=alt.Step(_ROW)
    )
    sure = int(np.nansum(table["sure"]))
    many = f"{len(table)} code{'s' * (len(table) > 1)}, {sure} with q below .05"
    text = f"What {a} raises more, to the right, and {b}, to the left: {many}."
    layers: alt.LayerChart = described(drawn, text)
    return layers


def _difference_layers(base: alt.Chart, axis: str) -> alt.LayerChart:
    zero = alt.Chart(alt.InlineData(values=[{"x": 0}])).mark_rule(color=GREY).encode(x="x:Q")
    whole = base.mark_rule(color=BLUE).encode(x=alt.X("low:Q", title=axis), x2="high:Q")
    left = base.mark_rule(color=BLUE, strokeWidth=5, opacity=0.35).encode(x="least:Q", x2="most:Q")
    dots = base.mark_point(color=BLUE, size=60, filled=True, stroke=BLUE, opacity=1).encode(
        x=alt.X("difference:Q", title=axis),
        fill=alt.condition("datum.sure", alt.value(BLUE), alt.value("#ffffff")),
        tooltip=[
            alt.Tooltip("name:N", title="code"),
            *(alt.Tooltip(f"{one}:Q", format="+.1f") for one in
              ("difference", "low", "high", "least", "most")),
            alt.Tooltip("q:Q", format=".3f"),
            alt.Tooltip("note:N"),
        ],
    )  # fmt: skip
    layers: alt.LayerChart = (
        zero
        + left.transform_filter("isValid(datum.least)")
        + whole.transform_filter("isValid(datum.low)")
        + dots.transform_filter("isValid(datum.difference)")
    )
    return layers
