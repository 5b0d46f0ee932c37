"""What the readers of foreign databases have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from qualkit.formats.foreign import (
    UNKNOWN_CODER,
    Case,
    Foreign,
    ForeignCoding,
    ForeignMemo,
    Loss,
)

__all__ = ["Rows", "add_cases", "add_codings", "add_memos", "owner_of", "pairs_of", "words"]

_Pairs = tuple[tuple[str, str], ...]
_Place = tuple[str, str, str, str]


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


def pairs_of(rows: Iterable[tuple[Any, Any]]) -> _Pairs:
    """Return attributes that have a value."""
    return tuple((words(name), words(value)) for name, value in rows if words(value))


def owner_of(row: Mapping[str, Any]) -> str:
    """Return who a row says made it."""
    return words(row.get("owner")) or UNKNOWN_CODER


def add_codings(
    found: Foreign, rows: Iterable[Mapping[str, Any]], columns: _Place, gone: str
) -> None:
    """Add codings to a project that has its codes and sources; list those that have no place.

    Args:
        found: the project.
        rows: one for each coding, with owner and memo.
        columns: names of those that hold source, code, start and end, in characters, half-open.
        gone: why a code or a text may be missing.
    """
    sizes = {one.key: len(one.text) for one in found.sources}
    for row in rows:
        source, code, *place = (row[name] for name in columns)
        key = (str(source), str(code))
        if key[0] not in sizes or key[1] not in found.code_ids:
            found.losses.append(Loss("Coding", 1, gone))
        elif None in place:
            found.losses.append(Loss("Coding", 1, "it has no positions"))
        elif not 0 <= (start := int(place[0])) < (end := int(place[1])) <= sizes[key[0]]:
            found.losses.append(Loss("Coding", 1, "its positions lie outside the text"))
        else:
            memo = words(row.get("memo"))
            found.codings.append(ForeignCoding(*key, owner_of(row), start, end, memo))


def add_memos(found: Foreign, tables: Rows, journal: Iterable[dict[str, Any]], entry: str) -> None:
    """Add the memo of the project and its journal, whose words stand in the column ``entry``."""
    for row in tables.rows("project"):
        if words(row.get("memo")):
            found.memos.append(ForeignMemo("project", "", words(row["memo"]), UNKNOWN_CODER))
    for row in journal:
        text = "\n".join(filter(None, [words(row["name"]), words(row.get(entry))]))
        if text:
            found.memos.append(ForeignMemo("project", "", text, owner_of(row)))


def add_cases(
    found: Foreign,
    cases: Iterable[tuple[Any, Mapping[str, Any], _Pairs]],
    links: Iterable[Mapping[str, Any]],
    columns: _Place,
) -> None:
    """Add cases to a project that has its sources.

    Args:
        found: the project.
        cases: id, row with name and memo, and attributes of each.
        links: the stretches of sources that are a case's.
        columns: names of those that hold source, case, start and end.
    """
    sizes = {one.key: len(one.text) for one in found.sources}
    whole: dict[str, list[str]] = {}
    heard: dict[str, list[str]] = {}
    parts = 0
    for row in links:
        source, case, start, end = (row[name] for name in columns)
        key = str(source)
        is_whole = int(start or 0) == 0 and int(end or 0) >= sizes.get(key, 0)
        if key in sizes:
            (whole if is_whole else heard).setdefault(str(case), []).append(key)
        parts += not (is_whole and key in sizes)
    for number, told, values in cases:
        own, some = (tuple(dict.fromkeys(one.get(str(number), ()))) for one in (whole, heard))
        memo = words(told.get("memo"))
        found.cases.append(Case(words(told["name"]), values, own, memo, some))
    if parts:
        reason = "who speaks is read from the text itself"
        found.losses.append(Loss("selections of a case", parts, reason))
