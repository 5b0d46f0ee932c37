"""A whole project as rows of its tables, out and in again."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.exc import DatabaseError, StatementError

from qualkit.errors import ProjectError
from qualkit.store import tallies
from qualkit.store.apart import parents_first
from qualkit.store.journal import Journal, Row
from qualkit.store.schema import JOURNALED, changes, metadata, projects, sources, texts

__all__ = ["Packed", "contents", "fill_copy", "fill_whole", "source_files", "table_rows"]

Packed = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
"""Name of a table, its columns, its rows."""

_AT_ONCE = 2000
_OWN = ("name", "guid", "created_at")  # the secret never leaves the project
_MOST_EFFECTS = 50_000_000  # bytes that a line of the log may unpack to before it is looked at ...
_MOST_TIMES = 200  # ... whether it is more than so many times what it is packed
_WHOLE = {table.name: table for table in metadata.sorted_tables if table is not projects}


def table_rows(connection: Connection, *, log: bool = False) -> Iterator[Packed]:
    """Yield every journaled table, each after those it refers to, with its rows in order.

    Args:
        connection: of the project.
        log: also the texts, the files that documents came from, and the change log.
    """
    for name, table in (_WHOLE if log else JOURNALED).items():
        yield name, [column.name for column in table.c], _stored(connection, table)


def _stored(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    query = select(table).order_by(*table.primary_key.columns)
    if _names_itself(table):
        rows = [dict(row) for row in connection.execute(query).mappings()]
        yield from (tuple(row.values()) for row in parents_first(rows))
        return
    few = 1 if table is sources else _AT_ONCE
    with connection.execute(query.execution_options(yield_per=few)) as found:
        for row in found:
            yield tuple(row)


def _names_itself(table: Table) -> bool:
    return any(key.column.table is table for key in table.foreign_keys)


def contents(connection: Connection) -> dict[str, str]:
    """Return SHA-256 -> text of all texts."""
    return {row.sha256: row.text for row in connection.execute(select(texts))}


def source_files(connection: Connection) -> dict[str, bytes]:
    """Return SHA-256 -> bytes of the files that documents came from."""
    return {row.sha256: row.content for row in connection.execute(select(sources))}


def fill_whole(
    journal: Journal, packed: Iterable[Packed], words: Mapping[str, str], files: Mapping[str, bytes]
) -> dict[str, int]:
    """Fill an empty project with the rows of another one; return how many by table.

    The caller records the line of the log.

    Raises:
        ProjectError: the rows are of another schema, or do not fit together.
    """
    for table, name, kept in ((texts, "text", words), (sources, "content", files)):
        for sha256, content in kept.items():
            journal.connection.execute(insert(table).values({"sha256": sha256, name: content}))
    counts = dict.fromkeys(JOURNALED, 0)
    try:
        for name, columns, rows in packed:
            table = _known(JOURNALED, name, columns)
            checked = [row for some in _checked(table, columns, rows) for row in some]
            ordered = parents_first(checked) if _names_itself(table) else checked
            counts[name] = len(journal.insert(table, ordered))
    except (DatabaseError, StatementError, OverflowError, ValueError) as error:
        raise _misfit() from error
    return counts


def fill_copy(journal: Journal, own: Mapping[str, Any], packed: Iterable[Packed]) -> dict[str, int]:
    """Make an empty project the same as another one, its change log included.

    Nothing is added to the log: it is the other one's, line by line, and says all that is here.

    Args:
        journal: of a project that has just been made.
        own: name, guid and created_at of the other one.
        packed: its tables with its log, as ``table_rows`` gives them.

    Returns:
        How many rows by table.

    Raises:
        ProjectError: the rows are of another schema, or do not fit together.
    """
    connection = journal.connection
    if not all(isinstance(own.get(name), str) for name in _OWN):
        raise ProjectError("the file does not say whose tables it has", remedy="export it again")
    connection.execute(update(projects).values({name: own[name] for name in _OWN}))
    connection.execute(delete(changes))
    counts = dict.fromkeys(_WHOLE, 0)
    try:
        for name, columns, rows in packed:
            table = _known(_WHOLE, name, columns)
            for some in _checked(table, columns, rows):
                if table is changes:
                    _check_effects(some)
                connection.execute(insert(table), some)
                counts[name] += len(some)
    except (DatabaseError, StatementError, OverflowError, ValueError) as error:
        raise _misfit() from error
    tallies.recount(connection)
    return counts


def _known(tables: Mapping[str, Table], name: str, columns: Sequence[str]) -> Table:
    """Return the table of a name; a column that a newer schema has may be missing if it can be."""
    table = tables.get(name)
    if table is None:
        what = f"the file has a table '{name}' that this qualkit does not know"
        raise ProjectError(what, remedy="bring the file in with the qualkit that wrote it")
    needed = {column.name for column in table.c if not column.nullable}
    known = {column.name for column in table.c}
    if len(set(columns)) != len(columns) or not needed <= set(columns) <= known:
        raise _unfit(table)
    return table


def _checked(
    table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[list[Row]]:
    """Yield rows, some at a time; refuse cells that the columns cannot hold."""
    allowed = [_kinds(table, name) for name in columns]
    missing = {column.name: None for column in table.c if column.name not in columns}
    source = iter(rows)
    most = 1 if table is sources else _AT_ONCE
    while some := list(islice(source, most)):
        if any(len(row) != len(columns) for row in some):
            raise _unfit(table)
        for place, kinds in enumerate(allowed):
            if not {type(row[place]) for row in some} <= kinds:
                raise _unfit(table)
        yield [dict(zip(columns, row, strict=True)) | missing for row in some]


def _kinds(table: Table, name: str) -> set[type]:
    column = table.c[name]
    kind = column.type.python_type
    kinds = {kind, int} if kind is float else {kind}
    return kinds | {type(None)} if column.nullable else kinds


def _check_effects(rows: Sequence[Row]) -> None:
    """Refuse lines of the log that would fill the memory once somebody looks into them."""
    for row in rows:
        packed, size = row["effects"], 0
        most = max(_MOST_EFFECTS, _MOST_TIMES * len(packed))
        unpacking = zlib.decompressobj()
        try:
            while packed and size <= most:
                size += len(unpacking.decompress(packed, 1 << 20))
                packed = unpacking.unconsumed_tail
        except zlib.error as error:
            raise _misfit() from error
        if size > most or not unpacking.eof:
            what = f"line {row['seq']} of the change log unpacks to far too much, or is cut off"
            raise ProjectError(what, remedy="export the project again")


def _misfit() -> ProjectError:
    return ProjectError("the rows of the file do not fit together", remedy="export it again")


def _unfit(table: Table) -> ProjectError:
    what = f"the file's rows of '{table.name}' are not those of this qualkit"
    return ProjectError(what, remedy="bring the file in with the qualkit that wrote it")
