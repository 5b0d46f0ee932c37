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
    "code_a", "code_b", "n_a", "n_b", "n_ab", "units", "share_a", "share_b", "jaccard", "lift",
    "npmi", "phi", "log_odds", "documents", "p", "q",
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


@pytest.mark.parametrize("within", ["utterance", "turn"])
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
    if not within.startswith("window"):  # there two codes may be in reach without meeting
        assert (table["n_a"] + table["n_b"] - table["n_ab"] <= units).all()
    for column in ("share_a", "share_b"):
        assert table[column].dropna().between(0, 1).all()
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


def windows_by_hand(lines, size):
    """Return per document (n_ab, by chance, held) for lines x 2 codes, from the definition."""
    held = np.array([lines[max(r - size + 1, 0) : r + 1].max(axis=0) for r in range(len(lines))])
    met = sum(held[r].all() and lines[r].any() for r in range(len(lines)))
    u, w = lines.sum(axis=0), held.sum(axis=0)
    return met, (u[0] * w[1] + u[1] * w[0] - u[0] * u[1]) / len(lines), held.sum(axis=0)


def test_published_moving_window(reference):
    entry = reference["ENA-window3"]
    lines = np.array(entry["data"]["rows"])
    utterances = pd.DataFrame({"document": "d", "position": np.arange(len(lines))})
    row, code = np.nonzero(lines)
    codings = utterances.iloc[row].assign(code=[f"c{n + 1}" for n in code])
    table = cooccurrence(codings, utterances, within="window:3")
    expected = np.array(entry["expected"]).reshape(-1, 3).sum(axis=0)
    assert table["n_ab"].tolist() == expected.tolist()
    for last in range(1, len(lines)):
        until = utterances["position"] <= last
        so_far = cooccurrence(
            codings[codings["position"] <= last],
            utterances[until],
            within="window:3",
            parents=dict.fromkeys(["c1", "c2", "c3"]),
        )
        assert (
            so_far["n_ab"].tolist()
            == np.cumsum(np.array(entry["expected"]).reshape(-1, 3), axis=0)[last].tolist()
        )


def test_windows_are_compared_with_their_own_chance():
    random = np.random.default_rng(2)
    lines = {f"d{n}": (random.random((12 + n, 2)) < 0.3).astype(int) for n in range(9)}
    utterances = pd.concat(
        [pd.DataFrame({"document": d, "position": np.arange(len(x))}) for d, x in lines.items()]
    )
    codings = pd.concat(
        [
            pd.DataFrame({"document": d, "position": at[0], "code": np.array(["a", "b"])[at[1]]})
            for d, x in lines.items()
            for at in [np.nonzero(x)]
        ]
    )
    row = cooccurrence(codings, utterances, within="window:3").iloc[0]
    by_hand = [windows_by_hand(x, 3) for x in lines.values()]
    met, chance = (np.array([one[n] for one in by_hand], dtype=float) for n in (0, 1))
    assert row["n_ab"] == met.sum()
    assert [row["n_a"], row["n_b"]] == sum(one[2] for one in by_hand).tolist()
    assert row["p"] == pytest.approx(stats.ttest_1samp(met - chance, 0).pvalue)
    assert row[["npmi", "phi", "log_odds"]].isna().all()


def test_lift_of_two_codes_on_every_line_is_one_in_windows_too():
    codings, utterances = of_counts(20, 20, 20, 20)
    assert cooccurrence(codings, utterances, within="window:4").iloc[0]["lift"] == 1.0


def test_published_log_odds(reference):
    entry = reference["cooc-logodds0"]
    (n_ab, only_a), (only_b, neither) = entry["data"]["table"]
    units = n_ab + only_a + only_b + neither
    row = cooccurrence(*of_counts(n_ab + only_a, n_ab + only_b, n_ab, units)).iloc[0]
    assert row["log_odds"] == pytest.approx(entry["expected"], abs=entry["tolerance"])


def test_one_code_with_the_others_stands_first_whatever_the_order_of_the_codebook(study, parents):
    codings, utterances = study()
    table = cooccurrence(codings, utterances, parents=parents, code="Respect")
    assert set(table["code_a"]) == {"Respect"}
    assert table["code_b"].tolist() == ["Pay", "Low pay", "Hours", "Training"]
    every = cooccurrence(codings, utterances, parents=parents)
    same = every[(every["code_a"] == "Hours") & (every["code_b"] == "Respect")].iloc[0]
    mine = table[table["code_b"] == "Hours"].iloc[0]
    assert (mine["n_ab"], mine["share_a"]) == (same["n_ab"], same["share_b"])
    with pytest.raises(UnknownNameError, match="no code 'Rent'"):
        cooccurrence(codings, utterances, parents=parents, code="Rent")


@pytest.mark.parametrize("within", ["utterance", "turn"])
def test_each_group_is_counted_as_if_alone(study, parents, within):
    codings, utterances = study()
    table = cooccurrence(codings, utterances, by="stakeholder_type", parents=parents, within=within)
    for name, rows in table.groupby("stakeholder_type"):
        marked = utterances.assign(
            is_moderator=utterances["is_moderator"] | (utterances["stakeholder_type"] != name)
        )
        alone = cooccurrence(codings, marked, parents=parents, within=within)
        kept = [c for c in alone.columns if c != "q"]
        pd.testing.assert_frame_equal(
            rows[kept].reset_index(drop=True), alone[kept], check_dtype=False
        )


def test_a_window_belongs_to_who_ends_it_and_holds_what_others_said_before():
    utterances = pd.DataFrame(
        {"document": "d", "position": [1, 2, 3], "role": ["nurse", "cook", "nurse"]}
    )
    codings = pd.DataFrame({"document": "d", "position": [1, 2], "code": ["a", "b"]})
    table = cooccurrence(codings, utterances, within="window:2", by="role").set_index("role")
    assert table.loc["cook", ["n_ab", "units"]].tolist() == [1, 1]
    assert table.loc["nurse", ["n_ab", "units"]].tolist() == [0, 2]


def test_documents_of_groups_are_what_each_says_in_them(study):
    codings, utterances = study()
    table = cooccurrence(codings, utterances, within="document", by="stakeholder_type")
    assert table.groupby("stakeholder_type")["units"].first().tolist() == [4, 4, 4]
    with pytest.raises(OptionError, match="cannot be grouped by 'shoe_size'"):
        cooccurrence(codings, utterances, by="shoe_size")
