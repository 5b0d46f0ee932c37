import math

import numpy as np
import pandas as pd
import pytest

from qualkit.agreement import ALL_CODES, agreement
from qualkit.agreement.rows import COLUMNS
from qualkit.errors import OptionError

PARENTS = {"Pay": None, "Low pay": "Pay", "Hours": None}


@pytest.fixture
def frames(frames_of):
    random = np.random.default_rng(7)
    codes = ["Pay", "Low pay", "Hours"]
    ratings = [
        [[c for c in codes if random.random() < 0.4] if random.random() < 0.9 else None] * 1
        + [[c for c in codes if random.random() < 0.4] for _ in range(2)]
        for _ in range(120)
    ]
    return frames_of(ratings, [f"d{i % 6}" for i in range(120)])


def test_the_columns_and_types_are_the_contract(frames):
    table = agreement(*frames, parents=PARENTS)
    assert tuple(table.columns) == COLUMNS
    assert [str(table[c].dtype) for c in ("value", "low", "high")] == ["float64"] * 3
    whole = ["n", "positives", "neither", "documents", "coders"]
    assert {str(table[c].dtype) for c in whole} == {"int64"}
    assert table["reason"].dtype == object
    assert (table["positives"] + table["neither"] == table["n"]).all()
    assert table.attrs["coder_names"] == ["coder 00", "coder 01", "coder 02"]


def test_rows_stand_in_codebook_order_with_all_codes_last(frames):
    table = agreement(*frames, parents=PARENTS, coefficients=["alpha", "kappa"])
    assert list(table["code"]) == [*np.repeat(list(PARENTS), 2), ALL_CODES, ALL_CODES]
    assert list(table["coefficient"][:2]) == ["alpha", "conger_kappa"]
    assert list(table["coefficient"][-2:]) == ["micro_alpha", "macro_alpha"]


def test_the_order_of_the_rows_does_not_matter(frames):
    codings, reviewed = frames
    shuffled = agreement(
        codings.sample(frac=1, random_state=1), reviewed.sample(frac=1, random_state=2)
    )
    pd.testing.assert_frame_equal(agreement(codings, reviewed), shuffled)


def test_doubled_rows_and_further_columns_do_not_matter(frames):
    codings, reviewed = frames
    doubled = pd.concat([codings, codings.assign(memo="again")]).assign(start=3)
    pd.testing.assert_frame_equal(
        agreement(codings, reviewed), agreement(doubled, pd.concat([reviewed, reviewed]))
    )


def test_the_names_of_coders_and_documents_do_not_matter(frames):
    def renamed(frame):
        return frame.assign(
            coder=frame["coder"].str.replace("coder 0", "Z"), document="x" + frame["document"]
        )

    pd.testing.assert_frame_equal(agreement(*frames), agreement(*map(renamed, frames)))


def test_naming_coders_leaves_the_others_out(frames, value_of):
    codings, reviewed = frames
    pair = ["coder 01", "coder 02"]
    table = agreement(codings, reviewed, coders=pair)
    alone = agreement(codings[codings["coder"].isin(pair)], reviewed[reviewed["coder"].isin(pair)])
    pd.testing.assert_frame_equal(table, alone)
    assert set(table["coders"]) == {2}
    assert np.isfinite(value_of(table, "pooled_kappa", ALL_CODES))


def test_theme_level_equals_renaming_the_codes_to_their_themes(frames):
    codings, reviewed = frames
    rolled = codings.assign(code=codings["code"].replace({"Low pay": "Pay"}))
    themes = agreement(codings, reviewed, parents=PARENTS, level="theme")
    by_hand = agreement(rolled, reviewed, parents={"Pay": None, "Hours": None})
    pd.testing.assert_frame_equal(themes, by_hand)


def test_codes_nobody_applied_keep_their_rows(frames, value_of):
    table = agreement(*frames, parents={**PARENTS, "Training": None})
    assert math.isnan(value_of(table, "alpha", "Training"))
    assert value_of(table, "alpha", "Training", "reason") == "the code was never applied"
    assert value_of(table, "percent", "Training") == 1.0
    assert value_of(table, "alpha", "Training", "neither") == 120


def test_one_coder_gives_reasons_not_numbers(frames):
    codings, reviewed = (f[f["coder"] == "coder 01"] for f in frames)
    table = agreement(codings, reviewed, coefficients=["alpha", "percent", "ac1", "kappa"])
    assert table["value"].isna().all()
    assert set(table["reason"]) == {"no utterance was finished by two coders"}
    assert set(table["n"]) == {0}


def test_a_coder_of_whom_there_is_nothing_is_named(frames):
    table = agreement(*frames, coders=["coder 01", "Zoe"])
    assert set(table["reason"]) == {
        "no utterance was finished by two coders; there is nothing by Zoe"
    }


def test_no_codings_at_all(frames):
    codings, reviewed = frames
    table = agreement(codings[:0], reviewed, parents=PARENTS, coefficients=["alpha"])
    assert list(table["reason"][:3]) == ["the code was never applied"] * 3
    assert list(table["value"].isna()) == [True] * 5
    assert set(table["n"]) == {120}
    nothing = agreement(codings[:0], reviewed[:0])
    assert list(nothing["coefficient"]) == ["micro_alpha", "macro_alpha", "masi_alpha"]
    assert nothing["value"].isna().all()


def test_no_codes_but_two_coders_say_that_nothing_varies(frames):
    codings, reviewed = frames
    table = agreement(codings[:0], reviewed, coefficients=["alpha", "jaccard_alpha"])
    assert set(table["reason"]) == {
        "no code was applied to some utterances and not others",
        "every judgement is the same set of codes",
    }


def test_one_document_has_values_but_no_interval(frames):
    codings, reviewed = (f.assign(document="only") for f in frames)
    table = agreement(codings, reviewed)
    assert table["value"].notna().all()
    assert table["low"].isna().all()
    assert table["reason"].str.startswith("no interval from 1 document, it takes 5").all()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"level": "word"}, "level: there is no level 'word'; one of code, rollup, theme."),
        ({"coefficients": ["beta"]}, "there is no coefficient 'beta'; a list of some of kappa"),
        ({"coefficients": "alpha"}, "'alpha' is not a list of coefficients"),
    ],
)
def test_bad_options_are_refused_with_what_is_allowed(frames, options, sentence):
    with pytest.raises(OptionError) as caught:
        agreement(*frames, **options)
    assert sentence in str(caught.value)


def test_at_hand_without_codings_is_harmless(frames):
    codings, reviewed = frames
    available = pd.DataFrame(columns=["document", "coder", "code"])
    pd.testing.assert_frame_equal(
        agreement(codings, reviewed), agreement(codings, reviewed, available=available)
    )
    assert len(agreement(codings[:0], reviewed, available=available)) == 3


def test_the_table_is_the_same_when_codes_are_taken_one_at_a_time(frames, monkeypatch):
    available = pd.DataFrame(
        [(f"d{i}", f"coder 0{c}", "Hours") for i in range(6) for c in range(3) if i or c],
        columns=["document", "coder", "code"],
    )
    for options in ({}, {"parents": PARENTS}, {"available": available}):
        whole = agreement(*frames, **options)
        with monkeypatch.context() as patch:
            patch.setattr("qualkit.agreement.counts._CELLS_AT_ONCE", 1)
            pd.testing.assert_frame_equal(whole, agreement(*frames, **options))


def test_a_code_that_two_coders_never_had_together_says_so(frames, value_of):
    codings, reviewed = frames
    available = pd.DataFrame([("d0", "coder 00", "Late")], columns=["document", "coder", "code"])
    table = agreement(codings, reviewed, parents={**PARENTS, "Late": None}, available=available)
    assert value_of(table, "alpha", "Late", "n") == 0
    assert value_of(table, "percent", "Late", "reason") == (
        "no utterance was finished by two coders who had this code"
    )
    with pytest.raises(OptionError, match="available: the column 'coder' is missing"):
        agreement(codings, reviewed, available=available.drop(columns="coder"))
