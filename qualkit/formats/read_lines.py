"""What readers of containers share: clean text, paragraphs on lines of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qualkit.text.normalise import normalise
from qualkit.text.reading import Hint

__all__ = ["join_lines", "one_line", "tidy", "whole"]

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def tidy(text: str) -> str:
    r"""Return the text normalised, without control characters and halves of characters.

    Example:
        >>> tidy("We\x00 left\x0bearly\ud83d\ude00")
        'We left\nearly😀'
    """
    return normalise(_CONTROL.sub("", whole(text).replace("\v", "\n")))


def whole(text: str) -> str:
    r"""Return the text with halves of characters put together; one that is alone is U+FFFD.

    Example:
        >>> whole("\ud83d\ude00 and \ud83d")
        '😀 and \ufffd'
    """
    if _SURROGATE.search(text):
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def one_line(text: str) -> str:
    r"""Return the text tidied, any white space in it as one blank.

    Example:
        >>> one_line("\tAnn \n Lee ")
        'Ann Lee'
    """
    return " ".join(tidy(text).split())


def join_lines(lines: Iterable[tuple[str, Hint]]) -> tuple[str, dict[int, Hint]]:
    r"""Return paragraphs as one text, a line each, with their hints by offset.

    A line break inside a paragraph goes on with it.

    Example:
        >>> join_lines([("Pay", Hint(level=1)), ("It is low.", Hint())])[0]
        'Pay\nIt is low.'
    """
    hints: dict[int, Hint] = {}
    parts: list[str] = []
    offset = 0
    for words, hint in lines:
        for number, piece in enumerate(tidy(words).split("\n")):
            continued = number > 0 and not hint.is_row
            hints[offset] = Hint(is_continued=True, note=hint.note) if continued else hint
            parts.append(piece)
            offset += len(piece) + 1
    return "\n".join(parts), hints
