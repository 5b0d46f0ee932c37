"""Agreement when every unit gets one of several categories: published examples are of this kind.

Codings of qualkit give an utterance any number of codes, so :func:`qualkit.agreement.agreement`
compares code by code. Where exactly one of several categories is given (a sentiment, a stage, a
scheme whose codes exclude each other), this is the comparison. Missing values enter as Gwet (2014)
lets them: observed agreement is the mean over units with two ratings or more, the shares of the
categories come from all rated units. Krippendorff's alpha has its own rule: units with one rating
do not exist for it.

The standard errors are Gwet's (2014), linearised: **they treat units as independent**, which
utterances of one interview are not.

Sources: Cohen (1960, 1968); Scott (1955); Fleiss (1971); Light (1971); Conger (1980); Brennan &
Prediger (1981); Krippendorff (2011); Gwet (2008, 2014); Fleiss, Cohen & Everitt (1969).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import special

from qualkit.agreement.coefficients import ratio
from qualkit.agreement.counts import Floats, Ints
from qualkit.errors import OptionError

__all__ = [
    "RATING_COEFFICIENTS",
    "Rated",
    "benchmark_probabilities",
    "cohen_error",
    "fleiss_error",
    "linearised",
    "numbered_ratings",
    "rate",
]


@dataclass(frozen=True)
class Rated:
    """A coefficient of categories.

    Attributes:
        value: NaN where it is not defined.
        error: its standard error, which treats units as independent; NaN where there is none.
        low, high: value +- t(units - 1) standard errors, cut at 1.
        p: of the hypothesis that there is no agreement beyond chance, two-sided.
        reason: why it is not defined, or None.
    """

    value: float
    error: float
    low: float
    high: float
    p: float
    reason: str | None


def numbered_ratings(
    ratings: Sequence[Sequence[Hashable | None]], categories: Sequence[Hashable] | None = None
) -> tuple[Ints, list[Hashable]]:
    """Return the ratings as numbers of their categories, -1 where one is missing.

    Example:
        >>> numbered_ratings([["b", None], ["a", "b"]])[0].tolist()
        [[1, -1], [0, 1]]
    """
    found = {value for row in ratings for value in row if value is not None}
    names = list(categories) if categories is not None else sorted(found, key=_sort_key)
    place = {name: at for at, name in enumerate(names)}
    numbers = [[-1 if value is None else place[value] for value in row] for row in ratings]
    return np.array(numbers, dtype=np.int64).reshape(len(ratings), -1), names


def _sort_key(value: Hashable) -> tuple[bool, float, str]:
    is_number = isinstance(value, (int, float))
    return (not is_number, float(value) if isinstance(value, (int, float)) else 0.0, str(value))


@dataclass(frozen=True)
class _Table:
    """How often each unit got each category, and the shares.

    Attributes:
        given: shape (units, categories); weighted: the same after the weights.
        many: ratings of each unit.
        own: whether each coder gave each unit each category, shape (coders, units, categories).
        weights: agreement between categories, shape (categories, categories).
    """

    given: Floats
    weighted: Floats
    many: Floats
    own: Floats
    weights: Floats


def _table(numbers: Ints, categories: int, weights: Floats) -> _Table:
    own = (numbers.T[:, :, None] == np.arange(categories)).astype(np.float64)
    rated = (numbers >= 0).any(axis=1)
    own = own[:, rated]
    given = own.sum(axis=0)
    return _Table(given, given @ weights.T, given.sum(axis=1), own, weights)


def _observed(table: _Table) -> Floats:
    """Return the agreement in each unit; 0 for those with one rating."""
    pairs = table.many * (table.many - 1)
    return np.nan_to_num(ratio((table.given * (table.weighted - 1)).sum(axis=1), pairs))


def _shares(table: _Table) -> tuple[Floats, Floats]:
    """Return the shares of the categories in each unit and over all."""
    by_unit = table.given / table.many[:, None]
    return by_unit, by_unit.mean(axis=0)


def _corrected(table: _Table, expected: float, by_unit: Floats) -> tuple[float, Floats]:
    """Return (pa - pe) / (1 - pe), and what each unit adds to it, the units' mean being it."""
    observed, several = _observed(table), table.many >= 2
    share = len(several) / several.sum()
    value = (observed.sum() / several.sum() - expected) / (1 - expected)
    parts = np.where(several, share * (observed - expected) / (1 - expected), 0.0)
    return value, parts - 2 * (1 - value) * (by_unit - expected) / (1 - expected)


def _fleiss(table: _Table) -> tuple[float, Floats]:
    by_unit, shares = _shares(table)
    expected = float(shares @ table.weights @ shares)
    middle = (table.weights + table.weights.T) @ shares / 2
    return _corrected(table, expected, by_unit @ middle)


def _ac(table: _Table) -> tuple[float, Floats]:
    by_unit, shares = _shares(table)
    categories = len(shares)
    factor = float(table.weights.sum()) / (categories * (categories - 1))
    expected = factor * float((shares * (1 - shares)).sum())
    return _corrected(table, expected, factor * (by_unit @ (1 - shares)))


def _brennan_prediger(table: _Table) -> tuple[float, Floats]:
    expected = float(table.weights.mean())
    return _corrected(table, expected, np.full(len(table.many), expected))


def _percent(table: _Table) -> tuple[float, Floats]:
    return _corrected(table, 0.0, np.zeros(len(table.many)))


def _conger(table: _Table) -> tuple[float, Floats]:
    rated = table.own.sum(axis=2)
    own = table.own[rated.sum(axis=1) > 0]
    rated = rated[rated.sum(axis=1) > 0]
    people = len(own)
    shares = ratio(own.sum(axis=1), rated.sum(axis=1)[:, None])
    others = (shares.sum(axis=0) - shares) @ table.weights.T
    pairs = people * (people - 1)
    expected = float((shares * others).sum()) / pairs
    scale = rated.shape[1] / rated.sum(axis=1)
    moved = (own - shares[:, None] * rated[:, :, None]) * scale[:, None, None]
    return _corrected(table, expected, expected + np.einsum("cuk,ck->u", moved, others) / pairs)


def _alpha(table: _Table) -> tuple[float, Floats]:
    several = table.many >= 2
    given, many = table.given[several], table.many[several]
    values, mean = many.sum(), many.mean()
    shares = given.sum(axis=0) / values
    agreed = ratio((given * (table.weighted[several] - 1)).sum(axis=1), mean * (many - 1))
    observed, small = float(agreed.mean()), 1 / values
    corrected = (1 - small) * observed + small
    expected = float(shares @ table.weights @ shares)
    value = (corrected - expected) / (1 - expected)
    # Gwet's error is that of alpha before its correction for small samples.
    plain = (observed - expected) / (1 - expected)
    excess = (many - mean) / mean
    middle = (table.weights + table.weights.T) @ shares / 2
    by_unit = given @ middle / mean - expected * excess
    parts = agreed - corrected * excess - 2 * (1 - plain) * (by_unit - expected)
    return value, value - plain + (parts - expected) / (1 - expected)


RATING_COEFFICIENTS: dict[str, Callable[[_Table], tuple[float, Floats]]] = {
    "alpha": _alpha,
    "kappa": _conger,
    "fleiss_kappa": _fleiss,
    "ac1": _ac,
    "brennan_prediger": _brennan_prediger,
    "percent": _percent,
}
"""Coefficients of categories: value, and what each unit adds to it."""


def linearised(
    numbers: Ints, categories: int, coefficient: str, weights: Floats | None = None
) -> Rated:
    """Return a coefficient with Gwet's standard error, from numbered ratings.

    Args:
        numbers: category of each rating, -1 where missing; shape (units, coders).
        categories: how many there are.
        coefficient: one of :data:`RATING_COEFFICIENTS`.
        weights: agreement between two categories, 1 for the same; shape (categories, categories).
    """
    weights = np.eye(categories) if weights is None else weights
    table = _table(numbers, categories, weights)
    if not (table.many >= 2).any():
        return _undefined("no unit has two ratings")
    varies = (table.given[table.many >= 2].sum(axis=0) > 0).sum() > 1
    if not varies and coefficient != "percent":
        return _undefined("every rating is the same category")
    number, parts = RATING_COEFFICIENTS[coefficient](table)
    value = float(number)
    units = len(parts)
    if units < 2:
        return Rated(value, np.nan, np.nan, np.nan, np.nan, None)
    error = float(np.sqrt(((parts - value) ** 2).sum() / (units * (units - 1))))
    half = float(special.stdtrit(units - 1, 0.975)) * error
    p = 2 * float(special.stdtr(units - 1, -abs(value) / error)) if error > 0 else np.nan
    return Rated(value, error, value - half, min(value + half, 1.0), p, None)


def _undefined(reason: str) -> Rated:
    return Rated(np.nan, np.nan, np.nan, np.nan, np.nan, reason)


def rate(
    ratings: Sequence[Sequence[Hashable | None]],
    coefficient: str = "alpha",
    *,
    weights: npt.ArrayLike | None = None,
    categories: Sequence[Hashable] | None = None,
) -> Rated:
    """Return how far coders agree who gave each unit one of several categories.

    Args:
        ratings: one row per unit, one entry per coder, None where a coder gave none.
        coefficient: "alpha", "kappa" (Cohen's for two coders, Conger's for more),
            "fleiss_kappa" (Scott's pi for two), "ac1" (AC2 with weights), "brennan_prediger",
            "percent", or "light_kappa" (mean of Cohen's over pairs of coders, without error).
        weights: agreement between two categories, 1 for the same, in the order of the categories.
        categories: all there are, in order; those that occur, sorted, when None.

    Raises:
        OptionError: there is no such coefficient, or the weights are not a square of this size.

    Example:
        >>> ratings = [["a", "a"], ["a", "b"], ["b", "b"], ["b", "b"]]
        >>> round(rate(ratings, "kappa").value, 3)
        0.5
    """
    numbers, names = numbered_ratings(ratings, categories)
    if coefficient == "light_kappa":
        pairs = list(combinations(numbers.T, 2))
        values = [linearised(np.stack(two, 1), len(names), "kappa").value for two in pairs]
        return Rated(float(np.mean(values)), np.nan, np.nan, np.nan, np.nan, None)
    if coefficient not in RATING_COEFFICIENTS:
        raise OptionError(
            f"there is no coefficient {coefficient!r}",
            remedy=f"one of light_kappa, {', '.join(RATING_COEFFICIENTS)}",
        )
    given = None if weights is None else np.asarray(weights, dtype=np.float64)
    if given is not None and given.shape != (len(names), len(names)):
        raise OptionError(
            f"the weights have the shape {given.shape}",
            where="weights",
            remedy=f"one row and column for each of {len(names)} categories",
        )
    return linearised(numbers, len(names), coefficient, given)


def cohen_error(table: npt.ArrayLike) -> float:
    """Return the large-sample standard error of Cohen's kappa (Fleiss, Cohen & Everitt 1969).

    Args:
        table: how often the first coder's category met the second's, as counts.

    Example:
        >>> round(cohen_error([[75, 1, 4], [5, 4, 1], [0, 0, 10]]), 4)
        0.0877
    """
    counts = np.asarray(table, dtype=np.float64)
    total = counts.sum()
    p = counts / total
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, expected = np.trace(p), rows @ columns
    kappa = (observed - expected) / (1 - expected)
    margins = rows[None, :] + columns[:, None]
    same = np.diag(p) * (1 - np.diag(margins) * (1 - kappa)) ** 2
    apart = (p * margins**2).sum() - (np.diag(p) * np.diag(margins) ** 2).sum()
    third = (kappa - expected * (1 - kappa)) ** 2
    variance = (same.sum() + (1 - kappa) ** 2 * apart - third) / ((1 - expected) ** 2 * total)
    return float(np.sqrt(variance))


def fleiss_error(counts: npt.ArrayLike) -> float:
    """Return Fleiss' own standard error of his kappa (Fleiss 1971, equation 16).

    Args:
        counts: how many coders gave each unit each category; the same number of coders for all.
    """
    given = np.asarray(counts, dtype=np.float64)
    units, people = len(given), given[0].sum()
    p = given.sum(axis=0) / given.sum()
    squares, cubes = (p**2).sum(), (p**3).sum()
    above = squares - (2 * people - 3) * squares**2 + 2 * (people - 2) * cubes
    return float(np.sqrt(2 / (units * people * (people - 1)) * above) / (1 - squares))


def benchmark_probabilities(
    value: float, error: float, bounds: Sequence[float] = (0.8, 0.6, 0.4, 0.2, 0.0)
) -> list[float]:
    """Return how probable it is that the coefficient reaches each benchmark (Gwet 2014, chapter 6).

    Args:
        value: the coefficient.
        error: its standard error.
        bounds: from the highest down; Landis & Koch (1977) by default.

    Returns:
        One probability for each bound, and 1 for the lowest of all.

    Example:
        >>> [round(one, 3) for one in benchmark_probabilities(0.775, 0.143)]
        [0.396, 0.883, 0.995, 1.0, 1.0, 1.0]
    """
    ends = np.array([1.0, *bounds, -1.0])
    below = special.ndtr((value - ends) / error)
    parts = (below[1:] - below[0]) / (below[-1] - below[0])
    return [float(one) for one in parts]
