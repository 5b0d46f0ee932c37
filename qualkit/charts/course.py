"""The course of a study: saturation, codes over the length of documents, coding progress."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from qualkit.charts.marks import BLUE, GREY, ORANGE, described, inline, need, nothing, title_of
from qualkit.charts.palette import PALETTE

__all__ = ["length_chart", "portrait_chart", "progress_chart", "saturation_chart"]

_WIDE, _HIGH = 520, 260
_MAX_THEMES = 24
_NO_CODE = "no code"


def saturation_chart(saturation: pd.DataFrame, *, title: str = "") -> alt.LayerChart | alt.Chart:
    """Draw how the codes of a study grew, beside what other orders of the documents would give.

    Args:
        saturation: the table of :func:`qualkit.analysis.saturation`; its ``attrs`` say when the
            threshold was met.
        title: above the chart.

    Returns:
        A line with dots for the codes so far, a band where 95 % of random orders lie, a dashed
        line for the mean over all orders, and an upright line where the study was saturated. An
        empty table gives a chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> row = {"step": 1, "document": "a", "new": 3, "total": 3, "expected": 3.0}
        >>> table = pd.DataFrame([row | {"low": 3.0, "high": 3.0, "new_codes": "x; y; z"}])
        >>> saturation_chart(table).description
        'New codes by document: 3 codes after 1 document; saturation not reached.'
    """
    need(saturation, ["step", "document", "new", "total", "expected", "low", "high", "new_codes"])
    if saturation.empty:
        return nothing("There is nothing to show yet: no document is coded.", title)
    columns = ["step", "document", "new", "total", "expected", "low", "high", "new_codes"]
    x = alt.X("step:Q", title="documents", axis=alt.Axis(tickMinStep=1, format="d"))
    base = alt.Chart(inline(saturation, columns), width=_WIDE, height=_HIGH).encode(x=x)
    band = base.mark_area(color=GREY, opacity=0.3).encode(
        y=alt.Y("low:Q", title="codes so far"), y2="high:Q"
    )
    mean = base.mark_line(color=GREY, strokeDash=[5, 3]).encode(y="expected:Q")
    line = base.mark_line(color=BLUE, point=alt.OverlayMarkDef(color=BLUE, size=50)).encode(
        y=alt.Y("total:Q", title="codes so far"),
        tooltip=["document:N", "step:Q", "new:Q", "total:Q", "new_codes:N"],
    )
    reached = saturation.attrs.get("reached")
    layers = band + mean + line
    if reached is not None:
        at = alt.Chart(alt.InlineData(values=[{"x": reached}]))
        layers += at.mark_rule(color=ORANGE, strokeWidth=2, strokeDash=[2, 2]).encode(x="x:Q")
    many, last = len(saturation), int(saturation["total"].iloc[-1])
    met = "not reached" if reached is None else f"reached with document {reached}"
    note = f"saturation {met}; band: 95 % of random orders; dashed: their mean"
    text = f"New codes by document: {last} codes after {many} document{'s' * (many > 1)}; "
    drawn: alt.LayerChart = described(
        layers.properties(title=title_of(title, [note])), f"{text}saturation {met}."
    )
    return drawn


def length_chart(over_length: pd.DataFrame, *, title: str = "") -> alt.FacetChart | alt.Chart:
    """Draw where in the documents each theme comes, a small panel for each.

    Args:
        over_length: the table of :func:`qualkit.analysis.over_length`; where it holds rows of both
            levels the themes are drawn, at most 24.
        title: above the chart.

    Returns:
        Lines from the beginning to the end of the documents with a band for the 95 % interval.
        An empty table gives a chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> row = {"code": "Pay", "level": "theme", "part": 1, "share": 0.5, "low": 0.4}
        >>> length_chart(pd.DataFrame([row | {"high": 0.6, "n": 1, "total": 2}])).description
        'Share of 1 theme over the length of the documents, in 1 parts.'
    """
    need(over_length, ["code", "level", "part", "share", "low", "high", "n", "total"])
    if over_length.empty:
        return nothing("There is nothing to show yet: no codings are counted.", title)
    themes = over_length["level"] == "theme"
    table = over_length[themes] if themes.any() else over_length
    codes = list(dict.fromkeys(table["code"].astype(str)))
    rest = len(codes) - _MAX_THEMES
    notes = [f"{rest} more are in the table"] if rest > 0 else []
    table = table[table["code"].isin(codes[:_MAX_THEMES])]
    x = alt.X("part:Q", title="beginning → end", axis=alt.Axis(tickMinStep=1, format="d"))
    axis = alt.Axis(format="%", tickCount=3)
    band = alt.Chart().mark_area(color=BLUE, opacity=0.2).encode(
        x=x, y=alt.Y("low:Q", title=None, axis=axis), y2="high:Q"
    )  # fmt: skip
    line = alt.Chart().mark_line(color=BLUE, point=True).encode(
        x=x,
        y=alt.Y("share:Q", title=None, axis=axis),
        tooltip=["code:N", "part:Q", "n:Q", "total:Q", alt.Tooltip("share:Q", format=".1%")],
    )  # fmt: skip
    panels = (band + line).properties(width=170, height=80).facet(
        alt.Facet("code:N", title=None, sort=codes[:_MAX_THEMES]),
        data=inline(table, ["code", "part", "n", "total", "share", "low", "high"]),
        columns=4,
        title=title_of(title, notes),
    )  # fmt: skip
    many, parts = min(len(codes), _MAX_THEMES), int(table["part"].max())
    text = f"Share of {many} theme{'s' * (many > 1)} over the length of the documents, "
    drawn: alt.FacetChart = described(panels, f"{text}in {parts} parts.")
    return drawn


def portrait_chart(
    portrait: pd.DataFrame, *, title: str = "", colours: Mapping[str, str] | None = None
) -> alt.VConcatChart | alt.Chart:
    """Draw one document as a strip: who speaks, and below it which theme is raised where.

    Args:
        portrait: the table of :func:`qualkit.analysis.portrait`.
        title: above the chart.
        colours: theme -> "#rrggbb"; None takes the palette in the order the themes come up.

    Returns:
        Two strips over the words of the document: the stakeholder types, or speakers where none is
        known, and the themes, each in a row of its own, so it can be read without colour. An empty
        table gives a chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> words = {"position": 1, "from_word": 0, "to_word": 9, "speaker": "Ana"}
        >>> said = {"stakeholder_type": None, "moderator": False, "code": "Low", "theme": "Pay"}
        >>> portrait_chart(pd.DataFrame([words | said])).description
        'Portrait of a document of 9 words: 1 theme, most of all Pay.'
    """
    need(portrait, ["position", "from_word", "to_word", "speaker", "stakeholder_type", "moderator",
                    "code", "theme"])  # fmt: skip
    if portrait.empty:
        return nothing("There is nothing to show: the document has no utterances to code.", title)
    table = portrait.assign(theme=portrait["theme"].astype(object).fillna(_NO_CODE))
    themes = [one for one in dict.fromkeys(table["theme"]) if one != _NO_CODE]
    tints = [(colours or {}).get(one, PALETTE[at % len(PALETTE)]) for at, one in enumerate(themes)]
    known = table["stakeholder_type"].notna().any()
    who = table["stakeholder_type"] if known else table["speaker"]
    who = who.astype(object).where(who.notna(), "not named").mask(table["moderator"], "moderator")
    spoken = table.assign(who=who).drop_duplicates("position")
    last = int(table["to_word"].max())
    x = alt.X("from_word:Q", title="words", scale=alt.Scale(domain=[0, last]))
    voices = _strip(spoken, "who", list(dict.fromkeys(spoken["who"])), x, None)
    said = _strip(table[table["theme"] != _NO_CODE], "theme", themes, x, tints)
    chart = alt.vconcat(voices, said).resolve_scale(x="shared", color="independent")
    words = table[table["theme"] != _NO_CODE].assign(room=lambda r: r["to_word"] - r["from_word"])
    most = words.groupby("theme")["room"].sum().idxmax() if themes else None
    many = f"{len(themes)} theme{'s' * (len(themes) != 1)}"
    peak = "" if most is None else f", most of all {most}"
    text = f"Portrait of a document of {last} words: {many}{peak}."
    drawn: alt.VConcatChart = described(chart.properties(title=title_of(title, [])), text)
    return drawn


def _strip(
    table: pd.DataFrame, field: str, order: list[str], x: alt.X, tints: list[str] | None
) -> alt.Chart:
    columns = ["position", "from_word", "to_word", "speaker", "code", field]
    colour = (
        alt.value(GREY)
        if tints is None
        else alt.Color(f"{field}:N", legend=None, scale=alt.Scale(domain=order, range=tints))
    )
    strip: alt.Chart = (
        alt.Chart(inline(table, columns), width=_WIDE + 120, height=alt.Step(15))
        .mark_bar(stroke="#555555", strokeWidth=0.3)
        .encode(
            x=x,
            x2="to_word:Q",
            y=alt.Y(
                f"{field}:N",
                title=None,
                sort=order,
                axis=alt.Axis(labelLimit=240, labelOverlap=False),
            ),
            color=colour,
            tooltip=["position:Q", "speaker:N", f"{field}:N", "code:N"],
        )
    )
    return strip


def progress_chart(progress: pd.DataFrame, *, title: str = "") -> alt.FacetChart | alt.Chart:
    """Draw how far each coder has come in each document.

    Args:
        progress: the table of ``Project.coding_progress``.
        title: above the chart.

    Returns:
        Bars of what has been looked at, a panel for each coder and round. An empty table gives a
        chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> row = {"coder": "Ana", "round": "main", "document": "d", "utterances": 4}
        >>> progress_chart(pd.DataFrame([row | {"reviewed": 2, "share": 0.5}])).description
        'Coding progress: 2 of 4 utterances looked at, over 1 coder and round.'
    """
    need(progress, ["coder", "round", "document", "utterances", "reviewed", "share"])
    if progress.empty:
        return nothing("Nobody has coded yet.", title)
    who = progress["coder"].astype(str) + ", " + progress["round"].astype(str)
    table = progress.assign(who=who)
    documents = list(dict.fromkeys(table["document"]))
    y = alt.Y(
        "document:N", title=None, sort=documents, axis=alt.Axis(labelLimit=200, labelOverlap=False)
    )
    x = alt.X("share:Q", title="looked at", axis=alt.Axis(format="%"))
    bars = alt.Chart().mark_bar(color=BLUE).encode(
        x=x.scale(domain=[0, 1]), y=y, tooltip=["who:N", "document:N", "reviewed:Q", "utterances:Q"]
    )  # fmt: skip
    panels = bars.properties(width=150, height=alt.Step(16)).facet(
        alt.Facet("who:N", title=None, sort=list(dict.fromkeys(who))),
        data=inline(table, ["who", "document", "utterances", "reviewed", "share"]),
        columns=4,
        title=title_of(title, []),
    )
    done, whole, many = progress["reviewed"].sum(), progress["utterances"].sum(), who.nunique()
    coders = f"{many} coder{'s' * (many > 1)} and round{'s' * (many > 1)}"
    text = f"Coding progress: {done} of {whole} utterances looked at, over {coders}."
    drawn: alt.FacetChart = described(panels, text)
    return drawn
