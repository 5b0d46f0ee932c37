"""Two codes in one unit: how often they meet, how often by chance, and whether that is more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse, special

from qualkit.analysis.material import Bools, Floats, Ints, Material, ancestors_of, incidence
from qualkit.analysis.pieces import Pieces
from qualkit.analysis.shares import divide

__all__ = ["Meetings", "count_meetings", "kinship", "measures", "rolled_up"]


@dataclass(frozen=True)
class Meetings:
    """How often codes stand in units and meet there; codes x codes where not said otherwise.

    Attributes:
        units: how many there are.
        holding: units with each code, shape (codes,).
        together: units in which two codes meet.
        chance: how many that would be if the two were spread over the units by chance.
        in_documents: documents in which they meet.
        excess: sum over documents of meetings above the chance in that document.
        squares: sum of the squares of those.
        tested: how many documents with two units or more stand behind the two sums.
        windows: whether a meeting needs one of the codes in the last line.
    """

    units: float
    holding: Floats
    together: Floats
    chance: Floats
    in_documents: Ints
    excess: Floats
    squares: Floats
    tested: int
    windows: bool

    def p_values(self) -> Floats:
        """Return p of a t test over documents; NaN where nothing varies or there is but one.

        D_g = meetings in document g less those by chance; t = mean / (sd / sqrt(G)), G - 1 df.
        """
        many = self.tested
        if many < 2:
            return np.full(self.together.shape, np.nan)
        spread = self.squares - self.excess**2 / many
        spread = np.where(spread > 1e-9 * np.maximum(self.squares, 1e-9), spread, 0.0)
        t = divide(self.excess, np.sqrt(spread / (many - 1) * many))
        return np.asarray(2 * special.stdtr(many - 1, -np.abs(t)))


def rolled_up(pieces: Pieces, up: sparse.csr_array) -> Pieces:
    """Return the units with every code counted for those above it, too."""
    holds = _ones(pieces.holds @ up)
    line = holds if pieces.line is pieces.holds else _ones(pieces.line @ up)
    return Pieces(holds, line, pieces.document, pieces.owner)


def _ones(matrix: sparse.csr_array) -> sparse.csr_array:
    found = sparse.csr_array(matrix)
    found.data[:] = 1.0
    return found


def kinship(
    material: Material, parents: Mapping[str, str | None] | None
) -> tuple[sparse.csr_array, Bools]:
    """Return codes x codes: 1 where a code counts for another, and True where two are not kin."""
    above = ancestors_of(parents) if parents is not None else {}
    place = {code: number for number, code in enumerate(material.codes)}
    many = len(material.codes)
    up = [(number, number) for number in range(many)]
    apart = np.ones((many, many), dtype=np.bool_)
    for code, line in above.items():
        for ancestor in line:
            apart[place[code], place[ancestor]] = apart[place[ancestor], place[code]] = False
        if line:
            up.append((place[code], place[line[-1]]))
    at = np.array(up, dtype=np.int64).reshape(-1, 2)
    return incidence(at[:, 0], at[:, 1], (many, many)), apart


def count_meetings(pieces: Pieces, *, test: bool = True) -> Meetings:
    """Return how often every two codes meet.

    With u the units whose line has a code and w those that hold it, two codes a and b meet in
    u_a w_b + u_b w_a - u_a u_b of N units by chance, over N; where the line is the whole unit,
    u = w and this is n_a n_b / N. Each document is compared with its own chance.
    """
    line, holds = pieces.line, pieces.holds
    windows = line is not holds
    units, codes = holds.shape
    u, w = (np.asarray(matrix.sum(axis=0), dtype=np.float64) for matrix in (line, holds))
    chance = _by_chance(u, w) / max(units, 1)
    none = np.zeros((codes, codes))
    if not test or not units:
        empty, whole = none.astype(np.int64), _dense(line.T @ holds)
        together = whole + whole.T - _dense(line.T @ line) if windows else whole
        return Meetings(units, w, together, chance, empty, none, none, 0, windows)
    _, document = np.unique(pieces.document, return_inverse=True)
    by_document = _ByDocument.of(line, holds, document.astype(np.int64))
    together = by_document.together()
    excess = together - by_document.chance()
    return Meetings(
        units,
        w,
        together,
        chance,
        by_document.in_documents(),
        excess,
        by_document.squares(),
        int((by_document.size >= 2).sum()),
        windows,
    )


def _dense(matrix: sparse.csr_array) -> Floats:
    return np.asarray(matrix.todense(), dtype=np.float64)


def _by_chance(u: Floats, w: Floats) -> Floats:
    """Return u_a w_b + u_b w_a - u_a u_b."""
    return np.asarray(np.outer(u, w) + np.outer(w, u) - np.outer(u, u), dtype=np.float64)


@dataclass(frozen=True)
class _ByDocument:
    """Counts in each document: ``u`` and ``w`` documents x codes; meetings one by one.

    Meetings are held where there are any: ``group`` the document, ``first`` and ``second`` the
    codes, ``met`` how often.
    """

    size: Floats
    u: Floats
    w: Floats
    group: Ints
    first: Ints
    second: Ints
    met: Floats

    @classmethod
    def of(cls, line: sparse.csr_array, holds: sparse.csr_array, document: Ints) -> _ByDocument:
        codes = holds.shape[1]
        size = np.bincount(document).astype(np.float64)
        lines = _apart(line, document, len(size))
        if line is holds:
            u = w = np.asarray(lines.sum(axis=0), dtype=np.float64).reshape(len(size), codes)
            met = sparse.coo_array(lines.T @ holds)
        else:
            whole = _apart(holds, document, len(size))
            u, w = (
                np.asarray(matrix.sum(axis=0), dtype=np.float64).reshape(len(size), codes)
                for matrix in (lines, whole)
            )
            one_way = sparse.csr_array(lines.T @ holds)
            other_way = sparse.csr_array(whole.T @ line)
            met = sparse.coo_array(one_way + other_way - lines.T @ line)
        group, first = np.divmod(met.row.astype(np.int64), codes)
        return cls(size, u, w, group, first, met.col.astype(np.int64), met.data)

    def _sum(self, values: Floats) -> Floats:
        codes = self.u.shape[1]
        sums = np.bincount(self.first * codes + self.second, values, minlength=codes * codes)
        return np.asarray(sums, dtype=np.float64).reshape(codes, codes)

    def together(self) -> Floats:
        """Return in how many units two codes meet, over all documents."""
        return self._sum(self.met)

    def in_documents(self) -> Ints:
        return self._sum((self.met > 0).astype(np.float64)).astype(np.int64)

    def chance(self) -> Floats:
        """Return the sum over documents of the meetings by chance."""
        u, w = self.u / np.sqrt(self.size)[:, None], self.w / np.sqrt(self.size)[:, None]
        one = u.T @ w
        return np.asarray(one + one.T - u.T @ u, dtype=np.float64)

    def squares(self) -> Floats:
        """Return the sum over documents of (met - chance) squared, without a cube of numbers."""
        first, second, group = self.first, self.second, self.group
        size = self.size[group]
        u_a, u_b, w_a, w_b = (
            self.u[group, first],
            self.u[group, second],
            self.w[group, first],
            self.w[group, second],
        )
        here = (u_a * w_b + u_b * w_a - u_a * u_b) / size
        u2, w2, uw = (
            product / self.size[:, None] for product in (self.u**2, self.w**2, self.u * self.w)
        )
        crossed, mixed = u2.T @ w2, u2.T @ uw
        of_chance = crossed + crossed.T + u2.T @ u2 + 2 * (uw.T @ uw) - 2 * (mixed + mixed.T)
        return self._sum(self.met * (self.met - 2 * here)) + of_chance


def _apart(matrix: sparse.csr_array, document: Ints, documents: int) -> sparse.csr_array:
    """Return units x (documents * codes): the codes of each document in columns of their own."""
    units, codes = matrix.shape
    kind = np.int32 if documents * codes < 2**31 else np.int64
    column = np.repeat((document * codes).astype(kind), np.diff(matrix.indptr))
    column += matrix.indices
    return sparse.csr_array((matrix.data, column, matrix.indptr), shape=(units, documents * codes))


def measures(found: Meetings, a: Ints, b: Ints) -> dict[str, Floats]:
    """Return both shares, jaccard, lift, npmi, phi and log_odds; NaN where not defined.

    For windows the last three are not: they need units that a code is either in or not in.
    """
    n_a, n_b, n_ab = found.holding[a], found.holding[b], found.together[a, b]
    lift = divide(n_ab, found.chance[a, b])
    no = np.full(len(a), np.nan)
    return {
        "share_a": divide(n_ab, n_a),
        "share_b": divide(n_ab, n_b),
        "jaccard": divide(n_ab, n_a + n_b - n_ab),
        "lift": lift,
        **(
            {"npmi": no, "phi": no, "log_odds": no}
            if found.windows
            else _of_four_cells(n_a, n_b, n_ab, found.units, lift)
        ),
    }


def _of_four_cells(
    n_a: Floats, n_b: Floats, n_ab: Floats, units: float, lift: Floats
) -> dict[str, Floats]:
    share = n_ab / max(units, 1)
    both_said = (n_a > 0) & (n_b > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.where(share > 0, np.log(lift) / -np.log(share), -1.0)
    neither = units - n_a - n_b + n_ab
    odds = (n_ab + 0.5) * (neither + 0.5) / ((n_a - n_ab + 0.5) * (n_b - n_ab + 0.5))
    spread = np.sqrt(n_a * (units - n_a)) * np.sqrt(n_b * (units - n_b))
    return {
        "npmi": np.where(both_said & (n_ab < units), npmi, np.nan),
        "phi": divide(n_ab * units - n_a * n_b, spread),
        "log_odds": np.where(both_said, np.log(odds), np.nan),
    }
