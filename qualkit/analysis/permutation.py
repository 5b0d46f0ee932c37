"""Does a code differ between groups? The group labels are shuffled over the speakers.

Utterances of one speaker are alike, so a test that takes them as independent finds differences
everywhere: in simulations without any difference Pearson's chi-square did in 55 to 70 of 100
cases, this test in 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import sparse, special

from qualkit.analysis.material import Floats, Ints
from qualkit.analysis.shares import divide

__all__ = [
    "Counter",
    "Shuffled",
    "arrangements",
    "by_group",
    "by_group_in_documents",
    "not_tested",
    "shuffled_test",
]

EXACT_UP_TO = 10_000
"""So many different arrangements of the labels are all looked at instead of drawn."""

_CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Counter:
    """A way to count by group under many labellings at once.

    Attributes:
        sums: from labels, shape (P, speakers), to sums, shape (P, groups, rows + 1); the last row
            is the total.
        cells: how many numbers one labelling takes on the way.
    """

    sums: Callable[[Ints], Floats]
    cells: int


@dataclass(frozen=True)
class Shuffled:
    """The result of a permutation test.

    Attributes:
        p: one per row, NaN where there is nothing to test.
        smallest_p: the smallest p that these numbers of speakers can give.
        exact: every arrangement was looked at.
        arrangements: how many were looked at.
        within_speakers: the groups of each speaker were shuffled, not the speakers.
    """

    p: Floats
    smallest_p: float
    exact: bool
    arrangements: int
    within_speakers: bool = False


def not_tested(rows: int) -> Shuffled:
    """Return the result where there is nothing to shuffle."""
    return Shuffled(np.full(rows, np.nan), 1.0, True, 0)


def by_group(count: Floats, total: Floats, groups: int) -> Counter:
    """Return a counter of what speakers said, shape (speakers, rows), and said in all."""
    whole = np.column_stack([count, total])

    def sums(labels: Ints) -> Floats:
        member = labels[:, None, :] == np.arange(groups)[None, :, None]
        flat = member.reshape(len(labels) * groups, labels.shape[1]).astype(np.float64)
        return np.asarray(flat @ whole).reshape(len(labels), groups, whole.shape[1])

    return Counter(sums, groups * (whole.shape[0] + whole.shape[1]))


def by_group_in_documents(
    said: sparse.csr_array, speaker: Ints, document: Ints, groups: int
) -> Counter:
    """Return a counter of documents in which a group said it, each once whoever of them did.

    A document in which one speaker alone counts can be added up by speaker; only the others have
    to be put together anew under each labelling.

    Args:
        said: 1 where a speaker said it in a document, one line per speaker in a document.
        speaker: the speaker of each line.
        document: the document of each line.
        groups: how many groups there are.
    """
    alone = np.bincount(document)[document] == 1
    speakers = int(speaker.max(initial=-1)) + 1
    shape = (speakers, int(alone.sum()))
    mine = sparse.csr_array((np.ones(shape[1]), (speaker[alone], np.arange(shape[1]))), shape=shape)
    single = by_group(
        np.asarray((mine @ said[alone]).todense()), np.asarray(mine.sum(axis=1)), groups
    )
    joint = _by_group_together(said[~alone], speaker[~alone], document[~alone], groups)
    return Counter(
        lambda labels: single.sums(labels) + joint.sums(labels), single.cells + joint.cells
    )


def _by_group_together(
    said: sparse.csr_array, speaker: Ints, document: Ints, groups: int
) -> Counter:
    """Return the counter for documents with several speakers."""
    names, document = np.unique(document, return_inverse=True)
    documents, lines, rows = len(names), said.shape[0], said.shape[1] + 1
    whole = sparse.csr_array(sparse.hstack([said, sparse.csr_array(np.ones((lines, 1)))]))

    def sums(labels: Ints) -> Floats:
        many = len(labels)
        first = np.arange(many)[:, None] * groups + labels[:, speaker]
        place = (first * documents + document).ravel()
        shape = (many * groups * documents, lines)
        column = np.tile(np.arange(lines), many)
        member = sparse.csr_array((np.ones(len(place)), (place, column)), shape=shape)
        found = sparse.coo_array(member @ whole)
        cell = (found.row // max(documents, 1)).astype(np.int64) * rows + found.col
        there = np.bincount(cell[found.data > 0], minlength=many * groups * rows)
        return there.astype(np.float64).reshape(many, groups, rows)

    return Counter(sums, groups * (documents + rows) + 4 * whole.nnz)


def arrangements(sizes: list[int]) -> Ints:
    """Return every way to give labels to speakers, so many speakers per label.

    Example:
        >>> arrangements([2, 1]).tolist()
        [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    """
    rows = np.full((1, sum(sizes)), -1, dtype=np.int64)
    for label, size in enumerate(sizes):
        free = np.nonzero(rows < 0)[1].reshape(len(rows), -1)
        chosen = np.array(list(combinations(range(free.shape[1]), size)), dtype=np.int64)
        chosen = chosen.reshape(-1, size)
        places = free[:, chosen].reshape(-1, size)
        rows = np.repeat(rows, len(chosen), axis=0)
        np.put_along_axis(rows, places, label, axis=1)
    return rows


def _chi_square(sums: Floats) -> Floats:
    """Return Pearson's chi-square of each row against the groups, shape (P, rows)."""
    n, total = sums[..., :-1], sums[..., -1:]
    share = divide(n.sum(axis=1, keepdims=True), total.sum(axis=1, keepdims=True))
    expected = total * share
    parts = divide((n - expected) ** 2, expected * (1 - share))
    return np.asarray(np.nansum(parts, axis=1), dtype=np.float64)


def _batches(
    labels: Ints, groups: int, permutations: int | None, seed: int, cells: int
) -> Iterator[Ints]:
    """Yield labels, shape (P, speakers): all arrangements, or so many random ones."""
    step = max(1, _CELLS_AT_ONCE // max(cells, 1))
    if permutations is None:
        every = arrangements(np.bincount(labels, minlength=groups).tolist())
        yield from (every[at : at + step] for at in range(0, len(every), step))
        return
    random = np.random.default_rng(seed)
    for at in range(0, permutations, step):
        many = min(step, permutations - at)
        yield random.permuted(np.tile(labels, (many, 1)), axis=1)


def _batches_within(
    labels: Ints, person: Ints, permutations: int, seed: int, cells: int
) -> Iterator[Ints]:
    """Yield labels, shape (P, lines), those of each person shuffled among that person's lines."""
    step = max(1, _CELLS_AT_ONCE // max(cells, 1))
    random = np.random.default_rng(seed)
    order = np.argsort(person, kind="stable")
    for at in range(0, permutations, step):
        shape = (min(step, permutations - at), len(labels))
        mixed = np.argsort(person[order] + random.random(shape), axis=1)
        shuffled = np.empty(shape, dtype=np.int64)
        shuffled[:, order] = labels[order][mixed]
        yield shuffled


def shuffled_test(
    count: Counter,
    labels: Ints,
    groups: int,
    *,
    permutations: int,
    seed: int,
    person: Ints | None = None,
) -> Shuffled:
    """Return p for each row: how often shuffled labels differ at least as much as the real ones.

    Groups are compared by Pearson's chi-square of each row. When there are few arrangements all
    are looked at and p is exact; else p = (1 + as large) / (1 + permutations).

    Args:
        count: see :func:`by_group` and :func:`by_group_in_documents`.
        labels: the group of each line; a line is a speaker, or a speaker in one group.
        groups: how many groups there are.
        permutations: how many random arrangements to draw.
        seed: of the random numbers.
        person: the speaker of each line, to shuffle the labels of each speaker among that
            speaker's lines; None shuffles them over all lines.
    """
    observed = count.sums(labels[None, :])
    real = _chi_square(observed)[0]
    said, total = observed[0, :, :-1].sum(axis=0), observed[0, :, -1].sum()
    sizes = np.bincount(labels, minlength=groups)
    ways = special.gammaln(len(labels) + 1) - special.gammaln(sizes + 1).sum()
    alike = special.gammaln(np.unique(sizes, return_counts=True)[1] + 1).sum()
    if person is not None:  # every order of a person's different groups
        ways, alike = special.gammaln(np.bincount(person) + 1).sum(), 0.0
    smallest = float(np.exp(alike - ways))
    if groups < 2 or smallest > 1 - 1e-9:
        return not_tested(len(said))
    exact = bool(person is None and ways <= np.log(EXACT_UP_TO) + 1e-9)
    batches = (
        _batches(labels, groups, None if exact else permutations, seed, count.cells)
        if person is None
        else _batches_within(labels, person, permutations, seed, count.cells)
    )
    larger, looked_at = np.zeros(len(said)), 0
    for some in batches:
        larger += (_chi_square(count.sums(some)) >= real * (1 - 1e-9) - 1e-12).sum(axis=0)
        looked_at += len(some)
    p = larger / looked_at if exact else (larger + 1) / (looked_at + 1)
    p = np.where((said > 0) & (said < total), p, np.nan)
    smallest = smallest if exact else max(smallest, 1 / (looked_at + 1))
    return Shuffled(p, smallest, exact, looked_at, person is not None)
