"""Annotations on tiers, as ELAN and Praat keep them, brought into one order of turns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from qualkit.formats.turn_text import TurnText, Who

__all__ = ["Piece", "Tier", "add_tiers", "told_tiers"]


@dataclass(frozen=True)
class Piece:
    """Words on a tier.

    Attributes:
        words: tidied, not blank.
        start: seconds from the start, if known.
    """

    words: str
    start: float | None = None


@dataclass
class Tier:
    """A tier with its pieces in order.

    Attributes:
        name: of the tier.
        speaker: whose it is.
        pieces: in order of time.
        is_tokens: each piece is one word of a turn.
        who: what else is known of the speaker.
    """

    name: str
    speaker: str | None
    pieces: list[Piece] = field(default_factory=list)
    is_tokens: bool = False
    who: Who = field(default_factory=Who)

    @property
    def mean_words(self) -> float:
        """Words per piece."""
        if not self.pieces:
            return 0.0
        return sum(len(piece.words.split()) for piece in self.pieces) / len(self.pieces)


def add_tiers(text: TurnText, tiers: Sequence[Tier]) -> None:
    """Add the pieces of all tiers by time; pieces of one speaker in a row are one turn.

    A piece without a time stays behind the one before it on its tier.
    """
    placed: list[tuple[float, int, int, Tier, Piece]] = []
    for number, tier in enumerate(tiers):
        last = -math.inf
        for place, piece in enumerate(tier.pieces):
            last = last if piece.start is None else piece.start
            placed.append((last, number, place, tier, piece))
    placed.sort(key=lambda found: found[:3])
    run: list[str] = []
    for index, (_, number, _, tier, piece) in enumerate(placed):
        run.append(piece.words)
        after = placed[index + 1] if index + 1 < len(placed) else None
        if tier.is_tokens and after is not None and after[1] == number:
            continue
        first = placed[index - len(run) + 1][4]
        text.add(
            " ".join(run), speaker=tier.speaker, time=first.start, who=tier.who, is_joined=True
        )
        run = []


def told_tiers(left_out: Sequence[Tier]) -> tuple[tuple[str, str], ...]:
    """Return the finding that names the tiers that were not read."""
    named = [f"'{tier.name}' ({len(tier.pieces)})" for tier in left_out if tier.pieces]
    if not named:
        return ()
    sentence = f"Tiers that say the same again or are no speech were left out: {', '.join(named)}."
    return (("left out", sentence),)
