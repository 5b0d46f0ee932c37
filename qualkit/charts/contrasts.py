"""Clusters and contrasts: the tree of codes, the map of codes and groups, who resembles whom."""

from __future__ import annotations

import json

import altair as alt
import numpy as np
import pandas as pd

from qualkit.charts.marks import BLUE, GREY, ORANGE, described, inline, need, nothing, title_of
from qualkit.charts.naming import name_places, name_width
from qualkit.charts.palette import TEXT_COLOUR

__all__ = ["code_tree_chart", "correspondence_map", "resemblance_heatmap"]

_ROW = 18
_SIDE = 520
_MAX_PEOPLE = 40


def code_tree_chart(code_tree: pd.DataFrame, *, title: str = "") -> alt.Chart:
    """Draw the tree of codes: the further left two join, the more they are used together.

    Args:
        code_tree: the table of :func:`qualkit.analysis.code_tree`, with its ``attrs``.
        title: above the chart.

    Returns:
        A tree with a code in each row and the distance along the axis. An empty table gives a
        chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> joining = {"step": 1, "left": "Pay", "right": "Rota", "height": 0.6, "size": 2}
        >>> table = pd.DataFrame([joining | {"codes": "Pay; Rota"}])
        >>> table.attrs = {"order": ["Pay", "Rota"], "cophenetic": None}
        >>> code_tree_chart(table).description
        'Tree of 2 codes; the nearest two are Pay and Rota.'
    """
    need(code_tree, ["step", "left", "right", "height"])
    if code_tree.empty:
        return nothing("There is no tree to show: it needs two codes that were applied.", title)
    order = [str(code) for code in code_tree.attrs["order"]]
    lines = _branches(code_tree, order)
    scale = alt.Scale(domain=[-0.5, len(order) - 0.5], reverse=True, nice=False)
    names = alt.Axis(
        values=list(range(len(order))),
        labelExpr=f"{json.dumps(order)}[datum.value]",
        labelLimit=320,
        labelOverlap=False,
        grid=False,
        ticks=False,
        domain=False,
    )
    apart = str(code_tree.attrs.get("distance", ""))
    x = alt.X("x:Q", title=f"1 less {apart}" if apart else "distance")
    columns = ["x", "x2", "row", "row2", "codes"]
    base = alt.Chart(inline(lines, columns), width=_SIDE, height=_ROW * len(order) + 60)
    rules = base.mark_rule(color=BLUE, strokeWidth=1.5).encode(
        x=x,
        x2="x2:Q",
        y=alt.Y("row:Q", title=None, scale=scale, axis=names),
        y2="row2:Q",
        tooltip=["codes:N", alt.Tooltip("x2:Q", format=".3f")],
    )
    true = code_tree.attrs.get("cophenetic")
    notes = [] if true is None else [f"cophenetic correlation {true:.2f}"]
    first = code_tree.iloc[0]
    text = f"Tree of {len(order)} codes; the nearest two are {first['left']} and {first['right']}."
    drawn: alt.Chart = described(rules.properties(title=title_of(title, notes)), text)
    return drawn


def _branches(table: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """Return the lines of the tree: for each joining two along the axis and one across."""
    row: dict[str, float] = {code: float(at) for at, code in enumerate(order)}
    out: dict[str, float] = dict.fromkeys(order, 0.0)
    lines = []
    for one in table.to_dict("records"):
        left, right, height = str(one["left"]), str(one["right"]), float(one["height"])
        codes = str(one.get("codes", ""))
        for end in (left, right):
            lines.append((out[end], height, row[end], row[end], codes))
        lines.append((height, height, row[left], row[right], codes))
        name = f"step {one['step']}"
        row[name], out[name] = (row[left] + row[right]) / 2, height
    return pd.DataFrame(lines, columns=["x", "x2", "row", "row2", "codes"])


def correspondence_map(
    correspondence: pd.DataFrame, *, title: str = ""
) -> alt.LayerChart | alt.Chart:
    """Draw codes and groups on one map: a code lies in the direction of those who raise it.

    Args:
        correspondence: the table of :func:`qualkit.analysis.correspondence`, with its ``attrs``.
        title: above the chart.

    Returns:
        Circles for codes and diamonds for groups, as large as they have codings, named where
        there is room; the axes say how much of the differences they show. What the two axes tell
        less than half about is pale. An empty table gives a chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> row = {"kind": "code", "name": "Pay", "n": 3, "x": 0.1, "y": 0.0, "quality": 1.0}
        >>> table = pd.DataFrame([row, row | {"kind": "group", "name": "carer"}])
        >>> table.attrs = {"shares": [0.8, 0.2]}
        >>> correspondence_map(table).description
        'Map of 1 code and 1 group; its axes show 80% and 20% of the differences.'
    """
    need(correspondence, ["kind", "name", "n", "x", "y", "quality"])
    if correspondence.empty:
        return nothing("There is no map to show yet.", title)
    shares = [*correspondence.attrs["shares"], 0.0]
    reach = float(np.abs(correspondence[["x", "y"]].to_numpy(float)).max()) * 1.2 or 1.0
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    x = alt.X("x:Q", title=f"first axis, {shares[0]:.0%}", scale=scale)
    y = alt.Y("y:Q", title=f"second axis, {shares[1]:.0%}", scale=scale)
    table = _named(correspondence, reach)
    columns = ["kind", "name", "n", "x", "y", "quality", "pale", "name_x", "name_y", "shown"]
    base = alt.Chart(inline(table, columns), width=_SIDE, height=_SIDE).encode(
        x=x, y=y, opacity=alt.condition("datum.pale", alt.value(0.45), alt.value(1))
    )
    kinds = ["code", "group"]
    dots = base.mark_point(filled=True).encode(
        shape=alt.Shape("kind:N", title=None, scale=alt.Scale(domain=kinds,
                                                              range=["circle", "diamond"])),
        color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=kinds, range=[BLUE, ORANGE])),
        size=alt.Size("n:Q", title="codings", scale=alt.Scale(range=[40, 400])),
        tooltip=["kind:N", "name:N", "n:Q", alt.Tooltip("quality:Q", format=".0%")],
    )  # fmt: skip
    words = base.mark_text(fontSize=11, color=TEXT_COLOUR).encode(
        x=alt.X("name_x:Q", scale=scale),
        y=alt.Y("name_y:Q", scale=scale),
        text="shown:N",
    )
    nought = alt.Chart(alt.InlineData(values=[{"at": 0}]))
    cross = nought.mark_rule(color=GREY, strokeDash=[2, 3])
    layers = cross.encode(x="at:Q") + cross.encode(y="at:Q") + dots + words
    what = _how_many(correspondence, kinds)
    note = "pale: the two axes show less than half of its distance from the middle"
    text = f"Map of {what}; its axes show {shares[0]:.0%} and {shares[1]:.0%} of the differences."
    drawn: alt.LayerChart = described(layers.properties(title=title_of(title, [note])), text)
    return drawn


def _how_many(points: pd.DataFrame, kinds: list[str]) -> str:
    counts = [int((points["kind"] == kind).sum()) for kind in kinds]
    return " and ".join(
        f"{many} {kind}{'s' * (many != 1)}" for many, kind in zip(counts, kinds, strict=True)
    )


def _named(points: pd.DataFrame, reach: float) -> pd.DataFrame:
    """Return the points with the places of their names; the best shown are named first."""
    order = points["quality"].fillna(0).sort_values(ascending=False, kind="stable").index
    table = points.loc[order].reset_index(drop=True)
    pale = table["quality"].fillna(0) < 0.5
    at_x, at_y, free = name_places(
        table["x"].to_numpy(np.float64),
        table["y"].to_numpy(np.float64),
        [str(name) for name in table["name"]],
        _SIDE / (2 * reach),
    )
    room = reach - np.minimum(name_width(table["name"]) / (_SIDE / reach), reach)
    at_x = np.clip(at_x, -room, room)  # a long name stays inside the frame
    shown = table["name"].where(free | ~pale, "")
    return table.assign(pale=pale, name_x=at_x, name_y=at_y, shown=shown)


def resemblance_heatmap(profiles: pd.DataFrame, *, title: str = "") -> alt.LayerChart | alt.Chart:
    """Draw who resembles whom in what they raise.

    Args:
        profiles: the table of :func:`qualkit.analysis.profiles`.
        title: above the chart.

    Returns:
        A square with everybody on both sides, those who resemble each other side by side; colour
        is the resemblance, and it is written in the cells. At most 40. An empty table gives a
        chart that says so.

    Raises:
        OptionError: a column is missing.

    Example:
        >>> pair = {"a": "Ana", "b": "Ben", "n_a": 5, "n_b": 6, "resemblance": 0.5, "shared": "Pay"}
        >>> resemblance_heatmap(pd.DataFrame([pair])).description
        'Heat map of who resembles whom: 2 of them; the most alike are Ana and Ben.'
    """
    need(profiles, ["a", "b", "resemblance", "shared"])
    if profiles.empty:
        return nothing("There is nobody to compare yet.", title)
    order = _side_by_side(profiles)
    rest = len(order) - _MAX_PEOPLE
    notes = [f"{rest} more are in the table"] if rest > 0 else []
    order = order[:_MAX_PEOPLE]
    table = profiles[profiles["a"].isin(order) & profiles["b"].isin(order)]
    other = table.rename(columns={"a": "b", "b": "a"})
    both = pd.concat([table, other], ignore_index=True)
    base = alt.Chart(
        inline(both, ["a", "b", "resemblance", "shared"]), width=alt.Step(30), height=alt.Step(22)
    ).encode(
        x=alt.X(
            "a:N",
            axis=alt.Axis(labelAngle=-45, labelLimit=160, labelOverlap=False),
            sort=order,
            title=None,
        ),
        y=alt.Y("b:N", axis=alt.Axis(labelLimit=200, labelOverlap=False), sort=order, title=None),
        tooltip=["a:N", "b:N", alt.Tooltip("resemblance:Q", format=".2f"), "shared:N"],
    )
    cells = base.mark_rect(stroke="#ffffff").encode(
        color=alt.Color("resemblance:Q", scale=alt.Scale(scheme="blues", domain=[0, 1]))
    )
    letters = alt.condition("datum.resemblance > 0.6", alt.value("#ffffff"), alt.value(TEXT_COLOUR))
    words = base.mark_text(fontSize=10).encode(
        text=alt.Text("resemblance:Q", format=".2f"), color=letters
    )
    top = profiles.iloc[0]
    text = f"Heat map of who resembles whom: {len(order)} of them; the most alike are"
    drawn: alt.LayerChart = described(
        (cells + words).properties(title=title_of(title, notes)),
        f"{text} {top['a']} and {top['b']}.",
    )
    return drawn


def _side_by_side(profiles: pd.DataFrame) -> list[str]:
    """Return the names, each next to whom it resembles most among those not placed yet."""
    names = list(dict.fromkeys([*profiles["a"], *profiles["b"]]))
    near = pd.concat([profiles, profiles.rename(columns={"a": "b", "b": "a"})])
    table = near.pivot_table(index="a", columns="b", values="resemblance").reindex(
        index=names, columns=names
    )
    value = table.to_numpy(float, na_value=-1.0)
    placed = [0]
    while len(placed) < len(names):
        row = value[placed[-1]].copy()
        row[placed] = -2
        placed.append(int(row.argmax()))
    return [names[at] for at in placed]
