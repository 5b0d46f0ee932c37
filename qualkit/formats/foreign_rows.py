"""What the readers of foreign databases have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

__all__ = ["Rows", "pairs_of", "words"]


class Rows(Protocol):
    """The tables of a database."""

    name: str
    names: set[str]

    def rows(self, table: str, order: str = "rowid") -> list[dict[str, Any]]:
        """Return all rows of a table."""


def words(value: Any) -> str:
    """Return a cell as text; nothing for NULL, and for what R writes for it."""
    text = "" if value is None else str(value).strip()
    return "" if text in {"NA", "None"} else text


def pairs_of(rows: Iterable[tuple[Any, Any]]) -> tuple[tuple[str, str], ...]:
    """Return attributes that have a value."""
    return tuple((words(name), words(value)) for name, value in rows if words(value))
