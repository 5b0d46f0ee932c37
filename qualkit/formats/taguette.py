"""Taguette's project (``.sqlite3``): offsets are bytes of the document's text in UTF-8.

A document is kept as HTML; its text is what is left without the tags. A highlight has several tags
and no coder: who made it stands in the log of commands, where that is kept.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import numpy as np

from qualkit.formats.foreign import (
    UNKNOWN_CODER,
    CodeRow,
    Foreign,
    ForeignCoding,
    ForeignMemo,
    Loss,
    Source,
    with_codes,
)
from qualkit.formats.foreign_rows import Rows, words

__all__ = ["read_taguette", "text_of"]


class _Text(HTMLParser):
    """Collects the text between the tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        """Keep a piece of text."""
        self.parts.append(data)


def text_of(html: str) -> str:
    """Return the text of a document of Taguette, as its highlights count it.

    Example:
        >>> text_of("<p>Fish &amp; <b>chips</b></p>")
        'Fish & chips'
    """
    parser = _Text()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


def read_taguette(tables: Rows, title: str) -> Foreign:
    """Return the project in a database of Taguette; of several projects the first.

    Args:
        tables: of the database.
        title: what it is called where the project has no name.
    """
    projects = tables.rows("projects")
    first = projects[0] if projects else {"id": None, "name": title, "description": ""}
    found = with_codes(
        "Taguette", words(first["name"]) or title, _codes(tables, first["id"]), tables.name
    )
    if len(projects) > 1:
        others = ", ".join(words(row["name"]) for row in projects[1:])
        reason = f"a file is one project here; left out: {others}"
        found.losses.append(Loss("project", len(projects) - 1, reason))
    if words(first["description"]):
        told = words(first["description"])
        found.memos.append(ForeignMemo("project", "", told, UNKNOWN_CODER))
    places: dict[int, tuple[str, Any]] = {}
    for row in tables.rows("documents", "id"):
        if row["project_id"] == first["id"]:
            text = text_of(str(row["contents"]))
            key = str(row["id"])
            memo = words(row.get("description"))
            found.sources.append(Source(key, words(row["name"]), text, memo=memo))
            places[row["id"]] = key, _byte_edges(text)
    _add_codings(tables, found, places)
    found.coders = list(dict.fromkeys(one.coder for one in found.codings))
    return found


def _codes(tables: Rows, project: Any) -> list[CodeRow]:
    """Return the tags; "Pay.Low" stands below "Pay" where there is such a tag.

    Newer versions keep the tag above in a column of its own.
    """
    tags = [row for row in tables.rows("tags", "id") if row["project_id"] == project]
    keys = {words(row["path"]): str(row["id"]) for row in tags}
    return [
        CodeRow(
            str(row["id"]),
            words(row["path"]),
            _above(row) or keys.get(words(row["path"]).rpartition(".")[0]),
            words(row["description"]),
        )
        for row in tags
    ]


def _above(row: dict[str, Any]) -> str | None:
    parent = row.get("parent_id")
    return None if parent is None else str(parent)


def _byte_edges(text: str) -> Any:
    """Return the byte at which each character begins, and the end."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    width = 1 + (points > 0x7F).astype(np.int64) + (points > 0x7FF) + (points > 0xFFFF)
    return np.concatenate(([0], np.cumsum(width)))


def _coders(tables: Rows) -> dict[int, str]:
    """Return id of a highlight -> who added it."""
    members = [words(row["user_login"]) for row in tables.rows("project_members")]
    only = members[0] if len(set(members)) == 1 else ""
    found: dict[int, str] = {}
    for row in tables.rows("commands", "id"):
        try:
            payload = json.loads(row["payload"])
        except (TypeError, ValueError):
            continue
        is_highlight = isinstance(payload, dict) and payload.get("type") == "highlight_add"
        number = payload.get("highlight_id", payload.get("id")) if is_highlight else None
        if isinstance(number, int):
            found.setdefault(number, words(row["user_login"]))
    whose = {row["id"]: only for row in tables.rows("highlights")} if only else {}
    return whose | found


def _add_codings(tables: Rows, found: Foreign, places: dict[int, tuple[str, Any]]) -> None:
    tags: dict[int, list[str]] = {}
    for row in tables.rows("highlight_tags"):
        tags.setdefault(row["highlight_id"], []).append(str(row["tag_id"]))
    coders = _coders(tables)
    outside = 0
    for row in tables.rows("highlights", "id"):
        if row["document_id"] not in places:
            continue
        source, edges = places[row["document_id"]]
        own = [one for one in tags.get(row["id"], []) if one in found.code_ids]
        start, end = np.searchsorted(edges, [row["start_offset"], row["end_offset"]])
        if not (0 <= row["start_offset"] < row["end_offset"] <= edges[-1]):
            outside += max(1, len(own))
            continue
        coder = coders.get(row["id"]) or UNKNOWN_CODER
        if not own:
            place = (source, "Highlight without tag", coder, int(start), int(end))
            found.memos.append(ForeignMemo("span", *place))
        found.codings += [ForeignCoding(source, tag, coder, int(start), int(end)) for tag in own]
    if outside:
        found.losses.append(Loss("Coding", outside, "its positions lie outside the text"))
