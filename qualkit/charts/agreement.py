"""Agreement, code by code, as dots with intervals."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from qualkit.charts.marks import inline, nothing, title_of
from qualkit.errors import OptionError

__all__ = ["agreement_chart"]

_MAX_CODES = 80
_ROW = 22
_WIDTH = 420
_COLOUR = "#2166ac"
_COLUMNS = ["code", "coefficient", "value", "low", "high", "reason"]


def agreement_chart(
    agreement: pd.DataFrame,
    coefficient: str = "alpha",
    *,
    title: str = "",
    code_title: str = "Code",
) -> alt.LayerChart | alt.Chart:
    """Draw one coefficient of agreement for each code, with its interval.

    Args:
        agreement: the table of :func:`qualkit.agreement.agreement`.
        coefficient: which of its coefficients.
        title: above the chart.
        code_title: of the rows.

    Returns:
        A dot for each code with a line for its 95 % interval; a code whose coefficient is not
        defined is listed with the reason in words. At most 80 codes, and what is left out is said
        below the title. A table without that coefficient gives a chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> row = {"code": "Pay", "coefficient": "alpha", "value": None, "low": None, "high": None}
        >>> table = pd.DataFrame([row | {"reason": "nobody applied it"}])
        >>> agreement_chart(table).data.values[0]["undefined"]
        'not defined: nobody applied it'
    """
    missing = [column for column in _COLUMNS if column not in agreement]
    if missing:
        what = f"the table lacks the column {', '.join(missing)}"
        raise OptionError(what, remedy="give the table that agreement returns")
    table = agreement[agreement["coefficient"] == coefficient].drop_duplicates("code")
    if table.empty:
        return nothing(f"There is no {coefficient} to show yet.", title)
    rest = len(table) - _MAX_CODES
    notes = [f"{rest} more codes are in the table"] if rest > 0 else []
    table = table.head(_MAX_CODES)
    reason = "not defined: " + table["reason"].fillna("no reason given").astype(str)
    table = table.assign(undefined=reason.where(table["value"].isna(), None), zero=0.0)
    lowest = float(np.nanmin([0.0, *table["value"].astype(float), *table["low"].astype(float)]))
    scale = alt.Scale(domain=[max(lowest, -1.0), 1.0], clamp=True)
    base = _rows(table, coefficient, code_title).properties(title=title_of(title, notes))
    return _layers(base, scale, coefficient)


def _rows(table: pd.DataFrame, coefficient: str, code_title: str) -> alt.Chart:
    """Return the rows of the chart with their tooltips."""
    names = [str(code) for code in table["code"]]
    data = inline(table, [*_COLUMNS, "undefined", "zero"])
    placed: alt.Chart = alt.Chart(data, width=_WIDTH, height=alt.Step(_ROW)).encode(
        y=alt.Y(
            "code:N",
            title=code_title,
            sort=names,
            axis=alt.Axis(labelLimit=280, labelOverlap=False),
        ),
        tooltip=[
            alt.Tooltip("code:N", title=code_title),
            alt.Tooltip("value:Q", title=coefficient, format=".3f"),
            alt.Tooltip("low:Q", title="from", format=".3f"),
            alt.Tooltip("high:Q", title="to", format=".3f"),
            alt.Tooltip("reason:N", title="remark"),
        ],
    )
    return placed


def _layers(base: alt.Chart, scale: alt.Scale, coefficient: str) -> alt.LayerChart:
    """Return intervals, dots, and words where there is no value to show."""
    dots = base.mark_circle(size=70, color=_COLOUR).encode(
        x=alt.X("value:Q", title=coefficient, scale=scale)
    )
    lines = base.mark_rule(color=_COLOUR, strokeWidth=2).encode(
        x=alt.X("low:Q", title=coefficient, scale=scale), x2=alt.X2("high:Q")
    )
    words = base.mark_text(align="left", dx=4, color="#555555", fontStyle="italic").encode(
        x=alt.X("zero:Q", title=coefficient, scale=scale), text=alt.Text("undefined:N")
    )
    all_layers: alt.LayerChart = (
        lines.transform_filter("isValid(datum.low) && isValid(datum.high)")
        + dots.transform_filter("isValid(datum.value)")
        + words.transform_filter("isValid(datum.undefined)")
    )
    return all_layers
