"""A batch of codings: applied and taken away in one go, with one line in the change log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from qualkit.errors import UnknownNameError
from qualkit.model import Coder, Coding
from qualkit.store import changes, coders, codings
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
        RefusedError: the round is closed, or the name belongs to a coder of another kind.
    """
    connection = journal.connection
    if batch.op_id is not None and changes.is_done(connection, batch.op_id):
        return Done()
    coder_id = coders.ensure(journal, batch.coder)
    round_id = coders.find_round(connection, batch.round)
    touched = [(coding.document, coding.position) for coding in batch.apply]
    touched += list(batch.reviewed)
    places = codings.spans(connection, [*touched, *batch.unreviewed])
    for place in [*touched, *batch.unreviewed]:
        if place not in places:
            raise UnknownNameError(f"there is no utterance {place[1]}", where=place[0])
    gone = codings.remove(journal, batch.remove)
    fresh = codings.apply(
        journal,
        batch.apply,
        places=places,
        coder_ids={batch.coder.name: coder_id},
        round_ids={batch.round: round_id},
    )
    ids = [places[place].id for place in touched]
    seen = codings.mark_reviewed(journal, ids, coder_id, round_id)
    again = [places[place].id for place in batch.unreviewed]
    unseen = codings.unmark_reviewed(journal, again, coder_id, round_id) if again else []
    done = Done(len(fresh), len(gone), len(seen), len(unseen))
    summary = {"round": batch.round, **asdict(done), "codes": _codes([*fresh, *gone])}
    journal.record("codings.batch", summary, actor=batch.coder.name, op_id=batch.op_id)
    return done


def _codes(rows: Sequence[Row]) -> dict[str, int]:
    return dict(Counter(row["code_id"] for row in rows).most_common())
