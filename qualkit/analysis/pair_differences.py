"""Does one group say two things together more than another does, and how sure is that?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse, special

from qualkit.analysis.cooccurrence import of_level, part, wanted_pairs
from qualkit.analysis.groups import grouped
from qualkit.analysis.material import Floats, Ints, gather
from qualkit.analysis.pairs import kinship, rolled_up
from qualkit.analysis.pieces import Pieces, cut
from qualkit.analysis.shares import adjusted, divide
from qualkit.errors import OptionError, UnknownNameError

__all__ = ["PAIR_MEASURES", "pair_differences"]

PAIR_MEASURES = ("jaccard", "share_a", "share_b", "of_units")
FEWEST_DOCUMENTS = 5
"""With fewer documents there is no interval: a jackknife of four values is worth nothing."""

_AT_ONCE = 2_000_000


def pair_differences(  # noqa: PLR0913 - the options of ``cooccurrence``, and two groups
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    group_a: str,
    group_b: str,
    *,
    by: str = "stakeholder_type",
    within: str = "utterance",
    measure: str = "jaccard",
    code: str | None = None,
    level: str | None = None,
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return how much more one group says two things together than another.

    Args:
        codings: as for :func:`qualkit.analysis.cooccurrence`.
        utterances: as for ``cooccurrence``.
        group_a: a value of the column ``by``.
        group_b: another one.
        by: the column that makes the groups.
        within: the unit, as for ``cooccurrence``.
        measure: "jaccard"; "share_a" and "share_b": of the units with the one code, or the other,
            those with both; "of_units": of all units those with both.
        code: only the pairs with this code, which then stands as ``code_a``.
        level: "theme": only pairs of top-level codes; None takes all.
        parents: code -> its parent, or None for a theme, in the order of the codebook.
        moderators: count what moderators say as well.

    Returns:
        A frame with a row for every two codes: code_a, code_b, group_a, group_b (str), n_ab_a,
        n_ab_b (int64: units with both in the one group and the other), value_a, value_b,
        difference, low, high (95 %), p, q (float64, NaN where not defined), and documents (int64:
        how many the interval rests on). The interval leaves out one document at a time, in both
        groups: se^2 = (G - 1) / G sum of (difference without g - their mean)^2, with t on G - 1.
        Below five documents there is none. q is p after Benjamini and Hochberg over all rows.

    Raises:
        OptionError: a column is missing, the groups are the same, or an option cannot be.
        UnknownNameError: there is no such group or code.

    Example:
        >>> said = [(f"d{n % 6}", n, "carer" if n % 4 < 2 else "funder") for n in range(48)]
        >>> utterances = pd.DataFrame(said, columns=["document", "position", "stakeholder_type"])
        >>> both = utterances[utterances["position"] % 8 == 0][["document", "position"]]
        >>> codings = pd.concat([both.assign(code="Pay"), both.assign(code="Hours")])
        >>> table = pair_differences(codings, utterances, "carer", "funder", measure="of_units")
        >>> table[["code_a", "code_b", "n_ab_a", "n_ab_b", "difference"]].round(2)
          code_a code_b  n_ab_a  n_ab_b  difference
        0  Hours    Pay       6       0        0.25

    Source: Efron & Stein (1981) for the jackknife.
    """
    if measure not in PAIR_MEASURES:
        raise OptionError(
            f"there is no measure {measure!r}",
            where="measure",
            remedy=f"one of {', '.join(PAIR_MEASURES)}",
        )
    material = gather(codings, utterances, parents=parents, moderators=moderators)
    wanted, group = _wanted(material.utterances, by, (group_a, group_b))
    up, apart = kinship(material, parents)
    pieces = rolled_up(cut(material, codings, within, group), up)
    a, b = wanted_pairs(material, of_level(material, apart, parents, level), code)
    parts = group[pieces.owner]
    sums = [_Sums.of(part(pieces, parts, one), a, b) for one in wanted]
    names = np.array(material.codes, dtype=object)
    table = pd.DataFrame(
        {"code_a": names[a], "code_b": names[b], "group_a": group_a, "group_b": group_b}
    )
    table["n_ab_a"], table["n_ab_b"] = (one.met.astype(np.int64) for one in sums)
    table["value_a"], table["value_b"] = (one.value(measure) for one in sums)
    table["difference"] = table["value_a"] - table["value_b"]
    table = table.assign(**_jackknife(sums, measure, table["difference"].to_numpy(np.float64)))
    table.insert(len(table.columns) - 1, "q", adjusted(table["p"].to_numpy(np.float64)))
    table.attrs.update(material.about, within=within, measure=measure)
    return table


def _wanted(utterances: pd.DataFrame, by: str, names: tuple[str, str]) -> tuple[list[int], Ints]:
    if names[0] == names[1]:
        raise OptionError("a group cannot be compared with itself", where=by)
    groups, group = grouped(utterances, by)
    for name in names:
        if name not in groups:
            raise UnknownNameError(
                f"there is no group {name!r}", where=by, remedy=f"there is {', '.join(groups)}"
            )
    return [groups.index(name) for name in names], group


class _Sums:
    """Units with each code of a pair and with both, over all documents and in each."""

    def __init__(self, pieces: Pieces, a: Ints, b: Ints) -> None:
        self.documents, number = np.unique(pieces.document, return_inverse=True)
        many, units = len(self.documents), len(pieces.document)
        shape = (many, units)
        member = sparse.csr_array((np.ones(units), (number, np.arange(units))), shape=shape)
        held = np.asarray((member @ pieces.holds).todense(), dtype=np.float64)
        self.first, self.second = held[:, a], held[:, b]
        self.size = np.asarray(member.sum(axis=1), dtype=np.float64)[:, None]
        line, holds = pieces.line.tocsc(), pieces.holds.tocsc()
        self.together = np.zeros((many, len(a)))
        step = max(1, _AT_ONCE // max(units, 1))
        for at in range(0, len(a), step):
            one, other = a[at : at + step], b[at : at + step]
            met = line[:, one].multiply(holds[:, other])
            if pieces.line is not pieces.holds:
                met = met.maximum(line[:, other].multiply(holds[:, one]))
            self.together[:, at : at + step] = (member @ sparse.csr_array(met)).todense()

    @classmethod
    def of(cls, pieces: Pieces, a: Ints, b: Ints) -> _Sums:
        return cls(pieces, a, b)

    @property
    def met(self) -> Floats:
        return np.asarray(self.together.sum(axis=0), dtype=np.float64)

    def value(self, measure: str, without: Ints | None = None) -> Floats:
        """Return the measure over all documents, or with each of ``without`` left out."""
        parts = [self.first, self.second, self.together, self.size]
        if without is None:
            first, second, both, size = (part.sum(axis=0) for part in parts)
        else:
            at = np.searchsorted(self.documents, without)
            there = np.isin(without, self.documents)[:, None]
            at = np.minimum(at, max(len(self.documents) - 1, 0))
            first, second, both, size = (
                part.sum(axis=0) - (part[at] * there if len(part) else 0.0) for part in parts
            )
        below = {
            "jaccard": first + second - both,
            "share_a": first,
            "share_b": second,
            "of_units": size + 0 * first,
        }
        return divide(both, below[measure])


def _jackknife(sums: list[_Sums], measure: str, at: Floats) -> dict[str, Floats | Ints]:
    documents = np.union1d(sums[0].documents, sums[1].documents)
    many = len(documents)
    unknown = np.full(len(at), np.nan)
    if many < FEWEST_DOCUMENTS:
        counted = np.full(len(at), many, dtype=np.int64)
        return {"low": unknown, "high": unknown, "p": unknown, "documents": counted}
    without = sums[0].value(measure, documents) - sums[1].value(measure, documents)
    square = (many - 1) / many * ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    error = np.sqrt(np.where(square > 1e-24, square, np.nan))
    half = special.stdtrit(many - 1, 0.975) * error
    return {
        "low": np.clip(at - half, -1, 1),
        "high": np.clip(at + half, -1, 1),
        "p": np.asarray(2 * special.stdtr(many - 1, -np.abs(divide(at, error)))),
        "documents": np.full(len(at), many, dtype=np.int64),
    }
