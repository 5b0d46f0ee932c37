"""The compact tables that findings start from say what the plain ones say."""

from __future__ import annotations

import pandas as pd
import pytest

from qualkit.store import codings, documents
from qualkit.store.wholes import every_coding, every_place, every_review, every_utterance


@pytest.fixture
def coded(project):
    places = project.list_utterances().query("codable")["position"].tolist()
    project.code_utterance("elm", places[1], "Training", coder="Ben")
    project.code_utterance("elm", places[0], "Pay", coder="Ana", memo="half of it")
    project.code_utterance("elm", places[0], "Pay", coder="Ben")
    project.code_utterance("elm", places[0], "Low pay", coder="Ana")
    return project


def plain(table: pd.DataFrame) -> pd.DataFrame:
    whole = table.astype(object)
    return whole.where(table.notna(), None)


def test_they_say_the_same(coded):
    with coded.database.read() as connection:
        spoken = every_place(connection)
        places = every_utterance(connection, spoken)
        table = every_coding(connection, spoken.places)
        reviewed = every_review(connection, spoken.places)
        expected = codings.frame(connection).drop(columns="id")
        looked = codings.review_frame(connection)
        pd.testing.assert_frame_equal(plain(places), plain(documents.utterance_frame(connection)))
    pd.testing.assert_frame_equal(plain(table.drop(columns="utterance")), plain(expected))
    pd.testing.assert_frame_equal(plain(reviewed[list(looked)]), plain(looked))
    at = places.loc[table["utterance"], "position"]
    assert at.tolist() == table["position"].tolist()


def test_names_are_kept_once(coded):
    with coded.database.read() as connection:
        table = every_coding(connection, every_place(connection).places)
    names = ["document", "code", "coder", "round", "origin", "coder_kind", "created_at"]
    assert {str(table[name].dtype) for name in names} == {"category"}


def test_some_documents_alone(coded):
    with coded.database.read() as connection:
        places = every_place(connection).places
        assert len(every_coding(connection, places, only=["elm"])) == 4
        assert every_coding(connection, places, only=["oak"]).empty
        assert every_review(connection, places, only=["oak"]).empty


def test_a_project_without_codings_has_empty_tables(project):
    with project.database.read() as connection:
        places = every_place(connection).places
        assert list(every_coding(connection, places).columns)[:3] == [
            "document",
            "position",
            "code",
        ]
        assert every_review(connection, places).empty
