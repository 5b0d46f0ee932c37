"""What the workbook says of itself on its first sheet, and what its charts show."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd

import qualkit
from qualkit.charts.palette import PALETTE
from qualkit.errors import NotEnoughError
from qualkit.formats.workbook_sheets import Block
from qualkit.model import CoderKind
from qualkit.text.pseudonyms import Key
from qualkit.workflow.codebooks import list_codebook_versions
from qualkit.workflow.contents import NAMES, PSEUDONYMS
from qualkit.workflow.handle import Handle
from qualkit.workflow.methods import methods_paragraph
from qualkit.workflow.pseudonyms import mask
from qualkit.workflow.reading import Everything, everything
from qualkit.workflow.rounds import list_rounds

__all__ = ["Findings", "about_lines", "chart_blocks"]

Findings = dict[str, "pd.DataFrame | str"]
"""Title of a sheet -> its table, or why there is none."""

_THEMES, _TYPES, _CODES = 12, 5, 20  # most that a chart shows
_SAID = {"codebook_version", "revision", "left_out"}  # of findings; the first lines say them
_KINDS = {
    CoderKind.HUMAN: "",
    CoderKind.MACHINE: " (a machine)",
    CoderKind.CONSENSUS: " (the consensus)",
}


def about_lines(project: Handle, findings: Findings, key: Key | None) -> list[tuple[str, str]]:
    """Return the (what, text) lines of the first sheet, under the names it is to leave with."""
    read = everything(project)
    lines = [
        *_study(project, read),
        ("Names", NAMES if key is None else PSEUDONYMS),
        *_people(project, read),
        *_method(project, findings),
        *_reading(),
    ]
    if key is None:
        return lines
    return [(key.replace(what), key.replace(text)) for what, text in lines]


def _study(project: Handle, read: Everything) -> Iterator[tuple[str, str]]:
    versions = list_codebook_versions(project)
    made = versions.loc[versions["number"] == read.codebook.version, "created_at"]
    units, documents = read.utterances, read.utterances["document"].nunique()
    yield project.name, "A study coded with qualkit, as an Excel workbook"
    yield "Written", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    yield (
        "Versions",
        f"qualkit {qualkit.__version__} with Python {platform.python_version()}; codebook "
        f"'{read.codebook.name}', version {read.codebook.version} of {str(made.iloc[0])[:10]}; "
        f"newest change of the project: number {read.revision:,}",
    )
    yield (
        "Material",
        f"{documents:,} document{'' if documents == 1 else 's'}, {len(units):,} utterances, of "
        f"which {int(units['codable'].sum()):,} can be coded; {len(read.codings):,} codings with "
        f"{read.codings['code_id'].nunique():,} of {len(read.codebook.codes):,} codes",
    )


def _people(project: Handle, read: Everything) -> Iterator[tuple[str, str]]:
    """Yield who coded how much, in which rounds, and what was left out."""
    seen = read.reviewed.groupby(["coder", "coder_kind"], sort=False).size().reset_index(name="n")
    made = read.codings.groupby("coder").size().to_dict()
    people = [
        f"{coder}{_KINDS.get(kind, '')}: {count:,} utterances looked at, "
        f"{made.get(coder, 0):,} codings"
        for coder, kind, count in seen.itertuples(index=False, name=None)
    ]
    yield "Coders", "; ".join(people) or "nobody has coded yet"
    table = list_rounds(project)
    shown = table[table["round"].isin(read.reviewed["round"].unique())]
    rounds = [
        f"{row['round']} ({row['mode']}, "
        + (
            f"closed {row['closed_at'][:10]})"
            if isinstance(row["closed_at"], str)
            else "not closed)"
        )
        for row in shown.to_dict("records")
    ]
    yield "Rounds", "; ".join(rounds) or "none yet"
    left_out = read.codings.attrs.get("about", {}).get("left_out")
    if left_out:
        yield "Left out", str(left_out)


def _method(project: Handle, findings: Findings) -> Iterator[tuple[str, str]]:
    yield (
        "Denominators",
        "Theme x stakeholder divides by four things, named in its column denominator. utterances: "
        "those of the group that were looked at; words: the words in them; speakers: of the group, "
        "who said it at least once; documents: in which the group said it at least once. "
        "Moderators are left out",
    )
    yield (
        "Missing or 0",
        "0 means looked at and not applied. What a coder has not looked at has no row; an empty "
        "cell is a missing value. Times are UTC",
    )
    for title, found in findings.items():
        if isinstance(found, str):
            yield title, f"left out: {found}"
            continue
        about: dict[str, Any] = found.attrs.get("about", {})
        told = [f"{_words(name)}: {text}" for name, text in about.items() if name not in _SAID]
        yield title, "; ".join(told)
    try:
        yield "Method", methods_paragraph(project)
    except NotEnoughError as problem:
        yield "Method", f"no paragraph on agreement: {problem}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _reading() -> Iterator[tuple[str, str]]:
    yield (
        "Reading it",
        "Every table begins in A1 with its header and is a named range: choose it in the box left "
        "of the formula bar. In Python: pandas.read_excel(file, sheet_name='Codings'); in R: "
        "readxl::read_excel(file, sheet = 'Codings'). No cell holds a formula, nothing is hidden",
    )
    yield (
        "Limits",
        "A sheet holds 1,048,576 rows: longer tables go on on numbered sheets. A cell holds 32,767 "
        "characters: a longer text is cut and says so. A control character is shown as \ufffd. "
        "Whatever of this happened is said in the notes at the end of this sheet; without notes "
        "nothing did",
    )


def chart_blocks(project: Handle, findings: Findings, key: Key | None) -> list[Block]:
    """Return the blocks of the sheet of charts; none while there are no findings."""
    table = findings.get("Theme x stakeholder")
    if not isinstance(table, pd.DataFrame) or table.empty:
        return []
    mine = table[table["denominator"] == "utterances"]
    plain = str if key is None else key.replace
    blocks = [_themes(mine), _codes(mine, everything(project))]
    return [
        replace(block, frame=mask(block.frame.rename(columns=plain), key))
        for block in blocks
        if not block.frame.empty
    ]


def _themes(table: pd.DataFrame) -> Block:
    """Return the share of each group's utterances that carry each theme."""
    themes = table[table["level"] == "theme"]
    counts = themes.groupby("code", sort=False)["n"].sum()
    kept = set(counts[counts > 0].nlargest(_THEMES).index)
    totals = themes.groupby("stakeholder_type", sort=False)["total"].max()
    types = totals[totals > 0].sort_values(ascending=False, kind="stable").index
    wide = themes.pivot(index="code", columns="stakeholder_type", values="share")
    wide = wide.reindex(index=[one for one in counts.index if one in kept], columns=types)
    note = "Share of the utterances of each stakeholder type that carry the theme"
    if len(types) > _TYPES:
        note += f"; bars for the {_TYPES} types with most utterances"
    return Block(
        "Themes by stakeholder type",
        note,
        wide.rename_axis(columns=None).reset_index().rename(columns={"code": "theme"}),
        "Theme",
        "Share of utterances",
        is_share=True,
        drawn=_TYPES,
        colours=[colour.lstrip("#") for colour in PALETTE],
    )


def _codes(table: pd.DataFrame, read: Everything) -> Block:
    """Return how many utterances carry each code itself, the most frequent first."""
    codes = table[table["level"] == "code"]
    counts = codes.groupby("code", sort=False)["n"].sum()
    top = counts[counts > 0].nlargest(_CODES)
    note = "Utterances that carry the code itself, each counted once"
    if len(top) < len(counts):
        note += f"; the {len(top)} most frequent of {len(counts)} codes"
    return Block(
        "How often each code was applied",
        note,
        top.rename("utterances").rename_axis("code").reset_index(),
        "Code",
        "Utterances",
        colours=[PALETTE[0].lstrip("#")],
    )
