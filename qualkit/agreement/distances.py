"""How far two sets of codes lie apart, and the sums of that over all pairs of judgements.

The distances depend on the sizes of the two sets and of what they share alone. So the sum over all
pairs needs no table of sets by sets: count, for every subset T, how many sets of each size contain
it, and turn "share at least T" into "share exactly t" by inclusion and exclusion.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, special

from qualkit.agreement.bits import Words
from qualkit.agreement.counts import Floats, Ints, summed
from qualkit.errors import OptionError

__all__ = ["DISTANCES", "Distance", "Forms", "SetTable", "forms", "set_distance"]

Distance = Callable[[Floats, Floats, Floats], Floats]
"""From the sizes of two sets and of what they share to a number from 0 to 1."""

_LARGEST = 12  # codes in a set; of larger ones there are too many subsets
_PAIRS_AT_ONCE = 2_000_000


def _share(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0, part / np.maximum(whole, 1), 1.0)


def _jaccard(a: Floats, b: Floats, both: Floats) -> Floats:
    return 1 - _share(both, a + b - both)


def _dice(a: Floats, b: Floats, both: Floats) -> Floats:
    return 1 - _share(2 * both, a + b)


def _kind(a: Floats, b: Floats, both: Floats) -> Floats:
    """Return 1 for equal sets, 2/3 for a subset, 1/3 for an overlap, 0 for nothing in common.

    The empty set is a subset of every other.
    """
    kind = np.where(both == np.minimum(a, b), 2 / 3, np.where(both > 0, 1 / 3, 0.0))
    return np.where((both == a) & (both == b), 1.0, kind)


def _masi(a: Floats, b: Floats, both: Floats) -> Floats:
    return 1 - _share(both, a + b - both) * _kind(a, b, both)


def _passonneau(a: Floats, b: Floats, both: Floats) -> Floats:
    return 1 - _kind(a, b, both)


DISTANCES: dict[str, Distance] = {
    "jaccard": _jaccard,
    "masi": _masi,
    "dice": _dice,
    "passonneau2004": _passonneau,
}
"""Jaccard (1901); MASI (Passonneau 2006), 1 - J M with M = 1, 2/3, 1/3, 0; Dice (1945); Passonneau
(2004), 1 - M."""


def set_distance(a: Collection[Hashable], b: Collection[Hashable], name: str = "masi") -> float:
    """Return how far two sets of codes lie apart, from 0 (equal) to 1 (nothing in common).

    Two empty sets are equal.

    Raises:
        OptionError: there is no distance of this name.

    Example:
        >>> round(set_distance({"Pay", "Hours"}, {"Pay"}), 3)
        0.667
    """
    if name not in DISTANCES:
        raise OptionError(f"there is no distance {name!r}", remedy=f"one of {', '.join(DISTANCES)}")
    one, two = set(a), set(b)
    sizes = (np.array(float(len(s))) for s in (one, two, one & two))
    return float(DISTANCES[name](*sizes))


@dataclass(frozen=True)
class SetTable:
    """How often each distinct set of codes was given in each document.

    Attributes:
        masks: the sets, bit k of word k // 64 for code k; shape (sets, words).
        document, number, times: one entry for each set that a document has.
        documents: how many documents there are.
    """

    masks: Words
    document: Ints
    number: Ints
    times: Floats
    documents: int

    @property
    def sizes(self) -> Ints:
        """Number of codes in each set."""
        result: Ints = np.bitwise_count(self.masks).sum(axis=1, dtype=np.int64)
        return result


@dataclass(frozen=True)
class Forms:
    """Sums of distances over all pairs of judgements.

    Attributes:
        own: both judgements in the same document, shape (documents,).
        whole: one in this document, the other anywhere, shape (documents,).
        between: one in this document and one in that, shape (documents, documents); None when
            not asked for.
    """

    own: Floats
    whole: Floats
    between: Floats | None


def forms(table: SetTable, distance: Distance, *, between: bool = False, own: bool = True) -> Forms:
    """Return the sums of distances over all pairs of judgements, document by document.

    Args:
        table: the sets.
        distance: between two of them.
        between: give the sums for each document with each.
        own: give the sums within each document; otherwise they are 0.
    """
    largest = int(table.sizes.max(initial=0))
    if largest > _LARGEST:
        return _by_pairs(table, distance, between)
    grid = np.arange(largest + 1, dtype=np.float64)
    exact = distance(grid[:, None, None], grid[None, :, None], grid[None, None, :])
    total = summed(table.number, table.times, len(table.masks))
    inside, apart = np.zeros(table.documents), np.zeros(len(table.masks))
    square = np.zeros((table.documents, table.documents)) if between else None
    for size, taken in enumerate(_subsets(table)):
        signs = (-1.0) ** (size - grid[: size + 1]) * special.comb(size, grid[: size + 1])
        weight = (exact[:, :, : size + 1] @ signs)[size:, size:]
        apart += _to_everything(taken, table.sizes - size, total, weight)
        if not own and square is None:
            continue
        parts = _parts(table, taken, size)
        weighted = parts.holds @ weight
        products = np.einsum("rs,rs->r", parts.holds, weighted)
        inside += summed(parts.document, products, table.documents)
        if square is not None:
            square += _between(parts, weighted, table.documents)
    whole = summed(table.document, table.times * apart[table.number], table.documents)
    return Forms(inside, whole, square)


@dataclass(frozen=True)
class _Taken:
    """The subsets of one size of every set.

    Attributes:
        owner: the set that each is taken from, ascending.
        subset: its number; equal subsets have equal numbers.
    """

    owner: Ints
    subset: Ints


@dataclass(frozen=True)
class _Parts:
    """How many sets of each size contain each subset of some size.

    Attributes:
        document, subset: of each row.
        holds: how many sets of each size from that of the subset on, shape (rows, sizes).
    """

    document: Ints
    subset: Ints
    holds: Floats


def _subsets(table: SetTable) -> Iterator[_Taken]:
    """Yield the subsets of each size, from none up to the largest set.

    Subsets are numbered as they grow: a subset and the next larger code make one of the next size.
    """
    sizes = table.sizes
    members = _members(table.masks, sizes)
    owner = np.arange(len(sizes), dtype=np.int64)
    last = np.full(len(sizes), -1, dtype=np.int64)  # place of its last member in the set
    subset = np.zeros(len(sizes), dtype=np.int64)
    codes = table.masks.shape[1] * 64
    for _ in range(int(sizes.max(initial=0)) + 1):
        yield _Taken(owner, subset)
        many = sizes[owner] - last - 1
        grown = np.repeat(np.arange(len(owner)), many)
        last = last[grown] + 1 + _steps(many)
        owner = owner[grown]
        key = subset[grown] * codes + members[owner, last]
        subset = pd.factorize(key)[0].astype(np.int64)


def _steps(many: Ints) -> Ints:
    """Return 0, 1, 2 ... for the first, 0, 1 ... for the second, and so on."""
    return np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)


def _to_everything(taken: _Taken, sizes: Ints, total: Floats, weight: Floats) -> Floats:
    """Return what these subsets add to the distance of each set to all judgements."""
    width = len(weight)
    cells = taken.subset * width + sizes[taken.owner]
    many = int(taken.subset.max(initial=-1)) + 1
    holds = summed(cells, total[taken.owner], many * width).reshape(many, width)
    found = (holds @ weight).ravel()[cells]
    return summed(taken.owner, found, len(sizes))


def _members(masks: Words, sizes: Ints) -> Ints:
    """Return the codes in each set, ascending, shape (sets, largest size); the rest is 0."""
    octets = np.ascontiguousarray(masks).view(np.uint8)
    row, code = np.nonzero(np.unpackbits(octets, axis=1, bitorder="little"))
    result = np.zeros((len(sizes), max(int(sizes.max(initial=0)), 1)), dtype=np.int64)
    result[row, np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)] = code
    return result


def _parts(table: SetTable, taken: _Taken, size: int) -> _Parts:
    """Return how many sets of each document and size contain each of the subsets."""
    width = int(table.sizes.max(initial=0)) + 1 - size
    many = np.bincount(taken.owner, minlength=len(table.masks))
    start = np.cumsum(many) - many
    repeats = many[table.number]
    entry = np.repeat(np.arange(len(repeats)), repeats)
    number = table.number[entry]
    named = taken.subset[start[number] + _steps(repeats)]
    subsets = int(taken.subset.max(initial=0)) + 1
    place, keys = pd.factorize(table.document[entry] * subsets + named)
    cells = place * width + (table.sizes - size)[number]
    holds = summed(cells, table.times[entry], len(keys) * width)
    return _Parts(keys // subsets, keys % subsets, holds.reshape(-1, width))


def _between(parts: _Parts, weighted: Floats, documents: int) -> Floats:
    """Return what subsets of one size add for each document with each."""
    width = parts.holds.shape[1]
    column = parts.subset[:, None] * width + np.arange(width)
    where = (np.repeat(parts.document, width), column.ravel())
    shape = (documents, int(column.max(initial=-1)) + 1)
    left: Any = sparse.csr_array((parts.holds.ravel(), where), shape=shape)
    left.eliminate_zeros()
    right: Any = sparse.csr_array((weighted.ravel(), where), shape=shape)
    result: Floats = (left @ right.T).toarray()
    return result


def _by_pairs(table: SetTable, distance: Distance, between: bool) -> Forms:
    """Return the same by comparing every set with every other, some at a time."""
    shape = (table.documents, len(table.masks))
    given: Any = sparse.csr_array((table.times, (table.document, table.number)), shape=shape)
    sizes = table.sizes.astype(np.float64)
    total = np.asarray(given.sum(axis=0)).ravel()
    own, whole = np.zeros(table.documents), np.zeros(table.documents)
    square = np.zeros((table.documents, table.documents)) if between else None
    step = max(1, _PAIRS_AT_ONCE // max(len(sizes), 1))
    for first in range(0, len(sizes), step):
        some = slice(first, first + step)
        apart = distance(sizes[some, None], sizes[None, :], _shared(table.masks, some))
        mine = given[:, some]
        whole += mine @ (apart @ total)
        beside = given @ apart.T
        own += np.asarray(mine.multiply(beside).sum(axis=1)).ravel()
        if square is not None:
            square += mine @ beside.T
    return Forms(own, whole, square)


def _shared(masks: Words, some: slice) -> npt.NDArray[np.float64]:
    """Return how many codes each of some sets shares with every set."""
    both = np.zeros((len(masks[some]), len(masks)))
    for word in range(masks.shape[1]):
        both += np.bitwise_count(masks[some, word, None] & masks[None, :, word])
    return both
