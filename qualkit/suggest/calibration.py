"""From the score of a linear model to an honest probability.

A score ranks, but says nothing of how often it is right. So scores of utterances whose document
the model was not shown are laid beside what people coded, and one curve with four numbers, the
same for all codes, is drawn through them: a code with five codings cannot carry numbers of its own.
What a code's own codings then say beyond that curve moves it a little for that code, the more the
more there are (random effects: Gelman & Hill 2007, "Data analysis using regression", chapter 14).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "Calibration",
    "best_threshold",
    "calibrate",
    "log_odds",
    "sigmoid",
]

Matrix = npt.NDArray[np.float64]

_USUAL = (0.0, 0.8, 1.0, 1.3)  # base, share, straight, bent: what studies come to with much coding
_STIFFNESS = (1.0, 20.0, 1.0, 10.0)  # how much it takes to leave the usual curve
_HALF_TRUSTED = 4  # documents after which the study's own curve counts half
_LEAST_SLOPE = 0.05  # a slope below this would turn the ranking round
_STEPS = 40
_OWN_SPREAD = (0.3, 0.15)  # how far codes lie from the common curve: its height, its slope
_OWN_STEPS = 6
_CLOSE = 1e-7
_CELLS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Calibration:
    """log-odds = base + share x logit(s) + straight x score + bent x asinh(score / s).

    ``s`` is the share of utterances that have the code. The last term makes a score count by how
    far it rises above what is usual for the code, the third by its size. For each code the
    log-odds are then multiplied by its slope, and its height is added.

    Attributes:
        base, share, straight, bent: the four numbers, the same for all codes.
        heights, slopes: one number for each code; empty: 0 and 1 for all.
    """

    base: float
    share: float
    straight: float
    bent: float
    heights: tuple[float, ...] = ()
    slopes: tuple[float, ...] = ()

    def of(self, code: int) -> Calibration:
        """Return the curve of one code alone, by its number."""
        part = slice(code, code + 1)
        return replace(self, heights=self.heights[part], slopes=self.slopes[part])

    def log_odds(self, scores: npt.NDArray[Any], shares: npt.NDArray[Any]) -> Matrix:
        """Return the log-odds of each score, codes last; shares: one per code or per cell."""
        wide = np.asarray(scores, dtype=np.float64)
        found = self.base + self.share * log_odds(shares) + self.straight * wide
        found = np.asarray(found + self.bent * np.arcsinh(wide / shares), dtype=np.float64)
        if not self.heights:
            return found
        return np.asarray(found * self.slopes + self.heights, dtype=np.float64)

    def probabilities(self, scores: npt.NDArray[Any], shares: npt.NDArray[Any]) -> Matrix:
        """Return the probability that belongs to each score, utterances x codes."""
        return sigmoid(self.log_odds(scores, shares))


def sigmoid(log_odds: Matrix) -> Matrix:
    """Return the probability that belongs to log-odds.

    Example:
        >>> sigmoid(np.array([0.0, np.log(3)])).round(2).tolist()
        [0.5, 0.75]
    """
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -35, 35))), dtype=np.float64)


def log_odds(share: npt.NDArray[Any]) -> Matrix:
    """Return the log-odds of a probability between 0 and 1.

    Example:
        >>> log_odds(np.array([0.5])).tolist()
        [0.0]
    """
    return np.asarray(np.log(share) - np.log1p(-np.asarray(share)), dtype=np.float64)


def calibrate(
    scores: npt.NDArray[Any], shares: npt.NDArray[Any], labels: npt.NDArray[Any], documents: int
) -> Calibration:
    """Draw the curve through scores of utterances whose documents the model had not seen.

    Logistic regression with a normal prior about the usual curve (MAP, by Newton's method).
    Utterances of one document are not independent of each other, so the fewer documents there
    are, the less the coded utterances count beside the prior: with four documents half.

    Args:
        scores: utterances x codes, each worked out without its own document.
        shares: utterances x codes: the share of utterances with the code in the other documents.
        labels: utterances x codes; 1 where the code applies.
        documents: number of different documents.

    Example:
        >>> shares = np.full((1000, 1), 0.2)
        >>> scores = np.repeat([0.6, -0.1], [200, 800])[:, None]
        >>> labels = (np.arange(1000) < 150)[:, None].astype(int)
        >>> curve = calibrate(scores, shares, labels, documents=30)
        >>> curve.probabilities(scores[[0, -1]], shares[[0, -1]]).round(1).ravel().tolist()
        [0.7, 0.0]
    """
    usual = np.array(_USUAL)
    if not labels.size:
        return Calibration(*_USUAL)
    trust = documents / (documents + _HALF_TRUSTED)
    prior = np.diag(_STIFFNESS) / trust
    found = usual.copy()
    for _ in range(_STEPS):
        gradient, curvature = _slopes(found, scores, shares, labels)
        gradient -= prior @ (found - usual)
        step = np.linalg.solve(curvature + prior, gradient)
        longest = float(np.abs(step).max())
        found = found + step * min(1.0, 1.0 / longest if longest else 1.0)
        if longest < _CLOSE:
            break
    found[1:] = np.maximum(found[1:], _LEAST_SLOPE)
    common = Calibration(*found.tolist())
    heights, slopes = _own(common.log_odds(scores, shares), labels, trust)
    return replace(common, heights=tuple(heights.tolist()), slopes=tuple(slopes.tolist()))


def best_threshold(probabilities: npt.NDArray[Any]) -> float:
    """Return from which probability to offer codes for the best F1, if the probabilities are true.

    It is half of the F1 that can be expected (Lipton, Elkan & Naryanaswamy 2014, "Optimal
    thresholding of classifiers to maximize F1 measure", theorem 1).

    Args:
        probabilities: of all utterances and codes, in any shape.

    Example:
        >>> best_threshold(np.array([1.0, 1.0, 0.0]))
        0.5
    """
    ordered = -np.sort(-probabilities.ravel())
    if not ordered.size or ordered[0] <= 0:
        return 0.0
    offered = np.arange(1, len(ordered) + 1)
    expected = 2 * ordered.cumsum() / (offered + ordered.sum())
    return float(expected.max() / 2)


def _own(common: Matrix, labels: npt.NDArray[Any], trust: float) -> tuple[Matrix, Matrix]:
    """Return height and slope of each code beside the common log-odds (MAP, by Newton's method)."""
    stiff, steep = (1 / (spread**2 * trust) for spread in _OWN_SPREAD)
    heights, slopes = np.zeros(common.shape[1]), np.zeros(common.shape[1])
    for _ in range(_OWN_STEPS):
        chance = sigmoid(common * (1 + slopes) + heights)
        gap, spread = labels - chance, chance * (1 - chance)
        up, along = gap.sum(axis=0) - stiff * heights, (gap * common).sum(axis=0) - steep * slopes
        spread_along = spread * common
        first, mixed = spread.sum(axis=0) + stiff, spread_along.sum(axis=0)
        second = (spread_along * common).sum(axis=0) + steep
        size = first * second - mixed**2
        heights = np.clip(heights + (second * up - mixed * along) / size, -1.5, 1.5)
        slopes = np.clip(slopes + (first * along - mixed * up) / size, -0.6, 0.6)
    return heights, 1 + slopes


def _slopes(
    numbers: Matrix, scores: npt.NDArray[Any], shares: npt.NDArray[Any], labels: npt.NDArray[Any]
) -> tuple[Matrix, Matrix]:
    """Return gradient and curvature of the log-likelihood, summed over blocks of utterances."""
    gradient, curvature = np.zeros(4), np.zeros((4, 4))
    rows = max(1, _CELLS_AT_ONCE // max(1, scores.shape[1]))
    for first in range(0, len(scores), rows):
        part = slice(first, first + rows)
        share, score = shares[part].ravel().astype(np.float64), scores[part].ravel()
        terms = [np.ones(share.size), log_odds(share), score, np.arcsinh(score / share)]
        table = np.column_stack(terms)
        probability = sigmoid(table @ numbers)
        gradient += table.T @ (labels[part].ravel() - probability)
        spread = probability * (1 - probability)
        curvature += table.T @ (table * spread[:, None])
    return gradient, curvature
