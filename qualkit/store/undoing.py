"""Taking a change back, and making it again: row by row, and only if nobody has gone on from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, select
from sqlalchemy.exc import IntegrityError

from qualkit.errors import NotEnoughError, RefusedError
from qualkit.model import CoderKind
from qualkit.store.journal import Effect, Journal, Row, unpacked
from qualkit.store.schema import JOURNALED, changes, coders, rounds

__all__ = ["Undone", "redo", "undo"]

_FOUNDATION = {"project.create", "typology.set", "round.open", "round.close", "coder.add"}
_NOBODY = "qualkit"  # what no coder did: corrections, imports, the codebook
_FIRST_VERSION = "codebook.version"


@dataclass(frozen=True)
class Undone:
    """What was taken back or made again.

    Attributes:
        seq: number of the change concerned.
        action: what it was.
        at: when it was made.
        payload: what it says of itself, JSON.
    """

    seq: int
    action: str
    at: str
    payload: str


def undo(journal: Journal, actor: str) -> Undone:
    """Take back the newest change of an actor that is not taken back yet.

    Raises:
        NotEnoughError: there is nothing to take back.
        RefusedError: somebody has gone on from what it did.
    """
    done, _ = _stacks(journal.connection, actor)
    line = _newest(journal.connection, done)
    if line is None:
        raise NotEnoughError(f"{actor} has nothing to undo")
    return _reverse(journal, line, actor, "undo")


def redo(journal: Journal, actor: str) -> Undone:
    """Make again what an actor took back last; a new change in between forgets it.

    Raises:
        NotEnoughError: there is nothing to make again.
        RefusedError: somebody has changed the same rows since.
    """
    _, undone = _stacks(journal.connection, actor)
    line = _newest(journal.connection, undone)
    if line is None:
        raise NotEnoughError(f"{actor} has nothing to redo")
    return _reverse(journal, line, actor, "redo")


def _stacks(connection: Connection, actor: str) -> tuple[list[int], list[int]]:
    """Return the lines that can be undone and those that can be redone, newest last."""
    query = select(changes.c.seq, changes.c.action).where(changes.c.actor == actor)
    done: list[int] = []
    undone: list[int] = []
    for line in connection.execute(query.order_by(changes.c.seq)):
        if line.action in _FOUNDATION:
            continue
        if line.action == "undo":
            done.pop()
            undone.append(line.seq)
        elif line.action == "redo":
            undone.pop()
            done.append(line.seq)
        else:
            done.append(line.seq)
            undone.clear()
    return done, undone


def _newest(connection: Connection, stack: list[int]) -> Any:
    """Return the newest line of a stack, or None; the first codebook stays."""
    if not stack:
        return None
    line = connection.execute(select(changes).where(changes.c.seq == stack[-1])).one()
    first = line.action == _FIRST_VERSION and '"number": 1,' in line.payload
    return None if first else line


def _is_touched_since(connection: Connection, line: Any) -> bool:
    """Return whether another actor has changed the same rows since, and that still stands."""
    later = changes.c.seq > line.seq
    query = select(changes.c.seq, changes.c.undoes).where(later).order_by(changes.c.seq.desc())
    taken_back: set[int] = set()
    for one in connection.execute(query).all():
        if one.undoes is not None and one.seq not in taken_back:
            taken_back.add(one.undoes)
    own = {place for effect in unpacked(line.effects) for place in _places(effect)}
    others = select(changes.c.seq, changes.c.effects).where(
        later, changes.c.actor != line.actor, changes.c.undoes.is_(None)
    )
    return any(
        one.seq not in taken_back
        and any(place in own for effect in unpacked(one.effects) for place in _places(effect))
        for one in connection.execute(others)
    )


def _places(effect: Effect) -> Iterator[tuple[Any, ...]]:
    names = [column.name for column in JOURNALED[effect["table"]].primary_key.columns]
    for row in (*effect["before"], *effect["after"]):
        yield (effect["table"], *(row[name] for name in names))


def _reverse(journal: Journal, line: Any, actor: str, action: str) -> Undone:
    _check_rounds(journal.connection, line, action)
    if _is_touched_since(journal.connection, line):
        raise _gone_on(line, action)
    try:
        with journal.connection.begin_nested():
            for effect in reversed(unpacked(line.effects)):
                _take_back(journal, effect)
    except IntegrityError as problem:
        journal.discard()
        raise _gone_on(line, action) from problem
    except RefusedError:
        journal.discard()
        raise _gone_on(line, action) from None
    op_id = f"{action}-{line.seq}-{line.hash[:16]}"
    payload = {"seq": line.seq, "action": line.action, "payload": line.payload}
    journal.record(action, payload, actor=actor, op_id=op_id, undoes=line.seq)
    return Undone(line.seq, line.action, line.at, line.payload)


def _check_rounds(connection: Connection, line: Any, action: str) -> None:
    """Refuse to touch a coder's codings in a closed round; the consensus on it may still change."""
    query = select(rounds.c.id, rounds.c.name).where(rounds.c.closed_at.is_not(None))
    closed = {row.id: row.name for row in connection.execute(query)}
    if not closed or line.actor == _NOBODY:
        return
    kind = select(coders.c.id).where(coders.c.kind == CoderKind.CONSENSUS)
    agreed = set(connection.execute(kind).scalars())
    for effect in unpacked(line.effects):
        if effect["table"] not in {"codings", "reviews"}:
            continue
        for row in (*effect["before"], *effect["after"]):
            if row["round_id"] in closed and row["coder_id"] not in agreed:
                verb = "taken back" if action == "undo" else "made again"
                raise RefusedError(
                    f"change {line.seq} ({line.action}) can't be {verb}: "
                    f"round '{closed[row['round_id']]}' is closed",
                    remedy="a closed round stays as it is",
                )


def _gone_on(line: Any, action: str) -> RefusedError:
    verb = "taken back" if action == "undo" else "made again"
    return RefusedError(
        f"change {line.seq} ({line.action}) can't be {verb} any more",
        remedy="somebody has gone on from what it did; change it by hand",
    )


def _take_back(journal: Journal, effect: Effect) -> None:
    table = JOURNALED[effect["table"]]
    names = [column.name for column in table.primary_key.columns]

    def key(row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in names)

    before = {key(row): row for row in effect["before"]}
    after = {key(row): row for row in effect["after"]}
    for place, row in after.items():
        condition = and_(*(table.c[name] == row[name] for name in names))
        present = journal.connection.execute(select(table).where(condition)).mappings().first()
        if present is None or dict(present) != row:
            raise RefusedError("changed since")
        if place in before:
            journal.update(table, row, before[place])
    journal.delete(table, [row for place, row in after.items() if place not in before])
    back = [row for place, row in before.items() if place not in after]
    for row in back:
        condition = and_(*(table.c[name] == row[name] for name in names))
        if journal.connection.execute(select(table).where(condition)).first() is not None:
            raise RefusedError("there again")
    journal.insert(table, back)
