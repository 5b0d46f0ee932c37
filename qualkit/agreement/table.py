"""The agreement table: one row per code and coefficient, and the rows over all codes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from qualkit.agreement.analytic import Independent
from qualkit.agreement.coefficients import COEFFICIENTS, OVERALL, Coefficient, Overall, ratio
from qualkit.agreement.counts import Counts, Floats, Ints, Judgements, Seen, seen_in, tally
from qualkit.agreement.intervals import (
    FEWEST_DOCUMENTS,
    Bootstrap,
    Interval,
    Jackknife,
    Variation,
)
from qualkit.agreement.rho import RHO, rho_of_codes
from qualkit.agreement.rows import ALL_CODES, NOBODY, Rows, by_document, few, joined, rare
from qualkit.agreement.sets import SET_COEFFICIENTS, add_set_rows
from qualkit.agreement.spans import pieces
from qualkit.agreement.units import LEVELS, counts_for, judge
from qualkit.agreement.weights import WEIGHT_COEFFICIENTS, Weighing, add_weight_rows
from qualkit.errors import OptionError

__all__ = ["DEFAULT_COEFFICIENTS", "INTERVALS", "UNITS", "agreement", "chosen_coefficients"]

DEFAULT_COEFFICIENTS = ("alpha", "kappa", "percent", "positive_agreement", "ac1", "masi_alpha")
INTERVALS = ("jackknife", "bootstrap", "independent")
UNITS = ("utterance", "span")
_ALWAYS = ("micro_alpha", "pooled_kappa", "macro_alpha")


def agreement(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    *,
    parents: Mapping[str, str | None] | None = None,
    coders: Sequence[str] | None = None,
    coefficients: Sequence[str] = DEFAULT_COEFFICIENTS,
    level: str = "code",
    available: pd.DataFrame | None = None,
    versions: Mapping[int, Collection[str]] | None = None,
    unit: str = "utterance",
    utterances: pd.DataFrame | None = None,
    weight: str = "certainty",
    interval: str = "jackknife",
    resamples: int = 1000,
    seed: int = 1,
) -> pd.DataFrame:
    """Return how far coders agree, code by code and over all codes.

    Only utterances that two coders or more have finished count. A coder who finished an utterance
    and applied nothing has judged it; a coder who has not finished it is missing. A coding whose
    utterance is not in ``reviewed`` counts as finished. Codings of an utterance by one coder with
    one code count once, however many spans they mark.

    Large studies are quickest with categorical columns for document, coder and code and whole
    numbers for position: then nothing has to be numbered first.

    Args:
        codings: columns document (str), position (int), code (str), coder (str); others are
            ignored unless an option asks for them.
        reviewed: columns document, position, coder: who has finished which utterance.
        parents: code -> its parent, or None for a theme, in the order of the codebook. Without it
            the codes are those of the codings, sorted, and there are no themes.
        coders: whose codings to compare; everybody's when None.
        coefficients: names from :data:`~qualkit.agreement.coefficients.COEFFICIENTS`, "kappa"
            (Cohen's for two coders, Conger's for more), "prevalence" (one row per coder: the
            share of utterances that he or she gave the code), "shaffer_rho", "holsti", names from
            :data:`~qualkit.agreement.sets.SET_COEFFICIENTS`, which compare the sets of codes, or
            from :data:`~qualkit.agreement.weights.WEIGHT_COEFFICIENTS`, which compare weights.
        level: "code" compares each code as applied; "rollup" each code, counted where it or any
            code below it was applied; "theme" the same for themes alone.
        available: columns document, coder, code: which codes a coder had at hand in a document.
            A code named here is missing, not absent, wherever it is not listed; a code that is
            not named was always at hand.
        versions: number of a codebook version -> its codes. Both frames then need a column
            codebook_version; a code is missing wherever the coder's version lacked it.
        unit: "utterance", or "span": the pieces that the ends of all spans cut utterances into.
            For spans both need start and end: ``codings`` (missing for a whole utterance) and
            ``utterances``.
        utterances: columns document, position, start, end; needed for spans.
        weight: the column of ``codings`` that coefficients of weights compare.
        interval: "jackknife" leaves out one document at a time; "bootstrap" draws documents;
            "independent" is Gwet's standard error, which treats utterances as independent and is
            therefore far too narrow as a rule.
        resamples: how many times to draw documents.
        seed: equal seeds, equal draws.

    Returns:
        A frame with the columns code, coefficient (str), value, low, high (float64, NaN where not
        defined), n (utterances that count), positives (those where somebody applied the code),
        neither (those where nobody did), documents, coders (int64) and reason (object: None, or
        why a number is missing or should not be leaned on). Low and high are a 95 % interval.
        The last rows have the code "(all codes)": micro_alpha, pooled_kappa (two coders),
        macro_alpha and what else was asked for. ``attrs`` holds the names of the coders and the
        options.

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

    Sources of the formulae: :mod:`qualkit.agreement.coefficients`, :mod:`qualkit.agreement.sets`.
    """
    _check_options(coefficients, level, unit, interval)
    if unit == "span":
        codings, reviewed = pieces(codings, reviewed, utterances, coders)
    judged = judge(
        codings, reviewed, parents=parents, level=level, coders=coders, available=available,
        versions=versions,
    )  # fmt: skip
    seen = seen_in(judged)
    names = [judged.coders[number] for number in np.flatnonzero(seen.coders).tolist()]
    how = Bootstrap(seen.by_document, resamples, seed) if interval == "bootstrap" else Jackknife()
    table = _Table(judged, seen, names, how)
    table.add_codes(coefficients, Independent(judged) if interval == "independent" else None)
    if weighed := [name for name in WEIGHT_COEFFICIENTS if name in coefficients]:
        targets = {} if parents is None else counts_for(parents, level)
        weighing = Weighing(judged, codings, weight, targets)
        add_weight_rows(table.rows, weighed, weighing, how, len(names))
    add_set_rows(table.rows, coefficients, judged, seen, (how, parents))
    result = _with_absent(table.rows.frame(), coders, judged.coders)
    result.attrs.update(coder_names=names, level=level, unit=unit, interval=interval)
    if interval == "bootstrap":
        result.attrs.update(resamples=resamples, seed=seed)
    return result


def _check_options(coefficients: Sequence[str], level: str, unit: str, interval: str) -> None:
    """Raise OptionError for a coefficient or another option that does not exist."""
    for what, chosen, there in (
        ("level", level, LEVELS), ("unit", unit, UNITS), ("interval", interval, INTERVALS),
    ):  # fmt: skip
        if chosen not in there:
            raise OptionError(
                f"there is no {what} {chosen!r}", where=what, remedy=f"one of {', '.join(there)}"
            )
    allowed = ["kappa", "prevalence", RHO, *COEFFICIENTS, *OVERALL]
    allowed += [*SET_COEFFICIENTS, *WEIGHT_COEFFICIENTS]
    names = [coefficients] if isinstance(coefficients, str) else coefficients
    for name in names:
        if name not in allowed or isinstance(coefficients, str):
            raise OptionError(
                f"{name!r} is not a list of coefficients"
                if name in allowed
                else f"there is no coefficient {name!r}",
                where="coefficients",
                remedy=f"a list of some of {', '.join(allowed)}",
            )


def chosen_coefficients(names: Sequence[str], coders: Sequence[str]) -> list[Coefficient]:
    """Return the coefficients of one code that are asked for, each once.

    "kappa" and "prevalence" are spelled out for these coders.
    """
    found: dict[str, Coefficient] = {}
    for name in names:
        if name == "kappa":
            one = COEFFICIENTS["conger_kappa" if len(coders) > 2 else "cohen_kappa"]
            found[one.name] = one
        elif name == "prevalence":
            for number, coder in enumerate(coders):
                label = f"prevalence ({coder})"
                needs = ("coder_applied", "coder_values")
                found[label] = Coefficient(label, label, _prevalence_of(number), needs, 0.0)
        elif name in COEFFICIENTS:
            found[name] = COEFFICIENTS[name]
    return list(found.values())


def _prevalence_of(coder: int) -> Callable[[Counts], Floats]:
    """Return the function that gives the share of utterances this coder gave each code."""
    return lambda counts: ratio(counts.coder_applied[coder], counts.coder_values[coder])


@dataclass(frozen=True)
class _Sums:
    """Counts by document, over all documents, and of each variant, for some codes."""

    numbers: Ints
    counts: Counts
    total: Counts
    varied: Counts


class _Table:
    """Makes the rows of the codes, and those over all codes while the codes go by."""

    def __init__(
        self, judged: Judgements, seen: Seen, names: Sequence[str], how: Variation
    ) -> None:
        self.judged = judged
        self.seen = seen
        self.names = names
        self.how = how
        self.rows = Rows()

    def add_codes(self, coefficients: Sequence[str], independent: Independent | None) -> None:
        """Add the rows of every code, then those over all codes."""
        chosen = chosen_coefficients(coefficients, self.names)
        overall = [
            one
            for one in OVERALL.values()
            if one.name in (*_ALWAYS, *coefficients)
            and (len(self.names) == 2 or not one.two_coders)
        ]
        needs = {name for one in chosen for name in one.needs}
        needs |= {name for one in overall for name in one.needs}
        parts = [_Part(one, self.how, len(self.judged.documents)) for one in overall]
        for numbers, every in tally(self.judged):
            counts = replace(
                every,
                coder_values=every.coder_values[self.seen.coders],
                coder_applied=every.coder_applied[self.seen.coders],
            )
            sums = _Sums(numbers, counts, counts.total(), counts.each(self.how.sums, needs))
            for one in chosen:
                self._add_code_rows(sums, one, independent)
            if RHO in coefficients:
                self._add_rho(sums)
            for part in parts:
                part.add(sums)
        for part in parts:
            self._add_overall(part, independent is not None)

    def _add_code_rows(
        self, sums: _Sums, one: Coefficient, independent: Independent | None
    ) -> None:
        """Add the rows of one coefficient, one per code."""
        total, people = sums.total, len(self.names)
        codes = [self.judged.codes[number] for number in sums.numbers.tolist()]
        impossible = one.two_coders and people != 2
        value = np.full(len(codes), np.nan) if impossible else one.compute(total)
        if independent is not None and not impossible:
            found = independent.interval(one.name, sums.numbers, sums.counts.units)
        else:
            varied = value[None] if impossible else one.compute(sums.varied)
            found = self.how.interval(value, varied, sums.counts.units, one.lowest)
        self.rows.add(
            sums.numbers, code=codes, coefficient=one.name, value=value, low=found.low,
            high=found.high, n=total.units, positives=total.touched, documents=found.documents,
            coders=people, reason=self._reasons(sums, one, value, found),
        )  # fmt: skip

    def _add_rho(self, sums: _Sums) -> None:
        """Add the rows of Shaffer's rho, one per code."""
        total, people = sums.total, len(self.names)
        none = np.full(total.units.shape, np.nan)
        self.rows.add(
            sums.numbers, code=[self.judged.codes[number] for number in sums.numbers.tolist()],
            coefficient=RHO, value=rho_of_codes(total) if people == 2 else none, low=none,
            high=none, n=total.units, positives=total.touched,
            documents=(sums.counts.units > 0).sum(axis=0), coders=people,
            reason="treats utterances as independent; against a kappa of 0.65"
            if people == 2
            else f"Shaffer's rho compares two coders and there are {people}",
        )  # fmt: skip

    def _reasons(
        self, sums: _Sums, one: Coefficient, value: Floats, found: Interval
    ) -> list[str | None]:
        """Return for each code why its value is missing or what to think of when reading it."""
        defined = np.isfinite(value)
        positive_documents = (sums.counts.touched > 0).sum(axis=0)
        each: Floats | None = None
        result: list[str | None] = []
        undefined = None if defined.all() else _why_undefined(sums.total, one, len(self.names))
        for k in range(len(value)):
            if undefined is not None and not defined[k]:
                result.append(undefined[k])
                continue
            listed, documents = None, int(found.documents[k])
            if 1 < documents < FEWEST_DOCUMENTS:
                each = one.compute(sums.counts) if each is None else each
                listed = by_document(self.judged.documents, each[:, k], sums.counts.units[:, k])
            rarely = rare(int(sums.total.touched[k]), int(positive_documents[k]))
            result.append(joined(found.reason[k] or few(documents), listed, rarely))
        return result

    def _add_overall(self, part: _Part, independent: bool) -> None:
        """Add the row of one coefficient over all codes."""
        seen, people = self.seen, len(self.names)
        value, varied = ratio(*part.total), ratio(*part.varied)
        found = self.how.interval(value, varied[:, None], part.counted[:, None], part.one.lowest)
        reason = found.reason[0] or few(int(found.documents[0]))
        low, high = found.low, found.high
        if independent:
            low, high, reason = (
                value * np.nan,
                value * np.nan,
                "there is no interval of this kind for it",
            )
        if not np.isfinite(value[0]):
            nothing = "no code was applied to some utterances and not others"
            reason = NOBODY if people < 2 else nothing
        elif part.one.name == "macro_alpha" and (lost := part.codes - int(part.total[1, 0])):
            reason = joined(f"{lost} of {part.codes} codes have no alpha", reason)
        self.rows.add(
            [len(self.judged.codes)], code=ALL_CODES, coefficient=part.one.name, value=value,
            low=low, high=high, n=seen.units, positives=seen.touched,
            documents=found.documents, coders=people, reason=reason,
        )  # fmt: skip


class _Part:
    """One coefficient over all codes, gathered while the codes go by."""

    def __init__(self, one: Overall, how: Variation, documents: int) -> None:
        self.one = one
        self.total = np.zeros((2, 1))
        self.varied = np.zeros((2, len(how.sums(np.zeros((documents, 1))))))
        self.counted = np.zeros(documents)
        self.codes = 0

    def add(self, sums: _Sums) -> None:
        """Add some codes."""
        self.total[:, 0] += self.one.parts(sums.total)
        self.varied += self.one.parts(sums.varied)
        units = sums.counts.units
        self.counted = np.maximum(self.counted, units.max(axis=-1, initial=0))
        self.codes += units.shape[-1]


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
        NOBODY,
        "no utterance was finished by two coders who had this code",
        two_only,
        "the code was never applied",
        "every coder applied the code to every utterance",
    ]
    return [str(text) for text in np.select(conditions, reasons, "it cannot be computed")]


def _with_absent(
    table: pd.DataFrame, asked: Sequence[str] | None, there: Sequence[str]
) -> pd.DataFrame:
    """Name the coders asked for of whom there is nothing, where that is why a value is missing."""
    absent = sorted(set(asked or ()) - set(there))
    if not absent:
        return table
    addition = f"{NOBODY}; there is nothing by {', '.join(absent)}"
    reasons = [addition if reason == NOBODY else reason for reason in table["reason"]]
    return table.assign(reason=pd.Series(reasons, dtype=object))
