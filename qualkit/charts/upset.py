"""Which sets of codes stand together: bars over a grid of dots."""

from __future__ import annotations

import altair as alt
import pandas as pd

from qualkit.charts.marks import BLUE, GREY, described, inline, need, nothing, title_of

__all__ = ["upset_chart"]

_MAX_SETS = 25
_STEP = 22


def upset_chart(
    combinations: pd.DataFrame, *, title: str = "", fewest: int = 1
) -> alt.VConcatChart | alt.Chart:
    """Draw how many utterances carry each set of codes, and no other code.

    Args:
        combinations: the table of :func:`qualkit.analysis.combinations`.
        title: above the chart.
        fewest: only sets of so many utterances or more.

    Returns:
        Bars for the 25 most frequent sets; below each of them a column of dots, dark for the codes
        that are in it, joined by a line. Utterances without a code are counted below the title. An
        empty table gives a chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> table = pd.DataFrame({"codes": [("Pay", "Rota"), ("Pay",)], "size": 2, "n": [3, 2]})
        >>> upset_chart(table).description
        'Sets of codes: 2 sets of 2 codes; the most frequent is Pay and Rota, 3 times.'
    """
    need(combinations, ["codes", "size", "n"])
    coded = combinations[(combinations["size"] > 0) & (combinations["n"] >= fewest)]
    if coded.empty:
        return nothing("There is nothing to show yet: no utterance has a code.", title)
    rest = len(coded) - _MAX_SETS
    bare = int(combinations.loc[combinations["size"] == 0, "n"].sum())
    notes = [f"{bare} utterances have no code"] if bare else []
    notes += [f"{rest} rarer sets are in the table"] if rest > 0 else []
    shown = coded.head(_MAX_SETS).reset_index(drop=True)
    weight = shown.explode("codes").groupby("codes", sort=False)["n"].sum()
    codes = [str(code) for code in weight.sort_values(ascending=False, kind="stable").index]
    chart = alt.vconcat(_bars(shown), _grid(shown, codes), spacing=4)
    first = " and ".join(shown["codes"].iloc[0])
    text = f"Sets of codes: {len(shown)} sets of {len(codes)} codes; "
    drawn: alt.VConcatChart = described(
        chart.properties(title=title_of(title, notes)),
        f"{text}the most frequent is {first}, {shown['n'].iloc[0]} times.",
    )
    return drawn


def _across(many: int) -> alt.X:
    return alt.X("set:O", axis=None, sort=list(range(many)))


def _bars(shown: pd.DataFrame) -> alt.LayerChart:
    table = shown.assign(set=shown.index, names=[" + ".join(codes) for codes in shown["codes"]])
    base = alt.Chart(
        inline(table, ["set", "n", "names"]), width=alt.Step(_STEP), height=150
    ).encode(x=_across(len(shown)), y=alt.Y("n:Q", title="utterances"))
    bars = base.mark_bar(color=BLUE).encode(tooltip=["names:N", "n:Q"])
    words = base.mark_text(dy=-6, fontSize=10).encode(text="n:Q")
    both: alt.LayerChart = bars + words
    return both


def _grid(shown: pd.DataFrame, codes: list[str]) -> alt.LayerChart:
    """Return the dots: a cell for every set and code, filled where the code is in it."""
    cells = pd.DataFrame(
        [
            {"set": at, "code": code, "inside": code in inside, "row": row}
            for at, inside in enumerate(shown["codes"])
            for row, code in enumerate(codes)
        ]
    )
    ends = cells[cells["inside"]].groupby("set")["row"].agg(["min", "max"]).reset_index()
    ends = ends.assign(top=[codes[at] for at in ends["min"]], end=[codes[at] for at in ends["max"]])
    y = alt.Y("code:N", title=None, sort=codes, axis=alt.Axis(labelLimit=240, labelOverlap=False))
    x = _across(len(shown))
    dots = (
        alt.Chart(
            inline(cells, ["set", "code", "inside"]), width=alt.Step(_STEP), height=alt.Step(18)
        )
        .mark_circle(size=90, opacity=1)
        .encode(
            x=x, y=y, color=alt.condition("datum.inside", alt.value(BLUE), alt.value("#e2e2e2"))
        )
    )
    joins = (
        alt.Chart(inline(ends, ["set", "top", "end"]), width=alt.Step(_STEP), height=alt.Step(18))
        .mark_rule(color=GREY, strokeWidth=2)
        .encode(x=x, y=alt.Y("top:N", sort=codes), y2="end:N")
    )
    layers: alt.LayerChart = dots + joins + dots.transform_filter("datum.inside")
    return layers
