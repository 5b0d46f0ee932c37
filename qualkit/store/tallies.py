"""What lists show of a document, counted whenever it changes: nobody counts millions of rows twice.

The tallies follow from the rows of the project, so they are neither in the change log nor in any
file that a project leaves in. Whoever writes rows brings them up to date for the documents
concerned, in the same transaction (``store/journal.py``); ``verify`` counts everything again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Select,
    Table,
    delete,
    except_,
    func,
    insert,
    select,
)

from qualkit.store.schema import metadata, reviews, round_utterances, utterances

__all__ = ["NOBODY", "Stale", "derived", "differences", "drawn", "recount", "seen", "spoken"]

NOBODY = 0
"""Stands for the speaker where nobody is named."""

_AT_ONCE = 400  # database variables in one statement, well below every limit

derived = MetaData(naming_convention=metadata.naming_convention)


def _tally(name: str, keys: Sequence[str], numbers: Sequence[str]) -> Table:
    columns = [Column(one, Integer, primary_key=True, autoincrement=False) for one in keys]
    counted = [Column(one, Integer, nullable=False) for one in numbers]
    return Table(name, derived, *columns, *counted)


spoken = _tally(
    "spoken_tallies", ("document_id", "speaker_id"), ("utterances", "codable", "first_position")
)
"""What each speaker says in a document: utterances, those to code, and the first one's position."""

seen = _tally("seen_tallies", ("document_id", "round_id", "coder_id"), ("codable",))
"""Of how many codable utterances of a document a coder has looked at in a round."""

drawn = _tally("drawn_tallies", ("document_id", "round_id"), ("codable",))
"""How many codable utterances of a document a round has that has its own."""


def _counted() -> Mapping[Table, Select[Any]]:
    """Return for each tally the query that counts it."""
    u, codable = utterances.c, func.count().filter(utterances.c.codable)
    speaker = func.coalesce(u.speaker_id, NOBODY)
    keys = {
        seen: (u.document_id, reviews.c.round_id, reviews.c.coder_id),
        drawn: (u.document_id, round_utterances.c.round_id),
    }
    return {
        spoken: select(u.document_id, speaker, func.count(), codable, func.min(u.position))
        .group_by(u.document_id, speaker),
        seen: select(*keys[seen], codable).join_from(utterances, reviews).group_by(*keys[seen]),
        drawn: select(*keys[drawn], codable)
        .join_from(utterances, round_utterances)
        .group_by(*keys[drawn]),
    }  # fmt: skip


@dataclass
class Stale:
    """What a write transaction has changed that tallies rest on.

    Attributes:
        documents: ids of the documents whose utterances came, went or changed.
        hanging: tally -> ids of the utterances on which something that it counts came or went.
    """

    documents: set[int] = field(default_factory=set)
    hanging: dict[Table, set[int]] = field(default_factory=lambda: {seen: set(), drawn: set()})

    def note(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Note rows of a table that came, went or changed."""
        if table is utterances:
            self.documents.update(row["document_id"] for row in rows)
        elif table in _RESTING:
            self.hanging[_RESTING[table]].update(row["utterance_id"] for row in rows)

    def settle(self, connection: Connection) -> None:
        """Count anew what the transaction has changed."""
        for tally in (spoken, seen, drawn):
            ids = self.documents | set(_places(connection, self.hanging.get(tally, set())))
            for some in _parts(ids):
                _recount(connection, tally, some)


_RESTING = {reviews: seen, round_utterances: drawn}
"""Table -> the tally that counts its rows."""


def _places(connection: Connection, ids: Iterable[int]) -> Iterator[int]:
    """Yield the documents of utterances that are there."""
    for some in _parts(ids):
        query = select(utterances.c.document_id).where(utterances.c.id.in_(some)).distinct()
        yield from connection.execute(query).scalars()


def _parts(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(ids)
    for first in range(0, len(ordered), _AT_ONCE):
        yield ordered[first : first + _AT_ONCE]


def _recount(connection: Connection, tally: Table, only: Sequence[int] | None) -> None:
    counted, gone = _counted()[tally], delete(tally)
    if only is not None:
        counted = counted.where(utterances.c.document_id.in_(only))
        gone = gone.where(tally.c.document_id.in_(only))
    connection.execute(gone)
    connection.execute(insert(tally).from_select(list(tally.c), counted))


def recount(connection: Connection) -> None:
    """Count everything anew, in a write transaction."""
    for tally in (spoken, seen, drawn):
        _recount(connection, tally, None)


def differences(connection: Connection) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield (table, row) of each tally that is not what counting its rows gives."""
    for tally, counted in _counted().items():
        for one, other in ((select(tally), counted), (counted, select(tally))):
            for row in connection.execute(except_(one, other)):
                yield tally.name, tuple(row)
