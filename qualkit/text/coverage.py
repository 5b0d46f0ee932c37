"""Coverage: the account that no word of a text has vanished."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qualkit.model import Speaker, Utterance, UtteranceKind
from qualkit.text.shapes import opening_of

__all__ = ["Coverage", "coverage"]

_WORD = re.compile(r"\w+")
_STAMP = re.compile(r"[\[(<{]?(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,:]\d{1,3})?[\])>}]?")
_MARKUP = re.compile(r"[\s\W_]*")


@dataclass(frozen=True)
class Coverage:
    """Words in, words out.

    Attributes:
        words: how often each word stands in the text.
        in_utterances: how often in the utterances.
        in_labels: how often in printed labels between them.
        left_over: spans of the text that are neither; empty when nothing vanished.
        counted_twice: spans that more than one utterance claims; empty when all is well.
    """

    words: Counter[str]
    in_utterances: Counter[str]
    in_labels: Counter[str]
    left_over: tuple[tuple[int, int], ...]
    counted_twice: tuple[tuple[int, int], ...]

    @property
    def is_complete(self) -> bool:
        """Whether every word is accounted for once."""
        same = self.words == self.in_utterances + self.in_labels
        return same and not self.left_over and not self.counted_twice


def coverage(
    text: str, utterances: Sequence[Utterance], speakers: Sequence[Speaker] = ()
) -> Coverage:
    """Account for every word of a document's text.

    A stretch outside all utterances is a label when nothing stands in it but the printed label of
    the utterance behind it (a note may come between), its speaker's name, role or organisation, a
    time stamp, a bullet and punctuation.

    Example:
        >>> from qualkit.model import UtteranceKind
        >>> said = [Utterance(1, UtteranceKind.SPEECH, 5, 13, speaker="Ann")]
        >>> coverage("Ann: We left.", said, [Speaker("Ann")]).is_complete
        True
        >>> coverage("Bob: We left.", said, [Speaker("Ann")]).left_over
        ((0, 3),)
    """
    known = {speaker.name: _words_about(speaker) for speaker in speakers}
    parts, counted_twice = _parts(utterances)
    in_utterances: Counter[str] = Counter()
    in_labels: Counter[str] = Counter()
    left_over: list[tuple[int, int]] = []
    end = 0
    for place, (start, stop, _) in enumerate([*parts, (len(text), len(text), None)]):
        if start > end:
            gap_words, lost = _gap(text, end, start, _allowed(parts[place : place + 4], known))
            in_labels.update(gap_words)
            left_over += lost
        in_utterances.update(_WORD.findall(text[start:stop]))
        end = max(end, stop)
    words = Counter(_WORD.findall(text))
    return Coverage(words, in_utterances, in_labels, tuple(left_over), tuple(counted_twice))


def _parts(
    utterances: Sequence[Utterance],
) -> tuple[list[tuple[int, int, Utterance | None]], list[tuple[int, int]]]:
    """Return the spans that utterances own, in order, and those that two of them own."""
    owned: list[tuple[int, int, Utterance | None]] = []
    for utterance in utterances:
        edges = [utterance.start, *(e for aside in utterance.asides for e in aside), utterance.end]
        owned += [
            (a, b, utterance if a == utterance.start else None)
            for a, b in zip(edges[::2], edges[1::2], strict=True)
        ]
    owned.sort(key=lambda part: part[:2])
    twice = [(b[0], min(a[1], b[1])) for a, b in pairwise(owned) if b[0] < a[1]]
    return owned, twice


def _words_about(speaker: Speaker) -> set[str]:
    said = (speaker.name, *speaker.aliases, speaker.role or "", speaker.organisation or "")
    return {word for part in said for word in _WORD.findall(part)}


def _allowed(
    parts: Sequence[tuple[int, int, Utterance | None]], known: dict[str, set[str]]
) -> set[str]:
    """Return the words that a label may hold: those of the next utterances up to one with words."""
    words: set[str] = set()
    for _, _, utterance in parts:
        if utterance is None:
            break
        words |= set(_WORD.findall(utterance.label or ""))
        words |= known.get(utterance.speaker or "", set())
        if utterance.kind is not UtteranceKind.NOTE:
            break
    return words


def _gap(
    text: str, start: int, end: int, allowed: set[str]
) -> tuple[list[str], list[tuple[int, int]]]:
    between = text[start:end]
    if _MARKUP.fullmatch(between):
        return _WORD.findall(between), []
    stamps = [found.span() for found in _STAMP.finditer(between)]
    lost = []
    said = []
    for found in _WORD.finditer(between):
        timed = any(a <= found.start() and found.end() <= b for a, b in stamps)
        bullet = (
            found.group() == "o" and opening_of(between[found.start() :] + " x").sort == "bullet"
        )
        if found.group() in allowed or timed or bullet:
            said.append(found.group())
        else:
            lost.append((start + found.start(), start + found.end()))
    return said, lost
