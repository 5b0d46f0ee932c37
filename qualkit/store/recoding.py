"""Codings given from one code to another, when codes are merged or split, and seen again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, Table, select, update

from qualkit.store import memos
from qualkit.store.identities import on_stored
from qualkit.store.journal import Journal, Row
from qualkit.store.schema import (
    adjudications,
    codings,
    rounds,
)

__all__ = ["confirm", "hand_over", "in_closed_rounds", "of_code", "split_up"]

_AT_ONCE = 400  # database variables in one statement, well below every limit
_Seat = tuple[int, int]  # an utterance and a round


def of_code(connection: Connection, code: str) -> list[Row]:
    """Return the codings of one code as stored."""
    return _where(connection, codings, "code_id", code)


def in_closed_rounds(connection: Connection, rows: Sequence[Row]) -> dict[str, int]:
    """Return name of a closed round -> how many of some codings are in it, oldest round first."""
    query = select(rounds.c.id, rounds.c.name).where(rounds.c.closed_at.is_not(None))
    times = Counter(row["round_id"] for row in rows)
    closed = connection.execute(query.order_by(rounds.c.id))
    return {row.name: times[row.id] for row in closed if times[row.id]}


def hand_over(journal: Journal, code: str, keep: str) -> int:
    """Give all codings, decisions and memos of a code to another one; return how many codings.

    Where both stand on the same words by the same coder in the same round, the coding of ``keep``
    stays: the other's memo is added to its own, and its certainty taken where it has none.
    """
    moved = of_code(journal.connection, code)
    identity = on_stored(journal.connection, {row["utterance_id"] for row in moved})
    journal.delete(codings, moved)
    there = {row["id"]: row for row in of_code(journal.connection, keep)}
    fresh: list[Row] = []
    for row in moved:
        new = {**row, "code_id": keep}
        new["id"] = identity(new)
        present = there.get(new["id"])
        if present is None:
            fresh.append(new)
            continue
        texts = [one for one in (present["memo"], row["memo"]) if one]
        certainty = present["certainty"] or row["certainty"]
        values = {"memo": "\n\n".join(texts) or None, "certainty": certainty}
        journal.update(codings, present, values)
    journal.insert(codings, fresh)
    _hand_over_decisions(journal, code, keep)
    memos.follow(journal, "code", code, keep)
    return len(moved)


def _hand_over_decisions(journal: Journal, code: str, keep: str) -> None:
    """Give what was decided on a code to another; two decisions on one place become one."""
    kept = _where(journal.connection, adjudications, "code_id", keep)
    there = {(row["utterance_id"], row["round_id"]): row for row in kept}
    for row in _where(journal.connection, adjudications, "code_id", code):
        present = there.get((row["utterance_id"], row["round_id"]))
        if present is None:
            journal.update(adjudications, row, {"code_id": keep})
            continue
        journal.delete(adjudications, [row])
        applies = bool(present["applies"] or row["applies"])
        reason = "\n\n".join(one for one in (present["reason"], row["reason"]) if one)
        journal.update(adjudications, present, {"applies": applies, "reason": reason})


def split_up(
    journal: Journal, code: str, given: Mapping[str, Sequence[str]], rows: Sequence[Row]
) -> int:
    """Give codings to other codes, one each; return how many are not on the old code any more.

    What was decided on the old code goes with them: to every code that takes a coding of the same
    utterance and round; it stays on the old one too where a coding of it does.

    Args:
        journal: of a write transaction.
        code: id of the old code.
        given: id of a coding -> ids of the codes that take it.
        rows: the codings, as ``of_code`` returns them; those not in ``given`` stay.
    """
    gone = [row for row in rows if given.get(row["id"])]
    identity = on_stored(journal.connection, {row["utterance_id"] for row in gone})
    fresh: list[Row] = []
    takers: dict[_Seat, dict[str, None]] = {}
    for row in gone:
        for taker in given[row["id"]]:
            new = {**row, "code_id": taker}
            fresh.append({**new, "id": identity(new)})
            takers.setdefault(_seat(row), {})[taker] = None
    journal.delete(codings, gone)
    journal.insert(codings, fresh)
    staying = {_seat(row) for row in rows if not given.get(row["id"])}
    _share_decisions(journal, code, takers, staying)
    return len(gone)


def _seat(row: Row) -> _Seat:
    return row["utterance_id"], row["round_id"]


def _share_decisions(
    journal: Journal, code: str, takers: Mapping[_Seat, Collection[str]], staying: set[_Seat]
) -> None:
    decided = _where(journal.connection, adjudications, "code_id", code)
    taken = [row for row in decided if takers.get(_seat(row))]
    journal.delete(adjudications, [row for row in taken if _seat(row) not in staying])
    copies = [
        {name: value for name, value in row.items() if name != "id"} | {"code_id": taker}
        for row in taken
        for taker in takers[_seat(row)]
    ]
    journal.insert(adjudications, copies)


def confirm(journal: Journal, ids: Sequence[str], version: int) -> int:
    """Note that codings hold under a version of the codebook; return how many were of another.

    Those in a closed round stay as they are.
    """
    is_open = codings.c.round_id.in_(select(rounds.c.id).where(rounds.c.closed_at.is_(None)))
    older: list[Row] = []
    for first in range(0, len(ids), _AT_ONCE):
        some = codings.c.id.in_(ids[first : first + _AT_ONCE])
        wanted = some & is_open & (codings.c.codebook_version != version)
        query = select(codings).where(wanted)
        older += [dict(row) for row in journal.connection.execute(query).mappings()]
        journal.connection.execute(update(codings).where(wanted).values(codebook_version=version))
    journal.note(codings, older, [{**row, "codebook_version": version} for row in older])
    return len(older)


def _where(connection: Connection, table: Table, column: str, value: str) -> list[Row]:
    query = select(table).where(table.c[column] == value).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]
