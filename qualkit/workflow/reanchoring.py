"""Where everything that hangs on a document belongs in a corrected text of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from qualkit.errors import OptionError
from qualkit.model import Document, UtteranceKind
from qualkit.model import Utterance as ReadUtterance
from qualkit.store.journal import Row
from qualkit.store.revisions import Doubt, Fate, Standing
from qualkit.text.anchors import Match, align, place_quote
from qualkit.text.handwork import Old, Recut, Stretch, compared, recut

__all__ = ["Plan", "plan", "words_of"]


@dataclass(frozen=True)
class Plan:
    """What a corrected text comes to.

    Attributes:
        standing: the document as it stands.
        read: the new reading.
        recut: the new reading with what was cut and joined by hand.
        matches: what became of each utterance.
        fates: what becomes of each coding and each decision.
    """

    standing: Standing
    read: Document
    recut: Recut
    matches: Sequence[Match]
    fates: Sequence[Fate]

    @property
    def kept(self) -> dict[int, int]:
        """Index of an old utterance -> index of the new one that is certainly the same."""
        return {
            index: match.new
            for index, match in enumerate(self.matches)
            if match.reason is None and match.new is not None
        }


def plan(standing: Standing, read: Document) -> Plan:
    """Return what becomes of a document, with all that hangs on it, in a corrected text.

    Raises:
        OptionError: the text is the same.
    """
    if read.sha256 == standing.document["sha256"]:
        raise OptionError(
            "the text is the same, there is nothing to correct", where=standing.document["name"]
        )
    old = [words_of(row, standing.text) for row in standing.utterances]
    made = _recut(standing, read)
    new = [one.text_in(read.text) for one in made.utterances]
    matches = _with_handwork(align(old, new), made.stretches, old, new)
    at = {row["id"]: index for index, row in enumerate(standing.utterances)}
    planner = _Planner(standing, read.text, made.utterances, matches, old)
    fates = [
        planner.fate(table, row, at[row["utterance_id"]])
        for table in ("codings", "adjudications")
        for row in standing.hanging[table]
    ]
    return Plan(standing, read, made, matches, fates)


def _recut(standing: Standing, read: Document) -> Recut:
    """Return the new reading, cut and joined again as it was by hand in the old one."""
    then = [(one.start, one.end) for one in standing.read]
    now = [(row["start"], row["end"]) for row in standing.utterances]
    if then == now:
        return Recut(read.utterances, ())
    old = Old(standing.text, then, [one.speaker for one in standing.read], now)
    words = [
        ReadUtterance(1, UtteranceKind.SPEECH, one.start, one.end, asides=one.asides)
        for one in standing.read
    ]
    new = [one.text_in(read.text) for one in read.utterances]
    matches = align([one.text_in(standing.text) for one in words], new)
    return recut(old, read.text, read.utterances, matches)


def _with_handwork(
    matches: Sequence[Match], stretches: Sequence[Stretch], old: Sequence[str], new: Sequence[str]
) -> list[Match]:
    """Return matches in which utterances made again by hand are those they were made of."""
    placed = {
        one: there
        for stretch in stretches
        for one, there in zip(stretch.made, stretch.new, strict=False)
    }
    taken = set(placed.values())
    found = []
    for index, match in enumerate(matches):
        there = placed.get(index)
        if there is not None:
            found.append(compared(old[index], new[there], there))
        elif match.reason is None and match.new in taken:
            found.append(Match(match.new, match.likeness, "another utterance stands there now"))
        else:
            found.append(match)
    return found


def words_of(row: Row, text: str) -> str:
    """Return the words of an utterance as stored."""
    asides = tuple((a, b) for a, b in json.loads(row["asides"] or "[]"))
    whole = ReadUtterance(1, row["kind"], row["start"], row["end"], asides=asides)
    return whole.text_in(text)


class _Planner:
    """Decides what becomes of one coding: a place, or a doubt with a reason."""

    def __init__(
        self,
        standing: Standing,
        text: str,
        new: Sequence[ReadUtterance],
        matches: Sequence[Match],
        words: Sequence[str],
    ) -> None:
        self.standing, self.text, self.new = standing, text, new
        self.matches, self.words = matches, words

    def fate(self, table: str, row: Row, index: int) -> Fate:
        match, quote = self.matches[index], self.words[index]
        span, reason = None, match.reason
        if row.get("start") is not None:
            quote = self.standing.text[row["start"] : row["end"]]
            if match.new is not None:
                span, doubt = self._span(row, index, match.new)
                reason = reason or doubt
        if reason is None:
            return Fate(table, row, match.new, span)
        doubt_ = Doubt(reason, quote, self.words[index], match.new, span)
        return Fate(table, row, doubt=doubt_)

    def _span(self, row: Row, index: int, new: int) -> tuple[tuple[int, int] | None, str | None]:
        was, now = self.standing.utterances[index], self.new[new]
        before = self.standing.text[was["start"] : was["end"]]
        after = self.text[now.start : now.end]
        first, last = row["start"] - was["start"], row["end"] - was["start"]
        offset, reason = place_quote(before, first, last, after)
        if offset is None:
            return None, reason
        return (now.start + offset, now.start + offset + last - first), reason
