import numpy as np
import pytest

from qualkit.agreement import rate
from qualkit.agreement.ratings import benchmark_probabilities, numbered_ratings
from qualkit.errors import OptionError

FOUR = [
    [1, 1, None, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [None, 5, 5, 5], [None, None, 1, 1],
    [None, None, 3, None],
]  # fmt: skip


def test_values_errors_and_intervals_of_gwet():
    found = rate(FOUR, "alpha")
    assert (found.value, found.error) == pytest.approx((0.743421052632, 0.145573886985))
    assert (found.low, found.high) == pytest.approx((0.419062219209, 1.0))
    assert rate(FOUR, "brennan_prediger").p == pytest.approx(0.0002375609, abs=1e-9)


def test_weights_must_fit_the_categories():
    with pytest.raises(OptionError, match=r"weights: the weights have the shape \(2, 2\)"):
        rate(FOUR, weights=np.eye(2))
    with pytest.raises(OptionError, match="no coefficient 'gamma'; one of light_kappa, alpha"):
        rate(FOUR, "gamma")


def test_undefined_stays_undefined_with_its_reason():
    assert rate([["a", "a"], ["a", "a"]]).reason == "every rating is the same category"
    assert rate([["a", None], [None, "b"]], "kappa").reason == "no unit has two ratings"
    assert rate([["a", "a"], ["a", "a"]], "percent").value == 1.0
    assert np.isnan(rate([["a", "b"]], "kappa").error)


def test_categories_are_in_natural_order():
    assert numbered_ratings([[10, 9], ["b", None]])[1] == [9, 10, "b"]


def test_benchmarks_add_up_to_one():
    assert benchmark_probabilities(0.5, 0.1)[-1] == pytest.approx(1.0)
