from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from qualkit.agreement.units import Counts, judge, seen_in, tally, themes_of, unit_table
from qualkit.errors import OptionError, UnknownNameError

CODINGS = pd.DataFrame(
    [
        ("d2", 7, "Low pay", "Ben"),
        ("d1", 1, "Pay", "Ana"),
        ("d1", 1, "Low pay", "Ana"),
        ("d1", 1, "Low pay", "Ana"),
        ("d1", 1, "Low pay", "Ben"),
        ("d1", 2, "Hours", "Ana"),
    ],
    columns=["document", "position", "code", "coder"],
)
REVIEWED = pd.DataFrame(
    [("d1", 1, "Ana"), ("d1", 1, "Ben"), ("d1", 2, "Ben"), ("d2", 7, "Ana")],
    columns=["document", "position", "coder"],
)
PARENTS = {"Pay": None, "Low pay": "Pay", "Hours": None}


def counted(judged):
    """The counts of all codes together, in the order of the codes."""
    parts = list(tally(judged))
    order = np.argsort(np.concatenate([codes for codes, _ in parts]))
    return Counts(
        **{
            field.name: np.concatenate([getattr(c, field.name) for _, c in parts], -1)[..., order]
            for field in fields(Counts)
        }
    )


def test_each_fact_counts_once_and_a_coding_counts_as_reviewed():
    judged = judge(CODINGS, REVIEWED, parents=PARENTS)
    assert judged.codes == ("Pay", "Low pay", "Hours")
    assert judged.coders == ("Ana", "Ben")
    assert np.bitwise_count(judged.applied).sum() == 5
    assert np.bitwise_count(judged.finished_by).sum() == 6


def test_counts_per_document_and_code():
    judged = judge(CODINGS, REVIEWED, parents=PARENTS)
    counts, seen = counted(judged), seen_in(judged)
    assert counts.units.tolist() == [[2, 2, 2], [1, 1, 1]]
    assert counts.applied.tolist() == [[1, 2, 1], [0, 1, 0]]
    assert counts.split.tolist() == [[1, 0, 1], [0, 1, 0]]
    assert counts.touched.tolist() == [[1, 1, 1], [0, 1, 0]]
    assert counts.coder_applied[0].tolist() == [[1, 1, 1], [0, 0, 0]]
    assert (seen.units, seen.touched, seen.coders.tolist()) == (3, 3, [True, True])


def test_a_theme_is_there_where_it_or_any_child_is():
    judged = judge(CODINGS, REVIEWED, parents=PARENTS, level="theme")
    counts = counted(judged)
    assert judged.codes == ("Pay", "Hours")
    assert counts.applied.tolist() == [[2, 1], [1, 0]]
    assert counts.split.tolist() == [[0, 1], [1, 0]]


def test_without_each_is_the_total_less_the_document():
    counts = counted(judge(CODINGS, REVIEWED, parents=PARENTS))
    left = counts.without_each()
    assert left.applied.tolist() == [[0, 1, 0], [1, 2, 1]]
    np.testing.assert_array_equal(
        left.units + counts.units, counts.total().units[None].repeat(2, 0)
    )


def test_a_code_that_was_not_at_hand_is_missing():
    available = pd.DataFrame(
        [("d1", "Ana", "Hours"), ("d2", "Ana", "Hours"), ("d2", "Ben", "Hours")],
        columns=["document", "coder", "code"],
    )
    judged = judge(CODINGS, REVIEWED, parents=PARENTS, available=available)
    counts, seen = counted(judged), seen_in(judged)
    assert counts.units.tolist() == [[2, 2, 0], [1, 1, 1]]
    assert counts.applied[:, 2].tolist() == [0, 0]
    assert seen.units == 3


def test_a_code_that_was_applied_was_at_hand():
    available = pd.DataFrame([("d1", "Ben", "Hours")], columns=["document", "coder", "code"])
    counts = counted(judge(CODINGS, REVIEWED, parents=PARENTS, available=available))
    assert counts.units[:, 2].tolist() == [2, 0]
    assert counts.applied[:, 2].tolist() == [1, 0]


def test_a_missing_column_is_named_with_what_there_is():
    with pytest.raises(OptionError, match=r"codings: the column 'coder' is missing; there is doc"):
        judge(CODINGS.drop(columns="coder"), REVIEWED)
    with pytest.raises(OptionError, match="reviewed: the column 'document' is missing"):
        judge(CODINGS, pd.DataFrame())


def test_empty_cells_and_odd_positions_are_refused():
    with pytest.raises(OptionError, match="the column 'code' has 1 empty cell"):
        judge(CODINGS.assign(code=[None, *CODINGS["code"][1:]]), REVIEWED)
    with pytest.raises(OptionError, match="no whole number"):
        judge(CODINGS.assign(position="third"), REVIEWED)
    with pytest.raises(OptionError, match="no whole number"):
        judge(CODINGS.assign(position=1.5), REVIEWED)


def test_a_code_outside_the_codebook_is_refused():
    with pytest.raises(UnknownNameError, match="'Hours' is not in the codebook"):
        judge(CODINGS, REVIEWED, parents={"Pay": None, "Low pay": "Pay"})


def test_a_codebook_that_is_no_tree_is_refused():
    with pytest.raises(OptionError, match="is not a code"):
        themes_of({"a": "b"})
    with pytest.raises(OptionError, match="below itself"):
        themes_of({"a": "b", "b": "a"})


def test_deep_codes_belong_to_the_theme_at_the_top():
    assert themes_of({"a": None, "b": "a", "c": "b"}) == {"a": "a", "b": "a", "c": "a"}


def test_many_documents_are_taken_some_codes_at_a_time(monkeypatch):
    judged = judge(CODINGS, REVIEWED, parents=PARENTS)
    whole = counted(judged)
    monkeypatch.setattr("qualkit.agreement.counts._CELLS_AT_ONCE", 4)
    assert [codes.tolist() for codes, _ in tally(judged)] == [[0, 1], [2]]
    for field in fields(Counts):
        expected = getattr(whole, field.name)
        np.testing.assert_array_equal(getattr(counted(judged), field.name), expected)


def test_a_code_is_missing_where_the_coders_version_lacked_it():
    codings = CODINGS.assign(codebook_version=[2, 1, 1, 1, 1, 1])
    reviewed = REVIEWED.assign(codebook_version=[1, 1, 1, 2])
    versions = {1: ["Pay", "Low pay", "Hours"], 2: ["Pay", "Low pay"]}
    judged = judge(codings, reviewed, parents=PARENTS, versions=versions)
    counts = counted(judged)
    assert counts.units.tolist() == [[2, 2, 2], [1, 1, 0]]
    theme = judge(codings, reviewed, parents=PARENTS, level="theme", versions={1: ["Hours"], 2: []})
    # a theme is there as soon as a version has anything of it, or somebody applied it
    assert counted(theme).units.tolist() == [[1, 2], [0, 0]]
    with pytest.raises(UnknownNameError, match="codebook_version: there is no version 2"):
        judge(codings, reviewed, parents=PARENTS, versions={1: ["Pay"]})
    with pytest.raises(OptionError, match="the column 'codebook_version' is missing"):
        judge(CODINGS, reviewed, parents=PARENTS, versions=versions)


def test_a_code_counts_where_anything_below_it_was_applied():
    judged = judge(CODINGS, REVIEWED, parents=PARENTS, level="rollup")
    assert judged.codes == ("Pay", "Low pay", "Hours")
    assert counted(judged).applied.tolist() == [[2, 2, 1], [1, 1, 0]]


def test_the_unit_table_shows_who_applied_what():
    table = unit_table(judge(CODINGS, REVIEWED, parents=PARENTS))
    assert list(table.columns) == ["document", "position", "coder", *PARENTS]
    assert table[["document", "position", "coder"]].to_numpy().tolist() == [
        ["d1", 1, "Ana"], ["d1", 1, "Ben"], ["d1", 2, "Ana"], ["d1", 2, "Ben"],
        ["d2", 7, "Ana"], ["d2", 7, "Ben"],
    ]  # fmt: skip
    assert table["Low pay"].tolist() == [True, True, False, False, False, True]
