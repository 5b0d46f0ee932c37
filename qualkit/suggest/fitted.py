"""All that was learned in one fit, and the scores that follow from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.model import Code, Codebook
from qualkit.suggest.calibration import Matrix, best_threshold, calibrate
from qualkit.suggest.context import AROUND, OPTIONS, Setting
from qualkit.suggest.features import WordFeatures, WordMatrix
from qualkit.suggest.learner import Coded, Learner, blocks_of
from qualkit.suggest.material import (
    Entries,
    deal,
    entries_of,
    evenly,
    in_blocks,
    near_rows,
    themes_of,
)
from qualkit.suggest.neighbours import Neighbours, follows, look_beside
from qualkit.suggest.parts import Part, Weights
from qualkit.suggest.tuning import some_rows, useful_options

__all__ = ["Fitted", "Teaching"]

Floats = npt.NDArray[np.float32]

_LEAST_THRESHOLD, _MOST_THRESHOLD = 0.05, 0.6
_USUAL_THRESHOLD = 0.2  # until enough is coded to choose one
_HALF_CHOSEN = 10  # reviewed utterances after which the chosen threshold counts half
_MORE = 0.2  # by how much the threshold that is best for held-out scores is too low at first:
_HALF_MORE = 400  # they come from less coding; reviewed utterances after which it is half of that
_LEAST_LIKENESS = 0.3  # to a codebook entry, where nothing has been coded yet
_PART = 4000  # reviewed utterances learned from at once
_BLOCK = 20_000  # utterances scored at once: bounds the memory
_CODES = 200  # codes whose weights are kept: bounds the memory
_ENTRIES_TRIED = 500  # with more texts in the codebook, options are tried without it
_FINEST = np.float32(2**-20)  # scores are rounded to this: what differs by less is chance
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
        neighbours: what the likely codes of the utterances beside tell; None: nothing.
    """

    neighbours: Neighbours | None = None
    _apart: Floats | None = None

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
        many = self.labels.shape[1]
        self._weights = self.learner.weights() if many <= _CODES else None
        if self.is_calibrated and many <= _CODES:
            self._look_beside(near)
        self.calibration = calibrate(
            self.held_out, self.learner.held_out_shares, self.labels, documents.nunique()
        )
        self.full = np.ones(many)
        if not self.is_calibrated:
            self.full = np.maximum(self.learner.of_entries(entries.code, many), 1e-6)

    @property
    def is_calibrated(self) -> bool:
        """Whether anything has been coded, so that scores can become probabilities."""
        return len(self.labels) > 0

    @property
    def held_out(self) -> Floats:
        """Reviewed utterances x codes: the score that each would have got without its document."""
        return self.learner.held_out if self._apart is None else self._apart

    def scores(self, frame: pd.DataFrame) -> Matrix:
        """Return utterances x codes, from 0 to 1, in the order of the index of the frame.

        Scores are rounded to the sixth place, so that codes of which nothing is known come out
        equal: their order is then that of the codebook, not that of the last binary digit.
        """
        scores = np.zeros((len(frame), self.labels.shape[1]))
        for block in in_blocks(frame, _BLOCK):
            rows = block.index.to_numpy()
            for part, found in self._first_look(block):
                if self.neighbours is not None:
                    for side in self.neighbours.beside(found, follows(block)):
                        np.add(found, side, out=found)
                scores[rows, part] = np.rint(found / _FINEST) * _FINEST
        if self.is_calibrated:
            return self.calibration.probabilities(scores, self.learner.shares)
        return np.asarray(np.clip(scores / self.full, 0, 1))

    def told_by_neighbours(self, frame: pd.DataFrame, row: int, code: int) -> tuple[float, float]:
        """Return what the likely codes just before and just after an utterance add for a code.

        Args:
            frame: the utterances of its document, in order.
            row: which of them it is.
            code: number of the code.
        """
        if self.neighbours is None:
            return 0.0, 0.0
        first = max(0, row - AROUND - 1)
        part = frame.iloc[first : row + AROUND + 2]
        ((_, found),) = self._first_look(part)
        sides = self.neighbours.beside(found, follows(part))
        before, after = (float(side[row - first, code]) for side in sides)
        return before, after

    def weights(self, codes: slice) -> Weights:
        """Return what each feature adds to the score of some codes."""
        if self._weights is None:
            return self.learner.weights(codes)
        whole = self._weights
        parts = (whole.own, whole.before, whole.after, whole.facts)
        return Weights(*(part[:, :, codes] for part in parts))

    def threshold(self, strictness: float) -> float:
        """Return from which score to offer a code.

        ``strictness`` times the best F1 that the scores of held-out documents let expect, and a
        little more while little is coded: what has learned from all documents is surer of new
        ones than what has learned without one.
        """
        if not self.is_calibrated:
            return 2 * strictness * _LEAST_LIKENESS
        held_out = self.calibration.probabilities(self.held_out, self.learner.held_out_shares)
        count = len(self.labels)
        chosen = count / (count + _HALF_CHOSEN)
        surer = 1 + _MORE * _HALF_MORE / (_HALF_MORE + count)
        best = chosen * surer * best_threshold(held_out) + (1 - chosen) * _USUAL_THRESHOLD
        return float(np.clip(2 * strictness * best, _LEAST_THRESHOLD, _MOST_THRESHOLD))

    def _first_look(self, block: pd.DataFrame) -> Iterator[tuple[slice, Floats]]:
        """Yield codes and the scores that words and setting give them, utterances x these codes."""
        words = self.features.lean(block["text"].tolist(), block["language"].tolist())
        around = self.setting.describe(block, words)
        for first in range(0, self.labels.shape[1], _CODES):
            part = slice(first, first + _CODES)
            yield part, self.weights(part).scores(words, around)

    def _look_beside(self, near: pd.DataFrame) -> None:
        """Learn what the likely codes of the utterances beside tell, at most ``_CODES`` in all."""
        coded = near["order"].isin(self.coded["order"]).to_numpy()
        scores = np.zeros((len(near), self.labels.shape[1]), np.float32)
        if not coded.all():
            ((_, scores),) = self._first_look(near)
        scores[coded] = self.learner.held_out
        blocks = blocks_of(self.coded["document"].to_numpy())
        rows, shares = np.flatnonzero(coded), self.learner.shares
        found = look_beside(scores, follows(near), rows, self.labels, shares, blocks)
        if found is not None:
            self.neighbours, added = found
            self._apart = self.learner.held_out + added

    def _parts(self, near: pd.DataFrame, entries: Entries, seed: int) -> list[Part]:
        """Return the material in parts small enough to learn from at once."""
        words = self.features.transform(near["text"].tolist(), near["language"].tolist())
        written = self.features.entries(entries.texts, self.language, entries.code, entries.marks)
        order = self.coded["order"].to_numpy()

        def part(rows: npt.NDArray[np.intp], options: Sequence[str], book: WordMatrix) -> Part:
            chosen = near["order"].isin(order[rows]).to_numpy()
            beside = near_rows(near, chosen)
            said = words.take(np.flatnonzero(beside))
            context = self.setting.describe(near[beside], said, options)
            return Part(said.above(book), context, np.flatnonzero(chosen[beside]), rows)

        documents = self.coded["document"].to_numpy()
        some = some_rows(documents, seed)
        if len(some):
            kinds = self.setting.fact_kinds()
            tried = np.arange(len(entries.texts) if len(entries.texts) <= _ENTRIES_TRIED else 0)
            given = (self.labels[some], entries.code[tried], documents[some])
            trial = part(some, OPTIONS, written.take(tried))
            self.setting.options_ = useful_options(trial, kinds, *given)
        dealt = deal(documents, _PART, seed)
        return [part(rows, self.setting.options_, written) for rows in dealt]
