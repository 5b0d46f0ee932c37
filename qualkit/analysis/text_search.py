r"""Finding words, phrases and regular expressions in many texts.

Words and phrases are found whatever their case and accents: both sides are *folded* first, to
lower case, without accents, with straight apostrophes. Words are whole words; a ``*`` stands for
any further letters, or alone for any word. In a phrase the words follow each other, whatever stands
between them.

Regular expressions run in the package ``regex``, which can be given a time: Python's own ``re``
cannot be stopped, and an expression such as ``(a|aa)+$`` would keep it busy for years.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any

import numpy as np

from qualkit.analysis.material import Bools, Ints
from qualkit.analysis.query_terms import Pattern, Words, fault

__all__ = ["SECONDS", "Texts", "finder", "fold", "phrase"]

SECONDS = 5.0
"""How long one regular expression may search."""

_LONGEST_PATTERN = 500
_ACCENTS = dict.fromkeys(range(0x300, 0x370))
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4`"), "'")
_BETWEEN = "\x00"
_PIECE = re.compile(r"[\w*]+|[^\w\s*]")
# Scripts that put no space between words: there a word is found inside any text.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")

_Spans = Callable[[str], Iterator[tuple[int, int]]]


def fold(text: str) -> str:
    """Return a text as it is compared: lower case, no accents, straight apostrophes, one space.

    Example:
        >>> fold("The  CAFÉ’s Straße ")
        "the cafe's strasse"
    """
    return " ".join("".join(map(_plain, text)).split())


@lru_cache(maxsize=8192)
def _plain(sign: str) -> str:
    """Return one letter or sign as it is compared; an accent that stands alone vanishes."""
    apart = unicodedata.normalize("NFD", sign.translate(_APOSTROPHES).casefold())
    return unicodedata.normalize("NFC", apart.translate(_ACCENTS))


@lru_cache(maxsize=256)
def phrase(value: str) -> re.Pattern[str]:
    """Return the expression that finds a word or phrase in a folded text.

    Example:
        >>> bool(phrase("care work*").search(fold("Care, WORKERS said")))
        True
        >>> bool(phrase("work").search("workers"))
        False
    """
    pieces = _PIECE.findall(fold(value).strip())
    parts: list[str] = []
    for before, piece in zip(["", *pieces], pieces, strict=False):
        if before:
            parts.append(r"\W+" if _is_word(before) and _is_word(piece) else r"\s*")
        parts.append(r"\w+" if piece == "*" else r"\w*".join(map(re.escape, piece.split("*"))))
    first, last = pieces[0], pieces[-1]
    left = r"(?<!\w)" if _is_word(first) and not _UNSPACED.match(first) else ""
    right = r"(?!\w)" if _is_word(last) and not _UNSPACED.match(last[-1]) else ""
    return re.compile(f"{left}{''.join(parts)}{right}")


def _is_word(piece: str) -> bool:
    return piece[0] == "*" or re.match(r"\w", piece) is not None


class Texts:
    """Many texts, kept in one string so that a word is looked for once, not text by text.

    Args:
        texts: the words of utterances.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts

    @cached_property
    def _folded(self) -> tuple[str, list[int]]:
        """All texts folded, and where each begins; the last number is the end."""
        whole = _BETWEEN.join(self.texts)
        if whole.count(_BETWEEN) != max(len(self.texts) - 1, 0):
            whole = _BETWEEN.join(text.replace(_BETWEEN, " ") for text in self.texts)
        for sign in sorted(set(whole)):
            if _plain(sign) != sign:
                whole = whole.replace(sign, _plain(sign))
        lengths = [len(text) + 1 for text in whole.split(_BETWEEN)]
        return whole, [0, *accumulate(lengths)]

    def find(self, wanted: Words | Pattern, query: str) -> Bools:
        """Return which texts hold a word or phrase, or match a regular expression.

        Args:
            wanted: what to look for.
            query: the query it stands in, for the sentence when it is wrong.

        Raises:
            OptionError: the expression is wrong, or takes longer than ``SECONDS``.

        Example:
            >>> Texts(["Low pay", "Crêpes", "payments"]).find(Words("PAY", 1), "PAY").tolist()
            [True, False, False]
        """
        rows = self._matching(wanted, query) if isinstance(wanted, Pattern) else self._with(wanted)
        found = np.zeros(len(self.texts), dtype=np.bool_)
        found[rows] = True
        return found

    def _with(self, wanted: Words) -> Ints:
        """Return the numbers of the texts that hold a word or phrase."""
        whole, starts = self._folded
        expression = phrase(wanted.value)
        sure = max(re.findall(r"\w+|[^\w\s*]", fold(wanted.value)), key=len)
        edges = np.array(starts)
        found: list[int] = []
        at = whole.find(sure)
        while at >= 0:
            row = int(np.searchsorted(edges, at, side="right")) - 1
            if expression.search(whole, starts[row], starts[row + 1] - 1):
                found.append(row)
            at = whole.find(sure, starts[row + 1])
        return np.array(found, dtype=np.int64)

    def _matching(self, wanted: Pattern, query: str) -> Ints:
        """Return the numbers of the texts that match a regular expression."""
        search = _compiled(wanted, query).search
        until = time.monotonic() + SECONDS
        found: list[int] = []
        try:
            for row, text in enumerate(self.texts):
                if search(text, timeout=until - time.monotonic()):
                    found.append(row)
        except (TimeoutError, ValueError) as error:  # a time that is up already is no value
            raise _too_slow(wanted, query) from error
        return np.array(found, dtype=np.int64)


def finder(wanted: Words | Pattern, query: str) -> _Spans:
    """Return a function that yields every place of what is wanted in a text, as (start, end).

    Raises:
        OptionError: the expression is wrong; while looking, that it takes longer than ``SECONDS``.

    Example:
        >>> list(finder(Words("cafe", 1), "cafe")("The Café, a CAFE."))
        [(4, 8), (12, 16)]
    """
    if isinstance(wanted, Words):
        return lambda text: _places(phrase(wanted.value), text)
    expression = _compiled(wanted, query)
    until = time.monotonic() + SECONDS

    def spans(text: str) -> Iterator[tuple[int, int]]:
        try:
            left = until - time.monotonic()
            yield from (m.span() for m in expression.finditer(text, timeout=left) if m.group())
        except (TimeoutError, ValueError) as error:
            raise _too_slow(wanted, query) from error

    return spans


def _places(expression: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield where a folded phrase stands in the text as written."""
    letters = list(map(_plain, text))
    origin = [at for at, plain in enumerate(letters) for _ in plain]
    for match in expression.finditer("".join(letters)):
        yield origin[match.start()], origin[match.end() - 1] + 1


@lru_cache(maxsize=64)
def _compiled(wanted: Pattern, query: str) -> Any:
    """Return the regular expression of a query.

    Raises:
        OptionError: it is none, too long, or finds the empty text.
    """
    import regex  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to load, rarely needed

    if len(wanted.source) > _LONGEST_PATTERN:
        what = f"the regular expression is longer than {_LONGEST_PATTERN} characters"
        raise fault(query, wanted.column, what, "make it two")
    flags = regex.MULTILINE | (regex.IGNORECASE if wanted.ignores_case else 0)
    try:
        expression = regex.compile(wanted.source, flags)
        is_empty = expression.search("", timeout=SECONDS) is not None
    except (regex.error, OverflowError, RecursionError, MemoryError) as error:
        what = f"this is no regular expression ({error})"
        raise fault(query, wanted.column, what, "correct it") from error
    if is_empty:
        what = "this regular expression also finds the empty text"
        raise fault(query, wanted.column, what, "make one part of it necessary")
    return expression


def _too_slow(wanted: Pattern, query: str) -> Exception:
    what = f"this regular expression takes longer than {SECONDS:.0f} seconds"
    return fault(query, wanted.column, what, "repeat single letters or words, not groups")
