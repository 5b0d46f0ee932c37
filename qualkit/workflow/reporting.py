"""A whole study as a report for people to read: page and Word document, made of the same parts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

import qualkit
from qualkit.errors import NotEnoughError, OptionError
from qualkit.formats.codebook_sections import codebook_sections
from qualkit.formats.report_parts import (
    Block,
    Facts,
    Paragraph,
    Points,
    Quote,
    Quotes,
    Report,
    Section,
)
from qualkit.model import Codebook
from qualkit.store import changes
from qualkit.text.pseudonyms import Key
from qualkit.workflow.blindness import veil
from qualkit.workflow.counting import code_name
from qualkit.workflow.documents import list_documents
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import Layer, counted_layer
from qualkit.workflow.quotations import quotations, rule
from qualkit.workflow.reading import everything
from qualkit.workflow.report_findings import Found, find, findings_section
from qualkit.workflow.report_numbers import counted, listed
from qualkit.workflow.report_study import (
    MACHINE,
    agreement_section,
    coding_section,
    speakers_section,
    study_section,
)

__all__ = ["ReportOptions", "build_report", "write_report"]


_NAMED = {
    "utterances": "Utterances counted",
    "moderators_left_out": "Left out: utterances of moderators",
    "not_codable_left_out": "Left out: utterances that cannot be coded",
    "codings_left_out": "Left out: codings on these",
    "units": "Utterances looked at",
    "within": "Together means: in the same",
    "documents_tested": "Documents the test rests on",
}
_SAID_ELSEWHERE = {"smallest_p", "seed", "revision", "codebook_version"}


@dataclass(frozen=True)
class ReportOptions:
    """What goes into a report.

    Attributes:
        codes: names or ids: only these, a theme with all below it; empty takes the codebook.
        by: what makes the groups, as for ``frequency``.
        quotes: how many quotations for each code; None takes all of them, whole.
        round_name: one round; None takes all.
        coders: whose codings; empty takes the consensus where there is one, else any human coder.
        seed: of what is drawn at random.
    """

    codes: tuple[str, ...] = ()
    by: str = "stakeholder_type"
    quotes: int | None = 3
    round_name: str | None = None
    coders: tuple[str, ...] = ()
    seed: int = 1


@dataclass(frozen=True)
class _Material:
    """What is reported.

    Attributes:
        chosen: names of the codes asked for; empty: all.
        book: the codebook, of these codes and those below and above them.
        layer, found: None where nobody has coded yet.
        why: then, why there is nothing.
    """

    chosen: tuple[str, ...]
    book: Codebook
    layer: Layer | None
    found: Found | None
    why: str = ""


def build_report(
    project: Handle, options: ReportOptions | None = None, key: Key | None = None
) -> Report:
    """Return the report of a project, every text in it as it is to be shown.

    Args:
        project: an open project.
        options: what goes into it; None takes everything, with three quotations for each code.
        key: pseudonyms: every name in it is replaced, in the charts, too.

    Raises:
        UnknownNameError: a code, coder or round that the project lacks.
        RefusedError: the round is blind and still open.
        OptionError: an unknown grouping, or a number of quotations below 0.
    """
    asked = options or ReportOptions()
    if asked.quotes is not None and asked.quotes < 0:
        raise OptionError(
            f"{asked.quotes} quotations cannot be", where="quotes", remedy="use 0 or more, or all"
        )
    material = _material(project, asked)
    whose: dict[str, Any] = {"coders": asked.coders or None, "round_name": asked.round_name}
    label = material.layer.label if material.layer else "nobody yet"
    found = material.found
    sections = [
        study_section(project),
        coding_section(project, label),
        findings_section(found, key) if found else _nothing("What was found", material.why),
        _quoted(project, material, asked, key),
        agreement_section(project, material.chosen, key, **whose),
        Section(
            "Codebook", _described(material), codebook_sections(material.book, with_markers=False)
        ),
        speakers_section(project),
        Section("What the numbers count", tuple(_counts(material))),
        Section("What was left out", (Points(tuple(_left_out(project, material, asked))),)),
    ]
    whole = Report(
        project.name,
        f"Report of a thematic coding, {changes.now()[:10]}",
        _contains(project, material, asked, key),
        tuple(sections),
    )
    return whole if key is None else _masked(whole, key)


def write_report(path: Path, report: Report) -> Path:
    """Write a report as its file's suffix says, a page or else a Word document."""
    if path.suffix.casefold() == ".html":
        from qualkit.formats.report_html import write_report_html  # noqa: PLC0415 - only for this

        return write_report_html(path, report)
    from qualkit.formats.report_docx import write_report_docx  # noqa: PLC0415 - slow to load

    return write_report_docx(path, report)


def _material(project: Handle, asked: ReportOptions) -> _Material:
    """Return what is reported, as far as there is something."""
    book = project.codebook()
    named = [str(code_name(book, one)) for one in asked.codes]
    below = _below(book, named)
    chosen = tuple(code.name for code in book.tree() if code.name in below) if named else ()
    shown = _part(book, below) if named else book
    whose: dict[str, Any] = {"coders": asked.coders or None, "round_name": asked.round_name}
    try:
        layer = counted_layer(project, **whose)
    except NotEnoughError as problem:
        return _Material(chosen, shown, None, None, problem.what)
    found = find(project, named, asked.by, asked.seed, **whose)
    return _Material(chosen, shown, layer, found)


def _below(book: Codebook, names: Sequence[str]) -> set[str]:
    """Return the names of these codes and of all below them."""
    kept: set[str] = set()
    for code in book.tree():
        if code.name in names or (code.parent and book.by_id[code.parent].name in kept):
            kept.add(code.name)
    return kept


def _part(book: Codebook, names: set[str]) -> Codebook:
    """Return these codes alone, under what stands above them."""
    kept = {code.id for code in book.codes if code.name in names}
    for code in [book.by_id[one] for one in kept]:
        above = code.parent
        while above is not None:
            kept.add(above)
            above = book.by_id[above].parent
    return dataclasses.replace(book, codes=tuple(c for c in book.codes if c.id in kept))


def _nothing(title: str, why: str) -> Section:
    return Section(title, (Paragraph(f"There is nothing to show yet: {why}."),))


def _described(material: _Material) -> tuple[Block, ...]:
    book = material.book
    told = f"Version {book.version} of the codebook “{book.name}”. {book.description}".strip()
    return (Paragraph(told),)


def _quoted(project: Handle, material: _Material, asked: ReportOptions, key: Key | None) -> Section:
    """Return the quotations of each code, under its theme."""
    title = "Quotations"
    if material.layer is None:
        return _nothing(title, material.why)
    if asked.quotes == 0:
        return Section(title, (Paragraph("Quotations were left out of this report on request."),))
    codes = [one.name for one in material.book.tree()]
    codes = [one for one in codes if not material.chosen or one in material.chosen]
    table = quotations(project, material.layer, codes, most=asked.quotes, seed=asked.seed, key=key)
    if table.empty:
        return Section(
            title, (Paragraph("None of these codes was applied to a quotable utterance."),)
        )
    of_theme: dict[str, list[Section]] = {}
    for code, rows in table.groupby("code", sort=False):
        one = material.book.find(str(code))
        theme = material.book.theme(one.id).name if one else str(code)
        of_theme.setdefault(theme, []).append(_of_code(str(code), rows))
    sections = tuple(Section(theme, (), tuple(within)) for theme, within in of_theme.items())
    silent = [code for code in codes if code not in set(table["code"])]
    blocks: list[Block] = [Paragraph(rule(asked.quotes, asked.seed))]
    if silent:
        blocks.append(Paragraph(f"Applied nowhere: {listed(silent, most=100)}.", is_note=True))
    return Section(title, tuple(blocks), sections)


def _of_code(code: str, rows: pd.DataFrame) -> Section:
    first = rows.iloc[0]
    said = (
        f"In {counted(int(first['of']), 'utterance')} by "
        f"{counted(int(first['speakers']), 'speaker')} in "
        f"{counted(int(first['documents']), 'document')}; "
        + ("all" if len(rows) == first["of"] > 1 else f"{len(rows):,}")
        + (" is quoted." if len(rows) == 1 else " are quoted.")
    )
    quotes = [Quote(row["quote"], _who(row), _where(row)) for row in rows.to_dict("records")]
    return Section(code, (Paragraph(said, is_note=True), Quotes(tuple(quotes))))


def _who(row: dict[Any, Any]) -> str:
    told = [row[name] for name in ("speaker", "stakeholder_type") if isinstance(row[name], str)]
    return ", ".join(told) or "speaker not named"


def _where(row: dict[Any, Any]) -> str:
    reported = ", as reported" if row["reported"] else ""
    return f"{row['document']}, utterance {row['position']}{reported}; coded by {row['coders']}"


def _counts(material: _Material) -> list[Block]:
    """Return what the findings say of themselves."""
    if material.found is None:
        return [Paragraph(f"Nothing is counted: {material.why}.")]
    told: dict[str, str] = {}
    tables = {
        "Shares of utterances": material.found.utterances,
        "Shares of speakers": material.found.speakers,
        "Pairs of themes": material.found.pairs,
    }
    blocks: list[Block] = []
    for title, table in tables.items():
        about = table.attrs.get("about", {})
        pairs = [
            (_NAMED.get(str(name), str(name).replace("_", " ").capitalize()), _worded(value))
            for name, value in about.items()
            if name not in _SAID_ELSEWHERE
        ]
        new = [one for one in pairs if told.get(one[0]) != one[1]]
        told |= dict(new)
        blocks += [Paragraph(f"{title}:"), Facts(tuple(new))]
    blocks.append(
        Paragraph(
            "What a later table has in common with the first is said once. Intervals are 95 %. "
            "p tests one theme over all groups; q is p after Benjamini and Hochberg, so that of "
            "all themes with q below .05 about one in twenty is a false alarm.",
            is_note=True,
        )
    )
    return blocks


def _worded(value: Any) -> str:
    return (
        f"{value:,}" if isinstance(value, int) else str(value).replace("stakeholder_type", "type")
    )


def _left_out(project: Handle, material: _Material, asked: ReportOptions) -> list[str]:
    """Return in sentences what the report does not show."""
    said = []
    with project.database.read() as connection:
        blind = veil(connection, None).names
    if blind:
        said.append(f"Everything of {listed(blind)}: blind, and still open.")
    if material.chosen:
        rest = len(project.codebook().codes) - len(material.chosen)
        said.append(f"{counted(rest, 'code')} that this report was not asked for.")
    if asked.quotes is not None and material.layer is not None:
        said.append("Quotations beyond the number stated with each code.")
    retired = sum(code.retired for code in material.book.codes)
    if retired:
        said.append(f"Nothing of {counted(retired, 'retired code')}: they are marked as retired.")
    if material.layer is not None:
        said += _not_counted(project, material.layer)
    said.append("Memos, and the codings of single coders, which the workbook holds.")
    return said


def _not_counted(project: Handle, layer: Layer) -> list[str]:
    """Return in sentences which utterances and codings the findings do not count."""
    documents, codings = list_documents(project), everything(project).codings
    codable = int(documents["codable"].sum())
    counts = (
        (int(documents["utterances"].sum()) - codable, "utterance",
         "that cannot be coded: headings, notes, lists of people"),
        (codable - len(layer.utterances), "utterance", "that those counted have not looked at"),
        (int(layer.utterances["is_moderator"].sum()), "utterance", "of moderators"),
        (len(codings) - len(layer.codings), "coding",
         "of others than those counted, or beside the consensus"),
    )  # fmt: skip
    return [f"{counted(many, noun)} {what}." for many, noun, what in counts if many]


def _contains(project: Handle, material: _Material, asked: ReportOptions, key: Key | None) -> Facts:
    """Return what the report holds: names, whose codings, which rounds, of which state."""
    names = "Speakers stand under the names they have in the documents, coders under theirs."
    if key is not None:
        names = (
            f"Pseudonyms: {counted(len(key.labels), 'name')} in the key file stand under their "
            "labels, in quotations and charts, too; whoever it lacks keeps the name, coders among "
            "them. Look for what it misses before you pass this on."
        )
    rounds = list(dict.fromkeys(everything(project).codings["round"]))
    shown = asked.round_name or (listed([str(one) for one in rounds]) if rounds else "none yet")
    with project.database.read() as connection:
        number, moment, digest = changes.newest(connection)
    state = f"change {number:,} of {moment[:10]}; hash of the data and their log {digest}"
    codes = listed(list(asked.codes)) + ", with all below" if asked.codes else "the whole codebook"
    return Facts(
        (
            ("Names", names),
            ("Whose codings", _whose(material)),
            ("Rounds", shown),
            ("Codes", codes),
            ("Groups by", asked.by.replace("_", " ")),
            ("Codebook", f"{material.book.name}, version {material.book.version}"),
            ("State", state),
            (
                "Written",
                f"{changes.now()[:16].replace('T', ' ')} UTC by qualkit {qualkit.__version__}",
            ),
        )
    )


def _whose(material: _Material) -> str:
    if material.layer is None:
        return "nobody has coded yet"
    label = material.layer.label
    return f"{label}; no person has coded yet" if label.endswith(MACHINE) else label


def _masked(report: Report, key: Key) -> Report:
    """Return the report with all names of the key replaced; quotations and charts have been."""
    return dataclasses.replace(
        report,
        title=key.replace(report.title),
        contains=_masked_block(report.contains, key),
        sections=tuple(_masked_section(one, key) for one in report.sections),
    )


def _masked_section(section: Section, key: Key) -> Section:
    return Section(
        key.replace(section.title),
        tuple(_masked_block(one, key) for one in section.blocks),
        tuple(_masked_section(one, key) for one in section.sections),
    )


def _masked_block(block: Any, key: Key) -> Any:
    """Return a block, a quotation, or a text within one, with its names replaced."""
    if isinstance(block, str):
        return key.replace(block)
    if isinstance(block, tuple):
        return tuple(_masked_block(one, key) for one in block)
    if isinstance(block, Quote):
        return Quote(block.text, key.replace(block.who), key.replace(block.where))
    if not dataclasses.is_dataclass(block) or isinstance(block, type):
        return block
    parts = {one.name: getattr(block, one.name) for one in dataclasses.fields(block)}
    return type(block)(**{name: _masked_block(value, key) for name, value in parts.items()})
