"""Completion: a real bash, and what the other shells are handed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.shell_completion import CompletionItem, ShellComplete, get_completion_class
from click.testing import CliRunner

from qualkit.cli import main
from qualkit.workflow.project import create_project

BASH = """
compopt() { :; }
source <(qualkit completion bash)
try() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
  _qualkit_completion qualkit
  printf '%s|' "${COMPREPLY[@]}"; echo
}
try qualkit codeb
try qualkit cooccurrence "$STUDY" --code 'low\\ p'
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("completion")
    (folder / "book.yaml").write_text(
        "name: Small\ncodes:\n- name: Low pay\n- name: Training (all)\n", "utf-8"
    )
    (folder / "talk.txt").write_text("Ann Lee: The pay is low.\n\nBob Hart: It is.\n", "utf-8")
    with create_project(folder / "s.qualkit", codebook=folder / "book.yaml") as project:
        project.import_documents([folder / "talk.txt"])
        project.review_utterance("talk", 1, coder="Ana Maria")
    return str(folder / "s.qualkit")


def offered(*words: str) -> list[str]:
    *before, last = words
    items = ShellComplete(main, {}, "qualkit", "_X").get_completions(list(before), last)
    return [item.value for item in items]


def test_bash_completes_commands_and_quotes_names_as_it_needs_them(study, tmp_path):
    program = tmp_path / "qualkit"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m qualkit "$@"\n', "utf-8")
    program.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-c", BASH],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "STUDY": study, "PATH": path},
    )
    assert ended.stdout.splitlines() == ["codebook|", "Low\\ pay|"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["suggest", "STUDY", "--coder", ""], ["Ana Maria"]),
        (["utterances", "STUDY", "--document", "t"], ["talk"]),
        (["codebook", "retire", "STUDY", "train"], ["Training (all)"]),
        (["suggest", "STUDY", "--round", "m"], ["main"]),
        (["frequency", "STUDY", "--by", "st"], []),
        (["completion", "z"], ["zsh"]),
    ],
)
def test_names_of_the_project_are_offered(study, words, names):
    assert offered(*[study if word == "STUDY" else word for word in words]) == names


@pytest.mark.parametrize(("typed", "line"), [("lo", r"plain,Low\\ pay"), ('"lo', "plain,Low pay")])
def test_within_quotation_marks_nothing_is_quoted(monkeypatch, typed, line):
    monkeypatch.setenv("COMP_WORDS", f"qualkit\n{typed}")
    monkeypatch.setenv("COMP_CWORD", "1")
    kind = get_completion_class("bash")
    assert kind is not None
    assert kind(main, {}, "qualkit", "_X").format_completion(CompletionItem("Low pay")) == line


def test_a_project_is_completed_by_the_shell_as_a_file():
    items = ShellComplete(main, {}, "qualkit", "_X").get_completions(["verify"], "st")
    assert [(item.value, item.type) for item in items] == [("st", "file")]


@pytest.mark.parametrize(("noun", "verb"), [("batch", "counts"), ("codings", "import")])
def test_a_noun_offers_its_verbs_and_files_for_the_usual_one(noun, verb):
    items = ShellComplete(main, {}, "qualkit", "_X").get_completions([noun], "")
    found = {(item.value, item.type) for item in items}
    assert {("", "file"), (verb, "plain")} <= found


def test_no_project_means_no_names(tmp_path):
    assert offered("utterances", str(tmp_path / "none.qualkit"), "--document", "") == []
    assert offered("utterances", "--document", "") == []


@pytest.mark.parametrize(
    ("shell", "words"),
    [("bash", "complete -o nosort"), ("zsh", "#compdef qualkit"), ("fish", "complete --no-files")],
)
def test_each_shell_gets_its_script(shell, words):
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0
    assert words in result.stdout
    assert "_QUALKIT_COMPLETE" in result.stdout
