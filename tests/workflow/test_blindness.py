"""Blind means blind: no public call hands Ben what Ana does in a blind round."""

from __future__ import annotations

import ast
import inspect
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from qualkit.errors import NotEnoughError, QualkitError, RefusedError
from qualkit.model import Coding, Exposure
from qualkit.workflow.findings import frequency
from qualkit.workflow.fitting import fit_suggester
from qualkit.workflow.memos import Target
from qualkit.workflow.project import Project, open_project
from qualkit.workflow.screens import (
    list_progress,
    transcript,
    utterances_behind,
)

SECRET = "plover 7731"


def place(project, words: str) -> int:
    table = project.list_utterances("elm")
    return int(table.loc[table["text"].str.contains(words), "position"].iloc[0])


@pytest.fixture
def at(project) -> int:
    """Ana has coded blind with a secret memo; both have coded in the open round, too."""
    project.open_round("Blind", mode="blind", coders=["Ana", "Ben"])
    position = place(project, "pay is low")
    project.apply_codings(
        [
            Coding("elm", position, "training", "Ana", "Blind", memo=SECRET, certainty=1),
            Coding("elm", position, "fees", "Ana", "Blind"),
            Coding("elm", position, "low_pay", "Ben", "Blind", memo="Ben's own"),
            Coding("elm", position + 1, "pay", "Ana"),
            Coding("elm", position + 1, "pay", "Ben"),
        ]
    )
    project.add_memo(f"a memo with {SECRET}", coder="Ana", target=Target("elm", position))
    project.set_coding(Coding("elm", position, "training", "Ana", "Blind"), certainty=2)
    project.apply_codings([Coding("elm", position + 1, "fees", "Ana", "Blind", memo=SECRET)])
    project.undo("Ana")
    return position


def told(result: Any) -> str:
    """Return all that a result says, whatever it is."""
    if isinstance(result, pd.DataFrame):
        return result.to_csv() + json.dumps(result.attrs, default=str)
    if isinstance(result, (list, tuple)):
        return "".join(map(told, result))
    if isinstance(result, Path):
        return in_file(result)
    return str(result)


def in_file(path: Path) -> str:
    if path.suffix == ".xlsx":
        book = load_workbook(path)
        return "".join(str(row) for sheet in book for row in sheet.iter_rows(values_only=True))
    if path.suffix in {".qdpx", ".zip", ".docx"}:
        with zipfile.ZipFile(path) as whole:
            return "".join(whole.read(one).decode("utf-8", "replace") for one in whole.namelist())
    if path.suffix == ".qualkit":
        with open_project(path) as copy:
            return told([copy.list_codings(viewer=who) for who in ("Ana", "Ben", None)])
    return path.read_bytes().decode("utf-8", errors="replace")


def in_zip(project: Project, folder: Path) -> Path:
    project.export(folder / "again.qdpx")
    return folder / "again.qdpx"


def looked_back(project: Project) -> list[Any]:
    with project.as_of(project.revision) as old:
        return [old.list_codings(viewer="Ben"), old.list_changes(viewer="Ben"), old.list_memos()]


def calls(project: Project, at: int, folder: Path) -> dict[str, Callable[[], Any]]:
    """Return how Ben calls each verb that cannot be called with ``viewer="Ben"`` alone."""
    one = {"document": "elm", "position": at, "op_id": "operation-1", "code": "pay"}
    codings = folder / "ben.csv"
    codings.write_text(f"document,position,code,round\nelm,{at},Pay,Blind\n", encoding="utf-8")
    (folder / "people.csv").write_text("speaker,role\nAnn Lee,Carer\n", encoding="utf-8")
    (folder / "ben_batch.csv").write_text("document,text\nd,the pay is low\n", encoding="utf-8")
    text = folder / "more.txt"
    text.write_text("Ann Lee: Hello there.\n", encoding="utf-8")
    return {
        "agreement": lambda: project.agreement(coders=["Ana", "Ben"]),
        "agreement_difference": lambda: project.agreement_difference("main", "Blind"),
        "frequency": lambda: [project.frequency(), project.frequency(coders=["Ana"])],
        "differences": lambda: project.differences("Care worker", "Provider"),
        "pair_differences": lambda: project.pair_differences("Care worker", "Provider"),
        "portrait": lambda: project.portrait("elm"),
        "chart": lambda: [
            str(project.chart(kind).to_dict())
            for kind in ("heatmap", "network", "combinations", "progress")
        ],
        "save_chart": lambda: project.save_chart(folder / "portrait.svg", "portrait", "elm"),
        "suggest": lambda: project.suggest(coder="Ben"),
        "log_exposures": lambda: project.log_exposures(
            [Exposure("elm", at, "fees", 0.5, 1, "codings", "0.1.0@1")],
            coder="Ben",
            round_name="Blind",
        ),
        "reject_suggestion": lambda: project.reject_suggestion(
            "elm", at, "Council fees", coder="Ben", round_name="Blind"
        ),
        "utterance_history": lambda: project.utterance_history("elm", at, viewer="Ben"),
        "as_of": lambda: looked_back(project),
        "export": lambda: project.export(
            *(
                folder / f"out.{kind}"
                for kind in ["xlsx", "csv", "parquet", "sav", "R", "zip", "yaml", "html", "docx"]
            )
        ),
        "matrix": lambda: [
            project.matrix(*one) for one in (("wide", "each"), ("wide", "pooled"), ("long", "each"))
        ],
        "write_table": lambda: project.write_table(
            project.list_codings(viewer="Ben"), folder / "list.csv"
        ),
        "export_project": lambda: project.export_project(folder / "out.qdpx"),
        "import_project": lambda: project.import_project(in_zip(project, folder)),
        "match_codings": lambda: project.match_codings(codings, coder="Ben"),
        "list_code_codings": lambda: project.list_code_codings("Training", viewer="Ben"),
        "split_project": lambda: [
            project.split_project("Ben", folder / "ben.qualkit"),
            folder / "ben.qualkit",
        ],
        "merge_project": lambda: project.merge_project(folder / "ben.qualkit"),
        "apply_operations": lambda: project.apply_operations(
            [
                {**one, "action": action, "op_id": f"{action}-12345"}
                for action in ("apply", "remove")
            ],
            coder="Ben",
            round_name="Blind",
        ),
        "apply_codings": lambda: project.apply_codings([Coding("elm", at, "pay", "Ben", "Blind")]),
        "code_utterance": lambda: project.code_utterance(
            "elm", at, "Training", coder="Ben", round_name="Blind"
        ),
        "remove_coding": lambda: project.remove_coding(
            "elm", at, "Training", coder="Ben", round_name="Blind"
        ),
        "review_utterance": lambda: project.review_utterance(
            "elm", at, coder="Ben", round_name="Blind"
        ),
        "unreview_utterance": lambda: project.unreview_utterance(
            "elm", at, coder="Ben", round_name="Blind"
        ),
        "set_coding": lambda: [
            project.set_coding(Coding("elm", at, "pay", "Ben", "Blind"), memo="mine"),
            project.set_coding(Coding("elm", at, "training", "Ben", "Blind"), certainty=3),
        ],
        "code_in_vivo": lambda: project.code_in_vivo("elm", at, (0, 3), coder="Ben"),
        "code_query": lambda: [
            project.code_query(
                "code:training OR has:memo", "Pay", coder="Ben", round_name="Blind", dry_run=True
            ),
            project.code_query("pay", "Training", coder="Ben", round_name="Blind"),
        ],
        "retrieve": lambda: [
            project.retrieve("code:fees coder:Ana", viewer="Ben"),
            project.retrieve("has:memo", viewer="Ben", context=2),
            project.retrieve("pay coder:Ana round:Blind"),
        ],
        "concordance": lambda: project.concordance("low", query="coder:Ana", viewer="Ben"),
        "keywords": lambda: [project.keywords(), project.keywords(round_name="Blind")],
        "collocations": lambda: project.collocations(query="code:training", viewer="Ben"),
        "explain_suggestion": lambda: project.explain_suggestion(
            "Training", place=("elm", at), coder="Ben"
        ),
        "list_missed": lambda: project.list_missed("Ben"),
        "next_to_code": lambda: project.next_to_code("Ben"),
        "save_model": lambda: [project.save_model(folder / "ben.model"), folder / "ben.model"],
        "code_batch": lambda: [
            project.code_batch(folder / "ben_batch.csv", folder / "batch", form="csv"),
            *(folder / "batch").iterdir(),
        ],
        "autocode": lambda: project.autocode("Ben's machine", dry_run=True),
        "import_codings": lambda: project.import_codings(codings, coder="Ben"),
        "adjudicate": lambda: project.adjudicate(
            "elm", at, "Training", True, reason="x", by="Ben", round_name="Blind"
        ),
        "add_memo": lambda: project.add_memo("x", coder="Ben", target=Target("elm", at)),
        "change_memo": lambda: project.change_memo("0" * 8, "x", coder="Ben"),
        "delete_memo": lambda: project.delete_memo("0" * 8, coder="Ben"),
        "confirm_codings": lambda: project.confirm_codings("Ben"),
        "undo": lambda: project.undo("Ben"),
        "redo": lambda: project.redo("Ben"),
        "open_round": lambda: project.open_round("Third"),
        "open_repeat": lambda: project.open_repeat("Fourth", coder="Ben"),
        "agreement_with_self": lambda: project.agreement_with_self("Fourth"),
        "plan_double_coding": lambda: project.plan_double_coding(0.5, code="Training"),
        "open_double_coding": lambda: project.open_double_coding(
            "Fifth", 0.5, coders=["Ben", "Ana"], code="Training"
        ),
        "close_round": lambda: project.close_round("Third"),
        "set_speaker": lambda: project.set_speaker("Ann Lee", role="Carer"),
        "merge_speakers": lambda: project.merge_speakers("Ann Lee", ["Bob Hart"]),
        "import_people": lambda: project.import_people(folder / "people.csv"),
        "split_utterance": lambda: project.split_utterance("elm", at, "I like"),
        "join_utterances": lambda: project.join_utterances("elm", at),
        "set_utterance": lambda: project.set_utterance("elm", at, reported=True),
        "import_documents": lambda: project.import_documents([text]),
        "import_bytes": lambda: project.import_bytes(b"Ann Lee: Bye now.\n", "bye.txt"),
        "preview_documents": lambda: project.preview_documents([text]),
        "revise_document": lambda: project.revise_document("more", text, dry_run=True),
        "settle_quarantine": lambda: project.settle_quarantine(1, None),
        "apply_codebook": lambda: project.apply_codebook(folder / "book.yaml", reason="x"),
        "export_codebook": lambda: project.export_codebook(folder / "book.yaml"),
        "diff_codebooks": lambda: project.diff_codebooks(1),
        "add_code": lambda: project.add_code("Hours", reason="x"),
        "rename_code": lambda: project.rename_code("Hours", "Long hours", reason="x"),
        "edit_code": lambda: project.edit_code("Training", reason="x", definition="To learn."),
        "move_code": lambda: project.move_code("Training", "Pay", reason="x"),
        "retire_code": lambda: project.retire_code("Council fees", reason="x"),
        "restore_code": lambda: project.restore_code("Council fees", reason="x"),
        "split_code": lambda: project.split_code("Training", ["Courses"], reason="x"),
        "merge_codes": lambda: project.merge_codes("Low pay", ["Council fees"], reason="x"),
        "propose_pseudonyms": lambda: project.propose_pseudonyms(folder / "key.csv"),
        "list_leaks": lambda: project.list_leaks(folder / "key.csv"),
        "set_role": lambda: project.set_role("Ben", "lead"),
    }


WHOLE = {"backup", "snapshot"}  # copies of the project for its owner, not a view of it
LAST = (
    "join_utterances",
    "merge_project",
    "undo",
    "redo",
    "propose_pseudonyms",
    "list_leaks",
    "close_round",
    "set_role",
)


def verbs() -> list[str]:
    own = {name for name in vars(Project) if not name.startswith("_")}
    return [*sorted(own - WHOLE - set(LAST)), *LAST]


def test_no_verb_of_a_project_hands_ben_what_ana_codes_blind(project, at, tmp_path):
    known = calls(project, at, tmp_path)
    project.export_codebook(tmp_path / "book.yaml")
    for verb in verbs():
        call = known.get(verb)
        if call is None:
            method = getattr(project, verb)
            options = {"viewer": "Ben"} if "viewer" in inspect.signature(method).parameters else {}
            needed = [
                one
                for one in inspect.signature(method).parameters.values()
                if one.default is one.empty
                and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
            ]
            assert not needed, f"say in calls() how Ben calls {verb}"
            call = lambda method=method, options=options: method(**options)  # noqa: E731
        try:
            result = call()
        except QualkitError as problem:
            result = str(problem)
        assert SECRET not in told(result), verb
        if isinstance(result, pd.DataFrame) and {"coder", "round"} <= set(result.columns):
            seen = result[(result["coder"] == "Ana") & (result["round"] == "Blind")]
            assert seen.empty or verb == "list_round_progress", verb  # how many, not what
    assert SECRET in told(project.list_codings(viewer="Ana"))
    assert SECRET in told(project.list_memos(viewer="Ana"))
    project.verify()


def test_screens_and_suggestions_hand_out_nothing_either(project, at):
    shown = transcript(project, "elm", coder="Ben", round_name="Blind")
    assert [one["code"] for one in shown["codings"]] == ["low_pay"]
    assert SECRET not in json.dumps(shown)
    progress = list_progress(project, coder="Ben", round_name="Blind")
    assert progress["reviewed"].tolist() == [1]
    assert utterances_behind(project, "Training").empty
    assert project.retrieve("code:Training code:Pay").empty
    rows = project.suggest(coder="Ben")
    assert set(rows.loc[rows["code"] == "Training", "basis"]) <= {"codebook"}
    assert fit_suggester(project, viewer="Ben") is not None


def test_a_listing_without_a_viewer_leaves_the_round_out_and_says_so(project, at):
    table = project.list_codings()
    assert set(table["round"]) == {"main"}
    assert table.attrs["about"]["left_out"] == "everything of Blind: blind until closed"
    assert set(project.list_reviews()["round"]) == {"main"}
    history = project.utterance_history("elm", at)
    assert history.empty
    codes = project.list_codes().set_index("code")["codings"]
    assert codes.to_dict() == {"Pay": 1, "Low pay": 0, "Council fees": 0, "Training": 0}


def test_a_coder_sees_their_own_and_the_open_rounds(project, at):
    table = project.list_codings(viewer="Ben")
    assert sorted(zip(table["coder"], table["round"], strict=True)) == [
        ("Ana", "main"),
        ("Ben", "Blind"),
        ("Ben", "main"),
    ]
    assert "not by Ben" in table.attrs["about"]["left_out"]


def test_the_log_stands_whole_but_does_not_tell(project, at):
    whole = project.list_changes(viewer="Ana")
    seen = project.list_changes(viewer="Ben")
    assert list(seen["seq"]) == list(whole["seq"])
    batches = seen[seen["action"] == "codings.batch"].set_index("seq")
    hidden = batches["payload"].str.contains("a blind round is still open")
    assert set(batches.loc[hidden, "actor"]) == {"Ana"}
    assert set(batches.loc[~hidden, "actor"]) == {"Ana", "Ben"}  # Ana's in the open round
    undone = seen[seen["action"] == "undo"]["payload"].iloc[0]
    assert undone == '{"hidden": "a blind round is still open"}'


def test_findings_leave_a_blind_round_out_or_refuse_it(project, at):
    table = project.frequency()
    counted = table[(table["level"] == "code") & (table["n"] > 0)]
    assert set(counted["code"]) == {"Pay"}
    assert "Blind" in table.attrs["about"]["left_out"]
    assert "Blind" in project.agreement().attrs["about"]["left_out"]
    for finding in (project.frequency, project.cooccurrence, project.agreement):
        with pytest.raises(RefusedError, match="round 'Blind' is blind and still open"):
            finding(round_name="blind")


def test_closing_lifts_the_veil(project, at):
    project.close_round("Blind")
    assert SECRET in told(project.list_codings(viewer="Ben"))
    assert SECRET in told(project.list_memos())
    assert "about" not in project.list_codings().attrs
    assert len(project.list_disagreements(round_name="Blind")) == 3
    assert not frequency(project, round_name="Blind").empty
    assert "hidden" not in told(project.list_changes())


def test_machines_are_hidden_like_others(project):
    project.open_round("Blind", mode="blind")
    project.autocode("markers", round_name="Blind")
    assert project.list_codings(viewer="Ben").empty
    with pytest.raises(NotEnoughError):
        project.frequency()


def test_an_in_vivo_code_would_tell_so_a_blind_round_has_none(project, at):
    row = project.list_utterances().set_index("position").loc[at]
    start = int(row["start"])
    with pytest.raises(RefusedError, match="blind"):
        project.code_in_vivo("elm", at, (start, start + 3), coder="Ben", round_name="Blind")


def reads_codings(path: Path) -> bool:
    """Return whether a module asks the store for codings or reviews itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {
        one.asname or one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "qualkit.store"
        for one in node.names
        if one.name == "codings"
    }
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in names
        and node.attr in {"frame", "review_frame"}
        for node in ast.walk(tree)
    )


def test_only_one_place_reads_the_codings():
    folder = Path(inspect.getfile(frequency)).parent
    asks = {path.name for path in folder.glob("*.py") if reads_codings(path)}
    assert asks == {
        "blindness.py",
        "checks.py",  # proves all of them, shows none
        "recoding.py",  # names of coders, and what is to move with a code
    }
