"""Codes made of somebody's words, and codes given to all that a query finds."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualkit.errors import OptionError, RefusedError, UnknownNameError
from qualkit.model import Code, Codebook
from qualkit.workflow.marking import _named_by


def words_at(project, words: str) -> tuple[int, tuple[int, int]]:
    table = project.list_utterances("elm")
    row = table[table["text"].str.contains(words, regex=False)].iloc[0]
    start = int(row["start"]) + str(row["text"]).index(words)
    return int(row["position"]), (start, start + len(words))


def test_a_code_is_named_by_the_words_and_applied_to_them(project):
    position, (start, end) = words_at(project, "the hours are long")
    code = project.code_in_vivo("elm", position, (start, end), coder="Ana", parent="Pay")
    assert (code.name, code.parent) == ("the hours are long", "pay")
    assert project.codebook().by_id[code.id].examples == ("the hours are long",)
    versions = project.list_codebook_versions()
    assert "in-vivo code 'the hours are long' from elm" in versions["reason"].iloc[-1]
    row = project.list_codings().iloc[0]
    assert (row["code"], row["start"], row["end"]) == ("the hours are long", start, end)
    assert row["codebook_version"] == 2
    project.verify()


def test_an_in_vivo_code_is_one_change(project):
    before = project.list_codes(), project.list_codings(), project.list_codebook_versions()
    project.code_in_vivo("elm", *words_at(project, "hours are long"), coder="Ana")
    after = project.list_codes(), project.list_codings(), project.list_codebook_versions()
    for step, wanted in ((project.undo, before), (project.redo, after)):
        step("Ana")
        found = project.list_codes(), project.list_codings(), project.list_codebook_versions()
        for one, other in zip(found, wanted, strict=True):
            pd.testing.assert_frame_equal(one, other)
        project.verify()


def test_the_same_words_again_make_another_name(project):
    place = words_at(project, "hours are long")
    names = [project.code_in_vivo("elm", *place, coder=one).name for one in ("Ana", "Ben")]
    assert names == ["hours are long", "hours are long (2)"]


def test_words_outside_the_utterance_make_no_code(project):
    position, (_, end) = words_at(project, "hours are long")
    before = project.revision
    with pytest.raises(OptionError, match="outside the utterance"):
        project.code_in_vivo("elm", position, (0, end), coder="Ana")
    with pytest.raises(UnknownNameError, match="no utterance 999"):
        project.code_in_vivo("elm", 999, (1, 2), coder="Ana")
    assert project.revision == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200), st.text(max_size=70))
def test_a_name_is_short_and_new_whatever_the_words(codebook, words, before):
    quotes = [words, words, f"{before} {words}"]
    for quote in quotes:
        if not any(letter.isalnum() for letter in quote):
            with pytest.raises(OptionError, match="no words"):
                _named_by(quote, codebook, None, set(codebook.by_id))
            return
        code = _named_by(quote, codebook, None, set(codebook.by_id))
        assert 1 <= len(code.name) <= 60
        assert codebook.find(code.name) is None
        assert code.id not in codebook.by_id
        codebook = Codebook(codebook.name, (*codebook.codes, code))


def test_a_long_quote_is_cut_between_words():
    code = _named_by("one two three four " * 10, Codebook("B", (Code("a", "A"),)), None, {"a"})
    assert code.name == "one two three four one two three four one two three four…"


def test_a_query_codes_what_it_finds_after_a_dry_run(project):
    planned = project.code_query("pay NOT speaker:Ann", "Low pay", coder="finder", dry_run=True)
    assert project.list_codings().empty
    assert planned["speaker"].tolist() == ["Bob Hart"]
    assert planned["new"].all()
    assert planned.attrs["about"]["new"] == 1
    done = project.code_query("pay NOT speaker:Ann", "Low pay", coder="finder")
    pd.testing.assert_frame_equal(planned, done)
    table = project.list_codings()
    assert set(table["origin"]) == {"query"}
    assert set(table["memo"]) == {"query: pay NOT speaker:Ann"}
    assert list(table["position"]) == list(planned["position"])
    again = project.code_query("pay NOT speaker:Ann", "Low pay", coder="finder")
    assert not again["new"].any()
    assert len(project.list_codings()) == len(table)


def test_a_query_is_one_change(project):
    project.code_query("pay", "Pay", coder="finder")
    after = project.list_codings(), project.list_reviews()
    project.undo("finder")
    assert project.list_codings().empty
    assert project.list_reviews().empty
    project.redo("finder")
    pd.testing.assert_frame_equal(project.list_codings(), after[0])
    project.verify()


def test_a_query_reads_codings_as_they_are_now(project):
    project.code_query("certificate", "Training", coder="Ana")
    found = project.code_query("code:training", "Pay", coder="Ana")
    assert found["new"].tolist() == [True]
    assert project.retrieve("code:training code:pay")["codes"].tolist() == ["Pay; Training"]


def test_a_machine_has_looked_at_everything_and_a_person_at_what_was_found(project):
    project.code_utterance("elm", words_at(project, "certificate")[0], "Training", coder="Ana")
    project.code_query('"pay is"', "Pay", coder="Ana")
    project.code_query('"pay is"', "Pay", coder="finder")
    seen = project.list_reviews().groupby("coder").size()
    assert seen.to_dict() == {"Ana": 2, "finder": int(project.list_utterances()["codable"].sum())}


def test_a_query_that_finds_nothing_changes_nothing(project):
    before = project.revision
    assert project.code_query("zebra", "Pay", coder="finder").empty
    assert project.revision == before


def test_headings_are_coded_by_no_query(project):
    assert project.code_query("kind:heading", "Pay", coder="finder").empty


def test_a_wrong_query_is_refused(project):
    with pytest.raises(OptionError, match="not closed"):
        project.code_query("(pay", "Pay", coder="finder")
    with pytest.raises(UnknownNameError, match="Low pai"):
        project.code_query("pay", "Low pai", coder="finder")
    project.open_round("Done")
    project.close_round("Done")
    with pytest.raises(RefusedError, match="closed"):
        project.code_query("pay", "Pay", coder="finder", round_name="Done")
