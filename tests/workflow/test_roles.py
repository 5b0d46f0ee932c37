"""Roles: nothing without a lead; with one, coders code and leads decide for all."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualkit.errors import NotEnoughError, OptionError, QualkitError, RefusedError
from qualkit.model import Coding
from qualkit.workflow import roles
from qualkit.workflow.backups import restore
from qualkit.workflow.project import Project, create_project_from, open_project
from qualkit.workflow.roles import VERBS, Needs, reason_against


@pytest.fixture
def at(project: Project) -> int:
    """An utterance; Ana and Ben have coded, nobody leads."""
    places = project.list_utterances().query("codable")["position"]
    project.code_utterance("elm", int(places.iloc[0]), "Pay", coder="Ana")
    project.code_utterance("elm", int(places.iloc[0]), "Training", coder="Ben")
    return int(places.iloc[0])


@pytest.fixture
def ben(project: Project, at: int) -> Project:
    """The project as Ben uses it, in which Ana leads."""
    project.set_role("ana", "lead")
    return project.acting_as("Ben")


def verbs() -> set[str]:
    return {name for name in vars(Project) if not name.startswith("_")}


def test_every_verb_of_a_project_has_its_need_in_the_one_table():
    assert set(VERBS) == verbs()


def test_a_verb_that_stands_in_no_table_is_for_leads(ben):
    @roles.guarded
    class Wider(Project):
        def burn(self) -> str:
            """Do what nobody has thought through."""
            return "burnt"

    wider = Wider(ben.database)
    with pytest.raises(RefusedError, match="only a lead may do this"):
        wider.acting_as("Ben").burn()
    assert wider.acting_as("Ana").burn() == "burnt"


def test_the_table_names_arguments_that_the_verbs_have():
    for name, rule in VERBS.items():
        parameters = inspect.signature(getattr(Project, name)).parameters
        assert rule.person is None or rule.person in parameters, name
        assert "viewer" not in parameters or rule == VERBS["list_codings"], name


def test_without_a_lead_nothing_is_asked(project, at):
    ben = project.acting_as("Ben")
    ben.open_round("Second")
    ben.rename_code("Pay", "Wages", reason="x", coder="Ana")
    assert len(ben.list_codings(viewer="Ana")) == 2
    assert all(reason_against(ben, verb) is None for verb in VERBS)
    table = project.list_roles()
    assert dict(table.to_numpy()) == {"Ana": "coder", "Ben": "coder"}
    assert "everybody may do all" in table.attrs["about"]["means"]


def leading(project: Project, at: int, folder: Path) -> dict[str, Callable[[], Any]]:
    """Return how each verb for leads is called."""
    text = folder / "more.txt"
    text.write_text("Ann Lee: Hello there.\n", encoding="utf-8")
    (folder / "people.csv").write_text("speaker,role\nAnn Lee,Carer\n", encoding="utf-8")
    why = {"reason": "x"}
    return {
        "import_documents": lambda: project.import_documents([text]),
        "import_bytes": lambda: project.import_bytes(b"Ann Lee: Bye now.\n", "bye.txt"),
        "revise_document": lambda: project.revise_document("elm", text),
        "settle_quarantine": lambda: project.settle_quarantine(1, None),
        "split_utterance": lambda: project.split_utterance("elm", at, "I like"),
        "join_utterances": lambda: project.join_utterances("elm", at),
        "set_utterance": lambda: project.set_utterance("elm", at, reported=True),
        "set_speaker": lambda: project.set_speaker("Ann Lee", role="Carer"),
        "merge_speakers": lambda: project.merge_speakers("Ann Lee", ["Bob Hart"]),
        "import_people": lambda: project.import_people(folder / "people.csv"),
        "apply_codebook": lambda: project.apply_codebook(folder / "book.yaml", **why),
        "match_codings": lambda: project.match_codings(folder / "passages.csv"),
        "add_code": lambda: project.add_code("Hours", coder="Ben", **why),
        "rename_code": lambda: project.rename_code("Pay", "Wages", **why),
        "edit_code": lambda: project.edit_code("Training", definition="To learn.", **why),
        "move_code": lambda: project.move_code("Training", "Pay", **why),
        "retire_code": lambda: project.retire_code("Council fees", **why),
        "restore_code": lambda: project.restore_code("Council fees", **why),
        "split_code": lambda: project.split_code("Training", ["Courses"], **why),
        "merge_codes": lambda: project.merge_codes("Low pay", ["Council fees"], **why),
        "code_in_vivo": lambda: project.code_in_vivo("elm", at, (0, 3), coder="Ben"),
        "open_round": lambda: project.open_round("Third"),
        "close_round": lambda: project.close_round("main"),
        "open_double_coding": lambda: project.open_double_coding("Fifth", 0.5, coders=["Ben"]),
        "open_repeat": lambda: project.open_repeat("Fourth", coder="Ben"),
        "adjudicate": lambda: project.adjudicate("elm", at, "Pay", True, reason="x", by="Ben"),
        "autocode": project.autocode,
        "code_query": lambda: project.code_query("pay", "Training", coder="Ben"),
        "import_project": lambda: project.import_project(folder / "other.qdpx"),
        "merge_project": lambda: project.merge_project(folder / "ben.qualkit"),
        "set_role": lambda: project.set_role("Ben", "lead"),
    }


def test_what_is_for_leads_is_refused_to_a_coder_and_leaves_no_trace(project, ben, at, tmp_path):
    calls = leading(ben, at, tmp_path)
    assert set(calls) == {name for name, rule in VERBS.items() if rule.needs == Needs.LEAD}
    before = project.revision
    for verb, call in calls.items():
        with pytest.raises(
            RefusedError, match=r"only a lead may .* Ben is a coder; ask Ana"
        ) as told:
            call()
        assert str(reason_against(ben, verb)) == str(told.value)
        assert reason_against(project.acting_as("ANA"), verb) is None
    assert project.revision == before
    project.verify()


def test_a_lead_may_and_the_log_says_who_it_was(project, ben, at):
    ana = project.acting_as("Ana")
    ana.open_round("Second")
    ana.rename_code("Pay", "Wages", reason="x", coder="Ana")
    ana.adjudicate("elm", at, "Wages", True, reason="x", by="Ana", round_name="main")
    ana.close_round("Second")
    table = project.list_changes().set_index("action")
    assert json.loads(table.loc["round.close", "payload"]) == {"round": "Second", "by": "Ana"}
    assert "by" not in json.loads(table.loc["codings.batch", "payload"].iloc[0])
    project.verify()


def test_nobody_in_particular_is_asked_who_it_is(project, ben, at):
    with pytest.raises(RefusedError, match=r"say who you are \(Ana\): qualkit --as NAME"):
        project.open_round("Third")
    project.rename_code("Pay", "Wages", reason="x", coder="Ana")  # a name given is believed
    with pytest.raises(RefusedError, match="Ben is a coder"):
        project.rename_code("Wages", "Pay", reason="x", coder="Ben")
    project.code_utterance("elm", at, "Low pay", coder="Cleo")
    with pytest.raises(RefusedError, match="say who you are"):
        project.undo()


def test_a_coder_codes_and_writes_memos_in_his_own_name_alone(project, ben, at):
    ben.code_utterance("elm", at, "Low pay", coder="Ben")
    ben.add_memo("mine", coder="Ben")
    ben.set_coding(Coding("elm", at, "low_pay", "Ben"), memo="sure")
    ben.apply_codings([Coding("elm", at, "fees", "Ben")])
    assert len(ben.list_codings(viewer="Ben")) == 4
    for call in (
        lambda: ben.code_utterance("elm", at, "Low pay", coder="Ana"),
        lambda: ben.add_memo("hers", coder="Ana"),
        lambda: ben.set_coding(Coding("elm", at, "pay", "Ana"), memo="no"),
        lambda: ben.list_codings(viewer="Ana"),
        lambda: ben.suggest(coder="Ana"),
    ):
        with pytest.raises(RefusedError, match="Ben cannot act as Ana"):
            call()
    with pytest.raises(RefusedError, match="only a lead may bring in codings of others"):
        ben.apply_codings([Coding("elm", at, "fees", "Ana")])
    with pytest.raises(RefusedError, match="Ana cannot act as Ben"):
        project.acting_as("Ana").code_utterance("elm", at, "Low pay", coder="Ben")


def test_blind_stays_blind_to_whoever_reads_under_another_name(project, ben, at):
    ana = project.acting_as("Ana")
    ana.open_round("Blind", mode="blind")
    ana.code_utterance("elm", at, "Low pay", coder="Ana", round_name="Blind")
    with ben.as_of(project.revision) as old, pytest.raises(RefusedError, match="cannot act as Ana"):
        old.list_codings(viewer="Ana")
    assert "Blind" not in set(ben.list_codings(viewer="Ben")["round"])


def test_a_coder_takes_back_codings_but_not_what_is_for_leads(project, at):
    project.code_utterance("elm", at, "Low pay", coder="Ben")
    project.rename_code("Training", "Courses", reason="x", coder="Ben")
    project.set_role("Ana", "lead")
    ben, ana = project.acting_as("Ben"), project.acting_as("Ana")
    before = project.revision
    with pytest.raises(RefusedError, match="only a lead may take back 'codebook"):
        ben.undo("Ben")
    with pytest.raises(RefusedError, match="only a lead may take back what others did"):
        ben.undo("Ana")
    with pytest.raises(RefusedError, match="only a lead may take back what others did"):
        ben.undo()
    assert project.revision == before
    assert ana.undo("Ben").action.startswith("codebook")
    with pytest.raises(RefusedError, match="only a lead"):
        ben.redo("Ben")
    assert ben.undo("Ben").action == "codings.batch"
    assert ben.redo("Ben").action == "undo"
    project.verify()


def test_naming_a_lead_is_in_the_log_and_can_be_taken_back(project, at):
    project.set_role("Ana", "lead")
    named = project.revision
    ana = project.acting_as("Ana")
    assert dict(ana.set_role("Cleo", "lead").to_numpy())["Cleo"] == "lead"
    with project.as_of(named) as old:
        assert dict(old.list_roles().to_numpy()) == {"Ana": "lead", "Ben": "coder"}
    assert ana.undo().action == "role.set"
    assert dict(project.list_roles().to_numpy())["Cleo"] == "coder"
    assert ana.redo().action == "undo"
    ana.set_role("Ana", "coder")
    with pytest.raises(RefusedError, match="ask Cleo"):
        ana.set_role("Ana", "lead")
    project.acting_as("Cleo").set_role("Cleo", "coder")
    project.open_round("Free again")
    project.verify()


def test_saying_the_same_again_leaves_no_line(project, at):
    project.set_role("Ana", "lead")
    before = project.revision
    project.acting_as("Ana").set_role("Ana", "lead")
    assert project.revision == before


def test_roles_that_are_none_and_names_that_are_machines(project, at):
    project.autocode("rules")
    with pytest.raises(OptionError, match="use coder or lead"):
        project.set_role("Ana", "boss")
    with pytest.raises(OptionError, match="machine coder"):
        project.set_role("rules", "lead")
    with pytest.raises(OptionError, match="name"):
        project.set_role("  ", "lead")


def test_a_trial_run_is_nobody_s_business(ben, tmp_path):
    text = tmp_path / "more.txt"
    text.write_text("Ann Lee: Hello there.\n", encoding="utf-8")
    assert ben.import_documents([text], dry_run=True)["status"].tolist() != ["failed"]
    ben.autocode(dry_run=True)


def test_a_coder_brings_in_his_own_codings(ben, at, tmp_path):
    path = tmp_path / "codings.csv"
    path.write_text(f"document,position,code\nelm,{at},Low pay\n", encoding="utf-8")
    assert ben.import_codings(path, coder="Ben")["codings"].tolist() == [1]
    with pytest.raises(RefusedError, match="bring in codings of others"):
        ben.import_codings(path, coder="Ana")
    with pytest.raises(RefusedError, match="bring in codings of others"):
        ben.import_codings(path)


def test_a_copy_for_a_coder_keeps_the_roles_and_merging_is_for_the_lead(project, ben, at, tmp_path):
    copy = tmp_path / "ben.qualkit"
    with pytest.raises(RefusedError, match="make a copy for somebody else"):
        ben.split_project("Ana", copy)
    ben.split_project("Ben", copy)
    with open_project(copy) as apart:
        assert dict(apart.list_roles().to_numpy()) == {"Ana": "lead", "Ben": "coder"}
        apart.acting_as("Ben").code_utterance("elm", at, "Low pay", coder="Ben")
        with pytest.raises(RefusedError, match="Ben is a coder"):
            apart.acting_as("Ben").add_code("Hours", reason="x")
        apart.verify()
    with pytest.raises(RefusedError, match="bring in another project"):
        ben.merge_project(copy)
    project.acting_as("Ana").merge_project(copy)
    assert len(project.list_codings()) == 3
    project.verify()


def test_roles_go_with_the_project_file_for_exchange(project, ben, tmp_path):
    project.export(tmp_path / "study.qdpx")
    again, _ = create_project_from(tmp_path / "study.qdpx", tmp_path / "again.qualkit")
    with again:
        assert again.list_roles().equals(project.list_roles())
        with pytest.raises(RefusedError, match="Ben is a coder"):
            again.acting_as("Ben").open_round("Third")


def test_bringing_back_a_backup_is_for_the_lead(project, ben, tmp_path):
    if project.database.is_server:
        pytest.skip("a server's project is restored there")
    copy = project.backup(tmp_path / "copy.qualkit")
    location = project.location
    project.close()
    for who in (None, "Ben"):
        with pytest.raises(RefusedError, match="only a lead may bring back a backup"):
            restore(location, copy, acting=who)
    restore(location, copy, acting="Ana")
    Path(location).write_bytes(b"damaged")
    restore(location, copy)  # nothing can be asked of what cannot be read


def test_whoever_acts_shares_what_was_read_and_the_project_is_the_same(project, ben):
    assert ben == project
    assert ben is project.acting_as(" Ben ")
    assert ben.acting == "Ben"
    assert project.acting is None
    assert len({ben, project, project.acting_as("Ana")}) == 1
    with pytest.raises(NotEnoughError):
        ben.redo("Ben")


def test_errors_about_roles_are_one_sentence(ben):
    with pytest.raises(QualkitError) as told:
        ben.close_round("main")
    assert str(told.value) == (
        "only a lead may open or close a round in this project, and Ben is a coder; ask Ana."
    )
