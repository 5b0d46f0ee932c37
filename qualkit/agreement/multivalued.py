"""The disagreement that chance would give sets of codes, after Krippendorff & Craggs (2016).

Chance keeps how many codes a judgement has, and fills it with codes as often as they were given:
a pair of sets (A, B) weighs prod of n_l over A times prod of n_l over B, with n_l - 1 for a code
that stands in both. Listing all pairs of sets is hopeless for more than a few codes. But the sum
of the weights of all pairs with i, j and t codes in A, B and both is the coefficient of
x^i y^j z^t in prod over l of (1 + n_l x + n_l y + n_l (n_l - 1) x y z), as each code is in neither,
in one, in the other or in both; and their Dice distance, 1 - 2 t / (i + j), depends on i, j, t
alone.
"""

from __future__ import annotations

import numpy as np

from qualkit.agreement.coefficients import ratio
from qualkit.agreement.counts import Floats

__all__ = ["expected_disagreement"]

_CELLS_AT_ONCE = 2_000_000


def expected_disagreement(sizes: Floats, labels: Floats) -> Floats:
    """Return the expected Dice distance of two judgements.

    Args:
        sizes: how many judgements have 0, 1, 2 ... codes, shape (variants, largest size + 1).
        labels: how often each code was given, shape (variants, codes).

    Returns:
        Shape (variants,); NaN where nothing can be expected.

    Example:
        >>> sizes, labels = np.array([[1.0, 4, 2, 1]]), np.array([[3.0, 4, 4]])
        >>> expected_disagreement(sizes, labels).round(6).tolist()
        [0.648295]
    """
    step = max(1, _CELLS_AT_ONCE // sizes.shape[1] ** 3)
    parts = [
        _expected(sizes[at : at + step], labels[at : at + step])
        for at in range(0, len(sizes), step)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def _expected(sizes: Floats, labels: Floats) -> Floats:
    width = sizes.shape[1]
    weights = np.zeros((len(sizes), width, width, width))
    weights[:, 0, 0, 0] = 1
    scale = np.maximum(labels.max(axis=1, initial=0), 1)  # leaves all ratios as they are
    for given in labels.T:
        n = (given / scale)[:, None, None, None]
        both = n * ((given - 1) / scale)[:, None, None, None].clip(0)
        grown = weights.copy()
        grown[:, 1:] += n * weights[:, :-1]
        grown[:, :, 1:] += n * weights[:, :, :-1]
        grown[:, 1:, 1:, 1:] += both * weights[:, :-1, :-1, :-1]
        weights = grown
    at = np.arange(width, dtype=np.float64)
    total = at[:, None, None] + at[None, :, None]
    apart = np.where(total > 0, 1 - 2 * at / np.maximum(total, 1), 0.0).clip(0)
    below = weights.sum(axis=3)
    by_sizes = np.zeros_like(below)
    np.divide((weights * apart).sum(axis=3), below, out=by_sizes, where=below > 0)
    shares = ratio(sizes, sizes.sum(axis=1, keepdims=True))
    result: Floats = np.einsum("vi,vij,vj->v", shares, by_sizes, shares)
    return result
