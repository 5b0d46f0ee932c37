"""The lines of a text, with what their look says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from qualkit.text.reading import Hint

__all__ = ["Line", "ends_sentence", "is_wrapped", "split_lines", "starts_low"]

_NO_HINT = Hint()
_LONG_LINE = 130
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]*_]*$")
_LOW_START = re.compile(r"[(\[\"'“‘]?([^\W\d_])")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank.

    Attributes:
        index: its place among the lines that are not blank.
        start, end: span without the white space around it.
        text: that span.
        gap: number of blank lines above it; 0 for the first line.
        indent: number of white-space characters before it.
        hint: what the container knows.
        is_page_start: a form feed stands directly before it.
    """

    index: int
    start: int
    end: int
    text: str
    gap: int
    indent: int
    hint: Hint = _NO_HINT
    is_page_start: bool = False


def split_lines(text: str, hints: Mapping[int, Hint] | None = None) -> list[Line]:
    r"""Return the lines that are not blank, in order.

    Example:
        >>> [(line.start, line.text, line.gap) for line in split_lines("a\n\n  b ")]
        [(0, 'a', 0), (5, 'b', 1)]
    """
    known = hints or {}
    found: list[Line] = []
    offset = gap = 0
    fed = False
    for raw in text.split("\n"):
        body = raw.strip()
        fed = fed or "\f" in raw
        if body:
            start = offset + len(raw) - len(raw.lstrip())
            indent = start - offset
            hint = known.get(offset) or known.get(start) or _NO_HINT
            blank = gap if found else 0
            found.append(Line(len(found), start, start + len(body), body, blank, indent, hint, fed))
            gap, fed = 0, False
        else:
            gap += 1
        offset += len(raw) + 1
    return found


def ends_sentence(text: str) -> bool:
    """Return whether a text ends as a sentence does.

    Example:
        >>> ends_sentence("We left."), ends_sentence("We left the")
        (True, False)
    """
    return _SENTENCE_END.search(text[-12:]) is not None


def starts_low(text: str) -> bool:
    """Return whether a text begins with a small letter, quotes and brackets aside.

    Example:
        >>> starts_low("whom have"), starts_low("(as part"), starts_low("Whom")
        (True, True, False)
    """
    found = _LOW_START.match(text)
    return found is not None and found.group(1).islower()


def is_wrapped(lines: Sequence[Line]) -> bool:
    r"""Return whether paragraphs run over several lines of limited width.

    Example:
        >>> is_wrapped(split_lines("The quick fox jumped over\nthe lazy dog and then\nslept."))
        True
    """
    followed = [a.text for a, b in pairwise(lines) if b.gap == 0]
    if len(followed) < 2 or any(line.hint.is_row for line in lines):
        return False
    widths = sorted(len(text) for text in followed)
    if widths[int(len(widths) * 0.95)] > _LONG_LINE:
        return False
    unended = sum(not ends_sentence(text) for text in followed)
    low = sum(starts_low(b.text) for b in lines[1:] if b.gap == 0)
    share = low / len(followed)
    return median(widths) > 8 and unended / len(followed) > 0.5 and share > 0.25
