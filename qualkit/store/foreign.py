"""Databases of other programs in SQLite: opened to be read, never written to."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qualkit.errors import UnreadableFileError

__all__ = ["ForeignTables", "opened"]

_MOST_BYTES = 2_000_000_000
_MOST_CELL = 100_000_000
_STEPS = 1_000_000  # of SQLite's machine between two looks at how long it takes
_MOST_LOOKS = 2_000


class ForeignTables:
    """The tables of a foreign database, as rows by name of the column.

    Args:
        connection: read-only.
        name: of the file.

    Attributes:
        names: of the tables.
    """

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection, self.name = connection, name
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        self.names = {str(row[0]) for row in found}

    def rows(self, table: str, order: str = "rowid") -> list[dict[str, Any]]:
        """Return all rows of a table; none where there is no such table."""
        if table not in self.names:
            return []
        found = self._connection.execute(f'SELECT * FROM "{table}" ORDER BY {order}')
        titles = [one[0] for one in found.description]
        return [dict(zip(titles, row, strict=True)) for row in found]


@contextlib.contextmanager
def opened(path: Path, name: str) -> Iterator[ForeignTables]:
    """Give the tables of a database that another program wrote.

    Args:
        path: the file.
        name: how messages call it.

    Raises:
        UnreadableFileError: missing, damaged, far too large, or no SQLite database.
    """
    _check(path, name)
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_CELL)
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            looks = iter(range(_MOST_LOOKS))
            connection.set_progress_handler(lambda: next(looks, None) is None, _STEPS)
            yield ForeignTables(connection, name)
    except (sqlite3.Error, OverflowError, MemoryError, UnicodeError) as error:
        what = f"the database is damaged ({error})"
        raise UnreadableFileError(what, where=name, remedy="export it again") from error


def _check(path: Path, name: str) -> None:
    try:
        if path.stat().st_size > _MOST_BYTES:
            what = f"the database is larger than {_MOST_BYTES // 1_000_000_000} GB"
            raise UnreadableFileError(what, where=name)
        with path.open("rb") as file:
            is_sqlite = file.read(16) == b"SQLite format 3\x00"
    except OSError as error:
        what = f"cannot be read ({error.strerror or error})"
        raise UnreadableFileError(what, where=name, remedy="check the path") from error
    if not is_sqlite:
        what = "this is no SQLite database, whatever its name says"
        raise UnreadableFileError(what, where=name)
