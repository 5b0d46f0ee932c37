import krippendorff
import numpy as np
import pandas as pd
import pytest

from qualkit.agreement import ALL_CODES, agreement
from qualkit.agreement.levels import METRICS, alpha_of_values, coincidences
from qualkit.errors import OptionError

NAMES = ["ordinal_alpha", "interval_alpha", "ratio_alpha"]


@pytest.fixture
def weighed():
    """Codings with a certainty, and the same as coders x utterances."""
    random = np.random.default_rng(11)
    truth = random.choice([0, 1, 2, 3], 150, p=[0.5, 0.1, 0.2, 0.2])
    matrix = np.stack(
        [np.where(random.random(150) < 0.7, truth, random.integers(0, 4, 150)) for _ in range(3)]
    ).astype(float)
    matrix[2, random.random(150) < 0.3] = np.nan
    coder, unit = np.nonzero(np.isfinite(matrix))
    reviewed = pd.DataFrame(
        {
            "document": [f"d{u // 20}" for u in unit],
            "position": unit,
            "coder": [f"c{c}" for c in coder],
        }
    )
    on = matrix[coder, unit] > 0
    codings = reviewed[on].assign(code="x", certainty=matrix[coder, unit][on])
    return codings, reviewed, matrix


@pytest.mark.parametrize("name", NAMES)
def test_alpha_of_weights_is_what_the_library_says(name, weighed, value_of):
    codings, reviewed, matrix = weighed
    table = agreement(codings, reviewed, coefficients=[name])
    level = name.removesuffix("_alpha")
    theirs = krippendorff.alpha(matrix, level_of_measurement=level)
    assert value_of(table, name) == pytest.approx(theirs, abs=1e-12)
    assert value_of(table, name, column="n") == (np.isfinite(matrix).sum(axis=0) >= 2).sum()
    assert value_of(table, name, column="documents") == 8
    assert value_of(table, name, column="low") < theirs < value_of(table, name, column="high")
    assert np.isfinite(value_of(table, "micro_alpha", ALL_CODES))


@pytest.mark.parametrize("metric", METRICS)
def test_two_values_have_one_alpha_whatever_the_metric(metric):
    met = coincidences(np.array([[2.0, 0], [1, 1], [0, 2], [0, 2]]), np.zeros(4, np.int64), 1)[0]
    assert alpha_of_values(met, np.array([0.0, 1.0]), metric) == pytest.approx(8 / 15)


def test_a_code_applied_without_a_weight_is_missing(weighed, value_of):
    codings, reviewed, matrix = weighed
    unsure = codings.copy()
    unsure.loc[unsure.index[:30], "certainty"] = np.nan
    first = unsure.iloc[:30]
    for coder, unit in zip(first["coder"], first["position"], strict=True):
        matrix[int(coder[1:]), unit] = np.nan
    table = agreement(unsure, reviewed, coefficients=["interval_alpha"])
    theirs = krippendorff.alpha(matrix, level_of_measurement="interval")
    assert value_of(table, "interval_alpha") == pytest.approx(theirs, abs=1e-12)


def test_a_theme_has_the_largest_weight_below_it(weighed, value_of):
    codings, reviewed, _ = weighed
    doubled = pd.concat([codings.assign(certainty=1), codings.assign(code="y")])
    parents = {"x": None, "y": "x"}
    table = agreement(
        doubled, reviewed, parents=parents, level="theme", coefficients=["ordinal_alpha"]
    )
    alone = agreement(codings, reviewed, coefficients=["ordinal_alpha"])
    assert value_of(table, "ordinal_alpha") == value_of(alone, "ordinal_alpha")


def test_what_is_no_weight_is_refused(weighed):
    codings, reviewed, _ = weighed
    for wrong in (-1, "much"):
        with pytest.raises(OptionError, match=f"holds '?{wrong}'?, which is no weight"):
            agreement(codings.assign(certainty=wrong), reviewed, coefficients=["ratio_alpha"])
    with pytest.raises(OptionError, match="the column 'strength' is missing"):
        agreement(codings, reviewed, coefficients=["ratio_alpha"], weight="strength")


def test_nothing_that_differs_has_a_reason(frames_of, value_of):
    codings, reviewed = frames_of([[["x"], ["x"]], [["x"], ["x"]]])
    table = agreement(codings.assign(certainty=2), reviewed, coefficients=["ordinal_alpha"])
    assert np.isnan(value_of(table, "ordinal_alpha"))
    assert value_of(table, "ordinal_alpha", column="reason").startswith("no two weights differ")
