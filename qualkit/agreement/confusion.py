"""Which codes are taken for each other: "A where the other said B"."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import sparse

from qualkit.agreement.reading import NOTHING, Floats, Ints, Readings, read_units
from qualkit.agreement.units import themes_of

__all__ = ["CONFUSION_COLUMNS", "confusion"]

CONFUSION_COLUMNS = (
    "code_a", "code_b", "coder_a", "coder_b", "n", "same", "share", "share_of_a", "share_of_b",
    "relation",
)  # fmt: skip
"""The columns of the table, in order; coder_a and coder_b stand there when it is directed."""


def confusion(  # noqa: PLR0913 - frames, and what to take of them
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    *,
    parents: Mapping[str, str | None] | None = None,
    level: str = "code",
    coders: Sequence[str] | None = None,
    versions: Mapping[int, Collection[str]] | None = None,
    directed: bool = False,
) -> pd.DataFrame:
    """Return how often one coder gave one code where another gave the other instead.

    It is counted over pairs of coders and the utterances that both have finished. In one of them
    a code A is taken for a code B when one coder gave A and not B and the other gave B and not A;
    what both gave does not count against them, so several codes on one utterance are no problem.
    The pseudo-code "(nothing)" stands for an utterance to which a coder gave no code at all:
    beside it stands what is overlooked rather than confused.

    With X1 and X2 the ones of two coders, Y1 = X1 - X1 o X2 is what only the first gave and Y2
    what only the second gave (o: cell by cell); the counts of all pairs of codes are Y1' Y2.

    Args:
        codings: as for :func:`~qualkit.agreement.reading.read_units`.
        reviewed: as for :func:`~qualkit.agreement.reading.read_units`.
        parents: as for :func:`~qualkit.agreement.reading.read_units`.
        level: as for :func:`~qualkit.agreement.reading.read_units`.
        coders: as for :func:`~qualkit.agreement.reading.read_units`.
        versions: as for :func:`~qualkit.agreement.reading.read_units`.
        directed: one row for each two coders and each order of the codes: ``coder_a`` gave
            ``code_a`` where ``coder_b`` gave ``code_b``. Without it all pairs of coders are added
            up and a pair of codes stands once.

    Returns:
        One row per pair of codes that was confused at least once, most often first. Columns code_a,
        code_b (str), with ``directed`` coder_a, coder_b (str), n (int64: pair of coders and
        utterance in which they were confused), same (int64: in which both gave A and neither B, or
        both B and neither A), share (float64: n / (n + same), how often the two were told apart
        wrongly when the question arose), share_of_a, share_of_b (float64: n of the pairs and
        utterances in which somebody gave A, or B; directed: in which that coder did), relation
        (object: "one above the other", "same theme", "different themes"; missing without
        ``parents`` and beside "(nothing)").

    Example:
        >>> rows = [("d", 1, "Pay", "Ana"), ("d", 1, "Fees", "Ben"), ("d", 2, "Pay", "Ana"),
        ...         ("d", 2, "Pay", "Ben")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code", "coder"])
        >>> confusion(codings, codings)[["code_a", "code_b", "n", "same", "share"]]
          code_a code_b  n  same  share
        0   Fees    Pay  1     1    0.5
    """
    found = read_units(
        codings, reviewed, parents=parents, level=level, coders=coders, versions=versions
    ).shared()
    size = len(found.codes) + 1
    empty = sparse.csr_array((0, size), dtype=np.float64)
    total, parts = _count(empty, empty), []
    for pair in combinations(range(len(found.coders)), 2):
        first, second = pair
        rows = np.flatnonzero(found.finished[:, first] & found.finished[:, second])
        sums = _count(*(_with_nothing(found, *ends, rows) for ends in (pair, pair[::-1])))
        total = total.plus(sums)
        parts.append(sums.rows().assign(coder_a=found.coders[first], coder_b=found.coders[second]))
    table = pd.concat(parts or [total.rows()]) if directed else total.either_way().rows()
    names = np.asarray([*found.codes, NOTHING], dtype=object)
    table["less"] = -table["n"]
    table = table.sort_values(["less", "code_a", "code_b"], kind="stable", ignore_index=True)
    columns = {one: names[table[one].to_numpy(np.int64)] for one in ("code_a", "code_b")}
    table = table.assign(**columns)
    table["relation"] = _relations(table, parents)
    if not directed:
        return table[[one for one in CONFUSION_COLUMNS if not one.startswith("coder_")]]
    return table.reindex(columns=list(CONFUSION_COLUMNS))


def _with_nothing(found: Readings, coder: int, other: int, rows: Ints) -> sparse.csr_array:
    """Return what a coder gave some units, with a last column where that was no code.

    What the other coder could not give, for want of the code, does not count as given.
    """
    given = sparse.csr_array(found.applied[coder][rows])
    none = sparse.csr_array((np.diff(given.indptr) == 0).astype(np.float64)[:, None])
    lacked = given * sparse.csr_array(found.lacking[other][rows])
    return sparse.csr_array(sparse.hstack([given - lacked, none]))


@dataclass(frozen=True)
class _Counts:
    """What two coders did with every pair of codes.

    Attributes:
        swapped: units in which the first gave A and not B, the second B and not A; (codes, codes).
        crossed: units in which both gave A and somebody gave B, (codes, codes).
        shared: units in which both gave a code, (codes,).
        with_a, with_b: units that count for the share of A, and of B, (codes,).
        anybody: units in which either gave a code, (codes,).
    """

    swapped: sparse.csr_array
    crossed: sparse.csr_array
    shared: Floats
    with_a: Floats
    with_b: Floats
    anybody: Floats

    def plus(self, other: _Counts) -> _Counts:
        """Return the sums of both."""
        return _Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def either_way(self) -> _Counts:
        """Return the counts without regard to who gave which, each pair of codes once."""
        swapped = sparse.csr_array(sparse.triu(self.swapped + self.swapped.T))
        return replace(self, swapped=swapped, with_a=self.anybody, with_b=self.anybody)

    def rows(self) -> pd.DataFrame:
        """Return one row per pair of codes that was confused; code_a and code_b are numbers."""
        found = sparse.coo_array(self.swapped)
        kept = found.data > 0
        a, b = (one[kept].astype(np.int64) for one in found.coords)
        n = found.data[kept]
        alike = self.shared[a] + self.shared[b]
        same = alike - _at(self.crossed, a, b) - _at(self.crossed, b, a)
        columns = {"code_a": a, "code_b": b, "n": n, "same": same, "share": n / (n + same)}
        columns |= {"share_of_a": n / self.with_a[a], "share_of_b": n / self.with_b[b]}
        return pd.DataFrame(columns).astype({"n": "int64", "same": "int64"})


def _count(first: sparse.csr_array, second: sparse.csr_array) -> _Counts:
    both = sparse.csr_array(first * second)
    either = sparse.csr_array(first + second - both)
    shared, mine, others, anybody = (
        np.asarray(one.sum(axis=0), dtype=np.float64).ravel()
        for one in (both, first, second, either)
    )
    swapped = sparse.csr_array((first - both).T @ (second - both))
    crossed = sparse.csr_array(both.T @ either)
    return _Counts(swapped, crossed, shared, mine, others, anybody)


def _at(matrix: sparse.csr_array, row: Ints, column: Ints) -> Floats:
    cells = matrix[row, column] if len(row) else ()
    return np.asarray(cells, dtype=np.float64).ravel()


def _relations(table: pd.DataFrame, parents: Mapping[str, str | None] | None) -> pd.Series:
    """Return how the two codes of each row stand to each other in the codebook."""
    if parents is None:
        return pd.Series(None, index=table.index, dtype=object)
    themes = themes_of(parents)
    above = {code: set(_line(code, parents)) for code in parents}

    def relation(a: str, b: str) -> str | None:
        if NOTHING in (a, b):
            return None
        if a in above[b] or b in above[a]:
            return "one above the other"
        return "same theme" if themes[a] == themes[b] else "different themes"

    pairs = zip(table["code_a"], table["code_b"], strict=True)
    return pd.Series([relation(a, b) for a, b in pairs], index=table.index, dtype=object)


def _line(code: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """Yield the codes above one."""
    above = parents[code]
    while above is not None:
        yield above
        above = parents[above]
