"""Shaffer's rho: could two coders have reached this kappa by luck of the sample?

Rho is the probability that a sample of codings shows a kappa as high as the one observed although
the kappa of all the material lies below a threshold. It is a simulation, it is about two coders,
and it **treats utterances as independent**, so it says too much for utterances of few interviews;
the interval of :func:`qualkit.agreement.agreement` is the better answer.

Source: Shaffer (2017), Quantitative Ethnography; Eagan et al. (2017), CSCL.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qualkit.agreement.coefficients import COEFFICIENTS, ratio
from qualkit.agreement.counts import Counts, Floats
from qualkit.errors import OptionError

__all__ = ["RHO", "rho_of_codes", "shaffer_rho"]

RHO = "shaffer_rho"
"""Name of rho among the coefficients of one code."""

_POPULATION = 10_000
_DRAWS = 20_000  # for a table; half of one divided by its root is the error
_LOWEST_KAPPA = 0.4
_LOWEST_PRECISION = 0.6


def shaffer_rho(
    kappa: float,
    base_rate: float,
    units: int,
    *,
    threshold: float = 0.65,
    replicates: int = 100_000,
    seed: int = 0,
) -> float:
    """Return the share of samples with at least this kappa, of material below the threshold.

    Every replicate imagines 10,000 utterances with this base rate on which two coders have a kappa
    anywhere from 0.4 to the threshold and a precision anywhere from 0.6 to 1, as far as the two
    can go together, and draws the sample from them.

    Args:
        kappa: Cohen's kappa of the sample.
        base_rate: how often the first coder gave the code, from 0 to 1.
        units: how many utterances the sample has.
        threshold: the kappa that has to be beaten.
        replicates: how many samples to draw; the error of the result is about half of one divided
            by its root.
        seed: equal seeds, equal draws.

    Raises:
        OptionError: the base rate is not between 0 and 1, or the sample is larger than 10,000, or
            the threshold not above 0.4.

    Example:
        >>> shaffer_rho(0.88, 0.2, 80, threshold=0.9) > 0.05
        True
    """
    if not (0 < base_rate < 1 and 1 <= units <= _POPULATION and threshold > _LOWEST_KAPPA):
        raise OptionError(
            "rho needs a base rate between 0 and 1, up to 10,000 utterances and a threshold "
            "above 0.4",
            where=f"base rate {base_rate:g}, {units} utterances, threshold {threshold:g}",
        )
    random = np.random.default_rng(seed)
    cells = _material(random, base_rate, threshold, replicates)
    both = random.hypergeometric(cells[0], _POPULATION - cells[0], units)
    left, rest = units - both, _POPULATION - cells[0]
    first = random.hypergeometric(cells[1], rest - cells[1], left)
    second = random.hypergeometric(cells[2], rest - cells[1] - cells[2], left - first)
    found = _kappa(both, first, second, units)
    return float((np.nan_to_num(found, nan=-1.0) >= kappa - 1e-12).mean())


def _material(
    random: np.random.Generator, base_rate: float, threshold: float, wanted: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return how many utterances both, only the first and only the second coder coded."""
    kappa = random.uniform(_LOWEST_KAPPA, threshold, wanted)
    # A recall above 1 is impossible, which sets the precision that goes with a kappa a lower end.
    least = (2 * base_rate + kappa * (1 - 2 * base_rate)) / (2 - kappa)
    precision = random.uniform(np.maximum(least, _LOWEST_PRECISION), 1.0)
    recall = kappa * precision / (2 * precision - 2 * base_rate - kappa * (1 - 2 * base_rate))
    first = round(base_rate * _POPULATION)
    both = np.minimum(np.rint(first * recall).astype(np.int64), first)
    second = np.rint(both / precision).astype(np.int64)
    return both, first - both, np.minimum(second - both, _POPULATION - first)


def _kappa(
    both: npt.NDArray[np.int64],
    first: npt.NDArray[np.int64],
    second: npt.NDArray[np.int64],
    units: int,
) -> Floats:
    """Return Cohen's kappa of each sample, NaN where nothing varies."""
    neither = units - both - first - second
    above = 2.0 * (both * neither - first * second)
    below = (both + first) * (first + neither) + (both + second) * (second + neither)
    return ratio(above, below.astype(np.float64))


def rho_of_codes(total: Counts) -> Floats:
    """Return rho of every code of two coders against a kappa of 0.65, NaN where it has none.

    The base rate is that of the first coder. Samples above 10,000 utterances have none.
    """
    kappa = COEFFICIENTS["cohen_kappa"].compute(total)
    base_rate = ratio(total.coder_applied[0], total.coder_values[0])
    able = np.isfinite(kappa) & (base_rate > 0) & (base_rate < 1) & (total.units <= _POPULATION)
    result = np.full(kappa.shape, np.nan)
    for code in np.flatnonzero(able).tolist():
        result[code] = shaffer_rho(
            float(kappa[code]), float(base_rate[code]), int(total.units[code]), replicates=_DRAWS
        )
    return result
