"""Finding quoted words in a text again, whatever became of their spaces and quotation marks."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from rapidfuzz import fuzz

__all__ = ["Found", "Quoted"]

_SINGLE, _DOUBLE = "\u2018\u2019\u201a\u201b", "\u201c\u201d\u201e\u201f\u00ab\u00bb"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
_ALIKE = {
    ord(letter): plain
    for letters, plain in ((_SINGLE, "'"), (_DOUBLE, '"'), (_DASHES, "-"))
    for letter in letters
}
_LONGEST = 20_000  # characters of a quote that is looked for by likeness


class Found(NamedTuple):
    """Where a quote stands: half-open span, how like it is (0 to 100), how often it is there."""

    start: int
    end: int
    score: float
    times: int


class Quoted:
    r"""A text in which quotes are looked for.

    Case, white space and the kinds of quotation marks and dashes make no difference.

    Example:
        >>> text = Quoted("We need\nmore pay. We said: ‘more pay’!")
        >>> text.find("need  more pay")
        Found(start=3, end=16, score=100.0, times=1)
        >>> text.find("'more pay'").times
        1
        >>> text.find("neeed more pay", threshold=80).score < 100
        True
        >>> text.find("less work") is None
        True
    """

    def __init__(self, text: str) -> None:
        letters: list[str] = []
        self._places: list[int] = []
        for at, letter in enumerate(text):
            if letter.isspace():
                if letters and letters[-1] == " ":
                    continue
                letters.append(" ")
            else:
                plain = letter.translate(_ALIKE).casefold()
                letters.append(plain if len(plain) == 1 else letter)
            self._places.append(at)
        self._text = "".join(letters)
        self._size = len(text)

    def find(self, quote: str, *, after: int = 0, threshold: float = 90) -> Found | None:
        """Return where a quote stands; None where nothing is like enough.

        Args:
            quote: the words; dots at the end that stand for more are left out.
            after: of several places the first from here on is taken, else the first of all.
            threshold: least likeness, as ``rapidfuzz.fuzz.partial_ratio`` measures it: 100 times
                twice the number of characters in common over that of both.
        """
        wanted = _plain(quote)
        if not wanted:
            return None
        at = self._text.find(wanted, bisect_left(self._places, after))
        if at < 0:
            at = self._text.find(wanted)
        if at >= 0:
            times = self._text.count(wanted)
            return Found(*self._span(at, at + len(wanted)), 100.0, times)
        if threshold >= 100 or len(wanted) > _LONGEST:
            return None
        like = fuzz.partial_ratio_alignment(wanted, self._text, score_cutoff=threshold)
        if like is None or len(self._text) < len(wanted) * threshold / 100:
            return None
        return Found(*self._span(like.dest_start, like.dest_end), round(like.score, 1), 1)

    def times_before(self, quote: str, offset: int) -> int:
        """Return how often a quote stands before an offset, word for word."""
        wanted = _plain(quote)
        return self._text.count(wanted, 0, bisect_left(self._places, offset)) if wanted else 0

    def _span(self, start: int, end: int) -> tuple[int, int]:
        last = self._places[end - 1] + 1
        return self._places[start], min(last, self._size)


def _plain(quote: str) -> str:
    words = " ".join(quote.split())
    bare = re.sub(r"\s*(?:\.\.\.|…)$", "", words)
    plain = bare.translate(_ALIKE)
    return "".join(folded if len(folded := one.casefold()) == 1 else one for one in plain)
