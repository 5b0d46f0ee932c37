"""Suggestions are learned beside the coding, and the server keeps small."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow
import pytest

import workbench
from qualkit.workflow.documents import add_document
from qualkit.workflow.project import Project, create_project
from tests.apps.conftest import BOOK, TYPES, made_document
from workbench import beforehand, labels, learning, patience, study
from workbench.lean import give_back, keep_small
from workbench.panes import suggestions_answer, why_answer
from workbench.study import PROJECT
from workbench.tokens import Pass

ANA = Pass("Ana", "main")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with create_project(tmp_path / "study.qualkit", codebook=BOOK, stakeholders=TYPES) as made:
        lines = (("Ines", "The wage is low and the rent is high."), ("Otto", "We train them well."))
        add_document(made, made_document("Morning", lines * 4))
        learning._rests_until.clear()
        yield made


def test_suggestions_come_at_once_and_say_what_they_have_not_learned(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert suggestions_answer(project, ANA, "Morning")["behind"] == 0
    begun = []
    monkeypatch.setattr(learning, "learn", lambda *asked: begun.append(asked))
    project.code_utterance("Morning", 1, BOOK.codes[0].id, coder="Ana")
    answer = suggestions_answer(project, ANA, "Morning")
    assert answer["behind"] == 1
    assert begun == [(project, ANA, "Morning")]
    asked = {"document": "Morning", "position": "3", "code": BOOK.codes[0].id}
    assert why_answer(project, ANA, asked)["behind"] == 1


def test_what_was_coded_is_learned_in_a_thread_and_not_again_at_once(project: Project) -> None:
    suggestions_answer(project, ANA, "Morning")
    project.code_utterance("Morning", 1, BOOK.codes[0].id, coder="Ana")
    thread = learning.learn(project, ANA, "Morning")
    assert thread is not None
    thread.join(60)
    assert suggestions_answer(project, ANA, "Morning")["behind"] == 0
    learning._rests_until[project.location, ANA, "Morning"] = float("inf")
    assert learning.learn(project, ANA, "Morning") is None


def loaded(script: str) -> list[str]:
    """Return which of the heavy libraries a program has loaded at its end."""
    heavy = ("sklearn", "scipy.stats", "altair", "openpyxl", "nltk")
    told = f"import sys\n{script}\nprint(*[m for m in {heavy!r} if m in sys.modules])"
    places = [str(Path(workbench.__file__).parents[1]), str(Path(workbench.__file__).parents[2])]
    begin = f"import sys; sys.path[:0] = {places!r}\n"
    answer = subprocess.run(
        [sys.executable, "-c", begin + told], capture_output=True, text=True, check=True
    )
    return answer.stdout.split()


def test_the_server_starts_without_what_only_single_pages_need() -> None:
    assert loaded("import workbench.app, workbench.pages, workbench.pages.code") == []


def test_stemmers_are_loaded_without_the_libraries_for_learning() -> None:
    script = """
from workbench.learning import lean_stemmers
lean_stemmers()
assert "sklearn" not in sys.modules and "scipy.stats" not in sys.modules
from qualkit.suggest import Suggester
from qualkit.suggest.words import Stems
assert Stems("english")("wages rising") == ["wage", "rise"]
assert "sklearn" not in sys.modules
import sklearn.base, scipy.stats
"""
    assert set(loaded(script)) == {"sklearn", "scipy.stats", "nltk"}


def test_memory_is_given_back_where_the_system_can_be_told() -> None:
    usual = pyarrow.default_memory_pool()
    told = keep_small()
    assert told == (pyarrow.default_memory_pool().backend_name == "system")
    pyarrow.set_memory_pool(usual)
    give_back()


def test_utterances_and_codings_are_read_once_for_all_who_wait_and_not_after_closing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str | None] = []
    monkeypatch.setattr(study, "everything", lambda _, viewer: reads.append(viewer))
    study.read_tables(project)
    assert not study.is_read(project)
    assert reads == []
    monkeypatch.setenv(PROJECT, project.location)
    with study.study() as shown:
        assert not study.is_read(shown)
        study.read_tables(shown, "Ana")
        assert study.is_read(shown.acting_as("Ana"))
        assert reads == ["Ana"]
        study.close_study()
        assert not study.is_read(shown)
        study.read_tables(shown)
    assert reads == ["Ana"]


def test_the_first_page_says_what_it_reads_and_the_next_reads_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROJECT, project.location)
    said: list[str] = []
    monkeypatch.setattr(
        beforehand.st, "spinner", lambda words, **_: said.append(words) or contextlib.nullcontext()
    )
    beforehand.read_first()
    assert said == [labels.SHARED["reading"]]
    beforehand.read_first()
    assert len(said) == 1
    study.close_study()


def test_learning_begins_when_the_page_that_somebody_waits_for_is_drawn(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "_MOST", 60.0)
    monkeypatch.setattr(patience, "_AFTERWARDS", 0.0)
    done: list[str] = []

    def answer() -> None:
        suggestions_answer(project, ANA, "Morning")
        done.append("answered")

    asking = threading.Thread(target=answer)
    with patience.page_under_way():
        asking.start()
        asking.join(0.3)
        done.append("drawn")
    asking.join(60)
    assert done == ["drawn", "answered"]
