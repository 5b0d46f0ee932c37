"""A batch of codings: applied and taken away in one go, with one line in the change log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pandas as pd
from sqlalchemy import Connection

from qualkit.errors import RefusedError, UnknownNameError
from qualkit.model import Coder, Coding
from qualkit.store import changes, coders, codings, exposures, rounds
from qualkit.store.codings import Owner, Place
from qualkit.store.journal import Journal, Row

__all__ = ["Batch", "Bulk", "Done", "commit", "commit_bulk"]


@dataclass(frozen=True)
class Batch:
    """What one coder does in one round, as one operation.

    Attributes:
        coder: entered if new.
        round: name of an open round.
        apply: codings to make; their own coder and round must be these.
        remove: ids of codings to take away.
        reviewed: (document, position) looked at; those with a coding to apply count anyway.
        unreviewed: (document, position) to be looked at again.
        reject: (document, position, code id) that was suggested, or might be, and does not apply.
        unreject: the same, taken back.
        op_id: made by the door, so that a repeated request is applied once.
    """

    coder: Coder
    round: str = "main"
    apply: Sequence[Coding] = ()
    remove: Sequence[str] = ()
    reviewed: Sequence[tuple[str, int]] = ()
    unreviewed: Sequence[tuple[str, int]] = ()
    reject: Sequence[tuple[str, int, str]] = ()
    unreject: Sequence[tuple[str, int, str]] = ()
    op_id: str | None = None


@dataclass(frozen=True)
class Done:
    """What a batch changed: numbers of codings, of reviews and of rejected suggestions."""

    applied: int = 0
    removed: int = 0
    reviewed: int = 0
    unreviewed: int = 0
    rejected: int = 0
    unrejected: int = 0


@dataclass(frozen=True)
class Bulk:
    """Very many codings of one coder in one round, as a table: for what comes out of a file.

    Attributes:
        coder: entered if new.
        round: name of an open round.
        table: codings to make, with the columns that ``codings.apply_table`` takes.
        reviewed: ids of the utterances looked at; those with a coding among them.
    """

    coder: Coder
    round: str
    table: pd.DataFrame
    reviewed: list[int]


def commit(journal: Journal, batch: Batch) -> Done:
    """Carry out a batch in the caller's write transaction.

    A batch that changes nothing leaves no line in the log, unless it has an ``op_id``: that is
    remembered, so a late repeat does nothing either.

    Raises:
        UnknownNameError: an utterance that the project lacks.
        RefusedError: the round is closed, or not for this coder, utterance or code; the name
            belongs to a coder of another kind; a coding to remove is somebody else's.
    """
    connection = journal.connection
    if batch.op_id is not None and changes.is_done(connection, batch.op_id):
        return Done()
    owner = _owner(journal, batch.coder, batch.round)
    looked = [(coding.document, coding.position) for coding in batch.apply]
    looked += list(batch.reviewed)
    judged = [(document, at) for document, at, _ in (*batch.reject, *batch.unreject)]
    places = _places(connection, [*looked, *batch.unreviewed, *judged])
    codes = {coding.code for coding in batch.apply} | {code for _, _, code in batch.reject}
    version = _checked(connection, owner, [place.id for place in places.values()], codes)
    gone = codings.remove(journal, batch.remove)
    _check_own(gone, owner)
    fresh = codings.apply(journal, batch.apply, places=places, owner=owner, version=version)
    seen = codings.mark_reviewed(journal, [places[one].id for one in looked], *owner.ids)
    again = [places[one].id for one in batch.unreviewed]
    unseen = codings.unmark_reviewed(journal, again, *owner.ids)
    no, yes = (
        [(places[document, at].id, code) for document, at, code in some]
        for some in (batch.reject, batch.unreject)
    )
    rejected = exposures.reject(journal, no, *owner.ids)
    taken_back = exposures.unreject(journal, yes, *owner.ids)
    done = Done(len(fresh), len(gone), len(seen), len(unseen), rejected, taken_back)
    _record(journal, owner, done, [*fresh, *gone], op_id=batch.op_id)
    return done


def _places(
    connection: Connection, wanted: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], Place]:
    found = codings.spans(connection, wanted)
    for place in wanted:
        if place not in found:
            raise UnknownNameError(f"there is no utterance {place[1]}", where=place[0])
    return found


def commit_bulk(journal: Journal, bulk: Bulk) -> Done:
    """Carry out a bulk in the caller's write transaction; changing nothing, it leaves no line.

    Raises:
        RefusedError: as ``commit``.
    """
    owner = _owner(journal, bulk.coder, bulk.round)
    codes = set(bulk.table["code_id"].unique())
    version = _checked(journal.connection, owner, bulk.reviewed, codes)
    fresh = codings.apply_table(journal, bulk.table, owner=owner, version=version)
    seen = codings.mark_reviewed(journal, bulk.reviewed, *owner.ids)
    done = Done(applied=len(fresh), reviewed=len(seen))
    _record(journal, owner, done, fresh)
    return done


def _owner(journal: Journal, coder: Coder, round_name: str) -> Owner:
    coder_id = coders.ensure(journal, coder)
    round_id = rounds.find_round(journal.connection, round_name)
    rounds.check_coder(journal.connection, round_id, coder_id)
    return Owner(coder.name, coder_id, round_name, round_id)


def _checked(connection: Connection, owner: Owner, ids: Sequence[int], codes: set[str]) -> int:
    """Return the codebook version to code under; refuse utterances and codes not of the round."""
    rounds.check_places(connection, owner.round_id, ids)
    version = rounds.version_for(connection, owner.round_id)
    rounds.check_codes(connection, version, codes)
    return version


def _record(
    journal: Journal, owner: Owner, done: Done, rows: Sequence[Row], op_id: str | None = None
) -> None:
    codes = dict(Counter(row["code_id"] for row in rows).most_common())
    summary = {"round": owner.round, **asdict(done), "codes": codes}
    journal.record("codings.batch", summary, actor=owner.coder, op_id=op_id)


def _check_own(rows: Sequence[Row], owner: Owner) -> None:
    if any((row["coder_id"], row["round_id"]) != (owner.coder_id, owner.round_id) for row in rows):
        raise RefusedError(
            "a coding of somebody else, or of another round, cannot be removed",
            remedy="remove it as its own coder, in its own round",
        )
