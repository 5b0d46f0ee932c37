"""The coefficients: closed forms on :class:`~qualkit.agreement.units.Counts`.

Each takes counts with any leading axes and returns one number per code, NaN where it is not
defined. So the same lines give the value over all documents and, at once, the value with each
document left out. A coefficient that corrects for chance is not defined for a code that never
varies: nothing was there to agree about.

Sources: Krippendorff (2011) for alpha; Cohen (1960); Conger (1980); Scott (1955); Fleiss (1971);
Brennan & Prediger (1981), for yes and no the same as PABAK (Byrt, Bishop & Carlin 1993);
Gwet (2008) for AC1 and for the way missing values enter; Spitzer & Fleiss (1974) for positive and
negative agreement; de Vries et al. (2008) for pooled kappa.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qualkit.agreement.counts import Counts, Floats

__all__ = [
    "COEFFICIENTS",
    "OVERALL",
    "Coefficient",
    "Overall",
    "Parts",
    "holsti",
    "macro_alpha",
    "micro_alpha",
    "pooled_kappa",
    "ratio",
]

Parts = tuple[Floats, Floats]


@dataclass(frozen=True)
class Coefficient:
    """One way to say how far coders agree on a code.

    Attributes:
        name: as in the column ``coefficient``.
        label: as shown to people.
        compute: from counts to one number per code.
        needs: names of the counts that it is made of.
        lowest: the smallest value it can take; the largest is 1.
        two_coders: only defined for exactly two coders.
    """

    name: str
    label: str
    compute: Callable[[Counts], Floats]
    needs: tuple[str, ...]
    lowest: float = -1.0
    two_coders: bool = False


def ratio(above: Floats, below: Floats) -> Floats:
    """Return ``above / below``, NaN where nothing stands below.

    Example:
        >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0])).tolist()
        [0.5, nan]
    """
    above, below = np.broadcast_arrays(above, below)
    result: Floats = np.full(below.shape, np.nan)
    np.divide(above, below, out=result, where=below > 1e-12)
    return result


def _varies(counts: Counts) -> Floats:
    """Return 1 where some judgement is yes and some is no, NaN elsewhere."""
    return np.where((counts.applied > 0) & (counts.applied < counts.values), 1.0, np.nan)


def _chance_corrected(counts: Counts, expected: Floats) -> Floats:
    """Return 1 - observed / expected disagreement."""
    observed = ratio(counts.differing, counts.units)
    return (1 - ratio(observed, expected)) * _varies(counts)


def _alpha_expected(counts: Counts) -> Floats:
    absent = counts.values - counts.applied
    return ratio(absent * counts.applied, counts.values - 1)


def _alpha(counts: Counts) -> Floats:
    return 1 - ratio(counts.split, _alpha_expected(counts))


def _prevalences(counts: Counts) -> Floats:
    """Return the share of yes by coder, first axis coders; NaN for one who finished nothing."""
    return ratio(counts.coder_applied, counts.coder_values)


def _conger_expected(counts: Counts) -> Floats:
    """Return the disagreement expected when each coder keeps his or her own share of yes."""
    yes = _prevalences(counts)
    present = np.isfinite(yes)
    people = present.sum(axis=0).astype(np.float64)

    def meeting(share: Floats) -> Floats:
        share = np.where(present, share, 0.0)
        return ratio(share.sum(axis=0) ** 2 - (share**2).sum(axis=0), people * (people - 1))

    return 1 - meeting(yes) - meeting(1 - yes)


def _kappa(counts: Counts) -> Floats:
    return _chance_corrected(counts, _conger_expected(counts))


def _fleiss(counts: Counts) -> Floats:
    share = ratio(counts.shares, counts.units)
    return _chance_corrected(counts, 2 * share * (1 - share))


def _brennan_prediger(counts: Counts) -> Floats:
    return _chance_corrected(counts, np.full_like(counts.units, 0.5))


def _ac1(counts: Counts) -> Floats:
    share = ratio(counts.shares, counts.units)
    return _chance_corrected(counts, 1 - 2 * share * (1 - share))


def _percent(counts: Counts) -> Floats:
    return 1 - ratio(counts.differing, counts.units)


def _positive(counts: Counts) -> Floats:
    return ratio(counts.joint, counts.chances)


def _negative(counts: Counts) -> Floats:
    both_absent = counts.pairs - 2 * counts.chances + counts.joint
    return ratio(both_absent, counts.pairs - counts.chances)


def _maximum_kappa(counts: Counts) -> Floats:
    """Return the largest kappa that the two coders' own shares of yes allow."""
    yes = _prevalences(counts)
    least = yes.max(axis=0) - yes.min(axis=0)
    return (1 - ratio(least, _conger_expected(counts))) * _varies(counts)


def micro_alpha(counts: Counts) -> Parts:
    """Return the parts of alpha over all codes: all expected less all observed disagreement.

    On codes that exclude each other it is Krippendorff's nominal alpha of the whole scheme.
    """
    expected = np.nan_to_num(_alpha_expected(counts)).sum(axis=-1)
    return expected - counts.split.sum(axis=-1), expected


def pooled_kappa(counts: Counts) -> Parts:
    """Return the parts of de Vries' pooled kappa, from mean observed and mean expected agreement.

    On codes that exclude each other it is Cohen's kappa of the whole scheme.
    """
    expected = np.nan_to_num(_conger_expected(counts)).sum(axis=-1)
    return expected - np.nan_to_num(ratio(counts.differing, counts.units)).sum(axis=-1), expected


def macro_alpha(counts: Counts) -> Parts:
    """Return the parts of the mean alpha of the codes that have one."""
    alpha = _alpha(counts)
    return np.nansum(alpha, axis=-1), np.isfinite(alpha).sum(axis=-1).astype(np.float64)


def holsti(counts: Counts) -> Parts:
    """Return the parts of Holsti's coefficient: twice what two coders both applied, of all applied.

    With more coders, over all their pairs.
    """
    return counts.joint.sum(axis=-1), counts.chances.sum(axis=-1)


@dataclass(frozen=True)
class Overall:
    """One way to say how far coders agree over all codes.

    Attributes:
        name: as in the column ``coefficient``.
        label: as shown to people.
        parts: two numbers that add up over codes, and whose ratio is the value.
        needs: names of the counts that it is made of.
        lowest: the smallest value it can take.
        two_coders: only given for exactly two coders.
    """

    name: str
    label: str
    parts: Callable[[Counts], Parts]
    needs: tuple[str, ...]
    lowest: float = -1.0
    two_coders: bool = False


_SPLIT = ("values", "applied", "split")
_SHARES = ("values", "applied", "units", "differing", "shares")
_PAIRS = ("joint", "chances", "pairs")
_OWN = ("values", "applied", "units", "differing", "coder_values", "coder_applied")

OVERALL: dict[str, Overall] = {
    one.name: one
    for one in (
        Overall("micro_alpha", "Alpha over all codes", micro_alpha, _SPLIT),
        Overall("pooled_kappa", "Pooled kappa", pooled_kappa, _OWN, two_coders=True),
        Overall("macro_alpha", "Mean of the codes' alphas", macro_alpha, _SPLIT),
        Overall("holsti", "Holsti's coefficient", holsti, ("joint", "chances"), 0.0),
    )
}
"""Coefficients over all codes by name, in reading order."""

COEFFICIENTS: dict[str, Coefficient] = {
    one.name: one
    for one in (
        Coefficient("alpha", "Krippendorff's alpha", _alpha, _SPLIT),
        Coefficient("cohen_kappa", "Cohen's kappa", _kappa, _OWN, two_coders=True),
        Coefficient("conger_kappa", "Conger's kappa", _kappa, _OWN),
        Coefficient("fleiss_kappa", "Fleiss' kappa", _fleiss, _SHARES),
        Coefficient("scott_pi", "Scott's pi", _fleiss, _SHARES, two_coders=True),
        Coefficient("brennan_prediger", "Brennan-Prediger (PABAK)", _brennan_prediger, _SHARES),
        Coefficient("ac1", "Gwet's AC1", _ac1, _SHARES),
        Coefficient("percent", "Percent agreement", _percent, ("units", "differing"), 0.0),
        Coefficient("positive_agreement", "Positive agreement", _positive, _PAIRS[:2], 0.0),
        Coefficient("negative_agreement", "Negative agreement", _negative, _PAIRS, 0.0),
        Coefficient(
            "maximum_kappa", "Largest possible kappa", _maximum_kappa, _OWN, two_coders=True
        ),
    )
}
"""Every coefficient of one code by name, in reading order."""
