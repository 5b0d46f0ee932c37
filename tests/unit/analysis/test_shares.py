import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qualkit.analysis.shares import adjusted, leave_one_out, residuals, wilson


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_equals_scipy(pair):
    expected = stats.binomtest(*pair).proportion_ci(method="wilson")
    low, high = wilson(np.array([pair[0]], float), np.array([pair[1]], float))
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_of_nothing_is_not_defined():
    low, high = wilson(np.array([0.0]), np.array([0.0]))
    assert np.isnan(low[0])
    assert np.isnan(high[0])


@pytest.mark.parametrize("name", ["wilson-81-263", "wilson-0-20"])
def test_published_wilson_intervals(name, reference):
    entry = reference[name]
    x, n = (np.array([float(entry["data"][key])]) for key in ("x", "n"))
    low, high = wilson(x, n)
    assert [low[0], high[0]] == pytest.approx(entry["expected"], abs=entry["tolerance"])


def test_published_adjusted_residuals(reference):
    entry = reference["Agresti-party-adjres"]
    table = np.array(entry["data"]["table"], dtype=float)
    found = residuals(table[:1].T, table.sum(axis=0))
    assert found.ravel().tolist() == pytest.approx(entry["expected"], abs=entry["tolerance"])


def test_residuals_squared_make_the_chi_square_of_two_groups():
    n, total = np.array([[7.0], [2.0]]), np.array([20.0, 30.0])
    table = np.column_stack([n[:, 0], total - n[:, 0]])
    expected = stats.chi2_contingency(table, correction=False).statistic
    assert (residuals(n, total) ** 2).ravel() == pytest.approx([expected, expected])


def test_residuals_of_an_empty_a_full_row_and_a_single_group_are_not_defined():
    n, total = np.array([[0.0, 4.0], [0.0, 5.0]]), np.array([4.0, 5.0])
    assert np.isnan(residuals(n, total)).all()
    assert np.isnan(residuals(np.array([[2.0]]), np.array([4.0]))).all()


def test_published_adjusted_p_values(reference):
    entry = reference["BH1995"]
    q = adjusted(np.array(entry["data"]["p"]))
    assert (q <= 0.05).sum() == entry["expected"]


def test_adjusting_leaves_out_what_has_no_p():
    q = adjusted(np.array([np.nan, 0.02, 0.03]))
    assert np.isnan(q[0])
    assert q[1:].tolist() == pytest.approx([0.03, 0.03])
    assert np.isnan(adjusted(np.array([np.nan]))).all()


def test_speaker_jackknife_equals_an_explicit_loop():
    count, total = np.array([3.0, 0, 5, 1, 2]), np.array([10.0, 8, 9, 4, 7])
    group = np.array([0, 0, 0, 1, 1])
    found = leave_one_out(count[:, None], total, group, 2)
    for number in (0, 1):
        mine = np.flatnonzero(group == number)
        without = np.array(
            [count[mine[mine != s]].sum() / total[mine[mine != s]].sum() for s in mine]
        )
        many = len(mine)
        error = np.sqrt((many - 1) / many * ((without - without.mean()) ** 2).sum())
        half = stats.t.ppf(0.975, many - 1) * error
        share = count[mine].sum() / total[mine].sum()
        assert found.low[number, 0] == pytest.approx(max(share - half, 0))
        assert found.high[number, 0] == pytest.approx(min(share + half, 1))
        assert found.least[number, 0] == pytest.approx(without.min())
        assert found.most[number, 0] == pytest.approx(without.max())
    assert found.largest.ravel().tolist() == pytest.approx([5 / 8, 2 / 3])


def test_one_speaker_with_all_the_words_leaves_no_interval():
    found = leave_one_out(np.array([[1.0], [0.0]]), np.array([5.0, 0.0]), np.array([0, 0]), 1)
    assert np.isnan(found.low).all()
    assert np.isnan(found.least).all()
