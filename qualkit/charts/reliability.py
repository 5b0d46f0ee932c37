"""What stands behind agreement: which codes are confused, and whether it drifts."""

from __future__ import annotations

import altair as alt
import pandas as pd

from qualkit.charts.marks import described, inline, need, nothing, title_of
from qualkit.charts.palette import TEXT_COLOUR
from qualkit.errors import OptionError

__all__ = ["confusion_heatmap", "drift_chart"]

_MAX_CODES = 40
_MAX_LINES = 12
_CELL = 26
_DARK_FROM = 0.6  # of the scale: from here on the text on it is white
_WIDTH = 420
_HEIGHT = 90
_ALPHA = "alpha"
_BETWEEN = "between coders"


def confusion_heatmap(
    confusion: pd.DataFrame, *, title: str = "", code_title: str = "Code"
) -> alt.LayerChart | alt.Chart:
    """Draw which codes are taken for each other.

    Args:
        confusion: the table of :func:`qualkit.agreement.confusion.confusion`, not directed.
        title: above the chart.
        code_title: of rows and columns.

    Returns:
        A square of codes, most confused first; the text is how often, the colour the share of the
        times that the question arose. At most 40 codes, and what is left out is said below the
        title. An empty table gives a chart that says so.

    Raises:
        OptionError: a column is missing, or the table is directed.

    Example:
        >>> row = {"code_a": "Pay", "code_b": "Fees", "n": 2, "same": 6, "share": 0.25}
        >>> len(confusion_heatmap(pd.DataFrame([row])).data.values)
        2
    """
    need(confusion, ["code_a", "code_b", "n", "same", "share"])
    if "coder_a" in confusion.columns:
        raise OptionError("the table is directed", remedy="make it without directed")
    if confusion.empty:
        return nothing("No code was taken for another.", title)
    ends = pd.concat([confusion["code_a"], confusion["code_b"]])
    counts = pd.concat([confusion["n"], confusion["n"]]).groupby(ends, sort=False).sum()
    ranked = counts.sort_values(ascending=False, kind="stable").index.astype(str).tolist()
    codes, rest = ranked[:_MAX_CODES], len(ranked) - _MAX_CODES
    notes = [f"{rest} more codes are in the table"] if rest > 0 else []
    turned = confusion.rename(columns={"code_a": "code_b", "code_b": "code_a"})
    table = pd.concat([confusion, turned], ignore_index=True)
    table = table[table["code_a"].isin(codes) & table["code_b"].isin(codes)]
    data = inline(table, ["code_a", "code_b", "n", "same", "share"])
    side = max(len(codes) * _CELL, 120)
    across = alt.Axis(labelAngle=-45, labelLimit=200, labelOverlap=False)
    down = alt.Axis(labelLimit=240, labelOverlap=False)
    base = alt.Chart(data, title=title_of(title, notes), width=side, height=side).encode(
        x=alt.X("code_b:N", title=None, sort=codes, axis=across),
        y=alt.Y("code_a:N", title=code_title, sort=codes, axis=down),
        tooltip=[
            alt.Tooltip("code_a:N", title="one coder"),
            alt.Tooltip("code_b:N", title="another coder"),
            alt.Tooltip("n:Q", title="times confused"),
            alt.Tooltip("same:Q", title="times both alike"),
            alt.Tooltip("share:Q", title="share confused", format=".0%"),
        ],
    )
    most = confusion.sort_values("n", ascending=False, kind="stable").iloc[0]
    alt_text = (
        f"Heat map of {len(codes)} codes taken for each other; most often {most['code_a']} and "
        f"{most['code_b']}, {int(most['n'])} times."
    )
    layered: alt.LayerChart = described(_cells(base), alt_text)
    return layered


def _cells(base: alt.Chart) -> alt.LayerChart:
    """Return the cells and the numbers in them."""
    scale = alt.Scale(scheme="oranges", domain=[0, 1])
    legend = alt.Legend(format=".0%", title="share confused")
    cells = base.mark_rect().encode(color=alt.Color("share:Q", scale=scale, legend=legend))
    white = {"condition": {"test": f"datum.share > {_DARK_FROM}", "value": "white"}}
    words = base.mark_text(fontSize=11).encode(
        text="n:Q", color=alt.ColorValue(TEXT_COLOUR, **white)
    )
    layers: alt.LayerChart = cells + words
    return layers


def drift_chart(
    drift: pd.DataFrame, measure: str = _ALPHA, *, code: str = "(all codes)", title: str = ""
) -> alt.FacetChart | alt.Chart:
    """Draw a measure block by block, in the order of coding, with its intervals.

    Args:
        drift: the table of :func:`qualkit.agreement.drift.drift`; more blocks show more.
        measure: "alpha", "share" or "share against the others".
        code: which; alpha has "(all codes)", too.
        title: above the chart.

    Returns:
        One row for each coder, or one for all of them ("between coders"); a line through the blocks
        and a bar for each 95 % interval. At most 12 coders, and what is left out is said below the
        title. A table without such rows gives a chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> row = {"measure": "alpha", "coder": None, "code": "Pay", "block": "1", "value": 0.7}
        >>> table = pd.DataFrame([row | {"low": None, "high": None, "n": 40, "reason": None}])
        >>> drift_chart(table, code="Pay").data.values[0]["coder"]
        'between coders'
    """
    columns = ["measure", "coder", "code", "block", "value", "low", "high", "n", "reason"]
    need(drift, columns)
    is_block = drift["block"].astype(str).str.isdecimal()
    table = drift[(drift["measure"] == measure) & (drift["code"] == code) & is_block]
    if table["value"].notna().sum() == 0:
        return nothing(f"There is no {measure} of {code} to show.", title)
    table = table.assign(
        coder=table["coder"].astype(object).where(table["coder"].notna(), _BETWEEN),
        block=table["block"].astype(int),
    )
    coders = list(dict.fromkeys(table["coder"]))
    rest = len(coders) - _MAX_LINES
    notes = [f"{rest} more coders are in the table"] if rest > 0 else []
    table = table[table["coder"].isin(coders[:_MAX_LINES])]
    chart: alt.FacetChart = (
        _lines(measure)
        .facet(
            data=inline(table, columns),
            row=alt.Row("coder:N", title=None, sort=coders, header=alt.Header(labelAngle=0)),
        )
        .properties(title=title_of(title, notes))
    )
    alt_text = f"Lines of {measure} of {code} in {table['block'].nunique()} blocks, by coder."
    drawn: alt.FacetChart = described(chart, alt_text)
    return drawn


def _lines(measure: str) -> alt.LayerChart:
    """Return the line, the dots and the intervals of one row."""
    base = alt.Chart(width=_WIDTH, height=_HEIGHT).encode(
        x=alt.X("block:O", title="in the order of coding", axis=alt.Axis(labelAngle=0)),
        tooltip=[
            alt.Tooltip("block:O"),
            alt.Tooltip("value:Q", title=measure, format=".3f"),
            alt.Tooltip("low:Q", title="from", format=".3f"),
            alt.Tooltip("high:Q", title="to", format=".3f"),
            alt.Tooltip("n:Q", title="utterances"),
            alt.Tooltip("reason:N", title="remark"),
        ],
    )
    known = base.transform_filter("isValid(datum.value)")
    y = alt.Y("value:Q", title=measure, scale=alt.Scale(zero=False))
    bars = base.transform_filter("isValid(datum.low)").mark_rule(color="#2166ac")
    layers: alt.LayerChart = (
        known.mark_line(color="#2166ac").encode(y=y)
        + known.mark_circle(size=60, color="#2166ac", opacity=1).encode(y=y)
        + bars.encode(y=alt.Y("low:Q", title=measure), y2="high:Q")
    )
    return layers
