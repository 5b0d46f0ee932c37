"""Shares and what goes with them: intervals, residuals, adjusted p values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from qualkit.analysis.material import Bools, Floats, Ints

__all__ = ["LeftOut", "adjusted", "divide", "leave_one_out", "residuals", "wilson"]


def divide(above: Floats, below: Floats) -> Floats:
    """Return ``above / below``, NaN where nothing stands below."""
    above, below = np.broadcast_arrays(above, below)
    result: Floats = np.full(below.shape, np.nan)
    np.divide(above, below, out=result, where=below > 1e-12)
    return result


def wilson(n: Floats, total: Floats) -> tuple[Floats, Floats]:
    """Return the ends of Wilson's 95 % interval of a share; NaN where the total is 0.

    Source: Wilson (1927), without correction for continuity.

    Example:
        >>> low, high = wilson(np.array([81.0]), np.array([263.0]))
        >>> low.round(4).tolist(), high.round(4).tolist()
        ([0.2553], [0.3662])
    """
    z = float(special.ndtri(0.975))
    share = divide(n, total)
    middle = share + divide(np.full_like(total, z**2 / 2), total)
    inside = divide(share * (1 - share), total) + divide(np.full_like(total, z**2 / 4), total**2)
    half = z * np.sqrt(inside)
    scale = 1 + divide(np.full_like(total, z**2), total)
    low, high = (middle - half) / scale, (middle + half) / scale
    low, high = np.where(n <= 0, 0 * low, low), np.where(n >= total, 0 * high + 1, high)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


@dataclass(frozen=True)
class LeftOut:
    """Shares with each speaker left out; arrays of shape (groups, rows).

    Attributes:
        low, high: 95 % jackknife interval over speakers, NaN where there is none.
        least, most: smallest and largest share when each speaker is left out.
        largest: share of the count that the one speaker with most of it holds.
        speakers: how many speakers each group has, shape (groups,).
        flat: True where leaving out a speaker never changes the share.
    """

    low: Floats
    high: Floats
    least: Floats
    most: Floats
    largest: Floats
    speakers: Floats
    flat: Bools


def leave_one_out(count: Floats, total: Floats, group: Ints, groups: int) -> LeftOut:
    """Return the delete-one-speaker jackknife of sum(count) / sum(total) in each group.

    se^2 = (S - 1) / S * sum of (share without s - their mean)^2; the interval is share +- t(S - 1)
    se, cut at 0 and 1.

    Args:
        count: what each speaker said of it, shape (speakers, rows).
        total: what each speaker said in all, shape (speakers,).
        group: the group of each speaker.
        groups: how many groups there are.
    """
    member = (group[None, :] == np.arange(groups)[:, None]).astype(np.float64)
    in_all, of_it = member @ total, member @ count
    without = divide(of_it[group] - count, (in_all[group] - total)[:, None])
    speakers = member.sum(axis=1)
    several = speakers[:, None]
    mean = divide(member @ np.nan_to_num(without), several)
    spread = member @ np.nan_to_num(without - mean[group]) ** 2
    error = np.sqrt(divide((several - 1) * spread, several))
    flat = error < 1e-12
    broken = member @ np.isnan(without) > 0
    half = special.stdtrit(np.maximum(several - 1, 1), 0.975) * error
    none = broken | flat | (several < 2)
    share = divide(of_it, in_all[:, None])
    low, high = np.clip(share - half, 0, 1), np.clip(share + half, 0, 1)
    least, most, largest = (np.full(of_it.shape, np.nan) for _ in range(3))
    for number in range(groups):
        mine = group == number
        if speakers[number] > 1 and not broken[number].any():
            least[number], most[number] = without[mine].min(axis=0), without[mine].max(axis=0)
        if mine.any():
            largest[number] = divide(count[mine].max(axis=0), of_it[number])
    none_low, none_high = np.where(none, np.nan, low), np.where(none, np.nan, high)
    return LeftOut(none_low, none_high, least, most, largest, speakers, flat)


def residuals(n: Floats, total: Floats) -> Floats:
    """Return adjusted residuals of a row against the groups, last axes (groups, rows).

    (O - E) / sqrt(E (1 - row / N) (1 - column / N)), with E = row x column / N (Haberman 1973).
    NaN where the row is empty or full or the group holds all.
    """
    whole = total.sum(axis=-1)[..., None, None]
    share = divide(n.sum(axis=-2, keepdims=True), whole)
    expected = total[..., None] * share
    rest = divide(total[..., None], whole)
    return divide(n - expected, np.sqrt(np.clip(expected * (1 - share) * (1 - rest), 0, None)))


def adjusted(p: Floats) -> Floats:
    """Return the p values adjusted for their number (Benjamini & Hochberg 1995); NaN stays NaN.

    Example:
        >>> adjusted(np.array([0.01, 0.04, np.nan])).tolist()
        [0.02, 0.04, nan]
    """
    known = np.isfinite(p)
    q = np.full(p.shape, np.nan)
    if known.any():
        order = np.argsort(-p[known])
        many = len(order)
        falling = np.minimum.accumulate(p[known][order] * many / np.arange(many, 0, -1))
        q[known] = np.minimum(falling, 1)[np.argsort(order)]
    return q
