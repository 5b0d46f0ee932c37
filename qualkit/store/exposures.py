"""Exposures and rejections: which suggestion was shown to whom, and which was turned down.

Both go through the journal like everything a coder does. A screen shows some three suggestions for
an utterance, an hour of coding some hundreds of them, and the door hands them over in lots: a line
of the log for each lot is little beside a line for each key pressed. So ``verify`` proves them, a
copy as of a moment has them, and they come back with a rebuilt table, without a second kind of log.

An exposure is the first time that a coder was shown a code on an utterance in a round: that is what
decides whether a later coding is blind. Showing it again adds nothing, whatever the request is
called, so a repeated request is no second exposure. Having seen a thing cannot be undone; turning
it down can.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table, func, select, tuple_

from qualkit.model import Exposure
from qualkit.store import changes
from qualkit.store.apart import Sheet
from qualkit.store.journal import Journal, Row
from qualkit.store.schema import (
    code_rows,
    coders,
    codings,
    documents,
    exposures,
    rejections,
    reviews,
    rounds,
    utterances,
)

__all__ = [
    "SHOW",
    "add",
    "carry",
    "follow_join",
    "follow_split",
    "frame",
    "reject",
    "rejection_frame",
    "unreject",
    "was_shown",
]

SHOW = "suggestions.show"
"""What the log calls it: a line that nobody can take back."""

_AT_ONCE = 100  # pairs in one statement, well below every limit
_OWN = ("utterance_id", "code_id", "coder_id", "round_id")


def add(
    journal: Journal, shown: Sequence[tuple[int, Exposure]], coder_id: int, round_id: int
) -> int:
    """Store what a coder was shown for the first time; return how many those are.

    Args:
        journal: of a write transaction; the caller records the line of the log.
        shown: ids of utterances, with what was shown of each.
        coder_id: who saw it.
        round_id: in which round.
    """
    now = datetime.fromisoformat(changes.now())
    rows: dict[tuple[int, str], Row] = {}
    for utterance_id, one in shown:
        at = (now - timedelta(seconds=one.ago)).astimezone(UTC)
        row = {
            "utterance_id": utterance_id,
            "code_id": one.code,
            "coder_id": coder_id,
            "round_id": round_id,
            "shown_at": at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "probability": one.probability,
            "rank": one.rank,
            "basis": one.basis,
            "model": one.model,
        }
        rows.setdefault((utterance_id, one.code), row)
    present = {_pair(row) for row in _held(journal, exposures, list(rows), coder_id, round_id)}
    return len(journal.insert(exposures, [row for key, row in rows.items() if key not in present]))


def reject(
    journal: Journal, wanted: Sequence[tuple[int, str]], coder_id: int, round_id: int
) -> int:
    """Note that codes do not apply to utterances, in a coder's judgement; return how many are new.

    Args:
        journal: of a write transaction; the caller records the line of the log.
        wanted: ids of utterances, each with the id of a code.
        coder_id: whose judgement.
        round_id: in which round.
    """
    present = {_pair(row) for row in _held(journal, rejections, wanted, coder_id, round_id)}
    at = changes.now()
    rows = [
        dict(zip((*_OWN, "rejected_at"), (*pair, coder_id, round_id, at), strict=True))
        for pair in dict.fromkeys(wanted)
        if pair not in present
    ]
    return len(journal.insert(rejections, rows))


def unreject(
    journal: Journal, wanted: Sequence[tuple[int, str]], coder_id: int, round_id: int
) -> int:
    """Take rejections back; return how many there were."""
    held = _held(journal, rejections, wanted, coder_id, round_id)
    journal.delete(rejections, held)
    return len(held)


def _pair(row: Row) -> tuple[int, str]:
    return row["utterance_id"], row["code_id"]


def _held(
    journal: Journal,
    table: Table,
    wanted: Sequence[tuple[int, str]],
    coder_id: int,
    round_id: int,
) -> list[Row]:
    """Return the rows of a coder and round on some utterances and codes."""
    own = select(table).where(table.c.coder_id == coder_id, table.c.round_id == round_id)
    found: list[Row] = []
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        query = own.where(tuple_(table.c.utterance_id, table.c.code_id).in_(some))
        found += [dict(row) for row in journal.connection.execute(query).mappings()]
    return found


def follow_split(journal: Journal, first: int, second: int) -> None:
    """Let what was shown or rejected on an utterance count for both its halves."""
    for table in (exposures, rejections):
        rows = _on(journal, table, first)
        journal.insert(table, [{**row, "utterance_id": second} for row in rows])


def follow_join(journal: Journal, first: int, second: int) -> None:
    """Let what was shown or rejected on an utterance count for the one that took it in."""
    for table in (exposures, rejections):
        present = {tuple(row[name] for name in _OWN) for row in _on(journal, table, first)}
        gone = _on(journal, table, second)
        journal.delete(table, gone)
        moved = [{**row, "utterance_id": first} for row in gone]
        journal.insert(
            table, [row for row in moved if tuple(row[name] for name in _OWN) not in present]
        )


def _on(journal: Journal, table: Table, utterance_id: int) -> list[Row]:
    query = select(table).where(table.c.utterance_id == utterance_id)
    return [dict(row) for row in journal.connection.execute(query).mappings()]


def carry(journal: Journal, here: Sheet, there: Sheet) -> None:
    """Bring in what coders were shown and rejected in another copy, as far as it has a place here.

    Coders, rounds and codings come before; nothing is added to a closed round.

    Args:
        journal: of a write transaction; the caller records the line of the log.
        here: the tables of this project.
        there: the tables of the other copy.
    """
    ids = _ids(here, there)
    for table in (exposures, rejections):
        present = {tuple(row[name] for name in _OWN) for row in here.tables[table.name]}
        for row in there.tables[table.name]:
            key = tuple(ids[name].get(row[name]) for name in _OWN)
            if None not in key and key not in present:
                present.add(key)
                journal.insert(table, [row | dict(zip(_OWN, key, strict=True))])


def _ids(here: Sheet, there: Sheet) -> dict[str, dict[Any, Any]]:
    """Return, for each column that refers to something, its number there -> the one here."""
    places = here.utterances()
    found: dict[str, dict[Any, Any]] = {
        "utterance_id": {
            row["id"]: places[place]["id"]
            for place, row in there.utterances().items()
            if place in places
        }
    }
    codes = {row["id"] for row in here.tables["codes"]}
    same = {row["id"]: there.codes.get(row["id"], row["id"]) for row in there.tables["codes"]}
    found["code_id"] = {one: other for one, other in same.items() if other in codes}
    for name, table in (("coder_id", "coders"), ("round_id", "rounds")):
        names = {row["name"]: row["id"] for row in here.tables[table] if not row.get("closed_at")}
        found[name] = {row["id"]: names.get(row["name"]) for row in there.tables[table]}
    return found


def was_shown(
    connection: Connection, utterance_id: int, code_id: str, *, coder: str, round_name: str
) -> bool:
    """Return whether a coder was shown a code as suggested for an utterance in a round."""
    query = (
        select(exposures.c.utterance_id)
        .join_from(exposures, coders)
        .join(rounds, exposures.c.round_id == rounds.c.id)
        .where(
            exposures.c.utterance_id == utterance_id,
            exposures.c.code_id == code_id,
            coders.c.name == coder,
            rounds.c.name == round_name,
        )
    )
    return connection.execute(query).first() is not None


def frame(connection: Connection) -> pd.DataFrame:
    """Return what was shown, with what its coder did about it, in order of document and position.

    Columns: document (str), position (int64), code, coder, round, shown_at (str), probability
    (float64), rank (int64), basis, model (str); then what that coder did there in that round:
    coded_at, origin (of the code on the utterance or a span in it, the first one that stands),
    reviewed_at, rejected_at (str or missing); code_id, coder_kind (str). The name of a code that is
    no more is its id.
    """
    query = (
        select(
            documents.c.name.label("document"),
            utterances.c.position,
            func.coalesce(code_rows.c.name, exposures.c.code_id).label("code"),
            coders.c.name.label("coder"),
            rounds.c.name.label("round"),
            *(exposures.c[name] for name in ("shown_at", "probability", "rank", "basis", "model")),
            _coded(codings.c.created_at).label("coded_at"),
            _coded(codings.c.origin).label("origin"),
            reviews.c.reviewed_at,
            rejections.c.rejected_at,
            exposures.c.code_id,
            coders.c.kind.label("coder_kind"),
        )
        .join_from(exposures, utterances)
        .join(documents)
        .join(coders, exposures.c.coder_id == coders.c.id)
        .join(rounds, exposures.c.round_id == rounds.c.id)
        .join(code_rows, exposures.c.code_id == code_rows.c.id, isouter=True)
        .join(reviews, _same(reviews, "utterance_id", "coder_id", "round_id"), isouter=True)
        .join(rejections, _same(rejections, *_OWN), isouter=True)
        .order_by(documents.c.id, utterances.c.position, coders.c.id, exposures.c.rank)
    )
    table = pd.DataFrame(connection.execute(query).all(), columns=query.selected_columns.keys())
    return table.astype({"position": "int64", "rank": "int64", "probability": "float64"})


def _same(table: Table, *names: str) -> Any:
    condition = table.c[names[0]] == exposures.c[names[0]]
    for name in names[1:]:
        condition &= table.c[name] == exposures.c[name]
    return condition


def _coded(column: Any) -> Any:
    """Return a column of the first coding that answers to an exposure."""
    return (
        select(column)
        .where(_same(codings, *_OWN))
        .order_by(codings.c.created_at, codings.c.id)
        .limit(1)
        .scalar_subquery()
    )


def rejection_frame(connection: Connection) -> pd.DataFrame:
    """Return what was rejected, in order of document and position.

    Columns: document (str), position (int64), code, coder, round, rejected_at, code_id (str).
    """
    query = (
        select(
            documents.c.name.label("document"),
            utterances.c.position,
            code_rows.c.name.label("code"),
            coders.c.name.label("coder"),
            rounds.c.name.label("round"),
            rejections.c.rejected_at,
            rejections.c.code_id,
        )
        .join_from(rejections, utterances)
        .join(documents)
        .join(code_rows, rejections.c.code_id == code_rows.c.id)
        .join(coders)
        .join(rounds)
        .order_by(documents.c.id, utterances.c.position, coders.c.id, code_rows.c.position)
    )
    table = pd.DataFrame(connection.execute(query).all(), columns=query.selected_columns.keys())
    return table.astype({"position": "int64"})
