"""Speakers: one row for a named person in the project, one per document for a generic label."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, or_, select

from qualkit.model import Speaker
from qualkit.store import memos
from qualkit.store.journal import Journal
from qualkit.store.paging import WHOLE, Part, listed
from qualkit.store.schema import documents, speakers, stakeholder_types, utterances
from qualkit.store.tallies import spoken

__all__ = [
    "add",
    "change",
    "everywhere",
    "find_or_add",
    "frame",
    "load",
    "merge",
    "named",
    "rows",
    "spoken_by_named",
]


def _values(speaker: Speaker) -> dict[str, Any]:
    return {
        "name": speaker.name,
        "role": speaker.role,
        "organisation": speaker.organisation,
        "aliases": json.dumps(speaker.aliases, ensure_ascii=False),
        "is_moderator": speaker.is_moderator,
        "is_organisation": speaker.is_organisation,
        "stakeholder_type_id": speaker.stakeholder_type,
        "type_reason": speaker.type_reason,
    }


def everywhere(connection: Connection) -> dict[str, tuple[int, Speaker]]:
    """Return casefolded name -> (id, speaker) of those who may speak in several documents."""
    return {row.name.casefold(): (row.id, _speaker(row)) for row in _named(connection)}


def named(connection: Connection) -> list[Speaker]:
    """Return those who may speak in several documents."""
    return [_speaker(row) for row in _named(connection)]


def _named(connection: Connection) -> Iterable[Any]:
    query = select(speakers).where(speakers.c.document_id.is_(None))
    return connection.execute(query.order_by(speakers.c.id))


def spoken_by_named(connection: Connection) -> pd.DataFrame:
    """Return where those speak who may speak in several documents.

    Columns: speaker, document, utterances; one row for each speaker and document.
    """
    query = (
        select(
            speakers.c.name.label("speaker"),
            documents.c.name.label("document"),
            spoken.c.utterances,
        )
        .join_from(spoken, speakers, spoken.c.speaker_id == speakers.c.id)
        .join(documents, spoken.c.document_id == documents.c.id)
        .where(speakers.c.document_id.is_(None))
    )
    return pd.DataFrame(connection.execute(query).all(), columns=query.selected_columns.keys())


def _speaker(row: Any) -> Speaker:
    return Speaker(
        row.name,
        row.role,
        row.organisation,
        tuple(json.loads(row.aliases)),
        is_moderator=row.is_moderator,
        is_organisation=row.is_organisation,
        stakeholder_type=row.stakeholder_type_id,
        type_reason=row.type_reason,
    )


def load(connection: Connection, speaker_id: int) -> Speaker:
    """Return one speaker."""
    return _speaker(connection.execute(select(speakers).where(speakers.c.id == speaker_id)).one())


def add(journal: Journal, speaker: Speaker, *, document_id: int | None = None) -> int:
    """Store a new speaker and return the id.

    Args:
        journal: of a write transaction; the caller records the line of the log.
        speaker: with or without a stakeholder type.
        document_id: the one document in which a generic label means this speaker.
    """
    values = _values(speaker) | {"document_id": document_id}
    return int(journal.insert(speakers, [values])[0]["id"])


def find_or_add(journal: Journal, name: str, document_id: int) -> int:
    """Return the id of the speaker of this name in a document or everywhere; a new one if none."""
    wanted = name.strip()
    here = or_(speakers.c.document_id.is_(None), speakers.c.document_id == document_id)
    query = select(speakers.c.id).where(func.lower(speakers.c.name) == wanted.lower(), here)
    ordered = query.order_by(speakers.c.document_id.is_(None))
    found = journal.connection.execute(ordered).scalars().first()
    return add(journal, Speaker(wanted)) if found is None else int(found)


def change(journal: Journal, speaker_id: int, values: Mapping[str, Any]) -> None:
    """Set some of role, organisation, stakeholder_type_id, type_reason, is_moderator, aliases."""
    before = _row(journal.connection, speaker_id)
    journal.update(speakers, before, values)


def merge(journal: Journal, keep: int, others: list[int]) -> int:
    """Give all utterances of the others to ``keep``; return how many moved."""
    kept = _row(journal.connection, keep)
    gone = [_row(journal.connection, one) for one in others]
    names = set(json.loads(kept["aliases"])) | {row["name"] for row in gone}
    names |= {alias for row in gone for alias in json.loads(row["aliases"])}
    aliases = json.dumps(sorted(names), ensure_ascii=False)
    journal.update(speakers, kept, {"aliases": aliases})
    query = select(utterances).where(utterances.c.speaker_id.in_(others))
    moved = [dict(row) for row in journal.connection.execute(query).mappings()]
    for row in moved:
        journal.update(utterances, row, {"speaker_id": keep})
    for one in others:
        memos.follow(journal, "speaker", str(one), str(keep))
    journal.delete(speakers, gone)
    return len(moved)


def _row(connection: Connection, speaker_id: int) -> dict[str, Any]:
    query = select(speakers).where(speakers.c.id == speaker_id)
    return dict(connection.execute(query).mappings().one())


def rows(connection: Connection) -> list[dict[str, Any]]:
    """Return every speaker as a mapping with id, name, document (None = everywhere), aliases."""
    query = select(
        speakers.c.id, speakers.c.name, documents.c.name.label("document"), speakers.c.aliases
    ).join_from(speakers, documents, isouter=True)
    found = connection.execute(query.order_by(speakers.c.id)).mappings()
    return [{**row, "aliases": json.loads(row["aliases"])} for row in found]


def frame(connection: Connection, part: Part = WHOLE) -> pd.DataFrame:
    """Return one row per speaker and document spoken in, or a part of that.

    Columns: speaker, document, role, organisation, stakeholder_type, moderator (bool),
    utterances (int64), type_reason. Words are looked for in the first four.
    """
    is_moderator = func.coalesce(stakeholder_types.c.is_moderator, False)
    query = (
        select(
            speakers.c.name.label("speaker"),
            documents.c.name.label("document"),
            speakers.c.role,
            speakers.c.organisation,
            stakeholder_types.c.name.label("stakeholder_type"),
            (speakers.c.is_moderator | is_moderator).label("moderator"),
            spoken.c.utterances,
            speakers.c.type_reason,
        )
        .join_from(spoken, speakers, spoken.c.speaker_id == speakers.c.id)
        .join(documents, spoken.c.document_id == documents.c.id)
        .join(stakeholder_types, isouter=True)
        .order_by(documents.c.id, spoken.c.first_position)
    )
    within = (speakers.c.name, documents.c.name, speakers.c.role, speakers.c.organisation)
    table = listed(connection, query, part, within)
    return table.astype({"moderator": bool})
