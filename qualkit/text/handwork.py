"""Utterances cut and joined by hand, cut and joined again in a corrected text.

What was cut by hand in the old text is cut at the same words of the new one, if there is no doubt
where those are; what was joined is joined where both parts are found again side by side.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from qualkit.model import Utterance, UtteranceKind
from qualkit.text.anchors import CERTAIN, Match

__all__ = ["Extent", "Old", "Recut", "Stretch", "compared", "place_cut", "recut"]

Extent = tuple[int, int]
"""Where an utterance begins and ends in its text."""

_AROUND = (40, 24, 12)  # characters on either side that show where a cut was

_CHANGED = "the words around the cut have changed"
_APART = "the parts no longer stand side by side"
_SPEAKERS = "the parts are given to other speakers now"


@dataclass(frozen=True)
class Old:
    """The old text and how it is divided.

    Attributes:
        text: the whole text.
        read: its utterances as they were read.
        speakers: who speaks in each of those, as read.
        made: its utterances as they are now.
    """

    text: str
    read: Sequence[Extent]
    speakers: Sequence[str | None]
    made: Sequence[Extent]


@dataclass(frozen=True)
class Stretch:
    """Consecutive utterances that were cut or joined by hand.

    Attributes:
        read: indices of the utterances as they were read.
        made: indices of the utterances that somebody made of them.
        new: indices of the new utterances that correspond to ``made``; empty when there are none.
        reason: why it is not done again in the new text; None when it is.
    """

    read: tuple[int, ...]
    made: tuple[int, ...]
    new: tuple[int, ...] = ()
    reason: str | None = None

    @property
    def what(self) -> str:
        """What somebody did: "split", "join", or "recut" for both.

        Example:
            >>> Stretch(read=(3,), made=(3, 4)).what
            'split'
        """
        if len(self.read) == 1:
            return "split"
        return "join" if len(self.made) == 1 else "recut"


@dataclass(frozen=True)
class Recut:
    """A new reading with the old handwork in it.

    Attributes:
        utterances: in order, numbered from 1.
        stretches: what became of each stretch that was cut or joined by hand.
    """

    utterances: tuple[Utterance, ...]
    stretches: tuple[Stretch, ...]


class _DoubtError(Exception):
    """There is a doubt about where a stretch belongs."""


def recut(old: Old, text: str, fresh: Sequence[Utterance], matches: Sequence[Match]) -> Recut:
    """Return a new reading in which what was cut and joined by hand is cut and joined again.

    Args:
        old: the old text and how it is divided.
        text: the new text.
        fresh: its utterances as read.
        matches: what became of each old utterance as read, from ``anchors.align``.

    Example:
        >>> from qualkit.text.anchors import align
        >>> before, after = "The pay is low. I like it.", "Well, the pay is low. I like it."
        >>> old = Old(before, [(0, 26)], [None], [(0, 15), (16, 26)])
        >>> fresh = [Utterance(1, UtteranceKind.SPEECH, 0, 32)]
        >>> done = recut(old, after, fresh, align([before], [after]))
        >>> [after[one.start : one.end] for one in done.utterances]
        ['Well, the pay is low.', 'I like it.']
        >>> done.stretches
        (Stretch(read=(0,), made=(0, 1), new=(0, 1), reason=None),)
    """
    pieces: dict[int, list[Utterance]] = {}
    replaced: set[int] = set()
    found: list[tuple[Stretch, int]] = []
    for stretch in _stretches(old.read, old.made):
        try:
            there = _there(stretch, old, fresh, matches)
            pieces[there[0]] = _pieces(stretch, old, text, fresh, there)
        except _DoubtError as doubt:
            found.append((replace(stretch, reason=str(doubt)), 0))
        else:
            replaced.update(there)
            found.append((stretch, there[0]))
    whole: list[Utterance] = []
    at: list[int] = []
    for index, utterance in enumerate(fresh):
        at.append(len(whole))
        whole += pieces.get(index, [] if index in replaced else [utterance])
    numbered = tuple(replace(one, position=n) for n, one in enumerate(whole, start=1))
    return Recut(numbered, tuple(_placed(one, at[first]) for one, first in found))


def _placed(stretch: Stretch, first: int) -> Stretch:
    if stretch.reason is not None:
        return stretch
    return replace(stretch, new=tuple(range(first, first + len(stretch.made))))


def _stretches(read: Sequence[Extent], made: Sequence[Extent]) -> list[Stretch]:
    """Return where two divisions of one text differ, each stretch as short as can be."""
    same = set(read) & set(made)
    differing = sorted(
        (extent, side, index)
        for side, extents in enumerate((read, made))
        for index, extent in enumerate(extents)
        if extent not in same
    )
    found: list[tuple[list[int], list[int]]] = []
    last = -1
    for (start, end), side, index in differing:
        if start >= last:
            found.append(([], []))
        found[-1][side].append(index)
        last = max(last, end)
    return [Stretch(tuple(a), tuple(b)) for a, b in found if a and b]


def _there(
    stretch: Stretch, old: Old, fresh: Sequence[Utterance], matches: Sequence[Match]
) -> list[int]:
    """Return the indices of the new utterances that a stretch was read as; side by side."""
    there: list[int] = []
    for one in stretch.read:
        new, reason = matches[one].new, matches[one].reason
        if new is None or reason is not None:
            raise _DoubtError(reason)
        there.append(new)
    for (a, b), (one, other) in zip(
        itertools.pairwise(stretch.read), itertools.pairwise(there), strict=True
    ):
        between = fresh[one + 1 : other]
        if other <= one or any(x.codable or x.kind != UtteranceKind.NOTE for x in between):
            raise _DoubtError(_APART)
        who = fresh[one].speaker, fresh[other].speaker
        if who[0] != who[1] and who != (old.speakers[a], old.speakers[b]):
            raise _DoubtError(_SPEAKERS)
    return there


def _pieces(
    stretch: Stretch, old: Old, text: str, fresh: Sequence[Utterance], there: Sequence[int]
) -> list[Utterance]:
    """Return the utterances of a stretch cut and joined again."""
    pairs = [(old.read[one], fresh[new]) for one, new in zip(stretch.read, there, strict=True)]
    edges = _edges([old.made[one] for one in stretch.made], old.text, text, pairs)
    own = [new for _, new in pairs]
    notes = [one for one in fresh[there[0] : there[-1] + 1] if not one.codable]
    asides = sorted({*((x.start, x.end) for x in notes), *(y for x in own for y in x.asides)})
    made = []
    for start, end in edges:
        inside = tuple(one for one in asides if one[0] < end and start < one[1])
        if start >= end or any(a < start or end < b for a, b in inside):
            raise _DoubtError(_CHANGED)
        source = [one for one in own if one.start <= start][-1]
        label = source.label if start == source.start else None
        made.append(replace(source, start=start, end=end, label=label, asides=inside))
    return made


def _edges(
    made: Sequence[Extent], old: str, text: str, pairs: Sequence[tuple[Extent, Utterance]]
) -> list[Extent]:
    """Return where the pieces begin and end in the new text; ``pairs``: as read, then and now."""
    starts, ends = {}, {}
    for (first, last), now in pairs:
        starts[first], ends[last] = now.start, now.end
    for (_, end), (start, _) in itertools.pairwise(made):
        if end in ends and start in starts:
            continue
        for (first, last), now in pairs:
            if not first < end <= start < last:
                continue
            words, there = old[first:last], text[now.start : now.end]
            place = place_cut(words, (end - first, start - first), there)
            if place is not None:
                ends[end], starts[start] = now.start + place[0], now.start + place[1]
    if any(start not in starts or end not in ends for start, end in made):
        raise _DoubtError(_CHANGED)
    return [(starts[start], ends[end]) for start, end in made]


def compared(old: str, new: str, there: int) -> Match:
    """Return how an utterance made again in a new text is like the old one.

    Args:
        old: its words before.
        new: its words now.
        there: index of the new one.

    Example:
        >>> compared("The pay is low.", "It is.", 4).reason
        'the utterance reads too differently (38% alike)'
    """
    alike = fuzz.ratio(old, new) / 100
    reason = (
        None if alike >= CERTAIN else f"the utterance reads too differently ({alike:.0%} alike)"
    )
    return Match(there, alike, reason)


def place_cut(old: str, cut: Extent, new: str) -> Extent | None:
    """Return where a cut is in the new words of an utterance; None when there is a doubt.

    The words on both sides of it must occur once in the old words and once in the new ones: 40
    characters on either side, or where that fails 24, or 12.

    Args:
        old: the words of the utterance before.
        cut: where its first part ended and its second part began.
        new: the words of the utterance after.

    Example:
        >>> place_cut("The pay is low. I like it.", (15, 16), "Well, the pay is low. I like it.")
        (21, 22)
        >>> place_cut("The pay is low. I like it.", (15, 16), "The pay is high. We like it.")
    """
    if old == new:
        return cut
    for around in _AROUND:
        first = max(0, cut[0] - around)
        quote = old[first : cut[1] + around]
        if _times(quote, old) == _times(quote, new) == 1:
            shift = new.index(quote) - first
            return cut[0] + shift, cut[1] + shift
    return None


def _times(quote: str, words: str) -> int:
    return sum(words.startswith(quote, at) for at in range(len(words) - len(quote) + 1))
