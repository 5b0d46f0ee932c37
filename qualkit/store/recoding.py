"""Codings given from one code to another, when codes are merged or split, and seen again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from qualkit.model import Coding, coding_id
from qualkit.store import memos
from qualkit.store.journal import Journal, Row
from qualkit.store.schema import (
    adjudications,
    coders,
    codings,
    documents,
    rounds,
    utterances,
)

__all__ = ["confirm", "hand_over", "of_code", "split_up"]

_AT_ONCE = 400  # database variables in one statement, well below every limit


def of_code(connection: Connection, code: str) -> list[Row]:
    """Return the codings of one code as stored."""
    return _where(connection, codings, "code_id", code)


def hand_over(journal: Journal, code: str, keep: str) -> int:
    """Give all codings, decisions and memos of a code to another one; return how many codings.

    Where both stand on the same words by the same coder in the same round, the coding of ``keep``
    stays: the other's memo is added to its own, and its certainty taken where it has none.
    """
    identity = _identity(journal.connection)
    moved = of_code(journal.connection, code)
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


def split_up(journal: Journal, given: Mapping[str, Sequence[str]], rows: Sequence[Row]) -> int:
    """Give codings to other codes, one each; return how many are not on the old code any more.

    Args:
        journal: of a write transaction.
        given: id of a coding -> ids of the codes that take it.
        rows: the codings, as ``of_code`` returns them; those not in ``given`` stay.
    """
    identity = _identity(journal.connection)
    gone = [row for row in rows if given.get(row["id"])]
    fresh: list[Row] = []
    for row in gone:
        for code in given[row["id"]]:
            new = {**row, "code_id": code}
            fresh.append({**new, "id": identity(new)})
    journal.delete(codings, gone)
    journal.insert(codings, fresh)
    return len(gone)


def confirm(journal: Journal, ids: Sequence[str], version: int) -> int:
    """Note that codings hold under a version of the codebook; return how many were of another."""
    older: list[Row] = []
    for first in range(0, len(ids), _AT_ONCE):
        query = select(codings).where(
            codings.c.id.in_(ids[first : first + _AT_ONCE]), codings.c.codebook_version != version
        )
        older += [dict(row) for row in journal.connection.execute(query).mappings()]
    for row in older:
        journal.update(codings, row, {"codebook_version": version})
    return len(older)


def _where(connection: Connection, table: Table, column: str, value: str) -> list[Row]:
    query = select(table).where(table.c[column] == value).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]


def _identity(connection: Connection) -> Callable[[Mapping[str, Any]], str]:
    """Return the function that gives a row of codings the id that follows from its content."""
    people = {row.id: row.name for row in connection.execute(select(coders.c.id, coders.c.name))}
    called = {row.id: row.name for row in connection.execute(select(rounds.c.id, rounds.c.name))}
    columns = (utterances.c.id, utterances.c.start, documents.c.guid)
    found = connection.execute(select(*columns).join_from(utterances, documents))
    places = {row.id: (row.guid, row.start) for row in found}

    def identity(row: Mapping[str, Any]) -> str:
        owner = (people[row["coder_id"]], called[row["round_id"]])
        coding = Coding("", 0, row["code_id"], *owner, start=row["start"], end=row["end"])
        return coding_id(*places[row["utterance_id"]], coding)

    return identity
