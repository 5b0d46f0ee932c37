"""Looking into a project that may be damaged, and rebuilding it from an intact log."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DatabaseError

from qualkit.store import changes, replay
from qualkit.store.database import Database
from qualkit.store.schema import REVISION, documents, sources, texts

__all__ = ["contents_at_fault", "damage", "dangling", "drafts", "rebuild"]

_SHOWN = 20
_STILL_AT_IT = 3600  # seconds in which a draft may still be somebody's


def damage(database: Database) -> list[str]:
    """Return what the database itself finds wrong with its file; nothing on a server."""
    if database.is_server:
        return []
    try:
        with database.read() as connection:
            rows = connection.execute(text(f"PRAGMA integrity_check({_SHOWN})")).scalars()
            return [str(row) for row in rows if row != "ok"]
    except (DatabaseError, sqlite3.DatabaseError) as problem:
        return [str(getattr(problem, "orig", problem))]


def dangling(connection: Connection) -> list[str]:
    """Return the rows of a file that refer to rows that are not there; a server allows none."""
    if connection.dialect.name != "sqlite":
        return []
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [f"table {row[0]}, row {row[1]} refers to table {row[2]}" for row in found[:_SHOWN]]


def contents_at_fault(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield (where, what) of each text and source that is not what its hash says, or missing."""
    query = select(documents.c.name, documents.c.sha256, documents.c.source_sha256)
    names = {}
    for row in connection.execute(query):
        names[row.sha256] = names[row.source_sha256] = row.name
    present = set()
    for row in connection.execute(select(texts)):
        present.add(row.sha256)
        if hashlib.sha256(row.text.encode("utf-8", "surrogatepass")).hexdigest() != row.sha256:
            yield names.get(row.sha256, "an earlier revision"), "the text is not the one imported"
    for row in connection.execute(select(sources)):
        present.add(row.sha256)
        if hashlib.sha256(row.content).hexdigest() != row.sha256:
            yield names.get(row.sha256, "an earlier revision"), "the file kept is not the one read"
    for sha256, name in names.items():
        if sha256 not in present:
            yield name, "its text or file is missing"


def rebuild(database: Database, target: Path) -> None:
    """Write a project file whose tables are what the log says."""
    with database.read() as connection:
        newest = changes.count(connection)
    replay.write_as_of(database, target, newest, REVISION)


def drafts(path: Path) -> list[Path]:
    """Return what an interrupted copy or creation left beside a project an hour or more ago."""
    named = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}(-wal|-shm|-journal)?")
    old = time.time() - _STILL_AT_IT
    return sorted(
        one
        for one in path.absolute().parent.iterdir()
        if named.fullmatch(one.name) and one.stat().st_mtime < old
    )
