"""The connection to a project's database: one SQLite file, or a PostgreSQL server.

Every write is one transaction under one lock per process; on SQLite it begins with BEGIN IMMEDIATE
and is on disk (WAL, ``synchronous=FULL``) when it returns.
"""

from __future__ import annotations

import copy
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from qualkit.errors import NotAProjectError, UnwritableError

__all__ = ["Database", "is_server"]

_BUSY_SECONDS = 60
_ASK_AGAIN = (0.001, 0.006)  # seconds
_SERVER_LOCK = 0x516B6974  # the key of the advisory lock that orders the writers of a server
_locks: dict[str, threading.RLock] = {}
_locks_guard = threading.Lock()


def is_server(target: str | Path) -> bool:
    """Return whether the target is a database URL rather than a file.

    Example:
        >>> is_server("postgresql+psycopg://me@host/study"), is_server("study.qualkit")
        (True, False)
    """
    return "://" in str(target)


class Database:
    """An open database: ``read()`` and ``write()`` give connections, ``close()`` lets go.

    Args:
        target: path of a SQLite file, or a ``postgresql+psycopg://`` URL.

    Attributes:
        acting: who uses it, as the change log is to say; None: nobody in particular.

    Raises:
        NotAProjectError: the URL cannot be understood or the server does not answer.
    """

    def __init__(self, target: str | Path) -> None:
        self.is_server = is_server(target)
        self.path = None if self.is_server else Path(target).absolute()
        self.location = _without_password(str(target)) if self.is_server else str(target)
        self.engine = _server_engine(str(target)) if self.is_server else _file_engine(self.path)
        self.before_write: Callable[[], object] | None = None
        self.acting: str | None = None
        key = str(target) if self.path is None else str(self.path.resolve())
        with _locks_guard:
            self._lock = _locks.setdefault(key, threading.RLock())

    def used_by(self, person: str) -> Self:
        """Return the same open database as used by one person."""
        other = copy.copy(self)
        other.acting = person
        return other

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for reading: one consistent view of the database."""
        with self._connect(write=False) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in a write transaction; commits at the end, or takes all back.

        ``before_write``, where one is set, is called first, outside the transaction.
        """
        if self.before_write is not None:
            self.before_write()
        with self._lock, self._connect(write=True) as connection, connection.begin():
            if self.is_server:
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SERVER_LOCK}
                )
            yield connection

    @contextmanager
    def _connect(self, *, write: bool) -> Iterator[Connection]:
        options: dict[str, Any] = {"qualkit_write": write}
        if self.is_server and not write:
            options["isolation_level"] = "REPEATABLE READ"
        try:
            with self.engine.connect().execution_options(**options) as connection:
                yield connection
        except OperationalError as problem:
            raise self._explained(problem, write=write) from problem

    def _explained(self, problem: OperationalError, *, write: bool) -> Exception:
        reason = str(problem.orig).strip().splitlines()[0]
        if "readonly" in reason or "unable to open" in reason or "disk" in reason:
            return UnwritableError(
                f"the database refuses: {reason}",
                where=self.location,
                remedy="check that folder and file may be written and that the disk has room",
            )
        if "locked" in reason:
            return UnwritableError(
                "another program has held the project for too long",
                where=self.location,
                remedy="close it there or try again",
            )
        kind = UnwritableError if write and not self.is_server else NotAProjectError
        return kind(f"the database does not answer: {reason}", where=self.location)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _file_engine(path: Path | None) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # the driver must not begin transactions of its own
        raw.create_function("lower", 1, _lower, deterministic=True)  # its own knows ASCII alone
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("qualkit_write", True)
        if write:
            _wait_for_turn(connection)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _wait_for_turn(connection: Connection) -> None:
    """Begin a write transaction, asking again and again for a turn.

    SQLite itself asks ever more seldom the longer it has waited, so that newcomers go first and a
    patient one may wait for ever; here everybody asks equally often.
    """
    raw: Any = connection.connection.driver_connection
    deadline = time.monotonic() + _BUSY_SECONDS
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as problem:
                is_busy = problem.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() > deadline:
                    raise OperationalError("BEGIN IMMEDIATE", None, problem) from problem
                time.sleep(random.uniform(*_ASK_AGAIN))
            else:
                return
    finally:
        raw.execute(f"PRAGMA busy_timeout={1000 * _BUSY_SECONDS}")


def _server_engine(target: str) -> Engine:
    try:
        url = make_url(target)
        if url.get_backend_name() != "postgresql":
            raise NotAProjectError(
                f"a database of kind '{url.get_backend_name()}' is not supported",
                where=_without_password(target),
                remedy="use a file or a postgresql+psycopg:// URL",
            )
        return create_engine(url, pool_pre_ping=True)
    except ArgumentError as problem:
        raise NotAProjectError(
            "this is not a database URL", remedy="write postgresql+psycopg://user@host/database"
        ) from problem
    except ModuleNotFoundError as problem:
        raise NotAProjectError(
            "the PostgreSQL driver is not installed", remedy="pip install 'qualkit[postgres]'"
        ) from problem


def _without_password(target: str) -> str:
    try:
        return make_url(target).render_as_string(hide_password=True)
    except ArgumentError:
        return "database URL"
