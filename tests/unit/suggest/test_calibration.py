from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.suggest.calibration import best_threshold, calibrate, log_odds, sigmoid


def drawn(seed, rows, curve=(-0.4, 0.9, 2.0, 1.5)):
    """Return scores, shares and labels that follow a known curve."""
    random = np.random.default_rng(seed)
    shares = np.broadcast_to([0.02, 0.1, 0.4], (rows, 3))
    scores = random.normal(scale=0.15, size=(rows, 3))
    terms = (1, log_odds(shares), scores, np.arcsinh(scores / shares))
    truth = sigmoid(sum(number * term for number, term in zip(curve, terms, strict=True)))
    return scores, shares, (random.random((rows, 3)) < truth).astype(int), truth


def test_with_much_coding_the_true_curve_is_found():
    scores, shares, labels, truth = drawn(1, 20_000)
    found = calibrate(scores, shares, labels, documents=10_000).probabilities(scores, shares)
    assert np.abs(found - truth).mean() < 0.01


def test_the_mean_probability_is_about_the_share_that_was_coded():
    scores, shares, labels, _ = drawn(2, 3000)
    found = calibrate(scores, shares, labels, documents=100).probabilities(scores, shares)
    assert np.allclose(found.mean(axis=0), labels.mean(axis=0), atol=0.03)


def test_few_documents_move_the_curve_less_than_many():
    scores, shares, labels, _ = drawn(3, 60, (2.0, 0.8, 1.0, 1.3))
    few, many = (calibrate(scores, shares, labels, documents).base for documents in (1, 100))
    assert 0 < few < many


def test_without_labels_the_usual_curve_stays():
    empty = np.zeros((0, 3))
    curve = calibrate(empty, empty, empty, documents=0)
    assert curve == calibrate(np.zeros((5, 0)), np.zeros((5, 0)), np.zeros((5, 0)), 5)
    assert curve.probabilities(np.array([0.0]), np.array([0.1]))[0] < 0.2


def test_scores_that_lie_never_turn_the_ranking_round():
    shares = np.full((400, 1), 0.5)
    scores = np.linspace(-2, 2, 400)[:, None]
    curve = calibrate(scores, shares, (scores < 0).astype(int), documents=400)
    assert (np.diff(curve.probabilities(scores, shares)[:, 0]) >= 0).all()


def test_equal_probabilities_are_best_offered_all():
    # offering k of n at probability p: F1 = 2kp / (k + np), greatest at k = n: 2p / (1 + p)
    assert np.isclose(best_threshold(np.full((50, 2), 0.3)), 0.3 / 1.3)


def test_without_probabilities_there_is_no_threshold():
    assert best_threshold(np.zeros((0, 2))) == 0.0
    assert best_threshold(np.zeros((3, 2))) == 0.0


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 30), st.integers(1, 4), st.integers(0, 10_000))
def test_whatever_comes_in_probabilities_are_probabilities(rows, codes, seed):
    random = np.random.default_rng(seed)
    scores = random.normal(scale=5, size=(rows, codes))
    shares = random.uniform(0.001, 0.999, size=(rows, codes))
    labels = random.integers(0, 2, size=(rows, codes))
    found = calibrate(scores, shares, labels, documents=rows).probabilities(scores, shares)
    assert ((found >= 0) & (found <= 1)).all()


def test_a_code_that_lies_off_the_common_curve_gets_a_curve_of_its_own():
    scores, shares, _, truth = drawn(4, 6000)
    odds = log_odds(truth)
    odds[:, 2] = 0.5 * odds[:, 2] + 1
    labels = (np.random.default_rng(5).random(odds.shape) < sigmoid(odds)).astype(int)
    curve = calibrate(scores, shares, labels, documents=200)
    assert curve.slopes[2] < 0.8 < curve.slopes[0]
    own = np.abs(curve.probabilities(scores, shares) - sigmoid(odds)).mean(axis=0)
    common = replace(curve, heights=(), slopes=())
    without = np.abs(common.probabilities(scores, shares) - sigmoid(odds)).mean(axis=0)
    assert own[2] < without[2] / 1.5


def test_a_code_with_few_codings_stays_near_the_common_curve():
    scores, shares, labels, _ = drawn(6, 2000)
    labels = np.column_stack([labels[:, 1], labels[:, 1]])
    labels[5:, 1] = 0
    labels[:5, 1] = 1
    curve = calibrate(scores[:10, :2], shares[:10, :2], labels[:10], documents=3)
    assert abs(curve.heights[1]) < 0.5
    assert abs(curve.slopes[1] - 1) < 0.2


def test_the_curve_of_one_code_is_that_of_all():
    scores, shares, labels, _ = drawn(7, 500)
    curve = calibrate(scores, shares, labels, documents=20)
    alone = curve.of(1).probabilities(scores[:, 1:2], shares[:, 1:2])
    assert np.allclose(alone[:, 0], curve.probabilities(scores, shares)[:, 1])
