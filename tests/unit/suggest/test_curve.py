import numpy as np
import pytest

from qualkit.errors import OptionError
from qualkit.suggest.curve import CURVES, Curve, learning_curve
from qualkit.suggest.holdout import Plan, hold_out, prepare
from qualkit.suggest.measures import Estimate
from tests.unit.suggest.studies import Knowing, study

SIZES = np.array([50.0, 100.0, 200.0, 400.0, 800.0])


def drawn(law, *, sizes=SIZES, judged=12, spread=0.004, coded=1000, seed=0):
    """A curve that follows a law, and is a little higher or lower without each document."""
    values = law(sizes)
    shift = np.random.default_rng(seed).normal(0, spread / judged, (judged, 1))
    found = Estimate(values, values + shift)
    return Curve(sizes, sizes / 50, {"micro_f1": found}, coded, judged)


def power(a, b, c):
    return lambda n: a - b * n**-c


def test_a_power_law_is_carried_on_to_where_it_reaches_the_target():
    """0.8 - 2 n^-0.4 is 0.7 at n = 20^2.5 = 1789: 789 more than the 1,000 coded."""
    [answer] = drawn(power(0.8, 2, 0.4)).until(0.7).to_dict("records")
    assert answer["reached"] == pytest.approx(0.8 - 2 * 800**-0.4)
    assert answer["more"] == pytest.approx(790, rel=0.06)
    assert answer["low"] <= answer["more"] <= answer["high"]
    assert answer["reason"] is None


@pytest.mark.parametrize(
    ("curve", "target", "why"),
    [
        (drawn(power(0.6, 2, 0.5)), 0.65, "levels off below it"),
        (drawn(lambda n: 0.4 + 0 * n), 0.5, "levels off below it"),
        (drawn(power(0.9, 1.2, 0.15)), 0.8, "more than 4 times what is coded"),
        (drawn(power(0.8, 2, 0.4), sizes=SIZES[:3]), 0.7, "a curve takes 4 sizes"),
        (drawn(power(0.8, 2, 0.4), judged=4), 0.7, "an interval takes 5 documents"),
        (drawn(lambda n: np.where(n == 800, 0.7, 0.3 + n / 5000)), 0.8, "misses the largest"),
        (drawn(power(0.8, 2, 0.4), spread=1.5), 0.78, "cannot be said from these"),
    ],
)  # fmt: skip
def test_where_a_number_would_be_a_guess_none_is_given(curve, target, why):
    [answer] = curve.until(target).to_dict("records")
    assert np.isnan([answer["more"], answer["low"], answer["high"]]).all()
    assert answer["reason"].startswith("cannot be said from these: ")
    assert why in answer["reason"]


def test_a_target_that_is_reached_takes_no_more():
    [answer] = drawn(power(0.8, 2, 0.4)).until(0.3).to_dict("records")
    assert (answer["more"], answer["reason"]) == (0.0, "it is reached")


def test_without_a_target_the_next_tenth_is_taken():
    assert drawn(power(0.8, 2, 0.4)).until()["target"].tolist() == [0.7]
    assert drawn(lambda n: 0.5 + 0 * n).until()["target"].tolist() == [0.6]


def test_a_target_must_be_a_share():
    with pytest.raises(OptionError, match="above 0 and at most 1"):
        drawn(power(0.8, 2, 0.4)).until(50)


def test_sizes_are_nested_whole_documents_and_the_last_is_what_was_held_out():
    material = prepare(*study(documents=12))
    seen = []

    class Watching(Knowing):
        def fit(self, utterances, codings, reviewed, codebook=None):
            seen.append(set(reviewed["document"]))
            return super().fit(utterances, codings, reviewed, codebook)

    held = hold_out(material, Plan(folds=3), {"suggester": Watching})
    seen.clear()
    curve = learning_curve(material, held, Watching)
    assert curve.documents.tolist() == [1, 2, 4, 8]
    assert (np.diff(curve.utterances) > 0).all()
    for part in range(3):
        small, middle, large = seen[3 * part : 3 * part + 3]
        assert small < middle < large
        judged = {held.documents[one] for one in np.flatnonzero(held.fold == part)}
        assert not large & judged
    table = curve.table()
    assert list(table["measure"].unique()) == list(CURVES)
    assert len(table) == 2 * 4
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()


def test_the_same_seed_draws_the_same_curve():
    material = prepare(*study(documents=8))
    held = hold_out(material, Plan(seed=3), {"suggester": Knowing})
    one, two = (learning_curve(material, held, Knowing).table() for _ in range(2))
    assert one.equals(two)
