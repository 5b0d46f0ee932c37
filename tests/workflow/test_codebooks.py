from __future__ import annotations

import pandas as pd
import pytest

from qualkit.errors import (
    CodebookError,
    NotEnoughError,
    OptionError,
    RefusedError,
    UnknownNameError,
)
from qualkit.model import Code, Codebook, Coding
from qualkit.store import codebooks as stored
from qualkit.store.replay import rebuilt
from qualkit.workflow.project import create_project


def place(project, words: str) -> int:
    table = project.list_utterances("elm")
    return int(table.loc[table["text"].str.contains(words), "position"].iloc[0])


def state(project):
    """Everything the project holds, as the log tells it; verify proves that the tables agree."""
    project.verify()
    with project.database.read() as connection:
        return rebuilt(connection)


def names(project):
    return project.codebook().parents()


@pytest.fixture
def coded(project):
    """Ana and Ben have coded: both codes on one utterance by Ana, one each elsewhere."""
    low, fees = place(project, "pay is low"), place(project, "council sets")
    project.apply_codings(
        [
            Coding("elm", low, "pay", "Ana", memo="money", certainty=None),
            Coding("elm", low, "low_pay", "Ana", memo="little", certainty=2),
            Coding("elm", fees, "low_pay", "Ben", memo="his"),
            Coding("elm", fees, "fees", "Ben"),
        ]
    )
    return project


CHANGES = {
    "add": lambda p: p.add_code("Sick pay", parent="Pay", reason="r", definition="Ill."),
    "rename": lambda p: p.rename_code("Pay", "Wages", reason="r"),
    "edit": lambda p: p.edit_code("Pay", reason="r", markers=["wage*"], colour="#112233"),
    "move": lambda p: p.move_code("Low pay", "Training", reason="r"),
    "place": lambda p: p.move_code("Training", None, place=1, reason="r"),
    "retire": lambda p: p.retire_code("Pay", reason="r"),
    "merge": lambda p: p.merge_codes("Pay", ["Low pay", "fees"], reason="r"),
    "merge upwards": lambda p: p.merge_codes("Low pay", ["Pay"], reason="r"),
    "split": lambda p: p.split_code(
        "Low pay", ["Little", "Late"], assign={"Little": "low", "Late": "pay"}, reason="r"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("coder", [None, "Ana"])
def test_every_change_is_a_version_that_undo_and_redo_take_back_and_forth(coded, change, coder):
    class As:
        """The project, with a coder named in every change."""

        def __getattr__(self, name):
            verb = getattr(coded, name)
            return lambda *args, **options: verb(*args, coder=coder, **options)

    before = state(coded)
    made = change(As())
    after = state(coded)
    assert after != before
    assert made.version == 2
    assert coded.list_codebook_versions()["reason"].tolist() == ["first version", "r"]
    line = coded.list_changes().iloc[-1]
    assert (line["actor"], line["action"][:9]) == (coder or "qualkit", "codebook.")
    coded.undo(coder)
    assert state(coded) == before
    coded.redo(coder)
    assert state(coded) == after
    coded.undo(coder)
    assert state(coded) == before


def test_a_code_is_added_with_its_fields_at_its_place(project):
    fields = {"definition": " Ill. ", "examples": ["I am ill."], "markers": ["sick*"]}
    book = project.add_code("Sick pay", parent="pay", reason="new", shortcut="s", **fields)
    assert list(names(project)) == ["Pay", "Low pay", "Council fees", "Sick pay", "Training"]
    code = book.find("sick_pay")
    assert (code.definition, code.examples, code.shortcut) == ("Ill.", ("I am ill.",), "s")


def test_a_name_that_was_used_before_gets_another_id(project):
    project.rename_code("Training", "Learning", reason="r")
    book = project.add_code("Training", reason="r")
    assert {code.name: code.id for code in book.codes}["Training"] == "training_2"


def test_a_renamed_code_keeps_id_and_codings(coded):
    coded.rename_code("Low pay", "Poor pay", reason="r")
    assert coded.list_codings()["code"].tolist().count("Poor pay") == 2
    assert coded.codebook().find("low_pay").name == "Poor pay"


def test_a_code_moves_to_the_place_said_with_all_below_it(project):
    project.move_code("Pay", "Training", reason="r")
    assert names(project) == {
        "Training": None,
        "Pay": "Training",
        "Low pay": "Pay",
        "Council fees": "Pay",
    }
    project.move_code("Council fees", "Pay", place=1, reason="r")
    assert list(names(project)) == ["Training", "Pay", "Council fees", "Low pay"]


def test_retiring_keeps_codings_and_restoring_brings_the_code_and_those_above_back(coded):
    before = coded.list_codings()
    coded.retire_code("Pay", reason="r")
    retired = {code.name for code in coded.codebook().codes if code.retired}
    assert retired == {"Pay", "Low pay", "Council fees"}
    pd.testing.assert_frame_equal(coded.list_codings(), before)
    coded.restore_code("Low pay", reason="r")
    retired = {code.name for code in coded.codebook().codes if code.retired}
    assert retired == {"Council fees"}


def test_a_merge_keeps_every_coding_memo_and_definition(coded):
    coded.edit_code("Low pay", reason="r", include="Wages", examples=["Low!"], notes="Mine.")
    coded.merge_codes("Pay", ["Low pay"], reason="too close")
    rows = coded.list_codings()
    kept = rows[rows["code"] == "Pay"]
    assert kept["coder"].tolist() == ["Ana", "Ben"]
    assert kept["memo"].tolist() == ["money\n\nlittle", "his"]
    assert kept["certainty"].iloc[0] == 2
    book = coded.codebook()
    pay, low = book.by_id["pay"], book.by_id["low_pay"]
    assert pay.notes == (
        "Merged from 'Low pay'.\nDefinition: Too little money.\nInclude: Wages\nMine."
    )
    assert (pay.markers, pay.examples) == (("pay", "low"), ("Low!",))
    assert (low.retired, low.merged_into) == (True, "pay")
    again = Coding("elm", int(kept["position"].iloc[0]), "pay", "Ana")
    assert coded.apply_codings([again]) == 0  # its id is that of the coding that is there
    coded.verify()


def test_codes_below_a_merged_one_come_below_the_kept_one(coded):
    coded.merge_codes("Training", ["Pay"], reason="r")
    assert names(coded)["Low pay"] == "Training"
    coded.merge_codes("Low pay", ["Training"], reason="r")
    assert names(coded)["Low pay"] is None


def test_codings_are_given_to_new_codes_by_their_words_or_by_choice(coded):
    table = coded.list_code_codings("Low pay")
    assert table["coder"].tolist() == ["Ana", "Ben"]
    assert "pay is low" in table["text"].iloc[0]
    his = table["id"].iloc[1]
    new = Code("x", "Hours", definition="Too long.")
    assign = [("Little", "low"), ("Hours", "hours"), ("hours", [his])]
    coded.split_code("Low pay", ["Little", new], assign=assign, reason="r")
    rows = coded.list_codings()
    found = sorted(zip(rows["code"], rows["coder"], strict=True))
    assert found == [
        ("Council fees", "Ben"),
        ("Hours", "Ana"),
        ("Hours", "Ben"),
        ("Little", "Ana"),
        ("Pay", "Ana"),
    ]
    assert list(names(coded)) == ["Pay", "Low pay", "Little", "Hours", "Council fees", "Training"]
    assert coded.codebook().find("Hours").definition == "Too long."
    assert coded.list_codings()["memo"].tolist().count("little") == 2


def test_what_no_new_code_claims_stays_on_the_old_one(coded):
    before = coded.list_codings()
    coded.split_code("Low pay", ["Little"], reason="r")
    pd.testing.assert_frame_equal(coded.list_codings(), before)


def test_the_words_of_a_span_decide_not_those_around_it(project):
    table = project.list_utterances("elm")
    row = table[table["text"].str.contains("pay is low")].iloc[0]
    position, start = int(row["position"]), int(row["start"])
    project.apply_codings([Coding("elm", position, "pay", "Ana", start=start + 4, end=start + 7)])
    assert project.list_code_codings("Pay")["text"].tolist() == ["pay"]
    project.split_code("Pay", ["Little"], assign={"Little": "low"}, reason="r")
    assert project.list_codings()["code"].tolist() == ["Pay"]


WRONG = {
    "no reason": (lambda p: p.rename_code("Pay", "Wages", reason=" "), CodebookError, "a reason"),
    "no code": (lambda p: p.retire_code("Pai", reason="r"), UnknownNameError, "'pay'|'Pay'"),
    "name taken": (lambda p: p.add_code("low PAY", reason="r"), CodebookError, "is taken by 'Low"),
    "empty name": (lambda p: p.add_code(" ", reason="r"), CodebookError, "must be one line"),
    "shortcut": (lambda p: p.edit_code("Pay", reason="r", shortcut="t"), CodebookError, "taken"),
    "keys": (lambda p: p.edit_code("Pay", reason="r", shortcut="tt"), CodebookError, "one key"),
    "colour": (lambda p: p.edit_code("Pay", reason="r", colour="red"), CodebookError, "#1b6ca8"),
    "marker": (lambda p: p.edit_code("Pay", reason="r", markers=["/(/"]), CodebookError, "/"),
    "field": (lambda p: p.edit_code("Pay", reason="r", name="x"), OptionError, "no field 'name'"),
    "nothing": (lambda p: p.rename_code("Pay", "Pay", reason="r"), OptionError, "nothing would"),
    "below": (lambda p: p.move_code("Pay", "Low pay", reason="r"), OptionError, "below itself"),
    "place": (lambda p: p.move_code("Pay", None, place=9, reason="r"), OptionError, "place 9"),
    "itself": (lambda p: p.merge_codes("Pay", ["pay"], reason="r"), OptionError, "other codes"),
    "into none": (lambda p: p.split_code("Pay", [], reason="r"), OptionError, "split into"),
    "to whom": (
        lambda p: p.split_code("Pay", ["A"], assign={"B": "low"}, reason="r"),
        UnknownNameError,
        "new code 'B'",
    ),
    "coding": (
        lambda p: p.split_code("Pay", ["A"], assign={"A": ["x"]}, reason="r"),
        UnknownNameError,
        "no coding 'x'",
    ),
    "version": (lambda p: p.diff_codebooks(1, 7), OptionError, "no version 7"),
    "confirm": (lambda p: p.confirm_codings("Ana"), NotEnoughError, "no such coding"),
}


@pytest.mark.parametrize(("change", "error", "words"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_is_refused_and_changes_nothing(coded, change, error, words):
    before = state(coded)
    with pytest.raises(error, match=words):
        change(coded)
    assert state(coded) == before


def test_a_retired_code_takes_no_codings_in(coded):
    coded.retire_code("Training", reason="r")
    with pytest.raises(OptionError, match="'Training' is retired"):
        coded.merge_codes("Training", ["Pay"], reason="r")


def test_nobody_takes_back_a_version_on_which_another_person_built(coded):
    coded.rename_code("Pay", "Wages", reason="r", coder="Ana")
    coded.add_code("Rota", reason="r", coder="Ben")
    with pytest.raises(RefusedError, match="can't be taken back"):
        coded.undo("Ana")
    coded.undo("Ben")
    coded.undo("Ana")
    assert list(names(coded)) == ["Pay", "Low pay", "Council fees", "Training"]
    coded.verify()


def test_the_difference_of_two_versions_is_told_by_code_and_field(coded):
    coded.add_code("Rota", reason="r", parent="Training")
    coded.rename_code("Training", "Learning", reason="r")
    coded.edit_code("Pay", reason="r", definition="All money.", markers=["pay", "wage*"])
    coded.move_code("Council fees", None, reason="r")
    coded.merge_codes("Pay", ["Low pay"], reason="r")
    table = coded.diff_codebooks(1)
    rows = {(row.code, row.field, row.what): (row.before, row.after) for row in table.itertuples()}
    assert rows["Rota", "name", "added"][1] == "Rota"
    assert rows["Learning", "name", "renamed"] == ("Training", "Learning")
    assert rows["Pay", "definition", "changed"] == ("Money for work.", "All money.")
    assert rows["Pay", "markers", "changed"] == ("pay", "pay | wage* | low")
    assert rows["Council fees", "parent", "moved"][0] == "Pay"
    assert rows["Low pay", "codings", "merged"] == ("Low pay", "Pay")
    assert not any(what == "moved" for code, _, what in rows if code != "Council fees")
    assert coded.diff_codebooks(3, 3).empty
    back = coded.diff_codebooks(6, 5)
    assert set(back["what"]) == {"restored", "changed"}


def test_a_code_put_elsewhere_among_its_siblings_is_the_only_one_moved(project):
    for name in ("Rota", "Home", "Food"):
        project.add_code(name, reason="r")
    project.move_code("Food", None, place=1, reason="r")
    table = project.diff_codebooks(4)
    assert table.to_numpy().tolist() == [["Food", "place", "5", "1", "moved"]]


def test_codings_under_an_older_definition_are_listed_and_confirmed_per_coder(coded):
    coded.edit_code("Low pay", reason="r", markers=["low*"])
    assert coded.list_outdated().empty
    coded.edit_code("Low pay", reason="r", definition="Less than one can live on.")
    coded.edit_code("Low pay", reason="r", exclude="Fees")
    table = coded.list_outdated()
    assert table[
        ["code", "coder", "codebook_version", "changed_in", "what"]
    ].to_numpy().tolist() == [
        ["Low pay", "Ana", 1, 4, "definition, exclude"],
        ["Low pay", "Ben", 1, 4, "definition, exclude"],
    ]
    assert "pay is low" in table["text"].iloc[0]
    assert coded.list_outdated("ben")["coder"].tolist() == ["Ben"]
    before = state(coded)
    assert coded.confirm_codings("Ana", code="Low pay", document="elm") == 1
    assert coded.list_outdated()["coder"].tolist() == ["Ben"]
    assert coded.list_changes().iloc[-1][["actor", "action"]].tolist() == [
        "Ana",
        "codings.confirm",
    ]
    coded.undo("Ana")
    assert state(coded) == before
    assert coded.confirm_codings("Ben", ids=coded.list_outdated("Ben")["id"]) == 1
    with pytest.raises(UnknownNameError, match="no coder 'Eve'"):
        coded.list_outdated("Eve")


def test_a_blind_round_hides_the_codings_of_others_and_a_closed_one_stays(coded):
    coded.open_round("second", mode="blind")
    low = place(coded, "pay is low")
    for coder in ("Ana", "Ben"):
        coded.apply_codings([Coding("elm", low, "training", coder, "second")])
    coded.edit_code("Training", reason="r", include="More")
    assert coded.list_outdated().empty
    assert coded.list_outdated("Ana")["round"].tolist() == ["second"]
    assert coded.list_outdated("Ana", viewer="Ben").empty
    assert coded.list_code_codings("Training").empty
    assert coded.list_code_codings("Training", viewer="Ben")["coder"].tolist() == ["Ben"]
    coded.close_round("second")
    assert coded.list_outdated()["coder"].tolist() == ["Ana", "Ben"]
    with pytest.raises(NotEnoughError, match="in an open round"):
        coded.confirm_codings("Ana")


def test_a_definition_changed_back_needs_no_second_look(coded):
    old = coded.codebook().find("Low pay").definition
    coded.edit_code("Low pay", reason="r", definition="Else")
    coded.edit_code("Low pay", reason="r", definition=old)
    assert coded.list_outdated().empty


@pytest.mark.parametrize("suffix", [".yaml", ".csv", ".xlsx", ".qdc"])
def test_a_codebook_goes_out_and_comes_in_unchanged(coded, tmp_path, suffix):
    coded.rename_code("Low pay", "Poor pay", reason="r")
    coded.merge_codes("Pay", ["Council fees"], reason="r")
    path = coded.export_codebook(tmp_path / f"book{suffix}")
    book = coded.codebook()
    back = coded.apply_codebook(path, reason="back in")
    assert (back.codes, back.name) == (book.codes, book.name)
    assert coded.codebook().by_id["fees"].merged_into == "pay"
    assert coded.diff_codebooks(3, 4).empty
    coded.verify()


def test_guids_stay_and_find_a_code_again_under_another_name(coded, tmp_path):
    path = coded.export_codebook(tmp_path / "book.qdc")
    with coded.database.read() as connection:
        guids = stored.guids(connection)
    text = path.read_text(encoding="utf-8")
    assert all(guid in text for guid in guids.values())
    path.write_text(text.replace('name="Pay"', 'name="Training and pay"'), encoding="utf-8")
    book = coded.apply_codebook(path, reason="renamed elsewhere")
    assert book.by_id["pay"].name == "Training and pay"
    with coded.database.read() as connection:
        assert stored.guids(connection) == guids
    [other] = coded.export(tmp_path / "again.qdc")
    assert guids["pay"] in other.read_text(encoding="utf-8")


def test_a_large_codebook_is_listed_before_anybody_has_coded(tmp_path):
    codes = tuple(Code(f"c{number}", f"Code {number}") for number in range(260))
    with create_project(tmp_path / "large.qualkit", codebook=Codebook("Large", codes)) as made:
        listed = made.list_codes()
    assert (len(listed), listed["codings"].sum()) == (260, 0)
