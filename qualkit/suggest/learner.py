"""What is learned from codings: one linear model for all codes, and what it says of strangers.

Kernel ridge regression with one output per code (Saunders, Gammerman & Vovk 1998). One matrix is
inverted for all codes, and from that inverse follows, exactly and without learning again, what the
model would say of each document had it not been shown it: for the rows D of a document,
``prediction = y_D - (A_DD)^-1 (A y)_D`` with ``A`` the inverse (the block form of the leave-one-out
formula of Cook & Weisberg 1982, "Residuals and influence in regression").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from qualkit.suggest.features import WordMatrix
from qualkit.suggest.parts import RIDGE, Part, Weights, inverse_of, primal

__all__ = ["Coded", "Learner", "blocks_of"]

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_SHARE_STRENGTH = 5.0  # utterances that the common share of all codes counts for
_THEME_STRENGTH = 1.0  # codings after which a code stands on its own feet beside its theme
_CHUNKS = 5  # parts that fewer than three documents are cut into
_FEWEST_DOCUMENTS = 3


@dataclass(frozen=True)
class Coded:
    """What people coded.

    Attributes:
        labels: reviewed utterances x codes, 1 where the code applies.
        documents: the document of each.
        entries: for each text of the codebook, which code it belongs to.
        themes: for each code, the number of the group it shares with its siblings; -1: none.
    """

    labels: Floats
    documents: npt.NDArray[Any]
    entries: Ints
    themes: Ints


class Learner:
    """The model of all codes.

    Attributes:
        shares: share of reviewed utterances with each code, drawn towards the common share.
        held_out: reviewed utterances x codes: the score without the utterance's document.
        held_out_shares: the share of each code in the other documents, same shape.
    """

    def fit(self, parts: Sequence[Part], coded: Coded) -> Learner:
        """Learn from the parts; what they learn is averaged.

        A study of more than a few thousand reviewed utterances comes in several parts (Zhang,
        Duchi & Wainwright 2015, "Divide and conquer kernel ridge regression").
        """
        self._parts = list(parts)
        self._blocks = blocks_of(coded.documents)
        rules = _Shares(coded)
        self.shares = rules.without(None)[0]
        self.held_out = np.zeros(coded.labels.shape, np.float32)
        self.held_out_shares = np.zeros(coded.labels.shape, np.float32)
        self._alphas: list[Floats] = []
        differences = []
        for part in self._parts:
            alpha, difference = self._solve(part, coded, rules)
            self._alphas.append(alpha / np.float32(len(self._parts)))
            differences.append(difference)
        if len(self._parts) > 1:
            whole = self.weights()
            for part, difference in zip(self._parts, differences, strict=True):
                near = part.words.take(np.arange(part.near))
                said = whole.scores(near, part.context)[part.coded]
                self.held_out[part.rows] = said - difference / len(self._parts)
        return self

    def weights(self, codes: slice = slice(None)) -> Weights:
        """Return what each feature adds to the score of these codes."""
        found: list[Floats] | None = None
        for part, alpha in zip(self._parts, self._alphas, strict=True):
            these = primal(part, alpha[:, codes])
            found = these if found is None else [a + b for a, b in zip(found, these, strict=True)]
        return Weights(*(found or []))

    def taught_by_codebook(self, code: int, roles: Floats) -> Floats:
        """Return what of a code's weights, features of own words, the codebook taught.

        Args:
            code: number of the code.
            roles: for one utterance, how far each role is its speaker's.
        """
        found = np.zeros(1, np.float32)
        for part, alpha in zip(self._parts, self._alphas, strict=True):
            rows = np.arange(part.near, len(part.words.size))
            own_share = part.context.role_share
            share = (1 + own_share / roles.size) / (1 + own_share) * roles.sum()
            values = np.float32(share) * alpha[len(part.coded) :, code : code + 1]
            found = found + part.words.take(rows).transposed_times(values)[:, 0]
        return np.asarray(found, dtype=np.float32)

    def likeness(self, said: WordMatrix, rows: npt.NDArray[np.intp]) -> Floats:
        """Return how much the words of one text are like those of reviewed utterances, 0 to 1."""
        found = np.zeros(len(self.held_out), np.float32)
        column = said.transposed_times(np.ones((1, 1), np.float32))
        whole = float((column**2).sum())
        for part in self._parts:
            place = np.full(len(self.held_out), -1)
            place[part.rows] = part.coded
            here = rows[place[rows] >= 0]
            words = part.words.take(place[here])
            own = words.sparse.multiply(words.sparse).sum(axis=1)
            length = np.asarray(own).ravel() + (words.parts**2).sum(axis=1)
            scale = np.sqrt(length * whole)
            found[here] = words.times(column)[:, 0] / np.where(scale > 0, scale, 1)
        return np.clip(found[rows], 0, 1)

    def of_entries(self, entry: Ints, codes: int) -> Floats:
        """Return, for each code, the best score that one of its codebook entries gets itself."""
        part = self._parts[0]
        weights = self.weights()
        rows = np.arange(part.near, len(part.words.size))
        scores = part.words.take(rows).times(weights.own.mean(axis=0))
        best = np.zeros(codes, np.float32)
        np.maximum.at(best, entry, scores[np.arange(len(entry)), entry])
        return best

    def _solve(self, part: Part, coded: Coded, rules: _Shares) -> tuple[Floats, Floats]:
        """Return the dual weights, and how far being shown a document moves its scores."""
        inverse = inverse_of(part.kernel())
        many = len(part.rows)
        targets = rules.targets(part)
        dual = inverse @ targets
        alpha = rules.combined(dual, None)
        difference = np.zeros((many, coded.labels.shape[1]), np.float32)
        said = rules.combined(targets, None)[:many] - RIDGE * alpha[:many]
        place = np.full(len(coded.labels), -1)
        place[part.rows] = np.arange(many)
        for block in self._blocks:
            here = place[block]
            here = here[here >= 0]
            if not len(here):
                continue
            left = np.linalg.solve(inverse[np.ix_(here, here)], dual[here])
            apart = rules.combined(targets[here] - left, block)
            self.held_out[part.rows[here]] = apart
            self.held_out_shares[part.rows[here]] = rules.without(block)[0]
            difference[here] = said[here] - apart
        return np.asarray(alpha, dtype=np.float32), difference


class _Shares:
    """How common codes are, with and without some utterances, and what that makes of answers.

    The model learns what lifts a code above its share. A code with few codings leans on its
    theme: the rarer it is, the more of what is learned of the theme as a whole counts for it.
    """

    def __init__(self, coded: Coded) -> None:
        self._coded = coded
        self._themes = int(coded.themes.max(initial=-1)) + 1
        self._grouped = np.flatnonzero(coded.themes >= 0)
        self._written = np.bincount(coded.entries, minlength=coded.labels.shape[1])
        self._theme_labels = self._in_themes(coded.labels)
        both = np.hstack([coded.labels, self._theme_labels])
        self._counts = both.sum(axis=0, dtype=np.float64)

    def targets(self, part: Part) -> Floats:
        """Return rows of the part x (codes, themes, one column of ones)."""
        codes = self._coded.labels.shape[1]
        entries = np.zeros((part.entries, codes), np.float32)
        entries[np.arange(part.entries), self._coded.entries] = 1
        labels = np.vstack([self._coded.labels[part.rows], entries])
        ones = np.ones((len(labels), 1), np.float32)
        return np.hstack([labels, self._in_themes(labels), ones])

    def without(
        self, block: npt.NDArray[np.intp] | None
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return the shares of codes, of themes, and the counts, without some utterances."""
        codes = self._coded.labels.shape[1]
        counts, total = self._counts, len(self._coded.labels)
        if block is not None:
            labels = (self._coded.labels[block], self._theme_labels[block])
            counts = counts - np.hstack([part.sum(axis=0, dtype=np.float64) for part in labels])
            total -= len(block)
        common = (counts[:codes].sum() + 1) / (total * codes + 20)
        size = np.bincount(self._coded.themes[self._grouped], minlength=self._themes)
        usual = common * np.concatenate([np.ones(codes), size])
        shares = (counts + _SHARE_STRENGTH * usual) / (total + _SHARE_STRENGTH)
        shares = np.minimum(shares, 1 - 0.5 / (total + 1))
        return shares[:codes], shares[codes:], counts[:codes]

    def combined(self, answers: Floats, block: npt.NDArray[np.intp] | None) -> Floats:
        """Return rows x codes from rows x (codes, themes, ones)."""
        codes = self._coded.labels.shape[1]
        shares, theme_shares, counts = self.without(block)
        ones = answers[:, -1:]
        found = answers[:, :codes] - ones * shares.astype(np.float32)
        if len(self._grouped):
            theme = self._coded.themes[self._grouped]
            of_theme = answers[:, codes + theme] - ones * theme_shares[theme].astype(np.float32)
            part = shares[self._grouped] / theme_shares[theme]
            examples = (counts + self._written)[self._grouped]
            lean = _THEME_STRENGTH / (_THEME_STRENGTH + examples)
            own = found[:, self._grouped]
            mixed = (1 - lean) * own + lean * part * of_theme
            found[:, self._grouped] = mixed.astype(np.float32)
        return np.asarray(found, dtype=np.float32)

    def _in_themes(self, labels: Floats) -> Floats:
        found = np.zeros((len(labels), self._themes), np.float32)
        for theme in range(self._themes):
            found[:, theme] = labels[:, self._coded.themes == theme].max(axis=1, initial=0)
        return found


def blocks_of(documents: npt.NDArray[Any]) -> list[npt.NDArray[np.intp]]:
    """Return the rows to hold out together: those of a document; of one or two, fifths.

    Example:
        >>> [block.tolist() for block in blocks_of(np.array(["a", "b", "b", "c"]))]
        [[0], [1, 2], [3]]
    """
    different, place = np.unique(documents, return_inverse=True)
    if len(different) < _FEWEST_DOCUMENTS:
        parts = np.array_split(np.arange(len(documents)), _CHUNKS)
        return [part for part in parts if len(part)]
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place))[:-1]
    return np.split(order, ends)
