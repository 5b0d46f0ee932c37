"""Utterances as the model sees them: what each two have in common, and what each feature weighs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

from qualkit.suggest.context import Context
from qualkit.suggest.features import LeanWords, WordMatrix

__all__ = ["RIDGE", "Part", "Weights", "inverse_of", "primal"]

Floats = npt.NDArray[np.float32]

RIDGE = 3.0  # strength of the regularisation; measured, and flat between 2 and 6
_BEFORE, _AFTER = 0.4, 0.3  # weight of what stands beside an utterance


@dataclass(frozen=True)
class Part:
    """Some documents and all codebook entries, as the model sees them.

    Attributes:
        words: utterances near coded ones, then the codebook entries.
        context: surroundings of the utterances.
        coded: which of the utterances are reviewed.
        rows: which reviewed utterances these are.
    """

    words: WordMatrix
    context: Context
    coded: npt.NDArray[np.intp]
    rows: npt.NDArray[np.intp]

    @property
    def near(self) -> int:
        """Number of utterances, without the codebook entries."""
        return len(self.words.size) - self.entries

    @property
    def entries(self) -> int:
        """Number of codebook entries."""
        return len(self.words.size) - len(self.context.facts)

    def mixing(self) -> Floats:
        """Return reviewed utterances and entries x roles; an entry belongs to all equally."""
        roles = self.context.roles[self.coded]
        equal = np.full((self.entries, roles.shape[1]), 1 / roles.shape[1], np.float32)
        return np.vstack([roles, equal])

    def kernel(self) -> Floats:
        """Return how much each two of the reviewed utterances and entries have in common."""
        kernel, beside = self.word_kernels()
        many, loud = len(self.coded), self.context.loudness[self.coded]
        kernel[:many] *= loud[:, None]
        kernel[:, :many] *= loud
        facts = self.context.facts[self.coded]
        kernel[:many, :many] += beside + facts @ facts.T
        kernel *= self.role_kernel()
        return np.asarray(kernel, dtype=np.float32)

    def word_kernels(self) -> tuple[Floats, Floats]:
        """Return what the words have in common: of all, and of what stands beside the reviewed."""
        gram = self.words.gram()
        near, coded = self.near, self.coded
        own = np.concatenate([coded, np.arange(near, near + self.entries)])
        around = gram[:near, :near]
        beside = np.zeros((len(coded), len(coded)), np.float32)
        for weight, band in ((_BEFORE, self.context.before), (_AFTER, self.context.after)):
            here = band[coded]
            beside += weight**2 * (here @ (here @ around).T)
        return gram[np.ix_(own, own)], beside

    def role_kernel(self) -> Floats:
        """Return by how much what two have in common counts, by who speaks."""
        mixing, own_share = self.mixing(), np.float32(self.context.role_share)
        return np.asarray((1 + own_share * (mixing @ mixing.T)) / (1 + own_share), np.float32)


@dataclass(frozen=True)
class Weights:
    """What each feature adds to the score of some codes.

    Attributes:
        own, before, after: roles x features x codes: words of the utterance and those beside it.
        facts: roles x facts x codes.
    """

    own: Floats
    before: Floats
    after: Floats
    facts: Floats

    def scores(self, words: WordMatrix | LeanWords, context: Context) -> Floats:
        """Return the scores, utterances x codes.

        An utterance whose speaker's role is unknown counts equally for all roles.
        """
        many = len(self.own)
        found = np.zeros((len(words.size), self.own.shape[2]), np.float32)
        kind = np.where(context.roles.max(axis=1) == 1, context.roles.argmax(axis=1), many)
        for role in np.unique(kind):
            rows = np.flatnonzero(kind == role)
            own, before, after, facts = self._of(role)
            said = words.times(own, rows) * context.loudness[rows, None]
            said += context.facts[rows] @ facts
            for band, weights in ((context.before, before), (context.after, after)):
                near, beside = _only_those_beside(band[rows])
                said += near @ words.times(weights, beside)
            found[rows] = said
        return found

    def _of(self, role: int) -> tuple[Floats, Floats, Floats, Floats]:
        if role == len(self.own):
            return self._of_all
        return self.own[role], self.before[role], self.after[role], self.facts[role]

    @cached_property
    def _of_all(self) -> tuple[Floats, Floats, Floats, Floats]:
        """The mean of the weights of all roles."""
        return (
            self.own.mean(axis=0),
            self.before.mean(axis=0),
            self.after.mean(axis=0),
            self.facts.mean(axis=0),
        )


def _only_those_beside(
    band: sparse.csr_matrix,
) -> tuple[sparse.csr_matrix, npt.NDArray[np.intp]]:
    """Return a table without its empty columns, and which the others are."""
    is_beside = np.zeros(band.shape[1], dtype=bool)
    is_beside[band.indices] = True
    beside = np.flatnonzero(is_beside)
    place = (np.cumsum(is_beside) - 1)[band.indices]
    shape = (band.shape[0], len(beside))
    return sparse.csr_matrix((band.data, place, band.indptr), shape=shape), beside


def inverse_of(kernel: Floats) -> Floats:
    """Return the inverse of the kernel with the ridge on its diagonal."""
    ridged = kernel.copy()
    ridged[np.diag_indices(len(ridged))] += RIDGE
    factor, failed = linalg.lapack.spotrf(ridged, lower=1)
    if failed:  # rounding made it lose its sign: rare, and then worth the longer numbers
        ridged = kernel.astype(np.float64)
        ridged[np.diag_indices(len(ridged))] += RIDGE
        return np.asarray(np.linalg.inv(ridged), dtype=np.float32)
    inverse, _ = linalg.lapack.spotri(factor, lower=1)
    lower = np.tril(inverse)
    return np.asarray(lower + np.tril(lower, -1).T, dtype=np.float32)


def primal(part: Part, alpha: Floats) -> list[Floats]:
    """Return the weights of own words, words before, words after, and facts, for each role."""
    many, near, codes = len(part.coded), part.near, alpha.shape[1]
    mixing = part.mixing()
    roles = mixing.shape[1]
    values = np.zeros((3, len(part.words.size), roles, codes), np.float32)
    facts = []
    for role in range(roles):
        own_share = np.float32(part.context.role_share)
        share = (1 + own_share * mixing[:, role : role + 1]) / (1 + own_share)
        weighed = (share * alpha).astype(np.float32)
        loud = part.context.loudness[part.coded, None]
        values[0, part.coded, role] = loud * weighed[:many]
        values[0, near:, role] = weighed[many:]
        for place, strength, band in (
            (1, _BEFORE, part.context.before),
            (2, _AFTER, part.context.after),
        ):
            values[place, :near, role] = strength**2 * (band[part.coded].T @ weighed[:many])
        facts.append(part.context.facts[part.coded].T @ weighed[:many])
    found = []
    for side in values:
        product = part.words.transposed_times(side.reshape(len(side), -1))
        found.append(product.reshape(-1, roles, codes).transpose(1, 0, 2))
    return [np.ascontiguousarray(one) for one in (*found, np.stack(facts))]
