"""How far everybody has come: what there is to look at in each round, and who has looked at it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, exists, func, select

from qualkit.store.rounds import members
from qualkit.store.schema import coders, documents, round_utterances, rounds
from qualkit.store.tallies import drawn, seen, spoken

__all__ = ["codable_per_document", "progress", "seen_per_document"]

_AT_ONCE = 400  # database variables in one statement, well below every limit


def progress(connection: Connection) -> pd.DataFrame:
    """Return how many of a round's codable utterances each of its coders has looked at.

    Returns:
        Columns round, coder (str), reviewed, total (int64): those named for the round, and
        whoever has looked at something in it.
    """
    asked, done = members(connection), _seen(connection)
    own = select(drawn.c.round_id, func.sum(drawn.c.codable)).group_by(drawn.c.round_id)
    drawn_from = exists().where(round_utterances.c.round_id == rounds.c.id)
    totals = dict.fromkeys(connection.execute(select(rounds.c.id).where(drawn_from)).scalars(), 0)
    totals |= {round_id: int(n) for round_id, n in connection.execute(own)}
    whole = int(connection.execute(select(func.sum(spoken.c.codable))).scalar_one() or 0)
    names = {row.id: row.name for row in connection.execute(select(coders.c.id, coders.c.name))}
    rows: list[tuple[Any, ...]] = []
    for one in connection.execute(select(rounds).order_by(rounds.c.id)):
        busy = {coder for round_id, coder in done if round_id == one.id}
        for coder in sorted(busy | set(asked.get(one.id, {}))):
            total = totals.get(one.id, whole)
            rows.append((one.name, names[coder], done.get((one.id, coder), 0), total))
    table = pd.DataFrame(rows, columns=["round", "coder", "reviewed", "total"])
    return table.astype({"reviewed": "int64", "total": "int64"})


def _seen(connection: Connection) -> dict[tuple[int, int], int]:
    """Return (round, coder), as ids, -> codable utterances looked at, if any."""
    pair = (seen.c.round_id, seen.c.coder_id)
    found = connection.execute(select(*pair, func.sum(seen.c.codable)).group_by(*pair))
    return {(round_id, coder): int(n) for round_id, coder, n in found if n}


def seen_per_document(
    connection: Connection, coder: str, round_name: str, names: Sequence[str]
) -> dict[str, int]:
    """Return document -> codable utterances that a coder has looked at in a round, if any."""
    counted = (
        select(documents.c.name, seen.c.codable)
        .join_from(documents, seen, seen.c.document_id == documents.c.id)
        .join(coders, coders.c.id == seen.c.coder_id)
        .join(rounds, rounds.c.id == seen.c.round_id)
        .where(coders.c.name == coder, rounds.c.name == round_name, seen.c.codable > 0)
    )
    return _per_document(connection, counted, names)


def codable_per_document(
    connection: Connection, round_name: str, names: Sequence[str]
) -> dict[str, int]:
    """Return document -> codable utterances of a round, which are all where it has no own ones."""
    any_of = select(round_utterances.c.round_id).join_from(round_utterances, rounds)
    if connection.execute(any_of.where(rounds.c.name == round_name).limit(1)).first() is None:
        whole = (
            select(documents.c.name, func.sum(spoken.c.codable))
            .join_from(documents, spoken, spoken.c.document_id == documents.c.id)
            .group_by(documents.c.name)
        )
        return _per_document(connection, whole, names)
    counted = (
        select(documents.c.name, drawn.c.codable)
        .join_from(documents, drawn, drawn.c.document_id == documents.c.id)
        .join(rounds, rounds.c.id == drawn.c.round_id)
        .where(rounds.c.name == round_name, drawn.c.codable > 0)
    )
    return _per_document(connection, counted, names)


def _per_document(connection: Connection, counted: Any, names: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for first in range(0, len(names), _AT_ONCE):
        some = names[first : first + _AT_ONCE]
        rows = connection.execute(counted.where(documents.c.name.in_(some)))
        found.update({str(name): int(n) for name, n in rows})
    return found
