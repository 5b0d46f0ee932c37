"""How often the tests find something where there is nothing: 5 of 100 times is what they promise.

Speakers, and documents, differ from each other in how often they say a thing, as people do; groups
do not differ, and codes do not seek or avoid each other. So everything found is a false positive.
``python -m benchmarks.falsepositives`` prints the table; it takes a minute or two.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from qualkit import analysis

__all__ = ["groups", "pairs", "sequences"]

CODES = 20
"""Codes of one made-up study: each is a test of its own."""


def groups(
    sizes: Sequence[int], studies: int, *, seed: int = 1, spread: float = 1.0
) -> list[float]:
    """Return the shares of false positives of the permutation test and of Pearson's chi-square.

    Args:
        sizes: how many speakers each group has.
        studies: how many studies to make up, of 20 codes each.
        seed: of the random numbers.
        spread: how much speakers differ; 0: not at all.
    """
    random = np.random.default_rng(seed)
    ours, pearsons = [], []
    speakers = sum(sizes)
    group = np.repeat(np.arange(len(sizes)), sizes)
    for _ in range(studies):
        said = random.poisson(30, speakers) + 1
        speaker = np.repeat(np.arange(speakers), said)
        share = (
            random.beta(0.8, 6, (speakers, CODES)) if spread else np.full((speakers, CODES), 0.1)
        )
        there = random.random((len(speaker), CODES)) < share[speaker]
        utterances = pd.DataFrame(
            {"document": "d", "position": np.arange(len(speaker)), "speaker": speaker.astype(str),
             "stakeholder_type": group[speaker].astype(str)}
        )  # fmt: skip
        table = analysis.frequency(_codings(utterances, there), utterances, permutations=399)
        by_code = table.drop_duplicates("code")["p"].dropna()
        ours += (by_code <= 0.05).tolist()
        for _, rows in table.groupby("code"):
            cells = np.array([rows["n"], rows["total"] - rows["n"]])
            if (cells.sum(axis=1) > 0).all():
                pearsons.append(stats.chi2_contingency(cells, correction=False).pvalue <= 0.05)
    return [float(np.mean(ours)), float(np.mean(pearsons))]


def pairs(
    documents: int, length: int, studies: int, *, runs: float = 0.0, seed: int = 1
) -> list[float]:
    """Return the shares of false positives of the t test over documents and of one chi-square.

    Args:
        documents: in each study.
        length: utterances in each document.
        studies: how many studies to make up, of 20 codes each.
        runs: how much an utterance takes after the one before it, 0 to 1.
        seed: of the random numbers.
    """
    random = np.random.default_rng(seed)
    ours, pearsons = [], []
    for _ in range(studies):
        utterances, there = _talk(random, documents, length, runs)
        table = analysis.cooccurrence(_codings(utterances, there), utterances)
        ours += (table["p"].dropna() <= 0.05).tolist()
        n = there.astype(float).T @ there
        for a, b in zip(*np.triu_indices(CODES, 1), strict=True):
            cells = [[n[a, b], n[a, a] - n[a, b]],
                     [n[b, b] - n[a, b], len(there) - n[a, a] - n[b, b] + n[a, b]]]  # fmt: skip
            pearsons.append(stats.chi2_contingency(cells, correction=False).pvalue <= 0.05)
    return [float(np.mean(ours)), float(np.mean(pearsons))]


def sequences(
    documents: int, length: int, studies: int, *, runs: float = 0.0, seed: int = 1
) -> float:
    """Return the share of false positives of the test for sequences; arguments as ``pairs``."""
    random = np.random.default_rng(seed)
    found: list[bool] = []
    for number in range(studies):
        utterances, there = _talk(random, documents, length, runs)
        table = analysis.sequences(
            _codings(utterances, there), utterances, step="utterance", permutations=399, seed=number
        )
        found += (table["p"].dropna() <= 0.05).tolist()
    return float(np.mean(found))


def _talk(
    random: np.random.Generator, documents: int, length: int, runs: float
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return utterances of documents that differ in what they are about, and their codes."""
    parts = []
    for _ in range(documents):
        share = random.beta(1.2, 6, CODES)
        fresh = random.random((length, CODES)) < share
        keep = random.random((length, CODES)) < runs
        keep[0] = False
        last = np.maximum.accumulate(np.where(keep, 0, np.arange(length)[:, None]), axis=0)
        parts.append(np.take_along_axis(fresh, last, axis=0))
    names = np.repeat([f"d{n:03}" for n in range(documents)], length)
    position = np.tile(np.arange(length), documents)
    utterances = pd.DataFrame({"document": names, "position": position})
    return utterances.assign(speaker=(position % 2).astype(str)), np.vstack(parts)


def _codings(utterances: pd.DataFrame, there: np.ndarray) -> pd.DataFrame:
    row, code = np.nonzero(there)
    names = np.array([f"c{n:02}" for n in range(CODES)])
    return utterances.iloc[row][["document", "position"]].assign(code=names[code])


def _line(what: str, ours: float, other: float | None) -> None:
    beside = "" if other is None else f"{other:12.3f}"
    sys.stdout.write(f"{what:62}{ours:8.3f}{beside}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.stdout.write(f"{'false positives at 5 %':62}{'qualkit':>8}{'Pearson':>12}\n")
    for sizes in ((10, 10, 10, 10), (4, 4, 4), (25, 8, 4, 3)):
        shown = ", ".join(map(str, sizes))
        _line(f"code x group, speakers differ, groups of {shown}", *groups(sizes, 40))
    _line("code x group, speakers alike, groups of 10, 10", *groups((10, 10), 40, spread=0))
    _line("co-occurrence, 20 documents of 100", *pairs(20, 100, 10))
    _line("co-occurrence, 20 documents of 100, in runs", *pairs(20, 100, 10, runs=0.5))
    _line("sequences, 20 documents of 60", sequences(20, 60, 6), None)
    _line("sequences, 20 documents of 60, in runs", sequences(20, 60, 6, runs=0.5), None)
