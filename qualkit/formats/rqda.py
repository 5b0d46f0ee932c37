"""RQDA's project (``.rqda``): offsets are characters of ``source.file``, the end is exclusive.

A row whose status is not 1 has been deleted in RQDA. A code in several categories stands below the
first of them.
"""

from __future__ import annotations

from typing import Any

from qualkit.formats.foreign import CodeRow, Foreign, ForeignMemo, Loss, Source, with_codes
from qualkit.formats.foreign_rows import (
    Rows,
    add_cases,
    add_codings,
    add_memos,
    owner_of,
    pairs_of,
    words,
)

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
    for row in _kept(tables, "fileAttr"):
        values.setdefault(str(row["fileID"]), []).append((row["variable"], row["value"]))
    for row in _kept(tables, "source"):
        key = str(row["id"])
        text = str(row["file"] or "")
        memo, pairs = words(row.get("memo")), pairs_of(values.get(key, ()))
        found.sources.append(Source(key, words(row["name"]), text, attributes=pairs, memo=memo))
    _add_codings(tables, found)
    if further := _further_categories(tables, found):
        reason = "a code stands below one of its categories"
        found.losses.append(Loss("category of a code", further, reason))
    add_memos(found, tables, _kept(tables, "journal"), "journal")
    _add_annotations(tables, found)
    _add_cases(tables, found)
    found.coders = list(dict.fromkeys(one.coder for one in found.codings))
    return found


def _kept(tables: Rows, table: str) -> list[dict[str, Any]]:
    return [row for row in tables.rows(table) if row.get("status") in {None, 1}]


def _codes(tables: Rows) -> list[CodeRow]:
    categories = [
        CodeRow(f"category {row['catid']}", words(row["name"]), None, words(row.get("memo")))
        for row in _kept(tables, "codecat")
    ]
    here = {one.key for one in categories}
    above: dict[str, str] = {}
    for row in _kept(tables, "treecode"):
        if (category := f"category {row['catid']}") in here:
            above.setdefault(str(row["cid"]), category)
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


def _further_categories(tables: Rows, found: Foreign) -> int:
    """Return how often a code stands in one more category."""
    pairs = {(str(row["cid"]), f"category {row['catid']}") for row in _kept(tables, "treecode")}
    there = [code for code, one in pairs if {code, one} <= found.code_ids.keys()]
    return len(there) - len(set(there))


def _add_codings(tables: Rows, found: Foreign) -> None:
    deleted = len(tables.rows("coding")) - len(_kept(tables, "coding"))
    if deleted:
        found.losses.append(Loss("Coding", deleted, "it was deleted in RQDA"))
    add_codings(
        found,
        _kept(tables, "coding"),
        ("fid", "cid", "selfirst", "selend"),
        "its code or its text was deleted in RQDA",
    )
    if pictures := len(tables.rows("imageCoding")):
        found.losses.append(Loss("Coding", pictures, "it is on a picture"))


def _add_cases(tables: Rows, found: Foreign) -> None:
    told: dict[Any, list[tuple[Any, Any]]] = {}
    for row in _kept(tables, "caseAttr"):
        told.setdefault(row["caseID"], []).append((row["variable"], row["value"]))
    cases = [(row["id"], row, pairs_of(told.get(row["id"], ()))) for row in _kept(tables, "cases")]
    links = _kept(tables, "caselinkage")
    add_cases(found, cases, links, ("fid", "caseid", "selfirst", "selend"))


def _add_annotations(tables: Rows, found: Foreign) -> None:
    for row in _kept(tables, "annotation"):
        at = int(row["position"])
        place = words(row["annotation"]), owner_of(row), at, at + 1
        if place[0]:
            found.memos.append(ForeignMemo("span", str(row["fid"]), *place))
