"""How good suggestions are: learning curve, calibration, and the codes one by one."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from qualkit.charts.marks import inline, nothing, title_of
from qualkit.charts.palette import PALETTE
from qualkit.errors import OptionError

__all__ = ["calibration_chart", "learning_curve_chart", "quality_chart"]

_MAX_CODES = 80
_ROW = 22
_WIDTH = 420
_SIDE = 340
_COLOUR = "#2166ac"  # that of agreement
_OTHER = PALETTE[1]
_PALE = "#777777"
_ALL_CODES = "(all codes)"
_NAMES = {"macro_average_precision": "average precision (mean of codes)", "micro_f1": "F1 (micro)"}
_PLAIN = {"plain_tfidf": "plain TF-IDF", "by_prevalence": "order of prevalence"}


def learning_curve_chart(curve: pd.DataFrame, *, title: str = "") -> alt.LayerChart | alt.Chart:
    """Draw how suggestions get better with every coded utterance.

    Args:
        curve: the table of ``Project.learning_curve``.
        title: above the chart.

    Returns:
        A line for each measure over the coded utterances learned from, with a band for its 95 %
        interval where there is one. A reader that speaks is told first and last values. An empty
        table gives a chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> row = {"measure": "micro_f1", "utterances": 100.0, "value": 0.4, "low": None}
        >>> table = pd.DataFrame([row | {"high": None, "documents": 5.0, "reason": None}])
        >>> learning_curve_chart(table).description
        'Learning curve. F1 (micro): 0.40 at 100 coded utterances.'
    """
    columns = ["measure", "utterances", "documents", "value", "low", "high", "reason"]
    _need(curve, columns)
    if curve.empty:
        return nothing("There is no learning curve to show yet.", title)
    table = curve.assign(name=curve["measure"].map(_NAMES).fillna(curve["measure"]))
    colour = alt.Color(
        "name:N",
        title=None,
        scale=alt.Scale(domain=list(table["name"].unique()), range=[_COLOUR, _OTHER]),
        legend=alt.Legend(orient="top", labelLimit=280, symbolOpacity=1),
    )
    base = alt.Chart(inline(table, [*columns, "name"]), width=_WIDTH, height=_SIDE).encode(
        x=alt.X("utterances:Q", title="coded utterances learned from"),
        color=colour,
        tooltip=[
            alt.Tooltip("name:N", title="measure"),
            alt.Tooltip("utterances:Q", title="coded utterances", format=",.0f"),
            alt.Tooltip("documents:Q", format=",.1f"),
            *_tips("value", "low", "high"),
            alt.Tooltip("reason:N", title="remark"),
        ],
    )
    scale = alt.Scale(domain=[0, 1])
    value = alt.Y("value:Q", title="value on documents held out", scale=scale)
    band = base.mark_area(opacity=0.18).encode(
        y=alt.Y("low:Q", title="value on documents held out", scale=scale), y2=alt.Y2("high:Q")
    )
    drawn: alt.LayerChart = (
        band.transform_filter("isValid(datum.low) && isValid(datum.high)")
        + base.mark_line(strokeWidth=2).encode(y=value)
        + base.mark_circle(size=60, opacity=1).encode(y=value)
    )
    return drawn.properties(title=title_of(title, []), description=_spoken_curve(table))


def calibration_chart(calibration: pd.DataFrame, *, title: str = "") -> alt.LayerChart | alt.Chart:
    """Draw how often codes were given that had been said to be so and so likely.

    Args:
        calibration: the table of ``Project.calibration_curve``.
        title: above the chart.

    Returns:
        A dot for each class of probability, as large as it holds utterance-code pairs, with its
        95 % interval and the number of pairs beside it; on the dashed line what is said is what is
        true. An empty table gives a chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> row = {"from": 0.5, "to": 0.6, "mean_probability": 0.55, "share": 0.5, "low": None}
        >>> table = pd.DataFrame([row | {"high": None, "n": 40, "positives": 20}])
        >>> calibration_chart(table).description
        'Calibration. Said 0.55, given 0.50 of 40 pairs.'
    """
    columns = ["from", "to", "mean_probability", "share", "low", "high", "n", "positives"]
    _need(calibration, columns)
    if calibration.empty:
        return nothing("There is no probability to check yet.", title)
    table = calibration.assign(count=[f"{n:,}" for n in calibration["n"]])
    data = inline(table, [*columns, "count"])
    side = alt.Scale(domain=[0, 1])
    up = alt.Y("share:Q", title="share to which the code was given", scale=side)
    base = alt.Chart(data, width=_SIDE, height=_SIDE).encode(
        x=alt.X("mean_probability:Q", title="probability that was said", scale=side),
        tooltip=[
            *_tips("from", "to", "mean_probability", "share", "low", "high"),
            alt.Tooltip("n:Q", title="utterance-code pairs", format=","),
            alt.Tooltip("positives:Q", title="given", format=","),
        ],
    )
    rules = base.mark_rule(color=_COLOUR, strokeWidth=2).encode(
        y=alt.Y("low:Q", title="share to which the code was given", scale=side),
        y2=alt.Y2("high:Q"),
    )
    size = alt.Size("n:Q", legend=None, scale=alt.Scale(type="sqrt", range=[40, 400]))
    dots = base.mark_circle(color=_COLOUR, opacity=1).encode(y=up, size=size)
    words = base.mark_text(align="left", dx=12, color="#555555").encode(
        y=up, text=alt.Text("count:N")
    )
    drawn: alt.LayerChart = (
        _truth(side)
        + rules.transform_filter("isValid(datum.low) && isValid(datum.high)")
        + dots
        + words
    )
    rows = zip(table["mean_probability"], table["share"], table["n"], strict=True)
    said = "; ".join(
        f"said {said:.2f}, given {share:.2f} of {n:,} pairs" for said, share, n in rows
    )
    notes = ["the number beside a dot: utterance-code pairs"]
    return drawn.properties(
        title=title_of(title, notes), description=f"Calibration. {said[:1].upper()}{said[1:]}."
    )


def _truth(side: alt.Scale) -> alt.Chart:
    """Return the line on which what is said is what is true."""
    ends = alt.InlineData(values=[{"at": 0}, {"at": 1}])
    line = alt.Chart(ends).mark_line(strokeDash=[4, 4], color=_PALE)
    drawn: alt.Chart = line.encode(x=alt.X("at:Q", scale=side), y=alt.Y("at:Q", scale=side))
    return drawn


def quality_chart(
    quality: pd.DataFrame,
    measure: str = "average_precision",
    *,
    title: str = "",
    code_title: str = "Code",
) -> alt.LayerChart | alt.Chart:
    """Draw one measure of each code with its interval, beside the plain ways.

    Args:
        quality: the table of ``Project.evaluate``.
        measure: which of its measures.
        title: above the chart.
        code_title: of the rows.

    Returns:
        A dot for each code with a line for its 95 % interval, the best code first; a tick for
        plain TF-IDF and a pale one for the order of prevalence; words where there is no value. At
        most 80 codes, and what is left out is said below the title. A table without that measure
        gives a chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> row = {"code": "Pay", "measure": "average_precision", "value": 0.5, "low": 0.4}
        >>> more = {"high": 0.6, "by_prevalence": 0.1, "plain_tfidf": 0.3, "positives": 9}
        >>> quality_chart(pd.DataFrame([row | more | {"reason": None}])).description
        'average precision by code, 1 codes. Best: Pay 0.50.'
    """
    columns = [
        "code", "measure", "value", "low", "high", *_PLAIN, "positives", "reason",
    ]  # fmt: skip
    _need(quality, columns)
    is_shown = (quality["measure"] == measure) & (quality["code"] != _ALL_CODES)
    table = quality[is_shown].sort_values("value", ascending=False, kind="stable")
    name = measure.replace("_", " ")
    if table.empty:
        return nothing(f"There is no {name} of a code to show yet.", title)
    rest = len(table) - _MAX_CODES
    best = [
        f"{row.code} {row.value:.2f}" for row in table.head(3).dropna(subset="value").itertuples()
    ]
    spoken = f"{name} by code, {len(table)} codes. Best: {', '.join(best) or 'none has a value'}."
    notes = ["dot: suggester; dark tick: plain TF-IDF; pale tick: order of prevalence"]
    notes += [f"{rest} more codes are in the table"] if rest > 0 else []
    table = table.head(_MAX_CODES)
    why = "not defined: " + table["reason"].fillna("no reason given").astype(str)
    table = table.assign(undefined=why.where(table["value"].isna(), None), zero=0.0)
    base = _code_rows(table, [*columns, "undefined", "zero"], code_title)
    top = float(
        np.nanmax([0.05, *table[["value", "high", *_PLAIN]].astype(float).to_numpy().ravel()])
    )
    drawn = _quality_layers(base, alt.Scale(domain=[0, min(top, 1.0)]), name)
    return drawn.properties(title=title_of(title, notes), description=spoken)


def _code_rows(table: pd.DataFrame, columns: list[str], code_title: str) -> alt.Chart:
    """Return the rows of the chart with their tooltips."""
    axis = alt.Axis(labelLimit=280, labelOverlap=False)
    names = [str(code) for code in table["code"]]
    chart = alt.Chart(inline(table, columns), width=_WIDTH, height=alt.Step(_ROW))
    placed: alt.Chart = chart.encode(
        y=alt.Y("code:N", title=code_title, sort=names, axis=axis),
        tooltip=[
            alt.Tooltip("code:N", title=code_title),
            *_tips("value", "low", "high"),
            *[alt.Tooltip(f"{one}:Q", title=name, format=".3f") for one, name in _PLAIN.items()],
            alt.Tooltip("positives:Q", title="utterances with the code", format=","),
            alt.Tooltip("reason:N", title="remark"),
        ],
    )
    return placed


def _quality_layers(base: alt.Chart, scale: alt.Scale, name: str) -> alt.LayerChart:
    """Return intervals, ticks of the plain ways, dots, and words where there is no value."""

    def at(column: str) -> alt.X:
        return alt.X(f"{column}:Q", title=name, scale=scale)

    lines = base.mark_rule(color=_COLOUR, strokeWidth=2).encode(x=at("low"), x2=alt.X2("high:Q"))
    tfidf = base.mark_tick(color="#1a1a1a", thickness=2, size=12).encode(x=at("plain_tfidf"))
    rare = base.mark_tick(color="#aaaaaa", thickness=2, size=12).encode(x=at("by_prevalence"))
    dots = base.mark_circle(size=70, color=_COLOUR, opacity=1).encode(x=at("value"))
    words = base.mark_text(align="left", dx=4, color="#555555", fontStyle="italic").encode(
        x=at("zero"), text=alt.Text("undefined:N")
    )
    all_layers: alt.LayerChart = (
        lines.transform_filter("isValid(datum.low) && isValid(datum.high)")
        + rare.transform_filter("isValid(datum.by_prevalence)")
        + tfidf.transform_filter("isValid(datum.plain_tfidf)")
        + dots.transform_filter("isValid(datum.value)")
        + words.transform_filter("isValid(datum.undefined)")
    )
    return all_layers


def _spoken_curve(table: pd.DataFrame) -> str:
    parts = []
    for name, part in table.groupby("name", sort=False):
        ends = part.iloc[[0, -1]] if len(part) > 1 else part
        told = [f"{one.value:.2f} at {one.utterances:,.0f}" for one in ends.itertuples()]
        parts.append(f"{name}: {' and '.join(told)} coded utterances")
    return f"Learning curve. {'; '.join(parts)}."


def _tips(*columns: str) -> list[alt.Tooltip]:
    titles = {"low": "from", "high": "to", "mean_probability": "said"}
    return [alt.Tooltip(f"{one}:Q", title=titles.get(one, one), format=".3f") for one in columns]


def _need(frame: pd.DataFrame, columns: list[str]) -> None:
    missing = [column for column in columns if column not in frame]
    if missing:
        what = f"the table lacks the column {', '.join(missing)}"
        raise OptionError(what, remedy="give the table that the project's verb returns")
