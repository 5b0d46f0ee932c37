"""Agreement through the project: versions, spans, levels, intervals, differences."""

from __future__ import annotations

import numpy as np
import pytest

from qualkit.agreement import ALL_CODES
from qualkit.errors import NotEnoughError, OptionError, RefusedError, UnknownNameError
from qualkit.model import CoderKind, Coding


@pytest.fixture
def places(project):
    """Every codable utterance."""
    table = project.list_utterances("elm")
    return [("elm", int(one)) for one in table.loc[table["codable"], "position"]]


@pytest.fixture
def coded(project, places):
    """Ana and Ben have looked at everything; both say low pay once, Ben once more."""
    one, two = places[1], places[2]
    project.apply_codings([Coding(*one, "low_pay", "Ana", certainty=3)], reviewed=places)
    project.apply_codings(
        [Coding(*one, "low_pay", "Ben", certainty=1), Coding(*two, "low_pay", "Ben")],
        reviewed=places,
    )
    return project


def cell(table, code, coefficient, column="value"):
    rows = table[(table["code"] == code) & (table["coefficient"] == coefficient)]
    return rows.iloc[0][column]


def test_a_code_added_later_is_missing_for_those_who_had_finished(coded, places):
    before = coded.agreement(moderators=True)
    coded.add_code("Transport", reason="somebody spoke of buses")
    after = coded.agreement(moderators=True)
    assert cell(after, "Transport", "percent", "n") == 0
    assert cell(after, "Transport", "alpha", "reason") == (
        "no utterance was finished by two coders who had this code"
    )
    assert cell(after, "Low pay", "alpha") == cell(before, "Low pay", "alpha")
    assert cell(after, "Low pay", "percent", "n") == len(places)
    coded.verify()


def test_levels_roll_up_the_tree(coded):
    direct = coded.agreement(moderators=True)
    rolled = coded.agreement(level="rollup", moderators=True)
    themes = coded.agreement(level="theme", moderators=True)
    assert cell(direct, "Pay", "percent", "positives") == 0
    assert cell(rolled, "Pay", "alpha") == cell(themes, "Pay", "alpha")
    assert cell(rolled, "Low pay", "alpha") == cell(direct, "Low pay", "alpha")


def test_spans_are_compared_piece_by_piece(coded, places):
    table = coded.list_utterances("elm").set_index("position")
    start = int(table.loc[places[3][1], "start"])
    coded.apply_codings([Coding(*places[3], "fees", "Ana", start=start, end=start + 5)])
    by_utterance = coded.agreement(moderators=True)
    by_piece = coded.agreement(moderators=True, unit="span")
    assert (
        cell(by_piece, "Council fees", "percent", "n")
        == cell(by_utterance, "Council fees", "percent", "n") + 1
    )
    assert by_piece.attrs["about"]["unit"] == "span"


def test_certainty_is_compared_by_its_order(coded):
    table = coded.agreement(moderators=True, coefficients=["ordinal_alpha", "percent"])
    # Ben gave no certainty for the second one, so it is missing there
    assert (
        cell(table, "Low pay", "ordinal_alpha", "n") == cell(table, "Low pay", "percent", "n") - 1
    )
    assert np.isfinite(cell(table, "Low pay", "ordinal_alpha"))


def test_other_intervals_say_what_they_are(coded):
    drawn = coded.agreement(interval="bootstrap", resamples=20, seed=4)
    assert (drawn.attrs["about"]["resamples"], drawn.attrs["about"]["seed"]) == (20, 4)
    alone = coded.agreement(interval="independent", moderators=True)
    assert "treats utterances as independent" in alone.attrs["about"]["interval"]
    assert "treats utterances as independent" in cell(alone, "Low pay", "ac1", "reason")
    with pytest.raises(OptionError, match="no interval 'wald'"):
        coded.agreement(interval="wald")


def test_rounds_are_compared(coded, places):
    coded.open_round("Second")
    for coder in ("Ana", "Ben"):
        coding = Coding(*places[1], "low_pay", coder, round="Second")
        coded.apply_codings([coding], reviewed=places)
    table = coded.agreement_difference("main", "Second", moderators=True)
    assert cell(table, "Low pay", "alpha", "second") == 1.0
    assert cell(table, "Low pay", "alpha", "difference") > 0
    assert cell(table, ALL_CODES, "micro_alpha", "reason").startswith("no interval from 1 document")
    assert table.attrs["about"]["difference"] == "round Second less main"
    codes = coded.agreement_difference("Low pay", "Council fees", between="code", moderators=True)
    assert codes["code"].tolist() == ["Low pay, Council fees"]


def test_what_cannot_be_compared_is_said(coded, project):
    with pytest.raises(UnknownNameError, match="there is no round 'Third'"):
        coded.agreement_difference("main", "Third")
    coded.open_round("Hidden", mode="blind", coders=["Ana", "Ben"])
    with pytest.raises((RefusedError, UnknownNameError)):
        coded.agreement_difference("main", "Hidden")
    with pytest.raises(NotEnoughError, match="agreement needs two human coders"):
        coded.agreement_difference("main", "main", coders=["Ana"])


def test_machines_are_never_among_the_coders(coded, places):
    machine = [Coding(*places[1], "low_pay", "Robot")]
    coded.apply_codings(machine, reviewed=places, kind=CoderKind.MACHINE)
    assert cell(coded.agreement(moderators=True), "Low pay", "alpha", "coders") == 2
    with pytest.raises(RefusedError, match="between people, and Robot is a machine coder"):
        coded.agreement(coders=["Ana", "Robot"])
