"""From the margin of a linear model to an honest probability.

A model that weights rare codes up ranks well, but says 0.6 where 0.1 would be true. So each
model also judges documents that it was not shown, and one straight line in log-odds is laid
through what came out: one slope for all codes, one intercept for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Calibration", "calibrate", "expected_f1", "sigmoid"]

Matrix = npt.NDArray[np.float64]

_LEAST_SLOPE = 0.05  # a slope below this would turn the ranking round
_STEPS = 60
_CLOSE = 1e-7


@dataclass(frozen=True)
class Calibration:
    """log-odds = slope x margin + intercept of the code.

    Attributes:
        slope: one number for all codes; small when margins say little about new documents.
        intercepts: one number for each code.
    """

    slope: float
    intercepts: Matrix

    def probabilities(self, margins: Matrix) -> Matrix:
        """Return the probability that belongs to each margin, utterances x codes."""
        return sigmoid(self.slope * margins + self.intercepts)


def sigmoid(log_odds: Matrix) -> Matrix:
    """Return the probability that belongs to log-odds.

    Example:
        >>> sigmoid(np.array([0.0, np.log(3)])).round(2).tolist()
        [0.5, 0.75]
    """
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -35, 35))), dtype=np.float64)


def calibrate(margins: Matrix, labels: npt.NDArray[Any]) -> Calibration:
    """Lay the line through margins of utterances that the models had not seen.

    It is Platt's (1999, "Probabilistic outputs for support vector machines") logistic fit with
    his softened targets, which keep it finite for a code with few codings. The slope is shared,
    since a code with five codings cannot carry two numbers of its own.

    Args:
        margins: utterances x codes; NaN where no model could be learned without the utterance.
        labels: utterances x codes; 1 where the code applies.

    Returns:
        Slope and intercepts, found by Newton steps.

    Example:
        >>> labels = np.array([[0], [0], [1], [0], [1], [1]])
        >>> margins = np.array([[-2.0], [-1.0], [-0.5], [0.5], [1.0], [2.0]])
        >>> line = calibrate(margins, labels)
        >>> line.probabilities(np.array([[-1.0], [1.0]])).round(2).ravel().tolist()
        [0.35, 0.65]
    """
    known = ~np.isnan(margins)
    margin = np.where(known, margins, 0.0)
    target = _softened(labels, known)
    slope, intercepts = 1.0, _log_odds(labels.mean(axis=0), len(labels))
    for _ in range(_STEPS):
        probability = sigmoid(slope * margin + intercepts)
        rest = (target - probability) * known
        spread = probability * (1 - probability) * known
        own = spread.sum(axis=0) + 1e-9
        mixed = (spread * margin).sum(axis=0)
        up = rest.sum(axis=0)
        curve = float((spread * margin**2).sum() - (mixed**2 / own).sum()) + 1e-9
        turn = float((rest * margin).sum() - (mixed * up / own).sum()) / curve
        new = max(slope + float(np.clip(turn, -1, 1)), _LEAST_SLOPE)
        shift = np.clip((up - mixed * (new - slope)) / own, -2, 2)
        moved = max(abs(new - slope), float(np.abs(shift).max(initial=0)))
        slope, intercepts = new, intercepts + shift
        if moved < _CLOSE:
            break
    return Calibration(slope, intercepts)


def expected_f1(probabilities: Matrix) -> Matrix:
    """Return, for each code, the best F1 to expect if the probabilities are true.

    Offering everything above half of it is what maximises F1 (Lipton, Elkan & Naryanaswamy 2014,
    "Optimal thresholding of classifiers to maximize F1 measure", theorem 1).

    Args:
        probabilities: utterances x codes; NaN counts as 0.

    Example:
        >>> expected_f1(np.array([[1.0], [1.0], [0.0]])).tolist()
        [1.0]
    """
    if not len(probabilities):
        return np.zeros(probabilities.shape[1])
    ordered = -np.sort(-np.nan_to_num(probabilities), axis=0)
    offered = np.arange(1, len(ordered) + 1)[:, None]
    scores = 2 * ordered.cumsum(axis=0) / (offered + ordered.sum(axis=0))
    return np.asarray(scores.max(axis=0), dtype=np.float64)


def _softened(labels: npt.NDArray[Any], known: npt.NDArray[np.bool_]) -> Matrix:
    positive = ((labels == 1) & known).sum(axis=0)
    negative = known.sum(axis=0) - positive
    target = np.where(labels == 1, (positive + 1) / (positive + 2), 1 / (negative + 2))
    return np.asarray(target, dtype=np.float64)


def _log_odds(share: Matrix, total: int) -> Matrix:
    safe = np.clip(share, 0.5 / (total + 1), 1 - 0.5 / (total + 1))
    return np.asarray(np.log(safe / (1 - safe)), dtype=np.float64)
