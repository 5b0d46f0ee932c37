"""Words that mark a group off, against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from qualkit.analysis.keywords import _compared, keywords
from qualkit.errors import OptionError

ALL = {"at_least": 1, "least_z": 0.0}


def said(*rows: tuple[str, int, str, str], kind: list[str] | None = None) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["document", "position", "speaker", "text"])
    return table if kind is None else table.assign(stakeholder_type=kind)


def coded(*rows: tuple[str, int, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["document", "position", "code"])


TALK = said(("d", 1, "Ann", "Pay, pay: low"), ("e", 1, "Bob", "pay? bus bus late bus"))


def test_the_measure_is_that_worked_out_by_hand():
    """With a prior as strong as the text, a is the word's own count: 3 for pay, 1 for low.

    pay: ln (2+3)/(3+8-2-3) - ln (1+3)/(5+8-1-3) = ln 5/6 - ln 4/9 = ln 1.875 = .628609,
    z = .628609 / sqrt(1/5 + 1/4) = .937075. low: ln 2/9 - ln 1/12 = ln 2.6667 = .980829,
    z = .980829 / sqrt(1/2 + 1) = .800844.
    """
    table = keywords(coded(("d", 1, "Pay")), TALK, prior=8, **ALL)
    assert table["word"].tolist() == ["pay", "low"]
    assert table[["n", "total"]].to_numpy().tolist() == [[2, 3], [1, 3]]
    np.testing.assert_allclose(table["log_odds"], [0.628609, 0.980829], atol=1e-6)
    np.testing.assert_allclose(table["z"], [0.937075, 0.800844], atol=1e-6)
    np.testing.assert_allclose(table["share"], [2 / 3, 1 / 3])
    np.testing.assert_allclose(table["share_elsewhere"], [1 / 5, 0])


def test_the_measure_agrees_with_a_published_program():
    """The README of the package fightin_words: two sentences, every prior .05."""
    nine = np.array([9.0])
    _, z = _compared((np.array([0.0]), nine), (np.array([1.0]), nine), np.array([0.05]), 0.55)
    assert z[0] == pytest.approx(-0.6894227886807968)


def test_a_word_of_one_speaker_or_document_is_marked():
    talk = said(
        ("d", 1, "Ann", "levy wage wage"),
        ("d", 2, "Bob", "wage wage"),
        ("e", 1, "Ann", "levy wage"),
        ("e", 2, "Cy", "and the bus"),
    )
    codes = coded(("d", 1, "Pay"), ("d", 2, "Pay"), ("e", 1, "Pay"))
    table = keywords(codes, talk, **ALL).set_index("word")
    assert table.loc["levy", ["n", "speakers", "documents", "note"]].tolist() == [
        2, 1, 2, "only Ann",
    ]  # fmt: skip
    assert table.loc["wage", ["n", "speakers", "documents", "note"]].tolist() == [5, 2, 2, ""]


def test_sources_are_those_in_the_group_only():
    talk = said(("d", 1, "Ann", "levy"), ("e", 1, "Bob", "levy the bus"), ("f", 1, "Cy", "bus"))
    table = keywords(coded(("d", 1, "Pay")), talk, **ALL)
    assert table["note"].tolist() == ["only Ann, only document d"]


def test_an_utterance_with_two_codes_counts_for_both():
    codes = coded(("d", 1, "Pay"), ("d", 1, "Hours"))
    table = keywords(codes, TALK, **ALL)
    assert table.groupby("code")["word"].agg(list).to_dict() == {
        "Hours": ["pay", "low"],
        "Pay": ["pay", "low"],
    }


def test_a_theme_has_the_words_of_its_codes():
    parents = {"Pay": None, "Low pay": "Pay", "Bus": None}
    codes = coded(("d", 1, "Low pay"), ("e", 1, "Bus"))
    table = keywords(codes, TALK, by="theme", parents=parents, **ALL)
    assert table["theme"].unique().tolist() == ["Pay", "Bus"]
    assert table.loc[table["theme"] == "Bus", "word"].tolist() == ["bus", "late"]


def test_groups_of_speakers_leave_those_without_one_out():
    talk = said(
        ("d", 1, "Ann", "pay pay"), ("d", 2, "Bob", "bus bus"), ("d", 3, "Cy", "tea"),
        kind=["Union", "Council", None],
    )  # fmt: skip
    table = keywords(coded(), talk, by="stakeholder_type", **ALL)
    assert table[["stakeholder_type", "word", "total"]].to_numpy().tolist() == [
        ["Council", "bus", 2],
        ["Union", "pay", 2],
    ]


def test_nothing_is_left_out_unasked_and_stop_words_still_count():
    talk = said(("d", 1, "Ann", "we should not not pay"), ("d", 2, "Bob", "the bus"))
    codes = coded(("d", 1, "Pay"))
    table = keywords(codes, talk, **ALL)
    assert set(table["word"]) == {"we", "should", "not", "pay"}
    fewer = keywords(codes, talk, stop_words=["We"], **ALL)
    assert set(fewer["word"]) == {"should", "not", "pay"}
    assert fewer["total"].unique().tolist() == [5]


def test_top_floor_and_least_z_hold():
    codes = coded(("d", 1, "Pay"))
    assert len(keywords(codes, TALK, top=1, at_least=1, least_z=0)) == 1
    assert keywords(codes, TALK, at_least=2, least_z=0)["word"].tolist() == ["pay"]
    assert keywords(codes, TALK, at_least=1).empty


def test_moderators_are_left_out():
    talk = TALK.assign(is_moderator=[False, True])
    assert keywords(coded(("d", 1, "Pay")), talk, **ALL).empty  # nothing to compare with
    assert not keywords(coded(("d", 1, "Pay")), talk, moderators=True, **ALL).empty


def test_nothing_said_gives_an_empty_table():
    table = keywords(coded(), said(), **ALL)
    assert list(table.columns) == [
        "code", "word", "n", "total", "share", "share_elsewhere", "log_odds", "z", "speakers",
        "documents", "note",
    ]  # fmt: skip
    assert table.empty


@pytest.mark.parametrize(
    "options", [{"prior": 0}, {"prior": math.inf}, {"top": 0}, {"at_least": 0}, {"least_z": -1}]
)
def test_numbers_that_cannot_be_are_refused(options):
    with pytest.raises(OptionError):
        keywords(coded(), TALK, **options)


def test_an_unknown_group_is_refused():
    with pytest.raises(OptionError, match="no column 'colour'"):
        keywords(coded(), TALK, by="colour")
