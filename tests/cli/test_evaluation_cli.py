import json

import pytest
from click.testing import CliRunner

import qualkit as qk
from qualkit.cli import main
from tests.workflow.growing import EACH, grown


@pytest.fixture
def study(project, tmp_path, target):
    grown(project, tmp_path)
    return target


def run(*words, code=0):
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == code, result.output + result.stderr
    return result


def test_evaluate_prints_a_table_and_json_has_all_of_it(study):
    shown = run("evaluate", study, "--folds", 2).stdout
    assert "macro_average_precision" in shown
    assert "held out: 6 documents in 2 parts, whole documents only" in shown
    assert "gain_low" not in shown
    result = json.loads(run("evaluate", study, "--folds", 2, "--json").stdout)
    assert {"gain_low", "gain_high", "prevalence", "n"} <= set(result["rows"][0])
    assert {row["measure"] for row in result["rows"] if row["code"] == "Pay"} == {
        "average_precision", "f1",
    }  # fmt: skip
    text = run("evaluate", study, "--folds", 2, "--measure", "recall", "--csv").stdout
    assert text.startswith("code,measure,value,low,high,by_prevalence,plain_tfidf,gain,")
    assert "Pay,recall," in text


def test_curve_and_calibration_are_tables_of_their_own(study):
    curve = json.loads(
        run("evaluate", study, "--curve", "--until", 0.99, "--folds", 2, "--json").stdout
    )
    assert curve["rows"][0]["measure"] == "macro_average_precision"
    assert "until 0.99" in curve["about"]["more_micro_f1"]
    assert "mean_probability" in run("evaluate", study, "--calibration", "--folds", 2).stdout


def test_options_that_do_not_go_together_are_said(study):
    said = run("evaluate", study, "--until", 0.5, code=2).stderr
    assert "give --curve" in said
    run("evaluate", study, "--curve", "--calibration", code=2)


def test_next_and_missed_say_why(study):
    table = run("next", study, "--coder", "Ana", "--top", 2).stdout
    assert "no one of type Provider is coded yet" in " ".join(table.split())
    assert "waiting: 4" in table
    documents = json.loads(run("next", study, "--coder", "Ben", "--documents", "--json").stdout)
    assert len(documents["rows"]) == 7
    rows = json.loads(run("missed", study, "--coder", "Ana", "--folds", 2, "--json").stdout)
    assert rows["about"]["counted"] == f"codings of Ana, on {6 * EACH} utterances"


def test_a_round_without_suggestions_is_one_sentence_on_stderr(study):
    run("round", "open", study, "Blind", "--mode", "blind")
    for command in ("next", "missed"):
        said = run(command, study, "--coder", "Ana", "--round", "Blind", code=2).stderr
        assert said.startswith("qualkit: round 'Blind' shows no suggestions, and this would be one")
        assert said.count("\n") == 1


def test_why_a_code_is_suggested_is_told_with_what_was_coded_alike(tmp_path):
    with qk.make_demo(tmp_path) as study:
        place = study.suggest(coder="Chloe", top=1).iloc[0]
        told = [study.location, place["document"], place["position"], place["code"]]
    said = json.loads(run("suggestions", "why", *told, "--coder", "Chloe", "--json").stdout)
    assert said["about"]["code"] == place["code"]
    assert {"word", "weight", "basis"} <= said["rows"][0].keys()
    refused = run("suggestions", "why", *told[:3], "Nothing", "--coder", "Chloe", code=2)
    assert "there is no code 'Nothing'" in refused.stderr
