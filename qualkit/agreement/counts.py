"""From judgements to the few sums per document that every coefficient is made of.

A unit is an utterance, or a piece of one when spans are compared. It counts for a code when at
least two coders finished it while the code was in the codebook. For such a unit ``m`` is the
number of coders who finished it and ``j`` the number of those who applied the code; a coder who
finished it and applied nothing counts in ``m``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt

from qualkit.agreement.bits import Words, planes_of, sums_by_document, to_bools
from qualkit.agreement.frames import Ints, Layout

__all__ = [
    "Bools",
    "Counts",
    "Floats",
    "Ints",
    "Judgements",
    "Seen",
    "seen_in",
    "summed",
    "tally",
]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_CELLS_AT_ONCE = 400_000
_WORDS_AT_ONCE = 250_000
_EVERY = np.uint64(2**64 - 1)


@dataclass(frozen=True)
class Judgements:
    """Who finished what and who applied what, each fact one bit.

    Attributes:
        documents, coders, codes: the names that the numbers stand for.
        layout: which bit stands for which utterance.
        finished: what each coder finished, under each version of the codebook; shape (versions,
            coders, words), one version where versions play no part.
        applied: who applied which code where; shape (codes, coders, words).
        holds: whether a version has a code, shape (codes, versions); None when all have all.
        at_hand: False where a coder did not have a code in a document, shape (codes, documents,
            coders); None when everybody had every code.
    """

    documents: tuple[str, ...]
    coders: tuple[str, ...]
    codes: tuple[str, ...]
    layout: Layout
    finished: Words
    applied: Words
    holds: Bools | None = None
    at_hand: Bools | None = None

    @cached_property
    def finished_by(self) -> Words:
        """What each coder finished under any version, shape (coders, words)."""
        result: Words = np.bitwise_or.reduce(self.finished, axis=0)
        return result

    def shared_slots(self) -> Ints:
        """Return the slots that two coders or more finished, ascending."""
        if not self.coders:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(to_bools(_shared(planes_of(list(self.finished_by)))))

    @property
    def is_restricted(self) -> bool:
        """Whether somebody lacked some code somewhere."""
        return bool(self.codes) and (self.holds is not None or self.at_hand is not None)

    def finished_for(self, codes: Ints) -> Words:
        """Return what counts as finished for these codes.

        Returns:
            Shape (codes, coders, words), or (1, coders, words) where it is the same for all.
        """
        if not self.is_restricted:
            return self.finished_by[None]
        result = np.repeat(self.finished_by[None], len(codes), axis=0)
        if self.holds is not None:
            for row, has in zip(result, self.holds[codes], strict=True):
                np.bitwise_or.reduce(self.finished[has], axis=0, out=row)
        if self.at_hand is not None:
            there = self.at_hand[codes][:, self.layout.word_documents()]
            result &= np.where(np.moveaxis(there, 2, 1), _EVERY, np.uint64(0))
        return result | self.applied[codes]


@dataclass(frozen=True)
class Counts:
    """Sums over units with two coders or more; the last two axes are documents and codes.

    Attributes:
        units: how many units.
        values: sum of m.
        pairs: sum of m (m - 1).
        applied: sum of j.
        touched: units with j >= 1.
        split: sum of j (m - j) / (m - 1).
        differing: sum of 2 j (m - j) / (m (m - 1)): the share of differing pairs in a unit.
        shares: sum of j / m.
        joint: sum of j (j - 1).
        chances: sum of j (m - 1).
        coder_values: finished units per coder; a first axis for the coders.
        coder_applied: units with the code per coder; a first axis for the coders.
    """

    units: Floats
    values: Floats
    pairs: Floats
    applied: Floats
    touched: Floats
    split: Floats
    differing: Floats
    shares: Floats
    joint: Floats
    chances: Floats
    coder_values: Floats
    coder_applied: Floats

    def each(
        self, change: Callable[[Floats], Floats], only: Collection[str] | None = None
    ) -> Counts:
        """Return the counts with ``change`` applied to every array.

        Args:
            change: what becomes of an array.
            only: names of the arrays that will be used; the others become NaN.
        """
        nothing: Floats = np.full((), np.nan)
        return Counts(
            *(
                change(getattr(self, one.name)) if only is None or one.name in only else nothing
                for one in fields(self)
            )
        )

    def total(self) -> Counts:
        """Return the sums over all documents; the last axis is codes."""
        return self.each(lambda array: np.asarray(array.sum(axis=-2)))

    def without_each(self) -> Counts:
        """Return the sums that are left when each document in turn is left out."""
        return self.each(lambda array: np.asarray(array.sum(axis=-2, keepdims=True) - array))


@dataclass(frozen=True)
class Seen:
    """What counts for at least one code.

    Attributes:
        units: how many units count.
        touched: how many of them carry at least one code.
        coders: True for each coder who shares a unit with another, shape (coders,).
        by_document: how many units count in each document, shape (documents,).
    """

    units: int
    touched: int
    coders: Bools
    by_document: Floats


def summed(number: Ints, what: Floats, many: int) -> Floats:
    """Return the sum of ``what`` for each number below ``many``."""
    return np.bincount(number, what, minlength=many).astype(np.float64)


def seen_in(judged: Judgements) -> Seen:
    """Return what counts for at least one code."""
    counted = np.zeros(judged.layout.words, dtype=np.uint64)
    touched = np.zeros_like(counted)
    coders = np.zeros(len(judged.coders), dtype=np.bool_)
    if not judged.coders:
        return Seen(0, 0, coders, np.zeros(len(judged.documents)))
    every: Iterable[Words] = judged.finished_by[None]
    if judged.is_restricted:
        every = (judged.finished_for(np.array([code]))[0] for code in range(len(judged.codes)))
    for code, finished in enumerate(every):
        shared = _shared(planes_of(list(finished)))
        counted |= shared
        coders |= np.any(finished & shared, axis=-1)
        if judged.is_restricted:
            touched |= np.bitwise_or.reduce(judged.applied[code], axis=0) & shared
    if not judged.is_restricted:
        touched = np.bitwise_or.reduce(judged.applied, axis=(0, 1)) & counted
    units, with_code = (
        sums_by_document(one, judged.layout.first_word) for one in (counted, touched)
    )
    return Seen(int(units.sum()), int(with_code.sum()), coders, units)


def _shared(planes: list[Words]) -> Words:
    """Return where two coders or more finished, from the digits of how many did."""
    return np.bitwise_or.reduce(planes[1:], axis=0) if planes[1:] else np.zeros_like(planes[0])


def tally(judged: Judgements) -> Iterator[tuple[Ints, Counts]]:
    """Yield the numbers of some codes and their counts, shape (documents, these codes).

    Together they cover every code once; so many codes come at a time as memory allows.
    """
    if not judged.coders:
        nothing = np.zeros((len(judged.documents), len(judged.codes)))
        every = (
            nothing[None][:0] if one.name.startswith("coder_") else nothing
            for one in fields(Counts)
        )
        yield np.arange(len(judged.codes), dtype=np.int64), Counts(*every)
        return
    documents, people = len(judged.documents), len(judged.coders)
    step = max(1, _CELLS_AT_ONCE // max(documents, 1))
    few = min(step, max(1, _WORDS_AT_ONCE // max(judged.layout.words * people, 1)))
    shared = None if judged.is_restricted else _groups(judged, judged.finished_by[None])
    for first in range(0, len(judged.codes), step):
        codes = np.arange(first, min(first + step, len(judged.codes)), dtype=np.int64)
        parts = [codes[at : at + few] for at in range(0, len(codes), few)]
        counts = [
            _count(
                judged.applied[part],
                shared or _groups(judged, judged.finished_for(part)),
                judged.layout,
            )
            for part in parts
        ]
        yield codes, counts[0] if len(counts) == 1 else _beside(counts)


def _beside(counts: list[Counts]) -> Counts:
    """Return the counts of some codes and then of others."""
    arrays = ([getattr(one, each.name) for one in counts] for each in fields(Counts))
    return Counts(*(np.concatenate(some, axis=-1) for some in arrays))


@dataclass(frozen=True)
class _Groups:
    """Units by the number of coders who finished them.

    Attributes:
        by_number: m -> where m coders finished, shape (codes or 1, words); from 2 on.
        units: m -> how many units, shape (codes or 1, documents).
        counted: where any of these is.
        coder_values: units per coder, shape (codes or 1, coders, documents).
    """

    by_number: dict[int, Words]
    units: dict[int, Floats]
    counted: Words
    coder_values: Floats


def _groups(judged: Judgements, finished: Words) -> _Groups:
    """Sort the units by how many coders finished them; ``finished`` as from ``finished_for``."""
    planes = planes_of(list(np.moveaxis(finished, 1, 0)))
    by_number: dict[int, Words] = {}
    for number in range(2, finished.shape[1] + 1):
        digits = [plane if number >> place & 1 else ~plane for place, plane in enumerate(planes)]
        where = np.bitwise_and.reduce(digits, axis=0)
        if where.any():
            by_number[number] = where
    counted = _shared(planes)
    first = judged.layout.first_word
    units = {number: sums_by_document(where, first) for number, where in by_number.items()}
    return _Groups(by_number, units, counted, sums_by_document(finished & counted[:, None], first))


def _count(applied: Words, groups: _Groups, layout: Layout) -> Counts:
    """Return the counts of some codes; ``applied`` has the shape (codes, coders, words)."""
    shape = (len(applied), len(layout.first_word))
    names = [one.name for one in fields(Counts)][:-2]
    sums = {name: np.zeros(shape) for name in names}
    planes = planes_of(list(np.moveaxis(applied, 1, 0)))
    for number, where in groups.by_number.items():
        for name, term in _terms(number, [plane & where for plane in planes], layout).items():
            sums[name] += term
        units = groups.units[number]
        sums["units"] += units
        sums["values"] += number * units
        sums["pairs"] += number * (number - 1) * units
    own = sums_by_document(applied & groups.counted[:, None], layout.first_word)
    people = (applied.shape[1], shape[1], shape[0])
    return Counts(
        **{name: np.ascontiguousarray(array.T) for name, array in sums.items()},
        coder_values=np.broadcast_to(groups.coder_values.transpose(1, 2, 0), people),
        coder_applied=np.ascontiguousarray(own.transpose(1, 2, 0)),
    )


def _terms(m: int, planes: list[Words], layout: Layout) -> dict[str, Floats]:
    """Return the sums of the terms in j where m coders finished, from the digits of j."""

    def count(words: Words) -> Floats:
        return sums_by_document(words, layout.first_word)

    times = [count(plane) for plane in planes]
    j: Floats = sum((2.0**at * one for at, one in enumerate(times)), np.zeros(()))
    squares: Floats = sum((4.0**at * one for at, one in enumerate(times)), np.zeros(()))
    for high in range(len(planes)):
        for low in range(high):
            squares = squares + 2.0 ** (high + low + 1) * count(planes[high] & planes[low])
    split = (m * j - squares) / (m - 1)
    return {
        "applied": j,
        "touched": count(np.bitwise_or.reduce(planes, axis=0)),
        "split": split,
        "differing": 2 * split / m,
        "shares": j / m,
        "joint": squares - j,
        "chances": j * (m - 1),
    }
