"""One study in two places: a copy for one coder, and what a copy holds that this project lacks."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select

from qualkit.model import Coding, coding_id
from qualkit.store.journal import Journal, Row, unpacked
from qualkit.store.schema import (
    JOURNALED,
    changes,
    codings,
    memos,
    reviews,
    rounds,
    sources,
    texts,
)
from qualkit.store.selections import of_coder

__all__ = [
    "MERGE",
    "SPLIT",
    "Key",
    "Sheet",
    "Tables",
    "add_round",
    "fill",
    "merged_before",
    "parents_first",
    "split_off",
    "tables",
    "text_by_hash",
    "write",
]

Tables = dict[str, list[Row]]
"""Table name -> rows."""

Key = tuple[Any, ...]
"""What a coding or review is in any copy: kind, text hash, start and end of the utterance, code,
coder, round, start and end of the span (None in a review: code, start and end)."""

SPLIT, MERGE = "project.split", "project.merge"
_OWN = ("codings", "reviews", "memos")
_THEIRS = (*_OWN, "exposures", "rejections")  # what has a coder
_LEFT_OUT = ("adjudications",)


def tables(connection: Connection) -> Tables:
    """Return the rows of every journaled table."""
    return {
        name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for name, table in JOURNALED.items()
    }


def fill(journal: Journal, source: Connection, coder: str) -> dict[str, int]:
    """Fill an empty project with everything but what other coders did.

    Left out are the codings, reviews and memos of others, what was suggested to them, decisions on
    disagreements, and the change log, in which all those stand.

    Returns how many documents, codings and reviews it holds.
    """
    whole = tables(source)
    own = {row["id"] for row in whole["coders"] if row["name"] == coder}
    for name in _THEIRS:
        whole[name] = [row for row in whole[name] if row["coder_id"] in own]
    whole["quarantine"] = [
        row
        for row in whole["quarantine"]
        if json.loads(row["coding"])["row"].get("coder_id") in own
    ]
    whole["codes"] = parents_first(whole["codes"])
    whole["documents"] = [of_coder(row, coder) for row in whole["documents"]]
    for table in (texts, sources):
        for content in source.execute(select(table)).mappings():
            journal.connection.execute(insert(table).values(**content))
    for name, table in JOURNALED.items():
        if name not in _LEFT_OUT:
            journal.insert(table, whole[name])
    counts = {name: len(whole[name]) for name in ("documents", "codings", "reviews")}
    journal.record(SPLIT, {"coder": coder, **counts})
    return counts


def parents_first(rows: Iterable[Row]) -> list[Row]:
    """Return rows of codes so that each stands behind the one above it."""
    by_id = {row["id"]: row for row in rows}
    below: dict[str | None, list[Row]] = {}
    for row in by_id.values():
        above = row["parent_id"] if row["parent_id"] in by_id else None
        below.setdefault(above, []).append(row)
    ordered = list(below.get(None, []))
    for row in ordered:  # grows while it is gone through: each code brings those below it
        ordered += below.get(row["id"], [])
    return ordered


@dataclass
class Sheet:
    """The codings and reviews of a copy, under keys that mean the same in every copy.

    Args:
        tables: rows of documents, utterances, coders, rounds, codings, reviews.
        codes: id of a code there -> id here; a code that is missing keeps its own.
    """

    tables: Tables
    codes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._hashes = {row["id"]: row["sha256"] for row in self.tables["documents"]}
        self._coders = {row["id"]: row["name"] for row in self.tables["coders"]}
        self._rounds = {row["id"]: row["name"] for row in self.tables["rounds"]}
        self._places = {
            row["id"]: (self._hashes[row["document_id"]], row["start"], row["end"])
            for row in self.tables["utterances"]
        }

    def rows(self) -> dict[Key, Row]:
        """Return key -> row of every coding and review."""
        found: dict[Key, Row] = {}
        for row in self.tables["codings"]:
            what = (self.codes.get(row["code_id"], row["code_id"]), *self._owner(row))
            found["coding", *self._places[row["utterance_id"]], *what, row["start"], row["end"]] = (
                row
            )
        for row in self.tables["reviews"]:
            place = self._places[row["utterance_id"]]
            found["review", *place, None, *self._owner(row), None, None] = row
        return found

    def _owner(self, row: Row) -> tuple[str, str]:
        return self._coders[row["coder_id"]], self._rounds[row["round_id"]]

    def utterances(self) -> dict[tuple[str, int, int], Row]:
        """Return (text hash, start, end) -> row of every utterance."""
        return {self._places[row["id"]]: row for row in self.tables["utterances"]}

    def target(self, memo: Row) -> str | tuple[Any, ...] | None:
        """Return what a memo hangs on, in words that mean the same in every copy; None: gone."""
        about, target = memo["about"], memo["target"]
        if about == "utterance":
            return self._places.get(int(target))
        if about == "document":
            named = {row["guid"]: row["sha256"] for row in self.tables["documents"]}
            return named.get(target)
        if about == "speaker":
            people = {str(row["id"]): row for row in self.tables["speakers"]}
            row = people.get(target)
            if row is None:
                return None
            return (self._hashes.get(row["document_id"]), row["name"].casefold())
        return self.codes.get(target, target)

    def target_here(self, about: str, target: Any) -> str | None:
        """Return the target of a memo as this copy says it; None where it has no such thing."""
        if about == "utterance":
            row = self.utterances().get(target)
            return None if row is None else str(row["id"])
        if about == "document":
            named = {row["sha256"]: row["guid"] for row in self.tables["documents"]}
            return named.get(target)
        if about == "speaker":
            people = {
                (self._hashes.get(row["document_id"]), row["name"].casefold()): str(row["id"])
                for row in self.tables["speakers"]
            }
            return people.get(target)
        present = {row["id"] for row in self.tables["codes"]} | {""}
        return target if target in present else None


def _standing(connection: Connection, action: str) -> list[bytes]:
    """Return the effects of the lines of an action that are not taken back."""
    query = select(changes.c.seq, changes.c.undoes).order_by(changes.c.seq.desc())
    gone: set[int] = set()
    for line in connection.execute(query.where(changes.c.undoes.is_not(None))):
        if line.seq not in gone:
            gone.add(line.undoes)
    told = select(changes.c.seq, changes.c.effects).where(changes.c.action == action)
    return [row.effects for row in connection.execute(told) if row.seq not in gone]


def split_off(connection: Connection) -> Tables | None:
    """Return what a copy held when it was split off; None where it is no such copy."""
    for content in _standing(connection, SPLIT):
        found: Tables = {name: [] for name in JOURNALED}
        for effect in unpacked(content):
            found[effect["table"]] += effect["after"]
        return found
    return None


def merged_before(connection: Connection, here: Tables) -> Tables:
    """Return the codings, reviews and memos that earlier merges brought in, as they came."""
    found: Tables = {**here, **{name: [] for name in _OWN}}
    for content in _standing(connection, MERGE):
        for effect in unpacked(content):
            if effect["table"] in _OWN:
                found[effect["table"]] += effect["after"]
    present = {row["id"] for row in here["utterances"]}
    for name in ("codings", "reviews"):
        found[name] = [row for row in found[name] if row["utterance_id"] in present]
    return found


def write(
    journal: Journal,
    here: Tables,
    new: Collection[tuple[Key, Row]],
    gone: Collection[Row],
    changed: Collection[tuple[Row, Row]],
) -> None:
    """Bring codings, reviews and memos in.

    Args:
        journal: of a write transaction; the caller records the line of the log.
        here: the tables as they are; coders and rounds of the keys must be in them.
        new: keys with the rows of the other copy; a memo's key is ("memo", target here).
        gone: rows here that go.
        changed: rows here with the values to set.
    """
    places = Sheet(here).utterances()
    guids = {row["id"]: row["guid"] for row in here["documents"]}
    ids = {name: {row["name"]: row["id"] for row in here[name]} for name in ("coders", "rounds")}
    newest = max(row["number"] for row in here["codebook_versions"])
    fresh: Tables = {name: [] for name in _OWN}
    for key, row in new:
        if key[0] == "memo":
            fresh["memos"].append({**row, "target": key[1], "coder_id": ids["coders"][key[2]]})
            continue
        utterance = places[key[1:4]]
        owner = {"coder_id": ids["coders"][key[5]], "round_id": ids["rounds"][key[6]]}
        placed = {**row, **owner, "utterance_id": utterance["id"]}
        if key[0] == "coding":
            coding = Coding("", 0, key[4], key[5], key[6], key[7], key[8])
            guid = guids[utterance["document_id"]]
            placed |= {"code_id": key[4], "id": coding_id(guid, utterance["start"], coding)}
            placed["codebook_version"] = min(row["codebook_version"], newest)
        fresh["codings" if key[0] == "coding" else "reviews"].append(placed)
    journal.delete(codings, [row for row in gone if "code_id" in row])
    journal.delete(reviews, [row for row in gone if "reviewed_at" in row])
    for row, values in changed:
        journal.update(memos if "guid" in row else codings, row, values)
    journal.insert(codings, fresh["codings"])
    journal.insert(reviews, fresh["reviews"])
    journal.insert(memos, [_without_id(row) for row in fresh["memos"]])


def _without_id(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "id"}


def text_by_hash(connection: Connection, sha256: str) -> str:
    """Return a text that the project keeps."""
    query = select(texts.c.text).where(texts.c.sha256 == sha256)
    return str(connection.execute(query).scalar_one())


def add_round(journal: Journal, row: Row) -> None:
    """Open a round of the copy here, under the same rules and for everybody."""
    journal.insert(rounds, [_without_id(row) | {"codebook_version": None, "sample": None}])
