"""Documents and their utterances."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table, func, insert, select

from qualkit.model import Document, Finding, Utterance, UtteranceKind
from qualkit.store import changes
from qualkit.store.gathering import gathered
from qualkit.store.journal import Journal
from qualkit.store.paging import WHOLE, Part, listed
from qualkit.store.schema import (
    documents,
    sources,
    speakers,
    stakeholder_types,
    texts,
    utterances,
)
from qualkit.store.tallies import NOBODY, spoken

__all__ = [
    "add",
    "add_utterances",
    "contents",
    "details",
    "find",
    "frame",
    "hashes",
    "names",
    "place_frame",
    "rows",
    "text_of",
    "utterance_frame",
    "utterance_row",
    "words_without_asides",
]

UTTERANCE_COLUMNS = [
    "document",
    "position",
    "kind",
    "label",
    "speaker",
    "role",
    "organisation",
    "stakeholder_type",
    "reported",
    "codable",
    "start",
    "end",
    "time",
    "text",
]


def add(
    journal: Journal, document: Document, *, unit: str, report: Sequence[Mapping[str, Any]]
) -> int:
    """Store a document, still without its utterances, and return its id.

    Args:
        journal: of a write transaction; the caller records the line of the log.
        document: what the reader gave.
        unit: what the reader was asked to make an utterance of.
        report: the rows of the import report, kept as they are.
    """
    row = {
        "guid": str(uuid.uuid4()),
        "name": document.name,
        "revision": 1,
        **contents(journal, document, unit=unit, report=report),
    }
    return int(journal.insert(documents, [row])[0]["id"])


def contents(
    journal: Journal, document: Document, *, unit: str, report: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Keep text and source under their hashes; return what a document's row says of its text.

    Columns: title, sha256, source_sha256, source_name, encoding, unit, about, imported_at.
    """
    about = {
        "people": [asdict(person) for person in document.people],
        "abbreviations": [list(pair) for pair in document.abbreviations],
        "findings": [_finding_row(document, finding) for finding in document.findings],
        "report": list(report),
    }
    source_sha256 = hashlib.sha256(document.source).hexdigest()
    return {
        "title": document.title,
        "sha256": _keep(journal, texts, document.sha256, {"text": document.text}),
        "source_sha256": _keep(journal, sources, source_sha256, {"content": document.source}),
        "source_name": document.source_name,
        "encoding": document.encoding,
        "unit": unit,
        "about": json.dumps(about, ensure_ascii=False),
        "imported_at": changes.now(),
    }


def _finding_row(document: Document, finding: Finding) -> dict[str, Any]:
    """Return a finding with ``start``, where its utterance begins: that outlasts corrections."""
    at = finding.position
    start = None if at is None else document.utterances[at - 1].start
    return asdict(finding) | {"start": start}


def _keep(journal: Journal, table: Table, sha256: str, content: Mapping[str, Any]) -> str:
    """Keep a content under its hash, once; return the hash."""
    connection = journal.connection
    if connection.execute(select(table.c.sha256).where(table.c.sha256 == sha256)).first() is None:
        connection.execute(insert(table).values(sha256=sha256, **content))
    return sha256


def add_utterances(
    journal: Journal, document_id: int, document: Document, speaker_ids: Mapping[str, int]
) -> None:
    """Store the utterances of a document; ``speaker_ids`` has the id for each speaker's name."""
    rows = [utterance_row(document_id, one, speaker_ids) for one in document.utterances]
    journal.insert(utterances, rows)


def utterance_row(
    document_id: int, utterance: Utterance, speaker_ids: Mapping[str, int]
) -> dict[str, Any]:
    """Return the row of an utterance, without an id."""
    row = vars(utterance).copy()
    speaker = row.pop("speaker")
    row["document_id"] = document_id
    row["kind"] = str(utterance.kind)
    row["asides"] = json.dumps(utterance.asides) if utterance.asides else None
    row["speaker_id"] = speaker_ids[speaker] if speaker else None
    return row


def hashes(connection: Connection) -> dict[str, str]:
    """Return name -> sha256 of every document."""
    rows = connection.execute(select(documents.c.name, documents.c.sha256))
    return {row.name: row.sha256 for row in rows}


def names(connection: Connection) -> dict[int, str]:
    """Return id -> name of every document, in order of import."""
    query = select(documents.c.id, documents.c.name).order_by(documents.c.id)
    return {row.id: row.name for row in connection.execute(query)}


def rows(connection: Connection) -> list[dict[str, str]]:
    """Return guid, name and sha256 of every document, in order of import."""
    query = select(documents.c.guid, documents.c.name, documents.c.sha256)
    found = connection.execute(query.order_by(documents.c.id)).mappings()
    return [dict(row) for row in found]


def find(connection: Connection, name: str) -> str | None:
    """Return the exact name of the document called so (any case, with or without suffix)."""
    exact = select(documents.c.name).where(documents.c.name == name)
    if (found := connection.execute(exact).scalar()) is not None:
        return str(found)
    wanted = name.strip().casefold()
    rows = connection.execute(select(documents.c.name, documents.c.source_name)).all()
    for row in rows:
        if wanted in (row.name.casefold(), row.source_name.casefold()):
            return str(row.name)
    return None


def text_of(connection: Connection, name: str) -> str:
    """Return the normalised text of a document."""
    query = select(texts.c.text).join_from(texts, documents).where(documents.c.name == name)
    return str(connection.execute(query).scalar_one())


def details(connection: Connection, name: str) -> dict[str, Any]:
    """Return guid, title, sha256, source_name, and what the reader noted, of one document."""
    row = connection.execute(select(documents).where(documents.c.name == name)).one()
    fields = ("guid", "name", "title", "sha256", "source_name", "encoding", "unit", "revision")
    noted: dict[str, Any] = json.loads(row.about)
    return {field: getattr(row, field) for field in fields} | noted


def frame(connection: Connection, part: Part = WHOLE) -> pd.DataFrame:
    """Return one row per document, in order of import, or a part of that.

    Columns: document, title, source, utterances, codable, speakers, imported_at. Words are looked
    for in the first three.
    """
    named = spoken.c.speaker_id != NOBODY
    counted = (
        select(
            spoken.c.document_id,
            func.sum(spoken.c.utterances).label("utterances"),
            func.sum(spoken.c.codable).label("codable"),
            func.count().filter(named).label("speakers"),
        )
        .group_by(spoken.c.document_id)
        .subquery()
    )
    query = (
        select(
            documents.c.name.label("document"),
            documents.c.title,
            documents.c.source_name.label("source"),
            func.coalesce(counted.c.utterances, 0).label("utterances"),
            func.coalesce(counted.c.codable, 0).label("codable"),
            func.coalesce(counted.c.speakers, 0).label("speakers"),
            documents.c.imported_at,
        )
        .join_from(documents, counted, counted.c.document_id == documents.c.id, isouter=True)
        .order_by(documents.c.id)
    )
    within = (documents.c.name, documents.c.title, documents.c.source_name)
    return listed(connection, query, part, within)


def place_frame(connection: Connection) -> pd.DataFrame:
    """Return where every utterance is, in order of import and reading, without its words.

    Columns: document, guid (the document's), position, label, codable, start_of, end_of (code
    points in the document), utterance_id.
    """
    query = (
        select(
            documents.c.name.label("document"),
            documents.c.guid,
            *(utterances.c[name] for name in ("position", "label", "codable")),
            utterances.c.start.label("start_of"),
            utterances.c.end.label("end_of"),
            utterances.c.id.label("utterance_id"),
        )
        .join_from(utterances, documents)
        .order_by(documents.c.id, utterances.c.position)
    )
    numbers = ("position", "start_of", "end_of", "utterance_id")
    table = gathered(connection.execute(query))
    return table.astype({"codable": bool, **dict.fromkeys(numbers, "int64")})


def utterance_frame(connection: Connection, document: str | None = None) -> pd.DataFrame:
    """Return utterances with speaker and words, in order of import and reading.

    Columns: those of the command line's contract (document, position, kind, label, speaker, role,
    organisation, stakeholder_type, reported, codable, start, end, time, text), then utterance_id,
    speaker_id (Int64), is_moderator (bool), section, level, note, asides.
    """
    query = (
        select(
            documents.c.name.label("document"),
            *(utterances.c[name] for name in ("position", "kind", "label")),
            speakers.c.name.label("speaker"),
            speakers.c.role,
            speakers.c.organisation,
            stakeholder_types.c.name.label("stakeholder_type"),
            *(utterances.c[name] for name in ("reported", "codable", "start", "end", "time")),
            utterances.c.id.label("utterance_id"),
            utterances.c.speaker_id,
            (speakers.c.is_moderator | stakeholder_types.c.is_moderator).label("moderator"),
            *(utterances.c[name] for name in ("section", "level", "note", "asides")),
        )
        .join_from(utterances, documents)
        .join(speakers, utterances.c.speaker_id == speakers.c.id, isouter=True)
        .join(stakeholder_types, isouter=True)
        .order_by(documents.c.id, utterances.c.position)
    )
    written = select(documents.c.name, texts.c.text).join_from(documents, texts)
    if document is not None:
        query = query.where(documents.c.name == document)
        written = written.where(documents.c.name == document)
    table = gathered(connection.execute(query))
    return _with_words(table, {row.name: row.text for row in connection.execute(written)})


def _with_words(table: pd.DataFrame, by_name: dict[str, str]) -> pd.DataFrame:
    spans = zip(table["document"], table["start"], table["end"], strict=True)
    words = [by_name[document][start:end] for document, start, end in spans]
    for row in table.index[table["asides"].notna()]:
        one = table.loc[row]
        place = (one["kind"], int(one["start"]), int(one["end"]))
        words[row] = words_without_asides(*place, one["asides"], by_name[one["document"]])
    moderator = table.pop("moderator")
    table.insert(UTTERANCE_COLUMNS.index("text"), "text", words)
    table["is_moderator"] = moderator.fillna(False).astype(bool)
    table["asides"] = [json.loads(aside) if aside else [] for aside in table["asides"].fillna("")]
    types: dict[str, Any] = {"reported": bool, "codable": bool, "speaker_id": "Int64"}
    return table.astype(types | {"time": "float64", "level": "Int64"})


def words_without_asides(kind: str, start: int, end: int, asides: str, text: str) -> str:
    """Return the words of an utterance; ``asides`` as stored, ``text`` that of the document."""
    inside = tuple((int(a), int(b)) for a, b in json.loads(asides))
    return Utterance(1, UtteranceKind(kind), start, end, asides=inside).text_in(text)
