"""Page furniture: headers, footers and page numbers, known by their repetition."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import islice

from rapidfuzz import fuzz

from qualkit.text.lines import Line, ends_sentence, starts_low
from qualkit.text.shapes import is_page_number, opening_of

__all__ = ["find_furniture"]

_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"\s+")
_NEAR = 84.0
_VERY_NEAR = 92.0
_LEAST_KEY = 12
_MOST_CHECKED = 2000
_NUMBERED = re.compile(
    r"\d{1,4}\s*[|·•–—]\s*\D.{2,80}|.{3,80}?(?:\s*[|·•–—]\s*|\s{3,})(?:page\s*|p\.?\s*)?\d{1,4}|"
    r".{0,80}\bpage\s+\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?",
    re.IGNORECASE,
)


def _key(text: str) -> str:
    return _SPACES.sub(" ", _DIGITS.sub("#", text)).casefold()


def find_furniture(lines: Sequence[Line], skip: Collection[int]) -> set[int]:
    r"""Return the indices of the lines that a page prints around its text.

    A line is furniture when it is a page number, or when it is printed again and again and at
    least once stands in the middle of a sentence or a table, or always in wide empty space. Lines
    beside such a line that are themselves repeated, exactly or nearly, go with it.

    Args:
        lines: of the document.
        skip: indices of lines that are something else, such as a speaker's turn.

    Example:
        >>> from qualkit.text.lines import split_lines
        >>> first = ["We went to the house again and saw that the", "MINUTES 4", "roof leaked."]
        >>> then = ["They went down to the sea, where they saw the", "MINUTES 5", "boats."]
        >>> sorted(find_furniture(split_lines("\n\n".join(first + then)), set()))
        [1, 4]
    """
    search = _Search(lines, skip)
    return search.found()


class _Search:
    """The lines of a document with the key under which each repeats."""

    def __init__(self, lines: Sequence[Line], skip: Collection[int]) -> None:
        self.lines = lines
        self.usable = [_may_be(line, skip) for line in lines]
        self.keys = [_key(line.text) for line in lines]
        self.where: dict[str, list[int]] = defaultdict(list)
        for index, key in enumerate(self.keys):
            if self.usable[index] and len(key) > 2:
                self.where[key].append(index)
        self.repeated = [key for key, where in self.where.items() if len(where) >= 2]
        self._near: dict[str, bool] = {}
        self._pairs: dict[tuple[str, str, int], bool] = {}

    def found(self) -> set[int]:
        usable = [line for line in self.lines if self.usable[line.index]]
        found = {line.index for line in usable if is_page_number(line.text)} | _numbers(usable)
        found |= {line.index for line in usable if self._is_numbered(line)}
        for key in self.repeated:
            if " " in key and _is_anchor(self.where[key], self.lines, found):
                found.update(self.where[key])
        return self._misprinted(self._spread(found))

    def _is_numbered(self, line: Line) -> bool:
        """Return whether a line with a page number beside words breaks into a sentence."""
        return _NUMBERED.fullmatch(line.text) is not None and _interrupts(line.index, self.lines)

    def _misprinted(self, found: set[int]) -> set[int]:
        """Add the lines that stand by themselves and are nearly a header found already."""
        known = {self.keys[index] for index in found if len(self.keys[index]) >= _LEAST_KEY}
        lengths = {len(key) + step for key in known for step in range(-2, 3)}
        checked: dict[str, bool] = {}
        for line in self.lines:
            key = self.keys[line.index]
            if line.index in found or not self.usable[line.index] or len(key) not in lengths:
                continue
            if not _stands_alone(line.index, self.lines):
                continue
            if key not in checked:
                checked[key] = key in known or (
                    len(checked) < _MOST_CHECKED
                    and any(fuzz.ratio(key, other) >= _VERY_NEAR for other in known)
                )
            if checked[key]:
                found.add(line.index)
        return found

    def _spread(self, found: set[int]) -> set[int]:
        """Take the repeated neighbours of furniture along, outward from each line found."""
        grown = set(found)
        known = {self.keys[index] for index in found if len(self.keys[index]) > 3}
        edge = sorted(found)
        while edge:
            index = edge.pop()
            for step in (-1, 1):
                beside = index + step
                if not 0 <= beside < len(self.lines) or beside in grown or not self.usable[beside]:
                    continue
                key = self.keys[beside]
                if (
                    key in known
                    or self._comes_twice(key, self.keys[index], -step)
                    or self._is_near(key)
                ):
                    grown.add(beside)
                    edge.append(beside)
        return grown

    def _comes_twice(self, key: str, beside: str, step: int) -> bool:
        """Return whether two lines of this key stand beside lines like that one."""
        known = self._pairs.get((key, beside, step))
        if known is None:
            places = (index + step for index in self.where.get(key, ()))
            others = (self.keys[place] for place in places if 0 <= place < len(self.keys))
            alike = (1 for other in others if other == beside or fuzz.ratio(other, beside) >= _NEAR)
            known = sum(islice(alike, 2)) == 2
            self._pairs[key, beside, step] = known
        return known

    def _is_near(self, key: str) -> bool:
        """Return whether a key is that of a repeated line misspelt, or half of such a line."""
        if key not in self._near:
            self._near[key] = any(_resembles(key, other) for other in self.repeated)
        return self._near[key]


def _resembles(key: str, other: str) -> bool:
    if other == key or len(key) < 6:
        return False
    if abs(len(other) - len(key)) <= 4:
        return fuzz.ratio(key, other) >= _NEAR
    return len(key) >= 8 and (other.startswith(key) or other.endswith(key))


def _may_be(line: Line, skip: Collection[int]) -> bool:
    if line.index in skip or len(line.text) > 200 or "\t" in line.text:
        return False
    return opening_of(line.text).sort in {"", "heading"} and not line.hint.is_row


def _numbers(lines: Sequence[Line]) -> set[int]:
    bare = [line for line in lines if line.text.isdecimal() and len(line.text) <= 4]
    values = [int(line.text) for line in bare]
    rising = [
        (a, b)
        for a, b in zip(range(len(bare)), range(1, len(bare)), strict=False)
        if 0 < values[b] - values[a] <= 2
    ]
    return {bare[place].index for pair in rising for place in pair}


def _stands_alone(index: int, lines: Sequence[Line]) -> bool:
    above = index == 0 or lines[index].gap > 0 or lines[index].is_page_start
    return above and (index + 1 >= len(lines) or lines[index + 1].gap > 0)


def _is_anchor(where: Sequence[int], lines: Sequence[Line], numbers: Collection[int]) -> bool:
    if any(_interrupts(index, lines) for index in where):
        return True
    wide = sum(1 for index in where if _is_wide(index, lines))
    beside = sum(1 for i in where if i - 1 in numbers or i + 1 in numbers or lines[i].is_page_start)
    return len(where) >= 3 and (wide >= 0.6 * len(where) or beside >= 0.6 * len(where))


def _interrupts(index: int, lines: Sequence[Line]) -> bool:
    if index == 0 or index + 1 >= len(lines):
        return False
    before, line, after = lines[index - 1], lines[index], lines[index + 1]
    if not (line.gap and after.gap):
        return False
    if "\t" in before.text and "\t" in after.text:
        return True
    open_end = not ends_sentence(before.text) and len(before.text) >= 40
    return open_end and starts_low(after.text) and not starts_low(line.text)


def _is_wide(index: int, lines: Sequence[Line]) -> bool:
    above = lines[index].gap
    below = lines[index + 1].gap if index + 1 < len(lines) else 9
    return max(above, below) >= 3
