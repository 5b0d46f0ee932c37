import numpy as np
import pytest

from qualkit.suggest.calibration import Calibration
from qualkit.suggest.reasons import Reason, Scale, reason_table


def test_the_line_meets_the_curve_at_nought_and_at_the_score():
    for own in ({}, {"heights": (0.3,), "slopes": (0.7,)}):
        curve = Calibration(-0.3, 0.8, 2.0, 1.3, **own)
        scale = Scale(curve, 0.1, 1.0)
        for score in (-0.4, 1e-12, 0.2):
            start, slope = scale.line(score)
            wanted = curve.log_odds(np.array([score]), np.array([0.1]))[0]
            assert start + slope * score == pytest.approx(wanted, abs=1e-8)


def test_before_anything_is_coded_the_line_is_the_likeness():
    assert Scale(None, 0.1, 0.25).line(0.1) == (0.0, 4.0)


def test_reasons_of_the_same_word_are_summed_and_the_strongest_stands_first():
    reasons = [
        Reason("a", 0.1, "codings"),
        Reason("b", -0.5, "codings"),
        Reason("a", 0.2, "codings"),
    ]
    found = reason_table([*reasons, Reason("c", 0.0, "codings"), Reason("a", 0.1, "codebook")])
    assert found["word"].tolist() == ["b", "a", "a"]
    assert found["weight"].tolist() == pytest.approx([-0.5, 0.3, 0.1])
    assert found["basis"].tolist() == ["codings", "codings", "codebook"]
    assert reason_table([]).columns.tolist() == ["word", "weight", "basis"]
