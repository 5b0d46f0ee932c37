"""Concordance, keywords and collocations of a project."""

from __future__ import annotations

import pytest

from qualkit.errors import NotEnoughError, OptionError, RefusedError, UnreadableFileError
from qualkit.model import Coding


def test_a_concordance_points_into_the_document(project):
    table = project.concordance("pay")
    assert table["keyword"].tolist() == ["pay", "pay"]
    assert table["speaker"].tolist() == ["Ann Lee", "Bob Hart"]
    utterances = project.list_utterances().set_index("position")
    for row in table.to_dict("records"):
        utterance = utterances.loc[row["position"]]
        begin = utterance["start"]
        assert utterance["text"][row["start"] - begin : row["end"] - begin] == "pay"


def test_a_concordance_of_a_query_shows_the_words_it_looks_for(project):
    table = project.concordance(query="(pay OR shift) NOT speaker:Ann NOT low")
    assert table["keyword"].tolist() == ["pay", "shift"]
    assert table.attrs["about"]["searched"] == "2 utterances found"
    assert project.concordance("the", query="speaker:Ann")["speaker"].unique().tolist() == [
        "Ann Lee"
    ]
    with pytest.raises(OptionError, match="looks for no words"):
        project.concordance(query="speaker:Ann")
    with pytest.raises(OptionError, match="no word to look for"):
        project.concordance()


def test_keywords_need_somebody_who_has_coded(project):
    with pytest.raises(NotEnoughError):
        project.keywords()


def test_keywords_say_what_was_counted(project):
    project.autocode("markers")
    table = project.keywords(by="stakeholder_type", at_least=1, least_z=0)
    assert set(table["stakeholder_type"]) == {"Care worker", "Provider"}
    about = table.attrs["about"]
    assert about["counted"] == "codings of markers (machine)"
    assert about["moderators"] == "left out"
    assert about["stop_words"] == "none: every word counts"


def test_keywords_keep_out_of_a_blind_round(project):
    project.autocode("markers")
    project.open_round("Blind", mode="blind", coders=["Ana"])
    project.apply_codings([Coding("elm", 7, "fees", "Ana", "Blind")])
    assert "Council fees" not in set(project.keywords(at_least=1, least_z=0, coders=["markers"]))
    with pytest.raises(RefusedError):
        project.keywords(round_name="Blind")
    assert "left_out" in project.keywords(at_least=1).attrs["about"]


def test_collocations_can_be_asked_of_a_query(project):
    whole = project.collocations(at_least=1, top=999)
    part = project.collocations(query="speaker:Ann", at_least=1, top=999)
    assert 0 < len(part) < len(whole)
    assert set(project.collocations("pay", at_least=1)["word_a"]) >= {"cannot"}
    assert "Rosa Field" not in set(part.attrs["about"].values())


def test_moderators_are_left_out_unless_asked_for(project):
    words = {"how", "is"}
    table = project.collocations(at_least=1, top=999)
    assert words not in [{a, b} for a, b in zip(table["word_a"], table["word_b"], strict=True)]
    table = project.collocations(at_least=1, top=999, moderators=True)
    assert words in [{a, b} for a, b in zip(table["word_a"], table["word_b"], strict=True)]


def test_stop_words_come_from_a_file_a_language_or_a_list(project, tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("The\nhours\n", encoding="utf-8")
    for wanted in (path, str(path), ["the", "hours"]):
        table = project.collocations(at_least=1, top=999, stop_words=wanted)
        assert not {"the", "hours"} & {*table["word_a"], *table["word_b"]}
        assert table.attrs["about"]["stop_words"] == "2 words are not shown"
    english = project.collocations(at_least=1, top=999, stop_words="English")
    assert "the" not in {*english["word_a"]}
    assert "cannot" in {*english["word_a"], *english["word_b"]}
    with pytest.raises(UnreadableFileError, match="or english"):
        project.collocations(stop_words=tmp_path / "none.txt")
