"""From machine counts and a random sample that people checked: how common a code really is.

The sample is stratified (by what the machine said), each stratum drawn at random. The whole falls,
for each code, into three classes: utterances the machine offered the code for, those where it came
near, and the rest. How many there are of each is known exactly; which share of each has the code is
estimated from the checked ones. Put together by the known sizes this is the post-stratified
estimator (Holt & Smith 1979, "Post stratification"), which for yes/no predictions is what
prediction-powered inference with its best weight comes to (Angelopoulos, Duchi & Zrnic 2023,
"PPI++"): what the machine counts, less what is wrong in it, and with what it missed.

Intervals hold with few and with no cases, which those of normal theory do not:

- the share in a class: Wilson's interval with the effective sample size (Korn & Graubard 1998,
  "Confidence intervals for proportions with small expected number of positive counts"; Dean &
  Pagano 2015 found Wilson's to be the best of this kind), the smaller of Kish's, which looks at the
  weights alone, and the one that the spread between strata gives; with up to three cases the
  lower limit is that of the Poisson, as Brown, Cai & DasGupta 2001, "Interval estimation for a
  binomial proportion", modify Wilson's;
- sums of classes: the variance-recovery method MOVER (Zou & Donner 2008, "Construction of
  confidence limits about effect measures"); recall, a ratio of sums: MOVER-R (Donner & Zou 2012,
  "Closed-form confidence intervals for functions of the normal mean and standard deviation").
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import chdtri

from qualkit.errors import NotEnoughError, OptionError

__all__ = [
    "NEAR",
    "OFFERED",
    "REST",
    "Estimate",
    "Population",
    "Sample",
    "allocate",
    "audit_estimates",
    "share",
]

REST, NEAR, OFFERED = 0, 1, 2
"""The classes: nothing said, near, offered."""

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_Z = 1.959963984540054  # normal quantile of a 95 % interval
_ALPHA = 0.05
_FEW = 3.0  # cases up to which Wilson's lower limit is too sure of itself
_FEWEST = 2  # of a stratum, so that its spread can be seen


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval; value None where it cannot be told."""

    value: float | None
    low: float
    high: float


@dataclass(frozen=True)
class Sample:
    """What was drawn and what people found in it.

    Attributes:
        codes: names of the codes.
        stratum: for each checked utterance the number of its stratum.
        sizes: for each stratum how many utterances the whole has of it.
        truth: checked utterances x codes: it has the code.
        state: checked utterances x codes: ``REST``, ``NEAR`` or ``OFFERED``.
        document: for each checked utterance the number of its document, to speak of other
            documents, too; None: of this material only.
    """

    codes: Sequence[str]
    stratum: Ints
    sizes: Ints
    truth: Bools
    state: npt.NDArray[np.int8]
    document: Ints | None = None

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """Of how many utterances of the whole each checked one speaks: 1 / its probability."""
        drawn = np.bincount(self.stratum, minlength=len(self.sizes))
        return (self.sizes[self.stratum] / drawn[self.stratum]).astype(np.float64)


@dataclass(frozen=True)
class Population:
    """How many utterances of the whole, or of the part that is asked about, are of each class.

    Attributes:
        counts: codes x classes (rest, near, offered).
        spread: codes x classes x classes: over all documents, the sum of the products of what a
            document has of each two classes; None: speak of this material only.
        documents: how many documents that is.
    """

    counts: Ints
    spread: npt.NDArray[np.float64] | None = None
    documents: int = 0

    def between(self, place: int, shares: npt.NDArray[np.float64]) -> float:
        """Return the variance of a prevalence that comes of having these documents, not others.

        Args:
            place: number of the code.
            shares: the share of each class that has the code.
        """
        counts = self.counts[place].astype(np.float64)
        if self.spread is None or self.documents < 2 or not counts.sum():
            return 0.0
        apart = shares - (shares @ counts) / counts.sum()
        found = float(apart @ self.spread[place] @ apart) / counts.sum() ** 2
        return float(found * self.documents / (self.documents - 1))


def allocate(sizes: Sequence[int], n: int) -> list[int]:
    """Return how many to draw from each stratum, as near as can be to the root of its size.

    In between equal numbers, which serve rare codes, and numbers in proportion, which serve the
    whole (power allocation, Bankier 1988, "Power allocations"). At least two of each stratum.

    Args:
        sizes: utterances of each stratum; 1 or more.
        n: to draw in all.

    Raises:
        OptionError: n is too small for so many strata.

    Example:
        >>> allocate([10_000, 100, 1], 50)
        [45, 4, 1]
    """
    whole = np.array(sizes, dtype=np.int64)
    least = np.minimum(_FEWEST, whole)
    if n < least.sum():
        what = f"{n} utterances are too few for {len(whole)} strata"
        remedy = f"draw {int(least.sum())} or more, or audit fewer codes"
        raise OptionError(what, where="n", remedy=remedy)
    drawn, open_ = np.zeros(len(whole)), np.ones(len(whole), dtype=bool)
    while open_.any():  # those at their bounds are fixed, the others share what is left
        left = min(n, whole.sum()) - drawn[~open_].sum()
        share_ = np.sqrt(whole[open_]) * left / np.sqrt(whole[open_]).sum()
        low, high = share_ < least[open_], share_ > whole[open_]
        drawn[open_] = np.clip(share_, least[open_], whole[open_])
        bound = high if high.any() else low
        if not bound.any():
            break
        open_[np.flatnonzero(open_)[bound]] = False
    found = np.floor(drawn + 1e-9).astype(np.int64)
    short = int(min(n, whole.sum()) - found.sum())
    order = np.lexsort((np.arange(len(whole)), -(drawn - found)))
    for place in [one for one in order if found[one] < whole[one]][:short]:
        found[place] += 1
    return [int(one) for one in found]


def share(sample: Sample, column: Bools, inside: Bools) -> Estimate:
    """Return the share of a class of the whole for which something holds.

    Args:
        sample: what was drawn.
        column: for each checked utterance, whether it holds.
        inside: which of them are of the class.

    Example:
        >>> one = Sample(["pay"], np.zeros(10, int), np.array([1000]), np.ones((10, 1), bool),
        ...              np.zeros((10, 1), np.int8))
        >>> found = share(one, np.arange(10) < 2, np.ones(10, bool))
        >>> [round(number, 2) for number in (found.value, found.low, found.high)]
        [0.2, 0.03, 0.52]
    """
    weights = np.where(inside, sample.weights, 0.0)
    total = float(weights.sum())
    if not total:
        return Estimate(None, 0.0, 1.0)
    value = float((weights * column).sum() / total)
    drawn = np.bincount(sample.stratum, minlength=len(sample.sizes)).astype(np.float64)
    left = 1 - drawn[sample.stratum] / sample.sizes[sample.stratum]
    if sample.document is not None:
        left = np.ones(len(left))
    spread = float((weights**2 * left).sum())
    if spread <= 0:  # everything has been checked
        return Estimate(value, value, value)
    effective = total**2 / spread
    variance = _variance(sample, (column - value) * inside, drawn) / total**2
    if 0 < value < 1 and variance > 0:
        effective = min(effective, value * (1 - value) / variance)
    return Estimate(value, *_wilson(value, effective))


def _variance(sample: Sample, values: npt.NDArray[Any], drawn: npt.NDArray[Any]) -> float:
    """Return the variance of the weighted sum of values: strata, or documents if they are wider."""
    count = len(sample.sizes)
    sums = np.bincount(sample.stratum, values, minlength=count)
    squares = np.bincount(sample.stratum, values**2, minlength=count)
    within = np.maximum(squares - sums**2 / np.maximum(drawn, 1), 0) / np.maximum(drawn - 1, 1)
    rare = 1 - drawn / sample.sizes
    found = float((sample.sizes**2 * rare * within / np.maximum(drawn, 1)).sum())
    if sample.document is None:
        return found
    of_document = np.bincount(sample.document, sample.weights * values)
    many = max(len(np.unique(sample.document)), 2)
    return max(found, float((of_document**2).sum()) * many / (many - 1))


def _wilson(value: float, n: float) -> tuple[float, float]:
    """Return Wilson's interval for a share of n, as modified for very few cases."""
    middle = (value + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(value * (1 - value) / n + _Z**2 / (4 * n**2))
    low, high = max(middle - half, 0.0), min(middle + half, 1.0)
    cases = value * n
    if cases <= _FEW:
        low = min(low, float(chdtri(2 * cases, 1 - _ALPHA)) / 2 / n) if cases > 0 else 0.0
    if n - cases <= _FEW:
        left = n - cases
        high = max(high, 1 - float(chdtri(2 * left, 1 - _ALPHA)) / 2 / n) if left > 0 else 1.0
    return low, high


def _sum(parts: Sequence[tuple[float, Estimate]]) -> Estimate:
    """Return the weighted sum of shares, by MOVER."""
    if any(weight and one.value is None for weight, one in parts):
        low = sum(weight * one.low for weight, one in parts)
        return Estimate(None, low, sum(weight * one.high for weight, one in parts))
    told = [(weight, one, float(one.value or 0.0)) for weight, one in parts if weight]
    value = sum(weight * middle for weight, _, middle in told)
    below = math.sqrt(sum((weight * (middle - one.low)) ** 2 for weight, one, middle in told))
    above = math.sqrt(sum((weight * (one.high - middle)) ** 2 for weight, one, middle in told))
    return Estimate(value, max(value - below, 0.0), value + above)


def _recall(found: Estimate, missed: Estimate) -> Estimate:
    """Return found / (found + missed), by MOVER-R for missed / found."""
    x, y = missed.value, found.value
    if x is None or y is None or x + y <= 0:
        return Estimate(None, 0.0, 1.0)
    if y <= 0:
        return Estimate(0.0, 0.0, found.high / (found.high + missed.low) if missed.low else 1.0)
    low, high = 0.0, math.inf
    bottom = found.high * (2 * y - found.high)
    if missed.low > 0:
        bottom = bottom if abs(bottom) > 1e-15 else 1e-15
        root = math.sqrt(max((x * y) ** 2 - missed.low * (2 * x - missed.low) * bottom, 0.0))
        low = max((x * y - root) / bottom, 0.0)
    top = found.low * (2 * y - found.low)
    if top > 0:
        root = math.sqrt(max((x * y) ** 2 - missed.high * (2 * x - missed.high) * top, 0.0))
        high = (x * y + root) / top
    return Estimate(y / (x + y), 1 / (1 + high), 1 / (1 + low))


def audit_estimates(
    sample: Sample, population: Population, inside: Bools | None = None
) -> pd.DataFrame:
    """Return precision, recall and corrected prevalence of each code.

    Args:
        sample: what was drawn, and what people found.
        population: the sizes of the classes. With ``spread``, and documents in the sample, the
            interval of a prevalence is about documents like these; else about this material.
        inside: which checked utterances are of the part that is asked about; None: all.

    Returns:
        One row for each code: code (str), utterances (int64: of the whole or part), checked, given
        (int64: checked utterances, and those with the code), machine_n (int64), machine_share,
        prevalence, low, high, precision, precision_low, precision_high, recall, recall_low,
        recall_high (float64; 95 % intervals), reason (str: why a number is missing).

    Raises:
        NotEnoughError: nothing was checked.

    Example:
        >>> state = np.repeat([[OFFERED], [REST]], [20, 80], axis=0).astype(np.int8)
        >>> truth = np.r_[np.ones(15), np.zeros(5), np.ones(4), np.zeros(76)].astype(bool)[:, None]
        >>> drawn = Sample(["pay"], np.zeros(100, int), np.array([10_000]), truth, state)
        >>> whole = Population(np.array([[8_000, 0, 2_000]]))
        >>> found = audit_estimates(drawn, whole).iloc[0]
        >>> numbers = found[["machine_share", "prevalence", "precision", "recall"]]
        >>> numbers.astype(float).round(2).tolist()
        [0.2, 0.19, 0.75, 0.79]
    """
    if not len(sample.stratum):
        raise NotEnoughError("nothing has been checked", remedy="fill in the sheet of the audit")
    here = np.ones(len(sample.stratum), dtype=bool) if inside is None else inside
    rows = [_of_code(sample, place, population, here) for place in range(len(sample.codes))]
    table = pd.DataFrame(rows)
    numbers = [name for name in table if name not in {"code", "reason"}]
    counts = {"utterances", "checked", "given", "machine_n"}
    kinds = {name: "int64" if name in counts else "float64" for name in numbers}
    return table.astype({"code": "str", "reason": "str", **kinds})


def _of_code(sample: Sample, place: int, population: Population, here: Bools) -> dict[str, Any]:
    counts = population.counts[place]
    total = int(counts.sum())
    truth, state = sample.truth[:, place], sample.state[:, place]
    offered = share(sample, truth, here & (state == OFFERED))
    parts = [(counts[one] / max(total, 1), here & (state == one)) for one in (REST, NEAR)]
    if any(weight and not is_in.any() for weight, is_in in parts):  # too few to tell them apart
        is_in = here & (state != OFFERED)
        parts = [(weight, is_in) for weight, _ in parts]
    shares = [share(sample, truth, is_in) for _, is_in in parts]
    apart = [(float(weight), one) for (weight, _), one in zip(parts, shares, strict=True)]
    if parts[0][1] is parts[1][1]:
        apart = [(apart[0][0] + apart[1][0], shares[0])]
    missed = _sum(apart)
    by_machine = float(counts[OFFERED] / max(total, 1))
    right = _sum([(by_machine, offered)])
    recall = _recall(right, missed)
    values = np.array([one.value or 0.0 for one in (*shares, offered)])
    whole = _wider(_sum([(1.0, right), (1.0, missed)]), population.between(place, values))
    return {
        "code": sample.codes[place],
        "utterances": total,
        "checked": int(here.sum()),
        "given": int((truth & here).sum()),
        "machine_n": int(counts[OFFERED]),
        "machine_share": by_machine,
        **_named("prevalence", whole),
        **_named("precision", offered if counts[OFFERED] else Estimate(None, 0.0, 1.0)),
        **_named("recall", recall),
        "reason": _reason(counts, offered, recall),
    }


def _wider(one: Estimate, variance: float) -> Estimate:
    """Return an estimate whose interval also holds a further variance."""
    if one.value is None or not variance:
        return one
    below = math.hypot(one.value - one.low, _Z * math.sqrt(variance))
    above = math.hypot(one.high - one.value, _Z * math.sqrt(variance))
    return Estimate(one.value, max(one.value - below, 0.0), one.value + above)


def _named(name: str, one: Estimate) -> dict[str, float]:
    before = "" if name == "prevalence" else f"{name}_"
    value = np.nan if one.value is None else one.value
    return {name: value, f"{before}low": one.low, f"{before}high": min(one.high, 1.0)}


def _reason(population: Ints, offered: Estimate, recall: Estimate) -> str | None:
    if not population[OFFERED]:
        return "the machine offered it nowhere"
    if offered.value is None:
        return "none of what the machine offered has been checked"
    return None if recall.value is not None else "nobody found it in what was checked"
