"""Blind means blind: what of other people's work a coder is handed while a blind round is open.

Every workflow function that hands out codings, reviews, memos or lines of the log gets them here.
The rule: of a round that is blind and not closed, a viewer sees their own codings and nothing
else, and nobody in particular (``viewer=None``) sees none. Closing the round lifts it; there is no
other way. Findings (agreement, frequency, co-occurrence, disagreements) leave such rounds out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from qualkit.errors import RefusedError
from qualkit.store import changes, rounds
from qualkit.store import codings as stored
from qualkit.store.journal import Row

__all__ = [
    "Veil",
    "change_frame",
    "check_not_blind",
    "coding_frame",
    "noted",
    "review_frame",
    "veil",
    "visible_memos",
]

HIDDEN = {"hidden": "a blind round is still open"}


@dataclass(frozen=True)
class Veil:
    """What a viewer may see.

    Attributes:
        viewer: name of the coder who asks; None: nobody in particular.
        rounds: id -> row of the rounds that are blind and open.
    """

    viewer: str | None
    rounds: Mapping[int, Row]

    @property
    def names(self) -> list[str]:
        """Names of the rounds that are blind and open."""
        return [str(row["name"]) for row in self.rounds.values()]

    def keep(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table with the columns coder and round that the viewer may see."""
        if not self.rounds:
            return frame
        is_mine = frame["coder"] == self.viewer
        seen = frame[is_mine | ~frame["round"].isin(self.names)].reset_index(drop=True)
        return noted(seen, self)


def veil(connection: Any, viewer: str | None) -> Veil:
    """Return what a viewer may see at this moment."""
    return Veil(viewer, rounds.blind_and_open(connection))


def noted(frame: pd.DataFrame, seen: Veil) -> pd.DataFrame:
    """Return a table that says in ``attrs["about"]`` which rounds it does not show whole."""
    if seen.rounds:
        whose = "everything" if seen.viewer is None else f"all that is not by {seen.viewer}"
        told = f"{whose} of {', '.join(seen.names)}: blind until closed"
        frame.attrs["about"] = {**frame.attrs.get("about", {}), "left_out": told}
    return frame


def coding_frame(
    connection: Any, viewer: str | None, *, document: str | None = None
) -> pd.DataFrame:
    """Return the codings that a viewer may see; columns as ``store.codings.frame``."""
    return veil(connection, viewer).keep(stored.frame(connection, document=document))


def review_frame(
    connection: Any, viewer: str | None, *, document: str | None = None
) -> pd.DataFrame:
    """Return the reviews that a viewer may see; columns as ``store.codings.review_frame``."""
    return veil(connection, viewer).keep(stored.review_frame(connection, document=document))


def check_not_blind(connection: Any, round_name: str | None) -> None:
    """See that a finding about one round may be given at all.

    Raises:
        RefusedError: the round is blind and still open.
    """
    if round_name is None:
        return
    for name in veil(connection, None).names:
        if name.casefold() == round_name.strip().casefold():
            raise RefusedError(
                f"round '{name}' is blind and still open",
                remedy=f"close it first: qualkit round close PROJECT '{name}'",
            )


def change_frame(connection: Any, viewer: str | None, *, limit: int | None = None) -> pd.DataFrame:
    """Return the change log; what others did in a blind round stands there without its content."""
    table = changes.frame(connection, limit=limit)
    seen = veil(connection, viewer)
    if not seen.rounds:
        return table
    since = min(str(row["created_at"]) for row in seen.rounds.values())
    lines = rounds.lines_about(connection, set(seen.rounds), viewer, since=since)
    payload = table["payload"].where(~table["seq"].isin(lines), json.dumps(HIDDEN))
    return noted(table.assign(payload=payload), seen)


def visible_memos(connection: Any, viewer: str | None, memos: list[Row]) -> list[Row]:
    """Return the memos that a viewer may see.

    While a blind round is open, what its coders have written since it began is theirs alone.
    """
    blind = veil(connection, viewer).rounds
    members = rounds.members(connection)

    def is_hidden(memo: Row) -> bool:
        return memo["coder"] != viewer and any(
            memo["changed_at"] >= row["created_at"]
            and (one not in members or memo["coder"] in members[one].values())
            for one, row in blind.items()
        )

    return [memo for memo in memos if not is_hidden(memo)]
