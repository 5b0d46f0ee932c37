"""Coding one utterance from the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from qualkit.cli import main


@pytest.fixture
def run(project):
    def call(*words: object):
        place, rest = words[0], words[1:]
        told = ["coding", str(place), project.location, *map(str, rest)]
        result = CliRunner().invoke(main, told)
        return result.exit_code, result.output

    return call


def test_a_coding_is_made_said_more_of_and_taken_away(project, run):
    code, said = run("add", "elm", 8, "Pay", "--coder", "Ana", "--memo", "why")
    assert (code, said) == (0, "elm, 8: Pay.\n")
    assert run("add", "elm", 8, "Pay", "--coder", "Ana")[1] == "elm, 8: Pay was there already.\n"
    assert run("set", "elm", 8, "Pay", "--coder", "Ana", "--certainty", 1)[0] == 0
    row = project.list_codings().iloc[0]
    assert (row["memo"], row["certainty"]) == ("why", 1)
    assert run("remove", "elm", 8, "Pay", "--coder", "Ana")[0] == 0
    assert project.list_codings().empty
    code, said = run("remove", "elm", 8, "Pay", "--coder", "Ana")
    assert code == 2
    assert "Ana has not coded 'Pay'" in said


def test_words_make_a_code_of_their_own(project, run):
    assert run("in-vivo", "elm", 7, "hours are long", "--coder", "Ana", "--parent", "Pay")[0] == 0
    assert list(project.list_codings()["code"]) == ["hours are long"]


def test_an_utterance_is_looked_at_and_again_not(project, run):
    assert run("review", "elm", 8, "--coder", "Ana")[1] == "elm, 8: looked at.\n"
    assert run("review", "elm", 8, "--coder", "Ana")[1] == "elm, 8: looked at, as before.\n"
    assert run("review", "elm", 8, "--coder", "Ana", "--undone")[1] == "elm, 8: to be looked at.\n"
    assert project.list_reviews().empty
