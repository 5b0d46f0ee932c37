"""The page Start: a workbench that was started without a project leads to one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import workbench
from qualkit.workflow.project import Project, open_project
from workbench import labels
from workbench.recent import note_recent, recent_projects
from workbench.study import CHOOSE, PROJECT, close_study

WORDS = labels.START


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A computer on which nothing was opened yet, and a workbench without a project."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setenv(CHOOSE, "yes")
    monkeypatch.setenv(PROJECT, "")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    close_study()


def started() -> AppTest:
    script = Path(workbench.__file__).parent / "entry" / "main.py"
    page = AppTest.from_file(script, default_timeout=60).run()
    assert not page.exception
    return page


def box(page: AppTest, kind: str, label: str):
    (found,) = [one for one in page.get(kind) if one.label == label]
    return found


def pressed(page: AppTest, label: str) -> AppTest:
    page = box(page, "button", label).click().run()
    assert not page.exception
    return page


def test_a_new_project_without_codes_is_made_and_shown(home: Path) -> None:
    page = started()
    box(page, "text_input", WORDS["name"]).input("My study")
    page = pressed(page, WORDS["new_do"])
    assert [one.value for one in page.error] == []
    made = home / "My study.qualkit"
    assert os.environ[PROJECT] == str(made)
    with open_project(made) as project:
        assert project.codebook().codes == ()
    assert page.subheader[0].value == labels.CODE["who"]
    assert recent_projects() == [str(made)]


def test_a_new_project_takes_the_shipped_codebook_and_its_types(home: Path) -> None:
    page = started()
    box(page, "text_input", WORDS["name"]).input("Care")
    box(page, "radio", WORDS["codebook"]).set_value("shipped")
    pressed(page, WORDS["new_do"])
    with open_project(home / "Care.qualkit") as project:
        assert len(project.codebook().codes) > 20
        assert len(project.typology().types) > 5


def test_a_project_that_is_there_is_not_replaced(home: Path) -> None:
    (home / "Mine.qualkit").write_text("something")
    page = started()
    box(page, "text_input", WORDS["name"]).input("Mine")
    page = pressed(page, WORDS["new_do"])
    assert len(page.error) == 1
    assert (home / "Mine.qualkit").read_text() == "something"


def test_what_was_opened_is_offered_again_newest_first(project: Project, home: Path) -> None:
    note_recent(str(home / "gone.qualkit"))
    note_recent("postgresql+psycopg://me:secret@server/study")
    note_recent(project.location)
    note_recent("postgresql+psycopg:///study")
    assert recent_projects() == ["postgresql+psycopg:///study", project.location]
    os.environ[PROJECT] = ""
    page = pressed(started(), project.location)
    assert os.environ[PROJECT] == project.location
    assert page.subheader[0].value == labels.CODE["who"]


def test_a_place_without_a_project_is_refused_in_a_sentence(home: Path) -> None:
    page = started()
    box(page, "text_input", WORDS["place"]).input(str(home / "none.qualkit"))
    page = pressed(page, WORDS["open_do"])
    assert len(page.error) == 1
    assert os.environ[PROJECT] == ""


def test_the_sample_study_is_one_click_away(home: Path) -> None:
    page = pressed(started(), WORDS["demo"])
    assert [one.value for one in page.error] == []
    assert (home / "demo" / "demo.qualkit").is_file()


@pytest.mark.parametrize("content", ["", "{", '{"a": 1}', "[1, null]"])
def test_a_damaged_list_of_recent_projects_is_no_trouble(home: Path, content: str) -> None:
    place = home / "settings" / "qualkit"
    place.mkdir(parents=True)
    (place / "recent.json").write_text(content)
    assert recent_projects() == []
    started()
