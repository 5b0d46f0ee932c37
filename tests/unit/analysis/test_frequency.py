import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from qualkit.analysis import DENOMINATORS, NOT_SET, frequency
from qualkit.errors import OptionError

COLUMNS = (
    "code", "level", "stakeholder_type", "denominator", "n", "total", "share", "low", "high",
    "residual", "p", "q", "note",
)  # fmt: skip

# Two carers and two funders in two documents, a moderator, a heading.
SMALL = pd.DataFrame(
    [
        ("d1", 1, "Chair", None, "Who starts", True, True),
        ("d1", 2, "Ana", "carer", "We are paid too little", False, True),
        ("d1", 3, "Ben", "carer", "And late", False, True),
        ("d1", 4, "Ana", "carer", "Yes indeed", False, True),
        ("d1", 5, "Cleo", "funder", "There is no money now", False, True),
        ("d2", 1, None, None, "Part two", False, False),
        ("d2", 2, "Dan", "funder", "Rates went up", False, True),
        ("d2", 3, "Ana", "carer", "Not where I work", False, True),
    ],
    columns=[
        "document", "position", "speaker", "stakeholder_type", "text", "is_moderator", "codable",
    ],
)  # fmt: skip
SMALL_CODINGS = pd.DataFrame(
    [
        ("d1", 1, "Low pay"),
        ("d1", 2, "Low pay"),
        ("d1", 2, "Low pay"),
        ("d1", 3, "Hours"),
        ("d2", 2, "Pay"),
        ("d2", 3, "Low pay"),
    ],
    columns=["document", "position", "code"],
)


def counts(table, code, level):
    rows = table[(table["code"] == code) & (table["level"] == level)]
    return rows[["n", "total"]].to_numpy().tolist()


@pytest.mark.parametrize(
    ("of", "theme", "low_pay"),
    [
        ("utterances", [[3, 4], [1, 2]], [[2, 4], [0, 2]]),
        ("words", [[11, 13], [3, 8]], [[9, 13], [0, 8]]),
        ("speakers", [[2, 2], [1, 2]], [[1, 2], [0, 2]]),
        ("documents", [[2, 2], [1, 2]], [[2, 2], [0, 2]]),
    ],
)
def test_a_small_table_by_hand(parents, of, theme, low_pay):
    table = frequency(SMALL_CODINGS, SMALL, of=of, parents=parents)
    assert tuple(table.columns) == COLUMNS
    assert set(table["denominator"]) == {of}
    assert counts(table, "Pay", "theme") == theme
    assert counts(table, "Low pay", "code") == low_pay
    assert counts(table, "Pay", "code") == [
        [0, theme[0][1]],
        [low_pay[1][0] + theme[1][0], theme[1][1]],
    ]
    assert counts(table, "Training", "theme") == [[0, theme[0][1]], [0, theme[1][1]]]
    assert counts(table, "Training", "code") == []
    assert table.attrs["moderators_left_out"] == 1
    assert table.attrs["not_codable_left_out"] == 1
    assert table.attrs["codings_left_out"] == 1
    assert table.attrs["seed"] == 1


def test_rows_stand_in_codebook_order_with_sorted_groups(parents):
    table = frequency(SMALL_CODINGS, SMALL, parents=parents)
    rows = list(zip(table["code"], table["level"], strict=True))[::2]
    assert rows == [
        ("Pay", "theme"), ("Pay", "code"), ("Low pay", "code"), ("Hours", "code"),
        ("Respect", "theme"), ("Training", "theme"),
    ]  # fmt: skip
    assert list(table["stakeholder_type"][:2]) == ["carer", "funder"]


def test_moderators_make_a_group_without_a_type_when_they_count(parents):
    table = frequency(SMALL_CODINGS, SMALL, parents=parents, moderators=True)
    assert list(table["stakeholder_type"][:3]) == ["carer", "funder", NOT_SET]
    assert counts(table, "Low pay", "code") == [[2, 4], [0, 2], [1, 1]]


def test_stated_words_win_over_the_text():
    table = frequency(SMALL_CODINGS, SMALL.assign(words=10), of="words")
    assert counts(table, "Low pay", "code") == [[20, 40], [0, 20]]


def test_without_parents_all_are_codes():
    table = frequency(SMALL_CODINGS, SMALL)
    assert set(table["level"]) == {"code"}
    assert list(dict.fromkeys(table["code"])) == ["Hours", "Low pay", "Pay"]


def test_intervals_by_hand():
    table = frequency(SMALL_CODINGS, SMALL, of="speakers")
    expected = stats.binomtest(1, 2).proportion_ci(method="wilson")
    row = table[(table["code"] == "Low pay") & (table["stakeholder_type"] == "carer")].iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("of", ["utterances", "speakers", "words"])
def test_residuals_equal_the_standardised_ones_of_the_two_by_groups_table(study, of):
    table = frequency(*study(), of=of)
    for _, rows in table.groupby("code"):
        n, total = rows["n"].to_numpy(float), rows["total"].to_numpy(float)
        cells = np.array([n, total - n])
        expected = stats.contingency.expected_freq(cells)
        row, column = cells.sum(axis=1) / cells.sum(), cells.sum(axis=0) / cells.sum()
        with np.errstate(invalid="ignore"):
            by_hand = (cells - expected) / np.sqrt(expected * np.outer(1 - row, 1 - column))
        np.testing.assert_allclose(rows["residual"], by_hand[0], atol=1e-9)


def test_p_is_about_speakers_and_equals_fisher_where_speakers_are_counted(study):
    codings, utterances = study()
    two = utterances[utterances["stakeholder_type"] != "union"]
    table = frequency(codings, two, of="speakers")
    assert table.attrs["exact"]
    for _, rows in table.groupby("code"):
        n, total = rows["n"].to_numpy(), rows["total"].to_numpy()
        if 0 < n.sum() < total.sum():
            expected = stats.fisher_exact(np.array([n, total - n])).pvalue
            assert rows["p"].to_numpy() == pytest.approx([expected] * 2)


def test_a_group_with_one_speaker_has_no_interval_and_says_so():
    alone = SMALL[SMALL["speaker"] != "Ben"]
    table = frequency(SMALL_CODINGS, alone, of="utterances")
    carers = table[table["stakeholder_type"] == "carer"]
    assert carers["low"].isna().all()
    assert carers["note"].str.startswith("no interval from one speaker").all()


def test_one_speaker_who_carries_a_code_is_pointed_out():
    table = frequency(SMALL_CODINGS, SMALL)
    note = table[(table["code"] == "Low pay") & (table["stakeholder_type"] == "carer")]["note"]
    assert note.iloc[0] == "carried by one speaker (100%): 0.0% to 66.7% without each"


def test_no_test_where_each_group_is_a_speaker():
    table = frequency(SMALL_CODINGS, SMALL, by="speaker")
    assert table["p"].isna().all()
    assert table["note"].str.contains("no test, as each group is a speaker").all()


@pytest.mark.parametrize("of", DENOMINATORS)
def test_the_order_of_the_rows_does_not_matter(study, parents, of):
    codings, utterances = study()
    table = frequency(codings, utterances, of=of, parents=parents)
    shuffled = frequency(
        codings.sample(frac=1, random_state=1),
        utterances.sample(frac=1, random_state=2),
        of=of,
        parents=parents,
    )
    pd.testing.assert_frame_equal(table, shuffled)
    assert table.attrs == shuffled.attrs


def test_names_do_not_matter(study):
    codings, utterances = study()
    table = frequency(codings, utterances)
    renamed = frequency(
        codings.assign(code="z" + codings["code"]),
        utterances.assign(speaker="z" + utterances["speaker"]),
    )
    pd.testing.assert_frame_equal(table, renamed.assign(code=renamed["code"].str[1:]))


def test_doubled_codings_count_once(study):
    codings, utterances = study()
    doubled = pd.concat([codings, codings.assign(coder="Ben")])
    pd.testing.assert_frame_equal(frequency(codings, utterances), frequency(doubled, utterances))


def test_the_seed_decides_p(study):
    codings, utterances = study()
    utterances["speaker"] = utterances["speaker"] + (utterances["position"] % 3).astype(str)
    first, second = (frequency(codings, utterances, seed=s, permutations=200) for s in (1, 2))
    assert not first.attrs["exact"]
    assert list(first["p"]) != list(second["p"])
    pd.testing.assert_frame_equal(first.drop(columns=["p", "q"]), second.drop(columns=["p", "q"]))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(DENOMINATORS), st.integers(5, 80))
def test_what_holds_for_every_study(study, parents, seed, of, many):
    codings, utterances = study(seed, many)
    table = frequency(codings, utterances, of=of, parents=parents, permutations=19)
    np.testing.assert_allclose(table["share"] * table["total"], table["n"], atol=1e-9)
    assert (table["n"] <= table["total"]).all()
    for column in ("share", "low", "high", "p", "q"):
        assert table[column].dropna().between(0, 1).all()
    known = table.dropna(subset=["low", "high"])
    assert (known["low"] <= known["share"] + 1e-12).all()
    assert (known["share"] <= known["high"] + 1e-12).all()
    assert (table["q"].dropna() >= table["p"].dropna() - 1e-12).all()
    groups = table["stakeholder_type"].unique()
    assert len(table) % max(len(groups), 1) == 0
    theme = table[(table["code"] == "Pay") & (table["level"] == "theme")]["n"].to_numpy()
    for child in ("Low pay", "Hours"):
        below = table[(table["code"] == child) & (table["level"] == "code")]["n"].to_numpy()
        assert (theme >= below).all()


def test_words_of_the_groups_add_up_to_all_that_count(study):
    codings, utterances = study()
    table = frequency(codings, utterances, of="words")
    counted = utterances[utterances["codable"] & ~utterances["is_moderator"]]
    words = sum(len(text.split()) for text in counted["text"])
    assert table[table["code"] == "Pay"]["total"].sum() == words
    assert table.attrs["utterances"] == len(counted)


def test_numbers_and_gaps_make_groups():
    years = SMALL.assign(year=[2020, 2021, None, 2021, 2021, 2020, 2020, 2021])
    table = frequency(SMALL_CODINGS, years, by="year")
    assert list(dict.fromkeys(table["year"])) == ["2020", "2021", NOT_SET]


def test_an_empty_text_is_no_group_of_its_own():
    blank = SMALL.assign(stakeholder_type=["", "carer", " ", None, NOT_SET, "x", "funder", "carer"])
    table = frequency(SMALL_CODINGS, blank)
    assert list(dict.fromkeys(table["stakeholder_type"])) == ["carer", "funder", NOT_SET]


@pytest.mark.parametrize("of", DENOMINATORS)
def test_nothing_that_counts_gives_an_empty_table(parents, of):
    silent = frequency(SMALL_CODINGS, SMALL.assign(is_moderator=True), of=of, parents=parents)
    assert tuple(silent.columns) == COLUMNS
    assert len(silent) == 0
    assert silent.attrs["moderators_left_out"] == 7
    assert len(frequency(SMALL_CODINGS[:0], SMALL[:0], of=of)) == 0


@pytest.mark.parametrize("of", DENOMINATORS)
def test_no_codings_give_zeros_without_tests(parents, of):
    table = frequency(SMALL_CODINGS[:0], SMALL, of=of, parents=parents)
    assert set(table["n"]) == {0}
    assert table["p"].isna().all()
    assert table["residual"].isna().all()
    assert table["note"].str.contains("no test, as it is never said").all()


def test_one_document_one_group_one_speaker(parents):
    only = SMALL[SMALL["speaker"] == "Ana"]
    table = frequency(SMALL_CODINGS, only, parents=parents)
    assert table["low"].isna().all()
    assert table["p"].isna().all()
    assert table["note"].iloc[0] == "no interval from one speaker; no test, as there is one group"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"of": "turns"}, "of: there is no denominator 'turns'; one of utterances, words"),
        ({"by": "age"}, "by: utterances cannot be grouped by 'age'; one of document, speaker"),
        ({"by": "text"}, "utterances cannot be grouped by 'text'"),
        ({"permutations": 0}, "permutations: 0 permutations are too few; at least 1"),
    ],
)
def test_bad_options_are_refused_with_what_is_allowed(options, sentence):
    with pytest.raises(OptionError) as caught:
        frequency(SMALL_CODINGS, SMALL, **options)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(("missing", "of"), [("text", "words"), ("speaker", "utterances")])
def test_a_column_that_is_needed_is_named(missing, of):
    with pytest.raises(OptionError, match=f"utterances has no column '{missing}'; it has codable"):
        frequency(SMALL_CODINGS, SMALL.drop(columns=missing), of=of)


def test_a_document_counts_once_however_often_its_only_speaker_says_it():
    utterances = pd.DataFrame(
        {
            "document": ["a", "a", "a", "b"],
            "position": [1, 2, 3, 1],
            "speaker": ["Ann", "Ann", "Ann", "Bob"],
            "stakeholder_type": ["carer", "carer", "carer", "funder"],
            "text": ["x"] * 4,
        }
    )
    codings = utterances.head(3)[["document", "position"]].assign(code="Pay", coder="Ana")
    table = frequency(codings, utterances, of="documents").set_index("stakeholder_type")
    assert table.loc["carer", ["n", "total"]].tolist() == [1, 1]
    assert table.loc["funder", ["n", "total"]].tolist() == [0, 1]


CODER_CODINGS = pd.DataFrame(
    [("d1", 2, "Low pay", "Kim"), ("d1", 3, "Low pay", "Kim"), ("d1", 2, "Low pay", "Lou")],
    columns=["document", "position", "code", "coder"],
)
LOOKED_AT = pd.DataFrame(
    [("d1", n, "Kim") for n in (2, 3, 4, 5)] + [("d1", n, "Lou") for n in (2, 3)],
    columns=["document", "position", "coder"],
)


def test_coders_and_rounds_have_the_utterances_they_looked_at_as_denominator():
    table = frequency(CODER_CODINGS, SMALL, by="coder", reviewed=LOOKED_AT)
    assert table["coder"].tolist() == ["Kim", "Lou"]
    assert table[["n", "total"]].to_numpy().tolist() == [[2, 4], [1, 2]]
    assert table["p"].isna().all()
    assert table["note"].str.contains("no test, as the groups share their utterances").all()
    assert table.attrs["documents"] == 1
    with pytest.raises(OptionError, match="codings has no column 'round'"):
        frequency(CODER_CODINGS, SMALL, by="round", reviewed=LOOKED_AT)


def test_where_speakers_are_in_several_groups_their_groups_are_shuffled_within_them(study):
    codings, utterances = study(2)
    halves = utterances.assign(half=np.where(utterances["position"] <= 120, "first", "second"))
    table = frequency(codings, halves, by="half")
    assert table.attrs["within_speakers"]
    assert table.attrs["speakers_in_several_groups"] == table.attrs["speakers"] == 8
    counted = halves[halves["codable"] & ~halves["is_moderator"]]
    marked = counted.merge(
        codings[codings["code"] == "Pay"], how="left", on=["document", "position"]
    )
    by_voice = marked.assign(x=marked["coder"].notna()).groupby(["speaker", "half"])["x"]
    n, total = by_voice.sum().unstack().to_numpy(float), by_voice.count().unstack().to_numpy(float)

    def chi_square(flip):
        a, b = np.where(flip, n[:, 1], n[:, 0]).sum(), np.where(flip, n[:, 0], n[:, 1]).sum()
        s = np.where(flip, total[:, 1], total[:, 0]).sum()
        rest = total.sum() - s
        return stats.chi2_contingency([[a, b], [s - a, rest - b]], correction=False).statistic

    flips = np.array(np.meshgrid(*[[False, True]] * 8)).reshape(8, -1).T
    exact = np.mean([chi_square(flip) >= chi_square(flips[0]) - 1e-9 for flip in flips])
    assert table[table["code"] == "Pay"]["p"].iloc[0] == pytest.approx(exact, abs=0.05)
