"""Codings and reviews: set-based, idempotent, each batch with one line in the change log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import Connection, select
from sqlalchemy import Row as Found

from qualkit.model import Coding, coding_id, name_id
from qualkit.store import changes
from qualkit.store.gathering import gathered
from qualkit.store.journal import Journal, Row
from qualkit.store.schema import (
    code_rows,
    coders,
    codings,
    documents,
    reviews,
    rounds,
    utterances,
)

__all__ = [
    "Owner",
    "Place",
    "apply",
    "apply_table",
    "frame",
    "mark_reviewed",
    "present_ids",
    "remove",
    "review_frame",
    "spans",
    "unmark_reviewed",
]

Place = Found[*tuple[Any, ...]]
"""An utterance as ``spans`` finds it."""


class Owner(NamedTuple):
    """Whose codings, in which round: names with their ids."""

    coder: str
    coder_id: int
    round: str
    round_id: int

    @property
    def ids(self) -> tuple[int, int]:
        """Ids of the coder and of the round."""
        return self.coder_id, self.round_id


_MANY = 5000  # codings from which it takes less time to look at all there are
_AT_ONCE = 500  # database variables in one statement, well below every limit


def spans(
    connection: Connection, wanted: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], Place]:
    """Return (document, position) -> row with id, guid, start, end, codable.

    Utterances that the project lacks are left out.
    """
    positions: dict[str, set[int]] = {}
    for document, position in wanted:
        positions.setdefault(document, set()).add(position)
    found: dict[tuple[str, int], Place] = {}
    for document, numbers in positions.items():
        query = (
            select(
                documents.c.guid,
                utterances.c.position,
                utterances.c.id,
                utterances.c.start,
                utterances.c.end,
                utterances.c.codable,
            )
            .join_from(utterances, documents)
            .where(documents.c.name == document)
        )
        if len(numbers) <= _AT_ONCE:
            query = query.where(utterances.c.position.in_(numbers))
        rows = connection.execute(query)
        found.update({(document, row.position): row for row in rows if row.position in numbers})
    return found


def apply(
    journal: Journal,
    batch: Sequence[Coding],
    *,
    places: Mapping[tuple[str, int], Place],
    owner: Owner,
    version: int,
) -> list[Row]:
    """Store the codings that are not there yet and return their rows.

    Args:
        journal: of a write transaction; the caller records the line of the log.
        batch: what to apply; all by the owner, utterances as known to ``places``.
        places: as from ``spans``.
        owner: whose codings, in which round.
        version: of the codebook that they are made under.
    """
    shared = _shared(owner, version)
    rows: dict[str, Row] = {}
    for coding in batch:
        place = places[coding.document, coding.position]
        identity = coding_id(place.guid, place.start, coding)
        rows[identity] = shared | {
            "id": identity,
            "utterance_id": place.id,
            "code_id": coding.code,
            "start": coding.start,
            "end": coding.end,
            "origin": str(coding.origin),
            "certainty": coding.certainty,
            "memo": coding.memo,
        }
    return _insert_new(journal, rows)


def apply_table(journal: Journal, table: pd.DataFrame, *, owner: Owner, version: int) -> list[Row]:
    """Store very many codings of one coder, as ``apply`` does; return the rows that are new.

    Args:
        journal: of a write transaction; the caller records the line of the log.
        table: columns utterance_id, guid (the document's), start_of (where the utterance begins),
            code_id, start, end, origin, certainty, memo; what is missing is None.
        owner: whose codings, in which round.
        version: of the codebook that they are made under.
    """
    said = ["guid", "start_of", "start", "end", "code_id"]
    keys = zip(*(table[name].tolist() for name in said), strict=True)
    ids = [name_id(*key, owner.coder, owner.round) for key in keys]
    own = ["utterance_id", "code_id", "start", "end", "origin", "certainty", "memo"]
    columns: dict[str, Iterable[Any]] = {name: table[name].tolist() for name in own}
    columns |= {name: repeat(value) for name, value in _shared(owner, version).items()}
    names = [column.name for column in codings.c]
    columns["id"] = ids
    cells = zip(*(columns[name] for name in names), strict=False)  # what is shared has no end
    rows = (dict(zip(names, row, strict=True)) for row in cells)
    return _insert_new(journal, dict(zip(ids, rows, strict=True)))


def _shared(owner: Owner, version: int) -> Row:
    """Return what all codings of one batch have in common."""
    return {
        "coder_id": owner.coder_id,
        "round_id": owner.round_id,
        "codebook_version": version,
        "created_at": changes.now(),
    }


def _insert_new(journal: Journal, rows: Mapping[str, Row]) -> list[Row]:
    present = present_ids(journal.connection, list(rows))
    return journal.insert(codings, [row for one, row in rows.items() if one not in present])


def present_ids(connection: Connection, ids: list[str]) -> set[str]:
    """Return which of these are ids of codings."""
    if len(ids) > _MANY:
        return set(ids).intersection(connection.execute(select(codings.c.id)).scalars())
    found: set[str] = set()
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        found.update(
            connection.execute(select(codings.c.id).where(codings.c.id.in_(some))).scalars()
        )
    return found


def remove(journal: Journal, ids: Sequence[str]) -> list[Row]:
    """Delete codings and return the rows that were there."""
    gone: list[Row] = []
    for first in range(0, len(ids), _AT_ONCE):
        wanted = select(codings).where(codings.c.id.in_(ids[first : first + _AT_ONCE]))
        gone += [dict(row) for row in journal.connection.execute(wanted).mappings()]
    journal.delete(codings, gone)
    return gone


def mark_reviewed(
    journal: Journal, utterance_ids: Iterable[int], coder_id: int, round_id: int
) -> list[int]:
    """Note that a coder has looked at these utterances; return those not noted before."""
    wanted = list(dict.fromkeys(utterance_ids))
    query = select(reviews.c.utterance_id).where(
        reviews.c.coder_id == coder_id, reviews.c.round_id == round_id
    )
    if len(wanted) <= _AT_ONCE:
        query = query.where(reviews.c.utterance_id.in_(wanted))
    present = set(journal.connection.execute(query).scalars())
    fresh = [one for one in wanted if one not in present]
    at = changes.now()
    rows = [
        {"utterance_id": one, "coder_id": coder_id, "round_id": round_id, "reviewed_at": at}
        for one in fresh
    ]
    journal.insert(reviews, rows)
    return fresh


def unmark_reviewed(
    journal: Journal, utterance_ids: Sequence[int], coder_id: int, round_id: int
) -> list[int]:
    """Take the note back; return the utterances that had it."""
    if not utterance_ids:
        return []
    query = select(reviews).where(
        reviews.c.coder_id == coder_id,
        reviews.c.round_id == round_id,
        reviews.c.utterance_id.in_(utterance_ids),
    )
    had = [dict(row) for row in journal.connection.execute(query).mappings()]
    journal.delete(reviews, had)
    return [row["utterance_id"] for row in had]


def frame(
    connection: Connection, *, document: str | None = None, noted: bool = False
) -> pd.DataFrame:
    """Return codings in order of document, position and time; ``noted``: those with a memo alone.

    Columns: those of the contract (document, position, code, coder, round, start, end (Int64),
    origin, certainty (Int64), memo, codebook_version, created_at), then coder_kind, code_id, id.
    """
    query = (
        select(
            documents.c.name.label("document"),
            utterances.c.position,
            code_rows.c.name.label("code"),
            coders.c.name.label("coder"),
            rounds.c.name.label("round"),
            *(codings.c[name] for name in ("start", "end", "origin", "certainty", "memo")),
            *(codings.c[name] for name in ("codebook_version", "created_at")),
            coders.c.kind.label("coder_kind"),
            codings.c.code_id,
            codings.c.id,
        )
        .join_from(codings, utterances)
        .join(documents)
        .join(code_rows, codings.c.code_id == code_rows.c.id)
        .join(coders)
        .join(rounds)
        .order_by(documents.c.id, utterances.c.position, code_rows.c.position, coders.c.id)
    )
    if document is not None:
        query = query.where(documents.c.name == document)
    if noted:
        query = query.where(codings.c.memo.is_not(None))
    table = gathered(connection.execute(query))
    return table.astype({"start": "Int64", "end": "Int64", "certainty": "Int64"})


def review_frame(
    connection: Connection, *, document: str | None = None, position: int | None = None
) -> pd.DataFrame:
    """Return who has reviewed what and when; with ``position`` of one utterance of the document.

    Columns: document, position, coder, round, coder_kind, reviewed_at.
    """
    query = (
        select(
            documents.c.name.label("document"),
            utterances.c.position,
            coders.c.name.label("coder"),
            rounds.c.name.label("round"),
            coders.c.kind.label("coder_kind"),
            reviews.c.reviewed_at,
        )
        .join_from(reviews, utterances)
        .join(documents)
        .join(coders)
        .join(rounds)
        .order_by(documents.c.id, utterances.c.position, coders.c.id)
    )
    if document is not None:
        query = query.where(documents.c.name == document)
    if position is not None:
        query = query.where(utterances.c.position == position)
    return gathered(connection.execute(query))
