"""Coders and rounds."""

from __future__ import annotations

import uuid

import pandas as pd
from sqlalchemy import Connection, insert, select

from qualkit.errors import RefusedError, UnknownNameError
from qualkit.model import Coder, CoderKind, Round
from qualkit.store import changes
from qualkit.store.schema import coders, rounds

__all__ = ["all_coders", "ensure", "ensure_round", "find_round", "round_frame"]


def all_coders(connection: Connection) -> list[Coder]:
    """Return every coder, in order of appearance."""
    found = connection.execute(select(coders).order_by(coders.c.id))
    return [Coder(row.name, CoderKind(row.kind)) for row in found]


def ensure(connection: Connection, coder: Coder) -> int:
    """Return the id of this coder, who is entered if new.

    Raises:
        RefusedError: somebody of this name is a coder of another kind.
    """
    row = connection.execute(select(coders).where(coders.c.name == coder.name)).first()
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
    query = insert(coders).values(**values).returning(coders.c.id)
    coder_id = int(connection.execute(query).scalar_one())
    changes.append(connection, "coder.add", {"name": coder.name, "kind": str(coder.kind)})
    return coder_id


def ensure_round(connection: Connection, wanted: Round) -> int:
    """Return the id of the round of this name, which is opened if new."""
    row = connection.execute(select(rounds.c.id).where(rounds.c.name == wanted.name)).first()
    if row is not None:
        return int(row.id)
    values = {
        "name": wanted.name,
        "mode": str(wanted.mode),
        "suggestions": str(wanted.suggestions),
        "created_at": changes.now(),
        "closed_at": None,
    }
    query = insert(rounds).values(**values).returning(rounds.c.id)
    round_id = int(connection.execute(query).scalar_one())
    changes.append(connection, "round.open", {"name": wanted.name, "mode": str(wanted.mode)})
    return round_id


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
