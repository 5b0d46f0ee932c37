"""The course of a study: does a further document still bring new codes?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import special

from qualkit.analysis.material import Bools, Floats, Ints, Material, ancestors_of, gather
from qualkit.errors import OptionError

__all__ = ["saturation"]


def saturation(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    order: Sequence[str] | None = None,
    level: str = "code",
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
    seed: int = 1,
    permutations: int = 999,
) -> pd.DataFrame:
    """Return how many new codes each document brings, in the order they came and in any order.

    Args:
        codings: columns document (str), position (int), code (str).
        utterances: columns document, position; optional codable and is_moderator (bool).
        order: the documents in the order they were read or collected; None sorts them by name.
        level: "code", or "theme": a theme is there when it or any code below it is.
        base: Guest, Namey & Chen's base size: the documents that later ones are compared with.
        run: their run length: how many documents are looked at together for something new.
        threshold: their new information threshold: at most this share of new codes.
        parents: code -> its parent, or None for a theme, in the order of the codebook.
        moderators: count what moderators say as well.
        seed: of the random orders.
        permutations: how many random orders the band rests on.

    Returns:
        A frame with a row for every document: step (int64, from 1), document (str), codes (in
        it), new, total (int64: so far), expected (float64: the mean of total over all orders,
        exact), low, high (float64: where 95 % of the random orders lie), new_in_run (Int64: new
        codes in the ``run`` documents ending here, missing up to ``base`` + ``run`` - 1),
        new_information (float64: their share of the codes in the base) and new_codes (object: the
        codes that are new, joined by "; "). ``attrs`` holds ``reached``: the step at which the
        threshold is first met, or None, and the seed.

    Raises:
        OptionError: ``order`` lacks a document, or an option has a value it cannot take.

    Example:
        >>> said = pd.DataFrame({"document": ["a", "b", "c"], "position": 1})
        >>> rows = [("a", 1, "x"), ("a", 1, "y"), ("b", 1, "x"), ("c", 1, "z")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code"])
        >>> saturation(codings, said)[["step", "document", "codes", "new", "total"]]
           step document  codes  new  total
        0     1        a      2    2      2
        1     2        b      1    0      2
        2     3        c      1    1      3

    Sources: Guest, Namey & Chen (2020), PLoS ONE 15(5) e0232076; Colwell, Mao & Chang (2004) for
    the mean over all orders.
    """
    _check(level, base, run, threshold, permutations)
    material = gather(codings, utterances, parents=parents, moderators=moderators)
    documents, there, codes = _presence(material, parents, level)
    row = _ordered(documents, order)
    documents, there = [documents[one] for one in row], there[row]
    table = _table(documents, there, codes, (base, run), _band(there, permutations, seed))
    met = table.index[(table["new_information"] <= threshold + 1e-12).to_numpy(np.bool_)]
    table.attrs.update(
        material.about,
        level=level,
        codes=int(there.any(axis=0).sum()),
        base=base,
        run=run,
        threshold=threshold,
        reached=int(table["step"].iloc[met[0]]) if len(met) else None,
        permutations=permutations,
        seed=seed,
    )
    return table


def _table(
    documents: list[str],
    there: Bools,
    codes: list[str],
    rule: tuple[int, int],
    band: tuple[Floats, Floats],
) -> pd.DataFrame:
    """Return the rows, a document each."""
    fresh = there & (np.cumsum(there, axis=0) == 1)
    total = fresh.sum(axis=1).cumsum()
    new = fresh.sum(axis=1)
    return pd.DataFrame(
        {
            "step": np.arange(1, len(documents) + 1),
            "document": np.array(documents, dtype=object),
            "codes": there.sum(axis=1),
            "new": new,
            "total": total,
            "expected": _expected(there),
            "low": band[0],
            "high": band[1],
            **_runs(new, total, *rule),
            "new_codes": ["; ".join(codes[at] for at in np.flatnonzero(one)) for one in fresh],
        }
    )


def _check(level: str, base: int, run: int, threshold: float, permutations: int) -> None:
    if level not in ("code", "theme"):
        raise OptionError(f"there is no level {level!r}", where="level", remedy="code or theme")
    for number, name in ((base, "base"), (run, "run"), (permutations, "permutations")):
        if number < 1:
            raise OptionError(f"{number} is too few", where=name, remedy="at least 1")
    if not 0 <= threshold < 1:
        raise OptionError(f"{threshold} is no share", where="threshold", remedy="0 up to below 1")


def _presence(
    material: Material, parents: Mapping[str, str | None] | None, level: str
) -> tuple[list[str], Bools, list[str]]:
    """Return documents, documents x codes where the code is there, and the codes."""
    document, names = pd.factorize(material.utterances["document"])
    codes, column = list(material.codes), np.arange(len(material.codes))
    if level == "theme" and parents is not None:
        above = ancestors_of(parents)
        top = [(code, *above[code])[-1] for code in codes]
        codes = list(dict.fromkeys(top))
        column = np.array([codes.index(one) for one in top], dtype=np.int64)
    there = np.zeros((len(names), len(codes)), dtype=np.bool_)
    on = material.coding_row >= 0
    there[document[material.coding_row[on]], column[material.coding_code[on]]] = True
    return list(map(str, names)), there, codes


def _ordered(documents: list[str], order: Sequence[str] | None) -> list[int]:
    """Return the numbers of the documents in the order wanted; those not counted are left out."""
    if order is None:
        return list(range(len(documents)))
    place = {name: number for number, name in enumerate(documents)}
    wanted = [place[name] for name in dict.fromkeys(order) if name in place]
    if len(wanted) < len(documents):
        missing = next(name for name in documents if name not in set(order))
        raise OptionError(f"the order lacks the document {missing!r}", where="order")
    return wanted


def _expected(there: Bools) -> Floats:
    """Return the mean number of codes in the first 1, 2, 3 ... documents over all orders.

    A code in g of G documents is missing from the first i with probability C(G-g, i) / C(G, i).
    """
    many = len(there)
    holding = there.sum(axis=0)[there.any(axis=0)][None, :].astype(np.float64)
    first = np.arange(1, many + 1, dtype=np.float64)[:, None]
    room = many - holding - first
    with np.errstate(invalid="ignore"):
        missing = np.exp(
            special.gammaln(many - holding + 1)
            + special.gammaln(many - first + 1)
            - special.gammaln(np.maximum(room, 0) + 1)
            - special.gammaln(many + 1)
        )
    return np.asarray(np.where(room < 0, 1.0, 1.0 - missing).sum(axis=1), dtype=np.float64)


def _band(there: Bools, permutations: int, seed: int) -> tuple[Floats, Floats]:
    """Return where the middle 95 % of the totals lie over random orders of the documents."""
    many, codes = there.shape
    if not many:
        return np.zeros(0), np.zeros(0)
    random = np.random.default_rng(seed)
    place = random.permuted(np.tile(np.arange(many), (permutations, 1)), axis=1)
    found: Ints = np.zeros((permutations, many), dtype=np.int64)
    rows = np.arange(permutations)
    for code in range(codes):
        if there[:, code].any():
            np.add.at(found, (rows, place[:, there[:, code]].min(axis=1)), 1)
    low, high = np.quantile(np.cumsum(found, axis=1), [0.025, 0.975], axis=0)
    return low, high


def _runs(new: Ints, total: Ints, base: int, run: int) -> dict[str, pd.Series]:
    """Return the new codes in the last ``run`` documents, and as a share of those in the base."""
    many = len(new)
    step = np.arange(1, many + 1)
    so_far = np.concatenate([[0], total])
    recent = so_far[1:] - so_far[np.maximum(step - run, 0)]
    counts = step >= base + run
    size = int(total[base - 1]) if many >= base else 0
    return {
        "new_in_run": pd.Series(recent).where(counts).astype("Int64"),
        "new_information": pd.Series(recent / size if size else np.nan, index=range(many)).where(
            counts
        ),
    }
