"""A whole project as rows of its tables, out and in again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.exc import DatabaseError

from qualkit.errors import ProjectError
from qualkit.store.apart import parents_first
from qualkit.store.journal import Journal, Row
from qualkit.store.schema import JOURNALED, sources, texts

__all__ = ["contents", "fill_whole", "packed_tables", "source_files"]

Packed = dict[str, dict[str, Any]]
"""Name of the table -> {"columns": names, "rows": cells}."""


def packed_tables(connection: Connection) -> Packed:
    """Return every row of every journaled table."""
    found = {}
    for name, table in JOURNALED.items():
        query = select(table).order_by(*table.primary_key.columns)
        rows = [list(row) for row in connection.execute(query)]
        found[name] = {"columns": [column.name for column in table.c], "rows": rows}
    return found


def contents(connection: Connection) -> dict[str, str]:
    """Return SHA-256 -> text of all texts."""
    return {row.sha256: row.text for row in connection.execute(select(texts))}


def source_files(connection: Connection) -> dict[str, bytes]:
    """Return SHA-256 -> bytes of the files that documents came from."""
    return {row.sha256: row.content for row in connection.execute(select(sources))}


def fill_whole(
    journal: Journal,
    packed: Mapping[str, Mapping[str, Any]],
    words: Mapping[str, str],
    files: Mapping[str, bytes],
) -> dict[str, int]:
    """Fill an empty project with the rows of another one; return how many by table.

    The caller records the line of the log.

    Raises:
        ProjectError: the rows are of another schema, or do not fit together.
    """
    for table, name, kept in ((texts, "text", words), (sources, "content", files)):
        for sha256, content in kept.items():
            journal.connection.execute(insert(table).values({"sha256": sha256, name: content}))
    counts = {}
    try:
        for name, table in JOURNALED.items():
            rows = _rows(table, packed.get(name))
            ordered = parents_first(rows) if name == "codes" else rows
            counts[name] = len(journal.insert(table, ordered))
    except (DatabaseError, OverflowError) as error:
        what = "the rows of the file do not fit together"
        raise ProjectError(what, remedy="export the project again") from error
    return counts


def _rows(table: Table, packed: Any) -> list[Row]:
    """Return the rows of a table; refuse cells that its columns cannot hold."""
    if packed is None:
        return []
    names = packed.get("columns") if isinstance(packed, dict) else None
    rows = packed.get("rows") if isinstance(packed, dict) else None
    known = [column.name for column in table.c]
    if not isinstance(names, list) or not isinstance(rows, list) or set(names) != set(known):
        raise _unfit(table)
    for place, name in enumerate(names):
        _check_column(table, name, rows, place, len(names))
    return [dict(zip(names, row, strict=True)) for row in rows]


def _check_column(table: Table, name: str, rows: Sequence[Any], place: int, width: int) -> None:
    column = table.c[name]
    kind = column.type.python_type
    allowed = {kind, int} if kind is float else {kind}
    if column.nullable:
        allowed.add(type(None))
    if any(type(row) is not list or len(row) != width for row in rows):
        raise _unfit(table)
    if not {type(row[place]) for row in rows} <= allowed:
        raise _unfit(table)


def _unfit(table: Table) -> ProjectError:
    what = f"the file's rows of '{table.name}' are not those of this qualkit"
    return ProjectError(what, remedy="bring the file in with the qualkit that wrote it")
