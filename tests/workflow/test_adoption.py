"""What suggestions did in a project, and how far rules are right."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from qualkit.cli import main
from qualkit.errors import NotEnoughError, OptionError, RefusedError
from qualkit.model import Coding, Exposure, Origin


def seen(name: str, position: int, code: str) -> Exposure:
    return Exposure(name, position, code, 0.6, 1, "codings", "0.1.0@1")


@pytest.fixture
def study(project):
    """Six documents; Ana is shown two codes on half of the utterances, Ben none."""
    for number in range(6):
        said = (
            "Ann Lee: The pay is low.",
            "Bob Hart: The fee is low.",
            "Ann Lee: We have training.",
        )
        text = "\n\n".join(said)
        project.import_bytes(text.encode(), f"d{number}.txt")
        name = f"d{number}"
        table = project.list_utterances(name)
        one, two, three = (int(at) for at in table.loc[table["codable"], "position"])
        project.log_exposures([seen(name, one, "low_pay"), seen(name, one, "fees")], coder="Ana")
        if number % 2:
            project.apply_codings([Coding(name, one, "low_pay", "Ana", origin=Origin.ACCEPTED)])
        else:
            project.reject_suggestion(name, one, "Low pay", coder="Ana")
        project.apply_codings([Coding(name, two, "fees", "Ana")])
        for who in ("Ana", "Ben"):
            for at in (one, two, three):
                project.review_utterance(name, at, coder=who)
        project.apply_codings([Coding(name, two, "fees", "Ben")] if number else [])
    return project


def test_acceptance_is_told_per_code_with_its_interval(study):
    table = study.suggestion_quality().set_index("code")
    assert table.loc["Low pay", ["shown", "accepted", "rejected", "ignored"]].tolist() == [
        6,
        3,
        3,
        0,
    ]
    assert table.loc["Council fees", ["shown", "ignored", "acceptance"]].tolist() == [6, 6, 0.0]
    row = table.loc["Low pay"]
    assert row["acceptance_low"] < row["acceptance"] == 0.5 < row["acceptance_high"]
    assert "jackknife" in study.suggestion_quality().attrs["about"]["interval"]


def test_adoption_is_told_against_who_decided_blind_on_the_same_utterance(study):
    table = study.suggestion_quality("adoption").set_index(["code", "scope"])
    row = table.loc[("Low pay", "same utterances")]
    assert row[["assisted", "blind", "assisted_share", "blind_share"]].tolist() == [6, 6, 0.5, 0.0]
    assert row["low"] < 0.5 == row["effect"]


def test_prevalence_changes_where_suggestions_were_seen(study):
    row = study.suggestion_quality("prevalence").set_index("code").loc["Low pay"]
    assert row[["assisted", "blind", "assisted_share", "blind_share"]].tolist() == [6, 30, 0.5, 0.0]


def test_agreement_is_told_blind_and_assisted(study):
    table = study.suggestion_quality("agreement")
    alpha = table[table["coefficient"].str.contains("alpha")].set_index("code")
    fees = alpha.loc["Council fees"]
    assert fees["blind_n"] == 12
    assert fees["assisted_n"] == 6
    assert 0 < fees["blind"] < 1
    assert pd.isna(fees["assisted"])
    assert alpha.loc["Low pay", "reason"] is not None


def test_quality_of_what_nobody_was_shown_is_no_number(project):
    with pytest.raises(NotEnoughError, match="no coder was shown a suggestion yet"):
        project.suggestion_quality()
    with pytest.raises(OptionError, match="use acceptance"):
        project.suggestion_quality("speed")


def test_an_open_blind_round_gives_no_quality(project):
    project.open_round("Blind", mode="blind")
    with pytest.raises(RefusedError, match="blind and still open"):
        project.suggestion_quality(round_name="Blind")


def test_agreement_without_one_of_the_sides_says_which(project):
    at = int(project.list_utterances().query("codable")["position"].iloc[0])
    project.log_exposures([seen("elm", at, "pay")], coder="Ana")
    for who in ("Ana", "Ben"):
        project.review_utterance("elm", at, coder=who)
    with pytest.raises(NotEnoughError, match="the same utterance blind"):
        project.suggestion_quality("agreement")


def test_rules_are_judged_by_what_people_coded(study):
    study.code_query("training", "Training", coder="machine")
    table = study.rate_rules().set_index(["code", "rule"])
    fees = table.loc[("Council fees", "markers")]
    assert fees[["looked_at", "right", "given"]].tolist() == [6, 6, 6]
    assert (fees["precision"], fees["recall"]) == (1.0, 1.0)
    training = table.loc[("Training", "query: training")]
    assert training["precision"] == 0.0
    assert pd.isna(training["recall"])
    assert training["reason"] is not None


def test_what_a_person_coded_by_rule_is_no_judgement_of_the_rule(study):
    study.code_query("training", "Training", coder="Ben")
    row = study.rate_rules().set_index(["code", "rule"]).loc[("Training", "query: training")]
    assert row["found"] > 0
    assert row["looked_at"] == 0
    assert pd.isna(row["precision"])


@pytest.mark.parametrize(
    "arguments",
    [["suggestions", "quality"], ["suggestions"], ["rules"], ["suggestions", "list"]],
)
def test_the_command_line_tells_the_same(study, target, arguments):
    answer = CliRunner().invoke(main, [*arguments, target, "--json"])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert "code" in (told["rows"] if isinstance(told, dict) else told)[0]


def test_the_command_line_rejects_and_takes_back(study, target):
    at = str(study.list_utterances("d0").query("codable")["position"].iloc[1])
    words = ["suggestions", "reject", target, "d0", at, "Pay", "--coder", "Ana"]
    assert "rejected" in CliRunner().invoke(main, words).output
    assert "as before" in CliRunner().invoke(main, words).output
    assert "taken back" in CliRunner().invoke(main, [*words, "--take-back"]).output
    answer = CliRunner().invoke(main, ["suggestions", "quality", target, "--what", "adoption"])
    assert "same utterances" in answer.output
