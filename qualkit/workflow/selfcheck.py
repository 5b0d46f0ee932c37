"""Does qualkit, on this machine, give the numbers that others have printed?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

import qualkit.agreement as agreement_room
from qualkit.agreement.levels import alpha_of_values, coincidences
from qualkit.agreement.ratings import (
    Rated,
    benchmark_probabilities,
    cohen_error,
    fleiss_error,
    numbered_ratings,
    rate,
)
from qualkit.agreement.rho import shaffer_rho
from qualkit.agreement.sets import set_alpha
from qualkit.agreement.unitizing import unitizing_alpha
from qualkit.agreement.units import judge
from qualkit.analysis import cooccurrence
from qualkit.analysis.shares import adjusted, residuals, wilson
from qualkit.workflow.worked_examples import EXAMPLES

__all__ = ["STATISTICS", "compute", "selfcheck"]

_Data = Mapping[str, Any]
_Options = Mapping[str, Any]
_Value = float | Sequence[float]


def selfcheck() -> pd.DataFrame:
    """Recompute published worked examples.

    Returns:
        One row per example: columns statistic, example, source (str), expected, got (str, all
        digits that were printed and two more), ok (bool).

    Example:
        >>> bool(selfcheck()["ok"].all())
        True
    """
    rows = []
    for one in EXAMPLES:
        expected = np.atleast_1d(one.expected)
        got = np.atleast_1d(compute(one.statistic, one.data, one.options))
        near = got.shape == expected.shape and bool(
            (np.abs(got - expected) <= one.tolerance + 1e-12).all()
        )
        rows.append(
            {
                "statistic": one.statistic.replace("_", " "),
                "example": one.name,
                "source": one.source,
                "expected": _told(expected),
                "got": _told(got),
                "ok": near,
            }
        )
    table = pd.DataFrame(rows)
    table.attrs["about"] = {"examples": len(table), "failed": int((~table["ok"]).sum())}
    return table


def _told(values: Any) -> str:
    return ", ".join(f"{value:.7g}" for value in values)


def compute(statistic: str, data: _Data, options: _Options | None = None) -> _Value:
    """Return a statistic of :data:`STATISTICS` for the data of a worked example.

    Example:
        >>> data = {"form": "ratings", "ratings": [[1, 1], [1, 0], [0, 0], [0, 0]]}
        >>> round(compute("cohen_kappa", data), 3)
        0.5
    """
    return STATISTICS[statistic](data, options or {})


def _units(data: _Data) -> list[list[Any]]:
    """Return units by coders, whatever the form of the example."""
    if data["form"] in ("ratings", "sets"):
        return list(data["ratings"])
    if data["form"] == "counts":
        return [np.repeat(np.arange(len(row)), row).tolist() for row in data["counts"]]
    labels = data.get("labels", range(len(data["table"])))
    return [
        [labels[one], labels[other]]
        for (one, other), many in np.ndenumerate(np.array(data["table"]))
        for _ in range(many)
    ]


def _rated(name: str, part: str = "value") -> Callable[[_Data, _Options], float]:
    """Return the function that gives one number of a coefficient of categories."""

    def run(data: _Data, options: _Options) -> float:
        names = options.get("categories", data.get("labels"))
        found: Rated = rate(_units(data), name, weights=_weights(options), categories=names)
        return float(getattr(found, options.get("end", part)))

    return run


def _weights(options: _Options) -> Any:
    """Return the weights of the categories that an example asks for."""
    if "distance" in options:
        return 1 - np.array(options["distance"])
    if options.get("weights") != "quadratic":
        return None
    at = np.arange(len(options.get("categories", range(5))))
    return 1 - (at[:, None] - at[None, :]) ** 2 / (len(at) - 1) ** 2


def _alpha(data: _Data, options: _Options) -> float:
    if data["form"] == "sets":
        return set_alpha(_judged(_units(data)), options["distance"])
    if "weights" in options:
        return _rated("alpha")(data, options)
    numbers, names = numbered_ratings(_units(data))
    given = (numbers[:, :, None] == np.arange(len(names))).sum(axis=1).astype(np.float64)
    met = coincidences(given, np.zeros(len(given), dtype=np.int64), 1)
    level = options.get("level", "nominal")
    values = np.arange(len(names)) if level == "nominal" else np.array(names)
    return float(alpha_of_values(met[0], values.astype(np.float64), level))


def _category(data: _Data, options: _Options) -> float:
    """Return Fleiss' kappa, or Scott's pi, of one category against the others."""
    wanted = options["category"]
    return rate([[one == wanted for one in row] for row in _units(data)], "fleiss_kappa").value


def _frames(units: list[list[Any]], documents: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return codings and reviewed; a cell is the codes given, or None."""
    cells = [
        (document, position, f"coder {coder}", given)
        for position, (document, row) in enumerate(zip(documents, units, strict=True))
        for coder, given in enumerate(row)
        if given is not None
    ]
    columns = ["document", "position", "coder", "code"]
    frame = pd.DataFrame(cells, columns=columns)
    codings = frame.explode("code").dropna(subset="code").astype({"code": str})
    return codings, frame[columns[:3]]


def _judged(units: list[list[Any]]) -> Any:
    return judge(*_frames(units, ["d"] * len(units)))


def _overall(units: list[list[Any]], name: str, documents: Sequence[str] = ()) -> float:
    """Return a coefficient over all codes from the agreement table, or of the one code."""
    documents = documents or ["d"] * len(units)
    codings, reviewed = _frames(units, documents)
    available = pd.DataFrame({"document": documents, "code": documents}).drop_duplicates()
    available = available.merge(pd.DataFrame({"coder": ["coder 0", "coder 1"]}), how="cross")
    table = agreement_room.agreement(
        codings,
        reviewed,
        coefficients=[] if name == "pooled_kappa" else [name],
        available=available,
    )
    return float(table.loc[table["coefficient"] == name, "value"].iloc[0])


def _two_coders(both: int, first: int, second: int, neither: int, code: str = "d") -> list[Any]:
    yes, no = [code], list[str]()
    cells = ((both, [yes, yes]), (first, [yes, no]), (second, [no, yes]), (neither, [no, no]))
    return [cell for many, cell in cells for _ in range(many)]


def _pooled(data: _Data, _: _Options) -> float:
    units: list[list[Any]] = []
    documents: list[str] = []
    for number, table in enumerate(data["tables"]):
        both, first, second, neither = np.ravel(table).tolist()
        some = _two_coders(both, first, second, neither, f"code {number}")
        units += some
        documents += [f"code {number}"] * len(some)
    return _overall(units, "pooled_kappa", documents)


def _holsti(data: _Data, _: _Options) -> float:
    both = data["A"]
    return _overall(_two_coders(both, data["N1"] - both, data["N2"] - both, 1), "holsti")


def _percent(data: _Data, options: _Options) -> float:
    if data["form"] != "scalar":
        return _rated("percent")(data, options)
    return _overall(_two_coders(data["both"], data["one"], 0, data["neither"]), "percent")


def _unitizing(data: _Data, options: _Options) -> float:
    mine = [one for one in data["units"] if one[3] == options["category"]]
    coders = [[(one[1], one[2]) for one in mine if one[0] == at] for at in range(data["coders"])]
    return unitizing_alpha(coders, data["begin"], data["length"])


def _rho(data: _Data, _: _Options) -> float:
    return shaffer_rho(
        data["kappa"], data["baserate"], data["n"], threshold=data["threshold"], replicates=200_000
    )


def _residuals(data: _Data, _: _Options) -> list[float]:
    table = np.array(data["table"], dtype=np.float64)
    found = residuals(table.T[:, :1], table.sum(axis=0))
    return [float(one) for one in np.ravel(found)]


def _pair(name: str) -> Callable[[_Data, _Options], float]:
    """Return the function that gives one measure of two codes in the same units."""

    def run(data: _Data, _: _Options) -> float:
        if "table" in data:
            (both, first), (second, neither) = data["table"]
        else:
            both = data["n12"]
            first, second = data["n1"] - both, data["n2"] - both
            neither = data.get("N", first + second + both) - first - second - both
        given = [("a", "b")] * both + [("a",)] * first + [("b",)] * second
        rows = [("d", at, code) for at, codes in enumerate(given) for code in codes]
        codings = pd.DataFrame(rows, columns=["document", "position", "code"])
        every = range(both + first + second + neither)
        found = cooccurrence(codings, pd.DataFrame({"document": "d", "position": every}))
        return float(found[name].iloc[0])

    return run


def _windows(data: _Data, options: _Options) -> list[float]:
    """Return for each line and pair of codes whether they meet in the window that ends there."""
    lines, codes = np.nonzero(data["rows"])
    codings = pd.DataFrame({"document": "d", "position": lines, "code": [f"c{c}" for c in codes]})
    places = pd.DataFrame({"document": "d", "position": range(len(data["rows"]))})
    parents = {f"c{code}": None for code in range(len(data["rows"][0]))}
    up_to = [
        cooccurrence(
            codings[codings["position"] < stop], places[:stop], parents=parents,
            within=f"window:{options['window']}",
        )["n_ab"].to_numpy()
        for stop in range(1, len(places) + 1)
    ]  # fmt: skip
    return [float(one) for one in np.diff(np.array(up_to), axis=0, prepend=0).ravel()]


def _rejections(data: _Data, _: _Options) -> float:
    return float((adjusted(np.array(data["p"])) <= 0.05).sum())


def _ends(data: _Data, _: _Options) -> list[float]:
    low, high = wilson(np.array([float(data["x"])]), np.array([float(data["n"])]))
    return [float(low[0]), float(high[0])]


STATISTICS: dict[str, Callable[[_Data, _Options], _Value]] = {
    "adjusted_residuals_row1": _residuals,
    "alpha_u_1995_category": _unitizing,
    "benchmark_cumprob_landis_koch": lambda data, _: benchmark_probabilities(
        data["coefficient"], data["se"]
    ),
    "bh_rejections": _rejections,
    "brennan_prediger": _rated("brennan_prediger"),
    "brennan_prediger_p": _rated("brennan_prediger", "p"),
    "brennan_prediger_se_gwet": _rated("brennan_prediger", "error"),
    "category_pi": _category,
    "cohen_kappa": _rated("kappa"),
    "cohen_kappa_se": lambda data, _: cohen_error(data["table"]),
    "conger_kappa": _rated("kappa"),
    "conger_kappa_se_gwet": _rated("kappa", "error"),
    "ena_window_cooccurrence": _windows,
    "fleiss_kappa": _rated("fleiss_kappa"),
    "fleiss_kappa_category": _category,
    "fleiss_kappa_se_1971": lambda data, _: fleiss_error(
        [[row.count(one) for one in range(1, 6)] for row in _units(data)]
    ),
    "fleiss_kappa_se_gwet": _rated("fleiss_kappa", "error"),
    "gwet_ac1": _rated("ac1"),
    "gwet_ac1_ci": _rated("ac1"),
    "gwet_ac1_se_gwet": _rated("ac1", "error"),
    "gwet_ac2": _rated("ac1"),
    "holsti": _holsti,
    "jaccard_c": _pair("jaccard"),
    "krippendorff_alpha": _alpha,
    "krippendorff_alpha_se_gwet": _rated("alpha", "error"),
    "light_kappa": _rated("light_kappa"),
    "log_odds_ha": _pair("log_odds"),
    "masi_distance": lambda data, _: agreement_room.set_distance(data["a"], data["b"], "masi"),
    "mv_alpha": lambda data, _: set_alpha(_judged(_units(data)), "multivalued"),
    "npmi": _pair("npmi"),
    "pabak": _rated("brennan_prediger"),
    "pearson_chi2": lambda data, _: float(
        stats.chi2_contingency(data["table"], correction=False).statistic
    ),
    "percent_agreement": _percent,
    "percent_agreement_se_gwet": _rated("percent", "error"),
    "pooled_kappa": _pooled,
    "scott_pi": _rated("fleiss_kappa"),
    "shaffer_rho": _rho,
    "weighted_kappa": _rated("kappa"),
    "wilson_ci": _ends,
}
"""Name of a statistic -> the function that computes it for an example."""
