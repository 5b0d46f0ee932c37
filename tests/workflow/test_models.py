"""Models of projects as files."""

from __future__ import annotations

import pandas as pd
import pytest

import qualkit as qk
from qualkit.errors import UnknownNameError
from qualkit.model import Coding
from qualkit.workflow.models import describe_model


@pytest.fixture
def coded(project):
    table = project.list_utterances("elm")
    places = table.loc[table["codable"], "position"].tolist()
    for position in places:
        project.review_utterance("elm", position, coder="Ana")
    project.apply_codings([Coding("elm", places[1], "low_pay", "Ana")])
    project.apply_codings([Coding("elm", places[2], "fees", "Ben")])
    return project


def test_a_saved_model_scores_as_the_project_does(coded, tmp_path):
    from qualkit.workflow.fitting import fit_suggester  # noqa: PLC0415

    name = coded.save_model(tmp_path / "m")
    loaded = qk.load_model(tmp_path / "m")
    assert loaded.about_["model"] == name
    utterances = coded.list_utterances("elm")
    ours = fit_suggester(coded).score(utterances)
    few_steps = 2**-18  # scores are rounded to 2**-20
    pd.testing.assert_frame_equal(loaded.score(utterances), ours, rtol=1e-5, atol=few_steps)


def test_the_same_project_gives_the_same_model(coded, tmp_path):
    name = coded.save_model(tmp_path / "a")
    assert coded.save_model(tmp_path / "b") == name
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    table = coded.list_utterances("elm")
    position = int(table.loc[table["codable"], "position"].iloc[-1])
    coded.code_utterance("elm", position, "Training", coder="Ana")
    assert coded.save_model(tmp_path / "c") != name


def test_the_file_says_who_taught_it_what(coded, tmp_path):
    coded.save_model(tmp_path / "m")
    table = describe_model(tmp_path / "m")
    assert table.set_index("code")["codings"].to_dict() == {
        "Pay": 0, "Low pay": 1, "Council fees": 1, "Training": 0}  # fmt: skip
    about = table.attrs["about"]
    assert (about["coders"], about["rounds"], about["quality"]) == (
        "Ana, Ben", "main", "not measured")  # fmt: skip
    assert about["newest_coding"] >= "2020"


def test_one_coders_model_knows_nothing_of_others(coded, tmp_path):
    coded.save_model(tmp_path / "m", coder="ana", texts=False)
    table = describe_model(tmp_path / "m")
    assert table.attrs["about"]["coders"] == "Ana"
    assert table.attrs["about"]["utterances_inside"] == "no"
    assert table.set_index("code")["codings"]["Council fees"] == 0
    with pytest.raises(UnknownNameError, match="no coder 'Zoe'"):
        coded.save_model(tmp_path / "m", coder="Zoe")


def test_measured_quality_is_kept_with_the_model(coded, tmp_path):
    text = "Ann Lee: The pay is low.\n\nBob Hart: The fee is set by the council.\n"
    (tmp_path / "oak.txt").write_text(text)
    coded.import_documents([tmp_path / "oak.txt"])
    for position in (1, 2):
        coded.review_utterance("oak", position, coder="Ana")
    coded.code_utterance("oak", 1, "Low pay", coder="Ana")
    coded.save_model(tmp_path / "m", measured=True)
    table = describe_model(tmp_path / "m")
    assert table.attrs["about"]["quality"] == "measured on documents held out"
    assert table.set_index("code")["average_precision"].notna()["Low pay"]
