"""How often the intervals of an audit cover the truth: simulated machines, many drawn audits.

Run: ``python -m benchmarks.audit [draws]``. Codes from common to so rare that most audits see none.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from qualkit.suggest.audit import NEAR, OFFERED, Population, Sample, allocate, audit_estimates

__all__ = ["coverage"]

_SIZE = 60_000
_SHARES = (0.3, 0.1, 0.05, 0.02, 0.01, 0.003, 0.001, 0.0003)
_OFFERED = (0.7, 0.6, 0.6, 0.5, 0.5, 0.4, 0.4, 0.3)  # of those with the code
_WRONG = (0.1, 0.04, 0.02, 0.01, 0.01, 0.003, 0.001, 0.0003)  # offered to others


def coverage(draws: int = 500, n: int = 400, seed: int = 1) -> pd.DataFrame:
    """Return how often intervals cover, for each code and number.

    Columns code, share (true), of, covered, above, below (share of draws whose interval lies above
    or below the truth), width (median), known (share of draws that gave a number).
    """
    rng = np.random.default_rng(seed)
    truth, state = _world(rng)
    count = truth.shape[1]
    offered = state == OFFERED
    rarest = np.argsort(offered.sum(axis=0))
    stratum = np.where((state == NEAR).any(axis=1), count, count + 1)
    for code in rarest[::-1]:
        stratum[offered[:, code]] = code
    sizes = np.bincount(stratum, minlength=count + 2)
    population = np.stack([(state == one).sum(axis=0) for one in range(3)], axis=1)
    right = (truth & offered).sum(axis=0)
    true = {
        "prevalence": truth.mean(axis=0),
        "precision": right / offered.sum(axis=0),
        "recall": right / truth.sum(axis=0),
    }
    drawn = allocate(sizes.tolist(), n)
    members = [np.flatnonzero(stratum == one) for one in range(count + 2)]
    rows = []
    for _ in range(draws):
        parts = [rng.choice(one, k, replace=False) for one, k in zip(members, drawn, strict=True)]
        rows_drawn = np.concatenate(parts)
        codes = [str(share) for share in _SHARES]
        sample = Sample(codes, stratum[rows_drawn], sizes, truth[rows_drawn], state[rows_drawn])
        rows += _judged(audit_estimates(sample, Population(population)), true)
    table = pd.DataFrame(rows)
    found = table.groupby(["of", "share"], sort=False).agg(
        covered=("covered", "mean"),
        above=("above", "mean"),
        below=("below", "mean"),
        width=("width", "median"),
        known=("known", "mean"),
    )
    return found.reset_index()


def _judged(found: pd.DataFrame, true: dict[str, np.ndarray]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for name, values in true.items():
        before = "" if name == "prevalence" else f"{name}_"
        low, high = found[f"{before}low"].to_numpy(), found[f"{before}high"].to_numpy()
        known = found[name].notna().to_numpy()
        rows += [
            {
                "of": name,
                "share": share,
                "covered": low[at] <= values[at] <= high[at],
                "above": low[at] > values[at],
                "below": high[at] < values[at],
                "width": high[at] - low[at],
                "known": known[at],
            }
            for at, share in enumerate(_SHARES)
        ]
    return rows


def _world(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return which utterances have which codes, and what a machine makes of them."""
    shape = (_SIZE, len(_SHARES))
    truth = rng.random(shape) < np.array(_SHARES)
    hit = np.where(truth, np.array(_OFFERED), np.array(_WRONG))
    near = np.where(truth, 0.6, 0.04)
    offered = rng.random(shape) < hit
    state = np.where(offered, OFFERED, np.where(rng.random(shape) < near, NEAR, 0))
    return truth, state.astype(np.int8)


if __name__ == "__main__":
    sys.stdout.write(coverage(int(sys.argv[1]) if len(sys.argv) > 1 else 500).to_string() + "\n")
