from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.agreement import agreement
from qualkit.agreement.reading import NOTHING, alpha_of, by_utterance, read_units
from qualkit.errors import OptionError, UnknownNameError

PARENTS = {"Pay": None, "Low pay": "Pay", "Hours": None}


@pytest.fixture
def frames(frames_of):
    random = np.random.default_rng(3)
    ratings = [
        [
            [c for c in PARENTS if random.random() < 0.3] if random.random() < 0.8 else None
            for _ in range(3)
        ]
        for _ in range(150)
    ]
    return frames_of(ratings, [f"d{i % 7}" for i in range(150)])


def spoken(reviewed: pd.DataFrame) -> pd.DataFrame:
    places = reviewed[["document", "position"]].drop_duplicates()
    return places.assign(speaker="Ann", text=[f"words {n}" for n in range(len(places))])


@pytest.mark.parametrize("level", ["code", "theme"])
def test_the_sums_give_the_alpha_of_the_agreement_table(frames, level):
    found = read_units(*frames, parents=PARENTS, level=level)
    one = np.zeros(len(found.units), dtype=np.int64)
    table = agreement(*frames, parents=PARENTS, level=level, coefficients=["alpha"])
    alpha = alpha_of(*found.sums(one, 1))[0]
    expected = table[table["coefficient"] == "alpha"].set_index("code")["value"]
    assert alpha == pytest.approx(expected[list(found.codes)].to_numpy(), abs=1e-12)
    micro = alpha_of(*found.sums(one, 1), together=True)[0]
    expected = table.loc[table["coefficient"] == "micro_alpha", "value"].item()
    assert micro == pytest.approx(expected, abs=1e-12)


@given(st.lists(st.lists(st.sampled_from([0, 1, None]), min_size=3, max_size=3), min_size=2))
def test_alpha_is_krippendorffs_on_any_matrix(ratings):
    rows = [
        ("d", unit, f"c{coder}", value)
        for unit, row in enumerate(ratings)
        for coder, value in enumerate(row)
        if value is not None
    ]
    table = pd.DataFrame(rows, columns=["document", "position", "coder", "value"])
    codings = table[table["value"] == 1].assign(code="x")
    found = read_units(codings, table, parents={"x": None})
    ours = alpha_of(*found.sums(np.zeros(len(found.units), dtype=np.int64), 1))[0, 0]
    krippendorff = pytest.importorskip("krippendorff")
    matrix = np.array([[np.nan if v is None else v for v in row] for row in ratings], float).T
    pairable = matrix[:, np.isfinite(matrix).sum(axis=0) > 1]
    values = pairable[np.isfinite(pairable)]
    if len(np.unique(values)) < 2:
        assert np.isnan(ours)
    else:
        assert ours == pytest.approx(krippendorff.alpha(matrix, level_of_measurement="nominal"))


def test_each_row_says_who_gave_what_in_document_order(frames):
    codings, reviewed = frames
    said = spoken(reviewed).iloc[::-1]
    table = by_utterance(codings, reviewed, said, parents=PARENTS)
    places = said.merge(table[["document", "position"]])[["document", "position"]]
    pd.testing.assert_frame_equal(table[["document", "position"]], places)
    given = codings.groupby(["document", "position", "coder"])["code"].agg(set)
    for row in table.to_dict("records"):
        for coder in ("coder 00", "coder 01", "coder 02"):
            codes = given.get((row["document"], row["position"], coder))
            cell = row[coder]
            if codes is not None:
                assert set(cell.split("; ")) == codes
            else:
                looked = reviewed.eq([row["document"], row["position"], coder]).all(axis=1).any()
                assert cell == NOTHING if looked else pd.isna(cell)


def test_only_disagreements_leaves_the_unanimous_out(frames):
    codings, reviewed = frames
    whole = by_utterance(codings, reviewed, spoken(reviewed), parents=PARENTS)
    some = by_utterance(
        codings, reviewed, spoken(reviewed), parents=PARENTS, only_disagreements=True
    )
    assert 0 < len(some) < len(whole)
    assert not some["agreed"].any()
    assert some["differs_on"].notna().all()
    assert whole.loc[whole["agreed"], "differs_on"].isna().all()


def test_certainty_and_memos_stand_beside(frames_of):
    codings, reviewed = frames_of([[["Pay"], ["Pay", "Hours"]], [["Pay"], []]])
    codings = codings.assign(certainty=[2, None, 1, None], memo=[None, "strong", None, "odd"])
    table = by_utterance(codings, reviewed, spoken(reviewed))
    assert table["certainty"].tolist()[0] == "coder 00: Pay 2; coder 01: Hours 1"
    assert table["memos"].tolist() == ["coder 01: Pay: strong", "coder 00: Pay: odd"]
    assert table["differs_on"].tolist() == ["Hours", "Pay"]


def test_a_coder_called_like_a_column_keeps_a_column(frames_of):
    codings, reviewed = frames_of([[["Pay"], []]])
    names = {"coder 00": "text", "coder 01": "Ben"}
    codings, reviewed = (one.assign(coder=one["coder"].map(names)) for one in (codings, reviewed))
    table = by_utterance(codings, reviewed, spoken(reviewed))
    assert table[["text", "text (coder)", "Ben"]].values.tolist() == [["words 0", "Pay", NOTHING]]


def test_nothing_to_compare_gives_an_empty_table(frames_of):
    codings, reviewed = frames_of([[["Pay"], None], [None, ["Pay"]]])
    assert by_utterance(codings, reviewed, spoken(reviewed)).empty


def test_a_code_outside_the_codebook_is_an_error(frames):
    with pytest.raises(UnknownNameError, match="'Hours' is not in the codebook"):
        read_units(*frames, parents={"Pay": None, "Low pay": "Pay"})


def test_a_missing_column_and_a_wrong_level_are_errors(frames):
    with pytest.raises(OptionError, match="the column 'coder' is missing"):
        read_units(frames[0], frames[1].drop(columns="coder"))
    with pytest.raises(OptionError, match="no level 'sub'"):
        read_units(*frames, level="sub")


@pytest.fixture
def versioned(frames):
    """Two versions of the codebook: the first has no "Hours", and half was coded under it."""
    codings, reviewed = frames
    old = {"d0", "d1", "d2"}

    def version(frame: pd.DataFrame) -> pd.DataFrame:
        is_old = frame["document"].isin(old) & (frame["coder"] != "coder 02")
        return frame.assign(codebook_version=np.where(is_old, 1, 2))

    codings, reviewed = version(codings), version(reviewed)
    gone = (codings["codebook_version"] == 1) & (codings["code"] == "Hours")
    return codings[~gone], reviewed, {1: ["Pay", "Low pay"], 2: list(PARENTS)}


def test_a_code_that_a_version_lacks_is_missing_as_in_the_agreement_table(versioned):
    codings, reviewed, versions = versioned
    options = {"parents": PARENTS, "versions": versions}
    found = read_units(codings, reviewed, **options)
    table = agreement(codings, reviewed, coefficients=["alpha"], **options)
    expected = table[table["coefficient"] == "alpha"].set_index("code")["value"]
    one = np.zeros(len(found.units), dtype=np.int64)
    assert alpha_of(*found.sums(one, 1))[0] == pytest.approx(
        expected[list(found.codes)].to_numpy(), abs=1e-12
    )
    naive = read_units(codings, reviewed, parents=PARENTS)
    assert alpha_of(*naive.sums(one, 1))[0, 2] != pytest.approx(expected["Hours"], abs=1e-3)


def test_nobody_disagrees_on_a_code_that_the_others_lacked(versioned):
    codings, reviewed, versions = versioned
    table = by_utterance(codings, reviewed, spoken(reviewed), parents=PARENTS, versions=versions)
    old = table["document"].isin(["d0", "d1", "d2"])
    assert not table.loc[old, "differs_on"].fillna("").str.contains("Hours").any()
    assert table.loc[~old, "differs_on"].fillna("").str.contains("Hours").any()


def test_a_version_that_is_not_named_is_an_error(versioned):
    codings, reviewed, versions = versioned
    with pytest.raises(UnknownNameError, match="no version 2"):
        read_units(codings, reviewed, parents=PARENTS, versions={1: versions[1]})
