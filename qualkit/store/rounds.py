"""Rounds: who codes what under which rules, and what a round refuses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, func, select

from qualkit.errors import OptionError, RefusedError, UnknownNameError
from qualkit.model import Round, RoundMode
from qualkit.store import changes
from qualkit.store.journal import Journal, Row, unpacked
from qualkit.store.schema import changes as log
from qualkit.store.schema import (
    codebook_versions,
    coders,
    documents,
    round_coders,
    round_utterances,
    rounds,
    utterances,
)

__all__ = [
    "Plan",
    "blind_and_open",
    "check_coder",
    "check_codes",
    "check_places",
    "close",
    "ensure_round",
    "find_round",
    "follow_join",
    "follow_split",
    "lines_about",
    "members",
    "open_new",
    "round_frame",
    "utterance_ids",
    "version_for",
]

_AT_ONCE = 400  # database variables in one statement, well below every limit


@dataclass(frozen=True)
class Plan:
    """A round to be opened.

    Attributes:
        round: name, mode and suggestion rule.
        coder_ids: who takes part; empty: everybody.
        utterance_ids: what is coded; empty: everything.
        sample: how the utterances were drawn, JSON; None when they were not.
    """

    round: Round
    coder_ids: Sequence[int] = ()
    utterance_ids: Sequence[int] = ()
    sample: str | None = None


def ensure_round(journal: Journal, wanted: Round) -> int:
    """Return the id of the round of this name, which is opened for everybody if new."""
    query = select(rounds.c.id).where(rounds.c.name == wanted.name)
    row = journal.connection.execute(query).first()
    return int(row.id) if row is not None else _insert(journal, Plan(wanted), None)


def open_new(journal: Journal, plan: Plan) -> int:
    """Store a new round, tied to the codebook of today, and return its id.

    Raises:
        OptionError: there is a round of this name.
    """
    taken = select(rounds.c.name).where(func.lower(rounds.c.name) == plan.round.name.lower())
    if journal.connection.execute(taken).first() is not None:
        raise OptionError(
            f"there is a round '{plan.round.name}' already", remedy="give the new one another name"
        )
    newest = select(func.max(codebook_versions.c.number))
    round_id = _insert(journal, plan, journal.connection.execute(newest).scalar_one())
    journal.insert(
        round_coders, [{"round_id": round_id, "coder_id": one} for one in plan.coder_ids]
    )
    places = [{"round_id": round_id, "utterance_id": one} for one in plan.utterance_ids]
    journal.insert(round_utterances, places)
    return round_id


def _insert(journal: Journal, plan: Plan, version: int | None) -> int:
    values = {
        "name": plan.round.name,
        "mode": str(plan.round.mode),
        "suggestions": str(plan.round.suggestions),
        "codebook_version": version,
        "sample": plan.sample,
        "created_at": changes.now(),
        "closed_at": None,
    }
    return int(journal.insert(rounds, [values])[0]["id"])


def close(journal: Journal, name: str) -> None:
    """Set the moment from which nobody codes in a round any more.

    Raises:
        UnknownNameError: no such round.
        RefusedError: it is closed already.
    """
    round_id = find_round(journal.connection, name)
    query = select(rounds).where(rounds.c.id == round_id)
    row = dict(journal.connection.execute(query).mappings().one())
    journal.update(rounds, row, {"closed_at": changes.now()})


def find_round(connection: Connection, name: str) -> int:
    """Return the id of an open round.

    Raises:
        UnknownNameError: no such round; the message lists those there are.
        RefusedError: the round is closed.
    """
    found = {row.name: row for row in connection.execute(select(rounds))}
    if name not in found:
        raise UnknownNameError(
            f"there is no round '{name}'", remedy=f"the rounds are: {', '.join(found)}"
        )
    if found[name].closed_at is not None:
        raise RefusedError(f"round '{name}' is closed", remedy="code in an open round")
    return int(found[name].id)


def check_coder(connection: Connection, round_id: int, coder_id: int) -> None:
    """See that a coder takes part in a round.

    Raises:
        RefusedError: the round has coders of its own, and this one is none of them.
    """
    asked = members(connection).get(round_id)
    if asked is None or coder_id in asked:
        return
    called = select(rounds.c.name).where(rounds.c.id == round_id)
    name = connection.execute(called).scalar_one()
    who = connection.execute(select(coders.c.name).where(coders.c.id == coder_id)).scalar_one()
    raise RefusedError(
        f"{who} does not take part in round '{name}'",
        remedy=f"it is coded by {', '.join(asked.values())}",
    )


def check_places(connection: Connection, round_id: int, wanted: Iterable[int]) -> None:
    """See that utterances belong to a round.

    Raises:
        RefusedError: the round has utterances of its own, and one is none of them.
    """
    own = select(round_utterances.c.utterance_id).where(round_utterances.c.round_id == round_id)
    if connection.execute(own.limit(1)).first() is None:
        return
    outside = set(wanted)
    for some in _in_parts(sorted(outside)):
        here = own.where(round_utterances.c.utterance_id.in_(some))
        outside.difference_update(connection.execute(here).scalars())
    if outside:
        count = select(func.count()).where(round_utterances.c.round_id == round_id)
        size = connection.execute(count).scalar_one()
        query = select(rounds.c.name).where(rounds.c.id == round_id)
        name = connection.execute(query).scalar_one()
        place = select(documents.c.name, utterances.c.position).join_from(utterances, documents)
        first = connection.execute(place.where(utterances.c.id == min(outside))).one()
        raise RefusedError(
            f"utterance {first.position} is not part of round '{name}'",
            where=first.name,
            remedy=f"the round has {size} utterances: code the others in another round",
        )


def version_for(connection: Connection, round_id: int) -> int:
    """Return the codebook version that codings of a round are made under.

    A blind round holds to the version it was opened with; an open one goes with the newest.
    """
    row = connection.execute(select(rounds).where(rounds.c.id == round_id)).one()
    newest = select(func.max(codebook_versions.c.number))
    held = row.codebook_version if row.mode == RoundMode.BLIND else None
    return int(held if held is not None else connection.execute(newest).scalar_one())


def _in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), _AT_ONCE):
        yield ids[first : first + _AT_ONCE]


def check_codes(connection: Connection, version: int, wanted: Iterable[str]) -> None:
    """See that codes stand in the codebook version that their round holds to.

    Raises:
        RefusedError: a code came later.
    """
    newest = connection.execute(select(func.max(codebook_versions.c.number))).scalar_one()
    if version == newest:
        return
    query = select(codebook_versions.c.content).where(codebook_versions.c.number == version)
    known = {code["id"] for code in json.loads(connection.execute(query).scalar_one())}
    for code in wanted:
        if code not in known:
            raise RefusedError(
                f"code '{code}' is not in codebook version {version}, which this round holds to",
                remedy="use it in another round",
            )


def members(connection: Connection) -> dict[int, dict[int, str]]:
    """Return round id -> coder id -> name, of the rounds that have coders of their own."""
    query = (
        select(round_coders.c.round_id, coders.c.id, coders.c.name)
        .join_from(round_coders, coders)
        .order_by(coders.c.id)
    )
    found: dict[int, dict[int, str]] = {}
    for row in connection.execute(query):
        found.setdefault(row.round_id, {})[row.id] = row.name
    return found


def utterance_ids(connection: Connection, round_id: int) -> set[int] | None:
    """Return the ids of the utterances of a round; None: all there are."""
    query = select(round_utterances.c.utterance_id).where(round_utterances.c.round_id == round_id)
    return set(connection.execute(query).scalars()) or None


def blind_and_open(connection: Connection) -> dict[int, Row]:
    """Return id -> row of the rounds that are blind and not closed yet."""
    query = select(rounds).where(rounds.c.mode == RoundMode.BLIND, rounds.c.closed_at.is_(None))
    return {row["id"]: dict(row) for row in connection.execute(query).mappings()}


def lines_about(
    connection: Connection, round_ids: set[int], coder: str | None, *, since: str
) -> set[int]:
    """Return the lines of the log that touch codings of some rounds, those of one coder aside."""
    own = connection.execute(select(coders.c.id).where(coders.c.name == coder)).scalar()
    told = select(log.c.seq, log.c.effects).where(log.c.at >= since)
    found = set()
    with connection.execute(told.execution_options(yield_per=500)) as lines:
        for line in lines:
            if any(_is_of(effect, round_ids, own) for effect in unpacked(line.effects)):
                found.add(line.seq)
    return found


def _is_of(effect: Row, round_ids: set[int], own: int | None) -> bool:
    if effect["table"] not in {"codings", "reviews", "adjudications", "exposures", "rejections"}:
        return False
    rows = (*effect["before"], *effect["after"])
    return any(row["round_id"] in round_ids and row.get("coder_id") != own for row in rows)


def round_frame(connection: Connection) -> pd.DataFrame:
    """Return all rounds.

    Columns: round, mode, suggestions, created_at, closed_at (str), codebook_version (Int64),
    sample (JSON or missing), id (int64).
    """
    names = ("mode", "suggestions", "created_at", "closed_at", "codebook_version", "sample", "id")
    columns = [rounds.c.name.label("round"), *(rounds.c[name] for name in names)]
    found = connection.execute(select(*columns).order_by(rounds.c.id)).all()
    table = pd.DataFrame(found, columns=[column.name for column in columns])
    return table.astype({"codebook_version": "Int64"})


def follow_split(journal: Journal, first: int, second: int) -> None:
    """Let the second half of a split utterance belong to the rounds of the first."""
    held = _held(journal, first)
    journal.insert(round_utterances, [{**row, "utterance_id": second} for row in held])


def follow_join(journal: Journal, first: int, second: int) -> None:
    """Let an utterance that took in another belong to the rounds of both."""
    kept, gone = _held(journal, first), _held(journal, second)
    present = {row["round_id"] for row in kept}
    journal.delete(round_utterances, gone)
    more = [{**row, "utterance_id": first} for row in gone if row["round_id"] not in present]
    journal.insert(round_utterances, more)


def _held(journal: Journal, utterance_id: int) -> list[Row]:
    query = select(round_utterances).where(round_utterances.c.utterance_id == utterance_id)
    return [dict(row) for row in journal.connection.execute(query).mappings()]
