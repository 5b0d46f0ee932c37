"""Corrections of what the reader made of a document: utterances split, joined, given to others.

The text stays as it is; only where utterances begin and end, and whose they are, changes. Codings
follow: none is dropped, and the change log holds all rows as they were before.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection, Table, select, update

from qualkit.store import adjudications, changes, exposures, memos
from qualkit.store import rounds as stored_rounds
from qualkit.store.identities import on_stored
from qualkit.store.journal import Journal, Row
from qualkit.store.schema import codings, documents, reviews, utterances

__all__ = ["change", "find", "join", "split"]


def find(connection: Connection, document: str, position: int) -> Row | None:
    """Return one utterance as stored; None when there is none."""
    query = (
        select(utterances)
        .join_from(utterances, documents)
        .where(documents.c.name == document, utterances.c.position == position)
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def change(journal: Journal, utterance: Row, values: Row) -> None:
    """Set some columns of one utterance."""
    journal.update(utterances, utterance, values)


def split(journal: Journal, utterance: Row, end: int, start: int) -> None:
    """Make two utterances of one: the first ends at ``end``, the second begins at ``start``.

    Codings of the whole utterance stand on both parts afterwards, and so do reviews; a span stays
    where it is, and one across the cut becomes two.
    """
    on_it = _on(journal, codings, utterance["id"])
    _shift(journal, utterance["document_id"], utterance["position"], 1)
    asides = json.loads(utterance["asides"] or "[]")
    first = {"end": end, "asides": _dump([one for one in asides if one[1] <= end])}
    journal.update(utterances, utterance, first)
    second = {name: value for name, value in utterance.items() if name != "id"}
    second |= {"position": utterance["position"] + 1, "start": start, "label": None}
    second["asides"] = _dump([one for one in asides if one[0] >= start])
    second_id = journal.insert(utterances, [second])[0]["id"]
    seen = _on(journal, reviews, utterance["id"])
    journal.insert(reviews, [{**row, "utterance_id": second_id} for row in seen])
    stored_rounds.follow_split(journal, utterance["id"], second_id)
    adjudications.follow_split(journal, utterance["id"], second_id)
    exposures.follow_split(journal, utterance["id"], second_id)
    bounds = ((utterance["id"], utterance["start"], end), (second_id, start, utterance["end"]))
    pieces = [piece for coding in on_it for piece in _pieces(coding, *bounds)]
    journal.delete(codings, on_it)
    _put(journal, pieces)


def join(journal: Journal, first: Row, second: Row, between: list[Row]) -> None:
    """Make one utterance of two; what is set aside ``between`` them becomes an aside of it.

    Codings of either part stand on the whole; the same coding on both becomes one. A coder has
    looked at the whole who has looked at both parts, or has coded either.
    """
    on_them = _on(journal, codings, first["id"]) + _on(journal, codings, second["id"])
    asides = json.loads(first["asides"] or "[]") + json.loads(second["asides"] or "[]")
    asides += [[row["start"], row["end"]] for row in between]
    journal.delete(codings, on_them)
    _join_reviews(journal, first["id"], second["id"], on_them)
    stored_rounds.follow_join(journal, first["id"], second["id"])
    adjudications.follow_join(journal, first["id"], second["id"])
    exposures.follow_join(journal, first["id"], second["id"])
    memos.follow(journal, "utterance", str(second["id"]), str(first["id"]))
    journal.delete(utterances, [second])
    journal.update(utterances, first, {"end": second["end"], "asides": _dump(sorted(asides))})
    _shift(journal, first["document_id"], second["position"], -1)
    _put(journal, [{**row, "utterance_id": first["id"]} for row in on_them])


def _dump(asides: list[list[int]]) -> str | None:
    return json.dumps(asides) if asides else None


def _on(journal: Journal, table: Table, utterance_id: int) -> list[Row]:
    query = select(table).where(table.c.utterance_id == utterance_id)
    return [dict(row) for row in journal.connection.execute(query).mappings()]


def _shift(journal: Journal, document_id: int, after: int, by: int) -> None:
    """Renumber the utterances after a position, through negative numbers, which nobody has."""
    own = utterances.c.document_id == document_id
    later = own & (utterances.c.position > after)
    order = utterances.c.position if by > 0 else utterances.c.position.desc()
    query = select(utterances).where(later).order_by(order)  # in which it can be undone
    before = [dict(row) for row in journal.connection.execute(query).mappings()]
    moved = update(utterances).where(later).values(position=-(utterances.c.position + by))
    journal.connection.execute(moved)
    negative = own & (utterances.c.position < 0)
    back = update(utterances).where(negative).values(position=-utterances.c.position)
    journal.connection.execute(back)
    journal.note(utterances, before, [{**row, "position": row["position"] + by} for row in before])


def _pieces(coding: Row, *bounds: tuple[int, int, int]) -> list[Row]:
    if coding["start"] is None:
        return [{**coding, "utterance_id": place} for place, _, _ in bounds]
    start, end = coding["start"], coding["end"]
    cut = [
        {**coding, "utterance_id": place, "start": max(start, a), "end": min(end, b)}
        for place, a, b in bounds
    ]
    return [piece for piece in cut if piece["start"] < piece["end"]]


def _put(journal: Journal, rows: list[Row]) -> None:
    """Insert codings, each under the id that it now has; the same one twice becomes one."""
    identity = on_stored(journal.connection, {row["utterance_id"] for row in rows})
    fresh: dict[str, Row] = {}
    for row in rows:
        one = identity(row)
        fresh[one] = _both(fresh.get(one), {**row, "id": one})
    journal.insert(codings, list(fresh.values()))


def _both(first: Row | None, second: Row) -> Row:
    """Return one coding of two that are the same now, with both memos."""
    if first is None:
        return second
    texts = dict.fromkeys(one for one in (first["memo"], second["memo"]) if one)
    certainty = first["certainty"] or second["certainty"]
    return {**first, "memo": "\n\n".join(texts) or None, "certainty": certainty}


def _join_reviews(journal: Journal, first: int, second: int, on_them: list[Row]) -> None:
    before = _on(journal, reviews, first) + _on(journal, reviews, second)
    seen: dict[tuple[int, int], set[int]] = {}
    for row in before:
        seen.setdefault((row["coder_id"], row["round_id"]), set()).add(row["utterance_id"])
    coded = {(row["coder_id"], row["round_id"]) for row in on_them}
    journal.delete(reviews, before)
    at = changes.now()
    kept = [
        {"utterance_id": first, "coder_id": coder, "round_id": in_round, "reviewed_at": at}
        for (coder, in_round), places in seen.items()
        if len(places) == 2 or (coder, in_round) in coded
    ]
    journal.insert(reviews, kept)
