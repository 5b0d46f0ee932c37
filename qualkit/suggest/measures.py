"""How good suggestions are, as numbers: each with its value when any one document is left out.

Every function takes utterances x codes and which document each utterance is of, and works for all
codes at once. Leaving a document out means leaving it out of the judging; what had been learned
stays as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse, stats

__all__ = [
    "BINS",
    "FEWEST_DOCUMENTS",
    "FEW_DOCUMENTS",
    "Estimate",
    "Interval",
    "average_precision",
    "by_document",
    "calibration_error",
    "jackknife",
    "mean_of_codes",
    "ratio",
]

Matrix = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

BINS = 10
"""Equally wide classes of probability that the calibration error is taken over."""

FEWEST_DOCUMENTS = 5
"""Below this number of documents no interval is given."""

FEW_DOCUMENTS = 10
"""Below this number of documents an interval comes with a warning."""

_AT_ONCE = 4_000_000  # cells of documents x places that average precision holds at a time


@dataclass(frozen=True)
class Estimate:
    """A number for each code.

    Attributes:
        value: over all documents, shape (codes,); NaN where it is not defined.
        left_out: the same with each document left out, shape (documents, codes).
    """

    value: Matrix
    left_out: Matrix

    def minus(self, other: Estimate) -> Estimate:
        """Return by how much it exceeds another, on the same documents."""
        return Estimate(self.value - other.value, self.left_out - other.left_out)


@dataclass(frozen=True)
class Interval:
    """A 95 % interval for each code.

    Attributes:
        low, high: its ends, NaN where there is none; shape (codes,).
        reason: why there is none, or why not to lean on it, or None; one for each code.
    """

    low: Matrix
    high: Matrix
    reason: list[str | None]


def by_document(values: npt.NDArray[Any], document: Places, documents: int) -> Matrix:
    """Return sums over the utterances of each document: documents x codes.

    Example:
        >>> by_document(np.array([[1, 0], [1, 1], [0, 5]]), np.array([0, 0, 1]), 2).tolist()
        [[2.0, 1.0], [0.0, 5.0]]
    """
    rows = np.arange(len(document))
    member = sparse.csr_matrix((np.ones(len(rows)), (document, rows)), (documents, len(rows)))
    return np.asarray(member @ np.asarray(values, dtype=np.float64), dtype=np.float64)


def ratio(top: Matrix, bottom: Matrix) -> Estimate:
    """Return a ratio of sums: precision, recall, F1 and the Brier score all are one.

    Args:
        top: documents x codes, summed within documents.
        bottom: the same; where it sums to 0 the ratio is not defined.

    Example:
        >>> found = ratio(np.array([[1.0], [3.0]]), np.array([[2.0], [3.0]]))
        >>> found.value.tolist(), found.left_out.ravel().tolist()
        ([0.8], [1.0, 0.5])
    """
    whole, base = top.sum(axis=0), bottom.sum(axis=0)
    return Estimate(_divide(whole, base), _divide(whole - top, base - bottom))


def mean_of_codes(each: Estimate) -> Estimate:
    """Return the mean over the codes for which the number is defined, as one column.

    Example:
        >>> mean_of_codes(Estimate(np.array([0.2, 0.4, np.nan]), np.zeros((2, 3)))).value.round(2)
        array([0.3])
    """
    return Estimate(_mean(each.value[None]), _mean(each.left_out)[:, None])


def calibration_error(
    probabilities: Matrix, labels: npt.NDArray[Any], document: Places, documents: int
) -> tuple[Estimate, Estimate]:
    """Return the expected calibration error of each code, and of all of them pooled.

    It is the sum over ``BINS`` equally wide classes of probability of (share of the utterances in
    the class) x |share that has the code - mean probability| (Naeini, Cooper & Hauskrecht 2015,
    "Obtaining well calibrated probabilities using Bayesian binning").

    Args:
        probabilities: utterances x codes; NaN where there is none, which is not counted.
        labels: utterances x codes; 1 where the code was given.
        document: which document each utterance is of.
        documents: how many there are.

    Example:
        >>> p, y = np.array([[0.9], [0.9], [0.1], [0.1]]), np.array([[1], [0], [0], [0]])
        >>> calibration_error(p, y, np.zeros(4, dtype=int), 1)[0].value.round(2).tolist()
        [0.25]
    """
    known = ~np.isnan(probabilities)
    place = np.where(known, np.clip(np.nan_to_num(probabilities) * BINS, 0, BINS - 1), -1)
    miss = np.where(known, np.nan_to_num(probabilities) - labels, 0.0)
    codes = probabilities.shape[1]
    apart, apart_out = np.zeros(codes), np.zeros((documents, codes))
    pooled, pooled_out = np.zeros(1), np.zeros((documents, 1))
    for one in range(BINS):
        gap = by_document(miss * (place.astype(np.int8) == one), document, documents)
        apart += np.abs(gap.sum(axis=0))
        apart_out += np.abs(gap.sum(axis=0) - gap)
        both = gap.sum(axis=1, keepdims=True)
        pooled += np.abs(both.sum(axis=0))
        pooled_out += np.abs(both.sum(axis=0) - both)
    count = by_document(known, document, documents)
    total = count.sum(axis=1, keepdims=True)
    return (
        Estimate(_divide(apart, count.sum(0)), _divide(apart_out, count.sum(0) - count)),
        Estimate(_divide(pooled, total.sum(0)), _divide(pooled_out, total.sum(0) - total)),
    )


def average_precision(
    scores: Matrix, labels: npt.NDArray[Any], document: Places, documents: int
) -> Estimate:
    """Return the average precision of each code: sum over n of (R_n - R_(n-1)) P_n.

    P_n and R_n are precision and recall of everything that scores at least the n-th highest score;
    equal scores come together (as ``sklearn.metrics.average_precision_score`` has it).

    Args:
        scores: utterances x codes.
        labels: utterances x codes; 1 where the code was given. A code never given has none.
        document: which document each utterance is of.
        documents: how many there are.

    Example:
        >>> scores, labels = np.array([[0.1], [0.4], [0.35], [0.8]]), np.array([[0], [0], [1], [1]])
        >>> average_precision(scores, labels, np.zeros(4, dtype=int), 1).value.round(4).tolist()
        [0.8333]
    """
    codes = scores.shape[1]
    value, left_out = np.full(codes, np.nan), np.full((documents, codes), np.nan)
    for code in np.flatnonzero(labels.any(axis=0)):
        value[code], left_out[:, code] = _one(
            scores[:, code], labels[:, code] == 1, document, documents
        )
    return Estimate(value, left_out)


def jackknife(found: Estimate, documents: int, lowest: float = 0.0) -> Interval:
    """Return the interval of each value from its values with one document left out.

    se^2 = (G - 1) / G * sum over the G documents of (value without g - their mean)^2, and the
    interval is value +- t(G - 1) se, cut at ``lowest`` and 1 (Efron & Tibshirani 1993, "An
    introduction to the bootstrap", chapter 11, with whole documents as units).

    Args:
        found: the value and what it is without each document.
        documents: how many documents were judged.
        lowest: the smallest value it can take.

    Example:
        >>> left_out = np.array([[0.4], [0.5], [0.5], [0.5], [0.6]])
        >>> interval = jackknife(Estimate(np.array([0.5]), left_out), 5)
        >>> interval.low.round(3).tolist(), interval.high.round(3).tolist(), interval.reason
        ([0.149], [0.851], ['the interval rests on 5 documents only'])
    """
    is_there = np.isfinite(found.value)
    is_whole = np.atleast_1d(np.isfinite(found.left_out).all(axis=0))
    kept = np.where(np.isfinite(found.left_out), found.left_out, 0.0)
    spread = kept - kept.sum(axis=0) / max(documents, 1)
    error = np.sqrt(max(documents - 1, 0) / max(documents, 1) * (spread**2).sum(axis=0))
    good = is_there & is_whole & (error > 1e-12) & (documents >= FEWEST_DOCUMENTS)
    half = stats.t.ppf(0.975, max(documents - 1, 1)) * error
    reason = [
        _why(documents, bool(whole), float(size)) if there else None
        for there, whole, size in zip(is_there, is_whole, error, strict=True)
    ]
    return Interval(
        np.where(good, np.maximum(found.value - half, lowest), np.nan),
        np.where(good, np.minimum(found.value + half, 1.0), np.nan),
        reason,
    )


def _why(documents: int, is_whole: bool, error: float) -> str | None:
    if documents < FEWEST_DOCUMENTS:
        plural = "document" if documents == 1 else "documents"
        return f"no interval from {documents} {plural}, it takes {FEWEST_DOCUMENTS}"
    if not is_whole:
        return "no interval, as it is not defined without one of the documents"
    if error <= 1e-12:
        return "no interval, as it is the same whichever document is left out"
    if documents < FEW_DOCUMENTS:
        return f"the interval rests on {documents} documents only"
    return None


def _divide(top: Matrix, bottom: Matrix) -> Matrix:
    """Return top / bottom, NaN where bottom is 0."""
    shape = np.broadcast_shapes(top.shape, bottom.shape)
    out = np.full(shape, np.nan)
    np.divide(top, bottom, out=out, where=np.broadcast_to(bottom, shape) > 0)
    return out


def _mean(rows: Matrix) -> Matrix:
    known = np.isfinite(rows)
    return _divide(np.where(known, rows, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))


def _one(
    scores: Matrix, labels: npt.NDArray[np.bool_], document: Places, documents: int
) -> tuple[float, Matrix]:
    """Return the average precision of one code, and without each document.

    Precision is wanted only at the scores that some utterance with the code has: those are the
    steps, and every utterance counts from the first step at or below its own score on.
    """
    level, at = np.unique(-scores[labels], return_inverse=True)
    step = np.searchsorted(level, -scores)
    steps = len(level)
    given = np.bincount(at, minlength=steps).astype(np.float64)
    counted = step < steps
    reached = np.bincount(step[counted], minlength=steps).cumsum().astype(np.float64)
    value = float((given * given.cumsum() / reached).sum() / given.sum())
    left_out = np.full(documents, np.nan)
    block = max(1, _AT_ONCE // steps)
    for first in range(0, documents, block):
        size = min(block, documents - first)
        inside = counted & (document >= first) & (document < first + size)
        cell = (document[inside] - first) * steps + step[inside]
        mine = np.bincount(cell, minlength=size * steps).reshape(size, steps)
        own = np.bincount(cell[labels[inside]], minlength=size * steps).reshape(size, steps)
        rest = given - own
        precision = _divide(rest.cumsum(axis=1), reached - mine.cumsum(axis=1))
        gained = (rest * np.nan_to_num(precision)).sum(axis=1)
        left_out[first : first + size] = _divide(gained, rest.sum(axis=1))
    return value, left_out
