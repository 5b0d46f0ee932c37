"""Worked examples from the literature: data small enough to print, and the value that was printed.

They are facts that others published; ``qualkit selfcheck`` recomputes them on the reader's machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["EXAMPLES", "Example"]


@dataclass(frozen=True)
class Example:
    """One published value.

    Attributes:
        name: what it is about.
        source: who printed it.
        statistic: name of what is computed, see :mod:`qualkit.workflow.selfcheck`.
        expected: the printed value, or values.
        data: with the key "form" and what belongs to it.
        tolerance: how far the value may be away, half a unit of the last digit printed.
        options: of the statistic.
    """

    name: str
    source: str
    statistic: str
    expected: float | tuple[float, ...]
    data: Mapping[str, Any]
    tolerance: float = 0.0005
    options: Mapping[str, Any] = field(default_factory=dict)


def _ratings(text: str) -> dict[str, Any]:
    """One word per unit, one letter per coder, a star where a coder is missing."""
    rows = [[None if one == "*" else one for one in word] for word in text.split()]
    return {"form": "ratings", "ratings": [[_number(one) for one in row] for row in rows]}


def _number(one: str | None) -> str | int | None:
    return int(one) if one is not None and one.isdecimal() else one


def _table(*rows: list[int]) -> dict[str, Any]:
    """The first coder's categories down, the second's across."""
    return {"form": "contingency", "table": [*rows], "labels": [*range(1, len(rows) + 1)]}


def _counts(text: str) -> dict[str, Any]:
    """One word per unit: how many coders gave it each category, one digit each."""
    return {"form": "counts", "counts": [[int(one) for one in word] for word in text.split()]}


def _sets(text: str) -> dict[str, Any]:
    """One word per unit; coders between bars; a dash for no code, a star for a missing coder."""
    cells = [[*word.split("|")] for word in text.split()]
    rows = [[None if one == "*" else list(one.strip("-")) for one in row] for row in cells]
    return {"form": "sets", "ratings": rows}


def _stretches(begin: int, length: int, *coders: list[tuple[int, int]]) -> dict[str, Any]:
    units = [[at, start, long, "x"] for at, coder in enumerate(coders) for start, long in coder]
    return {
        "form": "unitizing", "begin": begin, "length": length, "coders": len(coders),
        "units": units,
    }  # fmt: skip


_FOUR = _ratings("11*1 2232 3333 3333 2222 1234 4444 1121 2222 *555 **11 **3*")
_NINE = _ratings("111 122 222 444 144 222 123 333 222")
_FLEISS = _ratings(
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 "
    "144444 224445 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 "
    "111155 224444 133333 555555"
)
_AGRESTI = _table([22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10])
_POESIO = _table([46, 0, 0], [6, 32, 6], [0, 0, 10])
_DIAGNOSES = _table([75, 1, 4], [5, 4, 1], [0, 0, 10])
_CRAGGS = _sets("bd|d|* abd|b|bd -|a|a a|*|*")
_PARTY = {"form": "crosstab", "table": [[762, 327, 468], [484, 239, 477]]}
_WARRENS = _ratings("1111 " * 10 + "1010 1010 1000 1000 0001 " + "0000 " * 15)
_SICK = _counts(
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031"
)
_PANEL = {
    "form": "counts",
    "counts": [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ],
}  # fmt: skip
_P_VALUES = (
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
    0.5719, 0.6528, 0.7590, 1.0,
)  # fmt: skip
_GWET = "Gwet, examples of the R package irrCAC"
_2011 = "Krippendorff (2011), Computing Krippendorff's Alpha-Reliability"

EXAMPLES: tuple[Example, ...] = (
    Example("4 observers, 12 units, some missing", _2011, "krippendorff_alpha", 0.743, _FOUR),
    Example(
        "the same, ordinal", _2011, "krippendorff_alpha", 0.815, _FOUR, 0.0005, {"level": "ordinal"}
    ),
    Example(
        "the same, interval", _2011, "krippendorff_alpha", 0.849, _FOUR, 0.0005,
        {"level": "interval"},
    ),
    Example(
        "yes and no, 2 observers, 10 units", f"{_2011}, section A", "krippendorff_alpha", 0.095,
        _ratings("10 11 01 00 00 01 00 01 00 00"),
    ),
    Example(
        "2 observers, 12 units", "Krippendorff (2004), p. 227", "krippendorff_alpha", 0.734,
        _ratings("aa ab bb bb bb bb bc cc cc cc cc cc"),
    ),
    Example(
        "3 coders, 9 units", "Krippendorff (1980), p. 139", "krippendorff_alpha", 0.642, _NINE
    ),
    Example(
        "the same, interval", "Krippendorff (1980), p. 139", "krippendorff_alpha", 0.547, _NINE,
        0.0005, {"level": "interval"},
    ),
    Example(
        "stretches of a continuum", "Krippendorff (2004), p. 254", "alpha_u_1995_category", 0.7286,
        _stretches(
            150, 300, [(225, 70), (370, 30)], [(220, 80), (355, 20), (400, 20)]
        ),
        0.0001, {"category": "x"},
    ),
    Example(
        "codes per unit: several, one or none", "Krippendorff & Craggs (2016), table 3", "mv_alpha",
        0.2865907, _CRAGGS, 5e-7,
    ),
    Example(
        "a subset, 2 of 4 codes", "Passonneau (2006)", "masi_distance", 2 / 3,
        {"form": "set_pair", "a": ["a", "b"], "b": ["a", "b", "c", "d"]}, 1e-9,
    ),
    Example(
        "3 categories, negative", "Cohen (1960), p. 37", "cohen_kappa", -0.092,
        _table([25, 12, 3], [13, 2, 15], [12, 16, 2]), 0.001,
    ),
    Example(
        "3 categories", "Cohen (1960), p. 45", "cohen_kappa", 0.492,
        _table([88, 14, 18], [10, 40, 10], [2, 6, 12]),
    ),
    Example("two psychiatrists", "Fleiss (1981), chapter 13", "cohen_kappa", 0.676, _DIAGNOSES),
    Example(
        "its standard error", "Fleiss (1981), chapter 13", "cohen_kappa_se", 0.0877, _DIAGNOSES
    ),
    Example("two pathologists", "Agresti (1992), p. 202", "cohen_kappa", 0.493, _AGRESTI),
    Example("its standard error", "Agresti (1992), p. 202", "cohen_kappa_se", 0.057, _AGRESTI),
    Example(
        "one category of it", "Agresti (1992)", "category_pi", 0.781, _AGRESTI, 0.001,
        {"category": 1},
    ),
    Example(
        "two dialogue acts", "Artstein & Poesio (2008), p. 558", "cohen_kappa", 0.348,
        _table([20, 10], [20, 50]),
    ),
    Example(
        "three dialogue acts", "Artstein & Poesio (2008), p. 568", "krippendorff_alpha", 0.8005,
        _POESIO,
    ),
    Example(
        "the same, weighted", "Artstein & Poesio (2008)", "weighted_kappa", 0.8163, _POESIO, 0.0005,
        {"distance": [[0, 1, 0.5], [1, 0, 0.5], [0.5, 0.5, 0]]},
    ),
    Example("the same, pi", "Artstein & Poesio (2008)", "scott_pi", 0.79953, _POESIO, 0.00001),
    Example("the same, S", "Artstein & Poesio (2008)", "brennan_prediger", 0.82, _POESIO, 1e-9),
    Example(
        "4 categories", "Zwick (1988), p. 376", "cohen_kappa", 0.474,
        _table([20, 5, 5, 10], [0, 10, 5, 5], [0, 5, 10, 5], [0, 0, 0, 20]),
    ),
    Example(
        "3 categories", "Brennan & Prediger (1981), p. 689", "brennan_prediger", 0.4,
        _table([50, 0, 0], [10, 10, 10], [20, 0, 0]), 0.005,
    ),
    Example(
        "85 % agreement, low kappa", "Feinstein & Cicchetti (1990)", "cohen_kappa", 0.32,
        _table([80, 10], [5, 5]), 0.006,
    ),
    Example(
        "the same, PABAK", "Byrt, Bishop & Carlin (1993)", "pabak", 0.7, _table([80, 10], [5, 5]),
        1e-9,
    ),
    Example(
        "excerpts of two coders", "Dedoose help, Calculating Kappa", "cohen_kappa", 0.4,
        _table([20, 5], [10, 15]), 1e-9,
    ),
    Example("30 patients, 6 psychiatrists", "Fleiss (1971)", "fleiss_kappa", 0.430, _FLEISS),
    Example(
        "one category of it", "Fleiss (1971), table 3", "fleiss_kappa_category", 0.245, _FLEISS,
        0.001, {"category": 1},
    ),
    Example("its standard error", "Fleiss (1971)", "fleiss_kappa_se_1971", 0.0275, _FLEISS),
    Example("10 units, 14 coders", "Wikipedia, Fleiss' kappa", "fleiss_kappa", 0.210, _PANEL),
    Example(
        "4 units, 3 coders, negative", "Randolph (2005), p. 17", "fleiss_kappa", -0.2,
        _ratings("YYY YYN YYN YYY"), 1e-9,
    ),
    Example("30 units, 4 coders", "Warrens (2012), p. 3", "conger_kappa", 0.802479, _WARRENS, 1e-6),
    Example("4 raters, 12 units", _GWET, "gwet_ac1", 0.77544, _FOUR, 5e-5),
    Example("its standard error", _GWET, "gwet_ac1_se_gwet", 0.14295, _FOUR, 5e-5),
    Example(
        "lower end of its interval", _GWET, "gwet_ac1_ci", 0.461, _FOUR, 0.0005, {"end": "low"}
    ),
    Example("the same units, Conger", _GWET, "conger_kappa_se_gwet", 0.14917, _FOUR, 5e-5),
    Example("the same units, Brennan-Prediger", _GWET, "brennan_prediger", 0.77273, _FOUR, 5e-5),
    Example(
        "the same units, quadratic weights", _GWET, "gwet_ac2", 0.914, _FOUR, 6e-5,
        {"weights": "quadratic", "categories": [1, 2, 3, 4, 5]},
    ),
    Example("15 units, 6 coders", _GWET, "fleiss_kappa", 0.4139265, _SICK, 5e-7),
    Example("its standard error", _GWET, "fleiss_kappa_se_gwet", 0.08119291, _SICK, 5e-7),
    Example(
        "three codes with units of their own", "formula of de Vries et al. (2008)", "pooled_kappa",
        0.507874,
        {
            "form": "contingency_list",
            "tables": [[[20, 5], [10, 15]], [[40, 9], [6, 45]], [[80, 10], [5, 5]]],
        },
        1e-6,
    ),
    Example(
        "50 in common of 150 and 100", "ATLAS.ti manual; Holsti (1969)", "holsti", 0.4,
        {"form": "scalar", "A": 50, "N1": 150, "N2": 100}, 1e-9,
    ),
    Example(
        "50 by both, 150 by one, 800 by none", "NVivo help, Coding Comparison",
        "percent_agreement", 0.85, {"form": "scalar", "both": 50, "one": 150, "neither": 800}, 1e-9,
    ),
    Example(
        "gender and party", "Agresti (2007), table 2.5", "pearson_chi2", 30.1, _PARTY, 0.05
    ),
    Example(
        "its adjusted residuals", "Agresti (2007), table 2.6", "adjusted_residuals_row1",
        (4.5, 0.7, -5.32), _PARTY, 0.01,
    ),
    Example(
        "15 tests at 5 %: how many stand", "Benjamini & Hochberg (1995)", "bh_rejections", 4,
        {"form": "pvalues", "p": list(_P_VALUES)}, 0,
    ),
    Example(
        "81 of 263", "Newcombe (1998)", "wilson_ci", (0.2553, 0.3662),
        {"form": "scalar", "x": 81, "n": 263}, 5e-5,
    ),
    Example(
        "codes in 100 and 10 units, 5 in common", "ATLAS.ti manual", "jaccard_c", 0.048,
        {"form": "scalar", "n1": 100, "n2": 10, "n12": 5},
    ),
    Example(
        "the same, of 1000 units", "formula of Bouma (2009)", "npmi", 0.303764,
        {"form": "scalar", "n1": 100, "n2": 10, "n12": 5, "N": 1000}, 1e-6,
    ),
)  # fmt: skip
"""In reading order: alpha, sets, kappas, errors, overall, then what other findings rest on."""
