"""What lists show of a document, counted whenever it changes: nobody counts millions of rows twice.

The tallies follow from the rows of the project, so they are neither in the change log nor in any
file that a project leaves in. Whoever writes rows brings them up to date for the documents
concerned, in the same transaction (``store/journal.py``); ``verify`` counts everything again.
"""

from __future__ import annotations

from collections import Counter
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
    and_,
    delete,
    except_,
    func,
    insert,
    select,
    update,
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
"""How many codable utterances of a document a coder has looked at in a round, if any."""

drawn = _tally("drawn_tallies", ("document_id", "round_id"), ("codable",))
"""How many codable utterances of a document a round has that has its own, if any."""


def _counted() -> Mapping[Table, Select[Any]]:
    """Return for each tally the query that counts it."""
    u, codable = utterances.c, func.count().filter(utterances.c.codable)
    speaker = func.coalesce(u.speaker_id, NOBODY)
    keys = {
        tally: (u.document_id, *(table.c[name] for name in _HANGING[tally]))
        for table, tally in _RESTING.items()
    }
    return {
        spoken: select(u.document_id, speaker, func.count(), codable, func.min(u.position))
        .group_by(u.document_id, speaker),
    } | {
        tally: select(*keys[tally], func.count())
        .join_from(utterances, table)
        .where(u.codable)
        .group_by(*keys[tally])
        for table, tally in _RESTING.items()
    }  # fmt: skip


@dataclass
class Stale:
    """What a write transaction has changed that tallies rest on.

    Attributes:
        documents: ids of the documents whose utterances came, went or changed.
        hanging: tally -> (utterance, and the other keys) -> how many came, less how many went.
    """

    documents: set[int] = field(default_factory=set)
    hanging: dict[Table, Counter[tuple[int, ...]]] = field(
        default_factory=lambda: {seen: Counter(), drawn: Counter()}
    )

    def note(self, table: Table, rows: Iterable[Mapping[str, Any]], more: int) -> None:
        """Note rows of a table that came (``more`` is 1), went (-1) or changed (both)."""
        if table is utterances:
            self.documents.update(row["document_id"] for row in rows)
        elif table in _RESTING:
            tally = _RESTING[table]
            for row in rows:
                key = (row["utterance_id"], *(row[name] for name in _HANGING[tally]))
                self.hanging[tally][key] += more

    def settle(self, connection: Connection) -> None:
        """Bring the tallies up to date with what the transaction has changed."""
        for tally, changes in self.hanging.items():
            changed = {key: more for key, more in changes.items() if more}
            if len(changed) > _AT_ONCE:
                self.documents.update(place for _, place in _places(connection, changed))
            elif changed:
                _add(connection, tally, changed, but=self.documents)
        for tally in (spoken, seen, drawn):
            for some in _parts(self.documents):
                _recount(connection, tally, some)


_RESTING = {reviews: seen, round_utterances: drawn}
"""Table -> the tally that counts its rows."""

_HANGING = {seen: ("round_id", "coder_id"), drawn: ("round_id",)}
"""Tally -> what it keeps apart beside documents."""


def _places(
    connection: Connection, changed: Iterable[tuple[int, ...]]
) -> Iterator[tuple[int, int]]:
    """Yield the id and the document of each utterance that is there and codable."""
    for some in _parts({key[0] for key in changed}):
        u = utterances.c
        query = select(u.id, u.document_id).where(u.id.in_(some), u.codable)
        yield from ((int(row[0]), int(row[1])) for row in connection.execute(query))


def _add(
    connection: Connection, tally: Table, changed: Mapping[tuple[int, ...], int], *, but: set[int]
) -> None:
    """Add what came and went to a tally, other than in documents that are counted anew."""
    document_of = dict(_places(connection, changed))
    sums: Counter[tuple[int, ...]] = Counter()
    for (utterance, *others), more in changed.items():
        if document_of.get(utterance, -1) not in but | {-1}:
            sums[(document_of[utterance], *others)] += more
    for key, more in sums.items():
        place = dict(zip(("document_id", *_HANGING[tally]), key, strict=True))
        here = and_(*(tally.c[name] == value for name, value in place.items()))
        now = update(tally).where(here).values(codable=tally.c.codable + more)
        if more and not connection.execute(now).rowcount:
            connection.execute(insert(tally).values(**place, codable=more))
        if more < 0:
            connection.execute(delete(tally).where(here, tally.c.codable == 0))


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
