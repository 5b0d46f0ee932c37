"""Where the utterances of a text, and words quoted from them, are in a corrected version of it.

Equal utterances that occur once are anchors (Bram Cohen's patience diff); between two anchors the
rest is aligned in order so that the sum of likenesses is greatest (Needleman and Wunsch, 1970), a
long stretch in parts. Time and memory grow with the number of utterances.
"""

from __future__ import annotations

import bisect
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from qualkit.text.normalise import fingerprint

__all__ = ["CERTAIN", "Match", "align", "place_quote"]

CERTAIN = 0.85
"""Likeness (1 = equal) from which a changed utterance is taken to be the same one."""

_POSSIBLE = 0.55  # likeness below which two utterances are no candidates for each other
_TELLING = 20  # characters from which an utterance found elsewhere is taken to have been moved
_EDGE = 24  # characters at either end that make an anchor of a changed utterance
_WHOLE = 40_000  # pairs up to which a stretch is aligned as a whole
_NEAR = 100  # unplaced utterances looked at for a candidate

_JOINED = "the utterance was joined with its neighbour"
_GONE = "these words are no longer in the text"
_Pair = tuple[int, int]


@dataclass(frozen=True)
class Match:
    """What became of one old utterance.

    Attributes:
        new: index of the new utterance: its own when certain, else the best candidate, or None.
        likeness: of the two, 0 to 1.
        reason: why it is doubtful; None when it is certain.
    """

    new: int | None
    likeness: float
    reason: str | None = None


def align(old: Sequence[str], new: Sequence[str]) -> list[Match]:
    """Return what became of each old utterance, in order.

    No new utterance is the certain match of two old ones. An utterance that was split in two or
    joined with its neighbour is doubtful, and so is one whose likeness is below ``CERTAIN``.

    Args:
        old: the words of the utterances before.
        new: the words of the utterances after.

    Example:
        >>> before = ["The pay is low and late.", "Yes.", "We do the course."]
        >>> after = ["Hello.", "The pay is low and is late.", "Yes.", "We do the course."]
        >>> [(match.new, match.reason) for match in align(before, after)]
        [(1, None), (2, None), (3, None)]
        >>> align(["The pay is low."], ["It rained."])[0].reason
        'these words are no longer in the text'
    """
    alignment = _Alignment(old, new)
    return [alignment.match(index) for index in range(len(old))]


class _Alignment:
    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self.old, self.new = old, new
        self.pairs: dict[int, int] = {}
        self._align(0, len(old), 0, len(new))
        self._move()
        taken = set(self.pairs.values())
        self.free = [index for index in range(len(new)) if index not in taken]
        self.unfree = taken

    def _align(self, a: int, b: int, c: int, d: int) -> None:
        """Pair old[a:b] with new[c:d], level by level: each stretch between anchors again."""
        stretches = [(a, b, c, d)]
        for key in (_plain, _head, _tail):
            stretches = [part for stretch in stretches for part in self._between(stretch, key)]
        for stretch in stretches:
            self._fill(*stretch)

    def _between(
        self, stretch: tuple[int, int, int, int], key: Callable[[str], str]
    ) -> Iterable[tuple[int, int, int, int]]:
        a, b, c, d = stretch
        if a == b or c == d:
            return
        if key is _plain:
            a, b, c, d = self._trim(a, b, c, d)
        for i, j in [*_anchors(self.old, self.new, (a, b, c, d), key), (b, d)]:
            if a < i and c < j:
                yield a, i, c, j
            if i < b:
                self.pairs[i] = j
            a, c = i + 1, j + 1

    def _trim(self, a: int, b: int, c: int, d: int) -> tuple[int, int, int, int]:
        """Pair what is equal at the beginning and at the end; return what is left between."""
        while a < b and c < d and self.old[a] == self.new[c]:
            self.pairs[a] = c
            a, c = a + 1, c + 1
        while a < b and c < d and self.old[b - 1] == self.new[d - 1]:
            b, d = b - 1, d - 1
            self.pairs[b] = d
        return a, b, c, d

    def _fill(self, a: int, b: int, c: int, d: int) -> None:
        """Pair what stands between two anchors, a long stretch in parts of the same proportion."""
        parts = max(1, math.ceil(math.sqrt((b - a) * (d - c) / _WHOLE)))
        for part in range(parts):
            rows = a + (b - a) * part // parts, a + (b - a) * (part + 1) // parts
            columns = c + (d - c) * part // parts, c + (d - c) * (part + 1) // parts
            if rows[0] < rows[1] and columns[0] < columns[1]:
                self._fill_part(rows, columns)

    def _fill_part(self, rows: _Pair, columns: _Pair) -> None:
        """Pair in order for the greatest sum of likenesses."""
        alike = process.cdist(
            self.old[slice(*rows)],
            self.new[slice(*columns)],
            scorer=fuzz.ratio,
            score_cutoff=100 * _POSSIBLE,
        ).tolist()
        best = [[0.0] * (len(alike[0]) + 1)]
        for scores in alike:
            above, line = best[-1], [0.0]
            for j, score in enumerate(scores):
                line.append(max(above[j + 1], line[j], above[j] + score))
            best.append(line)
        i, j = len(alike), len(alike[0])
        while i and j:
            if best[i][j] == best[i - 1][j]:
                i -= 1
            elif best[i][j] == best[i][j - 1]:
                j -= 1
            else:
                i, j = i - 1, j - 1
                self.pairs[rows[0] + i] = columns[0] + j

    def _move(self) -> None:
        """Pair utterances that stand elsewhere now, where the words leave no doubt."""
        taken = set(self.pairs.values())
        places: dict[str, list[int]] = {}
        for index, words in enumerate(self.new):
            places.setdefault(words, []).append(index)
        times = Counter(self.old)
        for index, words in enumerate(self.old):
            found = places.get(words, [])
            if len(found) != 1 or times[words] != 1 or len(words) < _TELLING:
                continue
            if self.pairs.get(index) != found[0] and found[0] not in taken:
                taken.discard(self.pairs.get(index, -1))
                taken.add(found[0])
                self.pairs[index] = found[0]

    def match(self, index: int) -> Match:
        """Return what became of one old utterance."""
        found = self.pairs.get(index)
        if found is None:
            return self._candidate(index)
        words, there = self.old[index], self.new[found]
        if words == there:
            return self._equal(index, found)
        alike = fuzz.ratio(words, there) / 100
        if self._is_split(index, found, alike):
            return Match(found, alike, "the utterance was split in two")
        if self._is_joined(index, found, alike):
            return Match(found, alike, _JOINED)
        if alike < CERTAIN:
            return Match(found, alike, f"the utterance reads too differently ({alike:.0%} alike)")
        return Match(found, alike)

    def _equal(self, index: int, found: int) -> Match:
        """An equal pair is certain, but for short words whose neighbours are all others now."""
        ends = {-1: -1, len(self.old): len(self.new)}
        beside = any(
            self.pairs.get(index + step, ends.get(index + step)) == found + step for step in (-1, 1)
        )
        if beside or len(self.old[index]) >= _TELLING:
            return Match(found, 1.0)
        return Match(found, 1.0, "the words are short and everything around them has changed")

    def _is_split(self, index: int, found: int, alike: float) -> bool:
        words, there = self.old[index], self.new[found]
        after = found + 1 < len(self.new) and found + 1 not in self.unfree
        if after and fuzz.ratio(words, f"{there} {self.new[found + 1]}") / 100 > alike:
            return True
        before = found > 0 and found - 1 not in self.unfree
        return before and fuzz.ratio(words, f"{self.new[found - 1]} {there}") / 100 > alike

    def _is_joined(self, index: int, found: int, alike: float) -> bool:
        words, there = self.old[index], self.new[found]
        after = index + 1 < len(self.old) and index + 1 not in self.pairs
        if after and fuzz.ratio(f"{words} {self.old[index + 1]}", there) / 100 > alike:
            return True
        before = index > 0 and index - 1 not in self.pairs
        return before and fuzz.ratio(f"{self.old[index - 1]} {words}", there) / 100 > alike

    def _candidate(self, index: int) -> Match:
        """Look for the likeliest place of an utterance that has none: among those near by."""
        words = self.old[index]
        best, place = 0.0, None
        middle = index * len(self.new) // max(1, len(self.old))
        first = max(0, min(bisect.bisect_left(self.free, middle), len(self.free)) - _NEAR // 2)
        near = {*self.free[first : first + _NEAR]}
        for beside in (index - 1, index + 1):
            if beside in self.pairs:
                near.add(self.pairs[beside])
        for one in sorted(near) if words else ():
            alike = fuzz.partial_ratio(words, self.new[one]) / 100
            if alike > max(best, _POSSIBLE):
                best, place = alike, one
        if place is None:
            return Match(None, 0.0, _GONE)
        whole = fuzz.ratio(words, self.new[place]) / 100
        is_part = best >= CERTAIN and len(words) < len(self.new[place])
        return Match(place, whole, _JOINED if is_part else _GONE)


def _plain(words: str) -> str:
    return fingerprint(words)


def _head(words: str) -> str:
    letters = _letters(words)
    return letters[:_EDGE] if len(letters) >= _EDGE else ""


def _tail(words: str) -> str:
    letters = _letters(words)
    return letters[-_EDGE:] if len(letters) >= _EDGE else ""


def _letters(words: str) -> str:
    return "".join(one for one in words.casefold() if one.isalnum())


def _anchors(
    old: Sequence[str],
    new: Sequence[str],
    stretch: tuple[int, int, int, int],
    key: Callable[[str], str],
) -> list[_Pair]:
    """Return pairs whose key occurs once on either side, the longest series that is in order."""
    a, b, c, d = stretch
    there = _once(new, c, d, key)
    pairs = [(i, there[one]) for one, i in _once(old, a, b, key).items() if one in there]
    return _in_order(sorted(pairs))


def _once(words: Sequence[str], first: int, last: int, key: Callable[[str], str]) -> dict[str, int]:
    keys = [key(one) for one in words[first:last]]
    times = Counter(keys)
    return {one: first + n for n, one in enumerate(keys) if one and times[one] == 1}


def _in_order(pairs: list[_Pair]) -> list[_Pair]:
    """Return a longest series whose second numbers grow (patience sorting, n log n)."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for index, (_, place) in enumerate(pairs):
        pile = bisect.bisect_left(tops, place)
        before.append(ends[pile - 1] if pile else None)
        if pile == len(tops):
            tops.append(place)
            ends.append(index)
        else:
            tops[pile], ends[pile] = place, index
    series = []
    at = ends[-1] if ends else None
    while at is not None:
        series.append(pairs[at])
        at = before[at]
    return series[::-1]


def place_quote(old: str, start: int, end: int, new: str) -> tuple[int | None, str | None]:
    """Return where quoted words begin in the new utterance, and why that is doubtful.

    Args:
        old: the words of the utterance before.
        start: where the quote begins in them.
        end: where it ends.
        new: the words of the utterance after.

    Returns:
        The offset in ``new`` (None: nowhere; where the quote occurs several times, the place
        nearest to the old one in proportion), and None when it is certain, else the reason. Words
        that occur as often as before keep their turn: the second stays the second.

    Example:
        >>> place_quote("the pay is low", 4, 7, "well, the pay is low")
        (10, None)
        >>> place_quote("the pay is low", 4, 7, "the wage is low")
        (None, 'the quoted words are gone')
        >>> place_quote("the pay is low", 4, 7, "the pay, yes, the pay is low")
        (4, 'the quoted words occur 2 times')
    """
    if old == new:
        return start, None
    quote = old[start:end]
    found = _occurrences(quote, new)
    if not found:
        return None, "the quoted words are gone"
    before = _occurrences(quote, old)
    if len(found) == len(before):
        return found[before.index(start)], None
    scale = len(new) / max(1, len(old))
    nearest = min(found, key=lambda place: abs(place - start * scale))
    times = "once" if len(found) == 1 else f"{len(found)} times"
    was = "" if len(before) == 1 else f", not {len(before)} times as before"
    return nearest, f"the quoted words occur {times}{was}"


def _occurrences(quote: str, words: str) -> list[int]:
    found = []
    at = words.find(quote)
    while at >= 0:
        found.append(at)
        at = words.find(quote, at + 1)
    return found
