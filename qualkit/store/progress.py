"""How far everybody has come: what there is to look at in each round, and who has looked at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, select, true

from qualkit.store.rounds import members
from qualkit.store.schema import (
    coders,
    documents,
    reviews,
    round_utterances,
    rounds,
    utterances,
)
from qualkit.store.touched import Touched

__all__ = [
    "Seen",
    "codable_in",
    "codable_per_document",
    "progress",
    "seen_after",
    "seen_in",
    "seen_per_document",
]

_AT_ONCE = 400  # database variables in one statement, well below every limit


def codable_in(connection: Connection) -> dict[int | None, int]:
    """Return round id -> its codable utterances, where it has its own; None -> all there are."""
    drawn = (
        select(round_utterances.c.round_id, func.count().label("n"))
        .join_from(round_utterances, utterances)
        .where(utterances.c.codable)
        .group_by(round_utterances.c.round_id)
    )
    totals: dict[int | None, int] = {row.round_id: int(row.n) for row in connection.execute(drawn)}
    whole, aside = (
        connection.execute(select(func.count()).select_from(utterances).where(condition))
        for condition in (true(), ~utterances.c.codable)
    )
    return totals | {None: int(whole.scalar_one()) - int(aside.scalar_one())}


Seen = Mapping[tuple[int, int], int]
"""(round, coder), as ids, -> codable utterances that the coder has looked at in the round."""


def seen_in(connection: Connection) -> Seen:
    """Return how many codable utterances everybody has looked at in each round.

    All reviews are counted, and those on what is not codable, which are few, taken off.
    """
    pair = (reviews.c.round_id, reviews.c.coder_id)
    counted = select(*pair, func.count().label("n")).group_by(*pair)
    aside = counted.join_from(reviews, utterances).where(~utterances.c.codable)
    seen = Counter({(row[0], row[1]): int(row.n) for row in connection.execute(counted)})
    seen.subtract({(row[0], row[1]): int(row.n) for row in connection.execute(aside)})
    return {one: n for one, n in seen.items() if n}


def seen_after(connection: Connection, seen: Seen, touched: Touched) -> Seen:
    """Return what ``seen_in`` gives after some more changes, counting those alone."""
    rows = list(touched.rows("reviews"))
    ids = sorted({row["utterance_id"] for _, row in rows})
    codable: set[int] = set()
    for some in _in_parts(ids):
        wanted = select(utterances.c.id).where(utterances.c.id.in_(some), utterances.c.codable)
        codable.update(connection.execute(wanted).scalars())
    now = Counter(seen)
    for sign, row in rows:
        if row["utterance_id"] in codable:
            now[row["round_id"], row["coder_id"]] += sign
    return {one: n for one, n in now.items() if n}


def seen_per_document(
    connection: Connection, coder: str, round_name: str, names: Sequence[str]
) -> dict[str, int]:
    """Return document -> codable utterances that a coder has looked at in a round, if any."""
    counted = (
        select(documents.c.name, func.count().label("n"))
        .join_from(documents, utterances)
        .join(reviews)
        .join(coders)
        .join(rounds)
        .where(utterances.c.codable, coders.c.name == coder, rounds.c.name == round_name)
        .group_by(documents.c.name)
    )
    return _per_document(connection, counted, names)


def codable_per_document(
    connection: Connection, round_name: str, names: Sequence[str]
) -> dict[str, int] | None:
    """Return document -> codable utterances of a round; None: the round has none of its own."""
    own = (
        select(documents.c.name, func.count().label("n"))
        .join_from(round_utterances, rounds)
        .join(utterances, round_utterances.c.utterance_id == utterances.c.id)
        .join(documents)
        .where(rounds.c.name == round_name)
    )
    any_of = select(round_utterances.c.round_id).join_from(round_utterances, rounds)
    if connection.execute(any_of.where(rounds.c.name == round_name).limit(1)).first() is None:
        return None
    counted = own.where(utterances.c.codable).group_by(documents.c.name)
    return _per_document(connection, counted, names)


def _per_document(connection: Connection, counted: Any, names: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in _in_parts(names):
        rows = connection.execute(counted.where(documents.c.name.in_(some)))
        found.update({row.name: int(row.n) for row in rows})
    return found


def _in_parts(wanted: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(wanted), _AT_ONCE):
        yield wanted[first : first + _AT_ONCE]


def progress(connection: Connection, totals: Mapping[int | None, int], seen: Seen) -> pd.DataFrame:
    """Return how many of a round's codable utterances each of its coders has looked at.

    Args:
        connection: to the project.
        totals: as from ``codable_in``.
        seen: as from ``seen_in``.

    Returns:
        Columns round, coder (str), reviewed, total (int64): those named for the round, and
        whoever has looked at something in it.
    """
    asked = members(connection)
    names = {row.id: row.name for row in connection.execute(select(coders.c.id, coders.c.name))}
    rows: list[tuple[Any, ...]] = []
    for one in connection.execute(select(rounds).order_by(rounds.c.id)):
        busy = {coder for round_id, coder in seen if round_id == one.id}
        for coder in sorted(busy | set(asked.get(one.id, {}))):
            total = totals.get(one.id, totals[None])
            rows.append((one.name, names[coder], seen.get((one.id, coder), 0), total))
    table = pd.DataFrame(rows, columns=["round", "coder", "reviewed", "total"])
    return table.astype({"reviewed": "int64", "total": "int64"})
