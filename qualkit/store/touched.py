"""What the change log says has become of the tables since one of its lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from qualkit.store.journal import Effect, Row, unpacked
from qualkit.store.schema import changes

__all__ = ["Touched", "touched_since"]

_MOST_BYTES = 4_000_000  # of effects, packed: what takes longer to look through than to read anew


@dataclass(frozen=True)
class Touched:
    """What became of the tables, oldest first.

    Attributes:
        revision: number of the newest line looked at.
        effects: as the log has them.
    """

    revision: int
    effects: list[Effect]

    @property
    def tables(self) -> frozenset[str]:
        """Names of the tables that have changed."""
        return frozenset(effect["table"] for effect in self.effects)

    def rows(self, table: str) -> Iterator[tuple[int, Row]]:
        """Yield the rows of a table that went (-1) and came (+1)."""
        for effect in self.effects:
            if effect["table"] == table:
                yield from ((-1, row) for row in effect["before"])
                yield from ((1, row) for row in effect["after"])


def touched_since(connection: Connection, seq: int) -> Touched | None:
    """Return what has changed after a line of the log; None where that is very much."""
    later = changes.c.seq > seq
    size, newest = func.sum(func.length(changes.c.effects)), func.max(changes.c.seq)
    found = connection.execute(select(size, newest).where(later)).one()
    if (found[0] or 0) > _MOST_BYTES:
        return None
    lines = select(changes.c.effects).where(later).order_by(changes.c.seq)
    effects = [one for line in connection.execute(lines).scalars() for one in unpacked(line)]
    return Touched(int(found[1] or seq), effects)
