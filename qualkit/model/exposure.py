"""What a coder was shown before, or after, deciding: suggestions leave a trace."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Exposure", "Outcome"]


class Outcome(StrEnum):
    """What became of a suggestion that was shown to a coder."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IGNORED = "ignored"
    OPEN = "open"


@dataclass(frozen=True)
class Exposure:
    """One suggestion as one coder saw it.

    Attributes:
        document: name of the document.
        position: position of the utterance.
        code: id of the code.
        probability: what was said of it, from 0 to 1; None where only the codebook spoke.
        rank: its place among the suggestions for this utterance, from 1.
        basis: what it rested on: "codings" or "codebook".
        model: which suggester made it: version of qualkit @ number of the change it learned up to.
        ago: seconds since it was shown.
    """

    document: str
    position: int
    code: str
    probability: float | None
    rank: int
    basis: str
    model: str
    ago: float = 0.0
