"""Where offsets into one text lie in another form of it, and which utterances a span touches."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import numpy as np
import pandas as pd

from qualkit.text.normalise import normalise

__all__ = ["normalised_places", "touched"]

_JAMO = range(0x1160, 0x1200)  # vowels and finals, which melt into the letter before them


def normalised_places(text: str, offsets: Iterable[int]) -> dict[int, int]:
    r"""Return where each offset into a text lies once the text is normalised.

    An offset within a letter that becomes one, or within a line end, goes behind it.

    Example:
        >>> normalised_places("e\u0301a\r\nb", [0, 1, 2, 3, 5, 6])
        {0: 0, 1: 1, 2: 1, 3: 2, 5: 3, 6: 4}
    """
    size = len(text)
    wanted = sorted({min(max(one, 0), size) for one in offsets})
    if normalise(text) == text:
        return {one: one for one in wanted}
    found, at, length = {}, 0, 0
    for one in wanted:
        cut = max(one, at)
        while 0 < cut < size and _melts(text[cut - 1], text[cut]):
            cut += 1
        length += len(normalise(text[at:cut])) + (at > 0 and text[at:cut].startswith("\ufeff"))
        at = max(at, cut)
        found[one] = length
    return found


def _melts(before: str, letter: str) -> bool:
    """Return whether a letter does not begin anything of its own."""
    is_line_end = before == "\r" and letter == "\n"
    return is_line_end or unicodedata.combining(letter) > 0 or ord(letter) in _JAMO


def touched(spans: pd.DataFrame, utterances: pd.DataFrame, text: str) -> pd.DataFrame:
    """Return the part of each utterance that each span covers: one row for each of them.

    A span that covers words of utterances that are coded leaves the others (headings, notes) out.
    Utterances may lie in the asides of others, whose words they are not.

    Args:
        spans: columns start, end: code points in the text.
        utterances: columns start_of, end_of, codable, asides (pairs of offsets).
        text: that they count in.

    Returns:
        Columns span, utterance (int64, rows of the two tables from 0), start, end (int64), whole
        (bool: all of the utterance). Parts that are nothing but white space are left out.

    Example:
        >>> utterances = pd.DataFrame({"start_of": [0, 5], "end_of": [4, 9], "codable": True})
        >>> utterances["asides"] = [[], []]
        >>> found = touched(pd.DataFrame({"start": [2], "end": [9]}), utterances, "abcd efgh")
        >>> found.to_numpy().tolist()
        [[0, 0, 2, 4, False], [0, 1, 5, 9, True]]
    """
    starts, ends = (utterances[name].to_numpy("int64") for name in ("start_of", "end_of"))
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], ends[order]
    begin, stop = (spans[name].to_numpy("int64") for name in ("start", "end"))
    first = np.searchsorted(np.maximum.accumulate(ends), begin, side="right")
    count = np.maximum(np.searchsorted(starts, stop, side="left") - first, 0)
    span = np.repeat(np.arange(len(spans)), count)
    within = np.arange(len(span)) - np.repeat(np.cumsum(count) - count, count)
    utterance = first[span] + within
    start = np.maximum(begin[span], starts[utterance])
    end = np.minimum(stop[span], ends[utterance])
    letters = np.cumsum([0, *(not one.isspace() for one in text)])
    has_words = (start < end) & (letters[np.maximum(end, start)] > letters[start])
    asides = [utterances["asides"].iat[at] for at in order]
    for row in np.flatnonzero(has_words & np.array([bool(one) for one in asides])[utterance]):
        rest = letters[end[row]] - letters[start[row]]
        for left, right in asides[utterance[row]]:
            a, b = max(left, start[row]), min(right, end[row])
            rest -= letters[b] - letters[a] if a < b else 0
        has_words[row] = rest > 0
    found = pd.DataFrame({"span": span, "utterance": order[utterance], "start": start, "end": end})
    found["whole"] = (start == starts[utterance]) & (end == ends[utterance])
    is_codable = utterances["codable"].to_numpy(bool)[order[utterance]]
    codable = np.zeros(len(spans), dtype=bool)
    codable[span[has_words & is_codable]] = True
    kept: pd.DataFrame = found[has_words & (is_codable | ~codable[span])]
    return kept.reset_index(drop=True)
