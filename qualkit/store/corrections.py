"""Corrections of what the reader made of a document: utterances split, joined, given to others.

The text stays as it is; only where utterances begin and end, and whose they are, changes. Codings
follow: none is dropped, and the change log holds all rows as they were before.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from qualkit.model import Coding, coding_id
from qualkit.store import changes
from qualkit.store.schema import coders, codings, documents, reviews, rounds, utterances

__all__ = ["Row", "change", "find", "join", "split"]

Row = dict[str, Any]


def find(connection: Connection, document: str, position: int) -> Row | None:
    """Return one utterance as stored, with its document's guid; None when there is none."""
    query = (
        select(utterances, documents.c.guid)
        .join_from(utterances, documents)
        .where(documents.c.name == document, utterances.c.position == position)
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else dict(row)


def change(connection: Connection, utterance: Row, values: Row) -> None:
    """Set some columns of one utterance."""
    before = {name: utterance[name] for name in values}
    wanted = utterances.c.id == utterance["id"]
    connection.execute(update(utterances).where(wanted).values(**values))
    payload = {"utterance": utterance["id"], "before": before, "after": values}
    changes.append(connection, "utterance.change", payload)


def split(connection: Connection, utterance: Row, end: int, start: int) -> None:
    """Make two utterances of one: the first ends at ``end``, the second begins at ``start``.

    Codings of the whole utterance stand on both parts afterwards, and so do reviews; a span stays
    where it is, and one across the cut becomes two.
    """
    payload = _snapshot(connection, [utterance["id"]])
    _shift(connection, utterance["document_id"], utterance["position"], 1)
    asides = json.loads(utterance["asides"] or "[]")
    first = {"end": end, "asides": _dump([one for one in asides if one[1] <= end])}
    wanted = utterances.c.id == utterance["id"]
    connection.execute(update(utterances).where(wanted).values(**first))
    second = {name: utterance[name] for name in utterance if name not in {"id", "guid"}}
    second |= {"position": utterance["position"] + 1, "start": start, "label": None}
    second["asides"] = _dump([one for one in asides if one[0] >= start])
    query = insert(utterances).values(**second).returning(utterances.c.id)
    second_id = int(connection.execute(query).scalar_one())
    _copy_reviews(connection, utterance["id"], second_id)
    bounds = ((utterance["id"], utterance["start"], end), (second_id, start, utterance["end"]))
    pieces = [piece for coding in payload["codings"] for piece in _pieces(coding, *bounds)]
    _replace(connection, utterance["guid"], [utterance["id"]], pieces)
    changes.append(connection, "utterance.split", payload | {"made": second_id})


def join(connection: Connection, first: Row, second: Row, between: list[Row]) -> None:
    """Make one utterance of two; what is set aside ``between`` them becomes an aside of it.

    Codings of either part stand on the whole; the same coding on both becomes one. A coder has
    looked at the whole who has looked at both parts, or has coded either.
    """
    both = [first["id"], second["id"]]
    payload = _snapshot(connection, both)
    asides = json.loads(first["asides"] or "[]") + json.loads(second["asides"] or "[]")
    asides += [[row["start"], row["end"]] for row in between]
    whole = {"end": second["end"], "asides": _dump(sorted(asides))}
    connection.execute(update(utterances).where(utterances.c.id == first["id"]).values(**whole))
    moved = [{**coding, "utterance_id": first["id"]} for coding in payload["codings"]]
    connection.execute(delete(codings).where(codings.c.utterance_id.in_(both)))
    _join_reviews(connection, payload, first["id"], second["id"])
    connection.execute(delete(utterances).where(utterances.c.id == second["id"]))
    _shift(connection, first["document_id"], second["position"], -1)
    _replace(connection, first["guid"], [first["id"]], moved)
    changes.append(connection, "utterance.join", payload)


def _dump(asides: list[list[int]]) -> str | None:
    return json.dumps(asides) if asides else None


def _snapshot(connection: Connection, ids: list[int]) -> Row:
    tables = {
        "utterances": (utterances, utterances.c.id),
        "codings": (codings, codings.c.utterance_id),
        "reviews": (reviews, reviews.c.utterance_id),
    }
    return {
        name: [
            dict(row) for row in connection.execute(select(table).where(column.in_(ids))).mappings()
        ]
        for name, (table, column) in tables.items()
    }


def _shift(connection: Connection, document_id: int, after: int, by: int) -> None:
    """Renumber the utterances after a position; through negative numbers, which nobody has."""
    own = utterances.c.document_id == document_id
    later = own & (utterances.c.position > after)
    renumbered = -(utterances.c.position + by)
    connection.execute(update(utterances).where(later).values(position=renumbered))
    negative = own & (utterances.c.position < 0)
    connection.execute(update(utterances).where(negative).values(position=-utterances.c.position))


def _pieces(coding: Row, *bounds: tuple[int, int, int]) -> list[Row]:
    if coding["start"] is None:
        return [{**coding, "utterance_id": place} for place, _, _ in bounds]
    cut = [
        {**coding, "utterance_id": place, "start": max(start, a), "end": min(end, b)}
        for place, a, b in bounds
        for start, end in [(coding["start"], coding["end"])]
    ]
    return [piece for piece in cut if piece["start"] < piece["end"]]


def _replace(connection: Connection, guid: str, ids: list[int], rows: list[Row]) -> None:
    """Put these codings in place of those on the utterances, each under the id it now has."""
    connection.execute(delete(codings).where(codings.c.utterance_id.in_(ids)))
    names = {row.id: row.name for row in connection.execute(select(coders.c.id, coders.c.name))}
    called = {row.id: row.name for row in connection.execute(select(rounds.c.id, rounds.c.name))}
    places = {row["utterance_id"] for row in rows}
    query = select(utterances.c.id, utterances.c.start).where(utterances.c.id.in_(places))
    starts = {row.id: row.start for row in connection.execute(query)}
    fresh: dict[str, Row] = {}
    for row in rows:
        coding = Coding(
            "",
            0,
            row["code_id"],
            names[row["coder_id"]],
            called[row["round_id"]],
            start=row["start"],
            end=row["end"],
        )
        identity = coding_id(guid, starts[row["utterance_id"]], coding)
        fresh.setdefault(identity, {**row, "id": identity})
    if fresh:
        connection.execute(insert(codings), list(fresh.values()))


def _copy_reviews(connection: Connection, source: int, target: int) -> None:
    rows = connection.execute(select(reviews).where(reviews.c.utterance_id == source)).mappings()
    copies = [{**row, "utterance_id": target} for row in rows]
    if copies:
        connection.execute(insert(reviews), copies)


def _join_reviews(connection: Connection, before: Row, first: int, second: int) -> None:
    seen: dict[tuple[int, int], set[int]] = {}
    for row in before["reviews"]:
        seen.setdefault((row["coder_id"], row["round_id"]), set()).add(row["utterance_id"])
    coded = {(row["coder_id"], row["round_id"]) for row in before["codings"]}
    connection.execute(delete(reviews).where(reviews.c.utterance_id.in_([first, second])))
    kept = [
        {
            "utterance_id": first,
            "coder_id": coder,
            "round_id": round_id,
            "reviewed_at": changes.now(),
        }
        for (coder, round_id), places in seen.items()
        if len(places) == 2 or (coder, round_id) in coded
    ]
    if kept:
        connection.execute(insert(reviews), kept)
