"""Which rule a program counts by: found out by trying, because the standard leaves it open.

Programs count characters or UTF-16 units, a line end as it is stored, as one or as two, a
byte-order mark or not, and give the last character or the one behind it. Under the right rule
selections begin and end where words do and hold the words that stand beside them as their name.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

__all__ = ["NAMED", "RULES", "Counted", "Rule", "Verdict", "find_rule", "named_rule"]

_MARK = "\ufeff"
_MOST = 2**31 - 1
_JUDGED = 4_000  # selections that are looked at, evenly taken from all sources
_FEWEST = 20  # of one source
_WITH_LINE_END = 0.99  # what a selection that takes the end of its line along counts
_TIE_BREAK = 1e-9
_ENOUGH_NAMES = 0.5  # share of names found under the best rule, for names to count as quotes


@dataclass(frozen=True)
class Rule:
    """How positions are counted.

    Attributes:
        is_utf16: in UTF-16 units, else in characters (code points).
        newline: a line end counts "as stored", as "one" or as "two".
        has_mark: a byte-order mark at the beginning counts.
        is_inclusive: the end is the last character, else the one behind it.
    """

    is_utf16: bool = False
    newline: str = "as stored"
    has_mark: bool = False
    is_inclusive: bool = False

    def __str__(self) -> str:
        parts = (
            "UTF-16 units" if self.is_utf16 else "characters",
            f"line ends {self.newline}",
            f"byte-order mark {'' if self.has_mark else 'not '}counted",
            "end inclusive" if self.is_inclusive else "end exclusive",
        )
        return ", ".join(parts)


RULES: tuple[Rule, ...] = tuple(
    Rule(is_utf16, newline, has_mark, is_inclusive)
    for is_inclusive, has_mark, newline, is_utf16 in itertools.product(
        (False, True), (False, True), ("as stored", "one", "two"), (False, True)
    )
)
"""All rules that are tried, the likelier first: where several fit alike, the first is taken."""

NAMED = {
    "standard": Rule(newline="one"),
    "characters": Rule(),
    "utf-16": Rule(is_utf16=True),
    "nvivo": Rule(is_utf16=True, newline="two"),
    "maxqda": Rule(is_utf16=True, newline="two"),
    "atlas": Rule(is_utf16=True, newline="one"),
    "inclusive": Rule(newline="one", is_inclusive=True),
    "utf-16-inclusive": Rule(is_utf16=True, is_inclusive=True),
}
"""Short name -> the rule, for those who know how their program counts."""


def named_rule(name: str) -> Rule | None:
    """Return the rule of a short name; None when there is none of that name.

    Example:
        >>> str(named_rule("nvivo"))
        'UTF-16 units, line ends two, byte-order mark not counted, end exclusive'
    """
    return NAMED.get(name.strip().casefold())


class Counted:
    r"""A text that positions count in.

    Args:
        stored: the text as the file has it, with its own line ends and byte-order mark.

    Attributes:
        text: the same with one newline for each line end and without the mark.

    Example:
        >>> counted = Counted("\ufeffone\r\ntwo \U0001F600 three")
        >>> counted.spans([(5, 8), (12, 17)], Rule(is_utf16=True))
        [(4, 7), (10, 15)]
        >>> counted.text[10:15]
        'three'
    """

    def __init__(self, stored: str) -> None:
        self._had_mark = stored.startswith(_MARK)
        plain = stored.removeprefix(_MARK)
        self.text = plain.replace("\r\n", "\n").replace("\r", "\n")
        points = np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        self._is_wide = points > 0xFFFF
        self._is_line_end = points == 0x0A
        self._is_pair = np.zeros(len(points), dtype=bool)
        if len(plain) != len(self.text):
            kept = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype="<u4")
            behind = np.flatnonzero((kept[:-1] == 0x0D) & (kept[1:] == 0x0A))
            self._is_pair[behind - np.arange(len(behind))] = True
        self._classes: tuple[Any, Any] | None = None

    def _edges(self, rule: Rule) -> Any:
        """Return the position of every place between two characters, under a rule."""
        width = np.ones(len(self._is_wide), dtype=np.int64)
        if rule.is_utf16:
            width += self._is_wide
        if rule.newline == "two":
            width += self._is_line_end
        elif rule.newline == "as stored":
            width += self._is_pair
        first = int(rule.has_mark and self._had_mark)
        return np.concatenate(([first], first + np.cumsum(width)))

    def placed(self, starts: Any, ends: Any, rule: Rule) -> tuple[Any, Any, Any]:
        """Return start and end as indices into ``text``, and which lie in it, on characters."""
        edges = self._edges(rule)
        behind = ends + int(rule.is_inclusive)
        begin, stop = np.searchsorted(edges, starts), np.searchsorted(edges, behind)
        last = len(edges) - 1
        is_exact = (edges[np.minimum(begin, last)] == starts) & (
            edges[np.minimum(stop, last)] == behind
        )
        return begin, stop, is_exact & (begin < stop)

    def spans(
        self, positions: Sequence[tuple[int, int]], rule: Rule
    ) -> list[tuple[int, int] | None]:
        """Return each position as a span of ``text``; None for one outside the text, or empty."""
        if not positions:
            return []
        pairs = _numbers(positions)
        begin, stop, _ = self.placed(pairs[:, 0], pairs[:, 1], rule)
        size = len(self.text)
        first = int(rule.has_mark and self._had_mark)
        last = int(self._edges(rule)[-1])
        behind = pairs[:, 1] + int(rule.is_inclusive)
        is_in = (pairs[:, 0] >= first) & (behind <= last) & (begin < stop) & (stop <= size)
        return [
            (int(a), int(b)) if good else None
            for a, b, good in zip(begin, stop, is_in, strict=True)
        ]

    def cleanness(self, positions: Any, rule: Rule) -> Any:
        """Return 1 for positions that begin and end where words do, without white space around.

        One that takes the end of its last line along has a little less, any other 0.
        """
        begin, stop, is_in = self.placed(positions[:, 0], positions[:, 1], rule)
        is_word, is_space = self._kinds()
        size = len(self.text)
        a, b = np.minimum(begin, size), np.minimum(stop, size)
        cuts_first = is_word[a] & is_word[a + 1]  # both arrays begin one place before the text
        cuts_last = is_word[b] & is_word[b + 1]
        is_good = is_in & ~cuts_first & ~cuts_last & ~is_space[a + 1]
        is_line = np.append(self._is_line_end, False)[b - 1]
        return is_good * np.where(is_line, _WITH_LINE_END, 1.0 - is_space[b])

    def _kinds(self) -> tuple[Any, Any]:
        if self._classes is None:
            points = np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), np.uint32)
            found, at = np.unique(points, return_inverse=True)
            words = np.array([chr(one).isalnum() for one in found], dtype=bool)
            spaces = np.array([chr(one).isspace() for one in found], dtype=bool)
            edge = np.zeros(1, dtype=bool)
            pair = (np.concatenate((edge, one[at], edge)) for one in (words, spaces))
            self._classes = next(pair), next(pair)
        return self._classes


class Verdict(NamedTuple):
    """Which rule fits the selections of a source, and how well: a share from 0 to 1.

    ``score`` is None where there is no selection to judge by. ``others`` are those that fit as well
    and put selections elsewhere; the likeliest of all is the rule.
    """

    rule: Rule
    score: float | None
    selections: int
    others: tuple[Rule, ...] = ()


def _numbers(positions: Sequence[tuple[int, int]]) -> Any:
    """Return positions as an array; absurd ones become -1."""
    capped = [[one if -1 <= one <= _MOST else -1 for one in pair] for pair in positions]
    return np.array(capped, dtype=np.int64).reshape(-1, 2)


def find_rule(
    sources: Sequence[tuple[Counted, Sequence[tuple[int, int]], Sequence[str]]],
) -> list[Verdict]:
    """Return the rule that fits the selections of each source best.

    The rule is that of the whole file, because one program wrote it; a source whose own selections
    fit another rule clearly better keeps its own.

    Args:
        sources: for each its text, (start, end) of its selections, and their names ("" for none).
    """
    most = max(_FEWEST, _JUDGED // max(1, len(sources)))
    rows = [_sample(*source, most) for source in sources]
    quotes = np.array([[_quoted(*row, rule) for rule in RULES] for row in rows])
    named = sum(sum(1 for name in names if name.strip()) for *_, names in rows)
    is_quoted = named > 0 and quotes.sum(axis=0).max() >= _ENOUGH_NAMES * named
    counts = np.array([len(one) for _, one, _ in rows])
    hits = np.array([[_hits(*row, rule, is_quoted) for rule in RULES] for row in rows])
    hits = hits.reshape(len(rows), len(RULES))
    totals = hits.sum(axis=0)
    if is_quoted:
        exact = [sum(_exact(*row, rule) for row in rows) for rule in RULES]
        totals = totals + _TIE_BREAK * np.array(exact)
    best = int(np.argmax(totals)) if rows else 0
    tied = [rule for rule, total in zip(RULES, totals, strict=True) if total == totals[best]]
    verdicts = []
    for (counted, positions, _), own, count in zip(rows, hits, counts, strict=True):
        mine = int(np.argmax(own))
        is_better = count >= 5 and own[mine] - own[best] >= 0.5 * count
        chosen = mine if is_better else best
        others = [] if is_better or not count else tied
        verdicts.append(
            Verdict(
                RULES[chosen],
                float(own[chosen]) / count if count else None,
                int(count),
                tuple(_elsewhere(counted, positions, RULES[chosen], others)),
            )
        )
    return verdicts


def _exact(counted: Counted, positions: Any, names: Sequence[str], rule: Rule) -> int:
    """Return how many selections are the words that are their name, blanks at their ends too."""
    begin, stop, is_in = counted.placed(positions[:, 0], positions[:, 1], rule)
    return sum(
        bool(good) and counted.text[a:b] == name
        for a, b, good, name in zip(begin, stop, is_in, names, strict=True)
    )


def _elsewhere(
    counted: Counted, positions: Any, rule: Rule, others: Sequence[Rule]
) -> Iterator[Rule]:
    """Yield the rules under which selections are other words."""

    def said(one: Rule) -> list[str]:
        begin, stop, _ = counted.placed(positions[:, 0], positions[:, 1], one)
        return [counted.text[a:b].strip() for a, b in zip(begin, stop, strict=True)]

    words = said(rule) if len(others) > 1 else []
    yield from (other for other in others if other != rule and said(other) != words)


def _sample(
    counted: Counted, positions: Sequence[tuple[int, int]], names: Sequence[str], most: int
) -> tuple[Counted, Any, Sequence[str]]:
    step = -(-len(positions) // most) or 1
    return counted, _numbers(positions[::step]), names[::step]


def _hits(
    counted: Counted, positions: Any, names: Sequence[str], rule: Rule, is_quoted: bool
) -> float:
    if not len(positions):
        return 0
    clean = counted.cleanness(positions, rule)
    if not is_quoted:
        return float(clean.sum())
    has_name = np.array([bool(name.strip()) for name in names])
    return float(clean[~has_name].sum()) + _quoted(counted, positions, names, rule)


def _quoted(counted: Counted, positions: Any, names: Sequence[str], rule: Rule) -> int:
    """Return how many selections begin with the words that are their name."""
    if not len(positions) or not any(names):
        return 0
    begin, stop, is_in = counted.placed(positions[:, 0], positions[:, 1], rule)
    return sum(
        _is_quote(counted.text[a:b], name)
        for a, b, good, name in zip(begin, stop, is_in, names, strict=True)
        if good and name
    )


def _is_quote(words: str, name: str) -> bool:
    said, quote = " ".join(words.split()), " ".join(name.split())
    bare = quote.removesuffix("...").removesuffix("…").rstrip()
    if bare != quote:
        return bool(bare) and said.startswith(bare)
    return said == quote or (len(quote) >= 200 and said.startswith(quote))
