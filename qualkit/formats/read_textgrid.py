"""Praat TextGrids: .TextGrid, long and short form.

Praat's text format is read by a few lines of its own: the libraries for it keep whole sound
annotations in memory and ask for numpy.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.decode import decode
from qualkit.formats.read_lines import one_line, tidy
from qualkit.formats.read_plain import encoding_remarks
from qualkit.formats.read_tiers import Piece, Tier, add_tiers, told_tiers
from qualkit.formats.turn_text import TurnText
from qualkit.text.reading import Reading

__all__ = ["read_textgrid"]

# As Praat reads it: only numbers, texts and flags that stand free count; all else is commentary.
_TOKEN = re.compile(
    r'"(?P<text>(?:[^"]|"")*)"|<(?P<flag>[^<>\n]{1,40})>|'
    r"(?<!\S)(?P<number>[-+]?\d{1,40}(?:\.\d{0,40})?(?:[eE][-+]?\d{1,3})?)(?!\S)|!.*"
)
_SOUNDS = re.compile(r"\b(?:phones?|phonemes?|segments?|syllables?|mau|kan|ort-?sounds?)\b", re.I)
_WORDS = re.compile(r"[\s_-]*\b(?:words?|tokens?|ort(?:-mau)?)\b[\s_-]*", re.I)
_MOST_TIERS = 1_000
_TEXT = "text"


class _BrokenError(Exception):
    """The file does not go on as it should."""


def read_textgrid(source: bytes, source_name: str) -> Reading:
    r"""Return the intervals of a Praat TextGrid as turns, in order of time.

    Each tier of intervals is a speaker's. Tiers of sounds are left out, and tiers of single words
    where there is another of the same speaker; tiers of points are read when there is nothing else.

    Raises:
        EmptyFileError: no interval holds words.
        UnreadableFileError: it is no TextGrid, or breaks off.

    Example:
        >>> grid = 'File type = "ooTextFile"\nObject class = "TextGrid"\n0 9 <exists> 1 '
        >>> grid += '"IntervalTier" "Ann" 0 9 2 0 4 "" 4 9 "We left."'
        >>> turn = read_textgrid(grid.encode(), "a.TextGrid").turns[0]
        >>> turn.speaker, turn.time
        ('Ann', 4.0)
    """
    decoded = decode(source, source_name)
    tokens = _tokens(decoded.text)
    try:
        _check_head(tokens)
        intervals, points = _tiers(tokens)
    except _BrokenError as error:
        raise UnreadableFileError(
            f"this is no Praat TextGrid, or it is damaged: {error}",
            where=source_name,
            remedy="save it again in Praat as a text file",
        ) from error
    speech, left_out = _chosen(intervals or points)
    left_out += points if intervals else []
    text = TurnText()
    add_tiers(text, speech)
    remarks = (*encoding_remarks(decoded), *told_tiers(left_out))
    reading = text.reading(decoded.encoding, remarks)
    if not reading.turns:
        raise EmptyFileError("no interval holds any words", where=source_name)
    return reading


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        if kind is not None:
            yield kind, found[kind]


def _next(tokens: Iterator[tuple[str, str]], wanted: str) -> str:
    for kind, value in tokens:
        if kind == wanted:
            return value.replace('""', '"')
        if wanted == "number" or kind == _TEXT:
            raise _BrokenError(f"a {wanted} is missing before '{one_line(value)[:40]}'")
    raise _BrokenError("it breaks off")


def _check_head(tokens: Iterator[tuple[str, str]]) -> None:
    if [_next(tokens, _TEXT) for _ in range(2)] != ["ooTextFile", "TextGrid"]:
        raise _BrokenError("its first line does not say so")


def _count(tokens: Iterator[tuple[str, str]]) -> int:
    value = _next(tokens, "number")
    if not value.isdecimal():
        raise _BrokenError(f"'{value[:40]}' is no number of things")
    return int(value)


def _tiers(tokens: Iterator[tuple[str, str]]) -> tuple[list[Tier], list[Tier]]:
    _next(tokens, "number"), _next(tokens, "number")
    if _next(tokens, "flag") != "exists":
        return [], []
    count = _count(tokens)
    if count > _MOST_TIERS:
        raise _BrokenError(f"it claims {count:,} tiers")
    intervals: list[Tier] = []
    points: list[Tier] = []
    for _ in range(count):
        kind = _next(tokens, _TEXT)
        if kind not in {"IntervalTier", "TextTier"}:
            raise _BrokenError(f"a tier of kind '{one_line(kind)[:40]}' is not known")
        tier = _tier(tokens, has_end=kind == "IntervalTier")
        (intervals if kind == "IntervalTier" else points).append(tier)
    return intervals, points


def _tier(tokens: Iterator[tuple[str, str]], *, has_end: bool) -> Tier:
    name = one_line(_next(tokens, _TEXT))
    _next(tokens, "number"), _next(tokens, "number")
    count = _count(tokens)
    tier = Tier(name, name or None)
    for number in range(count):
        try:
            start = float(_next(tokens, "number"))
            if has_end:
                _next(tokens, "number")
            words = tidy(_next(tokens, _TEXT)).strip()
        except _BrokenError as error:
            raise _BrokenError(
                f"tier '{name[:40]}' claims {count:,} entries, of which {number:,} are there"
            ) from error
        if words:
            tier.pieces.append(Piece(words, start if math.isfinite(start) else None))
    return tier


def _chosen(tiers: list[Tier]) -> tuple[list[Tier], list[Tier]]:
    """Return the tiers that are speech and those that say the same again in smaller pieces."""
    speech: list[Tier] = []
    left_out: list[Tier] = []
    filled = [tier for tier in tiers if tier.pieces]
    named = [tier for tier in filled if not _SOUNDS.search(tier.name)]
    left_out += [tier for tier in filled if named and _SOUNDS.search(tier.name)]
    whole = {tier.name.casefold() for tier in named if not _WORDS.search(tier.name)}
    for tier in named or filled:
        base = _WORDS.sub("", tier.name).strip()
        if base == tier.name:
            speech.append(tier)
        elif whole and (not base or base.casefold() in whole):
            left_out.append(tier)
        else:
            tier.speaker, tier.is_tokens = base or None, True
            speech.append(tier)
    return speech, left_out
