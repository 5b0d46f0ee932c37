"""A whole project leaves as JSON, and the same project is made of it."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path

import jsonschema
import pytest
from sqlalchemy import select

from qualkit.errors import (
    NewerProjectError,
    OptionError,
    ProjectError,
    ProjectExistsError,
    QualkitError,
    RefusedError,
    UnknownFileKindError,
    UnreadableFileError,
)
from qualkit.model import Code, Codebook, Coding
from qualkit.store import whole
from qualkit.store.schema import metadata, projects
from qualkit.workflow.memos import Target
from qualkit.workflow.project import create_project, create_project_from
from tests import project_schema

DOCS = Path(__file__).parents[2] / "docs" / "project-json.md"


@pytest.fixture
def study(project):
    """A project with two coders, a second round, a memo, something undone, and odd signs."""
    text = project.list_utterances("elm").set_index("position")
    at = int(text.index[text["text"].str.contains("pay is low")][0])
    start = int(text.loc[at, "start"])
    project.apply_codings(
        [
            Coding(
                "elm", at, "low_pay", "Ana", start=start, end=start + 14, memo='"\n\u2028\U0001f600'
            ),
            Coding("elm", at, "pay", "Ben", certainty=2),
        ]
    )
    project.open_round("second", coders=["Ana"])
    project.apply_codings([Coding("elm", at, "fees", "Ana", round="second")])
    project.undo("Ana")
    project.add_memo("Here", coder="Ben", target=Target(document="elm", position=at))
    project.rename_code("Training", "Löhne & \\Schulung", reason="as they say", coder="Ana")
    return project


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """A whole project in JSON, once for all that is done to it."""
    folder = tmp_path_factory.mktemp("packed")
    codes = Codebook("Small", (Code("pay", "Pay"),))
    (folder / "elm.txt").write_text("Ann Lee: The pay is low.\n\nBob Hart: It is.\n", "utf-8")
    with create_project(folder / "s.qualkit", codebook=codes) as project:
        project.import_documents([folder / "elm.txt"])
        project.apply_codings([Coding("elm", 1, "pay", "Ana")])
        project.rename_code("Pay", "Wages", reason="as they say", coder="Ana")
        return project.export(folder / "s.json")[0].read_text("utf-8")


def rows_of(project):
    with project.database.read() as connection:
        own = connection.execute(select(projects.c["name", "guid", "created_at"])).one()
        rows = {name: list(rows) for name, _, rows in whole.table_rows(connection, log=True)}
    return tuple(own), rows


def written(study, tmp_path, change=None):
    path = tmp_path / "whole.json"
    study.export(path)
    if change is not None:
        content = json.loads(path.read_text("utf-8"))
        change(content)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_the_same_project_comes_back_with_its_log_hash_for_hash(study, tmp_path, new_target):
    back, report = create_project_from(written(study, tmp_path), new_target())
    with back:
        assert rows_of(back) == rows_of(study)
        assert back.verify() == study.verify()
        assert back.secret != study.secret
        assert back.undo("Ben") is not None
    assert set(report["outcome"]) == {"new"}


def test_every_table_is_in_it_but_the_secret_is_not(study, tmp_path):
    text = written(study, tmp_path).read_text("utf-8")
    tables = json.loads(text)["tables"]
    assert set(tables) == set(metadata.tables) - {"projects"}
    assert study.secret not in text


def test_what_it_contains_stands_at_its_beginning(study, tmp_path):
    about = json.loads(written(study, tmp_path).read_text("utf-8"))["about"]
    assert about["coders"] == ["Ana", "Ben"]
    assert about["rounds"] == ["main"]
    assert (about["documents"], about["codings"]) == (1, 2)
    assert "names they have" in about["names"]


def test_it_is_as_the_schema_that_is_shipped_says(study, tmp_path):
    shipped = project_schema.PLACE.read_text("utf-8")
    assert shipped == project_schema.text(), "run: python tests/project_schema.py"
    schema = json.loads(shipped)
    check = jsonschema.Draft202012Validator(schema)
    content = json.loads(written(study, tmp_path).read_text("utf-8"))
    check.validate(content)
    content["tables"]["codings"]["rows"][0][0] = 7
    assert not check.is_valid(content)


def test_every_column_is_described():
    told = DOCS.read_text("utf-8")
    for table in project_schema.TABLES:
        row = re.search(rf"^\| `{table.name}` \|.*$", told, re.MULTILINE)
        assert row, f"docs/project-json.md does not describe {table.name}"
        assert [name for name in table.c.keys() if f"`{name}`" not in row[0]] == []  # noqa: SIM118


def test_a_file_that_another_program_laid_out_anew_is_read_too(study, tmp_path, new_target):
    path = written(study, tmp_path)
    content = json.loads(path.read_text("utf-8"))
    last_first = {"tables": content.pop("tables"), **content}
    path.write_text("\ufeff" + json.dumps(last_first, indent=2), encoding="utf-8")
    back, _ = create_project_from(path, new_target())
    with back:
        assert rows_of(back) == rows_of(study)


def test_a_table_of_a_later_schema_may_be_missing(study, tmp_path, new_target):
    def older(content):
        content["schema"] = "0001"
        assert content["tables"].pop("rejections")["rows"] == []

    back, _ = create_project_from(written(study, tmp_path, older), new_target())
    with back:
        back.verify()


def test_under_pseudonyms_or_blind_it_does_not_leave(study, tmp_path):
    key = tmp_path / "key.csv"
    key.write_text("name,kind,label\nAnn Lee,person,Person 1\n", encoding="utf-8")
    with pytest.raises(RefusedError, match="real names"):
        study.export(tmp_path / "w.json", pseudonyms=key)
    study.open_round("blind", mode="blind", coders=["Ana", "Ben"])
    with pytest.raises(RefusedError, match="'blind' hides"):
        study.export(tmp_path / "w.json")
    assert not (tmp_path / "w.json").exists()


def test_it_becomes_no_part_of_another_project_and_replaces_none(study, tmp_path):
    path, there = written(study, tmp_path), tmp_path / "there.qualkit"
    with pytest.raises(OptionError, match="a project of its own"):
        study.import_project(path)
    there.write_text("mine", encoding="utf-8")
    with pytest.raises(ProjectExistsError):
        create_project_from(path, there)
    assert there.read_text("utf-8") == "mine"


def cell(table, column, value, row=0):
    def change(content):
        packed = content["tables"][table]
        packed["rows"][row][packed["columns"].index(column)] = value

    return change


def swollen(content):
    packed = content["tables"]["changes"]
    bomb = base64.b64encode(zlib.compress(b" " * 60_000_000)).decode("ascii")
    packed["rows"][0][packed["columns"].index("effects")] = bomb


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        (lambda c: c.update(format="theirs"), UnknownFileKindError, "no project of qualkit"),
        (lambda c: c.update(version=2), NewerProjectError, "newer qualkit"),
        (lambda c: c.update(schema="9999"), NewerProjectError, "newer qualkit"),
        (lambda c: c.pop("project"), UnreadableFileError, "missing"),
        (lambda c: c["project"].pop("guid"), ProjectError, "whose tables"),
        (lambda c: c["tables"].update(more={"columns": [], "rows": []}), ProjectError, "'more'"),
        (lambda c: c["tables"]["codings"]["columns"].pop(), ProjectError, "codings"),
        (lambda c: c["tables"]["codings"]["rows"][0].pop(), UnreadableFileError, "row 1"),
        (lambda c: c["tables"].update(codings=[]), UnreadableFileError, "object"),
        (cell("texts", "text", "other words"), ProjectError, "not the one imported"),
        (cell("sources", "content", "AAAA"), ProjectError, "not the one read"),
        (cell("sources", "content", "no base 64"), UnreadableFileError, "base64"),
        (cell("changes", "payload", "{}"), ProjectError, "line 1 of its change log"),
        (cell("codings", "utterance_id", 10**30), ProjectError, "fit together"),
        (cell("codings", "code_id", "nowhere"), ProjectError, "fit together"),
        (cell("codings", "memo", 7), ProjectError, "codings"),
        (cell("utterances", "end", 10**6), ProjectError, "outside their text"),
        (cell("codebook_versions", "content", "[", -1), ProjectError, "cannot be read as"),
        (swollen, ProjectError, "unpacks to far too much"),
    ],
)  # fmt: skip
def test_what_was_tampered_with_is_refused_and_leaves_nothing(
    packed, tmp_path, change, kind, words
):
    content = json.loads(packed)
    change(content)
    path = tmp_path / "whole.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(kind, match=words) as problem:
        create_project_from(path, tmp_path / "back.qualkit")
    assert "\n" not in str(problem.value)
    assert list(tmp_path.iterdir()) == [path]


def test_a_changed_row_that_the_log_does_not_know_is_found_by_verify(study, tmp_path, new_target):
    path = written(study, tmp_path, cell("codings", "memo", "put in"))
    back, _ = create_project_from(path, new_target())
    with back, pytest.raises(QualkitError, match="differs from the log in memo"):
        back.verify()
