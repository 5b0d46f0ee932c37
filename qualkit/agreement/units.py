"""From the frames that a study keeps to units, each with who finished it and who applied what.

:func:`judge` reads the frames, :func:`unit_table` shows the units as a frame, and :func:`tally`
makes the sums that the coefficients are computed from.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from qualkit.agreement.bits import Words, bit_rows, sums_by_document, to_bools
from qualkit.agreement.counts import (
    Bools,
    Counts,
    Floats,
    Ints,
    Judgements,
    Seen,
    seen_in,
    tally,
)
from qualkit.agreement.frames import Numbers, lay_out, named, positions, require
from qualkit.errors import OptionError, UnknownNameError

__all__ = [
    "LEVELS",
    "Counts",
    "Floats",
    "Ints",
    "Judgements",
    "Seen",
    "counts_for",
    "judge",
    "paths_of",
    "seen_in",
    "tally",
    "themes_of",
    "unit_table",
]

LEVELS = ("code", "rollup", "theme")
"""What is compared: each code as applied; each code or anything below it; the themes."""


def paths_of(parents: Mapping[str, str | None]) -> dict[str, list[str]]:
    """Return code -> itself, its parent, and so on up to its theme.

    Raises:
        OptionError: a parent is not itself a code, or codes stand in a circle.

    Example:
        >>> paths_of({"Pay": None, "Low pay": "Pay"})
        {'Pay': ['Pay'], 'Low pay': ['Low pay', 'Pay']}
    """
    paths = {}
    for code in parents:
        path = [code]
        while (above := parents.get(path[-1])) is not None:
            if above not in parents or len(path) > len(parents):
                raise OptionError(
                    f"the code {code!r} leads up to {above!r}, which is "
                    + ("below itself" if above in parents else "not a code"),
                    where="parents",
                    remedy="name every code once, with its parent or None",
                )
            path.append(above)
        paths[code] = path
    return paths


def themes_of(parents: Mapping[str, str | None]) -> dict[str, str]:
    """Return code -> the theme at the top of its branch; errors as :func:`paths_of`.

    Example:
        >>> themes_of({"Pay": None, "Low pay": "Pay"})
        {'Pay': 'Pay', 'Low pay': 'Pay'}
    """
    return {code: path[-1] for code, path in paths_of(parents).items()}


def counts_for(parents: Mapping[str, str | None], level: str) -> dict[str, list[str]]:
    """Return code -> the codes for which it counts at a level, itself or its theme first.

    Example:
        >>> counts_for({"Pay": None, "Low pay": "Pay"}, "rollup")["Low pay"]
        ['Low pay', 'Pay']
    """
    chosen = {"code": slice(0, 1), "rollup": slice(None), "theme": slice(-1, None)}[level]
    return {code: path[chosen] for code, path in paths_of(parents).items()}


def judge(  # noqa: PLR0913 - the options of agreement that decide what counts
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    *,
    parents: Mapping[str, str | None] | None = None,
    level: str = "code",
    coders: Sequence[str] | None = None,
    available: pd.DataFrame | None = None,
    versions: Mapping[int, Collection[str]] | None = None,
) -> Judgements:
    """Turn the frames into bits; see :func:`qualkit.agreement.agreement` for the arguments.

    Returns:
        Judgements; :func:`unit_table` shows them as a frame.

    Raises:
        OptionError: a frame lacks a column, or a needed cell is empty.
        UnknownNameError: a coding has a code that ``parents`` does not name, or a row a version
            that ``versions`` does not name.
    """
    more = () if versions is None else ("codebook_version",)
    require(codings, "codings", ("document", "position", "coder", "code", *more))
    require(reviewed, "reviewed", ("document", "position", "coder", *more))
    if coders is not None:
        codings = codings[codings["coder"].isin(list(coders))]
        reviewed = reviewed[reviewed["coder"].isin(list(coders))]
    people, names = named([codings["coder"], reviewed["coder"]])
    papers, documents = named([codings["document"], reviewed["document"]])
    places = [positions(codings, "codings"), positions(reviewed, "reviewed")]
    layout, slots = lay_out(papers, places, len(documents))
    code, rolled = _rolled(codings["code"], parents, level)
    shape = (len(rolled.direct), len(names), layout.words)
    key = np.multiply(code, max(len(names), 1), dtype=np.int32) + people[0]
    direct = bit_rows(key, slots[0], shape[0] * shape[1], layout.slots).reshape(shape)
    applied = rolled.up(direct)
    holds = None
    if versions is None:
        finished = bit_rows(people[1], slots[1], len(names), layout.slots)[None]
        finished[0] |= np.bitwise_or.reduce(direct, axis=0)
    else:
        version, holds = _versions((codings, reviewed), versions, rolled)
        key = version * len(names) + np.concatenate(people)
        rows = len(versions) * len(names)
        finished = bit_rows(key, np.concatenate(slots), rows, layout.slots)
        finished = finished.reshape(len(versions), len(names), layout.words)
    judged = Judgements(documents, names, rolled.codes, layout, finished, applied, holds)
    return judged if available is None else _restrict(judged, available, rolled, direct)


@dataclass(frozen=True)
class _Rolled:
    """Which codes a coding counts for.

    Attributes:
        direct: the codes that codings have.
        codes: the codes that are compared.
        counts_for: whether a coding with the one counts for the other, shape (direct, codes).
    """

    direct: tuple[str, ...]
    codes: tuple[str, ...]
    counts_for: Bools

    def up(self, bits: Words) -> Words:
        """Return the rows of the codes, from the rows of the direct codes."""
        if self.direct == self.codes and self.counts_for.sum() == len(self.codes):
            return bits
        rows = [np.bitwise_or.reduce(bits[has], axis=0) for has in self.counts_for.T]
        return np.stack(rows) if rows else bits[:0]

    def any_of(self, table: Bools) -> Bools:
        """Return for each code whether the table is true for any of its direct codes."""
        return (self.counts_for.T.astype(np.int64) @ table.astype(np.int64)) > 0


def _rolled(
    used: pd.Series, parents: Mapping[str, str | None] | None, level: str
) -> tuple[Numbers, _Rolled]:
    """Return the number of each coding's direct code, and what it counts for."""
    if parents is None:
        (number,), codes = named([used])
        return number, _Rolled(codes, codes, np.eye(len(codes), dtype=np.bool_))
    targets = counts_for(parents, level)
    direct = tuple(targets)
    (number,), _ = named([used], {code: at for at, code in enumerate(direct)})
    if (number < 0).any():
        unknown = str(used[number < 0].iloc[0])
        raise UnknownNameError(
            f"the code {unknown!r} is not in the codebook",
            where="codings",
            remedy="add it to parents, or leave its codings out",
        )
    codes = tuple(dict.fromkeys(path[0] for path in targets.values()))
    place = {code: at for at, code in enumerate(codes)}
    table = np.zeros((len(direct), len(codes)), dtype=np.bool_)
    for at, path in enumerate(targets.values()):
        table[at, [place[code] for code in path]] = True
    return number, _Rolled(direct, codes, table)


def _versions(
    frames: Sequence[pd.DataFrame], versions: Mapping[int, Collection[str]], rolled: _Rolled
) -> tuple[Ints, Bools]:
    """Return the place of the version of each row, and which version has which code."""
    given = np.concatenate([frame["codebook_version"].to_numpy(np.int64) for frame in frames])
    numbers = np.array(sorted(versions), dtype=np.int64)
    place = np.searchsorted(numbers, given).clip(0, max(len(numbers) - 1, 0))
    if len(given) and (not len(numbers) or (numbers[place] != given).any()):
        there = set(given.tolist()) - set(numbers.tolist())
        raise UnknownNameError(
            f"there is no version {min(there)} of the codebook",
            where="codebook_version",
            remedy="name the codes of every version",
        )
    direct = [[code in set(versions[int(one)]) for one in numbers] for code in rolled.direct]
    holds = np.array(direct, dtype=np.bool_).reshape(len(rolled.direct), len(numbers))
    return place.astype(np.int64), rolled.any_of(holds)


def _restrict(
    judged: Judgements, available: pd.DataFrame, rolled: _Rolled, direct: Words
) -> Judgements:
    """Return the judgements with the codes that each coder had at hand in each document."""
    require(available, "available", ("document", "coder", "code"))
    orders = (rolled.direct, judged.documents, judged.coders)
    found = [
        named([available[column]], {name: at for at, name in enumerate(order)})[0][0]
        for column, order in zip(("code", "document", "coder"), orders, strict=True)
    ]
    at_hand = np.ones(tuple(map(len, orders)), dtype=np.bool_)
    at_hand[np.unique(found[0][found[0] >= 0])] = False
    there = np.all([one >= 0 for one in found], axis=0)
    at_hand[tuple(one[there] for one in found)] = True
    used = sums_by_document(direct, judged.layout.first_word) > 0
    at_hand |= np.moveaxis(used, 1, 2)
    flat = rolled.any_of(at_hand.reshape(len(rolled.direct), math.prod(at_hand.shape[1:])))
    return replace(judged, at_hand=flat.reshape(len(rolled.codes), *at_hand.shape[1:]))


def unit_table(judged: Judgements) -> pd.DataFrame:
    """Return every judgement that counts, one row per unit and coder, for looking at it closely.

    Returns:
        A frame with the columns document (str), position (int64), coder (str), and one bool column
        per code, named as the code: whether this coder applied it there. It holds the units that
        two coders or more finished, in order of document, position and coder. Codes that a coder
        did not have stand as False; :meth:`Judgements.finished_for` tells.

    Example:
        >>> from qualkit.agreement.units import judge
        >>> rows = [("d", 1, "Pay", "Ana")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code", "coder"])
        >>> seen = [("d", at, coder) for at in (1, 2) for coder in ("Ana", "Ben")]
        >>> reviewed = pd.DataFrame(seen, columns=["document", "position", "coder"])
        >>> unit_table(judge(codings, reviewed))["Pay"].tolist()
        [True, False, False, False]
    """
    finished = to_bools(judged.finished_by) if judged.coders else np.zeros((0, 0), np.bool_)
    shared = finished.sum(axis=0) >= 2
    slot, coder = np.nonzero((finished & shared).T)
    slots = slot.astype(np.int64)
    table = pd.DataFrame(
        {
            "document": np.array(judged.documents, dtype=object)[judged.layout.document_of(slots)],
            "position": judged.layout.position_of(slots),
            "coder": np.array(judged.coders, dtype=object)[coder],
        }
    )
    applied = {
        code: to_bools(words)[coder, slot]
        for code, words in zip(judged.codes, judged.applied, strict=True)
    }
    return pd.concat([table, pd.DataFrame(applied, index=table.index)], axis=1)
