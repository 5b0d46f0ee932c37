"""What stands behind a coefficient: who finished and who gave what, utterance by utterance.

:func:`read_units` turns the tidy frames into matrices that the readers of agreement share
(by utterance, confusion, where, drift); :func:`by_utterance` sets them side by side for people.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from qualkit.agreement.units import themes_of
from qualkit.errors import OptionError, UnknownNameError

__all__ = ["NOTHING", "Readings", "alpha_of", "by_utterance", "joined", "read_units"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]

NOTHING = "(nothing)"
"""What is shown where a coder looked and applied no code."""

_PLACE = ["document", "position"]
_LEVELS = ("code", "theme")


@dataclass(frozen=True)
class Readings:
    """Who finished which utterance and what they gave it.

    Attributes:
        units: columns document, position; in the order of the documents and of the positions.
        coders, codes: their names.
        finished: whether a coder looked at an utterance, shape (units, coders).
        applied: for each coder a matrix of ones where a code was given, shape (units, codes).
        lacking: for each coder a matrix of ones where a unit was finished, but under versions of
            the codebook without this code: it is missing there and not absent. Same shape.
    """

    units: pd.DataFrame
    coders: tuple[str, ...]
    codes: tuple[str, ...]
    finished: Bools
    applied: tuple[sparse.csr_array, ...]
    lacking: tuple[sparse.csr_array, ...]

    @property
    def lookers(self) -> Floats:
        """How many coders finished each unit, m; shape (units,)."""
        return np.asarray(self.finished.sum(axis=1), dtype=np.float64)

    @property
    def givers(self) -> sparse.csr_array:
        """How many coders gave each unit each code, j; shape (units, codes)."""
        return self._added(self.applied)

    @property
    def lackers(self) -> sparse.csr_array:
        """How many coders finished each unit without having each code; shape (units, codes)."""
        return self._added(self.lacking)

    def _added(self, matrices: Sequence[sparse.csr_array]) -> sparse.csr_array:
        empty = sparse.csr_array((len(self.units), len(self.codes)), dtype=np.float64)
        return sparse.csr_array(sum(matrices, start=empty))

    def judges(self, row: Ints, column: Ints) -> Floats:
        """Return how many coders judged some units on some codes: m less those who lacked it."""
        if len(row) == 0:
            return np.zeros(0)
        return self.lookers[row] - np.asarray(self.lackers[row, column], dtype=np.float64).ravel()

    def shared(self) -> Readings:
        """Return the units that two coders or more have finished."""
        return self.take(np.flatnonzero(self.lookers >= 2).astype(np.int64))

    def take(self, rows: Ints) -> Readings:
        """Return some of the units, by number."""
        return Readings(
            self.units.iloc[rows].reset_index(drop=True),
            self.coders,
            self.codes,
            self.finished[rows],
            tuple(sparse.csr_array(one[rows]) for one in self.applied),
            tuple(sparse.csr_array(one[rows]) for one in self.lacking),
        )

    def differing(self) -> sparse.csr_array:
        """Return ones where some of those who finished a unit gave a code and others did not."""
        found = sparse.coo_array(self.givers)
        rows, columns = (one.astype(np.int64) for one in found.coords)
        apart = (found.data > 0) & (found.data < self.judges(rows, columns))
        place = (rows[apart], columns[apart])
        return sparse.csr_array((np.ones(int(apart.sum())), place), shape=found.shape)

    def sums(self, group: Ints, groups: int) -> tuple[Floats, Floats, Floats]:
        """Return the three sums that alpha is made of, over the units of each group.

        Returns:
            sum of j (m - j) / (m - 1), sum of j, and sum of m, all of shape (groups, codes); a
            unit with fewer than two coders who had a code counts in none of them.
        """
        found = sparse.coo_array(self.givers)
        row, column = (one.astype(np.int64) for one in found.coords)
        m = self.judges(row, column)
        kept = m >= 2
        row, column, m, j = row[kept], column[kept], m[kept], found.data[kept]
        cell, size = group[row] * len(self.codes) + column, groups * len(self.codes)
        split = np.bincount(cell, j * (m - j) / (m - 1), size)
        given = np.bincount(cell, j, size)
        every = self.lookers
        values = np.bincount(group, np.where(every >= 2, every, 0.0), groups)
        fewer = sparse.coo_array(self.lackers)
        row, column = (one.astype(np.int64) for one in fewer.coords)
        m = every[row] - fewer.data
        change = np.where(m >= 2, m, 0.0) - np.where(every[row] >= 2, every[row], 0.0)
        less = np.bincount(group[row] * len(self.codes) + column, change, size)
        shape = (groups, len(self.codes))
        sums = [one.astype(np.float64).reshape(shape) for one in (split, given, less)]
        return sums[0], sums[1], values.astype(np.float64)[:, None] + sums[2]


def alpha_of(split: Floats, given: Floats, values: Floats, *, together: bool = False) -> Floats:
    """Return Krippendorff's alpha from its three sums; NaN where nothing varies.

    alpha = 1 - (n - 1) o / (n0 n1), with o = sum of j (m - j) / (m - 1), n1 = sum of j, n = sum of
    m, n0 = n - n1 (Krippendorff 2011, nominal data with two values).

    Args:
        split: o; the last axis is codes.
        given: n1, the same shape.
        values: n; broadcast.
        together: one value over all codes (micro alpha): the sums of observed and of expected
            disagreement are divided; the last axis is gone then.

    Example:
        >>> split, given, values = np.array([5.0]), np.array([45.0]), np.array([200.0])
        >>> alpha_of(split, given, values).round(3).tolist()
        [0.857]
    """
    expected = np.zeros(np.broadcast_shapes(split.shape, values.shape))
    np.divide((values - given) * given, values - 1, out=expected, where=values > 1)
    above = split.sum(axis=-1) if together else split
    below = expected.sum(axis=-1) if together else expected
    result: Floats = np.full(np.shape(below), np.nan)
    np.divide(below - above, below, out=result, where=below > 1e-12)
    return result


def read_units(
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    *,
    parents: Mapping[str, str | None] | None = None,
    level: str = "code",
    coders: Sequence[str] | None = None,
    versions: Mapping[int, Collection[str]] | None = None,
) -> Readings:
    """Turn tidy frames into matrices, every fact once.

    Args:
        codings: columns document, position, code, coder. A coding whose utterance is not in
            ``reviewed`` counts as finished.
        reviewed: columns document, position, coder; its documents give the order.
        parents: code -> its parent or None, in the order of the codebook; None takes the codes of
            the codings, sorted.
        level: "code", or "theme": a theme is given where it or any code below it was.
        coders: whose; None takes everybody.
        versions: number of a version of the codebook -> the codes it has. Then both frames need
            the column codebook_version, and a code is missing, not absent, for a coder who
            finished an utterance under versions without it.

    Raises:
        OptionError: a column is missing, or there is no such level.
        UnknownNameError: a coding has a code that ``parents`` does not name.

    Example:
        >>> rows = [("d", 1, "Pay", "Ana"), ("d", 1, "Pay", "Ben"), ("d", 2, "Pay", "Ana")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code", "coder"])
        >>> found = read_units(codings, codings)
        >>> found.finished.tolist(), found.givers.toarray().ravel().tolist()
        ([[True, True], [True, False]], [2.0, 1.0])
    """
    more = [] if versions is None else ["codebook_version"]
    codings = _rows(codings, "codings", [*_PLACE, "code", "coder", *more], coders)
    reviewed = _rows(reviewed, "reviewed", [*_PLACE, "coder", *more], coders)
    both = pd.concat([reviewed, codings.drop(columns="code")], ignore_index=True)
    document, documents = pd.factorize(both["document"])
    position = both["position"].to_numpy(np.int64)
    low, width = (int(position.min()), int(np.ptp(position)) + 1) if len(both) else (0, 1)
    keys, unit = np.unique(document * width + (position - low), return_inverse=True)
    number, names = pd.factorize(both["coder"], sort=True)
    finished = np.zeros((len(keys), len(names)), dtype=np.bool_)
    finished[unit, number] = True
    code, codes = _codes(codings["code"], parents, level)
    row, who = unit[len(reviewed) :], number[len(reviewed) :]
    places = {"document": np.asarray(documents, dtype=object)[keys // width]}
    units = pd.DataFrame(places | {"position": keys % width + low})
    shape = (len(keys), len(codes))
    applied = tuple(_ones(row[who == one], code[who == one], shape) for one in range(len(names)))
    lacking = tuple(sparse.csr_array(shape, dtype=np.float64) for _ in names)
    if versions is not None:
        holds = _holds(versions, codes, parents, level)
        version = both["codebook_version"].to_numpy(np.int64)
        lacking = tuple(
            _lacking(unit[number == one], version[number == one], holds, applied[one])
            for one in range(len(names))
        )
    return Readings(units, tuple(map(str, names)), codes, finished, applied, lacking)


def _holds(
    versions: Mapping[int, Collection[str]],
    codes: Sequence[str],
    parents: Mapping[str, str | None] | None,
    level: str,
) -> pd.DataFrame:
    """Return which version has which code, or any code of which theme; rows are versions."""
    themes = themes_of(parents) if parents is not None and level == "theme" else {}
    held = {number: {themes.get(one, one) for one in some} for number, some in versions.items()}
    rows = [[code in some for code in codes] for some in held.values()]
    return pd.DataFrame(rows, index=list(held), columns=list(codes), dtype=bool)


def _lacking(
    unit: Ints, version: Ints, holds: pd.DataFrame, applied: sparse.csr_array
) -> sparse.csr_array:
    """Return ones where a coder finished a unit under no version that has the code."""
    place = holds.index.get_indexer(pd.Index(version))
    if (place < 0).any():
        number = int(version[place < 0][0])
        raise UnknownNameError(f"there is no version {number} of the codebook", where="versions")
    under = _ones(unit, place.astype(np.int64), (applied.shape[0], len(holds)))
    without = sparse.csr_array((~holds.to_numpy()).astype(np.float64))
    found = sparse.coo_array(under @ without)
    row, column = (one.astype(np.int64) for one in found.coords)
    never = found.data == np.asarray(under.sum(axis=1)).ravel()[row]
    lacked = _ones(row[never], column[never], (applied.shape[0], applied.shape[1]))
    return sparse.csr_array(lacked - lacked * applied)


def _rows(
    frame: pd.DataFrame, name: str, columns: list[str], coders: Sequence[str] | None
) -> pd.DataFrame:
    missing = [one for one in columns if one not in frame.columns]
    if missing:
        there = ", ".join(map(str, frame.columns))
        raise OptionError(
            f"the column '{missing[0]}' is missing", where=name, remedy=f"there is {there}"
        )
    rows = frame.loc[:, columns]
    return rows if coders is None else rows[rows["coder"].isin(list(coders))]


def _codes(
    used: pd.Series, parents: Mapping[str, str | None] | None, level: str
) -> tuple[Ints, tuple[str, ...]]:
    if level not in _LEVELS:
        raise OptionError(f"there is no level '{level}'", remedy=f"use {' or '.join(_LEVELS)}")
    if parents is None:
        numbers, labels = pd.factorize(used, sort=True)
        return numbers.astype(np.int64), tuple(map(str, labels))
    target = themes_of(parents) if level == "theme" else {code: code for code in parents}
    codes = tuple(dict.fromkeys(target.values()))
    place = {code: number for number, code in enumerate(codes)}
    numbers, labels = pd.factorize(used)
    if unknown := sorted(set(map(str, labels)) - set(parents)):
        raise UnknownNameError(f"the code '{unknown[0]}' is not in the codebook", where="codings")
    rolled = np.array([place[target[str(label)]] for label in labels], dtype=np.int64)
    return rolled[numbers], codes


def _ones(row: Ints, column: Ints, shape: tuple[int, int]) -> sparse.csr_array:
    cells = np.unique(row * max(shape[1], 1) + column)
    place = np.divmod(cells, max(shape[1], 1))
    return sparse.csr_array((np.ones(len(cells)), place), shape=shape)


def joined(words: Sequence[str] | Words, group: Ints, groups: int) -> Words:
    """Return the words of each group joined by "; ", in their order; None where there are none.

    Example:
        >>> joined(["a", "b", "c"], np.array([0, 2, 0]), 3).tolist()
        ['a; c', None, 'b']
    """
    result = np.full(groups, None, dtype=object)
    if len(words) == 0:
        return result
    order = np.argsort(group, kind="stable")
    found, start = np.unique(group[order], return_index=True)
    pieces = np.asarray([f"{word}; " for word in words], dtype=object)[order]
    whole = pd.Series(np.add.reduceat(pieces, start), dtype=object)
    result[found] = whole.str.slice(stop=-2).to_numpy()
    return result


def by_utterance(  # noqa: PLR0913 - frames and what to take of them
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    parents: Mapping[str, str | None] | None = None,
    level: str = "code",
    coders: Sequence[str] | None = None,
    versions: Mapping[int, Collection[str]] | None = None,
    only_disagreements: bool = False,
) -> pd.DataFrame:
    """Return who gave what, one row per utterance that two coders or more have finished.

    Args:
        codings: columns document, position, code, coder; certainty and memo are shown if there.
        reviewed: columns document, position, coder.
        utterances: columns document, position, speaker, text; in the order to show.
        parents: as for :func:`read_units`.
        level: as for :func:`read_units`.
        coders: as for :func:`read_units`.
        versions: as for :func:`read_units`.
        only_disagreements: leave out the utterances on which all gave the same.

    Returns:
        Columns document, position (int64), speaker, text (str), agreed (bool: all of them gave the
        same), differs_on (the codes that some gave and others did not; missing: none), one column
        per coder with the codes he or she gave ("(nothing)": looked and gave none; missing: not
        looked at), certainty ("Ana: Pay 2"), memos ("Ana: Pay: ..."). Several things in a cell are
        parted by "; ". A coder whose name is the name of another column is shown as "NAME
        (coder)".

    Example:
        >>> rows = [("d", 1, "Pay", "Ana"), ("d", 1, "Pay", "Ben"), ("d", 2, "Pay", "Ana")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code", "coder"])
        >>> seen = [("d", 1, "Ana"), ("d", 1, "Ben"), ("d", 2, "Ana"), ("d", 2, "Ben")]
        >>> reviewed = pd.DataFrame(seen, columns=["document", "position", "coder"])
        >>> spoken = reviewed[["document", "position"]].drop_duplicates()
        >>> spoken = spoken.assign(speaker="Ann", text=["Pay is low.", "And late."])
        >>> table = by_utterance(codings, reviewed, spoken, only_disagreements=True)
        >>> table[["position", "differs_on", "Ana", "Ben"]].to_dict("records")
        [{'position': 2, 'differs_on': 'Pay', 'Ana': 'Pay', 'Ben': '(nothing)'}]
    """
    found = read_units(
        codings, reviewed, parents=parents, level=level, coders=coders, versions=versions
    ).shared()
    apart = sparse.coo_array(found.differing())
    names = np.asarray(found.codes, dtype=object)
    row, column = apart.coords
    order = np.lexsort((column, row))
    columns: dict[str, Words | Bools] = {
        "agreed": np.bincount(row, minlength=len(found.units)) == 0,
        "differs_on": joined(names[column[order]], row[order].astype(np.int64), len(found.units)),
    }
    for number, coder in enumerate(found.coders):
        given = sparse.csr_array(found.applied[number])
        given.sort_indices()
        unit = np.repeat(np.arange(len(found.units)), np.diff(given.indptr)).astype(np.int64)
        cell = joined(names[given.indices], unit, len(found.units))
        looked = found.finished[:, number]
        cell[looked & (np.diff(given.indptr) == 0)] = NOTHING
        taken = {*_PLACE, "speaker", "text", "agreed", "differs_on", "certainty", "memos"}
        columns[f"{coder} (coder)" if coder in taken else coder] = cell
    table = found.units.assign(**columns)
    table = table.merge(_remarks(codings, coders), on=_PLACE, how="left")
    told = utterances[[*_PLACE, "speaker", "text"]].assign(order=range(len(utterances)))
    table = told.merge(table, on=_PLACE).sort_values("order", kind="stable").drop(columns="order")
    return (table[~table["agreed"]] if only_disagreements else table).reset_index(drop=True)


def _remarks(codings: pd.DataFrame, coders: Sequence[str] | None) -> pd.DataFrame:
    """Return per utterance how sure the coders were and what they noted."""
    rows = codings if coders is None else codings[codings["coder"].isin(list(coders))]
    parts = []
    for name, column, gap in (("certainty", "certainty", " "), ("memos", "memo", ": ")):
        noted = rows if column in rows.columns else rows.iloc[:0].assign(**{column: ""})
        some = noted[noted[column].notna()]
        said = some["coder"].astype(str) + ": " + some["code"].astype(str) + gap
        noun = some[column].map("{:g}".format if column == "certainty" else str)
        words = said.astype(object) + noun.astype(object)
        unit, places = pd.factorize(pd.MultiIndex.from_frame(some[_PLACE]))
        cells = joined(words.to_numpy(dtype=object), unit.astype(np.int64), len(places))
        part = pd.DataFrame(list(places), columns=_PLACE)
        parts.append(part.assign(**{name: cells}).astype({"position": "int64"}))
    return parts[0].merge(parts[1], on=_PLACE, how="outer")
