"""Rounds in which a coder codes his or her own earlier utterances again, without seeing how before.

Such a round is blind, has one coder, and its ``sample`` names the round that it repeats.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from qualkit.store import rounds
from qualkit.store.journal import Row, unpacked
from qualkit.store.schema import changes as log
from qualkit.store.schema import coders, documents, round_utterances, utterances
from qualkit.store.schema import rounds as round_rows

__all__ = ["Repeat", "about", "lines_about", "names", "open_ones"]


@dataclass(frozen=True)
class Repeat:
    """A repeat that is still open: what its coder did earlier is hidden from him or her.

    Attributes:
        round: its name.
        coder: who codes again.
        since: when it was opened.
        places: document, position and utterance_id of what is coded again.
    """

    round: str
    coder: str
    since: str
    places: pd.DataFrame

    def hides(self, rows: pd.DataFrame) -> pd.Series:
        """Return which rows of a table with coder and round are earlier work of its coder.

        Where the table has no document and position, all of that coder's are.
        """
        is_earlier = (rows["coder"] == self.coder) & (rows["round"] != self.round)
        place = ["document", "position"]
        if set(place) <= set(rows.columns):
            mine = pd.MultiIndex.from_frame(self.places[place])
            is_earlier &= pd.MultiIndex.from_frame(rows[place]).isin(mine)
        return is_earlier

    @cached_property
    def utterance_ids(self) -> frozenset[int]:
        """The utterances that are coded again."""
        return frozenset(self.places["utterance_id"])

    def hides_memo(self, memo: Row) -> bool:
        """Return whether its coder wrote a memo on one of them before."""
        is_earlier = memo["coder"] == self.coder and memo["created_at"] < self.since
        is_here = memo["about"] == "utterance" and int(memo["target"]) in self.utterance_ids
        return bool(is_earlier and is_here)


def about(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what a round's row says of the round it repeats; None where it repeats none.

    The keys: repeats (name of that round), coder, wanted, per, seed, drawn.
    """
    sample = row["sample"]
    told: dict[str, Any] = json.loads(sample) if isinstance(sample, str) else {}
    return told if "repeats" in told else None


def names(connection: Connection) -> list[str]:
    """Return the names of all rounds that repeat another, open or closed."""
    rows = connection.execute(select(round_rows)).mappings()
    return [str(row["name"]) for row in rows if about(dict(row)) is not None]


def open_ones(connection: Connection, blind: Mapping[int, Row]) -> list[Repeat]:
    """Return the repeats among the rounds that are blind and open."""
    found = []
    for number, row in blind.items():
        said = about(row)
        if said is None:
            continue
        query = (
            select(
                documents.c.name.label("document"),
                utterances.c.position,
                utterances.c.id.label("utterance_id"),
            )
            .join_from(round_utterances, utterances)
            .join(documents)
            .where(round_utterances.c.round_id == number)
        )
        columns = ["document", "position", "utterance_id"]
        places = pd.DataFrame(connection.execute(query).all(), columns=columns)
        coder = next(iter(rounds.members(connection)[number].values()))
        found.append(Repeat(str(row["name"]), coder, str(row["created_at"]), places))
    return found


def lines_about(connection: Connection, repeat: Repeat) -> set[int]:
    """Return the lines of the log that tell how its coder coded the same utterances before."""
    own = connection.execute(select(coders.c.id).where(coders.c.name == repeat.coder)).scalar()
    here = select(round_rows.c.id).where(round_rows.c.name == repeat.round)
    number = connection.execute(here).scalar_one()
    found = set()
    told = select(log.c.seq, log.c.effects)
    with connection.execute(told.execution_options(yield_per=500)) as lines:
        for line in lines:
            rows = (
                row
                for effect in unpacked(line.effects)
                if effect["table"] in {"codings", "reviews"}
                for row in (*effect["before"], *effect["after"])
            )
            if any(
                row["coder_id"] == own
                and row["round_id"] != number
                and row["utterance_id"] in repeat.utterance_ids
                for row in rows
            ):
                found.add(line.seq)
    return found
