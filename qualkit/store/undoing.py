"""Taking a change back, and making it again: whole, and only if nobody has gone on from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError

from qualkit.errors import NotEnoughError, RefusedError
from qualkit.model import CoderKind
from qualkit.store.exposures import SHOW
from qualkit.store.journal import Effect, Journal, Row, unpacked
from qualkit.store.schema import JOURNALED, changes, coders, utterances

__all__ = ["Undone", "redo", "undo"]

_FOUNDATION = {"project.create", "typology.set", "round.open", "round.close", "coder.add", SHOW}
_FIRST_VERSION = "codebook.version"
_AT_ONCE = 400  # rows asked for in one statement, well below every limit
_EXTENT = ("start", "end", "asides", "sha256")  # what makes the words of an utterance
_CODED = {"codings", "reviews", "adjudications"}
_ABOUT = {
    "utterances": ("utterance", "id"),
    "documents": ("document", "guid"),
    "speakers": ("speaker", "id"),
    "codes": ("code", "id"),
}
_Place = tuple[Any, ...]


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


def _standing_since(connection: Connection, line: Any) -> Iterator[list[Effect]]:
    """Yield what each later change of another actor did, if it has not been taken back."""
    later = changes.c.seq > line.seq
    query = select(changes.c.seq, changes.c.undoes).where(later).order_by(changes.c.seq.desc())
    taken_back: set[int] = set()
    for one in connection.execute(query).all():
        if one.undoes is not None and one.seq not in taken_back:
            taken_back.add(one.undoes)
    others = select(changes.c.seq, changes.c.effects).where(
        later, changes.c.actor != line.actor, changes.c.undoes.is_(None)
    )
    for one in connection.execute(others.order_by(changes.c.seq)).all():
        if one.seq not in taken_back:
            yield unpacked(one.effects)


def _is_touched_since(connection: Connection, line: Any, effects: Sequence[Effect]) -> bool:
    """Return whether another actor has gone on from a change, and that still stands.

    That is: changed the same rows, or hung something on an utterance whose words would be others,
    or a memo on something that would be no more.
    """
    own = {place for effect in effects for place in _places(effect)}
    ground = _ground(connection, effects)
    hanging: dict[_Place, _Place] = {}
    for later in _standing_since(connection, line):
        for effect in later:
            places = list(_places(effect))
            if not own.isdisjoint(places):
                return True
            for place in places[: len(effect["before"])]:
                hanging.pop(place, None)
            for place, row in zip(places[len(effect["before"]) :], effect["after"], strict=True):
                hangs_on = _hangs_on(effect["table"], row)
                if hangs_on in ground:
                    hanging[place] = hangs_on
    return bool(hanging)


def _places(effect: Effect) -> Iterator[_Place]:
    names = [column.name for column in JOURNALED[effect["table"]].primary_key.columns]
    for row in (*effect["before"], *effect["after"]):
        yield (effect["table"], *(row[name] for name in names))


def _hangs_on(table: str, row: Row) -> _Place:
    if table == "memos":
        return (row["about"], row["target"])
    return ("utterance", str(row["utterance_id"])) if table in _CODED else ()


def _ground(connection: Connection, effects: Sequence[Effect]) -> set[_Place]:
    """Return what would not be the same, or not be there, if a change were taken back."""
    found: set[_Place] = set()
    for effect in effects:
        about, key = _ABOUT.get(effect["table"], (None, "id"))
        if about is None:
            continue
        before = {row[key]: row for row in effect["before"]}
        after = {row[key]: row for row in effect["after"]}
        for one in before.keys() | after.keys():
            was, now = before.get(one), after.get(one)
            if was is None or now is None or any(was.get(x) != now.get(x) for x in _EXTENT):
                found.add((about, str(one)))
        if about == "document":
            own = utterances.c.document_id.in_([row["id"] for row in effect["after"]])
            here = connection.execute(select(utterances.c.id).where(own)).scalars()
            found.update(("utterance", str(one)) for one in here)
    return found


def _reverse(journal: Journal, line: Any, actor: str, action: str) -> Undone:
    effects = unpacked(line.effects)
    _check_rounds(journal.connection, line, effects, action)
    if _is_touched_since(journal.connection, line, effects):
        raise _gone_on(line, action)
    try:
        with journal.connection.begin_nested():
            for effect in reversed(effects):
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


def _check_rounds(
    connection: Connection, line: Any, effects: Sequence[Effect], action: str
) -> None:
    """Refuse to touch codings in a round closed since; the consensus on it may still change."""
    closed = _closed_since(connection, line.seq)
    if not closed:
        return
    kind = select(coders.c.id).where(coders.c.kind == CoderKind.CONSENSUS)
    agreed = set(connection.execute(kind).scalars())
    for effect in effects:
        if effect["table"] not in {"codings", "reviews", "rejections"}:
            continue
        for row in (*effect["before"], *effect["after"]):
            if row["round_id"] in closed and row["coder_id"] not in agreed:
                verb = "taken back" if action == "undo" else "made again"
                raise RefusedError(
                    f"change {line.seq} ({line.action}) can't be {verb}: "
                    f"round '{closed[row['round_id']]}' is closed",
                    remedy="a closed round stays as it is",
                )


def _closed_since(connection: Connection, seq: int) -> dict[int, str]:
    """Return id -> name of the rounds that were closed after a line of the log."""
    closing = (changes.c.action == "round.close") & (changes.c.seq > seq)
    return {
        row["id"]: row["name"]
        for content in connection.execute(select(changes.c.effects).where(closing)).scalars()
        for effect in unpacked(content)
        for row in effect["after"]
    }


def _gone_on(line: Any, action: str) -> RefusedError:
    verb = "taken back" if action == "undo" else "made again"
    return RefusedError(
        f"change {line.seq} ({line.action}) can't be {verb} any more",
        remedy="somebody has gone on from what it did; change it by hand",
    )


def _take_back(journal: Journal, effect: Effect) -> None:
    """Put rows back as they were before; all must be as the change left them."""
    table = JOURNALED[effect["table"]]
    names = [column.name for column in table.primary_key.columns]

    def key(row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in names)

    before = {key(row): row for row in effect["before"]}
    after = {key(row): row for row in effect["after"]}
    present = _present(journal.connection, table, [*(before | after).values()])
    if present != after:
        raise RefusedError("changed since")
    changed = [(row, before[place]) for place, row in after.items() if place in before]
    _update(journal, table, [(row, old) for row, old in changed if row != old])
    _delete(journal, table, [row for place, row in after.items() if place not in before])
    journal.insert(table, [row for place, row in before.items() if place not in after])


def _present(
    connection: Connection, table: Table, rows: Sequence[Row]
) -> dict[tuple[Any, ...], Row]:
    """Return key -> row of those of some rows that are in the table, as they are there."""
    keys = list(table.primary_key.columns)
    wanted = [tuple(row[key.name] for key in keys) for row in rows]
    found: dict[tuple[Any, ...], Row] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        is_one = keys[0].in_([one for (one,) in some]) if len(keys) == 1 else None
        condition = tuple_(*keys).in_(some) if is_one is None else is_one
        for row in connection.execute(select(table).where(condition)).mappings():
            found[tuple(row[key.name] for key in keys)] = dict(row)
    return found


def _key_is(table: Table) -> ColumnElement[bool]:
    return and_(*(key == bindparam(f"key_{key.name}") for key in table.primary_key.columns))


def _keys_of(table: Table, row: Row) -> Row:
    return {f"key_{key.name}": row[key.name] for key in table.primary_key.columns}


def _update(journal: Journal, table: Table, pairs: Sequence[tuple[Row, Row]]) -> None:
    """Give rows their former values, in this order; it is noted in the order to undo it."""
    if not pairs:
        return
    names = [name for name in pairs[0][0] if any(row[name] != old[name] for row, old in pairs)]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    statement = update(table).where(_key_is(table)).values(values)
    given = [
        _keys_of(table, row) | {f"new_{name}": old[name] for name in names} for row, old in pairs
    ]
    journal.connection.execute(statement, given)
    journal.note(table, [row for row, _ in pairs][::-1], [old for _, old in pairs][::-1])


def _delete(journal: Journal, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        statement = delete(table).where(_key_is(table))
        journal.connection.execute(statement, [_keys_of(table, row) for row in rows])
        journal.note(table, rows, [])
