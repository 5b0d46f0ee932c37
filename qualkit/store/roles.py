"""Who leads a project."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from sqlalchemy import Connection, select
from sqlalchemy.exc import DatabaseError

from qualkit.errors import QualkitError
from qualkit.model import CoderKind, Role
from qualkit.store.database import Database
from qualkit.store.journal import Journal
from qualkit.store.schema import coders, roles

__all__ = ["frame", "leads", "leads_of_file", "put"]


def leads(connection: Connection) -> list[str]:
    """Return the names of those who lead, in order of appearance; empty: everybody may do all."""
    query = select(coders.c.name).join_from(roles, coders).where(roles.c.role == Role.LEAD)
    return list(connection.execute(query.order_by(coders.c.id)).scalars())


def leads_of_file(path: Path) -> list[str]:
    """Return who leads the project in a file; nobody where that cannot be read."""
    if not path.is_file():
        return []
    database = Database(path)
    try:
        with database.read() as connection:
            return leads(connection)
    except (QualkitError, DatabaseError):
        return []
    finally:
        database.close()


def frame(connection: Connection) -> pd.DataFrame:
    """Return the human coders, in order of appearance: coder, role (str)."""
    query = (
        select(coders.c.name.label("coder"), roles.c.role)
        .join_from(coders, roles, isouter=True)
        .where(coders.c.kind == CoderKind.HUMAN)
        .order_by(coders.c.id)
    )
    rows = [(row.coder, row.role or str(Role.CODER)) for row in connection.execute(query)]
    return pd.DataFrame(rows, columns=["coder", "role"])


def put(journal: Journal, coder_id: int, role: Role) -> None:
    """Give a coder a role; the caller records the line of the log."""
    found = journal.connection.execute(select(roles).where(roles.c.coder_id == coder_id))
    present = [dict(row) for row in found.mappings()]
    if role == Role.CODER:
        journal.delete(roles, present)
    elif present:
        journal.update(roles, present[0], {"role": str(role)})
    else:
        journal.insert(roles, [{"coder_id": coder_id, "role": str(role)}])
