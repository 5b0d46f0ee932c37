"""Krippendorff's alpha for unitizing: agreement about where in a continuum the coded parts lie.

qualkit gives coders the units, utterances or the pieces of spans, so it does not need this for its
own tables. It is here for material whose coders marked stretches freely, and is the coefficient of
1995 and 2004, one category at a time; the family of 2016 is another.

Source: Krippendorff (2004), Measuring the Reliability of Qualitative Text Analysis Data, and
Content Analysis, 2nd edition, section 11.6.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qualkit.agreement.coefficients import ratio
from qualkit.agreement.counts import Floats
from qualkit.errors import OptionError

__all__ = ["unitizing_alpha"]


def unitizing_alpha(
    stretches: Sequence[Sequence[tuple[float, float]]], begin: float, length: float
) -> float:
    """Return alpha of one category, NaN when nobody used it.

    Args:
        stretches: for each coder the start and length of every stretch of the category.
        begin: where the continuum begins.
        length: how long it is, in the units in which it was measured.

    Raises:
        OptionError: stretches of one coder overlap or leave the continuum.

    Example:
        >>> round(unitizing_alpha([[(0, 5)], [(0, 5)]], 0, 20), 3)
        1.0
    """
    sections = [_sections(coder, begin, length) for coder in stretches]
    coders = len(sections)
    observed = sum(
        _apart(sections[one], sections[other])
        for one in range(coders)
        for other in range(coders)
        if one != other
    ) / (coders * (coders - 1) * length**2)
    units = np.concatenate([one[one[:, 2] > 0] for one in sections])
    gaps = np.concatenate([one[one[:, 2] == 0] for one in sections])
    long = units[:, 1]
    room = gaps[None, :, 1] - long[:, None]
    fitting = np.where(room >= 0, room + 1, 0).sum(axis=1)
    among = (len(units) - 1) / 3 * (2 * long**3 - 3 * long**2 + long)
    above = 2 / length * (among + long**2 * fitting).sum()
    below = coders * length * (coders * length - 1) - (long * (long - 1)).sum()
    expected = ratio(np.array(above), np.array(below))
    return float(1 - ratio(np.array(observed), expected))


def _sections(stretches: Sequence[tuple[float, float]], begin: float, length: float) -> Floats:
    """Return start, length and 1 for stretches or 0 for the gaps between them, in order."""
    rows: list[tuple[float, float, float]] = []
    at = begin
    for start, long in sorted(stretches):
        if start < at or long <= 0 or start + long > begin + length:
            raise OptionError(
                f"the stretch from {start} over {long} overlaps another or leaves the continuum",
                where="stretches",
            )
        if start > at:
            rows.append((at, start - at, 0.0))
        rows.append((start, long, 1.0))
        at = start + long
    if at < begin + length:
        rows.append((at, begin + length - at, 0.0))
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _apart(one: Floats, other: Floats) -> float:
    """Return the squared differences between two coders' sections, summed."""
    start, long, coded = (one[:, None, part] for part in range(3))
    start_b, long_b, coded_b = (other[None, :, part] for part in range(3))
    shift = start - start_b
    both = (coded * coded_b > 0) & (shift > -long) & (shift < long_b)
    apart = np.where(both, shift**2 + (shift + long - long_b) ** 2, 0.0)
    inside_b = (coded > 0) & (coded_b == 0) & (shift >= 0) & (long_b - long >= shift)
    inside = (coded == 0) & (coded_b > 0) & (shift <= 0) & (long - long_b >= -shift)
    apart = apart + np.where(inside_b, long**2, 0.0) + np.where(inside, long_b**2, 0.0)
    return float(apart.sum())
