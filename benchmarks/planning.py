"""Does a planned study get the width it was planned for? ``python -m benchmarks.planning``.

Two coders; transcripts of about 120 utterances; prevalence Beta(1.2, 6) and error Beta(1.5, 18)
differ from transcript to transcript.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

import qualkit as qk
from qualkit.agreement.planning import Material, Spread, pilot_spread, plan

__all__ = ["coded", "measure"]

_EACH = 120


def coded(
    random: np.random.Generator, documents: int, each: float = _EACH
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the codings and reviews of two coders in so many new transcripts."""
    size = random.poisson(each, documents).clip(1)
    document = np.repeat(np.arange(documents), size)
    prevalence, error = random.beta(1.2, 6, documents), random.beta(1.5, 18, documents)
    truth = random.random(len(document)) < prevalence[document]
    places = pd.DataFrame({"document": document, "position": np.arange(len(document))})
    places["document"] = places["document"].astype(str)
    given, seen = [], []
    for coder in ("Ana", "Ben"):
        yes = truth ^ (random.random(len(document)) < error[document])
        given.append(places[yes].assign(coder=coder, code="x"))
        seen.append(places.assign(coder=coder))
    return pd.concat(given), pd.concat(seen)


def _widths(random: np.random.Generator, documents: int, each: float, times: int) -> list[float]:
    """Return the widths of the intervals that so many studies would print."""
    found = []
    for _ in range(times):
        table = qk.agreement(*coded(random, documents, each), coefficients=("alpha",))
        row = table[table["code"] == "x"].iloc[0]
        found.append(float(row["high"] - row["low"]))
    return found


def measure(times: int = 200, seed: int = 1) -> list[tuple[str, int, float, float]]:
    """Return (design, number planned, width wanted, mean width got), from a pilot of 60."""
    random = np.random.default_rng(seed)
    spread: Spread = pilot_spread(*coded(random, 60), "x")
    lines = []
    for width in (0.15, 0.25):
        table = plan(width, spread, Material(80, 80 * _EACH)).set_index("design")
        for design, row in table.iterrows():
            documents = int(row["documents"])
            got = _widths(random, documents, float(row["per_document"]), times)
            number = documents if design == "whole documents" else int(row["utterances"])
            lines.append((str(design), number, width, float(np.nanmean(got))))
    return lines


if __name__ == "__main__":
    pilot = pilot_spread(*coded(np.random.default_rng(2), 400), "x")
    sys.stdout.write(f"alpha {pilot.alpha:.3f}, prevalence {pilot.prevalence:.3f}, ")
    sys.stdout.write(f"correlation {pilot.correlation:.3f}, effect {pilot.effect(_EACH):.1f}\n")
    for design, number, width, got in measure():
        sys.stdout.write(f"{design:36} {number:6} wanted {width:.2f} got {got:.3f}\n")
