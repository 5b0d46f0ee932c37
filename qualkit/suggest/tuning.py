"""What of an utterance is worth looking at in this study, found out on documents held out.

Whether long utterances should count for more than short ones, or words that come again tell
anything, differs from study to study. Each such option (``context.OPTIONS``) is tried in turn: it
stays when codes of documents that were not learned from come out closer than without it. Trying is
cheap, because a kernel with an option is a sum of parts, and what a model without a document would
say of it follows in closed form (see ``learner``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from qualkit.suggest.context import LOUDNESS, OPTIONS
from qualkit.suggest.learner import blocks_of
from qualkit.suggest.parts import Part, inverse_of

__all__ = ["some_rows", "useful_options"]

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]

_ENOUGH = 800  # reviewed utterances that options are tried on
_FEWEST = 20
_LEAST_GAIN = 0.001  # share of the variance of the codes that an option must explain to stay


def some_rows(documents: npt.NDArray[Any], seed: int) -> Places:
    """Return rows to try on: whole documents by lot, about 800 utterances; none of too few.

    Example:
        >>> some_rows(np.array(["a"] * 30 + ["b"] * 10, dtype=object), seed=0).size
        40
        >>> some_rows(np.array(["a"] * 5, dtype=object), seed=0).size
        0
    """
    if len(documents) < _FEWEST:
        return np.array([], dtype=np.intp)
    different, place = np.unique(documents, return_inverse=True)
    drawn = np.random.default_rng(seed).permutation(len(different))
    size = np.bincount(place)[drawn]
    before = np.cumsum(size) - size
    taken = np.isin(place, drawn[before + size <= _ENOUGH])
    rows = np.flatnonzero(taken if taken.any() else place == drawn[0])
    return rows[: 2 * _ENOUGH]


def useful_options(
    part: Part,
    kinds: Sequence[str],
    labels: Floats,
    entries: Places,
    documents: npt.NDArray[Any],
) -> tuple[str, ...]:
    """Return which options help, in the order of ``OPTIONS``.

    Args:
        part: the utterances to try on, described with all options.
        kinds: for each fact, the option it belongs to; "" for those always looked at.
        labels: these utterances x codes.
        entries: for each text of the codebook, which code it belongs to.
        documents: the document of each utterance.
    """
    trial = _Trial(part, kinds, labels, entries, blocks_of(documents))
    chosen: tuple[str, ...] = ()
    best = trial.missed(chosen) if labels.any() else 0.0
    for option in OPTIONS if labels.any() else ():
        missed = trial.missed((*chosen, option))
        if missed < best - _LEAST_GAIN:
            best, chosen = missed, (*chosen, option)
    return chosen


class _Trial:
    """Kernel ridge regression on a few hundred utterances, with any options."""

    def __init__(
        self,
        part: Part,
        kinds: Sequence[str],
        labels: Floats,
        entries: Places,
        blocks: Sequence[Places],
    ) -> None:
        self._words, self._beside = part.word_kernels()
        self._facts = part.context.facts[part.coded]
        self._loud = part.context.loudness[part.coded]
        self._roles = part.role_kernel()
        self._kinds = np.array(kinds, dtype=object)
        self._blocks = blocks
        shares = (labels.sum(axis=0) + 1) / (len(labels) + 2)
        own = np.zeros((len(entries), labels.shape[1]), np.float32)
        own[np.arange(len(entries)), entries] = 1
        self._targets = (np.vstack([labels, own]) - shares).astype(np.float32)

    def missed(self, options: Collection[str]) -> float:
        """Return the share of the variance of the codes that held-out scores do not explain."""
        many = len(self._facts)
        kernel = self._words.copy()
        if LOUDNESS in options:
            kernel[:many] *= self._loud[:, None]
            kernel[:, :many] *= self._loud
        facts = self._facts[:, np.isin(self._kinds, ["", *options])]
        kernel[:many, :many] += self._beside + facts @ facts.T
        inverse = inverse_of(kernel * self._roles)
        dual = inverse @ self._targets
        wrong = 0.0
        for block in self._blocks:
            gap = np.linalg.solve(inverse[np.ix_(block, block)], dual[block])
            wrong += float((gap**2).sum())
        return wrong / max(float((self._targets[:many] ** 2).sum()), 1e-9)
