import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cosine, jensenshannon

from qualkit.analysis import cooccurrence
from qualkit.analysis.clusters import code_tree, profiles
from qualkit.errors import NotEnoughError, OptionError


def test_codes_of_two_pairs_join_within_the_pairs_first():
    said = pd.DataFrame({"document": "d", "position": range(20)})
    rows = [("d", n, code) for n in range(5) for code in "ab"]
    rows += [("d", n, code) for n in range(10, 14) for code in "cd"] + [("d", 15, "c")]
    table = code_tree(pd.DataFrame(rows, columns=["document", "position", "code"]), said)
    assert table["codes"].tolist() == ["a; b", "c; d", "a; b; c; d"]
    assert table["height"].tolist() == pytest.approx([0, 0.2, 1])
    assert table["right"].iloc[2] == "step 2"
    assert table.attrs["order"] == ["a", "b", "c", "d"]
    assert table.attrs["cophenetic"] == pytest.approx(1)


@pytest.mark.parametrize("of", ["jaccard", "phi"])
def test_the_first_two_codes_are_those_nearest_in_the_cooccurrence_table(study, of):
    codings, utterances = study()
    table = code_tree(codings, utterances, of=of)
    pairs = cooccurrence(codings, utterances)
    nearest = pairs.loc[pairs[of].idxmax()]
    assert table["height"].iloc[0] == pytest.approx(1 - nearest[of])
    assert set(table["codes"].iloc[0].split("; ")) == {nearest["code_a"], nearest["code_b"]}
    assert 0 < table.attrs["cophenetic"] <= 1


def test_themes_are_rolled_up_and_what_was_never_applied_is_named(study, parents):
    codings, utterances = study()
    table = code_tree(codings, utterances, parents=parents, level="theme")
    assert table["codes"].tolist() == ["Pay; Respect"]
    assert table.attrs["cophenetic"] is None
    assert "Training" in table.attrs["left_out"]


def test_a_tree_needs_two_codes_and_units_without_overlap(study):
    codings, utterances = study()
    with pytest.raises(NotEnoughError, match="two codes that were applied"):
        code_tree(codings[codings["code"] == "Pay"], utterances)
    with pytest.raises(OptionError, match="units that a code is in or not"):
        code_tree(codings, utterances, within="window:3")
    with pytest.raises(OptionError, match="linkage: there is no 'ward'"):
        code_tree(codings, utterances, linkage="ward")


def shares(codings, utterances, column):
    counted = utterances[utterances["codable"] & ~utterances["is_moderator"]]
    rows = codings.drop_duplicates(["document", "position", "code"]).merge(counted)
    table = pd.crosstab(rows[column], rows["code"])
    return table.div(table.sum(axis=1), axis=0)


@pytest.mark.parametrize("of", ["cosine", "jensen_shannon"])
@pytest.mark.parametrize("by", ["speaker", "stakeholder_type"])
def test_resemblances_equal_those_of_scipy(study, of, by):
    codings, utterances = study()
    table = profiles(codings, utterances, by=by, of=of, fewest=1)
    expected = shares(codings, utterances, by)
    for row in table.itertuples():
        a, b = expected.loc[row.a], expected.loc[row.b]
        value = 1 - (cosine(a, b) if of == "cosine" else jensenshannon(a, b, 2) ** 2)
        assert row.resemblance == pytest.approx(value)
    assert table["resemblance"].is_monotonic_decreasing
    assert len(table) == len(expected) * (len(expected) - 1) // 2


def test_who_has_said_too_little_is_left_out_and_named(study):
    codings, utterances = study()
    least = profiles(codings, utterances, fewest=1)
    counts = pd.concat([least.set_index("a")["n_a"], least.set_index("b")["n_b"]])
    fewest = int(counts.min()) + 1
    table = profiles(codings, utterances, fewest=fewest)
    assert table.attrs["left_out"] == sorted(set(counts[counts < fewest].index))
    with pytest.raises(NotEnoughError, match="fewer than two have 500 coded utterances"):
        profiles(codings, utterances, fewest=500)


def test_speakers_of_one_label_are_told_apart_by_their_document():
    said = pd.DataFrame(
        {"document": ["d", "e"], "position": 1, "speaker": "P1", "speaker_id": [1, 2]}
    )
    codings = pd.DataFrame({"document": ["d", "e"], "position": 1, "code": ["x", "y"]})
    row = profiles(codings, said, fewest=1).iloc[0]
    assert (row["a"], row["b"], row["resemblance"], row["shared"]) == ("P1 (d)", "P1 (e)", 0, "")


def test_an_unknown_resemblance_is_refused(study):
    with pytest.raises(OptionError, match="one of cosine, jensen_shannon"):
        profiles(*study(), of="euclid")
    assert np.isfinite(profiles(*study())["resemblance"]).all()
