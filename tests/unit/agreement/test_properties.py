"""What must hold for any codings, on random matrices with missing cells and unfinished coders."""

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.agreement import ALL_CODES, agreement
from qualkit.agreement.coefficients import COEFFICIENTS

EVERY = [*COEFFICIENTS, "prevalence", "holsti", "masi_alpha", "jaccard_alpha", "dice_alpha",
         "multivalued_alpha", "tree_alpha"]  # fmt: skip


@st.composite
def studies(draw):
    """Codings and reviewed: 1 to 5 coders, 1 to 6 codes, some of them constant, cells missing."""
    seed = draw(st.integers(0, 2**31))
    coders, codes = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    documents, units = draw(st.integers(1, 7)), draw(st.integers(1, 60))
    random = np.random.default_rng(seed)
    share = random.choice([0.0, 0.1, 0.4, 1.0], codes, p=[0.1, 0.4, 0.4, 0.1])
    given_ = random.random((coders, units, codes)) < share
    done = random.random((coders, units)) < random.choice([0.0, 0.5, 0.9, 1.0], coders)[:, None]
    place = [(f"d{at % documents}", at) for at in range(units)]
    rows = [
        (*place[u], f"c{k}", f"coder {c}")
        for c, u, k in zip(*np.nonzero(given_ & done[:, :, None]), strict=True)
    ]
    seen = [(*place[u], f"coder {c}") for c, u in zip(*np.nonzero(done), strict=True)]
    matrix = np.where(done[:, :, None], given_, np.nan)
    codings = pd.DataFrame(rows, columns=["document", "position", "code", "coder"])
    reviewed = pd.DataFrame(seen, columns=["document", "position", "coder"])
    parents = {f"c{k}": f"c{k - 1}" if k % 3 == 1 else None for k in range(codes)}
    return codings, reviewed, matrix, parents


def table_of(codings, reviewed, parents, **options):
    return agreement(codings, reviewed, parents=parents, coefficients=EVERY, **options)


@settings(max_examples=40, deadline=None)
@given(studies())
def test_alpha_is_what_the_library_says(study):
    codings, reviewed, matrix, parents = study
    table = agreement(codings, reviewed, parents=parents, coefficients=["alpha"])
    found = table.set_index(["code", "coefficient"])["value"]
    for at, code in enumerate(parents):
        ratings = matrix[:, :, at]
        paired = ratings[:, np.isfinite(ratings).sum(axis=0) >= 2]
        if len(set(paired[np.isfinite(paired)].tolist())) < 2:
            assert np.isnan(found[code, "alpha"])
        else:
            theirs = krippendorff.alpha(ratings, level_of_measurement="nominal")
            assert found[code, "alpha"] == pytest.approx(theirs, abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(studies(), st.integers(0, 99))
def test_the_order_of_rows_does_not_matter(study, seed):
    codings, reviewed, _, parents = study
    shuffled = [one.sample(frac=1, random_state=seed) for one in (codings, reviewed)]
    pd.testing.assert_frame_equal(
        table_of(codings, reviewed, parents), table_of(*shuffled, parents), atol=1e-12
    )


@settings(max_examples=20, deadline=None)
@given(studies())
def test_other_names_change_nothing(study):
    codings, reviewed, _, parents = study

    def renamed(frame):
        changed = frame.assign(
            coder=frame["coder"].str.replace("coder ", "Person "), document="x" + frame["document"]
        )
        if "code" in frame:
            changed["code"] = "the " + frame["code"]
        return changed

    other = {f"the {code}": above and f"the {above}" for code, above in parents.items()}
    before = table_of(codings, reviewed, parents)
    after = table_of(renamed(codings), renamed(reviewed), other)
    numbers = before.columns.drop(["code", "coefficient", "reason"])
    pd.testing.assert_frame_equal(before[numbers], after[numbers], atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(studies())
def test_categorical_columns_give_the_same(study):
    codings, reviewed, _, parents = study
    names = ("document", "coder")
    as_categories = [
        frame.astype(dict.fromkeys([n for n in (*names, "code") if n in frame], "category"))
        for frame in (codings, reviewed)
    ]
    pd.testing.assert_frame_equal(
        table_of(codings, reviewed, parents), table_of(*as_categories, parents), atol=1e-12
    )


@settings(max_examples=20, deadline=None)
@given(studies())
def test_a_coder_alone_with_utterances_of_their_own_changes_nothing(study):
    codings, reviewed, _, parents = study
    own = pd.DataFrame({"document": ["d0"], "position": [1000], "coder": ["late"]})
    before = table_of(codings, reviewed, parents)
    after = table_of(codings, pd.concat([reviewed, own]), parents)
    pd.testing.assert_frame_equal(before, after, atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(studies())
def test_splitting_documents_changes_intervals_and_no_value(study):
    codings, reviewed, _, parents = study

    def split(frame):
        return frame.assign(document=frame["document"] + (frame["position"] // 20).astype(str))

    before = table_of(codings, reviewed, parents)
    after = table_of(split(codings), split(reviewed), parents)
    np.testing.assert_allclose(before["value"], after["value"], atol=1e-12)
    assert (before["n"] == after["n"]).all()


@settings(max_examples=20, deadline=None)
@given(studies(), st.sampled_from(["jackknife", "bootstrap"]))
def test_values_stay_on_their_scale_and_inside_their_interval(study, interval):
    codings, reviewed, _, parents = study
    table = table_of(codings, reviewed, parents, interval=interval, resamples=50)
    known = table[table["value"].notna()]
    assert (known["value"] <= 1 + 1e-12).all()
    bounded = known[known["low"].notna()]
    assert (
        (bounded["low"] <= bounded["value"] + 1e-9) & (bounded["value"] <= bounded["high"] + 1e-9)
    ).all()
    assert table.loc[table["value"].isna(), "reason"].notna().all()
    assert (table["positives"] + table["neither"] == table["n"]).all()


def test_alpha_moves_to_a_limit_as_the_data_are_doubled(frames_of, value_of):
    ratings = [[["x"], ["x"]], [["x"], []], [[], []], [[], []], [["x"], ["x"]]]
    values = [
        value_of(agreement(*frames_of(ratings * many)), "alpha") for many in (1, 2, 4, 400, 4000)
    ]
    pi = value_of(agreement(*frames_of(ratings), coefficients=["scott_pi"]), "scott_pi")
    assert sorted(values, reverse=True) == values
    assert values[-1] == pytest.approx(pi, abs=1e-4)


def test_seventy_codes_fit_in_two_words(frames_of, value_of):
    random = np.random.default_rng(5)
    codes = [f"c{k:02d}" for k in range(70)]
    ratings = [
        [[code for code in codes if random.random() < 0.05] for _ in range(2)] for _ in range(40)
    ]
    whole = agreement(*frames_of(ratings), coefficients=["alpha", "jaccard_alpha"])
    assert len(whole) == 70 + 4
    distances = [
        1 - len(set(a) & set(b)) / len(set(a) | set(b)) if a or b else 0.0
        for a in [s for row in ratings for s in row]
        for b in [s for row in ratings for s in row]
    ]
    observed = [
        1 - len(set(a) & set(b)) / len(set(a) | set(b)) if a or b else 0.0 for a, b in ratings
    ]
    expected = sum(distances) / (80 * 79)
    assert value_of(whole, "jaccard_alpha", ALL_CODES) == pytest.approx(
        1 - np.mean(observed) / expected, abs=1e-12
    )
