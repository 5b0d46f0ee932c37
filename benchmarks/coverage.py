"""How often the default interval covers the truth, by simulation; run with -m benchmarks.coverage.

Two coders, one code, transcripts of about 120 utterances. Transcripts differ in how often the
code is due and in how often both coders err ("nested"), or they do not ("alike"), or they differ
more than in most studies, in length as well ("harsh"). The truth is alpha of 200,000 transcripts
of the same kind. Beside the jackknife stands the interval that treats utterances as independent.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qualkit.agreement.coefficients import COEFFICIENTS
from qualkit.agreement.counts import Counts
from qualkit.agreement.intervals import jackknife

__all__ = ["KINDS", "Coverage", "simulate"]

_Floats = npt.NDArray[np.float64]
_MEAN_LENGTH = 120
_TRUTH_OF = 200_000

KINDS = {
    "nested": ((1.2, 6.0), (1.5, 18.0), 0.0),
    "alike": ((1.2, 6.0), (1.5, 18.0), 0.0),
    "harsh": ((0.6, 6.0), (0.8, 8.0), 0.6),
}
"""Beta distributions of prevalence and error over transcripts; spread of the log of length."""


@dataclass(frozen=True)
class Coverage:
    """How often an interval held the truth, and how wide it was in the middle."""

    documents: int
    kind: str
    jackknife: float
    independent: float
    width: float


def _tables(random: np.random.Generator, shape: tuple[int, ...], kind: str) -> list[_Floats]:
    """Return how many utterances both, one alone (twice) and neither coded, by transcript."""
    (p, q), (r, s), spread = KINDS[kind]
    length = random.poisson(_MEAN_LENGTH, shape)
    if spread:
        length = np.maximum(10, np.rint(random.lognormal(np.log(100), spread, shape))).astype(int)
    share, error = random.beta(p, q, shape), random.beta(r, s, shape)
    if kind == "alike":
        share, error = np.full(shape, p / (p + q)), np.full(shape, r / (r + s))
    errors = [error, error]
    yes = [1 - error for error in errors]
    both = share * yes[0] * yes[1] + (1 - share) * errors[0] * errors[1]
    first = share * yes[0] * errors[1] + (1 - share) * errors[0] * yes[1]
    second = share * errors[0] * yes[1] + (1 - share) * yes[0] * errors[1]
    a = random.binomial(length, both)
    b = random.binomial(length - a, np.clip(first / (1 - both), 0, 1))
    c = random.binomial(length - a - b, np.clip(second / (1 - both - first), 0, 1))
    return [one.astype(np.float64) for one in (a, b, c, length - a - b - c)]


def _counts(tables: list[_Floats]) -> Counts:
    """Return what the coefficients need; documents by replicates, as if replicates were codes."""
    a, b, c, d = tables
    nothing: _Floats = np.full((), np.nan)
    units, differing = a + b + c + d, b + c
    return Counts(
        units, 2 * units, nothing, 2 * a + b + c, a + b + c, differing, differing,
        a + (b + c) / 2, nothing, nothing, nothing, nothing,
    )  # fmt: skip


def _independent_error(total: list[_Floats], value: _Floats) -> _Floats:
    """Return the standard error of alpha that leaves out one utterance at a time."""
    units: _Floats = np.sum(total, axis=0)
    spread = np.zeros_like(value)
    for cell in range(4):
        left = [one - (at == cell) for at, one in enumerate(total)]
        moved = COEFFICIENTS["alpha"].compute(_counts(left)) - value
        spread += total[cell] * np.nan_to_num(moved) ** 2
    return np.sqrt(spread * (units - 1) / units)


def simulate(
    documents: int, *, kind: str = "nested", replicates: int = 1000, seed: int = 1
) -> Coverage:
    """Return the coverage of the 95 % intervals of alpha with so many documents."""
    random = np.random.default_rng(seed)
    alpha = COEFFICIENTS["alpha"].compute
    only = ("values", "applied", "split")
    world = [one.sum(keepdims=True) for one in _tables(random, (_TRUTH_OF,), kind)]
    truth = float(alpha(_counts(world))[0])
    tables = _tables(random, (documents, replicates), kind)
    counts = _counts(tables)
    total = [one.sum(axis=0) for one in tables]
    value = alpha(_counts(total))
    left = counts.each(lambda one: one.sum(axis=0, keepdims=True) - one, only)
    found = jackknife(value, alpha(left), counts.units)
    half = 1.96 * _independent_error(total, value)
    given = np.isfinite(found.low)
    return Coverage(
        documents,
        kind,
        float(((found.low <= truth) & (truth <= found.high))[given].mean()),
        float((np.abs(value - truth) <= half).mean()),
        float(np.nanmedian(found.high - found.low)),
    )


if __name__ == "__main__":
    sys.stdout.write("transcripts  kind     jackknife  as if independent  median width\n")
    for name in KINDS:
        for many in (5, 10, 20, 50):
            one = simulate(many, kind=name, replicates=10_000)
            sys.stdout.write(
                f"{many:11}  {name:7} {one.jackknife:10.3f} {one.independent:18.3f} "
                f"{one.width:13.2f}\n"
            )
