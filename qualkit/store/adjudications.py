"""Adjudications: decisions on disagreements, and the consensus layer that follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, select

from qualkit.model import Coder, CoderKind, Coding, Origin, coding_id
from qualkit.store import changes, coders
from qualkit.store.journal import Journal, Row
from qualkit.store.rounds import version_for
from qualkit.store.schema import adjudications, codings, documents, reviews, rounds, utterances
from qualkit.store.schema import coders as coder_rows

__all__ = [
    "CONSENSUS",
    "Decision",
    "Wanted",
    "decide",
    "ensure_consensus",
    "follow_join",
    "follow_split",
    "frame",
    "settle",
]

CONSENSUS = "consensus"
"""The coder whose codings stand after adjudication."""


@dataclass(frozen=True)
class Decision:
    """What was decided on one code of one utterance in one round."""

    utterance_id: int
    code: str
    round_id: int
    applies: bool
    reason: str
    by: str


@dataclass(frozen=True)
class Wanted:
    """A coding that the consensus is to hold: start and end None for the whole utterance."""

    code: str
    start: int | None = None
    end: int | None = None
    memo: str | None = None


def decide(journal: Journal, decision: Decision) -> None:
    """Write a decision; an earlier one on the same code gives way, and stays in the log."""
    key = {
        "utterance_id": decision.utterance_id,
        "code_id": decision.code,
        "round_id": decision.round_id,
    }
    by = coders.ensure(journal, Coder(decision.by))
    values = {"applies": decision.applies, "reason": decision.reason, "decided_by": by}
    values["decided_at"] = changes.now()
    query = select(adjudications).where(
        *(adjudications.c[name] == value for name, value in key.items())
    )
    present = journal.connection.execute(query).mappings().first()
    if present is None:
        journal.insert(adjudications, [{**key, **values}])
    else:
        journal.update(adjudications, dict(present), values)


def settle(
    journal: Journal, utterance_id: int, round_id: int, wanted: Sequence[Wanted] | None
) -> None:
    """Make the consensus on one utterance hold these codings, and no other; None: it is open yet.

    The consensus coder must be entered.
    """
    connection = journal.connection
    query = select(coder_rows.c.id).where(coder_rows.c.name == CONSENSUS)
    coder_id = connection.execute(query).scalar_one()
    present = _of_consensus(connection, utterance_id, round_id, coder_id)
    fresh = _rows(connection, utterance_id, round_id, coder_id, wanted or ())
    journal.delete(codings, [row for one, row in present.items() if one not in fresh])
    for one, row in fresh.items():
        if one in present:
            journal.update(codings, present[one], {"memo": row["memo"]})
    journal.insert(codings, [row for one, row in fresh.items() if one not in present])
    key = {"utterance_id": utterance_id, "coder_id": coder_id, "round_id": round_id}
    condition = [reviews.c[name] == value for name, value in key.items()]
    seen = connection.execute(select(reviews).where(*condition)).mappings().first()
    if wanted is None and seen is not None:
        journal.delete(reviews, [dict(seen)])
    if wanted is not None and seen is None:
        journal.insert(reviews, [{**key, "reviewed_at": changes.now()}])


def _of_consensus(
    connection: Connection, utterance_id: int, round_id: int, coder_id: int
) -> Mapping[str, Row]:
    query = select(codings).where(
        codings.c.utterance_id == utterance_id,
        codings.c.round_id == round_id,
        codings.c.coder_id == coder_id,
    )
    return {row["id"]: dict(row) for row in connection.execute(query).mappings()}


def _rows(
    connection: Connection,
    utterance_id: int,
    round_id: int,
    coder_id: int,
    wanted: Sequence[Wanted],
) -> dict[str, Row]:

    place = connection.execute(
        select(documents.c.guid, utterances.c.start)
        .join_from(utterances, documents)
        .where(utterances.c.id == utterance_id)
    ).one()
    called = connection.execute(select(rounds.c.name).where(rounds.c.id == round_id)).scalar_one()
    version, at = version_for(connection, round_id), changes.now()
    found: dict[str, Row] = {}
    for one in wanted:
        coding = Coding("", 0, one.code, CONSENSUS, called, start=one.start, end=one.end)
        identity = coding_id(place.guid, place.start, coding)
        found[identity] = {
            "id": identity,
            "utterance_id": utterance_id,
            "code_id": one.code,
            "coder_id": coder_id,
            "round_id": round_id,
            "start": one.start,
            "end": one.end,
            "origin": str(Origin.MANUAL),
            "certainty": None,
            "memo": one.memo,
            "codebook_version": version,
            "created_at": at,
        }
    return found


def frame(connection: Connection) -> pd.DataFrame:
    """Return all decisions in order of document and position.

    Columns: document, position, code_id, round, applies (bool), reason, decided_by, decided_at,
    utterance_id (int64).
    """
    query = (
        select(
            documents.c.name.label("document"),
            utterances.c.position,
            adjudications.c.code_id,
            rounds.c.name.label("round"),
            adjudications.c.applies,
            adjudications.c.reason,
            coder_rows.c.name.label("decided_by"),
            adjudications.c.decided_at,
            adjudications.c.utterance_id,
        )
        .join_from(adjudications, utterances)
        .join(documents)
        .join(rounds)
        .join(coder_rows, adjudications.c.decided_by == coder_rows.c.id)
        .order_by(documents.c.id, utterances.c.position, adjudications.c.id)
    )
    rows = connection.execute(query).all()
    return pd.DataFrame(rows, columns=query.selected_columns.keys())


def ensure_consensus(journal: Journal) -> None:
    """Enter the consensus coder if new.

    Raises:
        RefusedError: somebody else has this name.
    """
    coders.ensure(journal, Coder(CONSENSUS, CoderKind.CONSENSUS))


def follow_join(journal: Journal, first: int, second: int) -> None:
    """Let decisions on an utterance that was taken in stand on the one that took it in.

    Where both have one on the same code, the one on the first stays.
    """
    query = select(adjudications).where(adjudications.c.utterance_id.in_([first, second]))
    rows = [dict(row) for row in journal.connection.execute(query).mappings()]
    kept = {(row["code_id"], row["round_id"]) for row in rows if row["utterance_id"] == first}
    for row in rows:
        if row["utterance_id"] == first:
            continue
        if (row["code_id"], row["round_id"]) in kept:
            journal.delete(adjudications, [row])
        else:
            journal.update(adjudications, row, {"utterance_id": first})


def follow_split(journal: Journal, first: int, second: int) -> None:
    """Let decisions on an utterance stand on both its halves."""
    query = select(adjudications).where(adjudications.c.utterance_id == first)
    rows = [dict(row) for row in journal.connection.execute(query).mappings()]
    copies = [{name: row[name] for name in row if name != "id"} for row in rows]
    journal.insert(adjudications, [{**row, "utterance_id": second} for row in copies])
