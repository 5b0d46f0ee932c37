"""What people have put right by hand in the reading of a document, as the change log tells it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from qualkit.store.journal import Row, unpacked
from qualkit.store.schema import changes, speakers, utterances

__all__ = ["AS_READ", "AsRead", "as_read", "set_by_hand"]

AS_READ = "as_read"
"""Where a document's ``about`` keeps its utterances as read, if the stored ones are others."""

_SET, _SPLIT, _JOIN, _REVISE = (
    "utterance.set",
    "utterance.split",
    "utterance.join",
    "document.revise",
)


@dataclass(frozen=True)
class AsRead:
    """An utterance as the reader gave it, before anybody put it right.

    Attributes:
        start, end: in the document's text.
        speaker: name; None when nobody is named, or nobody of the name is left.
        asides: spans inside that are not part of it.
    """

    start: int
    end: int
    speaker: str | None
    asides: tuple[tuple[int, int], ...] = ()


def _standing(connection: Connection, actions: Sequence[str]) -> list[Any]:
    """Return the lines of some actions that are not taken back, oldest first."""
    query = select(changes.c.seq, changes.c.undoes).where(changes.c.undoes.is_not(None))
    gone: set[int] = set()
    for line in connection.execute(query.order_by(changes.c.seq.desc())):
        if line.seq not in gone:
            gone.add(line.undoes)
    names = ("seq", "action", "payload", "effects")
    told = select(*(changes.c[name] for name in names)).where(changes.c.action.in_(actions))
    lines = connection.execute(told.order_by(changes.c.seq)).all()
    return [line for line in lines if line.seq not in gone]


def set_by_hand(connection: Connection, ids: set[int]) -> dict[int, set[str]]:
    """Return id of an utterance -> its columns that were set by hand, on it or before a split."""
    found: dict[int, set[str]] = {}
    for line in _standing(connection, (_SET, _SPLIT)):
        pairs = []
        added = []
        for effect in unpacked(line.effects):
            if effect["table"] == utterances.name:
                before = {row["id"]: row for row in effect["before"]}
                pairs += [
                    (before[row["id"]], row) for row in effect["after"] if row["id"] in before
                ]
                added += [row["id"] for row in effect["after"] if row["id"] not in before]
        for old, new in pairs:
            if line.action == _SET:
                changed = {name for name in new if new[name] != old[name]}
                found.setdefault(new["id"], set()).update(changed)
            elif new["end"] != old["end"]:
                found.update({one: set(found.get(new["id"], ())) for one in added})
    return {one: names for one, names in found.items() if one in ids and names}


def as_read(connection: Connection, document: Row, rows: Sequence[Row]) -> list[AsRead]:
    """Return the utterances of a document as they were read, in order.

    Args:
        connection: of the project.
        document: its row.
        rows: its utterances as they are now.
    """
    kept = json.loads(document["about"]).get(AS_READ)
    if kept is not None:
        return [AsRead(a, b, who, tuple((c, d) for c, d in asides)) for a, b, who, asides in kept]
    lines = _standing(connection, (_SET, _SPLIT, _JOIN, _REVISE))
    own = [line for line in lines if json.loads(line.payload)["document"] == document["name"]]
    revised = [number for number, line in enumerate(own) if line.action == _REVISE]
    former = {row["id"]: row for row in rows}
    for line in reversed(own[revised[-1] + 1 :] if revised else own):
        for effect in reversed(unpacked(line.effects)):
            if effect["table"] == utterances.name:
                for row in effect["after"]:
                    former.pop(row["id"], None)
                former |= {row["id"]: row for row in effect["before"]}
    people = {
        row.id: row.name for row in connection.execute(select(speakers.c.id, speakers.c.name))
    }
    found = [
        AsRead(row["start"], row["end"], people.get(row["speaker_id"]), _asides(row))
        for row in former.values()
    ]
    return sorted(found, key=lambda one: (one.start, -one.end))


def _asides(row: Row) -> tuple[tuple[int, int], ...]:
    return tuple((a, b) for a, b in json.loads(row["asides"] or "[]"))
