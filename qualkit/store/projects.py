"""Making and opening the database of a project."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, inspect, select, text
from sqlalchemy.exc import DatabaseError

from qualkit.errors import (
    NewerProjectError,
    NotAProjectError,
    OlderProjectError,
    ProjectExistsError,
    UnwritableError,
)
from qualkit.store import changes
from qualkit.store.database import Database, is_server
from qualkit.store.journal import Journal, writing
from qualkit.store.schema import APPLICATION_ID, REVISION, metadata, projects
from qualkit.store.tallies import derived

__all__ = ["about", "create", "open_database"]

_SQLITE_MAGIC = b"SQLite format 3\x00"


@contextlib.contextmanager
def create(target: str | Path, name: str) -> Iterator[Journal]:
    """Make an empty project and give the journal of the transaction in which it is to be filled.

    The project appears under its name only when the block ends well; otherwise nothing is left.

    Raises:
        ProjectExistsError: there is something at this place already.
        UnwritableError: the folder refuses.
    """
    if is_server(target):
        yield from _create_on_server(str(target), name)
        return
    path = Path(target)
    if path.exists():
        raise ProjectExistsError(
            "there is a file of this name already", where=str(path), remedy="choose another name"
        )
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        draft.touch(exist_ok=False)
        yield from _fill(Database(draft), name)
        _publish(draft, path)
    except FileExistsError as problem:
        raise ProjectExistsError(
            "there is a file of this name already", where=str(path)
        ) from problem
    except OSError as problem:
        raise UnwritableError(
            f"the project cannot be made: {problem.strerror}",
            where=str(path),
            remedy="choose a folder that exists and may be written",
        ) from problem
    finally:
        for leftover in (draft, Path(f"{draft}-wal"), Path(f"{draft}-shm")):
            with contextlib.suppress(OSError):
                leftover.unlink()


def _publish(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)  # unlike a rename, never replaces a file made meanwhile
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        draft.rename(path)


def _create_on_server(target: str, name: str) -> Iterator[Journal]:
    database = Database(target)
    with database.read() as connection:
        taken = inspect(connection).has_table(projects.name)
    if taken:
        database.close()
        raise ProjectExistsError(
            "this database holds a project already",
            where=database.location,
            remedy="choose another database",
        )
    yield from _fill(database, name)


def _fill(database: Database, name: str) -> Iterator[Journal]:
    try:
        with writing(database) as journal:
            connection = journal.connection
            metadata.create_all(connection)
            derived.create_all(connection)
            connection.execute(
                text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            )
            connection.execute(
                text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": REVISION}
            )
            if not database.is_server:
                connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(
                insert(projects).values(
                    id=1,
                    name=name,
                    guid=str(uuid.uuid4()),
                    secret=secrets.token_hex(32),
                    created_at=changes.now(),
                )
            )
            journal.record("project.create", {"name": name}, op_id=str(uuid.uuid4()))
            yield journal
    finally:
        database.close()


def open_database(target: str | Path, *, upgrade: bool = False) -> Database:
    """Open the database of an existing project and make sure that this qualkit can read it.

    A file from an older qualkit is backed up and upgraded; a server only when ``upgrade`` is set.

    Raises:
        NotAProjectError: nothing there, or something else.
        NewerProjectError: written by a newer qualkit.
        OlderProjectError: a server that needs ``upgrade``.
    """
    if not is_server(target):
        _require_project_file(Path(target))
    database = Database(target)
    try:
        revision = _revision(database)
        if revision != REVISION:
            _settle(database, revision, upgrade=upgrade)
    except BaseException:
        database.close()
        raise
    return database


def _require_project_file(path: Path) -> None:
    remedy = "make one with: qualkit init"
    try:
        if not path.is_file():
            raise NotAProjectError("there is no project here", where=str(path), remedy=remedy)
        with path.open("rb") as file:
            header = file.read(72)
    except OSError as problem:
        raise NotAProjectError(f"cannot be read: {problem.strerror}", where=str(path)) from problem
    if header[:16] != _SQLITE_MAGIC or int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise NotAProjectError("this file is not a qualkit project", where=str(path), remedy=remedy)


def _revision(database: Database) -> str:
    try:
        with database.read() as connection:
            if inspect(connection).has_table(projects.name):
                found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
                return str(found)
    except (DatabaseError, sqlite3.DatabaseError) as problem:
        raise NotAProjectError(
            "the project file is damaged",
            where=database.location,
            remedy="take the newest backup: qualkit restore",
        ) from problem
    raise NotAProjectError("there is no project here", where=database.location)


def _settle(database: Database, revision: str, *, upgrade: bool) -> None:
    from qualkit.store import upgrades  # noqa: PLC0415  alembic is slow to load and seldom needed

    if revision not in upgrades.known_revisions():
        raise NewerProjectError(
            "the project was written by a newer qualkit",
            where=database.location,
            remedy="update qualkit",
        )
    if database.is_server and not upgrade:
        raise OlderProjectError(
            "the project was written by an older qualkit",
            where=database.location,
            remedy="make a backup of the server, then run: qualkit upgrade",
        )
    upgrades.upgrade(database)


def about(connection: Connection) -> dict[str, Any]:
    """Return the project's own row: id, name, guid, secret, created_at."""
    return dict(connection.execute(select(projects)).mappings().one())
