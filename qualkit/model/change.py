"""The append-only change log."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

__all__ = ["GENESIS", "Change", "chain_hash"]

GENESIS = "0" * 64


@dataclass(frozen=True)
class Change:
    """One line of the change log: who did what, when.

    Attributes:
        seq: 1, 2, 3 ... without gaps.
        op_id: made by the door that asked, so a retried request is applied once.
        at: UTC, ISO 8601.
        actor: name of the coder, or of the program for work nobody coded.
        action: noun and verb: "coding.apply", "document.import".
        payload: JSON with all that is needed to do it again or take it back.
        previous: hash of the line before.
        hash: ``chain_hash`` of this line.
    """

    seq: int
    op_id: str
    at: str
    actor: str
    action: str
    payload: str
    previous: str
    hash: str


def chain_hash(previous: str, op_id: str, at: str, actor: str, action: str, payload: str) -> str:
    """Return the SHA-256 that ties a line of the log to everything before it.

    Example:
        >>> chain_hash(GENESIS, "1", "2026-01-01T00:00:00Z", "Ana", "coding.apply", "{}")[:8]
        '9b4380c4'
    """
    line = "\x1f".join((previous, op_id, at, actor, action, payload))
    return hashlib.sha256(line.encode("utf-8")).hexdigest()
