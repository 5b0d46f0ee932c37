"""Krippendorff's alpha for values that have an order or a size, from coincidences.

Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections C to E.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from qualkit.agreement.coefficients import ratio
from qualkit.agreement.counts import Floats, Ints, summed

__all__ = ["METRICS", "alpha_of_values", "coincidences"]

_Metric = Callable[[Floats, Floats], Floats]


def _nominal(values: Floats, margins: Floats) -> Floats:
    return np.broadcast_to(1 - np.eye(len(values)), (*margins.shape, len(values)))


def _ordinal(values: Floats, margins: Floats) -> Floats:
    """Return the squared number of judgements between two values, half of each end's counted."""
    below = np.cumsum(margins, axis=-1) - margins / 2
    apart: Floats = (below[..., :, None] - below[..., None, :]) ** 2
    return apart


def _interval(values: Floats, margins: Floats) -> Floats:
    apart = (values[:, None] - values[None, :]) ** 2
    return np.broadcast_to(apart, (*margins.shape, len(values)))


def _ratio(values: Floats, margins: Floats) -> Floats:
    total = np.abs(values[:, None] + values[None, :])
    apart = np.nan_to_num(ratio(np.abs(values[:, None] - values[None, :]), total)) ** 2
    return np.broadcast_to(apart, (*margins.shape, len(values)))


METRICS: dict[str, _Metric] = {
    "nominal": _nominal,
    "ordinal": _ordinal,
    "interval": _interval,
    "ratio": _ratio,
}
"""From the values and how often each was given to the squared difference between any two."""


def coincidences(given: Floats, document: Ints, documents: int) -> Floats:
    """Return how often two values met in a unit, each unit counting as often as it has values.

    Args:
        given: how many coders gave each unit each value, shape (units, values).
        document: of each unit.
        documents: how many there are.

    Returns:
        Shape (documents, values, values).
    """
    many = given.sum(axis=1)
    kept = many >= 2
    given, document, many = given[kept], document[kept], many[kept]
    weighted = given / (many - 1)[:, None]
    result = np.zeros((documents, given.shape[1], given.shape[1]))
    for one in range(given.shape[1]):
        for other in range(one + 1):
            pairs = weighted[:, one] * (given[:, other] - (one == other))
            sums = summed(document, pairs, documents)
            result[:, one, other] = result[:, other, one] = sums
    return result


def alpha_of_values(met: Floats, values: Floats, metric: str) -> Floats:
    """Return alpha, NaN where no two values differ.

    Args:
        met: coincidences, shape (..., values, values).
        values: ascending; what they are matters to "interval" and "ratio" alone.
        metric: one of :data:`METRICS`.

    Example:
        >>> met = coincidences(np.array([[2.0, 0], [1, 1], [0, 2]]), np.zeros(3, np.int64), 1)
        >>> alpha_of_values(met[0], np.array([0.0, 1.0]), "interval").round(3).item()
        0.444
    """
    margins = met.sum(axis=-1)
    apart = METRICS[metric](values, margins)
    expected = margins[..., :, None] * margins[..., None, :]
    observed_sum = (met * apart).sum(axis=(-2, -1))
    expected_sum = (expected * apart).sum(axis=(-2, -1))
    many = margins.sum(axis=-1)
    return 1 - ratio(observed_sum * (many - 1), expected_sum)
