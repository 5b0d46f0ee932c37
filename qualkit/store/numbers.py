"""Very many rows of a query as arrays of whole numbers, without a Python object for each cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Select,
    Table,
    cast,
    func,
    literal,
    literal_column,
    select,
)

__all__ = ["read_numbers"]

_AT_ONCE = 200_000  # rows
_PAGES_AT_ONCE = 8192  # of a table on a server
_LOW = 2**32 - 1
_HEAD = 20  # bytes of a PostgreSQL array before its first value
_END = "\n"  # between moments
_Columns = dict[str, Any]


def read_numbers(
    connection: Connection,
    query: Select[Any],
    *,
    moments: Sequence[str] = (),
    table: Table | None = None,
) -> _Columns:
    """Return the columns of a query as arrays, in the order in which the database has the rows.

    A server sends hundreds of thousands of rows at once, in its binary format, which NumPy reads
    as it is.

    Args:
        connection: to the project.
        query: of whole numbers below 2**31; where one is missing it must say what stands there.
        moments: the columns that hold moments (ASCII, at most 32 characters) instead.
        table: each row of it gives at most one row; a server reads it a stretch at a time. None:
            there are few rows.

    Returns:
        Name -> int32 array; of a moment a categorical, its categories in order.
    """
    names = list(query.selected_columns.keys())
    pieces: dict[str, list[Any]] = {name: [] for name in names}
    is_server = connection.dialect.name == "postgresql"
    told = (
        _sent(connection, query, moments, table)
        if is_server
        else _fetched(connection, query, moments)
    )
    for columns in told:
        for name, values in columns.items():
            pieces[name].append(values)
    return {name: _joined(pieces.pop(name), is_moment=name in moments) for name in names}


def _joined(pieces: list[Any], *, is_moment: bool) -> Any:
    if not is_moment:
        return np.concatenate(pieces) if pieces else np.empty(0, dtype=np.int32)
    if not pieces:
        return pd.Categorical(pd.Series([], dtype="str"))
    return pd.api.types.union_categoricals(pieces, sort_categories=True)


def _fetched(
    connection: Connection, query: Select[Any], moments: Sequence[str]
) -> Iterator[_Columns]:
    """Yield the rows as the driver gives them."""
    names = list(query.selected_columns.keys())
    for rows in connection.execute(query).partitions(_AT_ONCE):
        columns = zip(names, zip(*rows, strict=True), strict=True)
        yield {
            name: pd.Categorical(pd.Series(values, dtype="str"))
            if name in moments
            else np.array(values, dtype=np.int32)
            for name, values in columns
        }


def _sent(
    connection: Connection, query: Select[Any], moments: Sequence[str], table: Table | None
) -> Iterator[_Columns]:
    """Yield the rows as the server puts them together, very many in one answer.

    Two whole numbers travel as one of twice the size, whose bytes are those of the two.
    """
    numbers = [name for name in query.selected_columns.keys() if name not in moments]  # noqa: SIM118
    pairs = [numbers[first : first + 2] for first in range(0, len(numbers), 2)]
    driver: Any = connection.connection.driver_connection
    for part in _parts(connection, query, table):
        inner = part.subquery().c
        packed = [func.array_agg(_pair(inner, pair)) for pair in pairs]
        joined = [func.string_agg(inner[name], literal(_END)) for name in moments]
        statement = select(*packed, *joined).compile(
            dialect=connection.dialect, compile_kwargs={"literal_binds": True}
        )
        with driver.cursor(binary=True) as cursor:
            cursor.execute(str(statement).replace("%%", "%"))
            row = [cursor.pgresult.get_value(0, place) for place in range(len(pairs + joined))]
        if row[0] is not None:
            columns = [_unpacked(values, pair) for values, pair in zip(row, pairs, strict=False)]
            found = {name: values for one in columns for name, values in one.items()}
            told = zip(moments, row[len(pairs) :], strict=True)
            yield found | {name: _moments(text) for name, text in told}


def _parts(
    connection: Connection, query: Select[Any], table: Table | None
) -> Iterator[Select[Any]]:
    """Yield the query for one stretch of a table after the other."""
    if table is None:
        yield query
        return
    size = func.pg_relation_size(table.name) / func.current_setting("block_size").cast(Integer)
    pages = connection.execute(select(size.cast(Integer))).scalar_one()
    for first in range(0, pages + 1, _PAGES_AT_ONCE):
        ends = (f"'({first},0)'::tid", f"'({first + _PAGES_AT_ONCE},0)'::tid")
        place: Any = literal_column(f"{table.name}.ctid")
        yield query.where(place >= literal_column(ends[0]), place < literal_column(ends[1]))


def _pair(inner: Any, names: Sequence[str]) -> Any:
    first, last = (cast(inner[name], BigInteger) for name in (names[0], names[-1]))
    return first.op("<<")(32).op("|")(last.op("&")(_LOW))


def _unpacked(content: bytes, names: Sequence[str]) -> _Columns:
    """Return the numbers in an array as the server writes it: after its head, size and value."""
    places = [(f"value {place}", ">i4") for place in (0, 1)]
    table = np.frombuffer(content, dtype=np.dtype([("size", ">i4"), *places]), offset=_HEAD)
    return {name: table[f"value {place}"].astype(np.int32) for place, name in enumerate(names)}


def _moments(content: bytes) -> pd.Categorical:
    """Return moments as a categorical; what was made at once has the same one, row after row."""
    width = content.find(_END.encode()) + 1
    values: Any = None
    if width and (len(content) + 1) % width == 0:
        values = np.frombuffer(content + _END.encode(), dtype=f"S{width}")
    if values is None or (values.view("S1")[width - 1 :: width] != _END.encode()).any():
        values = np.array(content.split(_END.encode()), dtype=bytes)
    changes: Any = np.flatnonzero(values[1:] != values[:-1]) + 1 if len(values) else []
    starts = np.concatenate([[0], changes]).astype(np.int64)[: len(values)]
    codes, found = pd.factorize(pd.Series(values[starts].astype(str)).str.strip(), sort=True)
    lengths = np.diff(np.append(starts, len(values)))
    return pd.Categorical.from_codes(np.repeat(codes, lengths), categories=pd.Index(found))
