"""The append-only, hash-chained change log: written in the transaction of the change itself."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, insert, select

from qualkit.model import GENESIS, chain_hash
from qualkit.store.schema import changes

__all__ = ["actions_since", "append", "broken_at", "count", "frame", "is_done", "newest", "now"]


def now() -> str:
    """Return the present moment in UTC, ISO 8601 with microseconds and a final Z."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def is_done(connection: Connection, op_id: str) -> bool:
    """Return whether an operation with this id is in the log already."""
    return (
        connection.execute(select(changes.c.seq).where(changes.c.op_id == op_id)).first()
        is not None
    )


def append(
    connection: Connection, said: Mapping[str, Any], effects: bytes, *, op_id: str | None = None
) -> int:
    """Write one line of the log and return its number.

    Args:
        connection: the write transaction in which the change itself is made.
        said: action (noun and verb), payload (must be JSON), actor, undoes (a line, or None).
        effects: what became of the rows, as ``journal.packed`` gives it.
        op_id: made by the door that asked; a fresh one when None.
    """
    last = connection.execute(
        select(changes.c.seq, changes.c.hash).order_by(changes.c.seq.desc()).limit(1)
    ).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
    line = {
        "op_id": op_id or str(uuid.uuid4()),
        "at": now(),
        "actor": said["actor"],
        "action": said["action"],
        "payload": json.dumps(said["payload"], ensure_ascii=False, sort_keys=True),
        "undoes": said.get("undoes"),
        "effects": effects,
    }
    row = {"seq": seq, "previous": previous, **line}
    connection.execute(insert(changes).values(**row, hash=_hash(row)))
    return seq


def _hash(row: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(row["effects"]).hexdigest()
    action = f"{row['action']}\x1f{row['undoes']}\x1f{digest}"
    parts = (row["op_id"], row["at"], row["actor"], action, row["payload"])
    return chain_hash(row["previous"], *parts)


def count(connection: Connection) -> int:
    """Return the number of the newest change: it grows with every change of the project."""
    newest = connection.execute(select(changes.c.seq).order_by(changes.c.seq.desc()).limit(1))
    return int(newest.scalar() or 0)


def newest(connection: Connection) -> tuple[int, str, str]:
    """Return number, time and hash of the newest line: its hash stands for all that was done."""
    query = select(changes.c.seq, changes.c.at, changes.c.hash)
    row = connection.execute(query.order_by(changes.c.seq.desc()).limit(1)).first()
    return (row.seq, row.at, row.hash) if row else (0, "", GENESIS)


def actions_since(connection: Connection, seq: int) -> list[str]:
    """Return the actions of all lines of the log after one, oldest first."""
    query = select(changes.c.action).where(changes.c.seq > seq).order_by(changes.c.seq)
    return [str(action) for action in connection.execute(query).scalars()]


def frame(connection: Connection, *, limit: int | None = None) -> pd.DataFrame:
    """Return the log, newest last: columns seq (int64), at, actor, action, payload, op_id (str)."""
    columns = [changes.c[name] for name in ("seq", "at", "actor", "action", "payload", "op_id")]
    query = select(*columns).order_by(changes.c.seq.desc()).limit(limit)
    rows = connection.execute(query).all()[::-1]
    return pd.DataFrame(rows, columns=[column.name for column in columns])


def broken_at(connection: Connection) -> int | None:
    """Return the number of the first line that does not follow from those before it, or None."""
    previous = GENESIS
    query = select(changes).order_by(changes.c.seq)
    with connection.execute(query.execution_options(yield_per=1000)) as rows:
        for expected, row in enumerate(rows, start=1):
            digest = _hash(dict(row._mapping))
            if (row.seq, row.previous, row.hash) != (expected, previous, digest):
                return expected
            previous = row.hash
    return None
