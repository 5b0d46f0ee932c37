"""Blind means blind: what of other people's work a coder is handed while a blind round is open.

Every workflow function that hands out codings, reviews, memos or lines of the log gets them here.
The rule: of a round that is blind and not closed, a viewer sees their own codings and nothing
else, and nobody in particular (``viewer=None``) sees none. Closing the round lifts it; there is no
other way. Findings (agreement, frequency, co-occurrence, disagreements) leave such rounds out.
While a round is open in which a coder codes his or her own utterances again, how that coder coded
them before is hidden from the same coder, and from nobody in particular.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from qualkit.errors import RefusedError
from qualkit.store import changes, exposures, repeats, rounds, wholes
from qualkit.store import codings as stored
from qualkit.store.journal import Row
from qualkit.store.repeats import Repeat

__all__ = [
    "Veil",
    "already_here",
    "change_frame",
    "check_not_blind",
    "coding_frame",
    "every_coding",
    "every_review",
    "exposure_frame",
    "noted",
    "rejection_frame",
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
        repeats: those of them in which the viewer, or whoever it is, codes again.
    """

    viewer: str | None
    rounds: Mapping[int, Row]
    repeats: Sequence[Repeat] = ()

    @property
    def names(self) -> list[str]:
        """Names of the rounds that are blind and open."""
        return [str(row["name"]) for row in self.rounds.values()]

    def keep(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table with the columns coder and round that the viewer may see."""
        if not self.rounds:
            return frame
        is_seen = (frame["coder"] == self.viewer) | ~frame["round"].isin(self.names)
        for repeat in self.repeats:
            is_seen &= ~repeat.hides(frame)
        return noted(frame[is_seen].reset_index(drop=True), self)


def veil(connection: Any, viewer: str | None) -> Veil:
    """Return what a viewer may see at this moment."""
    blind = rounds.blind_and_open(connection)
    again = repeats.open_ones(connection, blind)
    return Veil(viewer, blind, [one for one in again if viewer in (None, one.coder)])


def noted(frame: pd.DataFrame, seen: Veil) -> pd.DataFrame:
    """Return a table that says in ``attrs["about"]`` which rounds it does not show whole."""
    if seen.rounds:
        whose = "everything" if seen.viewer is None else f"all that is not by {seen.viewer}"
        told = f"{whose} of {', '.join(seen.names)}: blind until closed"
        for one in seen.repeats:
            told += f"; what {one.coder} coded before of the utterances of {one.round}"
        frame.attrs["about"] = {**frame.attrs.get("about", {}), "left_out": told}
    return frame


def coding_frame(
    connection: Any, viewer: str | None, *, document: str | None = None, noted: bool = False
) -> pd.DataFrame:
    """Return the codings that a viewer may see; the rest is as in ``store.codings.frame``."""
    found = stored.frame(connection, document=document, noted=noted)
    return veil(connection, viewer).keep(found)


def already_here(connection: Any, ids: Sequence[str]) -> set[str]:
    """Return which of these are ids of codings.

    It tells no more than bringing in the same codings a second time does: that they are there.
    """
    return stored.present_ids(connection, list(ids))


def every_coding(
    connection: Any, viewer: str | None, places: pd.DataFrame, *, only: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return the codings that a viewer may see; the rest is as in ``store.wholes``."""
    return veil(connection, viewer).keep(wholes.every_coding(connection, places, only=only))


def every_review(
    connection: Any, viewer: str | None, places: pd.DataFrame, *, only: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return the reviews that a viewer may see; the rest is as in ``store.wholes``."""
    return veil(connection, viewer).keep(wholes.every_review(connection, places, only=only))


def review_frame(
    connection: Any,
    viewer: str | None,
    *,
    document: str | None = None,
    position: int | None = None,
) -> pd.DataFrame:
    """Return the reviews that a viewer may see; columns as ``store.codings.review_frame``."""
    return veil(connection, viewer).keep(
        stored.review_frame(connection, document=document, position=position)
    )


def exposure_frame(connection: Any, viewer: str | None) -> pd.DataFrame:
    """Return the exposures that a viewer may see; columns as ``store.exposures.frame``."""
    return veil(connection, viewer).keep(exposures.frame(connection))


def rejection_frame(connection: Any, viewer: str | None) -> pd.DataFrame:
    """Return the rejections that a viewer may see; columns as in ``store.exposures``."""
    return veil(connection, viewer).keep(exposures.rejection_frame(connection))


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
    lines = lines.union(*(repeats.lines_about(connection, one) for one in seen.repeats))
    payload = table["payload"].where(~table["seq"].isin(lines), json.dumps(HIDDEN))
    return noted(table.assign(payload=payload), seen)


def visible_memos(connection: Any, viewer: str | None, memos: list[Row]) -> list[Row]:
    """Return the memos that a viewer may see.

    While a blind round is open, what its coders have written since it began is theirs alone; and
    who codes utterances again is not shown what he or she wrote on them before.
    """
    seen = veil(connection, viewer)
    blind = seen.rounds
    members = rounds.members(connection)

    def is_hidden(memo: Row) -> bool:
        return memo["coder"] != viewer and any(
            memo["changed_at"] >= row["created_at"]
            and (one not in members or memo["coder"] in members[one].values())
            for one, row in blind.items()
        )

    return [
        memo
        for memo in memos
        if not is_hidden(memo) and not any(one.hides_memo(memo) for one in seen.repeats)
    ]
