"""The agreement table: one row per code and coefficient, and the rows over all codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from qualkit.agreement.coefficients import (
    COEFFICIENTS,
    OVERALL,
    Coefficient,
    ratio,
)
from qualkit.agreement.intervals import jackknife
from qualkit.agreement.units import Counts, Floats, Seen, judge, seen_in, tally
from qualkit.errors import OptionError

__all__ = ["ALL_CODES", "COLUMNS", "DEFAULT_COEFFICIENTS", "LEVELS", "agreement"]

ALL_CODES = "(all codes)"
"""What the column ``code`` says in the rows over all codes."""

COLUMNS = (
    "code", "coefficient", "value", "low", "high", "n", "positives", "neither",
    "documents", "coders", "reason",
)  # fmt: skip
"""The columns of the table, in order."""

DEFAULT_COEFFICIENTS = ("alpha", "kappa", "percent", "positive_agreement", "ac1")
LEVELS = ("code", "theme")

_FEW_DOCUMENTS = 10
_FEW_POSITIVES = 10
_FEW_POSITIVE_DOCUMENTS = 5
_NOBODY = "no utterance was finished by two coders"


def agreement(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    *,
    parents: Mapping[str, str | None] | None = None,
    coders: Sequence[str] | None = None,
    coefficients: Sequence[str] = DEFAULT_COEFFICIENTS,
    level: str = "code",
    available: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return how far coders agree, code by code and over all codes.

    Only utterances that two coders or more have finished count. A coder who finished an utterance
    and applied nothing has judged it; a coder who has not finished it is missing. A coding whose
    utterance is not in ``reviewed`` counts as finished. Codings of an utterance by one coder with
    one code count once, however many spans they mark.

    Args:
        codings: columns document (str), position (int), code (str), coder (str); others are
            ignored.
        reviewed: columns document, position, coder: who has finished which utterance.
        parents: code -> its parent, or None for a theme, in the order of the codebook. Without it
            the codes are those of the codings, sorted, and there are no themes.
        coders: whose codings to compare; everybody's when None.
        coefficients: names from :data:`~qualkit.agreement.coefficients.COEFFICIENTS`, "kappa"
            (Cohen's for two coders, Conger's for more) or "prevalence" (one row per coder: the
            share of utterances that he or she gave the code).
        level: "code" compares each code as applied; "theme" compares themes, each counted where
            it or any code below it was applied.
        available: columns document, coder, code: which codes a coder had at hand in a document.
            A code named here is missing, not absent, wherever it is not listed; a code that is
            not named was always at hand.

    Returns:
        A frame with the columns code, coefficient (str), value, low, high (float64, NaN where not
        defined), n (utterances that count), positives (those where somebody applied the code),
        neither (those where nobody did), documents, coders (int64) and reason (object: None, or
        why a number is missing or should not be leaned on). Low and high are the 95 % jackknife
        over documents. The last rows have the code "(all codes)": micro_alpha, pooled_kappa and
        macro_alpha. ``attrs`` holds the names of the coders and the level.

    Raises:
        OptionError: a column is missing, or an option has a value it cannot take.
        UnknownNameError: a coding has a code that ``parents`` does not name.

    Example:
        >>> rows = [("d", 1, "Pay", "Ana"), ("d", 1, "Pay", "Ben"), ("d", 2, "Pay", "Ana")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code", "coder"])
        >>> seen = [("d", position, coder) for position in (1, 2, 3) for coder in ("Ana", "Ben")]
        >>> reviewed = pd.DataFrame(seen, columns=["document", "position", "coder"])
        >>> table = agreement(codings, reviewed, coefficients=["alpha", "percent"])
        >>> table[["code", "coefficient", "value", "n"]].head(2).round(3)
          code coefficient  value  n
        0  Pay       alpha  0.444  3
        1  Pay     percent  0.667  3

    Sources of the formulae: :mod:`qualkit.agreement.coefficients`.
    """
    _check_options(coefficients, level)
    judged = judge(
        codings, reviewed, parents=parents, level=level, coders=coders, available=available
    )
    seen = seen_in(judged)
    names = [judged.coders[number] for number in np.flatnonzero(seen.coders).tolist()]
    whole = _Whole(len(judged.documents), len(names))
    blocks = []
    for numbers, every in tally(judged):
        counts = replace(
            every,
            coder_values=every.coder_values[seen.coders],
            coder_applied=every.coder_applied[seen.coders],
        )
        codes = [judged.codes[number] for number in numbers.tolist()]
        sums = _Sums(counts, counts.total(), counts.without_each())
        blocks += [_block(sums, one, codes, len(names)) for one in _chosen(coefficients, names)]
        whole.add(sums)
    places = {code: number for number, code in enumerate(judged.codes)}
    table = pd.concat([*blocks, whole.rows(seen)], ignore_index=True)
    table["code_number"] = table["code"].map(places).fillna(len(places))
    table = table.sort_values("code_number", kind="stable", ignore_index=True)
    table = table.loc[:, list(COLUMNS)]
    reasons = _with_absent(list(table["reason"]), coders, judged.coders)
    table["reason"] = pd.Series(reasons, dtype=object)
    table.attrs.update(coder_names=names, level=level)
    return table


def _check_options(coefficients: Sequence[str], level: str) -> None:
    """Raise OptionError for a coefficient or level that does not exist."""
    if level not in LEVELS:
        raise OptionError(
            f"there is no level {level!r}", where="level", remedy=f"one of {', '.join(LEVELS)}"
        )
    allowed = ["kappa", "prevalence", *COEFFICIENTS]
    chosen = [coefficients] if isinstance(coefficients, str) else coefficients
    for name in chosen:
        if name not in allowed or isinstance(coefficients, str):
            raise OptionError(
                f"{name!r} is not a list of coefficients"
                if name in allowed
                else f"there is no coefficient {name!r}",
                where="coefficients",
                remedy=f"a list of some of {', '.join(allowed)}",
            )


def _chosen(names: Sequence[str], coders: Sequence[str]) -> list[Coefficient]:
    """Return the coefficients asked for, each once, "kappa" and "prevalence" spelled out."""
    found: dict[str, Coefficient] = {}
    for name in names:
        if name == "kappa":
            one = COEFFICIENTS["conger_kappa" if len(coders) > 2 else "cohen_kappa"]
            found[one.name] = one
        elif name == "prevalence":
            for number, coder in enumerate(coders):
                label = f"prevalence ({coder})"
                compute = _prevalence_of(number)
                found[label] = Coefficient(label, label, compute, 0.0)
        else:
            found[name] = COEFFICIENTS[name]
    return list(found.values())


def _prevalence_of(coder: int) -> Callable[[Counts], Floats]:
    """Return the function that gives the share of utterances this coder gave each code."""
    return lambda counts: ratio(counts.coder_applied[coder], counts.coder_values[coder])


@dataclass(frozen=True)
class _Sums:
    """Counts by document, over all documents, and with each document left out."""

    counts: Counts
    total: Counts
    left_out: Counts


def _block(sums: _Sums, one: Coefficient, codes: Sequence[str], coders: int) -> pd.DataFrame:
    """Return the rows of one coefficient, one per code."""
    counts, total = sums.counts, sums.total
    undefined = _why_undefined(total, one, coders)
    impossible = one.two_coders and coders != 2
    value = np.full(len(codes), np.nan) if impossible else one.compute(total)
    left_out = np.full(counts.units.shape, np.nan)
    if not impossible:
        left_out = one.compute(sums.left_out)
    found = jackknife(value, left_out, counts.units, one.lowest)
    positive_documents = (counts.touched > 0).sum(axis=0)
    reasons = [
        undefined[k]
        if not np.isfinite(value[k])
        else _joined(
            found.reason[k] or _few(int(found.documents[k])),
            _rare(int(total.touched[k]), int(positive_documents[k])),
        )
        for k in range(len(codes))
    ]
    return _frame(
        code=list(codes), coefficient=one.name, value=value,
        low=found.low, high=found.high, n=total.units, positives=total.touched,
        neither=total.units - total.touched, documents=found.documents, coders=coders,
        reason=reasons,
    )  # fmt: skip


def _frame(**columns: object) -> pd.DataFrame:
    """Return the columns as a frame with the types that the contract states."""
    reason = columns.pop("reason")
    frame = pd.DataFrame(columns)
    whole = ["n", "positives", "neither", "documents", "coders"]
    frame = frame.astype(dict.fromkeys(whole, "int64"))
    return frame.assign(reason=pd.Series(reason, index=frame.index, dtype=object))


def _why_undefined(total: Counts, one: Coefficient, coders: int) -> list[str]:
    """Return for each code why the coefficient would be undefined, most basic reason first."""
    two_only = f"{one.label} compares two coders and there are {coders}"
    conditions = [
        np.full(total.units.shape, coders < 2),
        total.units == 0,
        np.full(total.units.shape, one.two_coders and coders != 2),
        total.applied == 0,
        total.applied == total.values,
    ]
    reasons = [
        _NOBODY,
        "no utterance was finished by two coders who had this code",
        two_only,
        "the code was never applied",
        "every coder applied the code to every utterance",
    ]
    return [str(text) for text in np.select(conditions, reasons, "it cannot be computed")]


def _few(documents: int) -> str | None:
    """Return the warning for an interval that rests on few documents."""
    return (
        f"the interval rests on {documents} documents only" if documents < _FEW_DOCUMENTS else None
    )


def _rare(utterances: int, documents: int) -> str | None:
    """Return the warning for a code that stands in few utterances or few documents."""
    if utterances == 0:
        return "the code was never applied"
    if utterances >= _FEW_POSITIVES and documents >= _FEW_POSITIVE_DOCUMENTS:
        return None
    return (
        f"the code stands in {utterances} utterance{'s' * (utterances != 1)} "
        f"of {documents} document{'s' * (documents != 1)} only"
    )


def _joined(*parts: str | None) -> str | None:
    """Return the parts that say something, or None."""
    return "; ".join(part for part in parts if part) or None


class _Whole:
    """Gathers the rows over all codes while the codes go by."""

    def __init__(self, documents: int, coders: int) -> None:
        self.coders = coders
        self.names = [name for name in OVERALL if coders == 2 or name != "pooled_kappa"]
        self.total = {name: np.zeros((2, 1)) for name in self.names}
        self.left_out = {name: np.zeros((2, documents)) for name in self.names}
        self.counted = np.zeros(documents)
        self.codes = 0

    def add(self, sums: _Sums) -> None:
        """Add some codes."""
        for name in self.names:
            self.total[name][:, 0] += OVERALL[name](sums.total)
            self.left_out[name] += OVERALL[name](sums.left_out)
        units = sums.counts.units
        self.counted = np.maximum(self.counted, units.max(axis=-1, initial=0))
        self.codes += units.shape[-1]

    def rows(self, seen: Seen) -> pd.DataFrame:
        """Return the rows."""
        return pd.concat([self._row(name, seen) for name in self.names], ignore_index=True)

    def _row(self, name: str, seen: Seen) -> pd.DataFrame:
        value = ratio(*self.total[name])
        found = jackknife(value, ratio(*self.left_out[name])[:, None], self.counted[:, None])
        reason = found.reason[0] or _few(int(found.documents[0]))
        if not np.isfinite(value[0]):
            nothing = "no code was applied to some utterances and not others"
            reason = _NOBODY if self.coders < 2 else nothing
        elif name == "macro_alpha" and (without := self.codes - int(self.total[name][1, 0])):
            reason = _joined(f"{without} of {self.codes} codes have no alpha", reason)
        return _frame(
            code=[ALL_CODES], coefficient=name, value=value, low=found.low, high=found.high,
            n=seen.units, positives=seen.touched, neither=seen.units - seen.touched,
            documents=found.documents, coders=self.coders, reason=[reason],
        )  # fmt: skip


def _with_absent(
    reasons: list[str | None], asked: Sequence[str] | None, there: Sequence[str]
) -> list[str | None]:
    """Name the coders asked for of whom there is nothing, where that is why a value is missing."""
    absent = sorted(set(asked or ()) - set(there))
    if not absent:
        return reasons
    addition = f"{_NOBODY}; there is nothing by {', '.join(absent)}"
    return [addition if reason == _NOBODY else reason for reason in reasons]
