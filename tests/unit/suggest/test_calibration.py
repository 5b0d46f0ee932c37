import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from qualkit.suggest.calibration import calibrate, expected_f1, sigmoid


def test_one_code_agrees_with_a_logistic_regression_on_softened_targets():
    random = np.random.default_rng(3)
    margins = random.normal(size=(400, 1))
    labels = (random.random((400, 1)) < sigmoid(1.7 * margins - 1)).astype(int)
    line = calibrate(margins, labels)
    positive = labels.sum()
    target = np.where(labels == 1, (positive + 1) / (positive + 2), 1 / (402 - positive)).ravel()
    both = np.vstack([margins, margins])
    weight = np.concatenate([target, 1 - target])
    truth = np.repeat([1, 0], 400)
    oracle = LogisticRegression(C=1e9, tol=1e-10).fit(both, truth, sample_weight=weight)
    assert np.isclose(line.slope, oracle.coef_[0, 0], atol=1e-3)
    assert np.isclose(line.intercepts[0], oracle.intercept_[0], atol=1e-3)


def test_the_mean_probability_is_the_share_that_was_coded():
    random = np.random.default_rng(5)
    margins = random.normal(size=(1000, 3)) + 1
    labels = (random.random((1000, 3)) < [0.02, 0.2, 0.6]).astype(int)
    means = calibrate(margins, labels).probabilities(margins).mean(axis=0)
    assert np.allclose(means, labels.mean(axis=0), atol=0.005)


def test_margins_that_say_nothing_get_a_small_slope_and_margins_that_lie_no_negative_one():
    margins = np.linspace(-2, 2, 50)[:, None]
    labels = (margins < 0).astype(int)
    assert 0 < calibrate(margins, labels).slope <= 0.05


def test_a_code_whose_only_positives_have_no_margin_stays_finite_and_rare():
    margins = np.array([[np.nan], [np.nan], [-1.0], [0.0], [0.5], [-0.5]])
    labels = np.array([[1], [1], [0], [0], [0], [0]])
    line = calibrate(margins, labels)
    assert np.isfinite(line.intercepts).all()
    assert line.probabilities(np.array([[0.0]]))[0, 0] < 0.4


def test_expected_f1_of_equal_probabilities_is_reached_by_offering_all():
    # offering k of n at probability p: 2kp / (k + np), greatest at k = n: 2p / (1 + p)
    assert np.isclose(expected_f1(np.full((50, 1), 0.3))[0], 0.6 / 1.3)


def test_expected_f1_without_rows_is_nought():
    assert expected_f1(np.zeros((0, 2))).tolist() == [0.0, 0.0]


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 30), st.integers(1, 4), st.integers(0, 10_000))
def test_whatever_comes_in_probabilities_are_finite_and_keep_the_order(rows, codes, seed):
    random = np.random.default_rng(seed)
    margins = random.normal(scale=5, size=(rows, codes))
    labels = random.integers(0, 2, size=(rows, codes))
    line = calibrate(margins, labels)
    probabilities = line.probabilities(margins)
    assert ((probabilities > 0) & (probabilities < 1)).all()
    order = np.argsort(margins[:, 0])
    assert (np.diff(probabilities[order, 0]) >= 0).all()
