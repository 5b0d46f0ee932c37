"""Coders: people, machines and the consensus."""

from __future__ import annotations

import uuid

from sqlalchemy import Connection, select

from qualkit.errors import RefusedError
from qualkit.model import Coder, CoderKind
from qualkit.store import changes
from qualkit.store.journal import Journal
from qualkit.store.schema import coders

__all__ = ["all_coders", "ensure", "guids", "names"]


def all_coders(connection: Connection) -> list[Coder]:
    """Return every coder, in order of appearance."""
    found = connection.execute(select(coders).order_by(coders.c.id))
    return [Coder(row.name, CoderKind(row.kind)) for row in found]


def names(connection: Connection) -> dict[int, str]:
    """Return id -> name of every coder."""
    return {row.id: row.name for row in connection.execute(select(coders.c.id, coders.c.name))}


def guids(connection: Connection) -> dict[str, str]:
    """Return name -> guid of every coder, in order of appearance."""
    query = select(coders.c.name, coders.c.guid).order_by(coders.c.id)
    return {row.name: row.guid for row in connection.execute(query)}


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
