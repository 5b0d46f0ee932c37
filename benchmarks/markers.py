"""Finding markers in many utterances, beside one ``Series.str.contains`` per code."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.timing import best
from qualkit.text.markers import compile_markers, find_markers

__all__ = ["measure"]

TEXT = "care pay staff training home hours week union council fee nurse manager shift home we"
WORDS = TEXT.split()
MARKERS = {
    f"code{n}": (f"{WORDS[n % 15]} {WORDS[(n * 7 + 3) % 15]}", WORDS[n % 15]) for n in range(30)
}


def measure() -> list[tuple[str, float, float]]:
    """Return (what, seconds of ours, seconds of the alternative)."""
    random = np.random.default_rng(0)
    lines = []
    for count in (10_000, 100_000):
        texts = [" ".join(row) for row in random.choice(WORDS, (count, 20))]
        series = pd.Series(texts)
        patterns = [compile_markers(markers) for markers in MARKERS.values()]

        def plainly(series: pd.Series = series, patterns: list = patterns) -> None:
            for pattern in patterns:
                series.str.contains(pattern)

        ours = best(lambda texts=texts: find_markers(texts, MARKERS), 1)
        what = f"markers of 30 codes in {count:,} utterances / str.contains"
        lines.append((what, ours, best(plainly, 1)))
    return lines
