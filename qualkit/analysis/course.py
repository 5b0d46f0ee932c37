"""Where in a document a code comes, and one document from its first utterance to its last."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse

from qualkit.analysis.material import Floats, Ints, gather, require
from qualkit.analysis.shares import LeftOut, divide, leave_one_out
from qualkit.analysis.voices import TableRows, table_rows
from qualkit.errors import OptionError, UnknownNameError

__all__ = ["over_length", "portrait"]


def over_length(
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    parts: int = 10,
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return how often each code comes in each part of the documents, from beginning to end.

    Every document is parted into as many equal stretches of utterances, whatever its length; the
    same stretches of all documents are put together.

    Args:
        codings: columns document (str), position (int), code (str).
        utterances: columns document, position; optional codable and is_moderator (bool).
        parts: how many stretches.
        parents: code -> its parent, or None for a theme, in the order of the codebook.
        moderators: count what moderators say as well.

    Returns:
        A frame with a row for every code and part: code, level (as in ``frequency``), part (int64,
        from 1), from_share, to_share (float64: where in the document it lies), n, total (int64:
        utterances with the code, and all), share, low, high (float64: 95 %, leaving out one
        document at a time, with t; NaN from one document, or where that changes nothing).

    Raises:
        OptionError: a column is missing, or fewer than two parts.
        UnknownNameError: a coding has a code that ``parents`` does not name.

    Example:
        >>> said = pd.DataFrame({"document": "d", "position": [1, 2, 3, 4]})
        >>> codings = pd.DataFrame({"document": "d", "position": [1, 2, 3], "code": "Pay"})
        >>> over_length(codings, said, parts=2)[["code", "part", "n", "total", "share"]]
          code  part  n  total  share
        0  Pay     1  2      2    1.0
        1  Pay     2  1      2    0.5
    """
    if parts < 2:
        raise OptionError(f"{parts} parts are too few", where="parts", remedy="at least 2")
    material = gather(codings, utterances, parents=parents, moderators=moderators)
    rows = table_rows(material, parents)
    said = sparse.csr_array(material.coded @ rows.feeds)
    said.data[:] = 1.0
    document, part = _parts(material.utterances, parts)
    keys, cell = np.unique(document * parts + part, return_inverse=True)
    shape = (len(keys), len(document))
    member = sparse.csr_array(
        (np.ones(len(document)), (cell, np.arange(len(document)))), shape=shape
    )
    count = np.asarray((member @ said).todense(), dtype=np.float64)
    total = np.asarray(member.sum(axis=1), dtype=np.float64)
    group = (keys % parts).astype(np.int64)
    left_out = leave_one_out(count, total, group, parts)
    whole: Floats = np.zeros((parts, len(rows.names)))
    np.add.at(whole, group, count)
    in_all = np.bincount(group, total, minlength=parts).astype(np.float64)
    table = _stretches(rows, whole, in_all, left_out)
    table.attrs.update(
        material.about, parts=parts, documents=int(material.utterances["document"].nunique())
    )
    return table


def _stretches(rows: TableRows, whole: Floats, in_all: Floats, left_out: LeftOut) -> pd.DataFrame:
    """Return the rows of the table, those of one code together."""
    parts = len(in_all)
    return pd.DataFrame(
        {
            "code": np.repeat(np.array(rows.names, dtype=object), parts),
            "level": np.repeat(np.array(rows.levels, dtype=object), parts),
            "part": np.tile(np.arange(1, parts + 1), len(rows.names)),
            "from_share": np.tile(np.arange(parts) / parts, len(rows.names)),
            "to_share": np.tile(np.arange(1, parts + 1) / parts, len(rows.names)),
            "n": whole.T.ravel().astype(np.int64),
            "total": np.tile(in_all, len(rows.names)).astype(np.int64),
            "share": divide(whole, in_all[:, None]).T.ravel(),
            "low": left_out.low.T.ravel(),
            "high": left_out.high.T.ravel(),
        }
    )


def _parts(utterances: pd.DataFrame, parts: int) -> tuple[Ints, Ints]:
    """Return the document and the part of each utterance, from 0."""
    document = pd.factorize(utterances["document"])[0].astype(np.int64)
    length = np.bincount(document, minlength=1)
    first = np.cumsum(length) - length
    place = np.arange(len(document)) - first[document]
    return document, (place * parts // length[document]).astype(np.int64)


def portrait(
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    document: str,
    *,
    parents: Mapping[str, str | None] | None = None,
) -> pd.DataFrame:
    """Return one document as a strip: each utterance with its codes, long ones taking more room.

    Args:
        codings: columns document (str), position (int), code (str).
        utterances: columns document, position, text; optional speaker, stakeholder_type, codable
            and is_moderator (bool). Moderators are in, and marked.
        document: which one.
        parents: code -> its parent, or None for a theme.

    Returns:
        A frame with a row for every utterance that can be coded and each code on it, in reading
        order; one without a code has one row. Columns position (int64), from_word, to_word
        (int64: where it lies, in words from the beginning), speaker, stakeholder_type (object,
        None where not known), moderator (bool), code, theme (object; None without a code).

    Raises:
        UnknownNameError: there is no such document.
        OptionError: a column is missing.

    Example:
        >>> said = pd.DataFrame({"document": "d", "position": [1, 2], "text": ["one two", "three"]})
        >>> codings = pd.DataFrame({"document": "d", "position": [2], "code": "Pay"})
        >>> portrait(codings, said, "d")[["position", "from_word", "to_word", "code"]]
           position  from_word  to_word  code
        0         1          0        2  None
        1         2          2        3   Pay
    """
    require(utterances, "utterances", ("document", "position", "text"))
    if document not in set(utterances["document"]):
        there = ", ".join(sorted(map(str, utterances["document"].unique()))[:8]) or "none"
        raise UnknownNameError(f"there is no document {document!r}", remedy=f"there is {there}")
    mine = utterances[utterances["document"] == document]
    material = gather(
        codings[codings["document"] == document], mine, parents=parents, moderators=True
    )
    said = material.utterances
    words = np.array([len(str(text).split()) for text in said["text"]], dtype=np.int64)
    stop = np.cumsum(words)
    held = material.coded.tocoo()
    row = np.concatenate([held.row, np.setdiff1d(np.arange(len(said)), held.row)])
    code = np.concatenate([held.col, np.full(len(row) - len(held.col), -1)])
    order = np.lexsort((code, row))
    row, code = row[order], code[order]
    names = [None if number < 0 else material.codes[number] for number in code]
    top = _themes(parents)
    table = pd.DataFrame(
        {
            "position": said["position"].to_numpy()[row],
            "from_word": (stop - words)[row],
            "to_word": stop[row],
            **{name: _cells(said, name)[row] for name in ("speaker", "stakeholder_type")},
            "moderator": _cells(said, "is_moderator")[row] == True,  # noqa: E712  None is no
            "code": pd.Series(names, dtype=object),
            "theme": pd.Series([top.get(name or "", name) for name in names], dtype=object),
        }
    )
    table.attrs.update(document=document, words=int(words.sum()), utterances=len(said))
    return table


def _themes(parents: Mapping[str, str | None] | None) -> dict[str, str]:
    top: dict[str, str] = {}
    for code in parents or {}:
        at = code
        while (above := (parents or {})[at]) is not None:
            at = above
        top[code] = at
    return top


def _cells(frame: pd.DataFrame, column: str) -> np.ndarray:
    if column not in frame.columns:
        return np.full(len(frame), None, dtype=object)
    values = frame[column].astype(object)
    cells: np.ndarray = values.where(frame[column].notna(), None).to_numpy(object)
    return cells
