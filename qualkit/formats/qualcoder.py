"""QualCoder's own project (``.qda``): a folder with a database ``data.qda``.

Offsets are characters (code points) of ``source.fulltext``, the end is the one behind the last;
categories are kept apart from codes, and may stand below each other, as codes may below codes.
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

__all__ = ["read_qualcoder"]

_NOT_KEPT = {
    "code_image": ("Coding", "it is on a PictureSelection"),
    "code_av": ("Coding", "it is on an AudioVideoSelection"),
    "graph": ("Graph", "qualkit keeps no drawn maps"),
    "code_set": ("set of codes", "qualkit has no sets of codes"),
}


def read_qualcoder(tables: Rows, title: str) -> Foreign:
    """Return the project in a database of QualCoder.

    Args:
        tables: of the database.
        title: what the project is called: QualCoder's are called like their folder.
    """
    found = with_codes("QualCoder", title, _codes(tables), tables.name)
    values = _attributes(tables)
    texts = [row for row in tables.rows("source") if row.get("fulltext")]
    media = len(tables.rows("source")) - len(texts)
    for row in texts:
        found.sources.append(
            Source(
                str(row["id"]),
                words(row["name"]),
                str(row["fulltext"]),
                attributes=values.get(("file", str(row["id"])), ()),
                memo=words(row.get("memo")),
            )
        )
    if media:
        found.losses.append(Loss("source without text", media, "only text is coded in qualkit"))
    add_codings(
        found,
        tables.rows("code_text"),
        ("fid", "cid", "pos0", "pos1"),
        "its code or its text is not in the file",
    )
    add_memos(found, tables, tables.rows("journal"), "jentry")
    _add_annotations(tables, found)
    told = [
        (row["caseid"], row, values.get(("case", str(row["caseid"])), ()))
        for row in tables.rows("cases")
    ]
    add_cases(found, told, tables.rows("case_text"), ("fid", "caseid", "pos0", "pos1"))
    for table, lost in _NOT_KEPT.items():
        if count := len(tables.rows(table)):
            found.losses.append(Loss(lost[0], count, lost[1]))
    found.coders = list(
        dict.fromkeys([*(one.coder for one in found.codings), *(one.coder for one in found.memos)])
    )
    return found


def _codes(tables: Rows) -> list[CodeRow]:
    rows = [
        CodeRow(
            f"category {row['catid']}",
            words(row["name"]),
            _category(row.get("supercatid")),
            words(row.get("memo")),
        )
        for row in tables.rows("code_cat")
    ]
    for row in tables.rows("code_name"):
        above = row.get("supercid")
        parent = _category(row.get("catid")) if above is None else str(above)
        told = words(row.get("memo"))
        rows.append(
            CodeRow(str(row["cid"]), words(row["name"]), parent, told, words(row.get("color")))
        )
    return rows


def _category(number: Any) -> str | None:
    return None if number is None else f"category {number}"


def _attributes(tables: Rows) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """Return (file or case, id) -> attributes."""
    found: dict[tuple[str, str], list[tuple[Any, Any]]] = {}
    for row in tables.rows("attribute"):
        key = (words(row.get("attr_type")), str(row["id"]))
        found.setdefault(key, []).append((row["name"], row["value"]))
    return {key: pairs_of(rows) for key, rows in found.items()}


def _add_annotations(tables: Rows, found: Foreign) -> None:
    for row in tables.rows("annotation"):
        if words(row.get("memo")):
            place = words(row["memo"]), owner_of(row), int(row["pos0"]), int(row["pos1"])
            found.memos.append(ForeignMemo("span", str(row["fid"]), *place))
