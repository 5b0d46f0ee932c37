import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qualkit.analysis import cooccurrence
from qualkit.errors import OptionError, UnknownNameError

COLUMNS = (
    "code_a", "code_b", "n_a", "n_b", "n_ab", "jaccard", "lift", "npmi", "phi", "p", "q",
)  # fmt: skip


def of_counts(n_a, n_b, n_ab, units, documents=1):
    position = np.arange(units)
    utterances = pd.DataFrame(
        {"document": [f"d{i % documents}" for i in position], "position": position}
    )
    a, b = position[:n_a], position[n_a - n_ab : n_a - n_ab + n_b]
    codings = pd.concat([utterances.iloc[a].assign(code="a"), utterances.iloc[b].assign(code="b")])
    return codings, utterances


def test_published_jaccard_and_npmi(reference):
    data = reference["ATLAS-c"]["data"]
    row = cooccurrence(*of_counts(data["n1"], data["n2"], data["n12"], 1000)).iloc[0]
    assert row["jaccard"] == pytest.approx(reference["ATLAS-c"]["exact"])
    data = reference["cooc-npmi"]["data"]
    row = cooccurrence(*of_counts(data["n1"], data["n2"], data["n12"], data["N"])).iloc[0]
    assert row["npmi"] == pytest.approx(reference["cooc-npmi"]["expected"], abs=1e-6)


def test_measures_by_hand():
    row = cooccurrence(*of_counts(4, 5, 2, 20)).iloc[0]
    assert (row["n_a"], row["n_b"], row["n_ab"]) == (4, 5, 2)
    assert row["jaccard"] == pytest.approx(2 / 7)
    assert row["lift"] == pytest.approx(2 * 20 / (4 * 5))
    assert row["npmi"] == pytest.approx(np.log(2) / np.log(10))
    by_unit = np.zeros((2, 20))
    by_unit[0, :4] = by_unit[1, 2:7] = 1
    assert row["phi"] == pytest.approx(np.corrcoef(by_unit)[0, 1])


def test_codes_that_never_meet_keep_their_row():
    table = cooccurrence(*of_counts(3, 4, 0, 20))
    assert tuple(table.columns) == COLUMNS
    row = table.iloc[0]
    assert (row["n_ab"], row["jaccard"], row["lift"], row["npmi"]) == (0, 0.0, 0.0, -1.0)
    assert row["phi"] < 0


def test_what_is_not_defined_is_missing():
    codings, utterances = of_counts(3, 4, 1, 20)
    table = cooccurrence(codings, utterances, parents={"a": None, "b": None, "never": None})
    never = table[table["code_b"] == "never"]
    assert never[["lift", "npmi", "phi", "p", "q"]].isna().all(axis=None)
    assert never["jaccard"].tolist() == [0.0, 0.0]
    always = cooccurrence(*of_counts(6, 6, 6, 6)).iloc[0]
    assert always[["npmi", "phi", "p"]].isna().all()
    assert (always["jaccard"], always["lift"]) == (1.0, 1.0)


def test_pairs_stand_in_codebook_order_without_kin(study, parents):
    table = cooccurrence(*study(), parents=parents)
    pairs = list(zip(table["code_a"], table["code_b"], strict=True))
    kin = {("Pay", "Low pay"), ("Pay", "Hours")}
    assert pairs == [pair for pair in itertools.combinations(parents, 2) if pair not in kin]


def test_a_theme_stands_where_any_code_below_it_does(study, parents):
    codings, utterances = study()
    table = cooccurrence(codings, utterances, parents=parents)
    rolled = codings.assign(code=codings["code"].replace({"Low pay": "Pay", "Hours": "Pay"}))
    by_hand = cooccurrence(rolled, utterances).iloc[0]
    row = table[(table["code_a"] == "Pay") & (table["code_b"] == "Respect")].iloc[0]
    pd.testing.assert_series_equal(
        row.drop("q"), by_hand.drop("q"), check_names=False, check_dtype=False
    )


@pytest.mark.parametrize("within", ["utterance", "turn", "window:3"])
def test_p_equals_a_t_test_over_documents(study, within):
    codings, utterances = study(3)
    many = pd.concat([utterances.assign(document=utterances["document"] + x) for x in "xyz"])
    random = np.random.default_rng(0)
    spread = pd.concat(
        [codings.sample(frac=0.6, random_state=random).assign(
            document=lambda rows, x=x: rows["document"] + x) for x in "xyz"]
    )  # fmt: skip
    table = cooccurrence(spread, many, within=within)
    alone = [
        cooccurrence(spread[spread["document"] == d], many[many["document"] == d], within=within,
                     parents=dict.fromkeys(sorted(spread["code"].unique())))
        for d in sorted(many["document"].unique())
    ]  # fmt: skip
    excess = np.array(
        [t["n_ab"] - t["n_a"] * t["n_b"] / t.attrs["units"] for t in alone], dtype=float
    )
    expected = stats.ttest_1samp(excess, 0).pvalue
    np.testing.assert_allclose(table["p"], expected, rtol=1e-7)
    np.testing.assert_allclose(table["q"], stats.false_discovery_control(expected), rtol=1e-7)
    assert table.attrs["documents_tested"] == 12


def test_documents_of_one_unit_say_nothing_about_p(study):
    table = cooccurrence(*study(), within="document")
    assert table["p"].isna().all()
    assert table.attrs["documents_tested"] == 0
    assert table.attrs["units"] == table.attrs["documents"] == 4


def test_one_document_has_no_p(study):
    codings, utterances = study()
    one = utterances["document"] == "d0"
    table = cooccurrence(codings, utterances[one])
    assert table["p"].isna().all()
    assert table["jaccard"].notna().all()
    assert table.attrs["codings_elsewhere"] > 0


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(5, 120),
    st.sampled_from(["utterance", "document", "turn", "window:2", "window:7"]),
)
def test_what_holds_for_every_study(study, parents, seed, many, within):
    table = cooccurrence(*study(seed, many), within=within, parents=parents)
    units = table.attrs["units"]
    assert (table["n_ab"] <= table[["n_a", "n_b"]].min(axis=1)).all()
    assert (table[["n_a", "n_b"]].max(axis=1) <= units).all()
    assert (table["n_a"] + table["n_b"] - table["n_ab"] <= units).all()
    assert table["jaccard"].dropna().between(0, 1).all()
    assert table["phi"].dropna().between(-1 - 1e-9, 1 + 1e-9).all()
    assert table["npmi"].dropna().between(-1 - 1e-9, 1 + 1e-9).all()
    assert table["p"].dropna().between(0, 1).all()


def test_the_order_of_the_rows_and_doubled_rows_do_not_matter(study):
    codings, utterances = study()
    shuffled = cooccurrence(
        pd.concat([codings, codings]).sample(frac=1, random_state=1),
        utterances.sample(frac=1, random_state=2),
        within="turn",
    )
    pd.testing.assert_frame_equal(cooccurrence(codings, utterances, within="turn"), shuffled)


def test_a_moderators_line_ends_a_turn():
    utterances = pd.DataFrame(
        {
            "document": "d",
            "position": [1, 2, 3, 4],
            "speaker": ["Ana", "Chair", "Ana", "Ana"],
            "is_moderator": [False, True, False, False],
        }
    )
    codings = pd.DataFrame({"document": "d", "position": [1, 3, 4], "code": ["a", "b", "c"]})
    table = cooccurrence(codings, utterances, within="turn")
    assert table["n_ab"].tolist() == [0, 0, 1]
    assert table.attrs["units"] == 2


def test_moderators_and_what_is_not_codable_stay_out(study):
    codings, utterances = study()
    counted = utterances[utterances["codable"] & ~utterances["is_moderator"]]
    table = cooccurrence(codings, utterances)
    assert table.attrs["units"] == len(counted)
    pd.testing.assert_frame_equal(table, cooccurrence(codings, counted))
    more = cooccurrence(codings, utterances, moderators=True)
    assert more.attrs["units"] == utterances["codable"].sum()


@pytest.mark.parametrize("within", ["utterance", "document", "turn", "window:3"])
def test_nothing_to_count_gives_zeros_or_no_rows(study, parents, within):
    codings, utterances = study()
    empty = cooccurrence(codings[:0], utterances, within=within, parents=parents)
    assert set(empty["n_ab"]) == {0}
    assert empty[["jaccard", "lift", "npmi", "phi", "p", "q"]].isna().all(axis=None)
    assert len(cooccurrence(codings[:0], utterances, within=within)) == 0
    silent = cooccurrence(codings, utterances.assign(is_moderator=True), within=within)
    assert silent.attrs["units"] == 0
    assert set(silent["n_a"]) == {0}


def test_bad_input_is_refused(study):
    codings, utterances = study()
    with pytest.raises(OptionError, match="there is no unit 'page'; one of utterance"):
        cooccurrence(codings, utterances, within="page")
    with pytest.raises(OptionError, match="codings has no column 'code'"):
        cooccurrence(codings.drop(columns="code"), utterances)
    with pytest.raises(UnknownNameError):
        cooccurrence(codings, utterances, parents={"Pay": None})
