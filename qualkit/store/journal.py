"""The one way rows are written: every effect on a table goes into the change log with it.

A line of the log holds what was done in words (``payload``) and, row by row, what became of the
tables (``effects``): enough to take it back, to do it again, and to rebuild every table from the
log alone.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, func, insert, select, update

from qualkit.errors import OptionError
from qualkit.store import changes
from qualkit.store.database import Database
from qualkit.store.schema import JOURNALED
from qualkit.store.tallies import Stale

__all__ = ["Effect", "Journal", "Row", "packed", "unpacked", "writing"]

Row = dict[str, Any]
Effect = dict[str, Any]
"""What became of rows of one table: {"table", "before": rows, "after": rows}.

A row only in ``after`` was inserted, one only in ``before`` deleted; in both (by primary key)
changed.
"""

_MANY = 20  # rows
_SHOWN = 20  # characters of a text in a message
_AT_ONCE = 400  # database variables in one statement, well below every limit


class Journal:
    """A write transaction that remembers what it does to the tables.

    Args:
        connection: a write transaction.
        acting: who acts; the log says so where a line is not this person's own.
    """

    def __init__(self, connection: Connection, acting: str | None = None) -> None:
        self.connection = connection
        self.acting = acting
        self.effects: list[Effect] = []
        self.stale = Stale()

    def insert(self, table: Table, rows: Sequence[Row]) -> list[Row]:
        """Insert rows and return them; a table with a number as its id gives the next ones."""
        if not rows:
            return []
        whole = [dict(row) for row in rows]
        if "id" in table.c and "id" not in whole[0]:
            last = self.connection.execute(select(func.max(table.c.id))).scalar() or 0
            whole = [{"id": number, **row} for number, row in enumerate(whole, start=last + 1)]
        names = [column.name for column in table.c]
        filled = [
            row if list(row) == names else {name: row.get(name) for name in names} for row in whole
        ]
        _insert(self.connection, table, names, filled)
        self.note(table, [], filled)
        return filled

    def delete(self, table: Table, rows: Sequence[Row]) -> None:
        """Delete these rows, given whole."""
        if not rows:
            return
        for condition in _conditions(table, rows):
            self.connection.execute(delete(table).where(condition))
        self.note(table, rows, [])

    def update(self, table: Table, row: Row, values: Mapping[str, Any]) -> Row:
        """Set some columns of one row, given whole, and return it as it is then."""
        changed = {**row, **values}
        if changed != row:
            condition = next(_conditions(table, [row]))
            self.connection.execute(update(table).where(condition).values(**values))
            self.note(table, [row], [changed])
        return changed

    def note(self, table: Table, before: Sequence[Row], after: Sequence[Row]) -> None:
        """Note what a statement of the caller's own did to many rows, in the order to undo it."""
        if before or after:
            effect = {"table": table.name, "before": list(before), "after": list(after)}
            self.effects.append(effect)
            self.stale.note(table, before, -1)
            self.stale.note(table, after, 1)

    def record(
        self,
        action: str,
        payload: Mapping[str, Any],
        *,
        actor: str = "qualkit",
        op_id: str | None = None,
        undoes: int | None = None,
    ) -> int | None:
        """Write the line of the log for what was done since the last one; return its number.

        Nothing done leaves no line, unless it has an ``op_id``, which is to be remembered.

        Args:
            action: noun and verb, "codings.batch".
            payload: what was done, for people; must be JSON.
            actor: name of the coder, or "qualkit".
            op_id: made by the door that asked; a fresh one when None.
            undoes: the line that this one takes back.
        """
        if not self.effects and op_id is None:
            return None
        effects, self.effects = self.effects, []
        if self.acting not in (None, actor):
            payload = {**payload, "by": self.acting}
        return changes.append(
            self.connection,
            {"action": action, "payload": payload, "actor": actor, "undoes": undoes},
            packed(effects),
            op_id=op_id,
        )

    def discard(self) -> None:
        """Forget what a rolled-back savepoint did."""
        self.effects = []


@contextmanager
def writing(database: Database) -> Iterator[Journal]:
    """Give a journal in a write transaction that commits at the end, or takes all back.

    Raises:
        OptionError: a text holds half a character, as bytes of another encoding make it.
    """
    try:
        with database.write() as connection:
            journal = Journal(connection, database.acting)
            yield journal
            if journal.effects:
                raise AssertionError("rows were written without a line in the change log")
            journal.stale.settle(connection)
    except UnicodeEncodeError as error:
        shown = error.object[max(0, error.start - _SHOWN) : error.start + _SHOWN]
        what = f"the text '{shown.encode('utf-8', 'replace').decode()}' holds half a character"
        raise OptionError(what, remedy="write it again, in UTF-8") from error


def _insert(connection: Connection, table: Table, names: list[str], rows: list[Row]) -> None:
    """Insert whole rows; many into a file go to the driver as they are, which takes half the time.

    The schema has only types that SQLite's driver takes without conversion.
    """
    if connection.dialect.name != "sqlite" or len(rows) < _MANY:
        connection.execute(insert(table), rows)
        return
    statement = str(insert(table).compile(dialect=connection.dialect))
    values = itemgetter(*names)
    connection.exec_driver_sql(statement, [values(row) for row in rows])


def _conditions(table: Table, rows: Sequence[Row]) -> Iterator[Any]:
    keys = list(table.primary_key.columns)
    if len(keys) == 1:
        for first in range(0, len(rows), _AT_ONCE):
            yield keys[0].in_([row[keys[0].name] for row in rows[first : first + _AT_ONCE]])
        return
    for row in rows:
        yield and_(*(key == row[key.name] for key in keys))


def packed(effects: Sequence[Effect]) -> bytes:
    """Return effects as compressed JSON."""
    text = json.dumps(effects, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8"), level=4)


def unpacked(content: bytes) -> list[Effect]:
    """Return the effects in compressed JSON, without those on tables that are no more."""
    effects: list[Effect] = json.loads(zlib.decompress(content))
    return [effect for effect in effects if effect["table"] in JOURNALED]
