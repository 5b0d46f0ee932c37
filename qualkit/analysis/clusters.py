"""Which codes are used alike, and which speakers: distances, trees and who resembles whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from qualkit.analysis.groups import grouped
from qualkit.analysis.material import Bools, Floats, gather, speaker_keys
from qualkit.analysis.pairs import Meetings, count_meetings, kinship, rolled_up
from qualkit.analysis.pieces import cut
from qualkit.analysis.shares import divide
from qualkit.analysis.voices import table_rows
from qualkit.errors import NotEnoughError, OptionError

__all__ = ["DISTANCES", "LINKAGES", "RESEMBLANCES", "code_tree", "profiles"]

DISTANCES = ("jaccard", "phi")
LINKAGES: tuple[Literal["average", "complete", "single"], ...] = ("average", "complete", "single")
RESEMBLANCES = ("cosine", "jensen_shannon")


def code_tree(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    within: str = "utterance",
    of: str = "jaccard",
    linkage: str = "average",
    level: str = "code",
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return how codes join into clusters, those that are used together most first.

    Args:
        codings: as for :func:`qualkit.analysis.cooccurrence`.
        utterances: as for ``cooccurrence``.
        within: the unit, as for ``cooccurrence``, without windows.
        of: the distance of two codes: 1 - "jaccard", or 1 - "phi".
        linkage: the distance of two clusters: "average", "complete" or "single".
        level: "code": every code that was applied, by itself; "theme": top-level codes, rolled up.
        parents: code -> its parent, or None for a theme, in the order of the codebook.
        moderators: count what moderators say as well.

    Returns:
        A frame with a row for every joining, nearest first: step (int64, from 1), left, right
        (str: a code, or "step N"), height (float64: the distance), size (int64: codes in the new
        cluster), codes (str: their names, joined by "; "). ``attrs`` holds ``order``, the leaves
        from top to bottom, ``cophenetic``, the correlation of the tree's distances with the real
        ones (1: the tree tells them all; None with two codes), and ``left_out``, the codes that
        were never applied. A code in every unit has no phi and is left out of that.

    Raises:
        NotEnoughError: fewer than two codes were applied.
        OptionError: an option has a value it cannot take.

    Example:
        >>> said = pd.DataFrame({"document": "d", "position": [1, 2, 3, 4]})
        >>> rows = [("d", 1, "a"), ("d", 1, "b"), ("d", 2, "a"), ("d", 2, "b"), ("d", 3, "c")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code"])
        >>> code_tree(codings, said)[["step", "left", "right", "height", "size"]]
           step left   right  height  size
        0     1    a       b     0.0     2
        1     2    c  step 1     1.0     3

    Source: Sokal & Rohlf (1962) for the cophenetic correlation.
    """
    _check_tree(within, of, linkage, level)
    material = gather(codings, utterances, parents=parents, moderators=moderators)
    pieces = cut(material, codings, within)
    names = list(material.codes)
    if level == "theme" and parents is not None:
        pieces = rolled_up(pieces, kinship(material, parents)[0])
    found = count_meetings(pieces, test=False)
    asked = np.ones(len(names), dtype=np.bool_)
    if level == "theme" and parents is not None:
        asked = np.array([parents[name] is None for name in names], dtype=np.bool_)
    kept, apart = _distances(found, asked, of)
    chosen = [name for name, keep in zip(names, kept, strict=True) if keep]
    joined, leaves = _linked(apart, linkage)
    table = _joinings(joined, chosen)
    table.attrs.update(
        material.about,
        units=int(found.units),
        within=within,
        distance=of,
        linkage=linkage,
        level=level,
        order=[chosen[leaf] for leaf in leaves],
        cophenetic=_cophenetic(joined, apart),
        left_out=[names[at] for at in np.flatnonzero(asked & ~kept)],
    )
    return table


def _linked(apart: Floats, linkage: str) -> tuple[Floats, list[int]]:
    """Return scipy's table of joinings, and the codes in the order of the tree."""
    from scipy.cluster import hierarchy  # noqa: PLC0415 - slow to load

    method = dict(zip(map(str, LINKAGES), LINKAGES, strict=True))[linkage]
    joined = hierarchy.linkage(apart, method=method)
    return joined, [int(leaf) for leaf in hierarchy.leaves_list(joined)]


def _distances(found: Meetings, asked: Bools, of: str) -> tuple[Bools, Floats]:
    """Return which codes are compared, and the distances of every two as scipy takes them."""
    kept = asked & (found.holding > 0)
    if of == "phi":
        kept &= found.holding < found.units
    if kept.sum() < 2:
        raise NotEnoughError("a tree needs two codes that were applied")
    n, n_ab = found.holding[kept], found.together[np.ix_(kept, kept)]
    near = _nearness(n, n_ab, found.units, of)
    from scipy.spatial import distance  # noqa: PLC0415 - slow to load

    return kept, distance.squareform(np.clip(1 - near, 0, 2), checks=False)


def _check_tree(within: str, of: str, linkage: str, level: str) -> None:
    if within.startswith("window"):
        raise OptionError("a tree needs units that a code is in or not", where="within",
                          remedy="utterance, span, turn or document")  # fmt: skip
    for value, name, allowed in (
        (of, "of", DISTANCES),
        (linkage, "linkage", LINKAGES),
        (level, "level", ("code", "theme")),
    ):
        if value not in allowed:
            raise OptionError(
                f"there is no {value!r}", where=name, remedy=f"one of {', '.join(allowed)}"
            )


def _nearness(n: Floats, n_ab: Floats, units: float, of: str) -> Floats:
    """Return jaccard or phi of every two codes, 1 on the diagonal."""
    if of == "jaccard":
        near = divide(n_ab, n[:, None] + n[None, :] - n_ab)
    else:
        spread = np.sqrt(n * (units - n))
        near = divide(n_ab * units - np.outer(n, n), np.outer(spread, spread))
    np.fill_diagonal(near, 1.0)
    return near


def _joinings(joined: Floats, names: list[str]) -> pd.DataFrame:
    """Return scipy's linkage in words."""
    holds: list[list[str]] = [[name] for name in names]
    rows = []
    for step, (one, other, height, size) in enumerate(joined.tolist(), start=1):
        left, right = int(one), int(other)
        codes = holds[left] + holds[right]
        holds.append(codes)
        ends = [names[at] if at < len(names) else f"step {at - len(names) + 1}"
                for at in (left, right)]  # fmt: skip
        rows.append((step, *ends, height, int(size), "; ".join(codes)))
    return pd.DataFrame(rows, columns=["step", "left", "right", "height", "size", "codes"])


def _cophenetic(joined: Floats, apart: Floats) -> float | None:
    """Return the correlation of both distances, None where one of them does not vary."""
    from scipy.cluster import hierarchy  # noqa: PLC0415 - slow to load

    in_tree = hierarchy.cophenet(joined)
    if np.ptp(apart) < 1e-12 or np.ptp(in_tree) < 1e-12:
        return None
    return float(np.corrcoef(apart, in_tree)[0, 1])


def profiles(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    by: str = "speaker",
    of: str = "cosine",
    fewest: int = 5,
    level: str = "code",
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return how alike every two speakers, or groups, are in what they raise.

    The profile of a speaker is how their codings spread over the codes: what share each has.

    Args:
        codings: columns document (str), position (int), code (str).
        utterances: columns document, position, speaker or speaker_id, and ``by``.
        by: "speaker", or another column whose values are compared.
        of: "cosine" of two profiles, or "jensen_shannon": 1 less the divergence in bits; both run
            from 0, nothing in common, to 1, the same.
        fewest: who has fewer coded utterances is left out: their profile would be chance.
        level: "code": codes by themselves; "theme": themes with what is below them.
        parents: code -> its parent, or None for a theme, in the order of the codebook.
        moderators: count what moderators say as well.

    Returns:
        A frame with a row for every two of them, most alike first: a, b (str), n_a, n_b (int64:
        their coded utterances), resemblance (float64), shared (str: up to three codes that both
        raise, those that make them most alike first). Speakers of one name in several documents
        are told apart by the document. ``attrs`` holds ``left_out``, who has said too little.

    Raises:
        NotEnoughError: fewer than two have said enough.
        OptionError: an option has a value it cannot take.

    Example:
        >>> said = pd.DataFrame({"document": "d", "position": range(4), "speaker": [*"AABB"]})
        >>> rows = [("d", 0, "x"), ("d", 1, "y"), ("d", 2, "x"), ("d", 3, "x")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code"])
        >>> profiles(codings, said, fewest=1)[["a", "b", "resemblance", "shared"]].round(3)
           a  b  resemblance shared
        0  A  B        0.707      x

    Source: Lin (1991) for the Jensen-Shannon divergence.
    """
    if of not in RESEMBLANCES:
        raise OptionError(
            f"there is no {of!r}", where="of", remedy=f"one of {', '.join(RESEMBLANCES)}"
        )
    material = gather(codings, utterances, parents=parents, moderators=moderators)
    rows = table_rows(material, parents)
    kept = [number for number, one in enumerate(rows.levels) if parents is None or one == level]
    said = sparse.csr_array(material.coded @ rows.feeds)[:, kept]
    said.data[:] = 1.0
    voice, names = _whose(material.utterances, by)
    shape = (len(names), len(voice))
    member = sparse.csr_array((np.ones(len(voice)), (voice, np.arange(len(voice)))), shape=shape)
    coded = np.asarray(member @ (said.sum(axis=1) > 0), dtype=np.float64)
    enough = _enough(coded, fewest)
    counts = np.asarray((member @ said).todense(), dtype=np.float64)[enough]
    codes = [rows.names[number] for number in kept]
    chosen = [name for name, keep in zip(names, enough, strict=True) if keep]
    table = _resemblances(counts, chosen, coded[enough], codes, of)
    table.attrs.update(
        material.about,
        by=by,
        resemblance=of,
        fewest=fewest,
        level=level,
        left_out=[name for name, keep in zip(names, enough, strict=True) if not keep],
    )
    return table


def _enough(coded: Floats, fewest: int) -> Bools:
    """Return who has so many coded utterances."""
    enough = coded >= max(fewest, 1)
    if enough.sum() < 2:
        raise NotEnoughError(
            f"fewer than two have {fewest} coded utterances", remedy="ask for fewer with fewest"
        )
    return np.asarray(enough, dtype=np.bool_)


def _whose(utterances: pd.DataFrame, by: str) -> tuple[np.ndarray, list[str]]:
    """Return the number of whose each utterance is, and their names."""
    if by != "speaker":
        names, group = grouped(utterances, by)
        return group, list(names)
    keys = pd.Series(speaker_keys(utterances))
    number, _ = pd.factorize(keys, sort=True)
    first = np.unique(number, return_index=True)[1]
    spoken = utterances.iloc[first]
    shown = spoken["speaker"] if "speaker" in spoken else keys.iloc[first]
    shown = shown.astype(object).where(shown.notna(), "(nobody named)").astype(str)
    twice = shown.duplicated(keep=False)
    return number, shown.where(~twice, shown + " (" + spoken["document"].astype(str) + ")").tolist()


def _resemblances(
    counts: Floats, names: list[str], coded: Floats, codes: list[str], of: str
) -> pd.DataFrame:
    """Return a row for every two, the most alike first."""
    share = divide(counts, counts.sum(axis=1, keepdims=True))
    a, b = np.triu_indices(len(names), k=1)
    if of == "cosine":
        length = np.sqrt((share**2).sum(axis=1))
        common = share[a] * share[b] / (length[a] * length[b])[:, None]
    else:
        common = (_bits(share[a] + share[b]) - _bits(share[a]) - _bits(share[b])) / 2
    value = common.sum(axis=1)
    best = np.argsort(-common, axis=1, kind="stable")[:, :3]
    shared = [
        "; ".join(codes[at] for at in row if min(share[one, at], share[other, at]) > 0)
        for row, one, other in zip(best.tolist(), a, b, strict=True)
    ]
    table = pd.DataFrame(
        {
            "a": np.array(names, dtype=object)[a],
            "b": np.array(names, dtype=object)[b],
            "n_a": coded[a].astype(np.int64),
            "n_b": coded[b].astype(np.int64),
            "resemblance": np.clip(value, 0, 1),
            "shared": shared,
        }
    )
    return table.sort_values("resemblance", ascending=False, kind="stable", ignore_index=True)


def _bits(share: Floats) -> Floats:
    """Return share * log2(share), 0 at 0."""
    return np.asarray(share * np.log2(np.where(share > 0, share, 1.0)), dtype=np.float64)
