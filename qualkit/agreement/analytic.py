"""The standard errors that treat utterances as independent, for comparison with other programs.

Utterances of one interview are not independent, so these intervals are far too narrow as a rule:
in the simulation of ``benchmarks/coverage.py`` they cover the truth less than half as often as
they say.
"""

from __future__ import annotations

import numpy as np

from qualkit.agreement.bits import to_bools
from qualkit.agreement.counts import Floats, Ints, Judgements
from qualkit.agreement.intervals import Interval
from qualkit.agreement.ratings import linearised

__all__ = ["Independent"]

_NAMES = {
    "alpha": "alpha",
    "cohen_kappa": "kappa",
    "conger_kappa": "kappa",
    "fleiss_kappa": "fleiss_kappa",
    "scott_pi": "fleiss_kappa",
    "brennan_prediger": "brennan_prediger",
    "ac1": "ac1",
    "percent": "percent",
}


class Independent:
    """Gwet's linearised standard errors (2014), code by code."""

    def __init__(self, judged: Judgements) -> None:
        self._judged = judged
        self._slots = judged.shared_slots()

    def interval(self, name: str, codes: Ints, counted: Floats) -> Interval:
        """Return the intervals of one coefficient.

        Args:
            name: of the coefficient.
            codes: numbers of the codes.
            counted: units of each document and code.
        """
        low, high = np.full(len(codes), np.nan), np.full(len(codes), np.nan)
        reason: list[str | None] = ["there is no interval of this kind for it"] * len(codes)
        for at, code in enumerate(codes.tolist() if name in _NAMES else []):
            rated = linearised(self._ratings(code), 2, _NAMES[name])
            low[at], high[at] = rated.low, rated.high
            reason[at] = "treats utterances as independent"
        return Interval(low, high, (counted > 0).sum(axis=0).astype(np.float64), reason)

    def _ratings(self, code: int) -> Ints:
        """Return 1, 0 or -1 for missing; shape (units with two coders, coders)."""
        finished = self._judged.finished_for(np.array([code]))[0]
        has, done = (
            to_bools(words)[:, self._slots].T for words in (self._judged.applied[code], finished)
        )
        kept = done.sum(axis=1) >= 2
        return np.where(done[kept], has[kept], -1).astype(np.int64)
