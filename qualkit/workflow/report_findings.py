"""The findings of a report: which theme is whose, what rests on one voice, what goes together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from qualkit import charts
from qualkit.formats.report_parts import Block, Figure, Paragraph, Points, Section, Table
from qualkit.text.pseudonyms import Key
from qualkit.workflow.counting import BY_CODING
from qualkit.workflow.findings import cooccurrence, frequency
from qualkit.workflow.handle import Handle
from qualkit.workflow.pseudonyms import mask
from qualkit.workflow.report_numbers import counted, listed, percent, probability, span

__all__ = ["Found", "chart_figure", "find", "findings_section"]

_SIDE_BY_SIDE = 6  # groups in one table: as many as can be read on a page
_MOST_GROUPS = 20
_PANELS = 6  # themes in one figure: as many as can be read on a page
_PAIRS = 15
_SURE = 0.05
_READ = (
    "Share; utterances with the theme of all of the group; 95 % interval, which leaves out one "
    "speaker at a time. Without an interval: nobody says it, or there are too few speakers."
)
_CARRIED = re.compile(r"carried by one speaker \((\d+)%\): ([\d.]+)% to ([\d.]+)%")


@dataclass(frozen=True)
class Found:
    """What findings there are.

    Attributes:
        by: what makes the groups.
        utterances, speakers: the tables of ``frequency``, of the codes asked for.
        pairs: the table of ``cooccurrence`` of the themes that meet.
        never: how many pairs never meet.
    """

    by: str
    utterances: pd.DataFrame
    speakers: pd.DataFrame
    pairs: pd.DataFrame
    never: int

    @property
    def noun(self) -> str:
        """What a group is, in words."""
        return self.by.replace("_", " ")


def find(project: Handle, codes: Sequence[str], by: str, seed: int, **whose: Any) -> Found:
    """Return what a report shows of the findings.

    Args:
        project: an open project.
        codes: names of codes; empty takes the themes.
        by: what makes the groups, as for ``frequency``.
        seed: of the random numbers behind p.
        **whose: coders and round_name.

    Raises:
        NotEnoughError: nobody has coded yet.
        OptionError: an unknown column.
    """
    utterances, speakers = (
        _chosen(frequency(project, by=by, of=of, seed=seed, **whose), codes)
        for of in ("utterances", "speakers")
    )
    pairs = cooccurrence(project, level="theme", **whose)
    if codes:
        wanted = pairs["code_a"].isin(codes) | pairs["code_b"].isin(codes)
        pairs = pairs[wanted]
    meet = pairs[pairs["n_ab"] > 0]
    meet = meet.sort_values(["n_ab", "jaccard"], ascending=False, kind="stable", ignore_index=True)
    return Found(by, utterances, speakers, meet, len(pairs) - len(meet))


def _chosen(table: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the themes, or of these codes: rolled up where they are themes."""
    is_theme = table["level"] == "theme"
    if not codes:
        return table[is_theme].reset_index(drop=True)
    themes = set(table.loc[is_theme, "code"])
    kept = table["code"].isin(list(codes)) & (is_theme | ~table["code"].isin(themes))
    return table[kept].reset_index(drop=True)


def findings_section(found: Found, key: Key | None) -> Section:
    """Return the findings; charts are drawn under the pseudonyms, texts are still as they are."""
    is_apart = found.by not in BY_CODING  # coders and rounds share their utterances
    return Section(
        "What was found",
        (Points(tuple(_in_short(found))),) if is_apart else (),
        (
            Section(f"Themes by {found.noun}", tuple(_shares(found, key))),
            *([Section("Which theme is whose", tuple(_whose(found)))] if is_apart else []),
            Section("What rests on one voice", tuple(_voices(found))),
            Section("How many speakers raise it", tuple(_speakers(found))),
            Section("What goes together", tuple(_together(found, key))),
        ),
    )


def _in_short(found: Found) -> list[str]:
    """Return the findings in a few sentences."""
    table = found.utterances
    sums = table.groupby("code", sort=False)[["n", "total"]].sum()
    said = sums.sort_values("n", ascending=False, kind="stable").head(3)
    top = [
        f"{code} ({row['n']:,} of {row['total']:,} utterances, {percent(row['n'] / row['total'])})"
        for code, row in said.to_dict("index").items()
        if row["n"]
    ]
    if not top:
        return ["None of these themes was applied to any utterance that counts."]
    sure = [
        f"{code} ({cells.to_dict('records')[_stands_out(cells)][found.by]})"
        for code, cells in table.groupby("code", sort=False)
        if (cells["q"] < _SURE).any()
    ]
    told = [f"Raised most: {listed(top)}."]
    told.append(
        f"More than chance apart by {found.noun}, with who stands out: {listed(sure)}."
        if sure
        else f"No theme is more than chance apart by {found.noun} (q below .05)."
    )
    carried = int(table["note"].fillna("").astype(str).str.contains(_CARRIED.pattern[:21]).sum())
    if carried:
        more = int((table["n"] > 1).sum())
        told.append(
            f"In {carried:,} of {more:,} cells with two utterances or more, one speaker has more "
            "than half: see what rests on one voice."
        )
    return told


def _stands_out(cells: pd.DataFrame) -> int:
    """Return the place of the group that is furthest above what its size leads to expect."""
    return int(cells["residual"].fillna(-np.inf).to_numpy().argmax())


def chart_figure(
    title: str, draw: Callable[[pd.DataFrame], Any], table: pd.DataFrame, key: Key | None
) -> Figure:
    """Return a chart as part of a report.

    Args:
        title: its caption.
        draw: makes the chart of the table.
        table: with real names, which the description keeps.
        key: pseudonyms for what stands in the picture itself.
    """
    return Figure(
        title,
        str(draw(table).to_dict().get("description", title)),
        lambda kind: charts.picture(draw(mask(table, key)), kind),
    )


def _shares(found: Found, key: Key | None) -> list[Block]:
    table, by = found.utterances, found.by
    groups, drawn = _groups(table, by), table.rename(columns={by: found.noun})
    blocks: list[Block] = [
        Paragraph(
            f"Each share is of the utterances of that {found.noun}; an utterance can carry "
            "several themes, so shares do not add up to 100 %. A theme is there where it or any "
            "code below it was applied."
        ),
        chart_figure(
            f"Utterances with each theme, by {found.noun} (n/total; darker is a larger share)",
            lambda rows: charts.theme_heatmap(rows, found.noun).properties(width={"step": 44}),
            drawn,
            key,
        ),
    ]
    blocks += _matrices(table, by, f"Themes by {found.noun}", "utterance", _READ)
    left = table[by].nunique() - len(groups)
    if left:
        what = f"The {counted(left, 'smallest group')} {'is' if left == 1 else 'are'} left out."
        blocks.append(Paragraph(what, is_note=True))
    codes = list(dict.fromkeys(table["code"]))
    for at in range(0, len(codes), _PANELS):
        part = drawn[drawn["code"].isin(codes[at : at + _PANELS])]
        title = (
            f"Shares with 95 % intervals: {listed(codes[at : at + _PANELS])}. An open dot: one "
            "speaker has more than half of it; the broken line: the share over all groups"
        )
        blocks.append(
            chart_figure(
                title, lambda rows: charts.theme_dots(rows, found.noun, columns=2), part, key
            )
        )
    return blocks


def _groups(table: pd.DataFrame, by: str) -> list[str]:
    """Return the groups in their order, the largest where they are too many."""
    totals = table.drop_duplicates(by).set_index(by)["total"]
    kept = set(totals.sort_values(ascending=False, kind="stable").index[:_MOST_GROUPS])
    return [str(group) for group in totals.index if group in kept]


def _matrices(table: pd.DataFrame, by: str, title: str, noun: str, note: str) -> list[Table]:
    """Return shares, counts and intervals of all groups, as many tables as it takes."""
    groups = _groups(table, by)
    cells = {(row["code"], str(row[by])): row for row in table.to_dict("records")}
    totals = {group: row["total"] for (_, group), row in cells.items()}
    made = []
    many = max(1, -(-len(groups) // _SIDE_BY_SIDE))
    for number, part_of in enumerate(np.array_split(np.array(groups, dtype=object), many), start=1):
        shown = [str(group) for group in part_of]
        part = f", part {number} of {many}" if many > 1 else ""
        made.append(
            Table(
                f"{title}{part}",
                ("Theme", *(f"{group}\n{counted(int(totals[group]), noun)}" for group in shown)),
                tuple(
                    (str(code), *(_cell(cells[code, group]) for group in shown))
                    for code in dict.fromkeys(table["code"])
                ),
                numbers=tuple(range(1, len(shown) + 1)),
                widths=(1.5, *(1.0,) * len(shown)),
                note=note if number == many else "",
            )
        )
    return made


def _cell(row: Mapping[Any, Any]) -> str:
    """Return share, count and interval of one cell."""
    lines = [percent(row["share"]), f"{int(row['n']):,} of {int(row['total']):,}"]
    if pd.notna(row["low"]):
        lines.append(span(row["low"], row["high"]))
    return "\n".join(lines)


def _whose(found: Found) -> list[Block]:
    table = found.utterances
    rows, sure = [], []
    for code, cells in table.groupby("code", sort=False):
        row, is_sure = _owner(str(code), cells, found.by)
        rows.append(row)
        if is_sure:
            sure.append(str(code))
    about = table.attrs.get("about", {})
    if sure:
        differ = f"{listed(sure)} {'differs' if len(sure) == 1 else 'differ'}"
        told = f"{differ} between the groups by more than chance gives (q below .05)."
    else:
        told = "No theme differs between the groups by more than chance gives (q below .05)."
    return [
        Paragraph(told),
        Table(
            f"Which {found.noun} stands out in each theme",
            ("Theme", "All groups", "Stands out most", "There", "Elsewhere", "p", "q"),
            tuple(rows),
            numbers=(1, 3, 4, 5, 6),
            widths=(1.7, 1.0, 1.7, 1.0, 1.0, 0.6, 0.6),
            note="The group that stands out most is the one with the largest adjusted residual: "
            f"larger than its number of utterances leads one to expect. Test: {about.get('test')}.",
        ),
    ]


def _owner(code: str, cells: pd.DataFrame, by: str) -> tuple[tuple[str, ...], bool]:
    """Return the row of one theme, and whether the groups differ."""
    n, total = int(cells["n"].sum()), int(cells["total"].sum())
    first = cells.iloc[0]
    every = f"{percent(n / total if total else None)}\n{n:,} of {total:,}"
    tested = (probability(first["p"]), probability(first["q"]))
    if cells["residual"].isna().all() or n == 0:
        return (code, every, "–", "–", "–", *tested), False
    top = cells.to_dict("records")[_stands_out(cells)]
    rest, outside = n - int(top["n"]), total - int(top["total"])
    there = f"{percent(top['share'])}\n{int(top['n']):,} of {int(top['total']):,}"
    elsewhere = f"{percent(rest / outside if outside else None)}\n{rest:,} of {outside:,}"
    is_sure = bool(pd.notna(first["q"]) and first["q"] < _SURE)
    return (code, every, str(top[by]), there, elsewhere, *tested), is_sure


def _voices(found: Found) -> list[Block]:
    table = found.utterances
    notes = table["note"].fillna("").astype(str)
    said = notes.str.extract(_CARRIED)
    carried = table[said[0].notna()]
    one = table.loc[notes.str.contains("one speaker") & said[0].isna() & (table["n"] > 0), found.by]
    alone = [str(group) for group in one.drop_duplicates()]
    blocks: list[Block] = []
    if alone:
        is_one = f"{listed(alone)} {'is' if len(alone) == 1 else 'are'} one speaker"
        each = "" if len(alone) == 1 else " each"
        told = f"{is_one}{each}: such a share says what this person said, and nothing of others."
        blocks.append(Paragraph(told))
    if carried.empty:
        return [*blocks, Paragraph("In no other group does one speaker have more than half.")]
    blocks.append(
        Paragraph(
            f"In {counted(len(carried), 'place')} more than half of what a group says of a theme "
            "is said by one of its speakers. Read such a share as that person's."
        )
    )
    return [*blocks, _carried(found, carried, said.loc[carried.index])]


def _carried(found: Found, carried: pd.DataFrame, said: pd.DataFrame) -> Table:
    """Return the shares that one speaker carries."""
    rows = [
        (
            str(row["code"]),
            str(row[found.by]),
            f"{percent(row['share'])}\n{int(row['n']):,} of {int(row['total']):,}",
            f"{most} %",
            f"{float(low):.0f} to {float(high):.0f} %",
        )
        for row, (most, low, high) in zip(
            carried.to_dict("records"), said.itertuples(index=False, name=None), strict=True
        )
    ]
    return Table(
        "Shares that one speaker carries",
        ("Theme", found.noun.capitalize(), "Share", "Of it by one speaker", "Without each speaker"),
        tuple(rows),
        numbers=(2, 3, 4),
        widths=(1.6, 1.6, 1.0, 1.0, 1.0),
        note="The last column: the least and the largest share when each speaker of the group is "
        "left out in turn.",
    )


def _speakers(found: Found) -> list[Block]:
    about = Paragraph(
        "A speaker counts once, however often he or she comes back to a theme. With few speakers "
        "the intervals are wide, and rightly so."
    )
    title = f"Speakers who raise each theme, by {found.noun}"
    note = "Share; speakers who raise the theme of all of the group; 95 % interval (Wilson)."
    return [about, *_matrices(found.speakers, found.by, title, "speaker", note)]


def _together(found: Found, key: Key | None) -> list[Block]:
    pairs = found.pairs
    if pairs.empty:
        return [Paragraph("No two themes stand in the same utterance.")]
    chart = chart_figure(
        "How many utterances carry both themes (darker: a larger share of those with either)",
        lambda rows: charts.cooccurrence_heatmap(rows, "jaccard", code_title="Theme"),
        pairs,
        key,
    )
    shown = pairs.head(_PAIRS)
    rest = len(pairs) - len(shown)
    more = f" {counted(rest, 'further pair')} that meet less often are left out." if rest else ""
    never = f" {counted(found.never, 'pair')} never meet." if found.never else ""
    table = Table(
        "Themes that meet most often",
        ("Theme", "With", "Both", "Of the first", "Of the second", "Lift", "q"),
        tuple(
            (
                str(row["code_a"]),
                str(row["code_b"]),
                f"{row['n_ab']:,}",
                f"{percent(row['share_a'])}\nof {row['n_a']:,}",
                f"{percent(row['share_b'])}\nof {row['n_b']:,}",
                "–" if pd.isna(row["lift"]) else f"{row['lift']:.1f}",
                probability(row["q"]),
            )
            for row in shown.to_dict("records")
        ),
        numbers=(2, 3, 4, 5, 6),
        widths=(1.7, 1.7, 0.6, 0.9, 0.9, 0.6, 0.6),
        note="Lift: how many times as often as if the two had nothing to do with each other. "
        f"Test: {pairs.attrs.get('about', {}).get('test')}.{more}{never}",
    )
    return [chart, table]
