"""Coders, rounds and the codings they make."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = [
    "Coder",
    "CoderKind",
    "Coding",
    "Origin",
    "Role",
    "Round",
    "RoundMode",
    "SuggestionRule",
    "coding_id",
    "name_id",
]

_CODING_NAMESPACE = uuid.UUID("5f2d2d0e-6b0d-5c7b-9d58-6e1f6f0c2a11").bytes


class Origin(StrEnum):
    """How a coding came to be."""

    MANUAL = "manual"
    ACCEPTED = "accepted suggestion"
    QUERY = "query"
    MARKER = "marker"
    IMPORT = "import"


class CoderKind(StrEnum):
    """Who a coder is; only humans enter agreement and teach the suggester."""

    HUMAN = "human"
    MACHINE = "machine"
    CONSENSUS = "consensus"


class Role(StrEnum):
    """What somebody may do in a project that has a lead; without one, everybody may do all."""

    CODER = "coder"
    LEAD = "lead"


class RoundMode(StrEnum):
    """Whether coders see each other's codings before the round is closed."""

    OPEN = "open"
    BLIND = "blind"


class SuggestionRule(StrEnum):
    """When suggestions show in a round."""

    ALWAYS = "always"
    AFTER = "after own decision"
    NEVER = "never"


@dataclass(frozen=True)
class Coder:
    """Somebody, or something, that applies codes."""

    name: str
    kind: CoderKind = CoderKind.HUMAN


@dataclass(frozen=True)
class Round:
    """A stretch of coding under one set of rules."""

    name: str
    mode: RoundMode = RoundMode.OPEN
    suggestions: SuggestionRule = SuggestionRule.ALWAYS
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Coding:
    """One code applied to one utterance, or to a span in it, by one coder in one round.

    Attributes:
        document: name of the document.
        position: position of the utterance.
        code: id of the code.
        coder: name of the coder.
        round: name of the round.
        start, end: half-open span in the document's text; None for the whole utterance.
        origin: how it came to be.
        certainty: 1 (unsure) to 3 (sure); None when not said.
        memo: a note on this coding.
    """

    document: str
    position: int
    code: str
    coder: str
    round: str = "main"
    start: int | None = None
    end: int | None = None
    origin: Origin = Origin.MANUAL
    certainty: int | None = None
    memo: str | None = None


def coding_id(document_guid: str, utterance_start: int, coding: Coding) -> str:
    """Return the id that follows from what is coded by whom, so a repeat is the same coding.

    Args:
        document_guid: the document's own id, which survives a renaming.
        utterance_start: where the utterance begins in the text; unlike its position it stays the
            same when utterances before it are split or joined.
        coding: its document, position, origin, certainty and memo play no part.

    Example:
        >>> a = Coding("d", 3, "low_pay", "Ana", memo="strong")
        >>> b = Coding("d", 3, "low_pay", "Ana")
        >>> coding_id("g", 120, a) == coding_id("g", 120, b)
        True
    """
    span = (coding.start, coding.end)
    return name_id(document_guid, utterance_start, *span, coding.code, coding.coder, coding.round)


def name_id(*parts: object) -> str:
    """Return the id that follows from some values: a version 5 UUID (RFC 9562, section 5.5).

    It is what ``str(uuid.uuid5(...))`` gives, in a third of the time.

    Example:
        >>> name_id("g", 120, None, None, "low_pay", "Ana", "main")
        '2569476f-fc46-557d-81b5-de4b81307bfe'
    """
    name = "\x1f".join(map(str, parts)).encode("utf-8")
    digest = hashlib.sha1(_CODING_NAMESPACE + name, usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"
