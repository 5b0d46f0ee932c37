"""QualCoder's own project (``.qda``): a folder with a database ``data.qda``.

Offsets are characters (code points) of ``source.fulltext``, the end is the one behind the last;
categories are kept apart from codes, and may stand below each other, as codes may below codes.
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

__all__ = ["read_qualcoder"]


def read_qualcoder(tables: Rows, title: str) -> Foreign:
    """Return the project in a database of QualCoder.

    Args:
        tables: of the database.
        title: what the project is called: QualCoder's are called like their folder.
    """
    found = with_codes("QualCoder", title, _codes(tables), tables.name)
    values = _attributes(tables)
    texts = [row for row in tables.rows("source") if row.get("fulltext") is not None]
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
    _add_codings(tables, found)
    _add_memos(tables, found)
    _add_cases(tables, found, values)
    for table, what in (("code_image", "PictureSelection"), ("code_av", "AudioVideoSelection")):
        if count := len(tables.rows(table)):
            found.losses.append(Loss("Coding", count, f"it is on a {what}"))
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


def _add_codings(tables: Rows, found: Foreign) -> None:
    sources = {one.key: one for one in found.sources}
    for row in tables.rows("code_text"):
        source, code = str(row["fid"]), str(row["cid"])
        start, end = int(row["pos0"]), int(row["pos1"])
        if code not in found.code_ids or source not in sources:
            found.losses.append(Loss("Coding", 1, "its code or its text is not in the file"))
        elif not 0 <= start < end <= len(sources[source].text):
            found.losses.append(Loss("Coding", 1, "its positions lie outside the text"))
        else:
            owner = words(row.get("owner")) or UNKNOWN_CODER
            memo = words(row.get("memo"))
            found.codings.append(ForeignCoding(source, code, owner, start, end, memo))


def _add_memos(tables: Rows, found: Foreign) -> None:
    for row in tables.rows("project"):
        if words(row.get("memo")):
            found.memos.append(ForeignMemo("project", "", words(row["memo"]), UNKNOWN_CODER))
    for row in tables.rows("journal"):
        text = "\n".join(filter(None, [words(row["name"]), words(row.get("jentry"))]))
        owner = words(row.get("owner")) or UNKNOWN_CODER
        found.memos.append(ForeignMemo("project", "", text, owner))
    for row in tables.rows("annotation"):
        if words(row.get("memo")):
            owner = words(row.get("owner")) or UNKNOWN_CODER
            place = str(row["fid"]), words(row["memo"]), owner, int(row["pos0"]), int(row["pos1"])
            found.memos.append(ForeignMemo("span", *place))


def _add_cases(
    tables: Rows,
    found: Foreign,
    values: dict[tuple[str, str], tuple[tuple[str, str], ...]],
) -> None:
    whole: dict[str, list[str]] = {}
    parts = 0
    lengths = {one.key: len(one.text) for one in found.sources}
    for row in tables.rows("case_text"):
        source = str(row["fid"])
        is_whole = int(row["pos0"] or 0) == 0 and int(row["pos1"] or 0) >= lengths.get(source, 0)
        if is_whole and source in lengths:
            whole.setdefault(str(row["caseid"]), []).append(source)
        else:
            parts += 1
    for row in tables.rows("cases"):
        key = str(row["caseid"])
        told = values.get(("case", key), ()), tuple(whole.get(key, ())), words(row.get("memo"))
        found.cases.append(Case(words(row["name"]), *told))
    if parts:
        reason = "who speaks is read from the text itself"
        found.losses.append(Loss("selections of a case", parts, reason))
