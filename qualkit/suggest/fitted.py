"""All that was learned in one fit, and the scores that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.model import Code, Codebook
from qualkit.suggest.calibration import Matrix, best_threshold, calibrate
from qualkit.suggest.context import Setting
from qualkit.suggest.features import WordFeatures
from qualkit.suggest.learner import Coded, Learner, Part, Weights, blocks_of
from qualkit.suggest.material import (
    Entries,
    deal,
    entries_of,
    evenly,
    in_blocks,
    near_rows,
    themes_of,
)

__all__ = ["Fitted", "Teaching"]

Floats = npt.NDArray[np.float32]

_LEAST_THRESHOLD, _MOST_THRESHOLD = 0.08, 0.6
_USUAL_THRESHOLD = 0.16  # until enough is coded to choose one
_HALF_CHOSEN = 100  # reviewed utterances after which the chosen threshold counts half
_LEAST_LIKENESS = 0.3  # to a codebook entry, where nothing has been coded yet
_PART = 4000  # reviewed utterances learned from at once
_BLOCK = 5000  # utterances scored at once: bounds the memory
_CODES = 200  # codes whose weights are kept: bounds the memory
_UNREAD = 1000  # utterances nobody has coded that help to tell how rare words are


@dataclass(frozen=True)
class Teaching:
    """What there is to learn from.

    Attributes:
        frame: all utterances, as ``material.in_order`` returns them.
        seen: which of them are reviewed.
        labels: reviewed utterances x codes.
        codes: the codes in use.
        codebook: the codebook they are from, if any.
        seed: for dealing a large study into parts.
    """

    frame: pd.DataFrame
    seen: npt.NDArray[np.bool_]
    labels: Floats
    codes: Sequence[Code]
    codebook: Codebook | None
    seed: int


class Fitted:
    """Learns from the material; then scores utterances.

    Attributes:
        features, setting, learner, calibration: as learned.
        coded: the reviewed utterances, in the order of ``labels``.
        labels: reviewed utterances x codes.
    """

    def __init__(self, given: Teaching) -> None:
        frame, seen = given.frame, given.seen
        self.coded, self.labels = frame[seen], given.labels
        near = frame[near_rows(frame, seen)]
        entries = entries_of(given.codes, given.codebook)
        usual = frame["language"].mode()
        self.language: str | None = None if usual.empty else usual.iloc[0]
        unread = frame.iloc[evenly(np.flatnonzero(~seen), _UNREAD)]
        known = pd.concat([near, unread[~unread.index.isin(near.index)]])
        tongues = [*known["language"], *[self.language] * len(entries.texts)]
        self.features = WordFeatures({code.id: code.markers for code in given.codes})
        self.features.fit([*known["text"], *entries.texts], tongues)
        documents = self.coded["document"]
        self.setting = Setting().fit(near)
        roles = self.coded[self.setting.column_]
        self.setting.weigh(roles, self.labels, blocks_of(documents.to_numpy()))
        themes = themes_of(given.codes, given.codebook)
        rules = Coded(self.labels, documents.to_numpy(), entries.code, themes)
        self.learner = Learner().fit(self._parts(near, entries, given.seed), rules)
        self.calibration = calibrate(
            self.learner.held_out,
            self.learner.held_out_shares,
            self.labels,
            documents.nunique(),
        )
        many = self.labels.shape[1]
        self._weights = self.learner.weights() if many <= _CODES else None
        self.full = np.ones(many)
        if not self.is_calibrated:
            self.full = np.maximum(self.learner.of_entries(entries.code, many), 1e-6)

    @property
    def is_calibrated(self) -> bool:
        """Whether anything has been coded, so that scores can become probabilities."""
        return len(self.labels) > 0

    def scores(self, frame: pd.DataFrame) -> Matrix:
        """Return utterances x codes, from 0 to 1, in the order of the index of the frame."""
        many = self.labels.shape[1]
        scores = np.zeros((len(frame), many))
        for block in in_blocks(frame, _BLOCK):
            words = self.features.transform(block["text"].tolist(), block["language"].tolist())
            around = self.setting.describe(block, words.size)
            for first in range(0, many, _CODES):
                part = slice(first, first + _CODES)
                found = self.weights(part).scores(words, around)
                scores[block.index.to_numpy(), part] = found
        if self.is_calibrated:
            return self.calibration.probabilities(scores, self.learner.shares)
        return np.asarray(np.clip(scores / self.full, 0, 1))

    def weights(self, codes: slice) -> Weights:
        """Return what each feature adds to the score of some codes."""
        if self._weights is None:
            return self.learner.weights(codes)
        whole = self._weights
        parts = (whole.own, whole.before, whole.after, whole.facts)
        return Weights(*(part[:, :, codes] for part in parts))

    def threshold(self, strictness: float) -> float:
        """Return from which score to offer a code.

        ``strictness`` times the best F1 that the scores of held-out documents let expect; with
        little coded, drawn towards what is usual.
        """
        if not self.is_calibrated:
            return 2 * strictness * _LEAST_LIKENESS
        held_out = self.calibration.probabilities(
            self.learner.held_out, self.learner.held_out_shares
        )
        chosen = len(self.labels) / (len(self.labels) + _HALF_CHOSEN)
        best = chosen * best_threshold(held_out) + (1 - chosen) * _USUAL_THRESHOLD
        return float(np.clip(2 * strictness * best, _LEAST_THRESHOLD, _MOST_THRESHOLD))

    def _parts(self, near: pd.DataFrame, entries: Entries, seed: int) -> list[Part]:
        """Return the material in parts small enough to learn from at once."""
        found = []
        written = self.features.entries(entries.texts, self.language, entries.code, entries.marks)
        for rows in deal(self.coded["document"].to_numpy(), _PART, seed):
            chosen = near["order"].isin(self.coded["order"].to_numpy()[rows]).to_numpy()
            beside = near_rows(near, chosen)
            here = near[beside]
            words = self.features.transform(here["text"].tolist(), here["language"].tolist())
            context = self.setting.describe(here, words.size)
            found.append(Part(words.above(written), context, np.flatnonzero(chosen[beside]), rows))
        return found
