"""Alpha per code with jackknife intervals, beside the library krippendorff, point values only."""

from __future__ import annotations

import krippendorff
import numpy as np
import pandas as pd

import qualkit as qk
from benchmarks.timing import best

__all__ = ["measure"]


def _study(documents: int, utterances: int, codes: int) -> tuple[pd.DataFrame, pd.DataFrame, list]:
    random = np.random.default_rng(0)
    places = pd.MultiIndex.from_product(
        [[f"d{n}" for n in range(documents)], range(1, utterances + 1)],
        names=["document", "position"],
    ).to_frame(index=False)
    truth = random.random((len(places), codes)) < 0.1
    matrices, parts, reviewed = [], [], []
    for coder in ("Ana", "Ben"):
        seen = truth ^ (random.random(truth.shape) < 0.03)
        rows, columns = np.nonzero(seen)
        part = places.iloc[rows].assign(code=[f"c{n}" for n in columns], coder=coder)
        parts.append(part)
        matrices.append(seen)
        reviewed.append(places.assign(coder=coder))
    return pd.concat(parts), pd.concat(reviewed), matrices


def measure() -> list[tuple[str, float, float]]:
    """Return (what, seconds of ours, seconds of the alternative)."""
    lines = []
    for documents, utterances in ((20, 100), (200, 500)):
        codings, reviewed, (ana, ben) = _study(documents, utterances, 40)

        def plainly(ana: np.ndarray = ana, ben: np.ndarray = ben) -> None:
            for code in range(ana.shape[1]):
                pair = np.vstack([ana[:, code], ben[:, code]]).astype(float)
                krippendorff.alpha(pair, level_of_measurement="nominal")

        ours = best(lambda c=codings, r=reviewed: qk.agreement(c, r, coefficients=("alpha",)), 3)
        count = f"{documents * utterances:,}"
        what = f"40 alphas with intervals, {count} utterances / krippendorff, none"
        lines.append((what, ours, best(plainly, 3)))
    return lines
