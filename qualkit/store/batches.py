"""A batch of codings: applied and taken away in one go, with one line in the change log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from qualkit.errors import RefusedError, UnknownNameError
from qualkit.model import Coder, Coding
from qualkit.store import changes, coders, codings, rounds
from qualkit.store.journal import Journal, Row

__all__ = ["Batch", "Done", "commit"]


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
        op_id: made by the door, so that a repeated request is applied once.
    """

    coder: Coder
    round: str = "main"
    apply: Sequence[Coding] = ()
    remove: Sequence[str] = ()
    reviewed: Sequence[tuple[str, int]] = ()
    unreviewed: Sequence[tuple[str, int]] = ()
    op_id: str | None = None


@dataclass(frozen=True)
class Done:
    """What a batch changed: numbers of codings and of reviews."""

    applied: int = 0
    removed: int = 0
    reviewed: int = 0
    unreviewed: int = 0


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
    coder_id = coders.ensure(journal, batch.coder)
    round_id = rounds.find_round(connection, batch.round)
    rounds.check_coder(connection, round_id, coder_id)
    touched = [(coding.document, coding.position) for coding in batch.apply]
    touched += list(batch.reviewed)
    places = codings.spans(connection, [*touched, *batch.unreviewed])
    for place in [*touched, *batch.unreviewed]:
        if place not in places:
            raise UnknownNameError(f"there is no utterance {place[1]}", where=place[0])
    ids = [places[place].id for place in [*touched, *batch.unreviewed]]
    rounds.check_places(connection, round_id, ids)
    version = rounds.version_for(connection, round_id)
    rounds.check_codes(connection, version, {coding.code for coding in batch.apply})
    gone = codings.remove(journal, batch.remove)
    _check_own(gone, coder_id, round_id)
    fresh = codings.apply(
        journal,
        batch.apply,
        places=places,
        coder_ids={batch.coder.name: coder_id},
        round_ids={batch.round: round_id},
        version=version,
    )
    ids = [places[place].id for place in touched]
    seen = codings.mark_reviewed(journal, ids, coder_id, round_id)
    again = [places[place].id for place in batch.unreviewed]
    unseen = codings.unmark_reviewed(journal, again, coder_id, round_id) if again else []
    done = Done(len(fresh), len(gone), len(seen), len(unseen))
    summary = {"round": batch.round, **asdict(done), "codes": _codes([*fresh, *gone])}
    journal.record("codings.batch", summary, actor=batch.coder.name, op_id=batch.op_id)
    return done


def _check_own(rows: Sequence[Row], coder_id: int, round_id: int) -> None:
    if any((row["coder_id"], row["round_id"]) != (coder_id, round_id) for row in rows):
        raise RefusedError(
            "a coding of somebody else, or of another round, cannot be removed",
            remedy="remove it as its own coder, in its own round",
        )


def _codes(rows: Sequence[Row]) -> dict[str, int]:
    return dict(Counter(row["code_id"] for row in rows).most_common())
