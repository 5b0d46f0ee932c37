import itertools
import math

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import cohen_kappa_score

from qualkit.agreement import ALL_CODES, COEFFICIENTS

EVERYTHING = tuple(COEFFICIENTS)


def with_missing(coders):
    return arrays.arrays(
        np.int8,
        st.tuples(st.integers(2, 25), st.integers(2, coders)),
        elements=st.sampled_from([0, 1, 1, 0, -1]),
    )


def as_ratings(matrix):
    return [[None if value < 0 else bool(value) for value in row] for row in matrix]


def complete(coders):
    return arrays.arrays(
        np.int8, st.tuples(st.integers(2, 25), st.just(coders)), elements=st.integers(0, 1)
    )


@settings(max_examples=80, deadline=None)
@given(with_missing(4))
def test_alpha_equals_the_krippendorff_library_with_values_missing(compare, yes_no, value_of, m):
    pairable = (m >= 0).sum(axis=1) >= 2
    values = m[pairable][m[pairable] >= 0]
    assume(values.size and values.min() != values.max())
    expected = krippendorff.alpha(
        np.where(m < 0, np.nan, m.astype(float)).T, level_of_measurement="nominal"
    )
    table = compare(yes_no(as_ratings(m)), "alpha")
    assert value_of(table, "alpha") == pytest.approx(expected, abs=1e-12)
    assert value_of(table, "micro_alpha", ALL_CODES) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(complete(2))
def test_two_coder_kappa_equals_scikit_learn(compare, yes_no, value_of, m):
    assume(m.min() != m.max())
    table = compare(yes_no(as_ratings(m)), "kappa", "percent")
    assert value_of(table, "cohen_kappa") == pytest.approx(
        cohen_kappa_score(m[:, 0], m[:, 1]), abs=1e-12
    )
    assert value_of(table, "percent") == pytest.approx((m[:, 0] == m[:, 1]).mean(), abs=1e-12)


def by_hand(m):
    """Several coders, nothing missing, pair by pair."""
    pairs = list(itertools.combinations(range(m.shape[1]), 2))
    observed = np.mean([(m[:, a] == m[:, b]).mean() for a, b in pairs])
    yes = m.mean(axis=0)
    conger = np.mean([yes[a] * yes[b] + (1 - yes[a]) * (1 - yes[b]) for a, b in pairs])
    share = m.mean()
    fleiss, gwet = share**2 + (1 - share) ** 2, 2 * share * (1 - share)
    joint = sum(2 * (m[:, a] & m[:, b]).sum() for a, b in pairs)
    absent = sum(2 * ((1 - m[:, a]) & (1 - m[:, b])).sum() for a, b in pairs)
    single = sum((m[:, a] != m[:, b]).sum() for a, b in pairs)
    return {
        "conger_kappa": (observed - conger) / (1 - conger),
        "fleiss_kappa": (observed - fleiss) / (1 - fleiss),
        "ac1": (observed - gwet) / (1 - gwet),
        "brennan_prediger": 2 * observed - 1,
        "percent": observed,
        "positive_agreement": joint / (joint + single),
        "negative_agreement": absent / (absent + single),
    }


@settings(max_examples=60, deadline=None)
@given(st.one_of(complete(2), complete(3), complete(5)))
def test_coefficients_for_many_coders_equal_the_pairwise_definitions(compare, yes_no, value_of, m):
    assume(m.min() != m.max())
    expected = by_hand(m)
    table = compare(yes_no(as_ratings(m)), *expected)
    for name, value in expected.items():
        assert value_of(table, name) == pytest.approx(value, abs=1e-12), name


def two_by_two(a, b, c, d):
    return [[1, 1]] * a + [[1, 0]] * b + [[0, 1]] * c + [[0, 0]] * d


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # Feinstein & Cicchetti (1990): the same agreement, two kappas.
        ((40, 9, 6, 45), {"cohen_kappa": 0.6995, "percent": 0.85}),
        ((80, 10, 5, 5), {"cohen_kappa": 0.3182, "percent": 0.85}),
        # Byrt, Bishop & Carlin (1993): PABAK is 2 Po - 1; Gwet (2008) for AC1 on the same table.
        ((80, 10, 5, 5), {"brennan_prediger": 0.70, "ac1": 0.8080}),
        # Sim & Wright (2005): kappa .67, and what the coders' own shares of yes allow at most.
        ((22, 2, 4, 11), {"cohen_kappa": 0.6667, "maximum_kappa": 0.8889}),
        # Cicchetti & Feinstein (1990): positive and negative agreement of the second table.
        ((80, 10, 5, 5), {"positive_agreement": 160 / 175, "negative_agreement": 10 / 25}),
        # Krippendorff (2011), section A: ten units, two observers.
        ((1, 1, 3, 5), {"alpha": 0.0952}),
        # What nobody coded belongs to the denominator: without it kappa cannot be positive.
        ((20, 5, 5, 0), {"cohen_kappa": -0.2, "positive_agreement": 0.8, "percent": 2 / 3}),
        ((20, 5, 5, 70), {"cohen_kappa": 0.7333, "alpha": 0.7347, "positive_agreement": 0.8}),
    ],
)
def test_published_two_coder_tables(compare, yes_no, value_of, cells, expected):
    table = compare(yes_no(two_by_two(*cells)), *expected)
    for name, value in expected.items():
        assert value_of(table, name) == pytest.approx(value, abs=6e-5), name


# One coder never applies it, one disagreement only, perfect with one positive: ten units each.
@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ((0, 3, 0, 7), {"alpha": -0.1176, "cohen_kappa": 0.0, "fleiss_kappa": -0.1765}),
        ((0, 3, 0, 7), {"ac1": 0.5973, "brennan_prediger": 0.4, "scott_pi": -0.1765}),
        ((0, 1, 0, 9), {"alpha": 0.0, "fleiss_kappa": -0.0526, "ac1": 0.8895}),
        ((1, 0, 0, 9), {"alpha": 1.0, "cohen_kappa": 1.0, "ac1": 1.0, "maximum_kappa": 1.0}),
        ((0, 1, 0, 0), {"alpha": 0.0}),
    ],
)
def test_rare_codes_have_a_value_as_long_as_something_varies(
    compare, yes_no, value_of, cells, expected
):
    table = compare(yes_no(two_by_two(*cells)), *expected)
    for name, value in expected.items():
        assert value_of(table, name) == pytest.approx(value, abs=6e-5), name


@pytest.mark.parametrize("cells", [(0, 0, 0, 10), (10, 0, 0, 0), (1, 0, 0, 0)])
def test_a_code_that_never_varies_has_no_coefficient_but_keeps_its_plain_shares(
    compare, yes_no, value_of, cells
):
    table = compare(yes_no(two_by_two(*cells)), *EVERYTHING, parents={"x": None})
    reasons = {
        (0, 0, 0, 10): "the code was never applied",
        (10, 0, 0, 0): "every coder applied the code to every utterance",
        (1, 0, 0, 0): "every coder applied the code to every utterance",
    }
    for name, one in COEFFICIENTS.items():
        if name in ("percent", "positive_agreement", "negative_agreement"):
            continue
        assert math.isnan(value_of(table, name)), name
        assert value_of(table, name, column="reason") == reasons[cells], one
    assert value_of(table, "percent") == 1.0
    plain = "positive_agreement" if cells[0] else "negative_agreement"
    other = "negative_agreement" if cells[0] else "positive_agreement"
    assert value_of(table, plain) == 1.0
    assert math.isnan(value_of(table, other))


def test_unfinished_utterances_are_not_taken_for_zeros(compare, yes_no, value_of):
    both = [[1, 1], [0, 0], [1, 1], [0, 0], [0, 1]]
    only_first = [[1, None], [1, None], [0, None]]
    table = compare(yes_no(both + only_first), "alpha", "percent")
    alone = compare(yes_no(both), "alpha", "percent")
    assert value_of(table, "alpha") == value_of(alone, "alpha")
    assert value_of(table, "alpha", column="n") == 5
    as_zeros = compare(yes_no(both + [[a, 0] for a, _ in only_first]), "alpha")
    assert value_of(as_zeros, "alpha") < value_of(table, "alpha")


def test_macro_alpha_is_the_mean_of_the_defined_ones_and_says_how_many_are_not(compare, value_of):
    ratings = [[["a"], ["a"]], [["a", "b"], ["b"]], [[], []], [["b"], ["a"]]]
    table = compare(ratings, "alpha", parents={"a": None, "b": None, "never": None})
    mean = (value_of(table, "alpha", "a") + value_of(table, "alpha", "b")) / 2
    assert value_of(table, "macro_alpha", ALL_CODES) == pytest.approx(mean)
    reason = value_of(table, "macro_alpha", ALL_CODES, "reason")
    assert reason.startswith("1 of 3 codes have no alpha")


def test_prevalence_is_each_coders_own_share(compare, yes_no, value_of):
    table = compare(yes_no(two_by_two(2, 1, 0, 1)), "prevalence")
    assert value_of(table, "prevalence (coder 00)") == 0.75
    assert value_of(table, "prevalence (coder 01)") == 0.5


def test_coefficients_for_two_coders_say_so_when_there_are_three(compare, yes_no, value_of):
    ratings = yes_no([[1, 1, 0], [0, 0, 0], [1, 0, 1]])
    table = compare(ratings, "cohen_kappa", "scott_pi", "kappa")
    assert math.isnan(value_of(table, "cohen_kappa"))
    assert (
        value_of(table, "cohen_kappa", column="reason")
        == "Cohen's kappa compares two coders and there are 3"
    )
    assert np.isfinite(value_of(table, "conger_kappa"))
    assert "pooled_kappa" not in set(table["coefficient"])
