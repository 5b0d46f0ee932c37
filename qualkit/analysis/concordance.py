"""Concordance: every place where a word stands, with the words around it (keyword in context)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from qualkit.analysis.material import require
from qualkit.analysis.query_terms import Pattern, Words
from qualkit.analysis.text_search import finder, fold
from qualkit.errors import OptionError

__all__ = ["SORTS", "concordance"]

SORTS = ("position", "left", "right", "keyword")
"""What the lines of a concordance can be sorted by."""

_NARROWEST, _WIDEST = 10, 1000
_COLUMNS = ["document", "position", "speaker", "stakeholder_type"]


def concordance(
    utterances: pd.DataFrame,
    wanted: Sequence[Words | Pattern],
    *,
    query: str,
    width: int = 40,
    sort: str = "position",
) -> pd.DataFrame:
    """Return a line for every place where one of the words, phrases or patterns stands.

    Args:
        utterances: columns document, position, speaker, stakeholder_type, start, asides, text; in
            reading order.
        wanted: what to look for; a place that two of them find is one line.
        query: the query they stand in, for the sentence when a pattern is wrong.
        width: characters of context on either side.
        sort: "position" (reading order), "left" (by the word before, then the one before that),
            "right" (by the words after) or "keyword".

    Returns:
        Columns document (str), position (int64), speaker, stakeholder_type (str), left, keyword,
        right (str; white space is one space), start, end (int64: the keyword's place in the
        document's text, in code points).

    Raises:
        OptionError: a width or an order there is not, or a pattern that is wrong or never ends.

    Example:
        >>> rows = [("d", 1, "Ann", "Carer", 5, [], "Low pay. Pay is low.")]
        >>> names = ["document", "position", "speaker", "stakeholder_type", "start", "asides"]
        >>> table = pd.DataFrame(rows, columns=[*names, "text"])
        >>> lines = concordance(table, [Words("pay", 1)], query="pay", sort="right")
        >>> lines[["left", "keyword", "right", "start"]].values.tolist()
        [['Low pay.', 'Pay', 'is low.', 14], ['Low', 'pay', '. Pay is low.', 9]]
    """
    if sort not in SORTS:
        raise OptionError(f"a concordance is not sorted by '{sort}'", remedy=f"use {_list(SORTS)}")
    if not _NARROWEST <= width <= _WIDEST:
        remedy = f"use {_NARROWEST} to {_WIDEST} characters"
        raise OptionError(f"{width} is no width of a concordance", remedy=remedy)
    require(utterances, "utterances", (*_COLUMNS, "start", "asides", "text"))
    finders = [finder(one, query) for one in wanted]
    places = utterances[_COLUMNS].itertuples(index=False, name=None)
    texts = utterances[["start", "asides", "text"]].itertuples(index=False, name=None)
    lines: list[tuple[object, ...]] = []
    for place, (begin, asides, text) in zip(places, texts, strict=True):
        spans = sorted({span for spans_in in finders for span in spans_in(text)})
        for start, end in spans:
            at = (_placed(begin, asides, start), _placed(begin, asides, end - 1) + 1)
            lines.append((*place, *_context(text, start, end, width), *at))
    table = pd.DataFrame(lines, columns=[*_COLUMNS, "left", "keyword", "right", "start", "end"])
    table = table.astype({"position": "int64", "start": "int64", "end": "int64"})
    return _sorted(table, sort)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)


def _context(text: str, start: int, end: int, width: int) -> Iterator[str]:
    """Yield left, keyword and right; a word that does not fit whole is left away."""
    left = " ".join(text[max(start - 2 * width, 0) : start].split())
    right = " ".join(text[end : end + 2 * width].split())
    if len(left) > width:
        cut = left[-width:]
        left = cut.partition(" ")[2] if left[-width - 1] != " " and " " in cut else cut
    if len(right) > width:
        cut = right[:width]
        right = cut.rpartition(" ")[0] if right[width] != " " and " " in cut else cut
    yield left.strip()
    yield " ".join(text[start:end].split())
    yield right.strip()


def _placed(begin: int, asides: Sequence[tuple[int, int]], offset: int) -> int:
    """Return where in the document a letter of the utterance stands."""
    at = begin + offset
    for start, end in asides:
        if at >= start:
            at += end - start
    return at


def _sorted(table: pd.DataFrame, sort: str) -> pd.DataFrame:
    if sort == "position" or table.empty:
        return table
    if sort == "left":
        keys = [_words(text)[::-1] for text in table["left"]]
    else:
        keys = [_words(text) for text in table[sort]]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return table.iloc[order].reset_index(drop=True)


def _words(text: str) -> list[str]:
    """Return the words of a text for comparing, without the signs around them."""
    words = ("".join(sign for sign in word if sign.isalnum()) for word in fold(text).split())
    return [word for word in words if word]
