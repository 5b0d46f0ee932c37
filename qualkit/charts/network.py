"""Codes as a network: those that go together lie near each other, joined by a line."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.charts.marks import GREY, described, highest, inline, need, nothing, title_of
from qualkit.charts.naming import name_places
from qualkit.charts.palette import PALETTE, TEXT_COLOUR
from qualkit.errors import OptionError

__all__ = ["cooccurrence_network"]

_Places = npt.NDArray[np.float64]
_MEASURES = ("jaccard", "lift", "npmi", "phi", "share_a")
_MAX_CODES = 40
_SIDE = 560
_ROUNDS = 300


def cooccurrence_network(
    cooccurrence: pd.DataFrame,
    measure: str = "jaccard",
    *,
    least: float = 0.0,
    fewest: int = 2,
    title: str = "",
    colours: Mapping[str, str] | None = None,
) -> alt.LayerChart | alt.Chart:
    """Draw codes as dots, joined where they go together.

    Args:
        cooccurrence: the table of :func:`qualkit.analysis.cooccurrence`, of one group.
        measure: what the width of a line shows: jaccard, lift, npmi, phi or share_a.
        least: lines only above this value of the measure.
        fewest: lines only where the two meet in so many units.
        title: above the chart.
        colours: code -> "#rrggbb"; None takes one colour for all.

    Returns:
        Dots as large as codes are frequent, named, and lines as wide as two codes go together.
        Codes without a line are left out and counted below the title; at most the 40 with most
        meetings are drawn. The places follow from the table alone, so the same table gives the
        same picture. Without any line the chart says so.

    Raises:
        OptionError: an unknown measure, or a column is missing.

    Example:
        >>> pair = {"code_a": "Pay", "code_b": "Rota", "n_a": 4, "n_b": 3, "n_ab": 2}
        >>> cooccurrence_network(pd.DataFrame([pair | {"jaccard": 0.4}])).description
        'Network of 2 codes and 1 line; the strongest joins Pay and Rota.'
    """
    if measure not in _MEASURES:
        what = f"there is no measure {measure!r}"
        raise OptionError(what, where="measure", remedy=f"choose one of {', '.join(_MEASURES)}")
    need(cooccurrence, ["code_a", "code_b", "n_a", "n_b", "n_ab", measure])
    strong = cooccurrence[measure].astype(float).fillna(-np.inf) > least
    lines = cooccurrence[strong & (cooccurrence["n_ab"] >= fewest)]
    meets = pd.concat([lines.groupby(end)["n_ab"].sum() for end in ("code_a", "code_b")])
    kept = meets.groupby(level=0).sum().sort_values(ascending=False, kind="stable").index
    kept = kept[:_MAX_CODES]
    lines = lines[lines["code_a"].isin(kept) & lines["code_b"].isin(kept)]
    if lines.empty:
        return nothing(f"No two codes meet in {fewest} units or more.", title)
    ends = pd.concat([cooccurrence["code_a"], cooccurrence["code_b"]]).drop_duplicates()
    names = [str(code) for code in ends if code in set(lines["code_a"]) | set(lines["code_b"])]
    dots, joined = _frames(lines, cooccurrence, names, measure)
    dots["colour"] = [(colours or {}).get(name, PALETTE[0]) for name in names]
    alone = len(ends) - len(names)
    notes = [f"{alone} codes without such a line are not drawn"] if alone else []
    top = highest(lines, measure)
    text = f"Network of {len(names)} codes and {len(lines)} line{'s' * (len(lines) > 1)}; "
    drawn: alt.LayerChart = described(
        _layers(dots, joined, measure).properties(title=title_of(title, notes)),
        f"{text}the strongest joins {top['code_a']} and {top['code_b']}.",
    )
    return drawn


def _frames(
    lines: pd.DataFrame, table: pd.DataFrame, names: list[str], measure: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return dots and lines with their places."""
    number = {name: at for at, name in enumerate(names)}
    first, second = (lines[end].map(number).to_numpy(np.int64) for end in ("code_a", "code_b"))
    weight = np.zeros((len(names), len(names)))
    weight[first, second] = lines[measure].to_numpy(float)
    weight = np.maximum(weight, weight.T)
    place = _spread_out(weight / max(weight.max(), 1e-9))
    counts = dict(zip(table["code_a"], table["n_a"], strict=True))
    counts |= dict(zip(table["code_b"], table["n_b"], strict=True))
    dots = pd.DataFrame({"code": names, "n": [int(counts[name]) for name in names]})
    dots["x"], dots["y"] = place.T
    dots["name_x"], dots["name_y"], _ = name_places(place[:, 0], place[:, 1], names, _SIDE / 2.5)
    joined = lines.assign(
        x=place[first, 0], y=place[first, 1], x2=place[second, 0], y2=place[second, 1]
    )
    return dots, joined


def _spread_out(weight: _Places) -> _Places:
    """Return places in a square: lines pull, dots push (Fruchterman & Reingold 1991)."""
    many = len(weight)
    turn = 2 * np.pi * np.arange(many) / many
    place: _Places = np.column_stack([np.cos(turn), np.sin(turn)])
    apart = 1.6 / np.sqrt(many)
    for step in range(_ROUNDS):
        way = place[:, None, :] - place[None, :, :]
        length = np.maximum(np.sqrt((way**2).sum(axis=2)), 1e-6)
        force = apart**2 / length - (0.15 + weight) * (weight > 0) * length**2 / apart
        force -= 0.04 * length  # keeps what no line joins from drifting away
        np.fill_diagonal(force, 0.0)
        push = (way / length[:, :, None] * force[:, :, None]).sum(axis=1)
        size = np.maximum(np.sqrt((push**2).sum(axis=1, keepdims=True)), 1e-9)
        place += push / size * np.minimum(size, 0.12 * (1 - step / _ROUNDS))
    place -= place.mean(axis=0)
    return np.asarray(place / max(np.abs(place).max(), 1e-9), dtype=np.float64)


def _layers(dots: pd.DataFrame, lines: pd.DataFrame, measure: str) -> alt.LayerChart:
    scale = alt.Scale(domain=[-1.25, 1.25])
    x, y = (alt.X("x:Q", axis=None, scale=scale), alt.Y("y:Q", axis=None, scale=scale))
    columns = ["code_a", "code_b", "n_ab", measure, "x", "y", "x2", "y2"]
    joins = (
        alt.Chart(inline(lines, columns), width=_SIDE, height=_SIDE)
        .mark_rule(color=GREY, opacity=0.7)
        .encode(
            x=x,
            y=y,
            x2="x2:Q",
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth(
                f"{measure}:Q", title=measure, scale=alt.Scale(range=[0.6, 8])
            ),
            tooltip=["code_a:N", "code_b:N", "n_ab:Q", alt.Tooltip(f"{measure}:Q", format=".3f")],
        )
    )
    base = alt.Chart(inline(dots, ["code", "n", "x", "y", "name_x", "name_y", "colour"])).encode(
        x=x, y=y
    )
    circles = base.mark_circle(stroke=TEXT_COLOUR, strokeWidth=1, opacity=1).encode(
        size=alt.Size("n:Q", title="units", scale=alt.Scale(range=[60, 900])),
        color=alt.Color("colour:N", scale=None),
        tooltip=["code:N", "n:Q"],
    )
    at = {"x": alt.X("name_x:Q", scale=scale), "y": alt.Y("name_y:Q", scale=scale)}
    halo = base.mark_text(fontSize=11, stroke="#ffffff", strokeWidth=3)
    words = base.mark_text(fontSize=11, color=TEXT_COLOUR)
    halo, words = (one.encode(at["x"], at["y"], text="code:N") for one in (halo, words))
    layers: alt.LayerChart = joins + circles + halo + words
    return layers
