"""Intervals that respect that utterances come in documents.

The jackknife leaves out one document at a time; the bootstrap draws documents with replacement.
Both are given as a way to vary the counts and a way to read an interval off the values that come
of it, so that every coefficient has them without knowing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import special

from qualkit.agreement.counts import Floats
from qualkit.errors import OptionError

__all__ = ["FEWEST_DOCUMENTS", "Bootstrap", "Interval", "Jackknife", "Variation", "jackknife"]

FEWEST_DOCUMENTS = 5
"""Below this number of documents no interval is given."""

_MOST_UNDEFINED = 0.05


@dataclass(frozen=True)
class Interval:
    """A 95 % interval per code.

    Attributes:
        low, high: its ends, NaN where there is none; shape (codes,).
        documents: how many documents it rests on.
        reason: why there is none, or None; shape (codes,), dtype object.
    """

    low: Floats
    high: Floats
    documents: Floats
    reason: list[str | None]


class Variation(Protocol):
    """A way to get an interval by counting other documents than there are."""

    def sums(self, array: Floats) -> Floats:
        """Return the sums over documents of each variant; the last axis but one is documents."""

    def interval(
        self, value: Floats, varied: Floats, counted: Floats, lowest: float = -1.0
    ) -> Interval:
        """Return the interval of ``value`` from its values in each variant."""


class Jackknife:
    """Leave out one document at a time."""

    def sums(self, array: Floats) -> Floats:
        """Return the sums that are left when each document in turn is left out."""
        return np.asarray(array.sum(axis=-2, keepdims=True) - array)

    def interval(
        self, value: Floats, varied: Floats, counted: Floats, lowest: float = -1.0
    ) -> Interval:
        """Return the jackknife interval; see :func:`jackknife`."""
        return jackknife(value, varied, counted, lowest)


class Bootstrap:
    """Draw as many documents as there are, with replacement, and do so many times.

    All codes are resampled together: the draws are one matrix of how often each document came up,
    and the sums of every draw its product with the sums of every document.

    Args:
        counted: how many units count in each document, shape (documents,); those with none are
            not drawn.
        resamples: how many times to draw.
        seed: equal seeds, equal draws.

    Raises:
        OptionError: fewer than two resamples.

    Attributes:
        weights: how often each document came up in each draw, shape (resamples, documents).
    """

    def __init__(self, counted: Floats, resamples: int = 1000, seed: int = 1) -> None:
        if resamples < 2:
            raise OptionError(
                f"{resamples} resamples are too few", where="resamples", remedy="draw 2 or more"
            )
        there = np.flatnonzero(counted > 0)
        self.weights = np.zeros((resamples, len(counted)))
        if len(there):
            random = np.random.default_rng(seed)
            drawn = there[random.integers(0, len(there), (resamples, len(there)), dtype=np.int32)]
            drawn += np.arange(resamples)[:, None] * len(counted)
            many = np.bincount(drawn.ravel(), minlength=self.weights.size)
            self.weights = many.reshape(self.weights.shape).astype(np.float64)

    def sums(self, array: Floats) -> Floats:
        """Return the sums of each draw."""
        return np.asarray(self.weights @ array)

    def interval(
        self, value: Floats, varied: Floats, counted: Floats, lowest: float = -1.0
    ) -> Interval:
        """Return value +- t(G - 1) standard deviations of the draws, cut at ``lowest`` and 1.

        The percentiles of the draws cover too little with few documents (at five, 82 of 100).
        """
        defined = np.isfinite(varied)
        broken = (~defined).mean(axis=0) > _MOST_UNDEFINED
        many = defined.sum(axis=0)
        kept = np.where(defined, varied, 0.0)
        mean = kept.sum(axis=0) / np.maximum(many, 1)
        spread = np.where(defined, varied - mean, 0.0)
        error = np.sqrt((spread**2).sum(axis=0) / np.maximum(many - 1, 1))
        lost = "no interval, as it is not defined in some of the resamples"
        return _interval(value, error, counted, (broken, lost), (lowest, 1.0))


def jackknife(
    value: Floats, left_out: Floats, counted: Floats, lowest: float = -1.0, highest: float = 1.0
) -> Interval:
    """Return the interval of ``value`` from its values with each document left out.

    se^2 = (G - 1) / G * sum of (value without g - their mean)^2 over the G documents that hold a
    unit; the interval is value +- t(G - 1) se, cut at both ends of the scale. Under ordinary
    differences between documents it covers the truth in 92 to 95 of 100 cases, where intervals
    that take utterances as independent cover it in fewer than half (``benchmarks/coverage.py``).

    Args:
        value: over all documents, shape (codes,).
        left_out: with each document left out, shape (documents, codes).
        counted: above zero where the document holds a unit, shape (documents, codes).
        lowest: the smallest value that the coefficient can take.
        highest: the largest.

    Example:
        >>> left_out = np.array([[0.4], [0.5], [0.5], [0.5], [0.6]])
        >>> found = jackknife(np.array([0.5]), left_out, np.ones((5, 1)))
        >>> found.low.round(3).tolist(), found.high.round(3).tolist()
        ([0.149], [0.851])
    """
    inside = counted > 0
    many = inside.sum(axis=0).astype(np.float64)
    usable = inside & np.isfinite(left_out)
    broken = np.any(inside & ~usable, axis=0)
    kept = np.where(usable, left_out, 0.0)
    mean = kept.sum(axis=0) / np.maximum(many, 1)
    spread = np.where(usable, left_out - mean, 0.0)
    error = np.sqrt((many - 1).clip(0) / np.maximum(many, 1) * (spread**2).sum(axis=0))
    lost = "no interval, as it is not defined without one of the documents"
    return _interval(value, error, counted, (broken, lost), (lowest, highest))


def _interval(
    value: Floats,
    error: Floats,
    counted: Floats,
    broken: tuple[Floats, str],
    ends: tuple[float, float],
) -> Interval:
    """Return value +- t se, or why there is none."""
    many = (counted > 0).sum(axis=0).astype(np.float64)
    defined = np.isfinite(value)
    reason: list[str | None] = [None] * len(value)
    few, still = many < FEWEST_DOCUMENTS, error < 1e-12
    for k in np.flatnonzero(defined & (few | broken[0] | still)).tolist():
        if few[k]:
            reason[k] = _too_few(int(many[k]))
        elif broken[0][k]:
            reason[k] = broken[1]
        else:
            reason[k] = "no interval, as it is the same whichever document is left out"
    good = defined & ~few & ~broken[0].astype(np.bool_) & ~still
    half = special.stdtrit(np.maximum(many - 1, 1), 0.975) * error
    return Interval(
        np.where(good, np.maximum(value - half, ends[0]), np.nan),
        np.where(good, np.minimum(value + half, ends[1]), np.nan),
        many,
        reason,
    )


def _too_few(documents: int) -> str:
    plural = "document" if documents == 1 else "documents"
    return f"no interval from {documents} {plural}, it takes {FEWEST_DOCUMENTS}"
