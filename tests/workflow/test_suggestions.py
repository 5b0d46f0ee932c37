"""When suggestions may show, whatever the door."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from qualkit.cli import main
from qualkit.errors import UnknownNameError
from qualkit.model import Coding, Origin
from qualkit.workflow import suggestions
from qualkit.workflow.fitting import Kept, fit_suggester
from qualkit.workflow.gating import gate


def place(project, words: str) -> int:
    table = project.list_utterances("elm")
    return int(table.loc[table["text"].str.contains(words), "position"].iloc[0])


def allowed(project, coder="Ana", round_name="main") -> tuple[set[int], str | None]:
    with project.database.read() as connection:
        found = gate(connection, coder=coder, round_name=round_name)
    return set(found.utterances["position"]), found.reason


def codable(project) -> set[int]:
    table = project.list_utterances()
    return set(table.loc[table["codable"], "position"])


def test_always_means_what_the_coder_has_not_looked_at_in_this_round(project):
    at = place(project, "pay is low")
    project.code_utterance("elm", at, "Pay", coder="Ana")
    project.open_round("Second")
    assert allowed(project) == (codable(project) - {at}, None)
    assert allowed(project, "Ben")[0] == codable(project)
    assert allowed(project, "Ana", "Second")[0] == codable(project)
    assert allowed(project, None)[0] == codable(project) - {at}


def test_after_own_decision_means_what_the_coder_has_looked_at(project):
    at = place(project, "pay is low")
    project.open_round("After", suggestions="after own decision")
    none, reason = allowed(project, "Ana", "After")
    assert none == set()
    assert "nothing has been looked at yet" in reason
    project.code_utterance("elm", at, "Training", coder="Ana", round_name="After")
    assert allowed(project, "Ana", "After") == ({at}, None)
    assert allowed(project, "Ben", "After")[0] == set()
    assert "say who asks" in allowed(project, None, "After")[1]


def test_after_own_decision_shows_what_was_probably_missed(project):
    at = place(project, "pay is low")
    project.open_round("After", suggestions="after own decision")
    project.code_utterance("elm", at, "Training", coder="Ana", round_name="After")
    table = project.suggest(coder="Ana", round_name="After")
    assert set(table["position"]) == {at}
    assert "Low pay" in set(table["code"])
    assert "Training" not in set(table["code"])
    assert set(table["kind"]) == {"probably missed"}


@pytest.mark.parametrize("mode", ["open", "blind"])
def test_never_means_none_and_blind_rounds_default_to_it(project, mode):
    project.open_round("Test", mode=mode, suggestions="never" if mode == "open" else None)
    assert allowed(project, "Ana", "Test") == (set(), "round 'Test' shows no suggestions")


def test_a_closed_round_shows_none(project):
    project.open_round("Second")
    project.close_round("Second")
    assert allowed(project, "Ana", "Second") == (set(), "round 'Second' is closed")


def test_who_takes_no_part_is_shown_none(project):
    project.open_round("Second", coders=["Ben"])
    assert "does not take part" in allowed(project, "Ana", "Second")[1]


def test_no_other_round_gives_away_what_one_keeps_back(project):
    at = place(project, "pay is low")
    project.open_round("Blind", mode="blind", coders=["Ana"])
    assert allowed(project)[0] == set()
    assert "another open round" in allowed(project)[1]
    assert allowed(project, "Ben")[0] == codable(project)
    assert allowed(project, None)[0] == set()
    project.close_round("Blind")
    assert allowed(project)[0] == codable(project)
    project.open_round("After", suggestions="after own decision", coders=["Ana"])
    assert allowed(project)[0] == set()
    project.code_utterance("elm", at, "Training", coder="Ana", round_name="After")
    assert allowed(project)[0] == {at}


def test_an_unknown_round_is_named(project):
    with pytest.raises(UnknownNameError, match="Secnd"):
        project.suggest(coder="Ana", round_name="Secnd")


def test_what_a_coder_rejected_or_coded_is_not_offered_again(project):
    at = place(project, "pay is low")
    offered = project.suggest(coder="Ana").query("position == @at")["code"].tolist()
    assert "Low pay" in offered
    project.reject_suggestion("elm", at, "Low pay", coder="Ana")
    again = project.suggest(coder="Ana").query("position == @at")["code"].tolist()
    assert "Low pay" not in again
    ben = project.suggest(coder="Ben").query("position == @at")
    assert "Low pay" in set(ben["code"])
    assert ben["rank"].tolist() == list(range(1, len(ben) + 1))


class Sceptic:
    """A suggester that expects training on every utterance, and low pay nowhere."""

    basis_ = pd.Series({"Low pay": "codings", "Training": "codings"})

    def score(self, utterances: pd.DataFrame) -> pd.DataFrame:
        index = pd.MultiIndex.from_frame(utterances[["document", "position"]])
        return pd.DataFrame({"Low pay": 0.01, "Training": 0.9}, index=index)

    def offers(self, utterances: pd.DataFrame, top: int, exclude: pd.DataFrame) -> pd.DataFrame:
        offers = utterances[["document", "position"]].assign(
            code="Training", probability=0.9, rank=1, basis="codings", note="learned"
        )
        done = pd.MultiIndex.from_frame(exclude[["document", "position", "code"]])
        return offers[~pd.MultiIndex.from_frame(offers.iloc[:, :3]).isin(done)]


def test_a_coding_that_nothing_speaks_for_is_called_into_question(project, monkeypatch):
    at, other = place(project, "pay is low"), place(project, "certificate")
    project.open_round("After", suggestions="after own decision")
    for position, code in ((at, "low_pay"), (other, "training")):
        project.apply_codings([Coding("elm", position, code, "Ana", "After")])
    without = []
    monkeypatch.setattr(
        suggestions,
        "kept_suggester",
        lambda *_, **asked: without.append(asked["without"]) or Kept(Sceptic(), 7, 7, 0, 0, b""),
    )
    table = project.suggest(coder="Ana", round_name="After", shown=True)
    assert without == [["elm"]]
    assert table[["position", "code", "kind", "basis", "rank"]].to_numpy().tolist() == [
        [at, "Training", "probably missed", "codings", 1],
        [at, "Low pay", "doubtful", "doubt", 2],
    ]
    shown = project.list_exposures().set_index("basis")["outcome"]
    assert shown["doubt"] == "ignored"
    project.remove_coding("elm", at, "Low pay", coder="Ana", round_name="After")
    assert project.list_exposures().set_index("basis")["outcome"]["doubt"] == "accepted"


def test_accepted_suggestions_teach_nothing_not_even_what_a_code_is_not(project, monkeypatch):
    at, other = place(project, "pay is low"), place(project, "certificate")
    project.apply_codings([Coding("elm", at, "low_pay", "Ana", origin=Origin.ACCEPTED)])
    project.apply_codings([Coding("elm", other, "training", "Ana")])
    taught = {}

    class Pupil:
        def fit(self, utterances, codings, reviewed, codebook):
            taught.update(codings=codings, reviewed=reviewed)
            return self

    monkeypatch.setattr("qualkit.suggest.suggester.Suggester", Pupil)
    fit_suggester(project)
    assert taught["reviewed"]["position"].tolist() == [other]
    assert taught["codings"]["code"].tolist() == ["Training"]


def printed(*arguments: str) -> list[dict]:
    answer = CliRunner().invoke(main, [*arguments, "--json"])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


DOORS = {
    "python": lambda project, target, coder, name: project.suggest(
        coder=coder, round_name=name
    ).to_dict("records"),
    "python, shown": lambda project, target, coder, name: project.suggest(
        coder=coder, round_name=name, shown=True
    ).to_dict("records"),
    "command line": lambda project, target, coder, name: printed(
        "suggest", target, "--coder", coder, "--round", name
    )["rows"],
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("rule", ["always", "after own decision", "never"])
def test_every_door_keeps_to_the_rule_of_the_round(project, target, door, rule):
    at = place(project, "pay is low")
    project.open_round("Round", suggestions=rule)
    project.code_utterance("elm", at, "Training", coder="Ana", round_name="Round")
    rows = DOORS[door](project, target, "Ana", "Round")
    places = {row["position"] for row in rows}
    if rule == "always":
        assert places
        assert at not in places
    else:
        assert places == ({at} if rule == "after own decision" else set())
    shown = project.list_exposures()
    assert len(shown) == (0 if door == "python" else len(rows))


def test_the_command_line_notes_what_it_printed_for_a_named_coder_only(project, target):
    printed("suggest", target)
    assert project.list_exposures().empty
    rows = printed("suggest", target, "--coder", "Ana")["rows"]
    shown = project.list_exposures()
    assert shown["coder"].unique().tolist() == ["Ana"]
    assert shown[["position", "code", "rank"]].to_numpy().tolist() == [
        [row["position"], row["code"], row["rank"]] for row in rows
    ]
    assert shown["model"].str.match(r"\d+\.\d+\.\d+@\d+").all()
    before = project.revision
    printed("suggest", target, "--coder", "ana")
    assert project.revision == before


def test_a_look_at_the_past_is_no_exposure(project, target):
    moment = str(project.revision)
    printed("--as-of", moment, "suggest", target, "--coder", "Ana")
    assert project.list_exposures().empty


def test_the_command_line_says_why_there_is_none(project, target):
    project.open_round("Test", suggestions="never")
    answer = CliRunner().invoke(main, ["suggest", target, "--coder", "Ana", "--round", "Test"])
    assert answer.exit_code == 0
    assert "reason: round 'Test' shows no suggestions" in answer.output
