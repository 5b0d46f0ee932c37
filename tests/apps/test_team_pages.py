"""Codebook, rounds, adjudication and memos as forms: what is sent is what the core then says."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

import pytest
from streamlit.testing.v1 import AppTest

from qualkit.model import Coding
from qualkit.workflow.project import Project
from qualkit.workflow.screens import open_rounds
from tests.apps.test_pages import markdown_of, opened
from workbench import labels

BOOK, ROUNDS, DECIDE = labels.CODEBOOK, labels.ROUNDS, labels.ADJUDICATE
MEMOS, HISTORY = labels.MEMOS, labels.HISTORY


def box(page: AppTest, kind: str, label: str):
    """Return the one box of a kind that is called so."""
    (found,) = [one for one in page.get(kind) if one.label == label]
    return found


def behind(project: Project, shown: str) -> list[int]:
    """Return how many utterances each link to the page Retrieve leads to."""
    read = re.findall(r'href="/retrieve\?query=([^"]+)"', shown)
    return [len(project.retrieve(unquote_plus(one))) for one in read]


def why(page: AppTest, form: str):
    """Return the box for the reason in a form of the codebook."""
    (found,) = [one for one in page.text_input if (one.key or "").startswith(f"why_{form}_")]
    return found


def press(page: AppTest, label: str) -> AppTest:
    page = box(page, "button", label).click().run()
    assert not page.exception
    return page


def sent(page: AppTest, label: str) -> AppTest:
    page = press(page, label)
    assert [one.value for one in page.error] == []
    return page


class TestCodebook:
    def test_the_tree_shows_every_code_with_what_carries_it(self, coded: Project) -> None:
        shown = markdown_of(opened("codebook", coder="Ana"))
        for row in coded.list_codes().itertuples():
            assert str(row.code) in shown
            assert f">{row.codings:,}<" in shown
        assert behind(coded, shown) == [many for many in coded.list_codes()["codings"] if many]

    def test_a_new_code_stands_below_its_theme(self, coded: Project) -> None:
        page = opened("codebook", coder="Ana")
        box(page, "text_input", BOOK["name"]).input("Mileage")
        box(page, "selectbox", BOOK["parent"]).select("time")
        box(page, "text_area", BOOK["definition"]).input("What driving costs.")
        box(page, "text_area", BOOK["markers"]).input("mile*\npetrol")
        why(page, "define").input("It came up twice")
        sent(page, BOOK["save"])
        code = coded.codebook().find("Mileage")
        assert code is not None
        assert (code.parent, code.definition) == ("time", "What driving costs.")
        assert code.markers == ("mile*", "petrol")
        assert list(coded.list_codebook_versions()["reason"])[-1] == "It came up twice"

    def test_without_a_reason_nothing_changes_and_the_page_says_why(self, coded: Project) -> None:
        page = opened("codebook", coder="Ana")
        box(page, "text_input", BOOK["name"]).input("Mileage")
        page = press(page, BOOK["save"])
        assert "a new version needs a reason" in page.error[0].value
        assert len(coded.list_codebook_versions()) == 1

    def test_a_code_is_renamed_moved_and_defined_in_one_go(self, coded: Project) -> None:
        page = opened("codebook", coder="Ana")
        page = box(page, "selectbox", BOOK["code"]).select("fees").run()
        box(page, "text_input", BOOK["name"]).input("What councils pay")
        box(page, "selectbox", BOOK["parent"]).select("")
        box(page, "text_area", BOOK["include"]).input("A fee is named.")
        why(page, "define").input("Clearer")
        sent(page, BOOK["save"])
        code = coded.codebook().by_id["fees"]
        assert (code.name, code.parent, code.include) == (
            "What councils pay",
            None,
            "A fee is named.",
        )

    def test_saving_a_code_as_it_is_makes_no_version(self, coded: Project) -> None:
        page = opened("codebook", coder="Ana")
        page = box(page, "selectbox", BOOK["code"]).select("fees").run()
        why(page, "define").input("No reason")
        page = sent(page, BOOK["save"])
        assert BOOK["nothing_new"] in [one.value for one in page.info]
        assert len(coded.list_codebook_versions()) == 1

    def test_merging_moves_the_codings(self, coded: Project) -> None:
        before = coded.list_codings()
        both = before[before["code"].isin(["Low pay", "Fees"])]
        wanted = len(both.drop_duplicates(["document", "position", "coder"]))
        page = opened("codebook", coder="Ana")
        page = box(page, "selectbox", BOOK["code"]).select("low_pay").run()
        box(page, "multiselect", BOOK["merge_others"]).select("fees")
        why(page, "merge").input("They are one")
        sent(page, BOOK["merge_do"])
        assert coded.codebook().by_id["fees"].merged_into == "low_pay"
        assert (coded.list_codings()["code"] == "Low pay").sum() == wanted

    def test_splitting_gives_codings_to_the_code_whose_marker_they_hold(
        self, coded: Project
    ) -> None:
        page = opened("codebook", coder="Ana")
        page = box(page, "selectbox", BOOK["code"]).select("low_pay").run()
        box(page, "text_area", BOOK["split_into"]).input("Wages = wage*\nOther pay")
        why(page, "split").input("Two things")
        sent(page, BOOK["split_do"])
        codings = coded.list_codings()
        utterances = coded.list_utterances()[["document", "position", "text"]]
        told = codings[codings["code"] == "Wages"].merge(utterances, on=["document", "position"])
        assert len(told) > 0
        assert told["text"].str.contains("wage").all()
        assert coded.codebook().find("Other pay") is not None

    def test_a_retired_code_comes_back(self, coded: Project) -> None:
        page = opened("codebook", coder="Ana")
        page = box(page, "selectbox", BOOK["code"]).select("fees").run()
        why(page, "retire").input("Unused")
        page = sent(page, BOOK["retire_do"])
        assert coded.codebook().by_id["fees"].retired
        why(page, "retire").input("Used after all")
        sent(page, BOOK["restore_do"])
        assert not coded.codebook().by_id["fees"].retired

    def test_codings_on_an_older_definition_are_shown_and_confirmed(self, coded: Project) -> None:
        coded.edit_code("Low pay", reason="sharper", definition="Pay below the living wage.")
        old = coded.list_outdated("Ana")
        page = opened("codebook", coder="Ana")
        sent(page, BOOK["confirm"].format(count=len(old), code="Low pay"))
        assert coded.list_outdated("Ana").empty
        assert not coded.list_outdated("Ben").empty

    def test_versions_are_compared(self, coded: Project) -> None:
        coded.rename_code("Fees", "Council fees", reason="clearer")
        shown = markdown_of(opened("codebook", coder="Ana"))
        assert "renamed" in shown
        assert "Council fees" in shown


class TestRounds:
    def test_how_far_somebody_is_leads_to_what_was_looked_at(self, coded: Project) -> None:
        coded.review_utterance("Evening", 2, coder='Jo "JJ" Roe')
        shown = markdown_of(opened("rounds", coder="Ana"))
        assert behind(coded, shown) == list(coded.list_round_progress()["reviewed"])

    def test_a_blind_round_with_a_sample_is_opened_and_closed(self, coded: Project) -> None:
        page = opened("rounds", coder="Ana")
        box(page, "text_input", ROUNDS["name"]).input("Second look")
        box(page, "radio", ROUNDS["mode"]).set_value("blind")
        box(page, "multiselect", ROUNDS["coders"]).select("Ana").select("Ben")
        box(page, "number_input", ROUNDS["sample"]).set_value(10)
        page = sent(page, ROUNDS["open"])
        opened_round = coded.list_rounds().set_index("round").loc["Second look"]
        assert tuple(opened_round[["mode", "suggestions", "coders"]]) == (
            "blind",
            "never",
            "Ana, Ben",
        )
        assert [one.value for one in page.success] == [
            ROUNDS["opened"].format(round="Second look", count=10)
        ]
        page = box(page, "selectbox", ROUNDS["close_which"]).select("Second look").run()
        page = sent(page, ROUNDS["close_do"])
        assert coded.list_rounds()["closed_at"].isna().all(), "closed without being sure"
        box(page, "selectbox", ROUNDS["close_which"]).select("Second look")
        box(page, "checkbox", ROUNDS["close_sure"]).check()
        sent(page, ROUNDS["close_do"])
        closed = coded.list_rounds().set_index("round")["closed_at"].notna()
        assert closed.to_dict() == {"main": False, "Second look": True}

    def test_a_name_that_is_taken_is_refused_in_a_sentence(self, coded: Project) -> None:
        page = opened("rounds", coder="Ana")
        box(page, "text_input", ROUNDS["name"]).input("main")
        page = press(page, ROUNDS["open"])
        assert len(page.error) == 1
        assert len(coded.list_rounds()) == 1

    def test_the_code_page_offers_the_rounds_somebody_takes_part_in(self, coded: Project) -> None:
        coded.open_round("Ben's", coders=["Ben"])
        coded.open_round("Ours", coders=["Ana", "Ben"])
        page = opened("code", coder="Ana")
        assert box(page, "selectbox", labels.CODE["round"]).options == ["main", "Ours"]

    def test_the_code_page_begins_with_the_round_somebody_is_named_in(self, coded: Project) -> None:
        coded.open_round("Ours", coders=["Ana", "Ben"])
        coded.open_round("Everybody's")
        page = opened("code", coder="Ana")
        assert box(page, "selectbox", labels.CODE["round"]).value == "Ours"
        page = box(page, "selectbox", labels.CODE["round"]).set_value("main").run()
        assert box(page.run(), "selectbox", labels.CODE["round"]).value == "main"


class TestAdjudicate:
    def test_a_decision_settles_the_disagreement_and_leaves_the_codings(
        self, coded: Project
    ) -> None:
        before = coded.list_codings()
        first = coded.list_disagreements().iloc[0]
        page = opened("adjudicate", coder="Ana")
        box(page, "text_input", DECIDE["reason"]).input("The definition says so")
        sent(page, DECIDE["applies"])
        table = coded.list_disagreements().set_index(["document", "position", "code"])
        decided = table.loc[(first["document"], first["position"], first["code"])]
        assert tuple(decided[["decided", "reason", "decided_by"]]) == (
            "applies",
            "The definition says so",
            "Ana",
        )
        human = coded.list_codings()
        human = human[human["coder"].isin(["Ana", "Ben"])]
        assert set(human["created_at"]) == set(before["created_at"])
        assert len(human) == len(before)

    def test_the_next_one_is_named_where_it_is_chosen(self, coded: Project) -> None:
        waiting = coded.list_disagreements()
        assert len(waiting) > 1
        page = opened("adjudicate", coder="Ana")
        for row in waiting.itertuples():
            named = box(page, "selectbox", DECIDE["which"])
            assert named.value == named.options[0]
            assert row.code in named.value
            box(page, "text_input", DECIDE["reason"]).input("The definition says so")
            page = sent(page, DECIDE["not_applies"])
        assert page.success

    def test_no_decision_without_a_reason(self, coded: Project) -> None:
        page = opened("adjudicate", coder="Ana")
        page = press(page, DECIDE["not_applies"])
        assert "a decision needs a reason" in page.error[0].value
        assert coded.list_disagreements()["decided"].isna().all()

    def test_who_applied_the_code_and_who_did_not_stand_side_by_side(self, coded: Project) -> None:
        first = coded.list_disagreements().iloc[0]
        shown = markdown_of(opened("adjudicate", coder="Ana"))
        for name in (*first["applied_by"].split("; "), *first["not_applied_by"].split("; ")):
            assert f">{name}<" in shown

    def test_a_name_with_a_comma_is_one_coder_and_a_memo_is_shown_whole(
        self, coded: Project
    ) -> None:
        people = ["Smith, Ana", "Roe; Jo"]
        coded.open_round("Second", coders=people)
        one = Coding("Evening", 2, "fees", people[0], "Second", memo="First: pay; then: hours")
        coded.apply_codings([one])
        coded.review_utterance("Evening", 2, coder=people[1], round_name="Second")
        assert list(open_rounds(coded, people[0])["round"]) == ["main", "Second"]
        assert list(open_rounds(coded, "Smith")["round"]) == ["main"]
        told = coded.list_disagreements(round_name="Second").iloc[0]
        assert (told["applied_by"], told["not_applied_by"]) == ("Smith, Ana", "Roe; Jo")
        page = opened("adjudicate", coder="Ana")
        shown = markdown_of(box(page, "selectbox", DECIDE["round"]).select("Second").run())
        for words in (*people, "First: pay; then: hours"):
            assert f">{words}<" in shown

    def test_a_blind_round_that_is_open_shows_nothing(self, coded: Project) -> None:
        coded.open_round("Blind", mode="blind", coders=["Ana", "Ben"])
        coded.code_utterance("Evening", 2, "Fees", coder="Ben", round_name="Blind")
        page = opened("adjudicate", coder="Ana")
        rounds = box(page, "selectbox", DECIDE["round"]).options
        assert "Blind" not in rounds


class TestMemos:
    def test_a_memo_is_written_found_changed_and_deleted(self, coded: Project) -> None:
        page = opened("memos", coder="Ana")
        page = box(page, "selectbox", MEMOS["about_what"]).select("utterance").run()
        box(page, "selectbox", MEMOS["document"]).select("Evening")
        box(page, "number_input", MEMOS["position"]).set_value(2)
        box(page, "text_area", MEMOS["text"]).input("Ask her about overtime")
        page = sent(page, MEMOS["save"])
        memo = coded.list_memos().iloc[0]
        assert tuple(memo[["about", "document", "position", "coder", "text"]]) == (
            "utterance",
            "Evening",
            2,
            "Ana",
            "Ask her about overtime",
        )
        page = box(page, "text_input", MEMOS["search"]).input("holiday").run()
        assert [one.value for one in page.info] == [MEMOS["none"]]
        page = box(page, "text_input", MEMOS["search"]).input("OVERTIME").run()
        assert "Ask her about overtime" in markdown_of(page)
        page.text_area(key=f"memo_text_{memo['memo']}").input("Done")
        page = sent(page, MEMOS["change_do"])
        assert list(coded.list_memos()["text"]) == ["Done"]
        sent(page, MEMOS["delete_do"])
        assert coded.list_memos().empty

    def test_nobody_is_offered_to_change_the_memo_of_another(self, coded: Project) -> None:
        coded.add_memo("Mine alone", coder="Ben")
        page = opened("memos", coder="Ana")
        assert "Mine alone" in markdown_of(page)
        assert [one for one in page.get("button") if one.label == MEMOS["delete_do"]] == []

    @pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0"])
    def test_hostile_words_are_only_words(self, coded: Project, text: str) -> None:
        coded.add_memo(text, coder="Ben")
        shown = markdown_of(opened("memos", coder="Ana"))
        assert "<img" not in shown


class TestHistory:
    def test_a_change_is_taken_back_and_made_again(self, coded: Project) -> None:
        coded.code_utterance("Evening", 4, "Fees", coder="Ana")
        after = len(coded.list_codings())
        page = sent(opened("history", coder="Ana"), HISTORY["undo"])
        assert len(coded.list_codings()) == after - 1
        sent(page, HISTORY["redo"])
        assert len(coded.list_codings()) == after

    def test_what_cannot_be_taken_back_is_said_in_a_sentence(self, coded: Project) -> None:
        coded.add_memo("mine", coder="Cleo")
        page = sent(opened("history", coder="Cleo"), HISTORY["undo"])
        page = press(page, HISTORY["undo"])
        assert "Cleo has nothing to undo." in [one.value for one in page.info]

    def test_the_past_of_one_utterance_is_shown(self, coded: Project) -> None:
        page = opened("history", coder="Ana")
        page = box(page, "number_input", HISTORY["position"]).set_value(2).run()
        assert "coded" in markdown_of(page)

    def test_the_project_as_it_was(self, coded: Project) -> None:
        before = coded.revision
        coded.add_code("Later", reason="it came up")
        page = opened("history", coder="Ana")
        box(page, "text_input", HISTORY["moment"]).input(str(before))
        page = sent(page, HISTORY["as_of_do"])
        assert f">{len(coded.codebook().codes) - 1:,}<" in markdown_of(page)

    def test_a_moment_that_is_none_is_refused_in_a_sentence(self, coded: Project) -> None:
        page = opened("history", coder="Ana")
        box(page, "text_input", HISTORY["moment"]).input("yesterday")
        page = press(page, HISTORY["as_of_do"])
        assert "is no time" in page.error[0].value
