"""What stands around an utterance: the utterances beside it, who speaks, where it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

if TYPE_CHECKING:
    from qualkit.suggest.features import LeanWords, WordMatrix

__all__ = ["AROUND", "LOUDNESS", "OPTIONS", "Context", "Setting", "roles_of"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

LOUDNESS = "loudness"
OPTIONS = (LOUDNESS, "echo", "length", "asks")
"""What may be looked at: how loud words of long utterances are, words that come again, length by
classes, question marks."""

AROUND = 5  # utterances before and after that are looked at
_FADING = 0.7  # the weight of each further utterance beside the one nearer
_MOST_ROLES = 6
_FEW_OF_A_ROLE = 2.0  # utterances of a role that count half
_LEAST_SHARE_OF_ROLE = 0.02
_ROLE, _ROLE_BESIDE, _LENGTH, _PLACE, _TURN = 1.0, 0.15, 0.4, 0.2, 0.3
_LENGTHS, _ASKS, _ECHO = 0.2, 0.4, 0.5
_ECHOES = 3  # utterances before and after whose words may come again
_PLACES = 9  # 1st, 2nd, 3rd-4th, 5th-8th ... of its document


@dataclass(frozen=True)
class Context:
    """What stands around each of some utterances, in the order of document and position.

    Attributes:
        before, after: utterances x utterances: the fading weight of those beside it.
        roles: utterances x roles: 1 for the role of its speaker; equal parts where unknown; one
            column of ones where the study knows no roles.
        facts: utterances x (role, roles beside it, length, place in the document, turn, options).
        role_share: from 0 to 1, how much of the weight of a word is the speaker's role's own.
        loudness: how much the words of each count: 1, or more for long utterances than short ones.
    """

    before: sparse.csr_matrix
    after: sparse.csr_matrix
    roles: Floats
    facts: Floats
    role_share: float
    loudness: Floats


class Setting:
    """Knows the roles of a study and describes the surroundings of utterances by them.

    Attributes:
        options_: which of ``OPTIONS`` are looked at; ``tuning`` finds out which help.
    """

    def fit(self, frame: pd.DataFrame) -> Setting:
        """Learn which roles there are: the commonest six that speak often enough.

        Where no role is known, the label of a speaker who speaks in more than one document
        ("Interviewer", "Q") stands for one.

        Args:
            frame: columns document, speaker, role.
        """
        self.column_ = "role" if (frame["role"] != "").any() else "speaker"
        roles = frame[self.column_]
        if self.column_ == "speaker":
            in_documents = frame["document"].groupby(roles).nunique()
            roles = roles[roles.isin(in_documents.index[in_documents > 1])]
        counts = roles[roles != ""].value_counts()
        counts = counts[counts >= _LEAST_SHARE_OF_ROLE * len(frame)]
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
        self.roles_ = [str(role) for role, _ in ranked[:_MOST_ROLES]]
        self.strength_ = 0.0
        self.options_: tuple[str, ...] = ()
        return self

    def weigh(self, roles: pd.Series[Any], labels: Floats, blocks: Sequence[Any]) -> Setting:
        """Learn how much roles tell of codes in documents that they were not learned from.

        What the role of a speaker makes more or less common elsewhere is laid beside what was
        coded: the slope of the line through both, from 0 (roles tell nothing) to 1, less what
        chance alone would give (the positive-part rule of James & Stein), squared.

        Args:
            roles: the role (or label) of each reviewed utterance.
            labels: reviewed utterances x codes.
            blocks: rows of each document.
        """
        place = pd.Index(self.roles_).get_indexer(pd.Index(roles, dtype=object))
        member = (place[:, None] == np.arange(len(self.roles_))).astype(np.float64)
        counts, sums, total = member.sum(axis=0), member.T @ labels, labels.sum(axis=0)
        alike, spread, noise = 0.0, 1e-12, 1e-12
        for block in blocks:
            left = len(labels) - len(block)
            usual = (total - labels[block].sum(axis=0)) / max(left, 1)
            other = counts - member[block].sum(axis=0)
            means = (sums - member[block].T @ labels[block]) - other[:, None] * usual
            lifted = member[block] @ (means / (other + _FEW_OF_A_ROLE)[:, None])
            alike += float((lifted * (labels[block] - usual)).sum())
            spread += float((lifted**2).sum())
            noise += float((lifted**2 * usual * (1 - usual)).sum())
        beyond_chance = max(0.0, 1 - noise / max(alike, 1e-12) ** 2) if alike > 0 else 0.0
        self.strength_ = float(np.clip(alike / spread, 0, 1) * beyond_chance) ** 2
        return self

    def describe(
        self,
        frame: pd.DataFrame,
        words: WordMatrix | LeanWords,
        options: Sequence[str] | None = None,
    ) -> Context:
        """Return the surroundings of utterances.

        Args:
            frame: columns document, order (its number among all utterances given), place (its
                number in the document, from 0), speaker, role; in order.
            words: their words.
            options: which of ``OPTIONS`` to look at; None takes ``options_``.
        """
        documents = pd.factorize(frame["document"])[0]
        order = frame["order"].to_numpy(np.int64)
        before, after = _beside(documents, order, -1), _beside(documents, order, 1)
        place = pd.Index(self.roles_).get_indexer(pd.Index(frame[self.column_], dtype=object))
        is_role = (place[:, None] == np.arange(len(self.roles_))).astype(np.float32)
        next_to = [_nearest(part) @ is_role for part in (before, after)]
        wanted = self.options_ if options is None else options
        facts = [
            self.strength_ * _ROLE * is_role,
            *(self.strength_ * _ROLE_BESIDE * part for part in next_to),
            _LENGTH * np.log1p(words.size)[:, None],
            _PLACE * _soft_bins(np.log2(1 + frame["place"].to_numpy(np.float64))),
            _TURN * _turns(before, frame["speaker"].to_numpy(object)),
            *(make(words, before, after) for name, make in _FACTS.items() if name in wanted),
        ]
        joined = np.hstack([np.asarray(part, dtype=np.float32) for part in facts])
        mixing = is_role if self.roles_ else np.ones((len(frame), 1), np.float32)
        mixing = np.where(place[:, None] < 0, 1 / mixing.shape[1], mixing).astype(np.float32)
        loud = _loudness(words.size) if LOUDNESS in wanted else np.ones(len(frame), np.float32)
        return Context(before, after, mixing, joined, self.strength_, loud)

    def fact_names(self) -> list[str]:
        """Return in words what each fact is."""
        return [
            *(f"(speaker: {role})" for role in self.roles_),
            *(f"(speaker before: {role})" for role in self.roles_),
            *(f"(speaker after: {role})" for role in self.roles_),
            *_ALWAYS,
            *(name for option in OPTIONS if option in self.options_ for name in _NAMES[option]),
        ]

    def fact_kinds(self) -> list[str]:
        """Return for each fact, all options looked at, its option; "" for those of none."""
        plain = 3 * len(self.roles_) + len(_ALWAYS)
        return [""] * plain + [option for option in OPTIONS for _ in _NAMES[option]]


def roles_of(frame: pd.DataFrame) -> list[str]:
    """Return the role that each utterance is spoken in; empty where nothing tells.

    "moderator" where the column ``is_moderator`` says so, else ``stakeholder_type``, else
    ``role``.
    """
    found = pd.Series("", index=frame.index, dtype=object)
    for column in ("role", "stakeholder_type"):
        if column in frame:
            given = frame[column].fillna("").astype(str).str.strip()
            found = found.where(given == "", given)
    if "is_moderator" in frame:
        found = found.mask(frame["is_moderator"].fillna(False).astype(bool), "moderator")
    return [str(role) for role in found]


def _beside(documents: npt.NDArray[Any], order: Ints, direction: int) -> sparse.csr_matrix:
    """Return utterances x utterances: how much of each one beside it is seen."""
    count = len(documents)
    rows, columns, weights = [], [], []
    for distance in range(1, min(AROUND, count - 1) + 1):
        is_near = (documents[:-distance] == documents[distance:]) & (
            order[distance:] - order[:-distance] == distance
        )
        first = np.flatnonzero(is_near)
        pair = (first + distance, first) if direction < 0 else (first, first + distance)
        rows.append(pair[0])
        columns.append(pair[1])
        weights.append(np.full(len(first), _FADING ** (distance - 1), np.float32))
    if not rows:
        return sparse.csr_matrix(np.zeros((count, count), np.float32))
    where = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix((np.concatenate(weights), where), shape=(count, count))


def _loudness(size: Ints) -> Floats:
    """Return how much the words of each utterance count: an utterance of 11 words counts 1."""
    return np.asarray(np.sqrt(np.log1p(size) / np.log(12)), dtype=np.float32)


def _lengths(words: WordMatrix | LeanWords, *_: sparse.csr_matrix) -> Floats:
    return np.asarray(_LENGTHS * _soft_bins(np.log2(1 + words.size)), dtype=np.float32)


def _asks(words: WordMatrix | LeanWords, *_: sparse.csr_matrix) -> Floats:
    return np.asarray(_ASKS * words.asks[:, None], dtype=np.float32)


def _echo(
    words: WordMatrix | LeanWords, before: sparse.csr_matrix, after: sparse.csr_matrix
) -> Floats:
    """Return how far the words are those said one, two and three utterances before and after."""
    found = []
    for band in (before, after):
        for distance in range(_ECHOES):
            step = band.copy()
            step.data = np.isclose(step.data, _FADING**distance).astype(np.float32)
            step.eliminate_zeros()
            alike = words.sparse.multiply(step @ words.sparse).sum(axis=1)
            found.append(np.sqrt(np.maximum(np.asarray(alike).ravel(), 0)))
    return np.asarray(_ECHO * np.column_stack(found), dtype=np.float32)


_FACTS: dict[str, Callable[..., Floats]] = {
    "echo": _echo,
    "length": _lengths,
    "asks": _asks,
}
_ALWAYS = (
    "(length)",
    *(("(place in the document)",) * _PLACES),
    "(another speaker than before)",
    "(the same speaker as before)",
)
_NAMES: dict[str, tuple[str, ...]] = {
    LOUDNESS: (),
    "length": ("(length)",) * _PLACES,
    "asks": ("(a question mark)",),
    "echo": ("(words said before)",) * _ECHOES + ("(words said again after)",) * _ECHOES,
}


def _nearest(beside: sparse.csr_matrix) -> sparse.csr_matrix:
    """Keep the one right beside it."""
    near = beside.copy()
    near.data = (near.data == 1).astype(np.float32)
    return near


def _soft_bins(values: npt.NDArray[np.float64]) -> Floats:
    """Return values x bins: each value divided between the two bins it lies between."""
    inside = np.clip(values, 0, _PLACES - 1 - 1e-6)
    low = inside.astype(np.int64)
    bins = np.zeros((len(values), _PLACES), np.float32)
    every = np.arange(len(values))
    bins[every, low] = 1 - (inside - low)
    bins[every, low + 1] = inside - low
    return bins


def _turns(before: sparse.csr_matrix, speakers: npt.NDArray[Any]) -> Floats:
    """Return utterances x (another speaker, the same speaker as just before)."""
    near = _nearest(before).tocoo()
    is_pair = near.data > 0
    here, there = near.row[is_pair], near.col[is_pair]
    number, names = pd.factorize(speakers)
    is_named = np.array([bool(name) for name in names], dtype=bool)[number] & (number >= 0)
    same = np.zeros(len(speakers), dtype=bool)
    same[here] = is_named[here] & (number[here] == number[there])
    return np.column_stack([~same, same]).astype(np.float32)
