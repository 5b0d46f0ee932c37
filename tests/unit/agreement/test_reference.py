"""Every worked example beside the checkout that is about a statistic this room has.

On codes that exclude each other a scheme is a set of yes/no codes, one per category; then micro
alpha is nominal alpha and pooled kappa is Cohen's kappa of the whole scheme.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qualkit.agreement import ALL_CODES, agreement
from qualkit.workflow.selfcheck import STATISTICS, compute

REFERENCE = Path(__file__).parents[4] / "shared" / "reference" / "agreement.json"

NOMINAL_ALPHA = [
    "K4-nominal", "BIN-nominal", "WP3-nominal", "K2004-227", "K1980-nominal", "AP2-alpha",
    "raw4-alpha", "dist6-alpha",
]  # fmt: skip
COHEN = [
    "Cohen60-ex1", "Cohen60-ex2", "Fleiss81-kappa", "FeinsteinCicchetti-FC1a",
    "FeinsteinCicchetti-FC1b", "FeinsteinCicchetti-FC2a", "SimWright-kappa", "AP1-kappa",
    "Zwick3-kappa", "K2004-246b-kappa", "Agresti92-kappa", "sklearn-doc", "Dedoose-blog",
    "abstr-cohen_kappa", "uncoded-0", "uncoded-970",
]  # fmt: skip
ONE_CODE = [
    ("FC1b-AC1", "ac1"), ("Gwet08-hand", "ac1"), ("FC1b-PABAK", "brennan_prediger"),
    ("OM-randolph", "brennan_prediger"), ("OM-fleiss", "fleiss_kappa"),
    ("Warrens12", "conger_kappa"), ("Randolph-fixed", "fleiss_kappa"),
    ("Agresti92-category1", "scott_pi"), ("Agresti92-category3", "scott_pi"),
    ("Agresti92-category4", "scott_pi"), ("Fleiss71-category1", "fleiss_kappa"),
    ("Fleiss71-category2", "fleiss_kappa"), ("Fleiss71-category4", "fleiss_kappa"),
]  # fmt: skip
WHOLE_FLEISS = ["Fleiss71-kappa", "WP-Fleiss", "dist6-fleiss", "AP2-pi"]


def ratings_in(data):
    """Units x coders, whatever form the example has."""
    if data["form"] == "ratings":
        return data["ratings"]
    if data["form"] == "counts":
        return [np.repeat(np.arange(len(row)), row).tolist() for row in data["counts"]]
    table = np.array(data["table"])
    return [
        [data["labels"][i], data["labels"][j]]
        for (i, j), many in np.ndenumerate(table)
        for _ in range(many)
    ]


@pytest.mark.parametrize("name", NOMINAL_ALPHA)
def test_micro_alpha_is_the_published_nominal_alpha(name, reference, compare, value_of):
    entry = reference[name]
    table = compare(ratings_in(entry["data"]))
    found = value_of(table, "micro_alpha", ALL_CODES)
    assert found == pytest.approx(entry["expected"], abs=entry["tolerance"])
    assert found == pytest.approx(entry["exact"], abs=1e-9)


@pytest.mark.parametrize("name", COHEN)
def test_pooled_kappa_is_the_published_cohen_kappa(name, reference, compare, value_of):
    entry = reference[name]
    table = compare(ratings_in(entry["data"]), "cohen_kappa")
    found = value_of(table, "pooled_kappa", ALL_CODES)
    assert found == pytest.approx(entry["expected"], abs=entry["tolerance"])
    assert found == pytest.approx(entry["exact"], abs=1e-9)
    if len(entry["data"]["labels"]) == 2:
        code = str(entry["data"]["labels"][0])
        assert value_of(table, "cohen_kappa", code) == pytest.approx(entry["exact"], abs=1e-9)


@pytest.mark.parametrize(("name", "coefficient"), ONE_CODE)
def test_one_code_has_the_published_value(name, coefficient, reference, compare, value_of):
    entry = reference[name]
    ratings = ratings_in(entry["data"])
    table = compare(ratings, coefficient)
    code = str(entry["params"].get("category", ratings[0][0]))
    found = value_of(table, coefficient, code)
    assert found == pytest.approx(entry["expected"], abs=entry["tolerance"])
    assert found == pytest.approx(entry["exact"], abs=1e-9)


@pytest.mark.parametrize("name", WHOLE_FLEISS)
def test_category_kappas_weighted_by_variance_make_the_published_fleiss_kappa(
    name, reference, compare, value_of
):
    entry = reference[name]
    ratings = ratings_in(entry["data"])
    table = compare(ratings, "fleiss_kappa")
    given = [str(value) for row in ratings for value in row]
    shares = {code: given.count(code) / len(given) for code in set(given)}
    weights = {code: share * (1 - share) for code, share in shares.items()}
    kappas = {code: value_of(table, "fleiss_kappa", code) for code in shares}
    whole = sum(weights[c] * kappas[c] for c in shares) / sum(weights.values())
    assert whole == pytest.approx(entry["exact"], abs=1e-9)


def test_percent_over_codes_makes_the_published_percent_agreement(reference, compare, value_of):
    entry = reference["raw4-pa"]
    table = compare(entry["data"]["ratings"], "percent")
    differing = 1 - table.loc[table["coefficient"] == "percent", "value"]
    assert 1 - differing.sum() / 2 == pytest.approx(entry["expected"], abs=entry["tolerance"])


def test_holsti_is_positive_agreement(reference, compare, value_of, yes_no):
    data = reference["Holsti-atlas"]["data"]
    both = data["A"]
    rows = [[1, 1]] * both + [[1, 0]] * (data["N1"] - both) + [[0, 1]] * (data["N2"] - both)
    found = value_of(compare(yes_no(rows), "positive_agreement"), "positive_agreement")
    assert found == pytest.approx(reference["Holsti-atlas"]["expected"], abs=1e-12)


def test_percent_agreement_counts_what_neither_coded(reference, compare, value_of, yes_no):
    data = reference["NVivo-1000"]["data"]
    rows = [[1, 1]] * data["both"] + [[1, 0]] * data["one"] + [[0, 0]] * data["neither"]
    found = value_of(compare(yes_no(rows), "percent"), "percent")
    assert found == pytest.approx(reference["NVivo-1000"]["expected"], abs=1e-12)


def test_pooled_kappa_of_codes_with_utterances_of_their_own(reference, frames_of, value_of):
    entry = reference["pooled-kappa"]
    ratings, documents, at_hand = [], [], []
    for number, table in enumerate(entry["data"]["tables"]):
        code = f"code {number}"
        cells = {(0, 0): [[code], [code]], (0, 1): [[code], []], (1, 0): [[], [code]]}
        for cell, many in np.ndenumerate(np.array(table)):
            ratings += [cells.get(cell, [[], []])] * many
            documents += [code] * many
        at_hand += [(code, coder, code) for coder in ("coder 00", "coder 01")]
    codings, reviewed = frames_of(ratings, documents)
    available = pd.DataFrame(at_hand, columns=["document", "coder", "code"])
    table = agreement(codings, reviewed, available=available)
    assert value_of(table, "pooled_kappa", ALL_CODES) == pytest.approx(
        entry["expected"], abs=entry["tolerance"]
    )
    assert value_of(table, "cohen_kappa", "code 0") == pytest.approx(0.4, abs=1e-12)


def entries():
    """Every worked example that lies beside the checkout, or none."""
    if not REFERENCE.exists():
        return {}
    found = json.loads(REFERENCE.read_text(encoding="utf-8"))["entries"]
    return {entry["id"]: entry for entry in found}


NOT_COMPUTED = {
    "gamma": "aligns units that coders cut themselves; qualkit hands the units out",
    "gamma_observed_disorder": "a part of gamma",
}


def test_every_statistic_is_computed_or_named_as_not_computed(reference):
    asked = {entry["statistic"] for entry in reference.values()}
    assert asked - set(STATISTICS) == set(NOT_COMPUTED)
    left_out = [name for name, one in reference.items() if one["statistic"] in NOT_COMPUTED]
    assert (len(reference), len(left_out)) == (110, 8)


@pytest.mark.parametrize("name", [*entries()] or ["none, as ../shared is not here"])
def test_every_worked_example_comes_out(name, reference):
    entry = reference[name]
    if entry["statistic"] in NOT_COMPUTED:
        pytest.skip(NOT_COMPUTED[entry["statistic"]])
    got = compute(entry["statistic"], entry["data"], entry["params"])
    assert got == pytest.approx(entry["expected"], rel=0, abs=entry["tolerance"] + 1e-12)
    if entry["exact"] is not None and entry["statistic"] not in ROUNDED:
        assert got == pytest.approx(entry["exact"], rel=0, abs=1e-9)


ROUNDED = {"shaffer_rho", "benchmark_cumprob_landis_koch"}
