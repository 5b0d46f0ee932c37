"""Coders and rounds."""

from __future__ import annotations

import uuid

import pandas as pd
from sqlalchemy import Connection, select

from qualkit.errors import RefusedError, UnknownNameError
from qualkit.model import Coder, CoderKind, Round
from qualkit.store import changes
from qualkit.store.journal import Journal
from qualkit.store.schema import coders, rounds

__all__ = ["all_coders", "ensure", "ensure_round", "find_round", "names", "round_frame"]


def all_coders(connection: Connection) -> list[Coder]:
    """Return every coder, in order of appearance."""
    found = connection.execute(select(coders).order_by(coders.c.id))
    return [Coder(row.name, CoderKind(row.kind)) for row in found]


def names(connection: Connection) -> dict[int, str]:
    """Return id -> name of every coder."""
    return {row.id: row.name for row in connection.execute(select(coders.c.id, coders.c.name))}


def ensure(journal: Journal, coder: Coder) -> int:
    """Return the id of this coder, who is entered if new.

    Raises:
        RefusedError: somebody of this name is a coder of another kind.
    """
    query = select(coders).where(coders.c.name == coder.name)
    row = journal.connection.execute(query).first()
    if row is not None:
        if row.kind != coder.kind:
            raise RefusedError(
                f"coder '{coder.name}' is a {row.kind} coder here",
                remedy=f"choose another name for the {coder.kind} one",
            )
        return int(row.id)
    values = {
        "guid": str(uuid.uuid4()),
        "name": coder.name,
        "kind": str(coder.kind),
        "created_at": changes.now(),
    }
    coder_id = int(journal.insert(coders, [values])[0]["id"])
    journal.record("coder.add", {"coder": coder.name, "kind": str(coder.kind)})
    return coder_id


def ensure_round(journal: Journal, wanted: Round) -> int:
    """Return the id of the round of this name, which is opened if new."""
    query = select(rounds.c.id).where(rounds.c.name == wanted.name)
    row = journal.connection.execute(query).first()
    if row is not None:
        return int(row.id)
    values = {
        "name": wanted.name,
        "mode": str(wanted.mode),
        "suggestions": str(wanted.suggestions),
        "created_at": changes.now(),
        "closed_at": None,
    }
    return int(journal.insert(rounds, [values])[0]["id"])


def find_round(connection: Connection, name: str) -> int:
    """Return the id of an open round.

    Raises:
        UnknownNameError: no such round; the message lists those there are.
        RefusedError: the round is closed.
    """
    found = {row.name: row for row in connection.execute(select(rounds))}
    if name not in found:
        raise UnknownNameError(
            f"there is no round '{name}'", remedy=f"the rounds are: {', '.join(found)}"
        )
    if found[name].closed_at is not None:
        raise RefusedError(f"round '{name}' is closed", remedy="code in an open round")
    return int(found[name].id)


def round_frame(connection: Connection) -> pd.DataFrame:
    """Return all rounds: columns round, mode, suggestions, created_at, closed_at (str)."""
    columns = [
        rounds.c.name.label("round"),
        rounds.c.mode,
        rounds.c.suggestions,
        rounds.c.created_at,
        rounds.c.closed_at,
    ]
    found = connection.execute(select(*columns).order_by(rounds.c.id)).all()
    return pd.DataFrame(found, columns=[column.name for column in columns])
