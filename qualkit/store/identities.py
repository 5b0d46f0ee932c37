"""The ids of codings, which follow from where they stand and whose they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select

from qualkit.model import Coding, coding_id
from qualkit.store.schema import coders, documents, rounds, utterances

__all__ = ["Identities", "on_stored"]

_AT_ONCE = 400  # database variables in one statement, well below every limit


class Identities:
    """Gives rows of codings their ids.

    Args:
        connection: of the project; its coders and rounds are read once.
    """

    def __init__(self, connection: Connection) -> None:
        people = connection.execute(select(coders.c.id, coders.c.name))
        self.coders = {row.id: row.name for row in people}
        called = connection.execute(select(rounds.c.id, rounds.c.name))
        self.rounds = {row.id: row.name for row in called}

    def of(self, document_guid: str, utterance_start: int, row: Mapping[str, Any]) -> str:
        """Return the id of a coding on the utterance that begins there."""
        owner = (self.coders[row["coder_id"]], self.rounds[row["round_id"]])
        coding = Coding("", 0, row["code_id"], *owner, start=row["start"], end=row["end"])
        return coding_id(document_guid, utterance_start, coding)


def on_stored(
    connection: Connection, places: Collection[int]
) -> Callable[[Mapping[str, Any]], str]:
    """Return the function that gives codings on some stored utterances their ids."""
    identities = Identities(connection)
    query = select(utterances.c.id, utterances.c.start, documents.c.guid)
    query = query.join_from(utterances, documents)
    ids = sorted(places)
    where: dict[int, tuple[str, int]] = {}
    for first in range(0, len(ids), _AT_ONCE):
        some = query.where(utterances.c.id.in_(ids[first : first + _AT_ONCE]))
        where |= {row.id: (row.guid, row.start) for row in connection.execute(some)}

    def identity(row: Mapping[str, Any]) -> str:
        return identities.of(*where[row["utterance_id"]], row)

    return identity
