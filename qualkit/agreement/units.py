"""From tidy frames to the few sums per document that every coefficient is made of.

A unit is an utterance. It counts for a code when at least two coders finished it while the code
was in the codebook. For such a unit ``m`` is the number of coders who finished it and ``j`` the
number of those who applied the code; a coder who finished it and applied nothing counts in ``m``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.errors import OptionError, UnknownNameError

__all__ = [
    "Counts",
    "Floats",
    "Ints",
    "Judgements",
    "Seen",
    "judge",
    "seen_in",
    "tally",
    "themes_of",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_CELLS_AT_ONCE = 400_000


@dataclass(frozen=True)
class Judgements:
    """Who finished what and who applied what, as whole numbers; each fact once.

    Attributes:
        documents, coders, codes: the names that the numbers stand for.
        unit_document: document of each unit, shape (units,).
        finished_unit, finished_coder: one entry per utterance that a coder finished.
        applied_unit, applied_coder, applied_code: one entry per code a coder gave an utterance.
        at_hand: False where a coder did not have a code in a document, shape (codes, documents,
            coders); None when everybody had every code.
    """

    documents: tuple[str, ...]
    coders: tuple[str, ...]
    codes: tuple[str, ...]
    unit_document: Ints
    finished_unit: Ints
    finished_coder: Ints
    applied_unit: Ints
    applied_coder: Ints
    applied_code: Ints
    at_hand: Bools | None = None


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

    def each(self, change: Callable[[Floats], Floats]) -> Counts:
        """Return the counts with ``change`` applied to every array."""
        return Counts(*(change(getattr(self, field.name)) for field in fields(self)))

    def total(self) -> Counts:
        """Return the sums over all documents; the last axis is codes."""
        return self.each(lambda array: np.asarray(array.sum(axis=-2)))

    def without_each(self) -> Counts:
        """Return the sums that are left when each document in turn is left out."""
        return self.each(lambda array: np.asarray(array.sum(axis=-2, keepdims=True) - array))


def themes_of(parents: Mapping[str, str | None]) -> dict[str, str]:
    """Return code -> the theme at the top of its branch.

    Raises:
        OptionError: a parent is not itself a code, or codes stand in a circle.

    Example:
        >>> themes_of({"Pay": None, "Low pay": "Pay"})
        {'Pay': 'Pay', 'Low pay': 'Pay'}
    """
    themes: dict[str, str] = {}
    for code in parents:
        top, steps = code, 0
        while (above := parents.get(top)) is not None:
            top, steps = above, steps + 1
            if above not in parents or steps > len(parents):
                raise OptionError(
                    f"the code {code!r} leads up to {above!r}, which is "
                    + ("below itself" if above in parents else "not a code"),
                    where="parents",
                    remedy="name every code once, with its parent or None",
                )
        themes[code] = top
    return themes


def judge(
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    *,
    parents: Mapping[str, str | None] | None = None,
    level: str = "code",
    coders: Sequence[str] | None = None,
    available: pd.DataFrame | None = None,
) -> Judgements:
    """Turn the frames into numbers; see :func:`qualkit.agreement.agreement` for the arguments.

    Raises:
        OptionError: a frame lacks a column, or a needed cell is empty.
        UnknownNameError: a coding has a code that ``parents`` does not name.
    """
    codings = _rows(codings, "codings", ("document", "position", "coder", "code"), coders)
    reviewed = _rows(reviewed, "reviewed", ("document", "position", "coder"), coders)
    both = pd.concat([codings, reviewed], ignore_index=True)
    document, documents = _numbered(both["document"])
    coder, names = _numbered(both["coder"])
    position = both["position"].to_numpy(np.int64)
    low, width = (int(position.min()), int(np.ptp(position)) + 1) if len(position) else (0, 1)
    keys, unit = np.unique(document * width + (position - low), return_inverse=True)
    code, codes = _codes(codings["code"], parents, level)
    people = max(len(names), 1)
    finished = unit.astype(np.int64) * people + coder
    applied = np.unique(finished[: len(codings)] * max(len(codes), 1) + code)
    finished = np.unique(finished)
    who, what = np.divmod(applied, max(len(codes), 1))
    judged = Judgements(
        documents, names, codes, keys // width, finished // people, finished % people,
        who // people, who % people, what,
    )  # fmt: skip
    return judged if available is None else _restrict(judged, available, parents, level)


def _rows(
    frame: pd.DataFrame, name: str, columns: tuple[str, ...], coders: Sequence[str] | None
) -> pd.DataFrame:
    """Return the named columns of the rows that count, checked."""
    there = ", ".join(map(str, frame.columns)) or "no columns"
    for column in columns:
        if column not in frame.columns:
            raise OptionError(
                f"the column {column!r} is missing", where=name, remedy=f"there is {there}"
            )
        if empty := int(frame[column].isna().sum()):
            raise OptionError(f"the column {column!r} has {empty} empty cells", where=name)
    rows = frame.loc[:, list(columns)]
    if coders is not None:
        rows = rows[rows["coder"].isin(list(coders))]
    numbers = pd.to_numeric(rows["position"], errors="coerce")
    if (numbers % 1 != 0).any():
        raise OptionError(
            "the column 'position' holds something that is no whole number", where=name
        )
    return rows.assign(position=numbers.astype(np.int64))


def _numbered(names: pd.Series) -> tuple[Ints, tuple[str, ...]]:
    """Return a number for each entry, and the sorted names the numbers stand for."""
    numbers, labels = pd.factorize(names, sort=True)
    return numbers.astype(np.int64), tuple(map(str, labels))


def _codes(
    used: pd.Series, parents: Mapping[str, str | None] | None, level: str
) -> tuple[Ints, tuple[str, ...]]:
    """Return the number of each coding's code, or of its theme, and the names in order."""
    if parents is None:
        return _numbered(used)
    themes = themes_of(parents)
    rolled = themes if level == "theme" else {code: code for code in parents}
    codes = tuple(dict.fromkeys(rolled.values()))
    place = {code: number for number, code in enumerate(codes)}
    number, labels = pd.factorize(used)
    if unknown := sorted(set(map(str, labels)) - set(parents)):
        raise UnknownNameError(
            f"the code {unknown[0]!r} is not in the codebook",
            where="codings",
            remedy="add it to parents, or leave its codings out",
        )
    target = np.array([place[rolled[str(label)]] for label in labels], dtype=np.int64)
    return target[number], codes


def _restrict(
    judged: Judgements,
    available: pd.DataFrame,
    parents: Mapping[str, str | None] | None,
    level: str,
) -> Judgements:
    """Return the judgements with the codes each coder had at hand in each document."""
    table = _rows(
        available.assign(position=0), "available", ("document", "coder", "code", "position"), None
    )
    known = table["code"].isin(list(judged.codes if parents is None else parents))
    table = table[known & table["coder"].isin(judged.coders)]
    table = table[table["document"].isin(judged.documents)]
    code, codes = _codes(table["code"], parents, level)
    code = np.array([judged.codes.index(name) for name in codes], dtype=np.int64)[code]
    document = pd.Index(judged.documents).get_indexer(pd.Index(table["document"]))
    coder = pd.Index(judged.coders).get_indexer(pd.Index(table["coder"]))
    at_hand = np.ones(
        (len(judged.codes), len(judged.documents), len(judged.coders)), dtype=np.bool_
    )
    at_hand[np.unique(code)] = False
    at_hand[code, document, coder] = True
    used = judged.unit_document[judged.applied_unit]
    at_hand[judged.applied_code, used, judged.applied_coder] = True
    return Judgements(**{**judged.__dict__, "at_hand": at_hand})


@dataclass(frozen=True)
class Seen:
    """What counts for at least one code.

    Attributes:
        units: how many units count.
        touched: how many of them carry at least one code.
        coders: True for each coder who shares a unit with another, shape (coders,).
    """

    units: int
    touched: int
    coders: Bools


def seen_in(judged: Judgements) -> Seen:
    """Return what counts for at least one code."""
    units = np.zeros(len(judged.unit_document), dtype=np.bool_)
    touched = np.zeros_like(units)
    coders = np.zeros(len(judged.coders), dtype=np.bool_)
    for codes, finished in _alike(judged):
        counts = np.bincount(judged.finished_unit[finished], minlength=len(units)) >= 2
        units |= counts
        touched[judged.applied_unit[np.isin(judged.applied_code, codes)]] = True
        coders[judged.finished_coder[finished & counts[judged.finished_unit]]] = True
    return Seen(int(units.sum()), int((units & touched).sum()), coders)


def tally(judged: Judgements) -> Iterator[tuple[Ints, Counts]]:
    """Yield the numbers of some codes and their counts, shape (documents, these codes).

    Together they cover every code once; so many codes come at a time as memory allows.
    """
    step = max(1, _CELLS_AT_ONCE // max(len(judged.documents), 1))
    for codes, finished in _alike(judged):
        for at in range(0, len(codes), step):
            some = codes[at : at + step]
            yield some, _tally_alike(judged, some, finished)


def _alike(judged: Judgements) -> Iterator[tuple[Ints, Bools]]:
    """Yield groups of codes that the same coders had at hand, and who then counts as finished."""
    if judged.at_hand is None or not judged.codes:
        every = np.ones(len(judged.finished_unit), dtype=np.bool_)
        yield np.arange(len(judged.codes), dtype=np.int64), every
        return
    patterns, group = np.unique(judged.at_hand, axis=0, return_inverse=True)
    document = judged.unit_document[judged.finished_unit]
    for number, pattern in enumerate(patterns):
        yield np.flatnonzero(group.ravel() == number), pattern[document, judged.finished_coder]


def _tally_alike(judged: Judgements, codes: Ints, finished: Bools) -> Counts:
    """Return the counts of codes for which the same coders count."""
    documents, people, width = len(judged.documents), len(judged.coders), len(codes)
    unit, coder = judged.finished_unit[finished], judged.finished_coder[finished]
    m = np.bincount(unit, minlength=len(judged.unit_document)).astype(np.float64)
    counts = m >= 2
    number = np.full(len(judged.codes), -1, dtype=np.int64)
    number[codes] = np.arange(width)
    kept = counts[judged.applied_unit] & (number[judged.applied_code] >= 0)
    a_unit, a_code = judged.applied_unit[kept], number[judged.applied_code[kept]]

    def by_document(values: Floats) -> Floats:
        sums = np.bincount(judged.unit_document, values, minlength=documents)
        return np.repeat(sums[:, None], width, axis=1)

    who = counts[unit]
    place = coder[who] * documents + judged.unit_document[unit[who]]
    values = np.bincount(place, minlength=people * documents).reshape(people, documents, 1)
    place = judged.applied_coder[kept] * documents + judged.unit_document[a_unit]
    applied = np.bincount(place * width + a_code, minlength=people * documents * width)
    return Counts(
        units=by_document(counts.astype(np.float64)),
        values=by_document(m * counts),
        pairs=by_document(m * (m - 1) * counts),
        coder_values=np.repeat(values, width, axis=2).astype(np.float64),
        coder_applied=applied.reshape(people, documents, width).astype(np.float64),
        **_sums_of_j(a_unit, a_code, m, judged.unit_document, (documents, width)),
    )


def _sums_of_j(
    unit: Ints, code: Ints, finished: Floats, unit_document: Ints, shape: tuple[int, int]
) -> dict[str, Floats]:
    """Return the sums of the terms in j, by the name they have in :class:`Counts`."""
    key, times = np.unique(unit * shape[1] + code, return_counts=True)
    unit, code = np.divmod(key, max(shape[1], 1))
    j, m = times.astype(np.float64), finished[unit]
    cell = unit_document[unit] * shape[1] + code
    split = j * (m - j) / (m - 1)
    terms = {
        "applied": j,
        "touched": np.ones_like(j),
        "split": split,
        "differing": 2 * split / m,
        "shares": j / m,
        "joint": j * (j - 1),
        "chances": j * (m - 1),
    }
    cells = shape[0] * shape[1]
    return {
        name: np.bincount(cell, term, minlength=cells).astype(np.float64).reshape(shape)
        for name, term in terms.items()
    }
