"""What follows what: one code in a turn, another in one of the next turns.

Turns that follow each other are alike, so a table of pairs treated as independent finds sequences
everywhere. Here the codes of a document are moved round against each other as on a ring: that keeps
how often each comes and how it clusters, and breaks only which stands after which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import fft, sparse

from qualkit.analysis.cooccurrence import of_level, wanted_pairs
from qualkit.analysis.material import Bools, Floats, Ints, Material, gather, speaker_keys
from qualkit.analysis.pairs import kinship, rolled_up
from qualkit.analysis.pieces import Pieces, cut
from qualkit.analysis.shares import adjusted, divide
from qualkit.errors import OptionError

__all__ = ["SPEAKERS", "STEPS", "sequences"]

SPEAKERS = ("any", "other", "same")
STEPS = ("turn", "utterance")

_AT_ONCE = 4_000_000


def sequences(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    reach: int = 1,
    step: str = "turn",
    speaker: str = "any",
    code: str | None = None,
    level: str | None = None,
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
    seed: int = 1,
    permutations: int = 999,
) -> pd.DataFrame:
    """Return how often one code is followed by another, and how often it would be by chance.

    Args:
        codings: columns document (str), position (int), code (str).
        utterances: columns document, position, speaker or speaker_id; optional codable and
            is_moderator (bool).
        reach: within how many of the next steps the second code has to come.
        step: "turn": consecutive utterances of one speaker; "utterance".
        speaker: who says the second code: "any", an "other" speaker, or the "same" one.
        code: only sequences that this code begins.
        level: "theme": only sequences of top-level codes; None takes all.
        parents: code -> its parent, or None for a theme, in the order of the codebook. A theme
            stands wherever it or any code below it was applied.
        moderators: count what moderators say as well.
        seed: of the random numbers behind p.
        permutations: how many random turnings p rests on.

    Returns:
        A frame with a row for every two codes of which neither is above the other, in both
        directions: code_a, code_b (str), n_a (int64: steps with
        a), n_ab (int64: of those, how many have b within reach), share (n_ab / n_a), expected
        (float64: the mean of n_ab over all turnings), lift (n_ab / expected), p, q (float64, NaN
        where a or b is never said, or always). p is two-sided; q is p after Benjamini and Hochberg
        over all rows. Steps are counted, never pairs: a counts once however often b follows.

    Raises:
        OptionError: a column is missing, or an option has a value it cannot take.
        UnknownNameError: a coding has a code that ``parents`` does not name, or ``code`` is none.

    Example:
        >>> said = pd.DataFrame({"document": "d", "position": range(8), "speaker": [*"ABABABAB"]})
        >>> rows = [("d", 0, "Fees"), ("d", 1, "Pay"), ("d", 4, "Fees"), ("d", 5, "Pay")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code"])
        >>> table = sequences(codings, said, code="Fees")
        >>> table[["code_a", "code_b", "n_a", "n_ab", "expected"]]
          code_a code_b  n_a  n_ab  expected
        0   Fees    Pay    2     2       0.5

    Sources: Sackett (1979) and Bakeman & Quera (2011) for lag sequences; Lotwick & Silverman
    (1982) for testing two clustered series by turning one against the other.
    """
    _check(reach, step, speaker, permutations)
    material = gather(codings, utterances, parents=parents, moderators=moderators)
    up, apart = kinship(material, parents)
    pieces = rolled_up(cut(material, codings, step), up)
    here = sparse.csr_array(pieces.holds)
    ahead = _ahead(pieces, _speakers(material, pieces), reach, speaker)
    a, b = _both_ways(material, of_level(material, apart, parents, level), code)
    found = _turned(here, ahead, pieces.document, (a, b), permutations, seed=seed)
    table = _rows(material, here, (a, b), found)
    table.attrs.update(
        material.about,
        steps=here.shape[0],
        step=step,
        reach=reach,
        speaker=speaker,
        documents=int(material.utterances["document"].nunique()),
        permutations=permutations,
        seed=seed,
    )
    return table


def _rows(
    material: Material, here: sparse.csr_array, pairs: tuple[Ints, Ints], found: _Turned
) -> pd.DataFrame:
    """Return a row for each pair."""
    a, b = pairs
    n_a = np.asarray(here.sum(axis=0), dtype=np.float64)[a]
    names = np.array(material.codes, dtype=object)
    return pd.DataFrame(
        {
            "code_a": names[a],
            "code_b": names[b],
            "n_a": n_a.astype(np.int64),
            "n_ab": found.observed.astype(np.int64),
            "share": divide(found.observed, n_a),
            "expected": found.expected,
            "lift": divide(found.observed, found.expected),
            "p": found.p,
            "q": adjusted(found.p),
        }
    )


def _check(reach: int, step: str, speaker: str, permutations: int) -> None:
    for value, name, allowed in ((step, "step", STEPS), (speaker, "speaker", SPEAKERS)):
        if value not in allowed:
            raise OptionError(
                f"there is no {value!r}", where=name, remedy=f"one of {', '.join(allowed)}"
            )
    for number, name in ((reach, "reach"), (permutations, "permutations")):
        if number < 1:
            raise OptionError(f"{number} is too few", where=name, remedy="at least 1")


def _both_ways(material: Material, apart: Bools, code: str | None) -> tuple[Ints, Ints]:
    """Return every code with every other that is not its kin."""
    if code is not None:
        return wanted_pairs(material, apart, code)
    a, b = np.nonzero(apart & ~np.eye(len(material.codes), dtype=np.bool_))
    return a.astype(np.int64), b.astype(np.int64)


def _speakers(material: Material, pieces: Pieces) -> Ints:
    return pd.factorize(speaker_keys(material.utterances))[0].astype(np.int64)[pieces.owner]


def _ahead(pieces: Pieces, speaker: Ints, reach: int, who: str) -> sparse.csr_array:
    """Return steps x codes: 1 where one of the next steps, said by the right one, has the code."""
    many = len(speaker)
    rows, columns = [], []
    for distance in range(1, min(reach, many - 1) + 1 if many else 1):
        first = np.arange(many - distance)
        later = first + distance
        fits = pieces.document[first] == pieces.document[later]
        if who != "any":
            fits &= (speaker[first] == speaker[later]) == (who == "same")
        rows.append(first[fits])
        columns.append(later[fits])
    at = [np.concatenate(part) if part else np.zeros(0, dtype=np.int64) for part in (rows, columns)]
    reached = sparse.csr_array((np.ones(len(at[0])), (at[0], at[1])), shape=(many, many))
    ahead = sparse.csr_array(reached @ pieces.holds)
    ahead.data[:] = 1.0
    return ahead


@dataclass(frozen=True)
class _Turned:
    """Counts of each pair as they are, on average over all turnings, and p of the test."""

    observed: Floats
    expected: Floats
    p: Floats


def _turned(
    here: sparse.csr_array,
    ahead: sparse.csr_array,
    document: Ints,
    pairs: tuple[Ints, Ints],
    permutations: int,
    *,
    seed: int = 1,
) -> _Turned:
    """Return how the counts stand among those with the codes of each document turned round.

    The counts of all turnings of a document come at once, from the product of two Fourier
    transforms; a random turning of the study takes one of them from each document.
    """
    a, b = pairs
    random = np.random.default_rng(seed)
    observed, expected = np.zeros(len(a)), np.zeros(len(a))
    drawn = np.zeros((permutations, len(a)))
    ends = np.flatnonzero(np.diff(document, append=-1, prepend=-1)).tolist()
    for first, stop in pairwise(ends):
        turning = random.integers(0, stop - first, permutations)
        some = max(1, _AT_ONCE // (stop - first))
        for at in range(0, len(a), some):
            mine = slice(at, at + some)
            counts = _all_turnings(here[first:stop], ahead[first:stop], a[mine], b[mine])
            observed[mine] += counts[0]
            expected[mine] += counts.mean(axis=0)
            drawn[:, mine] += counts[turning]
    away = np.abs(drawn - expected) >= np.abs(observed - expected) * (1 - 1e-9) - 1e-9
    p = (away.sum(axis=0) + 1) / (permutations + 1)
    n_a, n_b = (np.asarray(one.sum(axis=0), dtype=np.float64) for one in (here, ahead))
    varies = (n_a[a] > 0) & (n_b[b] > 0) & (np.ptp(drawn, axis=0) > 0.5)
    return _Turned(observed, expected, np.where(varies, p, np.nan))


def _all_turnings(here: sparse.csr_array, ahead: sparse.csr_array, a: Ints, b: Ints) -> Floats:
    """Return turnings x pairs: how often a stands where b is ahead, with b turned by each step."""
    length = here.shape[0]
    one, other = (fft.rfft(np.asarray(part.todense()), axis=0) for part in (here, ahead))
    product = np.conj(one[:, a]) * other[:, b]
    return np.asarray(np.rint(fft.irfft(product, n=length, axis=0)), dtype=np.float64)
