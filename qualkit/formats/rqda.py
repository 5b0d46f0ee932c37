"""RQDA's project (``.rqda``): offsets are characters of ``source.file``, the end is exclusive.

A row whose status is not 1 has been deleted in RQDA. A code in several categories stands below the
first of them.
"""

from __future__ import annotations

from typing import Any

from qualkit.formats.foreign import (
    UNKNOWN_CODER,
    Case,
    CodeRow,
    Foreign,
    ForeignCoding,
    ForeignMemo,
    Loss,
    Source,
    with_codes,
)
from qualkit.formats.foreign_rows import Rows, pairs_of, words

__all__ = ["read_rqda"]


def read_rqda(tables: Rows, title: str) -> Foreign:
    """Return the project in a database of RQDA.

    Args:
        tables: of the database.
        title: what the project is called: RQDA's are called like their file.
    """
    found = with_codes("RQDA", title, _codes(tables), tables.name)
    groups = {str(row["catid"]): words(row["name"]) for row in _kept(tables, "filecat")}
    values: dict[str, list[tuple[Any, Any]]] = {}
    for row in _kept(tables, "treefile"):
        name = groups.get(str(row["catid"]))
        if name:
            values.setdefault(str(row["fid"]), []).append(("File category", name))
    for row in tables.rows("fileAttr"):
        values.setdefault(str(row["fileID"]), []).append((row["variable"], row["value"]))
    for row in _kept(tables, "source"):
        key = str(row["id"])
        text = str(row["file"] or "")
        told = pairs_of(values.get(key, ())), words(row.get("memo"))
        found.sources.append(
            Source(key, words(row["name"]), text, attributes=told[0], memo=told[1])
        )
    _add_codings(tables, found)
    _add_memos(tables, found)
    for row in _kept(tables, "cases"):
        named = [
            (one["variable"], one["value"])
            for one in tables.rows("caseAttr")
            if one["caseID"] == row["id"]
        ]
        found.cases.append(Case(words(row["name"]), pairs_of(named), (), words(row.get("memo"))))
    found.coders = list(dict.fromkeys(one.coder for one in found.codings))
    return found


def _kept(tables: Rows, table: str) -> list[dict[str, Any]]:
    return [row for row in tables.rows(table) if row.get("status", 1) == 1]


def _codes(tables: Rows) -> list[CodeRow]:
    categories = [
        CodeRow(f"category {row['catid']}", words(row["name"]), None, words(row.get("memo")))
        for row in _kept(tables, "codecat")
    ]
    above: dict[str, str] = {}
    for row in _kept(tables, "treecode"):
        above.setdefault(str(row["cid"]), f"category {row['catid']}")
    return categories + [
        CodeRow(
            str(row["id"]),
            words(row["name"]),
            above.get(str(row["id"])),
            words(row.get("memo")),
            words(row.get("color")) or None,
        )
        for row in _kept(tables, "freecode")
    ]


def _add_codings(tables: Rows, found: Foreign) -> None:
    texts = {one.key: one.text for one in found.sources}
    deleted = len(tables.rows("coding")) - len(_kept(tables, "coding"))
    if deleted:
        found.losses.append(Loss("Coding", deleted, "it was deleted in RQDA"))
    for row in _kept(tables, "coding"):
        source, code = str(row["fid"]), str(row["cid"])
        start, end = int(row["selfirst"]), int(row["selend"])
        if source not in texts or code not in found.code_ids:
            found.losses.append(Loss("Coding", 1, "its code or its text was deleted in RQDA"))
        elif not 0 <= start < end <= len(texts[source]):
            found.losses.append(Loss("Coding", 1, "its positions lie outside the text"))
        else:
            owner = words(row.get("owner")) or UNKNOWN_CODER
            memo = words(row.get("memo"))
            found.codings.append(ForeignCoding(source, code, owner, start, end, memo))
    if pictures := len(tables.rows("imageCoding")):
        found.losses.append(Loss("Coding", pictures, "it is on a picture"))


def _add_memos(tables: Rows, found: Foreign) -> None:
    for row in tables.rows("project"):
        if words(row.get("memo")):
            found.memos.append(ForeignMemo("project", "", words(row["memo"]), UNKNOWN_CODER))
    for row in _kept(tables, "journal"):
        text = "\n".join(filter(None, [words(row["name"]), words(row["journal"])]))
        owner = words(row.get("owner")) or UNKNOWN_CODER
        found.memos.append(ForeignMemo("project", "", text, owner))
    for row in _kept(tables, "annotation"):
        at = int(row["position"])
        owner = words(row.get("owner")) or UNKNOWN_CODER
        text = words(row["annotation"])
        found.memos.append(ForeignMemo("span", str(row["fid"]), text, owner, at, at + 1))
