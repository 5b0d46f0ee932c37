"""Rebuilding the tables from the change log alone: to prove them, and to see them as they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from qualkit.store import tallies
from qualkit.store.database import Database
from qualkit.store.journal import Effect, Row, unpacked
from qualkit.store.schema import (
    APPLICATION_ID,
    JOURNALED,
    changes,
    metadata,
    projects,
    sources,
    texts,
)

__all__ = ["Key", "differences", "history", "rebuilt", "seq_at", "write_as_of"]

Key = tuple[Any, ...]


def rebuilt(connection: Connection, *, until: int | None = None) -> dict[str, dict[Key, Row]]:
    """Return table -> primary key -> row as the log says, up to and with line ``until``."""
    tables: dict[str, dict[Key, Row]] = {name: {} for name in JOURNALED}
    query = select(changes.c.effects).order_by(changes.c.seq)
    if until is not None:
        query = query.where(changes.c.seq <= until)
    with connection.execute(query.execution_options(yield_per=500)) as lines:
        for (content,) in lines:
            for effect in unpacked(content):
                rows, key = tables[effect["table"]], JOURNALED[effect["table"]].primary_key
                names = [column.name for column in key.columns]
                for row in effect["before"]:
                    rows.pop(tuple(row[name] for name in names), None)
                for row in effect["after"]:
                    rows[tuple(row[name] for name in names)] = row
    return tables


def _stored(connection: Connection, table: Table) -> Iterator[tuple[Key, Row]]:
    columns = [column.name for column in table.c]
    key = [columns.index(column.name) for column in table.primary_key.columns]
    with connection.execute(select(table).execution_options(yield_per=5000)) as rows:
        for row in rows:
            yield tuple(row[place] for place in key), dict(zip(columns, row, strict=True))


def differences(connection: Connection) -> Iterator[tuple[str, Key, str]]:
    """Yield (table, primary key, what) for each row that is not as the log says."""
    tables = rebuilt(connection)
    for name, table in JOURNALED.items():
        expected = tables[name]
        for key, row in _stored(connection, table):
            told = expected.pop(key, None)
            if told is None:
                yield name, key, "is in the table, but the log does not know it"
            elif told != row:
                changed = ", ".join(column for column in row if row[column] != told.get(column))
                yield name, key, f"differs from the log in {changed}"
        for key in expected:
            yield name, key, "is in the log, but missing in the table"


def seq_at(connection: Connection, moment: str) -> int:
    """Return the number of the last line written at or before a moment (UTC, ISO 8601); 0: none."""
    query = select(changes.c.seq).where(changes.c.at <= moment).order_by(changes.c.seq.desc())
    return int(connection.execute(query.limit(1)).scalar() or 0)


def write_as_of(database: Database, path: Path, until: int, revision: str) -> None:
    """Write a project file that holds everything as it was after line ``until`` of the log."""
    copy = Database(path)
    try:
        with database.read() as source, copy.write() as target:
            target.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # until all rows are there
            metadata.create_all(target)
            tallies.derived.create_all(target)
            target.exec_driver_sql(
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"
            )
            target.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (revision,))
            target.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            for table in (projects, texts, sources):
                for row in source.execute(select(table)).mappings():
                    target.execute(insert(table).values(**row))
            lines = select(changes).where(changes.c.seq <= until).order_by(changes.c.seq)
            kept = [dict(row) for row in source.execute(lines).mappings()]
            if kept:
                target.execute(insert(changes), kept)
            for name, rows in rebuilt(source, until=until).items():
                if rows:
                    target.execute(insert(JOURNALED[name]), list(rows.values()))
            tallies.recount(target)
    finally:
        copy.close()


def history(connection: Connection, utterance_id: int) -> list[Row]:
    """Return what was done to the codings and reviews of one utterance, oldest first.

    Each row has seq, at, actor, action, what ("coded", "code removed", "coding changed", "looked
    at", "not looked at", "suggestion rejected", "rejection taken back"), code_id, coder_id,
    round_id, memo.
    """
    done: list[Row] = []
    names = ("seq", "at", "actor", "action", "undoes", "effects")
    query = select(*(changes.c[name] for name in names)).order_by(changes.c.seq)
    with connection.execute(query.execution_options(yield_per=500)) as lines:
        for line in lines:
            effects = unpacked(line.effects)
            if line.undoes is None and _is_made(effects, utterance_id):
                done.clear()  # that was another one, which had the number before
            for effect in effects:
                if effect["table"] in {"codings", "reviews", "rejections"}:
                    said = {"seq": line.seq, "at": line.at, "actor": line.actor}
                    said["action"] = line.action
                    done += [said | one for one in _told(effect, utterance_id)]
    return done


def _is_made(effects: Sequence[Effect], utterance_id: int) -> bool:
    """Return whether a change made an utterance that was not there before."""
    own = [effect for effect in effects if effect["table"] == "utterances"]
    was = any(row["id"] == utterance_id for effect in own for row in effect["before"])
    return not was and any(row["id"] == utterance_id for effect in own for row in effect["after"])


_WORDS = {
    ("codings", "after"): "coded",
    ("codings", "before"): "code removed",
    ("codings", "both"): "coding changed",
    ("reviews", "after"): "looked at",
    ("reviews", "before"): "not looked at",
    ("reviews", "both"): "looked at",
    ("rejections", "after"): "suggestion rejected",
    ("rejections", "before"): "rejection taken back",
    ("rejections", "both"): "suggestion rejected",
}


def _told(effect: Row, utterance_id: int) -> Iterator[Row]:
    sides = {
        side: [row for row in effect[side] if row["utterance_id"] == utterance_id]
        for side in ("before", "after")
    }
    changed = bool(sides["before"] and sides["after"])
    for side in ("before", "after"):
        if changed and side == "before":
            continue
        what = _WORDS[effect["table"], "both" if changed else side]
        for row in sides[side]:
            about = {name: row.get(name) for name in ("code_id", "coder_id", "round_id", "memo")}
            yield {"what": what, **about}
