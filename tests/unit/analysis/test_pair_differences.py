import numpy as np
import pandas as pd
import pytest
from scipy import stats

from qualkit.analysis import cooccurrence
from qualkit.analysis.pair_differences import PAIR_MEASURES, pair_differences
from qualkit.errors import OptionError, UnknownNameError


def many_documents(study, seed=3):
    codings, utterances = study(seed)
    apart = [utterances.assign(document=utterances["document"] + x) for x in "xyz"]
    random = np.random.default_rng(seed)
    said = [
        codings.sample(frac=0.6, random_state=random).assign(
            document=lambda rows, x=x: rows["document"] + x
        )
        for x in "xyz"
    ]
    return pd.concat(said), pd.concat(apart)


@pytest.mark.parametrize("within", ["utterance", "turn", "window:3", "document"])
def test_both_values_are_those_of_the_cooccurrence_table(study, parents, within):
    codings, utterances = many_documents(study)
    table = pair_differences(codings, utterances, "union", "carer", within=within, parents=parents)
    whole = cooccurrence(codings, utterances, by="stakeholder_type", within=within, parents=parents)
    for letter, group in (("a", "union"), ("b", "carer")):
        rows = whole[whole["stakeholder_type"] == group]
        assert table[f"n_ab_{letter}"].tolist() == rows["n_ab"].tolist()
        np.testing.assert_allclose(table[f"value_{letter}"], rows["jaccard"])


@pytest.mark.parametrize("measure", PAIR_MEASURES)
def test_the_interval_equals_an_explicit_loop_over_documents(study, measure):
    codings, utterances = many_documents(study)
    table = pair_differences(codings, utterances, "union", "carer", measure=measure)
    names = sorted(utterances["document"].unique())

    def difference(rows):
        found = cooccurrence(codings, rows, by="stakeholder_type").set_index("stakeholder_type")
        found["of_units"] = found["n_ab"] / found["units"]
        return found.loc["union", measure].to_numpy() - found.loc["carer", measure].to_numpy()

    without = np.array([difference(utterances[utterances["document"] != d]) for d in names])
    many = len(names)
    moves = np.ptp(without, axis=0) > 1e-12  # where nothing varies there is no interval
    error = np.sqrt((many - 1) / many * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    half = stats.t.ppf(0.975, many - 1) * error
    np.testing.assert_allclose(table["difference"], difference(utterances))
    assert table.loc[~moves, ["low", "high", "p"]].isna().all(axis=None)
    table, half, error = table[moves], half[moves], error[moves]
    np.testing.assert_allclose(table["low"], table["difference"] - half)
    np.testing.assert_allclose(table["high"], table["difference"] + half)
    t = table["difference"] / error
    np.testing.assert_allclose(table["p"], 2 * stats.t.sf(np.abs(t), many - 1))
    assert set(table["documents"]) == {12}


def test_few_documents_give_a_difference_without_an_interval(study):
    table = pair_differences(*study(), "union", "carer")
    assert table["difference"].notna().all()
    assert table[["low", "high", "p", "q"]].isna().all(axis=None)


def test_wrong_names_are_refused(study):
    codings, utterances = study()
    with pytest.raises(OptionError, match="no measure 'lift'; one of jaccard"):
        pair_differences(codings, utterances, "union", "carer", measure="lift")
    with pytest.raises(UnknownNameError, match="no group 'nurse'"):
        pair_differences(codings, utterances, "union", "nurse")
    with pytest.raises(OptionError, match="cannot be compared with itself"):
        pair_differences(codings, utterances, "union", "union")
