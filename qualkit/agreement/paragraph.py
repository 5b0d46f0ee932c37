"""What a methods section says about agreement, in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

__all__ = ["ALL_CODES", "REFLEXIVE", "CodedRound", "Study", "methods_paragraph"]

REFLEXIVE = (
    "Reflexive thematic analysis needs none of this: there a researcher's reading is a resource "
    "and not an error, and agreement between coders is no sign of quality. If you work that way, "
    "say so and leave the figures out. They are for codebook and coding-reliability approaches, "
    "in which several people are to apply the same definitions in the same way."
)
"""When none of it is called for."""

ALL_CODES = "(all codes)"
_WHOLE = {"alpha": "micro_alpha", "cohen_kappa": "pooled_kappa"}
_NAMES = {
    "alpha": "Krippendorff's alpha (nominal: code applied or not)",
    "cohen_kappa": "Cohen's kappa",
    "conger_kappa": "Conger's kappa",
    "fleiss_kappa": "Fleiss' kappa",
    "scott_pi": "Scott's pi",
    "brennan_prediger": "Brennan and Prediger's kappa (PABAK)",
    "ac1": "Gwet's AC1",
    "percent": "percent agreement",
    "positive_agreement": "positive agreement",
    "negative_agreement": "negative agreement",
}
_OVER_ALL = {
    "micro_alpha": "expected and observed disagreement added up",
    "pooled_kappa": "pooled as in de Vries et al. 2008",
}
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class CodedRound:
    """A round the figures come from.

    Attributes:
        name: its name.
        is_blind: nobody saw what others coded in it.
        sample: how its utterances were drawn (wanted, per, seed, drawn); None: they were not.
    """

    name: str
    is_blind: bool
    sample: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Study:
    """What the paragraph has to say besides the table.

    Attributes:
        coders: who is compared.
        codable, documents: codable utterances and documents there are in all.
        rounds: where the codings are from.
        codebook: its name.
        versions: of the codebook, under which the codings were made.
        software: name and version.
        moderators: whether what moderators said counts.
        level: "code" or "theme".
    """

    coders: Sequence[str]
    codable: int
    documents: int
    rounds: Sequence[CodedRound] = field(default=())
    codebook: str = ""
    versions: Sequence[int] = ()
    software: str = "qualkit"
    moderators: bool = False
    level: str = "code"


def methods_paragraph(table: pd.DataFrame, study: Study, *, coefficient: str = "alpha") -> str:
    """Return a paragraph for a methods section, and below it when it is not called for.

    It says who coded what under which conditions, what counts, the coefficient over all codes
    with its interval, the range over codes, what is not defined, and the versions. Where there is
    no interval it says so and why; it never calls a value good.

    Args:
        table: of :func:`qualkit.agreement.agreement`, with this coefficient.
        study: the rest of the facts.
        coefficient: name as in the table.

    Example:
        >>> row = {"code": "Pay", "coefficient": "alpha", "value": 0.7, "low": None, "high": None}
        >>> row |= {"n": 40, "documents": 2, "reason": "no interval from 2 documents, it takes 5"}
        >>> table = pd.DataFrame([row, row | {"code": "(all codes)", "coefficient": "micro_alpha"}])
        >>> text = methods_paragraph(table, Study(["Ana", "Ben"], 100, 5, versions=[1]))
        >>> print(text.split(". ")[0])
        Two coders (Ana and Ben) finished the same 40 of 100 codable utterances, in 2 of 5 documents
    """
    rows = table[(table["coefficient"] == coefficient) & (table["code"] != ALL_CODES)]
    is_whole = table["code"] == ALL_CODES
    whole = table[is_whole & (table["coefficient"] == _WHOLE.get(coefficient))]
    size = table.loc[is_whole] if is_whole.any() else rows
    sentences = [
        _who(study, size),
        *_how(study),
        _counted(study),
        _result(rows, whole, coefficient, study.level),
        *_undefined(rows, study.level),
        _interval(rows, whole, study.level),
        "The coders are taken as these people: the figures say nothing about others.",
        _versions(study),
    ]
    return " ".join(sentences) + "\n\n" + REFLEXIVE


def _who(study: Study, size: pd.DataFrame) -> str:
    n, documents = (int(size[one].max()) for one in ("n", "documents"))
    people = _listed(study.coders)
    many = f"{_word(len(study.coders))} coders ({people})"
    who = f"{many[0].upper()}{many[1:]} finished the same"
    if len(study.coders) > 2:
        who = f"At least two of {many} finished"
    return (
        f"{who} {n:,} of {study.codable:,} codable utterances, in {documents:,} of "
        f"{study.documents:,} documents."
    )


def _how(study: Study) -> list[str]:
    blind = [one for one in study.rounds if one.is_blind]
    seen = [one for one in study.rounds if not one.is_blind]
    said = []
    if blind:
        said.append(
            f"In {_rounds(blind)} nobody could see what the others coded until it was closed."
        )
    if seen:
        was = "was" if len(seen) == 1 else "were"
        said.append(
            f"R{_rounds(seen)[1:]} {was} open: coders could see each other's codings, and "
            "agreement may come from that."
        )
    return said + [_drawn(one) for one in study.rounds if one.sample]


def _rounds(rounds: Sequence[CodedRound]) -> str:
    noun = "round" if len(rounds) == 1 else "rounds"
    return f"{noun} {_listed([f'“{one.name}”' for one in rounds])}"


def _drawn(one: CodedRound) -> str:
    sample = one.sample or {}
    if sample.get("design") == "documents":
        drawn = [row["document"] for row in sample.get("drawn", ()) if row["drawn"]]
        return (
            f"The {_word(len(drawn))} documents of round “{one.name}” are a random sample of "
            f"{len(sample['drawn'])} (seed {sample.get('seed')})."
        )
    strata = _listed([str(name).replace("_", " ") for name in sample.get("per", ())])
    size = sum(int(row["drawn"]) for row in sample.get("drawn", ()))
    of = sum(int(row["of"]) for row in sample.get("drawn", ()))
    return (
        f"The utterances of round “{one.name}” are a random sample of {size:,} from {of:,}, "
        f"stratified by {strata} (seed {sample.get('seed')})."
    )


def _counted(study: Study) -> str:
    said = (
        "An utterance counts where at least two coders finished it; one that a coder finished "
        "without applying a code is a judgement, one not finished is missing."
    )
    if study.level == "theme":
        said += " A theme counts as applied where it or any code below it was."
    moderators = "counts, too" if study.moderators else "is left out"
    return f"{said} What moderators said {moderators}."


def _result(rows: pd.DataFrame, whole: pd.DataFrame, coefficient: str, level: str) -> str:
    name = _NAMES.get(coefficient, coefficient.replace("_", " "))
    known = rows[rows["value"].notna()]
    said = f"Agreement was computed {level} by {level} as {name}"
    if known.empty:
        return f"{said}; no {level} has a value."
    ranked = known.sort_values("value", kind="stable")
    low, high = ranked.iloc[0], ranked.iloc[-1]
    span = f"{_figure(low['value'])} ({low['code']}) to {_figure(high['value'])} ({high['code']})"
    least, most = int(known["n"].min()), int(known["n"].max())
    size = f"{least:,} utterances" if least == most else f"{least:,} to {most:,} utterances"
    each = f"from {span}, each" if len(known) > 1 else f"{_figure(low['value'])} for {low['code']},"
    if whole.empty or pd.isna(whole["value"].iloc[0]):
        return f"{said}: {each} on {size}."
    row = whole.iloc[0]
    over = _OVER_ALL[str(row["coefficient"])]
    ends = ""
    if pd.notna(row["low"]):
        ends = f", 95 % interval {_figure(row['low'])} to {_figure(row['high'])}"
    plural = _several(len(known), level)
    return (
        f"{said}; over all {level}s it is {_figure(row['value'])}{ends} ({over}), and for the "
        f"{plural} with a value {each} on {size}."
    )


def _undefined(rows: pd.DataFrame, level: str) -> list[str]:
    none = rows[rows["value"].isna()]
    if none.empty:
        return []
    names = _listed([str(one) for one in none["code"]]) if len(none) <= 5 else ""
    told = f" ({names})" if names else ""
    verb = "has" if len(none) == 1 else "have"
    return [
        f"{_several(len(none), level).capitalize()}{told} {verb} no value, "
        "as nothing varied there to agree about."
    ]


def _interval(rows: pd.DataFrame, whole: pd.DataFrame, level: str) -> str:
    every = pd.concat([rows, whole])
    with_one = every[every["low"].notna()]
    if with_one.empty:
        documents = int(every["documents"].max()) if len(every) else 0
        if documents < 5:
            places = "one document" if documents == 1 else f"{_word(documents)} documents"
            return (
                f"No interval is given: the shared utterances lie in {places}, "
                "and below five the difference between documents cannot be estimated."
            )
        return "No interval is given, as the value does not depend on any one document."
    freedom = int(with_one["documents"].max()) - 1
    said = (
        "Intervals leave out one document at a time (jackknife, t with "
        f"{freedom} degrees of freedom), as utterances of one document are not independent"
    )
    if freedom + 1 < 10:
        said += f"; they rest on {_word(freedom + 1)} documents only"
    without = int((rows["low"].isna() & rows["value"].notna()).sum())
    if without:
        said += f"; for {_several(without, level)} that gives no interval"
    return said + "."


def _versions(study: Study) -> str:
    numbers = sorted({int(one) for one in study.versions})
    book = f"codebook “{study.codebook}”" if study.codebook else "codebook"
    if len(numbers) > 1:
        told = (
            f"versions {_listed([str(one) for one in numbers])}, so definitions changed meanwhile"
        )
    else:
        told = f"version {numbers[0]}" if numbers else "no version in use yet"
    return f"The codings were made under the {book}, {told}; figures by {study.software}."


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _figure(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00")


def _several(number: int, noun: str) -> str:
    return f"{_word(number)} {noun}{'s' * (number != 1)}"


def _word(number: int) -> str:
    return _SMALL[number] if number < len(_SMALL) else f"{number:,}"
