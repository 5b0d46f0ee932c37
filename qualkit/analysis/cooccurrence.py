"""Which codes go together: how many units two codes share, and whether that is more than chance.

Units are counted, never pairs of spans, so no share can pass 1.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse, stats

from qualkit.analysis.material import (
    Bools,
    Floats,
    Ints,
    Material,
    ancestors_of,
    gather,
    incidence,
)
from qualkit.analysis.pieces import Pieces, cut
from qualkit.analysis.shares import adjusted, divide

__all__ = ["cooccurrence"]


def cooccurrence(
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    within: str = "utterance",
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return how often every two codes stand in the same unit.

    Args:
        codings: columns document (str), position (int), code (str); for "span" also start and end
            (half-open, places in the document's text; empty for the whole utterance).
        utterances: columns document, position; for "turn" also speaker or speaker_id; optional
            codable and is_moderator (bool), and for "span" start and end.
        within: the unit. "utterance"; "document"; "turn": consecutive utterances of one speaker;
            "window:K": K consecutive utterances of a document, one window ending at each (shorter
            at the start); "span": the pieces into which the ends of all spans cut an utterance.
        parents: code -> its parent, or None for a theme, in the order of the codebook. A theme
            stands wherever it or any code below it was applied.
        moderators: count what moderators say as well.

    Returns:
        A frame with a row for every two codes of which neither is above the other, in the order of
        the codebook, also for those that never meet: code_a, code_b (str), n_a, n_b, n_ab (int64:
        units with the one, the other, both), jaccard, lift, npmi, phi, p and q (float64, NaN
        where not defined). With N units:
        jaccard = n_ab / (n_a + n_b - n_ab); lift = n_ab N / (n_a n_b);
        npmi = ln lift / -ln(n_ab / N), -1 when they never meet; phi is the correlation.
        p is from a t test over documents of n_ab - n_a n_b / N within each document, those with two
        units or more; so it asks whether the codes meet more, or less, than documents that are
        about both explain. q is p after Benjamini and Hochberg over all rows. ``attrs`` holds the
        number of units and documents, how many documents p rests on, and what was left out.

    Raises:
        OptionError: a column is missing, or ``within`` has a value it cannot take.
        UnknownNameError: a coding has a code that ``parents`` does not name.

    Example:
        >>> utterances = pd.DataFrame({"document": ["d"] * 4, "position": [1, 2, 3, 4]})
        >>> rows = [("d", 1, "Pay"), ("d", 1, "Hours"), ("d", 2, "Pay")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code"])
        >>> table = cooccurrence(codings, utterances)
        >>> table[["code_a", "code_b", "n_a", "n_b", "n_ab", "jaccard", "lift"]]
          code_a code_b  n_a  n_b  n_ab  jaccard  lift
        0  Hours    Pay    1    2     1      0.5   2.0

    Sources: Jaccard (1901); Bouma (2009) for npmi.
    """
    material = gather(codings, utterances, parents=parents, moderators=moderators)
    pieces = cut(material, codings, within, _unseen(material, utterances))
    up, apart = _kinship(material, parents)
    holds = sparse.csr_array(pieces.holds @ up)
    holds.data[:] = 1.0
    a, b = np.nonzero(np.triu(apart, k=1))
    units = holds.shape[0]
    both = np.asarray((holds.T @ holds).todense(), dtype=np.float64)
    n_a, n_b, n_ab = both[a, a], both[b, b], both[a, b]
    p, tested = _p_values(Pieces(holds, pieces.document), a, b)
    names = np.array(material.codes, dtype=object)
    table = pd.DataFrame(
        {
            "code_a": names[a],
            "code_b": names[b],
            "n_a": n_a.astype(np.int64),
            "n_b": n_b.astype(np.int64),
            "n_ab": n_ab.astype(np.int64),
            **_measures(n_a, n_b, n_ab, float(units)),
            "p": p,
            "q": adjusted(p),
        }
    )
    documents = int(material.utterances["document"].nunique())
    table.attrs.update(
        material.about, within=within, units=units, documents=documents, documents_tested=tested
    )
    return table


def _unseen(material: Material, utterances: pd.DataFrame) -> Ints:
    """Return for each counted utterance how many codable ones before it do not count."""
    if "is_moderator" not in utterances.columns:
        return np.zeros(len(material.utterances), dtype=np.int64)
    spoken = gather(utterances.assign(code="")[:0], utterances, parents=None, moderators=True)
    keys = ["document", "position"]
    everything = pd.MultiIndex.from_frame(spoken.utterances[keys])
    place = everything.get_indexer(pd.MultiIndex.from_frame(material.utterances[keys]))
    return place.astype(np.int64) - np.arange(len(place))


def _kinship(
    material: Material, parents: Mapping[str, str | None] | None
) -> tuple[sparse.csr_array, Bools]:
    """Return codes x codes: 1 where a code counts for another, and True where two are not kin."""
    above = ancestors_of(parents) if parents is not None else {}
    place = {code: number for number, code in enumerate(material.codes)}
    many = len(material.codes)
    up = [(number, number) for number in range(many)]
    apart = np.ones((many, many), dtype=np.bool_)
    for code, line in above.items():
        for ancestor in line:
            apart[place[code], place[ancestor]] = apart[place[ancestor], place[code]] = False
        if line:
            up.append((place[code], place[line[-1]]))
    at = np.array(up, dtype=np.int64).reshape(-1, 2)
    return incidence(at[:, 0], at[:, 1], (many, many)), apart


def _measures(n_a: Floats, n_b: Floats, n_ab: Floats, units: float) -> dict[str, Floats]:
    """Return jaccard, lift, npmi and phi, NaN where they are not defined."""
    lift = divide(n_ab * units, n_a * n_b)
    with np.errstate(divide="ignore", invalid="ignore"):
        surprise = -np.log(n_ab / units)
        npmi = np.where(n_ab > 0, np.log(lift) / surprise, -1.0)
    npmi = np.where((n_a > 0) & (n_b > 0) & (n_ab < units), npmi, np.nan)
    spread = np.sqrt(n_a * (units - n_a)) * np.sqrt(n_b * (units - n_b))
    return {
        "jaccard": divide(n_ab, n_a + n_b - n_ab),
        "lift": lift,
        "npmi": npmi,
        "phi": divide(n_ab * units - n_a * n_b, spread),
    }


def _p_values(pieces: Pieces, a: Ints, b: Ints) -> tuple[Floats, int]:
    """Return p of the t test over documents for each pair, and how many documents it rests on.

    D_g = n12_g - n1_g n2_g / N_g for document g; t = mean / (sd / sqrt(G)) with G - 1 degrees.
    """
    units, codes = pieces.holds.shape
    documents = int(pieces.document.max(initial=-1)) + 1
    size = np.bincount(pieces.document, minlength=documents).astype(np.float64)
    tested = int((size >= 2).sum())
    if tested < 2 or not len(a):
        return np.full(len(a), np.nan), tested
    held = sparse.coo_array(pieces.holds)
    column = pieces.document[held.row] * codes + held.col
    shape = (units, documents * codes)
    apiece = sparse.csr_array((np.ones(len(column)), (held.row, column)), shape=shape)
    n_1: Floats = np.asarray(apiece.sum(axis=0), dtype=np.float64).reshape(documents, codes)
    met = sparse.coo_array(apiece.T @ pieces.holds)
    group, first = np.divmod(met.row.astype(np.int64), codes)
    second = met.col.astype(np.int64)
    chance = n_1[group, first] * n_1[group, second] / size[group]
    more = met.data * (met.data - 2 * chance)
    by_size = n_1 / np.sqrt(size)[:, None]
    squares = n_1**2 / size[:, None]
    sums = np.asarray((pieces.holds.T @ pieces.holds).todense()) - by_size.T @ by_size
    of_squares = squares.T @ squares + np.bincount(
        first * codes + second, more, minlength=codes * codes
    ).reshape(codes, codes)
    return _t_test(sums[a, b], of_squares[a, b], tested), tested


def _t_test(total: Floats, squares: Floats, many: int) -> Floats:
    """Return two-sided p of a mean of 0 from a sum and a sum of squares; NaN without spread."""
    spread = squares - total**2 / many
    spread = np.where(spread > 1e-9 * np.maximum(squares, 1e-9), spread, 0.0)
    t = divide(total, np.sqrt(spread / (many - 1) * many))
    return np.asarray(2 * stats.t.sf(np.abs(t), many - 1))
