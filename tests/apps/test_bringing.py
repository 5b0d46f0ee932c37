"""What other programs made comes in through the workbench, too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import workbench
from qualkit.model import Code, Codebook
from qualkit.workflow.project import Project, create_project
from workbench import labels
from workbench.bringing import BROUGHT, Wish, brought, uploaded
from workbench.state import Session
from workbench.study import CHOOSE, PROJECT, close_study

WORDS = labels.BRINGING
TEXT = "Ann: We need more pay.\n\nBob: So do we all.\n\nAnn: Then let us say so.\n"
TAGGED = b"Cara: (QCODE)Hours are long(/QCODE){#hours} here.\n\nDan: They are.\n"


@dataclass(frozen=True)
class Dropped:
    """A file as the browser sends it."""

    name: str
    content: bytes

    def getvalue(self) -> bytes:
        return self.content


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A workbench on a project of one document."""
    target = tmp_path / "study.qualkit"
    (tmp_path / "talk.txt").write_text(TEXT, encoding="utf-8")
    with create_project(target, codebook=Codebook("c", (Code("pay", "Pay"),))) as made:
        made.import_documents([tmp_path / "talk.txt"])
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
        monkeypatch.setenv(PROJECT, str(target))
        yield made
    close_study()


@pytest.mark.parametrize(
    ("wish", "file"),
    [
        (Wish("project", "Ana", "main"), Dropped("note.txt", TAGGED)),
        (
            Wish("passages", None, "main"),
            Dropped("list.csv", b"document,code,quote,coder\ntalk,Pay,more pay,Ana\n"),
        ),
        (
            Wish("numbers", "Ana", "main", finished=True),
            Dropped("numbers.csv", b"document,position,code\ntalk,1,Pay\n"),
        ),
    ],
)
def test_a_file_comes_in_as_what_it_is_and_the_report_says_so(
    study: Project, wish: Wish, file: Dropped
) -> None:
    report = brought(study, file, wish)
    assert len(report)
    assert list(study.list_codings()["coder"]) == ["Ana"]
    again = brought(study, file, wish)
    assert len(again)
    assert len(study.list_codings()) == 1


def test_an_uploaded_file_keeps_its_name_and_leaves_nothing_behind() -> None:
    with uploaded(Dropped("../../a/list.csv", b"x")) as path:
        assert (path.name, path.read_bytes()) == ("list.csv", b"x")
    assert not path.parent.exists()


def run_documents() -> None:
    from workbench.pages.documents import show  # noqa: PLC0415 - Streamlit runs this by itself

    show()


def test_the_page_documents_has_a_form_and_shows_the_report(study: Project) -> None:
    report = brought(study, Dropped("note.txt", TAGGED), Wish("project", "Ana", "main"))
    page = AppTest.from_function(run_documents, default_timeout=60)
    page.session_state["qualkit"] = Session(coder="Ana")
    page.session_state[BROUGHT] = report
    page.run()
    assert not page.exception
    shown = " ".join(one.value for one in page.markdown)
    assert WORDS["report"] in shown
    assert "in the file" in " ".join(str(one.proto) for one in page.get("html")) + shown
    page = page.radio(key="bring_kind").set_value("passages").run()
    assert not page.exception
    (button,) = [one for one in page.button if one.label == WORDS["do"]]
    page = button.click().run()
    assert [one.value for one in page.error] == ["choose a file first."]


def test_the_page_start_offers_a_project_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.setenv(CHOOSE, "yes")
    monkeypatch.setenv(PROJECT, "")
    script = Path(workbench.__file__).parent / "entry" / "main.py"
    page = AppTest.from_file(script, default_timeout=60).run()
    assert not page.exception
    assert labels.START["foreign_do"] in {one.label for one in page.button}
    close_study()
