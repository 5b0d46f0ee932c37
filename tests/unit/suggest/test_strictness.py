"""Thresholds at a wanted precision, chosen on what was held out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qualkit.errors import NotEnoughError, OptionError
from qualkit.suggest import Suggester
from qualkit.suggest.strictness import _lowest, thresholds_at


@pytest.fixture(scope="module")
def fitted() -> Suggester:
    rng = np.random.default_rng(4)
    themes = {"pay": ["wage", "money", "salary"], "garden": ["rose", "tree", "lawn"]}
    rows = []
    for number in range(240):
        code = ("pay", "garden", "")[number % 3]
        words = [str(rng.choice(themes.get(code, ["day"]))), *rng.choice(["and", "so", "rose"], 2)]
        rows.append((f"d{number % 8}", number // 8 + 1, " ".join(words), code))
    places = pd.DataFrame(rows, columns=["document", "position", "text", "code"])
    codings = pd.concat([places[places["code"] != ""], places.iloc[[5]].assign(code="once")])
    return Suggester(language=None).fit(places, codings, places)


def test_the_wanted_share_of_what_is_offered_was_right_on_held_out_documents(fitted):
    table = thresholds_at(fitted, 0.9).set_index("code")
    pay = table.loc["pay"]
    assert pay["precision"] >= 0.9
    assert pay["right"] / pay["offered"] == pay["precision"]
    assert pay["right"] / pay["given"] == pay["recall"]
    stricter = thresholds_at(fitted, 0.97).set_index("code")
    assert not stricter["threshold"].lt(table["threshold"]).any()


def test_a_code_that_cannot_reach_it_is_left_out_and_says_why(fitted):
    table = thresholds_at(fitted, 0.9).set_index("code")
    assert table.loc["once", "reason"] == "only 1 coding, too few to judge by"
    assert np.isnan(table.loc["once", "threshold"])
    assert table.loc["once", "offered"] == 0
    impossible = thresholds_at(fitted, 0.999)
    assert impossible["reason"].str.startswith("no threshold gives a precision of 0.999").any()


def test_without_a_wish_the_suggesters_own_thresholds_are_judged(fitted):
    table = thresholds_at(fitted)
    assert table["threshold"].tolist() == fitted.thresholds_.tolist()
    assert table["reason"].isna().all()


def test_equal_scores_are_offered_together():
    scores = np.array([0.9] * 6 + [0.5] * 4)
    truth = np.array([1] * 6 + [1, 1, 0, 0], bool)
    assert _lowest(scores, truth, 0.8, learned=True)[0] == 0.9  # 8.5 of 11 would be 0.77
    assert _lowest(scores, truth, 0.7, learned=True)[0] == 0.5


def test_what_makes_no_sense_is_refused(fitted):
    for wish in (0, 1, 80):
        with pytest.raises(OptionError, match="above 0 and below 1"):
            thresholds_at(fitted, wish)
    with pytest.raises(NotEnoughError, match="learned nothing"):
        thresholds_at(Suggester(), 0.8)
