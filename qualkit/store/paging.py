"""A part of a long list, as the database finds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, func, or_, select

__all__ = ["WHOLE", "Part", "listed"]


@dataclass(frozen=True)
class Part:
    """Which lines of a list are wanted.

    Attributes:
        find: only those that have these words somewhere, in any case; empty takes all.
        limit: so many at most; None takes all.
        offset: after so many.
    """

    find: str = ""
    limit: int | None = None
    offset: int = 0


WHOLE = Part()


def listed(
    connection: Connection, query: Select[Any], part: Part, within: Sequence[Any]
) -> pd.DataFrame:
    """Return the lines wanted; ``attrs["found"]`` is how many there are in all.

    Args:
        connection: to the project.
        query: of the whole list, in its order.
        part: which lines.
        within: the columns in which words are looked for.
    """
    if words := part.find.strip().lower():
        has = (func.lower(column).contains(words, autoescape=True) for column in within)
        query = query.where(or_(*has))
    rows = connection.execute(query.limit(part.limit).offset(part.offset or None)).all()
    table = pd.DataFrame(rows, columns=query.selected_columns.keys())
    whole = part.limit is None and not part.offset
    lines = select(func.count()).select_from(query.order_by(None).subquery())
    table.attrs["found"] = len(rows) if whole else int(connection.execute(lines).scalar_one())
    return table
