"""Did agreement change? The difference between two rounds, codebook versions or codes.

Two intervals that overlap do not say that nothing changed, as both come from the same documents.
So the difference itself is jackknifed: each document is left out of both sides at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from qualkit.agreement.coefficients import COEFFICIENTS, OVERALL, Coefficient, ratio
from qualkit.agreement.counts import Counts, Floats, Judgements, seen_in, tally
from qualkit.agreement.frames import require
from qualkit.agreement.intervals import jackknife
from qualkit.agreement.rows import ALL_CODES, few, joined
from qualkit.agreement.table import chosen_coefficients
from qualkit.agreement.units import judge
from qualkit.errors import OptionError, UnknownNameError

__all__ = ["BETWEEN", "agreement_difference"]

BETWEEN = ("round", "codebook_version", "code")
"""What the two sides of a difference can be."""


@dataclass(frozen=True)
class _Side:
    """One side: counts by document, and whose they are."""

    counts: Counts
    coders: tuple[str, ...]


def agreement_difference(  # noqa: PLR0913 - those of agreement, and the two sides
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    first: str | int,
    second: str | int,
    *,
    between: str = "round",
    parents: Mapping[str, str | None] | None = None,
    coders: Sequence[str] | None = None,
    coefficients: Sequence[str] = ("alpha",),
    level: str = "code",
    versions: Mapping[int, Collection[str]] | None = None,
) -> pd.DataFrame:
    """Return how much agreement changed from the first side to the second, with an interval.

    Args:
        codings: as for :func:`qualkit.agreement.agreement`, with the column that ``between`` names.
        reviewed: likewise.
        first: a round, a version of the codebook, or a code.
        second: another.
        between: one of :data:`BETWEEN`.
        parents: as for agreement.
        coders: as for agreement.
        coefficients: names of coefficients of one code; over all codes come the overall ones.
        level: as for agreement.
        versions: as for agreement.

    Returns:
        Columns code, coefficient (str), first, second, difference (second less first), low, high
        (float64), n_first, n_second (units), documents (int64, of both sides), reason (object).
        Between codes there is one row per coefficient, and code says "A, B".

    Raises:
        OptionError: an option has a value it cannot take, or a column is missing.
        UnknownNameError: there is no such round, version or code.

    Example:
        >>> rows = [("d", 1, "x", "Ana", "1"), ("d", 1, "x", "Ben", "1"), ("d", 1, "x", "Ana", "2")]
        >>> columns = ["document", "position", "code", "coder", "round"]
        >>> codings = pd.DataFrame(rows, columns=columns)
        >>> seen = [("d", p, c, r) for p in (1, 2) for c in ("Ana", "Ben") for r in "12"]
        >>> reviewed = pd.DataFrame(seen, columns=["document", "position", "coder", "round"])
        >>> table = agreement_difference(codings, reviewed, "1", "2", coefficients=["percent"])
        >>> table.loc[0, ["first", "second", "difference"]].tolist()
        [1.0, 0.5, -0.5]
    """
    if between not in BETWEEN:
        raise OptionError(
            f"there is no difference between {between!r}", remedy=f"one of {', '.join(BETWEEN)}"
        )
    if parents is None:
        parents = dict.fromkeys(sorted(codings["code"].astype(str).unique()))
    frames = [(codings, reviewed)] * 2
    if between != "code":
        frames = [_part(codings, reviewed, between, one) for one in (first, second)]
    judged = [
        judge(*pair, parents=parents, level=level, coders=coders, versions=versions)
        for pair in frames
    ]
    documents = tuple(sorted({name for one in judged for name in one.documents}))
    sides = [_side(one, documents) for one in judged]
    if between == "code":
        places = [_place(judged[0].codes, str(one)) for one in (first, second)]
        names = [f"{first}, {second}"]
        sides = [_only(side, at) for side, at in zip(sides, places, strict=True)]
    else:
        names = list(judged[0].codes)
    rows = [_row(names, sides, pair) for pair in _pairs(coefficients, sides)]
    if between != "code":
        rows += [_overall_row(sides, name) for name in ("micro_alpha", "macro_alpha")]
    return pd.concat(rows, ignore_index=True)


def _part(
    codings: pd.DataFrame, reviewed: pd.DataFrame, column: str, wanted: str | int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of one round or version."""
    require(codings, "codings", (column,))
    require(reviewed, "reviewed", (column,))
    mine = [frame[frame[column].astype(str) == str(wanted)] for frame in (codings, reviewed)]
    if mine[1].empty and mine[0].empty:
        there = sorted(set(reviewed[column].astype(str)))
        raise UnknownNameError(
            f"nothing was looked at under the {column.replace('_', ' ')} {str(wanted)!r}",
            where=column,
            remedy=f"there is {', '.join(there)}" if there else None,
        )
    return mine[0], mine[1]


def _side(judged: Judgements, documents: tuple[str, ...]) -> _Side:
    """Return the counts of all codes, in documents that both sides share."""
    place = np.array([documents.index(name) for name in judged.documents], dtype=np.int64)
    seen = seen_in(judged)
    parts = [counts for _, counts in tally(judged)]

    def gathered(name: str) -> Floats:
        arrays = [getattr(part, name) for part in parts] or [np.zeros((len(place), 0))]
        array = np.concatenate(arrays, axis=-1)
        array = array[seen.coders] if name.startswith("coder_") and parts else array
        result: Floats = np.zeros((*array.shape[:-2], len(documents), array.shape[-1]))
        result[..., place, :] = array
        return result

    coders = tuple(name for name, some in zip(judged.coders, seen.coders, strict=True) if some)
    return _Side(Counts(*(gathered(one.name) for one in fields(Counts))), coders)


def _place(codes: tuple[str, ...], wanted: str) -> int:
    if wanted not in codes:
        raise UnknownNameError(
            f"there is no code {wanted!r}", where="code", remedy=f"one of {', '.join(codes[:8])}"
        )
    return codes.index(wanted)


def _only(side: _Side, code: int) -> _Side:
    return _Side(side.counts.each(lambda array: array[..., code : code + 1]), side.coders)


def _pairs(names: Sequence[str], sides: Sequence[_Side]) -> list[tuple[Coefficient, Coefficient]]:
    """Return each coefficient as it is for the coders of either side."""
    pairs = []
    for name in names:
        one, two = (chosen_coefficients([name], side.coders) for side in sides)
        if len(one) != 1 or len(two) != 1 or name == "prevalence":
            raise OptionError(
                f"there is no coefficient {name!r} of one code",
                where="coefficients",
                remedy=f"some of kappa, {', '.join(COEFFICIENTS)}",
            )
        pairs.append((one[0], two[0]))
    return pairs


def _row(
    names: list[str], sides: Sequence[_Side], pair: tuple[Coefficient, Coefficient]
) -> pd.DataFrame:
    """Return the rows of one coefficient, one per code."""
    values, left_out = [], []
    for side, one in zip(sides, pair, strict=True):
        is_defined = not one.two_coders or len(side.coders) == 2
        whole, varied = side.counts.total(), side.counts.without_each()
        values.append(one.compute(whole) if is_defined else np.full(len(names), np.nan))
        left_out.append(one.compute(varied) if is_defined else np.full(varied.units.shape, np.nan))
    units = [side.counts.units for side in sides]
    return _frame(names, pair[0].name, (values, left_out), units)


def _overall_row(sides: Sequence[_Side], name: str) -> pd.DataFrame:
    """Return the row of a coefficient over all codes."""
    parts = OVERALL[name].parts
    whole = [parts(side.counts.total()) for side in sides]
    values = [ratio(np.atleast_1d(above), np.atleast_1d(below)) for above, below in whole]
    left_out = [ratio(*parts(side.counts.without_each()))[:, None] for side in sides]
    units = [side.counts.units.max(axis=1, initial=0)[:, None] for side in sides]
    return _frame([ALL_CODES], name, (values, left_out), units)


def _frame(
    names: list[str],
    coefficient: str,
    found: tuple[list[Floats], list[Floats]],
    units: list[Floats],
) -> pd.DataFrame:
    """Return the rows of one coefficient, with the jackknife of the difference."""
    (first, second), (without_first, without_second) = found
    interval = jackknife(
        second - first, without_second - without_first, units[0] + units[1], -2.0, 2.0
    )
    many = [one.sum(axis=0) for one in units]
    reason = [
        joined(why, few(int(documents)))
        if np.isfinite(value)
        else "it is not defined on " + _sides_without(first[k], second[k])
        for k, (why, documents, value) in enumerate(
            zip(interval.reason, interval.documents, second - first, strict=True)
        )
    ]
    table = pd.DataFrame(
        {
            "code": names, "coefficient": coefficient, "first": first, "second": second,
            "difference": second - first, "low": interval.low, "high": interval.high,
            "n_first": many[0], "n_second": many[1], "documents": interval.documents,
        }
    )  # fmt: skip
    table = table.astype(dict.fromkeys(("n_first", "n_second", "documents"), "int64"))
    return table.assign(reason=pd.Series(reason, dtype=object))


def _sides_without(first: float, second: float) -> str:
    both = [np.isfinite(one) for one in (first, second)]
    if not any(both):
        return "either side"
    return "the second side" if both[0] else "the first side"
