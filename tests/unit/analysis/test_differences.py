import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualkit.analysis import DENOMINATORS, differences, frequency
from qualkit.analysis.differences import newcombe
from qualkit.errors import OptionError, UnknownNameError


def test_published_newcombe_intervals():
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10
    examples = [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (10, 10, 0, 10, 0.6075, 1.0),
        (0, 10, 0, 10, -0.2775, 0.2775),
    ]
    for n_a, total_a, n_b, total_b, low, high in examples:
        found = newcombe(np.array([float(n_a)]), total_a, np.array([float(n_b)]), total_b)
        assert (found["low"][0], found["high"][0]) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("of", DENOMINATORS)
def test_both_shares_are_those_of_the_frequency_table(study, parents, of):
    codings, utterances = study()
    whole = frequency(codings, utterances, of=of, parents=parents)
    table = differences(codings, utterances, "union", "carer", of=of, parents=parents)
    for letter, group in (("a", "union"), ("b", "carer")):
        rows = whole[whole["stakeholder_type"] == group]
        assert table[f"n_{letter}"].tolist() == rows["n"].tolist()
        np.testing.assert_allclose(table[f"share_{letter}"], rows["share"])
    np.testing.assert_allclose(table["difference"], table["share_a"] - table["share_b"])


def test_turning_the_groups_round_turns_the_signs(study):
    codings, utterances = study()
    one = differences(codings, utterances, "union", "carer")
    other = differences(codings, utterances, "carer", "union")
    for left, right in (("difference", "difference"), ("low", "high"), ("least", "most")):
        np.testing.assert_allclose(one[left], -other[right])
    np.testing.assert_allclose(one["p"], other["p"])


def test_the_interval_equals_an_explicit_loop_with_welchs_degrees(study):
    codings, utterances = study()
    table = differences(codings, utterances, "union", "carer")
    counted = utterances[utterances["codable"] & ~utterances["is_moderator"]]
    keys = ["document", "position"]
    hits = codings[codings["code"] == "Pay"][keys].drop_duplicates().assign(x=1)
    rows = counted.merge(hits, on=keys, how="left").fillna({"x": 0})
    variance, freedom, at = 0.0, 0.0, {}
    for group in ("union", "carer"):
        mine = rows[rows["stakeholder_type"] == group]
        at[group] = mine["x"].mean()
        without = [mine.loc[mine["speaker"] != s, "x"].mean() for s in mine["speaker"].unique()]
        many = len(without)
        square = (many - 1) / many * ((without - np.mean(without)) ** 2).sum()
        variance += square
        freedom += square**2 / (many - 1)
    half = stats.t.ppf(0.975, variance**2 / freedom) * np.sqrt(variance)
    row = table[table["code"] == "Pay"].iloc[0]
    assert row["difference"] == pytest.approx(at["union"] - at["carer"])
    assert (row["low"], row["high"]) == pytest.approx(
        (row["difference"] - half, row["difference"] + half)
    )


def test_a_speaker_in_both_groups_is_left_out_of_both():
    said = pd.DataFrame(
        {"document": "d", "position": range(1, 13), "speaker": list("AABBCCAABBCC"),
         "half": ["1"] * 6 + ["2"] * 6}
    )  # fmt: skip
    codings = said.iloc[[0, 1, 2, 6]][["document", "position"]].assign(code="x")
    row = differences(codings, said, "1", "2", by="half").iloc[0]
    without = np.array([1 / 4 - 0, 2 / 4 - 1 / 4, 3 / 4 - 1 / 4])
    half = stats.t.ppf(0.975, 2) * np.sqrt(2 / 3 * ((without - without.mean()) ** 2).sum())
    assert row["difference"] == pytest.approx(3 / 6 - 1 / 6)
    assert (row["least"], row["most"]) == pytest.approx((0.25, 0.5))
    assert row["difference"] - row["low"] == pytest.approx(half)
    assert row["high"] == 1


def voices(share_of_first):
    """Ten carers and ten funders, ten utterances each; the first carer says it so many times."""
    rows = [
        ("d", n, f"{kind}{n // 10}", kind)
        for kind, start in (("carer", 0), ("funder", 100))
        for n in range(start, start + 100)
    ]
    utterances = pd.DataFrame(rows, columns=["document", "position", "speaker", "stakeholder_type"])
    said = utterances.iloc[:share_of_first][["document", "position"]]
    return said.assign(code="x"), utterances


def test_a_difference_that_one_speaker_makes_is_said():
    table = differences(*voices(9), "carer", "funder")
    row = table.iloc[0]
    assert row["note"] == ("rests on one speaker: without them +0.0 points")
    assert row["p"] == 1.0


def test_a_difference_that_all_speakers_make_is_not_chance():
    _, utterances = voices(0)
    every = utterances[(utterances["stakeholder_type"] == "carer") & (utterances.index % 2 == 0)]
    row = differences(every[["document", "position"]].assign(code="x"), utterances,
                      "carer", "funder").iloc[0]  # fmt: skip
    assert row["difference"] == 0.5
    assert row["p"] == pytest.approx(0.001)
    assert row["note"] == "no interval: a group has one speaker, or nothing varies"


def test_groups_have_to_be_two_that_are_there(study):
    codings, utterances = study()
    with pytest.raises(UnknownNameError, match="no group 'nurse'; there is carer, funder, union"):
        differences(codings, utterances, "nurse", "carer")
    with pytest.raises(OptionError, match="cannot be compared with itself"):
        differences(codings, utterances, "carer", "carer")
    moderators = utterances.assign(is_moderator=utterances["stakeholder_type"] == "union")
    with pytest.raises(UnknownNameError, match="nothing that 'union' says counts"):
        differences(codings, moderators, "union", "carer")
