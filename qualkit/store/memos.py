"""Memos: analytic notes hung on something in the project."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Connection, Integer, Select, String, cast, select

from qualkit.model import Coder
from qualkit.store import changes, coders
from qualkit.store.journal import Journal, Row
from qualkit.store.schema import coders as coder_rows
from qualkit.store.schema import codings, documents, memos, speakers, utterances

__all__ = ["add", "change", "delete", "follow", "named", "places", "rows", "set_coding"]


def add(journal: Journal, about: str, target: str, text: str, coder: str) -> str:
    """Store a memo and return its guid.

    Args:
        journal: of a write transaction; the caller records the line of the log.
        about: project, document, speaker, utterance or code.
        target: guid of a document, id of a speaker, utterance or code, "" for the project.
        text: what it says.
        coder: whose memo; entered if new.
    """
    coder_id = coders.ensure(journal, Coder(coder))
    guid, at = str(uuid.uuid4()), changes.now()
    row = {"guid": guid, "about": about, "target": target, "coder_id": coder_id, "text": text}
    journal.insert(memos, [{**row, "created_at": at, "changed_at": at}])
    return guid


def change(journal: Journal, row: Row, text: str) -> None:
    """Give a memo other words."""
    journal.update(memos, _stored(row), {"text": text, "changed_at": changes.now()})


def delete(journal: Journal, row: Row) -> None:
    """Delete a memo; the log keeps it."""
    journal.delete(memos, [_stored(row)])


def _stored(row: Row) -> Row:
    return {column.name: row[column.name] for column in memos.c}


def rows(connection: Connection) -> list[Row]:
    """Return every memo as stored, oldest first, with the name of its coder."""
    query = select(memos, coder_rows.c.name.label("coder")).join_from(memos, coder_rows)
    return [dict(row) for row in connection.execute(query.order_by(memos.c.id)).mappings()]


def named(connection: Connection, start: str) -> list[Row]:
    """Return the memos whose guid begins so."""
    return [row for row in rows(connection) if row["guid"].startswith(start)]


def places(connection: Connection) -> dict[str, dict[str, tuple[Any, ...]]]:
    """Return, for each kind of target that has memos, target -> (document, position, name).

    What does not apply is None.
    """
    files = connection.execute(
        select(documents.c.guid, documents.c.name).where(documents.c.guid.in_(_targets("document")))
    )
    people = connection.execute(
        select(speakers.c.id, speakers.c.name, documents.c.name.label("document"))
        .join_from(speakers, documents, isouter=True)
        .where(speakers.c.id.in_(_targets("speaker", Integer)))
    )
    turns = connection.execute(
        select(utterances.c.id, documents.c.name, utterances.c.position)
        .join_from(utterances, documents)
        .where(utterances.c.id.in_(_targets("utterance", Integer)))
    )
    return {
        "project": {"": (None, None, None)},
        "document": {row.guid: (row.name, None, None) for row in files},
        "speaker": {str(row.id): (row.document, None, row.name) for row in people},
        "utterance": {str(row.id): (row.name, row.position, None) for row in turns},
    }


def _targets(about: str, kind: type[Any] = String) -> Select[Any]:
    return select(cast(memos.c.target, kind)).where(memos.c.about == about)


def set_coding(journal: Journal, coding_id: str, values: Row) -> bool:
    """Set memo and certainty of a coding; return whether that changed anything."""
    query = select(codings).where(codings.c.id == coding_id)
    row = dict(journal.connection.execute(query).mappings().one())
    return journal.update(codings, row, values) != row


def follow(journal: Journal, about: str, old: str, new: str) -> None:
    """Hang the memos on one thing on another: what they were on has become part of it."""
    query = select(memos).where(memos.c.about == about, memos.c.target == old)
    for row in journal.connection.execute(query).mappings().all():
        journal.update(memos, dict(row), {"target": new})
