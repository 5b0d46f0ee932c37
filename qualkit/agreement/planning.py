"""How much to code twice for an interval of a wanted width.

With a pilot, the variance comes from it; without one, from stated assumptions. Either way it is
split in what differs between documents and what differs between utterances of one document, so
that a sample of a few utterances from every document can be planned as well as whole documents.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse, special

from qualkit.agreement.intervals import FEWEST_DOCUMENTS
from qualkit.agreement.reading import Floats, alpha_of, read_units
from qualkit.errors import NotEnoughError, OptionError, UnknownNameError

__all__ = ["PLAN_COLUMNS", "Material", "Spread", "assumed_spread", "pilot_spread", "plan"]

PLAN_COLUMNS = (
    "design", "code", "width", "documents", "utterances", "per_document", "positives",
    "design_effect", "alpha", "prevalence", "correlation", "basis", "reason",
)  # fmt: skip

WHOLE, SOME = "whole documents", "some utterances of every document"
_MOST = 100_000
_FEW_POSITIVES = 10
_FEW_DOCUMENTS = 10


@dataclass(frozen=True)
class Spread:
    """What the width of an interval of alpha depends on.

    Attributes:
        alpha: its value.
        prevalence: share of judgements that give the code.
        variance: of alpha from one utterance alone; that of n independent ones is variance / n.
        correlation: how alike utterances of one document are in what makes alpha (0: not at all).
        basis: where this is from, in words.
    """

    alpha: float
    prevalence: float
    variance: float
    correlation: float
    basis: str

    def effect(self, per_document: float) -> float:
        """Return the design effect, 1 + (m - 1) correlation (Kish 1965, section 5.4)."""
        return 1 + max(per_document - 1, 0) * self.correlation


@dataclass(frozen=True)
class Material:
    """What there is to code: documents, and utterances in them."""

    documents: int
    utterances: int

    @property
    def per_document(self) -> float:
        """Utterances in a document, on average."""
        return self.utterances / self.documents


def assumed_spread(alpha: float, prevalence: float, correlation: float) -> Spread:
    """Return the spread of alpha of two coders from assumptions, without a pilot.

    variance = (1 - a) ((1 - a)(1 - 2a) + a (2 - a) / (2 p (1 - p))), the large-sample variance of
    the intraclass kappa of two coders, which alpha is for many units (Bloch & Kraemer 1989; Donner
    & Eliasziw 1992). For more coders it is on the safe side.

    Args:
        alpha: that is expected, above 0 and below 1.
        prevalence: share of utterances with the code, above 0 and below 1.
        correlation: of utterances in a document; .1 is what coders who differ from transcript to
            transcript give (see docs/reliability.md), 0 takes the utterances as independent.

    Example:
        >>> round(assumed_spread(0.8, 0.3, 0).variance, 3)
        0.433
    """
    for name, value in (("alpha", alpha), ("prevalence", prevalence)):
        if not 0 < value < 1:
            raise OptionError(f"{value:g} is no {name} to plan with", remedy="take 0 < it < 1")
    if not 0 <= correlation < 1:
        raise OptionError(f"{correlation:g} is no correlation", remedy="take 0 or more, below 1")
    less = 1 - alpha
    chance = 2 * prevalence * (1 - prevalence)
    variance = less * (less * (1 - 2 * alpha) + alpha * (2 - alpha) / chance)
    return Spread(alpha, prevalence, variance, correlation, "assumed, two coders")


def pilot_spread(  # noqa: PLR0913 - frames, and what to take of them
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    code: str,
    *,
    parents: Mapping[str, str | None] | None = None,
    level: str = "code",
    coders: Sequence[str] | None = None,
    versions: Mapping[int, Collection[str]] | None = None,
) -> Spread:
    """Return the spread of alpha of a code from utterances that were coded twice already.

    The variance over documents is that of the jackknife; the variance if the utterances were
    independent is that of the jackknife over utterances. Their ratio is the design effect of the
    pilot, and correlation = (effect - 1) / (m - 1) with m = utterances per document, weighted by
    themselves (sum of squares over sum), not below 0.

    Raises:
        NotEnoughError: fewer than five documents, or a code that does not vary in them.
        UnknownNameError: no such code.
    """
    found = read_units(
        codings, reviewed, parents=parents, level=level, coders=coders, versions=versions
    ).shared()
    if code not in found.codes:
        raise UnknownNameError(f"there is no code '{code}'", where="pilot")
    document, documents = pd.factorize(found.units["document"])
    if len(documents) < FEWEST_DOCUMENTS:
        raise NotEnoughError(
            f"a pilot takes {FEWEST_DOCUMENTS} documents coded twice, and there are "
            f"{len(documents)}",
            remedy="code more of them, or state a prevalence and the alpha you expect",
        )
    place = found.codes.index(code)
    parts = [one[:, place] for one in found.sums(document.astype(np.int64), len(documents))]
    alpha = float(alpha_of(*(one.sum(keepdims=True) for one in parts))[0])
    without = alpha_of(*((one.sum() - one)[:, None] for one in parts))[:, 0]
    if not (np.isfinite(alpha) and np.isfinite(without).all()):
        raise NotEnoughError(
            f"'{code}' does not vary enough in the pilot to plan with",
            remedy="state a prevalence and the alpha you expect",
        )
    between = _jackknifed(without, np.ones(len(without)))
    rows = np.arange(len(found.units), dtype=np.int64)
    judges = found.judges(rows, np.full_like(rows, place))
    size = np.bincount(document).astype(np.float64)
    many = float((size**2).sum() / size.sum())
    correlation = _correlation(between, _alone(found.givers[:, [place]], judges), many)
    variance = between * float(size.sum()) / (1 + (many - 1) * correlation)
    prevalence = float(parts[1].sum() / parts[2].sum())
    return Spread(alpha, prevalence, variance, correlation, _told(len(documents), len(found.units)))


def _told(documents: int, utterances: int) -> str:
    few = "; so few say little about how documents differ" if documents < _FEW_DOCUMENTS else ""
    return f"pilot of {documents} documents, {utterances} utterances{few}"


def _correlation(between: float, alone: float, many: float) -> float:
    """Return how alike utterances of a document are, from the two variances of alpha."""
    effect = between / alone if alone > 0 else 1.0
    return min(max((effect - 1) / (many - 1), 0.0), 0.99) if many > 1 else 0.0


def _jackknifed(without: Floats, times: Floats) -> float:
    """Return (N - 1) / N times the sum of squares of N values, each so many times."""
    many = times.sum()
    mean = (without * times).sum() / many
    return float((many - 1) / many * (times * (without - mean) ** 2).sum())


def _alone(given: sparse.csr_array, lookers: Floats) -> float:
    """Return the jackknife variance over utterances; those alike are left out at one go."""
    j = np.asarray(given.toarray(), dtype=np.float64).ravel()
    pairs = np.column_stack([lookers, j])[lookers >= 2]
    kinds, times = np.unique(pairs, axis=0, return_counts=True)
    m, j = kinds[:, 0], kinds[:, 1]
    parts = (j * (m - j) / (m - 1), j, m)
    without = alpha_of(*(((one * times).sum() - one)[:, None] for one in parts))[:, 0]
    good = np.isfinite(without)
    return _jackknifed(without[good], times[good].astype(np.float64))


def plan(width: float, spread: Spread, material: Material, *, code: str = "") -> pd.DataFrame:
    """Return how many documents or utterances to code twice.

    The 95 % interval over G documents with m utterances each is as wide as
    2 t(G - 1) sqrt(variance (1 + (m - 1) correlation) / (G m)). For whole documents G is looked
    for, with m as it is in the material; for a sample from every document m is, with G as it is.
    (Variance of a cluster sample: Kish 1965; the interval is the one qualkit prints.)

    Args:
        width: of the interval, from end to end.
        spread: from :func:`pilot_spread` or :func:`assumed_spread`.
        material: what there is to code.
        code: put in the column of this name.

    Returns:
        Two rows, design "whole documents" and "some utterances of every document". Columns design,
        code (str), width (float64: as wanted), documents, utterances (Int64: to code twice; missing
        where no number would do), per_document (float64), positives (float64: utterances with the
        code to be expected among them), design_effect, alpha, prevalence, correlation (float64),
        basis (str), reason (object: why there is no number, or what to mind).

    Raises:
        OptionError: a width that is none.
        NotEnoughError: there is no material.

    Example:
        >>> table = plan(0.3, assumed_spread(0.8, 0.2, 0.05), Material(40, 4000))
        >>> table[["documents", "utterances", "design_effect"]].round(2)
           documents  utterances  design_effect
        0          9         900           5.95
        1         40         115           1.09
    """
    if not 0 < width < 2:
        raise OptionError(f"{width:g} is no width of an interval", remedy="take 0 < it < 2")
    if material.documents < 1:
        raise NotEnoughError("there is nothing to code", remedy="import documents")
    rows = [_whole(width, spread, material), _some(width, spread, material)]
    said = {"code": code, "width": width, "alpha": spread.alpha, "prevalence": spread.prevalence}
    said |= {"correlation": spread.correlation, "basis": spread.basis}
    table = pd.DataFrame([row | said for row in rows]).astype({"reason": object})
    table = table.astype({"documents": "Int64", "utterances": "Int64"})
    table["positives"] = table["utterances"] * spread.prevalence
    rare = (table["positives"] < _FEW_POSITIVES).fillna(False)
    table.loc[rare & table["reason"].isna(), "reason"] = (
        "fewer than ten utterances with the code are to be expected"
    )
    table = table.astype(dict.fromkeys(("per_document", "positives", "design_effect"), "float64"))
    return table[list(PLAN_COLUMNS)]


def _half(spread: Spread, documents: int, per_document: float) -> float:
    """Return half the width of the interval that is to be expected."""
    error = spread.variance * spread.effect(per_document) / (documents * per_document)
    return float(special.stdtrit(documents - 1, 0.975) * math.sqrt(error))


def _whole(width: float, spread: Spread, material: Material) -> dict[str, object]:
    m = material.per_document
    row: dict[str, object] = {"design": WHOLE, "per_document": m, "design_effect": spread.effect(m)}
    low, high = FEWEST_DOCUMENTS, FEWEST_DOCUMENTS
    while _half(spread, high, m) > width / 2 and high < _MOST:
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _half(spread, middle, m) <= width / 2 else (middle + 1, high)
    if _half(spread, high, m) > width / 2:
        return row | {"documents": None, "utterances": None, "reason": "no number would do"}
    short = high > material.documents
    reason = f"there are {material.documents} documents" if short else None
    return row | {"documents": high, "utterances": round(high * m), "reason": reason}


def _some(width: float, spread: Spread, material: Material) -> dict[str, object]:
    documents, row = material.documents, {"design": SOME}
    none: dict[str, object] = {"documents": None, "utterances": None}
    if documents < FEWEST_DOCUMENTS:
        return row | none | {"reason": f"there is no interval below {FEWEST_DOCUMENTS} documents"}
    t = float(special.stdtrit(documents - 1, 0.975))
    allowed = documents * (width / 2 / t) ** 2 / spread.variance
    if allowed <= spread.correlation:
        return row | none | {"reason": f"these {documents} documents differ too much for that"}
    wanted = max((1 - spread.correlation) / (allowed - spread.correlation), 1.0)
    per_document = math.ceil(round(wanted * documents, 6)) / documents
    size = math.ceil(round(wanted * documents, 6))
    short = size > material.utterances
    reason = f"there are {material.utterances} utterances" if short else None
    effect = spread.effect(per_document)
    found = {"documents": documents, "utterances": size, "per_document": per_document}
    return row | found | {"design_effect": effect, "reason": reason}
