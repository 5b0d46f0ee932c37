"""What a report says of the study itself: its documents, people, rounds, and how it was coded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from qualkit import charts
from qualkit.agreement.paragraph import ALL_CODES
from qualkit.analysis.groups import NOT_SET
from qualkit.errors import NotEnoughError, RefusedError
from qualkit.formats.report_parts import Block, Paragraph, Section, Table
from qualkit.model import CoderKind
from qualkit.text.pseudonyms import Key
from qualkit.workflow.agreements import agreement
from qualkit.workflow.codebooks import list_codebook_versions
from qualkit.workflow.documents import list_documents
from qualkit.workflow.handle import Handle
from qualkit.workflow.methods import methods_paragraph
from qualkit.workflow.reading import everything
from qualkit.workflow.report_findings import chart_figure
from qualkit.workflow.report_numbers import counted, figure, listed, percent
from qualkit.workflow.rounds import list_rounds
from qualkit.workflow.speakers import list_speakers

__all__ = ["MACHINE", "agreement_section", "coding_section", "speakers_section", "study_section"]

_KINDS = {
    CoderKind.HUMAN: "person",
    CoderKind.MACHINE: "machine",
    CoderKind.CONSENSUS: "consensus",
}
MACHINE = "(machine)"
"""How the label of codings ends that no person made."""

_MODES = {"open": "open: coders could see each other's codings", "blind": "blind until closed"}
_ORIGINS = {
    "manual": "given by hand",
    "accepted suggestion": "accepted when suggested",
    "query": "given by a query",
    "marker": "given by marker words",
    "import": "imported from a file",
}


def study_section(project: Handle) -> Section:
    """Return what the study is made of."""
    documents = list_documents(project)
    if documents.empty:
        return Section("The study", (Paragraph("There are no documents in this project yet."),))
    utterances = everything(project).utterances
    utterances = utterances.assign(words=[len(text.split()) for text in utterances["text"]])
    per = utterances.groupby("document")
    words, voices = per["words"].sum(), per["speaker_id"].nunique()
    told = (
        f"The study has {counted(len(documents), 'document')} with "
        f"{counted(len(utterances), 'utterance')}, of which "
        f"{int(documents['codable'].sum()):,} can be coded; headings, notes and lists of people "
        "cannot. An utterance is one turn, paragraph, list item or cue."
    )
    rows = [
        (
            str(row["document"]),
            row["title"] if isinstance(row["title"], str) else "",
            f"{row['utterances']:,}",
            f"{row['codable']:,}",
            f"{int(voices.get(row['document'], 0)):,}",
            f"{int(words.get(row['document'], 0)):,}",
        )
        for row in documents.to_dict("records")
    ]
    table = Table(
        "Documents",
        ("Document", "Title", "Utterances", "Can be coded", "Speakers", "Words"),
        tuple(rows),
        numbers=(2, 3, 4, 5),
        widths=(2.0, 2.4, 1.0, 0.8, 0.9, 0.8),
    )
    return Section("The study", (Paragraph(told), table, _types(project, utterances)))


def _types(project: Handle, utterances: pd.DataFrame) -> Block:
    """Return the stakeholder types with their speakers."""
    spoken = utterances.dropna(subset="speaker_id")
    if spoken.empty:
        return Paragraph("The documents name no speakers.")
    defined = {one.name: one.definition for one in project.typology().types}
    kinds = spoken["stakeholder_type"].fillna(NOT_SET)
    rows = [
        (
            str(name),
            f"{part['speaker_id'].nunique():,}",
            f"{part['document'].nunique():,}",
            f"{len(part):,}",
            defined.get(str(name), ""),
        )
        for name, part in spoken.groupby(kinds, sort=True)
    ]
    return Table(
        "Stakeholder types",
        ("Stakeholder type", "Speakers", "Documents", "Utterances", "Definition"),
        tuple(rows),
        numbers=(1, 2, 3),
        widths=(1.5, 0.9, 1.0, 1.0, 3.0),
        note="A speaker's type follows from rules about role and organisation, or was set by hand.",
    )


def coding_section(project: Handle, label: str) -> Section:
    """Return how the study was coded: by whom, in which rounds, under which codebook.

    Args:
        project: an open project.
        label: whose codings the findings count, in words.
    """
    codings, reviews = everything(project).codings, everything(project).reviewed
    book, versions = project.codebook(), list_codebook_versions(project)
    offered = [code for code in book.codes if not code.retired]
    themes = sum(code.parent is None for code in offered)
    told = (
        f"The codebook “{book.name}” (version {book.version}) has {counted(themes, 'theme')} with "
        f"{counted(len(offered) - themes, 'code')} below. A code is applied to an utterance or to "
        "words in it, and an utterance can carry several. Who has looked at an utterance and "
        f"applied nothing has judged, too; what nobody looked at is not counted."
    )
    blocks: list[Block] = [Paragraph(told)]
    if not reviews.empty:
        blocks += [
            Paragraph(f"The findings count the codings of {label}. {_came(codings)}"),
            *_warned(label),
            _coders(codings, reviews),
        ]
    blocks.append(_rounds(list_rounds(project)))
    if len(versions) > 1:
        blocks.append(_versions(versions))
    return Section("How it was coded", tuple(blocks))


def _warned(label: str) -> list[Block]:
    """Return a warning where nobody has read what is counted."""
    if not label.endswith(MACHINE):
        return []
    return [
        Paragraph(
            "No person has coded yet: what follows was found by rules or marker words alone. It is "
            "a first look at the material and no finding."
        )
    ]


def _came(codings: pd.DataFrame) -> str:
    """Return how the codings came to be."""
    many = codings["origin"].value_counts()
    parts = [f"{number:,} {_ORIGINS.get(str(name), str(name))}" for name, number in many.items()]
    if not parts:
        return "No code has been applied yet."
    return f"Of {counted(int(many.sum()), 'coding')} by all coders, {listed(parts)}."


def _coders(codings: pd.DataFrame, reviews: pd.DataFrame) -> Table:
    kinds = dict(zip(reviews["coder"], reviews["coder_kind"], strict=True))
    looked = reviews.drop_duplicates(["coder", "document", "position"]).groupby("coder").size()
    applied = codings.groupby("coder").size()
    rows = [
        (
            str(coder),
            _KINDS.get(CoderKind(kind), str(kind)),
            f"{int(looked.get(coder, 0)):,}",
            f"{int(applied.get(coder, 0)):,}",
            ", ".join(dict.fromkeys(reviews.loc[reviews["coder"] == coder, "round"])),
        )
        for coder, kind in kinds.items()
    ]
    return Table(
        "Coders",
        ("Coder", "Kind", "Utterances looked at", "Codings", "Rounds"),
        tuple(rows),
        numbers=(2, 3),
        widths=(1.4, 0.9, 1.1, 0.8, 2.0),
    )


def _rounds(rounds: pd.DataFrame) -> Table:
    rows = [
        (
            str(row["round"]),
            _MODES.get(str(row["mode"]), str(row["mode"])),
            _day(row["created_at"]),
            _day(row["closed_at"]) or "still open",
            str(row["suggestions"]),
        )
        for row in rounds.to_dict("records")
    ]
    return Table(
        "Rounds",
        ("Round", "Rule", "Opened", "Closed", "Suggestions shown"),
        tuple(rows),
        widths=(1.2, 2.2, 1.1, 1.1, 1.4),
    )


def _versions(versions: pd.DataFrame) -> Table:
    rows = [
        (str(row["number"]), _day(row["created_at"]), str(row["reason"]))
        for row in versions.sort_values("number").to_dict("records")
    ]
    return Table(
        "Versions of the codebook",
        ("Version", "Made", "Reason"),
        tuple(rows),
        widths=(0.6, 0.9, 4.0),
    )


def _day(moment: object) -> str:
    return moment[:10] if isinstance(moment, str) else ""


def speakers_section(project: Handle) -> Section:
    """Return everybody who speaks, with type, role and organisation."""
    speakers = list_speakers(project)
    if speakers.empty:
        return Section("Speakers", (Paragraph("The documents name no speakers."),))
    told = ("stakeholder_type", "role", "organisation")
    rows = [
        (
            str(row["speaker"]),
            *(row[name] if isinstance(row[name], str) else "" for name in told),
            str(row["document"]),
            f"{row['utterances']:,}",
        )
        for row in speakers.fillna({"stakeholder_type": NOT_SET}).to_dict("records")
    ]
    heads = ("Speaker", "Stakeholder type", "Role", "Organisation", "Document", "Utterances")
    widths = (1.2, 1.2, 1.3, 1.3, 1.3, 0.8)
    return Section(
        "Speakers",
        (Table("Speakers, in each document", heads, tuple(rows), numbers=(5,), widths=widths),),
    )


def agreement_section(
    project: Handle,
    codes: Sequence[str],
    key: Key | None,
    *,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
) -> Section:
    """Return how far coders agree, with intervals, or the reason why nothing can be said."""
    title = "How far coders agree"
    whose: dict[str, Any] = {"coders": coders, "round_name": round_name}
    try:
        told = methods_paragraph(project, **whose)
        table = agreement(project, coefficients=["alpha", "percent"], **whose)
        themes = agreement(project, level="theme", coefficients=["alpha"], **whose)
    except (NotEnoughError, RefusedError) as problem:
        return Section(title, (Paragraph(f"Nothing can be said about agreement: {problem.what}."),))
    method, _, reflexive = told.partition("\n\n")
    blocks: list[Block] = [Paragraph(method), Paragraph(reflexive, is_note=True)]
    if themes["value"].notna().any():
        themes = themes[themes["code"] != ALL_CODES]
        blocks.append(
            chart_figure(
                "Krippendorff's alpha of each theme, with 95 % intervals (1: always agreed; 0: as "
                "chance would have it)",
                _alpha_chart,
                themes,
                key,
            )
        )
    kept = table["code"].isin([*codes, ALL_CODES]) if codes else table["code"].notna()
    return Section(title, (*blocks, _agreed(table[kept])))


def _alpha_chart(rows: pd.DataFrame) -> Any:
    known = rows[rows["value"].notna()]
    low, high = (figure(one) for one in (known["value"].min(), known["value"].max()))
    told = f"Dots with lines: alpha of {counted(len(known), 'theme')}, from {low} to {high}."
    return charts.agreement_chart(rows, "alpha", code_title="Theme").properties(description=told)


def _agreed(table: pd.DataFrame) -> Table:
    """Return alpha and percent agreement of each code, and over all of them."""
    percents = table[table["coefficient"] == "percent"].set_index("code")["value"]
    shown = table[table["coefficient"].isin(["alpha", "micro_alpha"])]
    rows = [
        (
            "All codes" if row["code"] == ALL_CODES else str(row["code"]),
            figure(row["value"]),
            "–" if pd.isna(row["low"]) else f"{figure(row['low'])} to {figure(row['high'])}",
            percent(percents.get(row["code"])),
            f"{row['n']:,}",
            f"{row['positives']:,}",
            _remark(row["reason"]),
        )
        for row in shown.to_dict("records")
    ]
    return Table(
        "Agreement on each code",
        ("Code", "Alpha", "95 % interval", "Agreed", "Utterances", "With it", "Remark"),
        tuple(rows),
        numbers=(1, 2, 3, 4, 5),
        widths=(1.7, 0.65, 1.25, 0.75, 1.0, 0.7, 1.9),
        note="Alpha: Krippendorff's, nominal. Agreed: the share of pairs of coders who judged "
        "alike; it is high for every rare code and says little by itself. Utterances: those that "
        "at least two coders looked at. With it: those to which anybody applied the code.",
    )


def _remark(reason: object) -> str:
    """Return why a value or an interval is missing, or is to be taken with care."""
    parts = reason.split("; ") if isinstance(reason, str) else []
    said_already = ("the interval rests on", "the code stands in")
    return "; ".join(one for one in parts if not one.startswith(said_already))
