"""A corrected text put in the place of a document's, with all that hangs on its utterances.

Utterances found again keep their id, so what refers to them stays; codings get the id that follows
from their new place, and those without a certain place go into the quarantine, whole.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, func, select

from qualkit.errors import RefusedError
from qualkit.model import Codebook
from qualkit.store import changes, codebooks, documents, handwork
from qualkit.store.codings import mark_reviewed
from qualkit.store.handwork import AsRead
from qualkit.store.identities import Identities, on_stored
from qualkit.store.journal import Journal, Row
from qualkit.store.schema import (
    adjudications,
    codings,
    metadata,
    quarantine,
    utterances,
)
from qualkit.store.schema import documents as document_rows
from qualkit.store.schema import memos as memo_rows

__all__ = [
    "Doubt",
    "Fate",
    "Standing",
    "load",
    "replace",
    "round_names",
    "settle",
    "waiting",
]

_HANGING = [
    table
    for table in metadata.sorted_tables
    if any(key.column.table is utterances for key in table.foreign_keys)
]
"""The tables that refer to an utterance."""


@dataclass(frozen=True)
class Standing:
    """A document as it stands.

    Attributes:
        document: its row.
        text: its text.
        utterances: their rows, in reading order.
        hanging: table name -> rows that refer to one of them.
        by_hand: id of an utterance -> columns that somebody has set by hand.
        read: the utterances as they were read, before anybody cut or joined them.
    """

    document: Row
    text: str
    utterances: list[Row]
    hanging: dict[str, list[Row]]
    by_hand: dict[int, set[str]]
    read: list[AsRead]


@dataclass(frozen=True)
class Doubt:
    """Why a coding has no certain place any more, and where it might belong.

    Attributes:
        reason: for people.
        quote: the words that were coded.
        utterance: the words of the old utterance.
        new: index of the utterance that comes nearest; None when none does.
        span: of the nearest words in the new text; None for a whole utterance, or nowhere.
    """

    reason: str
    quote: str
    utterance: str
    new: int | None = None
    span: tuple[int, int] | None = None


@dataclass(frozen=True)
class Fate:
    """What becomes of one row that hangs on an utterance: a new place, or a doubt.

    Attributes:
        table: "codings" or "adjudications".
        row: as it stands.
        new: index of the new utterance.
        span: in the new text; None for the whole utterance.
        doubt: then it goes into the quarantine.
    """

    table: str
    row: Row
    new: int | None = None
    span: tuple[int, int] | None = None
    doubt: Doubt | None = None


def load(connection: Connection, name: str) -> Standing:
    """Return a document, given by its exact name, with all that hangs on it."""
    query = select(document_rows).where(document_rows.c.name == name)
    document = dict(connection.execute(query).mappings().one())
    own = utterances.c.document_id == document["id"]
    rows = [
        dict(row)
        for row in connection.execute(
            select(utterances).where(own).order_by(utterances.c.position)
        ).mappings()
    ]
    hanging = {}
    for table in _HANGING:
        on = select(table).join(utterances, table.c.utterance_id == utterances.c.id).where(own)
        in_order = on.order_by(utterances.c.position, *table.primary_key.columns)
        hanging[table.name] = [dict(row) for row in connection.execute(in_order).mappings()]
    ids = {row["id"] for row in rows}
    text = documents.text_of(connection, name)
    by_hand = handwork.set_by_hand(connection, ids)
    return Standing(
        document, text, rows, hanging, by_hand, handwork.as_read(connection, document, rows)
    )


def replace(
    journal: Journal,
    standing: Standing,
    row: Row,
    fresh: Sequence[Row],
    kept: Mapping[int, int],
    fates: Sequence[Fate],
) -> None:
    """Put a new reading in the place of the old one.

    Args:
        journal: of a write transaction; the caller records the line of the log.
        standing: the document as it stands.
        row: what changes in the document's row: text, source, revision.
        fresh: the rows of the new utterances in order, without ids.
        kept: index of an old utterance -> index of the new one that is certainly the same.
        fates: what becomes of each coding and each decision.
    """
    whole = _numbered(journal, standing, fresh, kept)
    places = {old: whole[new]["id"] for old, new in kept.items()}
    after = _hanging_after(journal.connection, standing, whole, fates)
    before = {one["id"]: one for one in standing.utterances}
    stay = {one["id"] for one in whole if before.get(one["id"]) == one}
    lasting = {standing.utterances[old]["id"]: new for old, new in places.items()}
    for table in reversed(_HANGING):
        rows = standing.hanging[table.name]
        if table not in (codings, adjudications):
            after[table.name] = [one for one in rows if one["utterance_id"] in lasting]
        untouched = _untouched(table, rows, after[table.name], stay)
        journal.delete(table, [one for one in rows if _key(table, one) not in untouched])
        after[table.name] = [one for one in after[table.name] if _key(table, one) not in untouched]
    journal.delete(utterances, [one for one in standing.utterances if one["id"] not in stay])
    journal.insert(utterances, [one for one in whole if one["id"] not in stay])
    for table in _HANGING:
        journal.insert(table, after[table.name])
    journal.insert(quarantine, [_waiting_row(standing, one, whole) for one in fates if one.doubt])
    _carry_memos(journal, standing, lasting)
    journal.update(document_rows, standing.document, row)


def _numbered(
    journal: Journal, standing: Standing, fresh: Sequence[Row], kept: Mapping[int, int]
) -> list[Row]:
    """Return the new utterances' rows with ids; what was set by hand on the same one stays."""
    came_from = {new: standing.utterances[old] for old, new in kept.items()}
    last = journal.connection.execute(select(func.max(utterances.c.id))).scalar() or 0
    rows = []
    for index, row in enumerate(fresh):
        old = came_from.get(index)
        if old is None:
            last += 1
            rows.append({"id": last, **row})
        else:
            held = {name: old[name] for name in standing.by_hand.get(old["id"], ())}
            rows.append({"id": old["id"], **row, **held})
    return [{column.name: row.get(column.name) for column in utterances.c} for row in rows]


def _hanging_after(
    connection: Connection, standing: Standing, whole: Sequence[Row], fates: Sequence[Fate]
) -> dict[str, list[Row]]:
    identities = Identities(connection)
    after: dict[str, list[Row]] = {table.name: [] for table in _HANGING}
    for fate in fates:
        if fate.doubt is None and fate.new is not None:
            placed = _placed(fate, whole[fate.new])
            if fate.table == codings.name:
                start = whole[fate.new]["start"]
                placed["id"] = identities.of(standing.document["guid"], start, placed)
            after[fate.table].append(placed)
    return after


def _placed(fate: Fate, utterance: Row) -> Row:
    row = {**fate.row, "utterance_id": utterance["id"]}
    if fate.table == codings.name:
        row["start"], row["end"] = fate.span or (None, None)
    return row


def round_names(connection: Connection) -> dict[int, str]:
    """Return id -> name of every round."""
    return Identities(connection).rounds


def _key(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key.columns)


def _untouched(
    table: Table, before: Sequence[Row], after: Sequence[Row], stay: set[int]
) -> set[tuple[Any, ...]]:
    """Return the keys of rows that are the same as before, on an utterance that is the same."""
    now = {_key(table, row): row for row in after}
    same = (row for row in before if row["utterance_id"] in stay)
    return {key for row in same if now.get(key := _key(table, row)) == row}


def _waiting_row(standing: Standing, fate: Fate, whole: Sequence[Row]) -> Row:
    doubt = fate.doubt
    assert doubt is not None
    content = {
        "table": fate.table,
        "row": fate.row,
        "utterance": doubt.utterance,
        "candidate": None if doubt.new is None else whole[doubt.new]["id"],
        "span": doubt.span,
    }
    return {
        "document_id": standing.document["id"],
        "coding": json.dumps(content, ensure_ascii=False),
        "quote": doubt.quote,
        "reason": doubt.reason,
        "created_at": changes.now(),
    }


def _carry_memos(journal: Journal, standing: Standing, lasting: Collection[int]) -> None:
    """Hang memos on utterances that are no more on the document, with the words they were on."""
    gone = {str(row["id"]): row for row in standing.utterances if row["id"] not in lasting}
    query = select(memo_rows).where(memo_rows.c.about == "utterance")
    for row in journal.connection.execute(query).mappings().all():
        if row["target"] not in gone:
            continue
        old = gone[row["target"]]
        words = standing.text[old["start"] : old["end"]]
        there = {"about": "document", "target": standing.document["guid"]}
        there["text"] = f"{row['text']}\n\n“{words}”"
        journal.update(memo_rows, dict(row), there)


def waiting(connection: Connection) -> list[Row]:
    """Return what is in the quarantine, oldest first.

    Each row has number, document, table, row (as it stood, but for a code merged since), quote,
    reason, utterance (its words then), candidate (row of the utterance that comes nearest, or
    None), span, created_at.
    """
    book = codebooks.current(connection)
    query = (
        select(quarantine, document_rows.c.name.label("document"))
        .join_from(quarantine, document_rows)
        .order_by(quarantine.c.id)
    )
    found = []
    for row in connection.execute(query).mappings().all():
        content = json.loads(row["coding"])
        content["row"]["code_id"] = _code_now(book, content["row"]["code_id"])
        place = select(utterances).where(
            utterances.c.id == content["candidate"],
            utterances.c.document_id == row["document_id"],
        )
        candidate = connection.execute(place).mappings().first()
        names = ("document", "document_id", "quote", "reason", "created_at")
        found.append(
            {
                **content,
                **{name: row[name] for name in names},
                "number": row["id"],
                "candidate": None if candidate is None else dict(candidate),
            }
        )
    return found


def settle(
    journal: Journal, number: int, utterance: Row | None, span: tuple[int, int] | None = None
) -> None:
    """Take a row out of the quarantine: to an utterance (and a span in it), or for good.

    Its coder has looked at the utterance then.

    Raises:
        RefusedError: the same coding, or a decision, stands there already.
    """
    query = select(quarantine).where(quarantine.c.id == number)
    held = dict(journal.connection.execute(query).mappings().one())
    journal.delete(quarantine, [held])
    if utterance is None:
        return
    content = json.loads(held["coding"])
    table = codings if content["table"] == codings.name else adjudications
    place = _placed(Fate(table.name, content["row"], span=span), utterance)
    place["code_id"] = _code_now(codebooks.current(journal.connection), place["code_id"])
    if table is codings:
        place["id"] = on_stored(journal.connection, [utterance["id"]])(place)
    if _is_taken(journal.connection, table, place):
        raise RefusedError(
            "the same coding stands there already", remedy="choose another place, or drop this one"
        )
    if table is codings:
        mark_reviewed(journal, [utterance["id"]], place["coder_id"], place["round_id"])
    else:
        del place["id"]  # another decision may have it by now
    journal.insert(table, [place])


def _code_now(book: Codebook, code: str) -> str:
    """Return the id of the code that a code is part of by now; its own where it was not merged."""
    codes = book.by_id
    passed = {code}
    while code in codes and codes[code].retired:
        taker = codes[code].merged_into
        if taker is None or taker in passed:
            break
        passed.add(taker)
        code = taker
    return code


def _is_taken(connection: Connection, table: Table, row: Row) -> bool:
    if table is codings:
        query = select(table.c.id).where(table.c.id == row["id"])
    else:
        names = ("utterance_id", "code_id", "round_id")
        query = select(table.c.id).where(*(table.c[name] == row[name] for name in names))
    return connection.execute(query).first() is not None
