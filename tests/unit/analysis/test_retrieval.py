"""What queries find: each term, how they join, and which coding is meant."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualkit.analysis.query import parse
from qualkit.analysis.retrieval import search
from qualkit.analysis.searchable import Searchable
from qualkit.errors import OptionError, UnknownNameError
from qualkit.model import Code, Codebook

CODEBOOK = Codebook(
    "Small",
    (
        Code("pay", "Pay"),
        Code("low_pay", "Low pay", "pay"),
        Code("sick_pay", "Sick pay", "low_pay"),
        Code("training", "Training"),
    ),
)
ANN, CARER, UNION = "Ann Lee", "Care worker", "Trade union"
# document, position, kind, label, speaker, role, type, codable, time, text
UTTERANCES = [
    ("Group 4", 1, "heading", None, None, None, None, False, None, "About pay"),
    ("Group 4", 2, "speech", "1.", ANN, CARER, CARER, True, 5, "Pay is low."),
    ("Group 4", 3, "speech", "2.", "Bob", "Senior care worker", UNION, True, 65, "The café."),
    ("Group 4", 4, "speech", "Q7", ANN, CARER, CARER, True, 130, "Minimum wage!"),
    ("Group 40", 1, "speech", None, "Ann", "Manager", UNION, True, None, "No training."),
    ("Group 40", 2, "note", None, None, None, None, True, None, "paying 10p"),
]  # fmt: skip
# document, position, code, coder, round, origin, certainty, memo, counts
CODINGS = [
    ("Group 4", 2, "Low pay", "Ben", "main", "manual", 1, "why", True),
    ("Group 4", 2, "Pay", "Ana", "main", "manual", 3, None, True),
    ("Group 4", 3, "Training", "Ben", "Two", "accepted suggestion", None, None, True),
    ("Group 4", 4, "Sick pay", "Ana", "main", "manual", 2, None, True),
    ("Group 4", 4, "Training", "Ben", "main", "manual", 3, None, True),
    ("Group 40", 1, "Training", "markers", "main", "marker", None, None, False),
]
REVIEWS = [
    ("Group 4", 2, "Ana", "main"),
    ("Group 4", 3, "Ana", "main"),
    ("Group 4", 4, "Ana", "main"),
    ("Group 4", 2, "Ben", "main"),
    ("Group 4", 3, "Ben", "Two"),
    ("Group 4", 4, "Ben", "main"),
]


@pytest.fixture(scope="module")
def material() -> Searchable:
    names = ["document", "position", "kind", "label", "speaker", "role", "stakeholder_type",
             "codable", "time", "text"]  # fmt: skip
    utterances = pd.DataFrame(UTTERANCES, columns=names).assign(
        organisation=None, reported=False, is_moderator=lambda table: table["speaker"] == "Bob",
        section="Wages and so on",
    )  # fmt: skip
    names = ["document", "position", "code", "coder", "round", "origin", "certainty", "memo"]
    codings = pd.DataFrame(CODINGS, columns=[*names, "counts"]).astype({"certainty": "Int64"})
    return Searchable(
        utterances,
        codings.assign(counts_in_round=codings["counts"]),
        pd.DataFrame(REVIEWS, columns=["document", "position", "coder", "round"]),
        pd.DataFrame([("Group 40", 2, "Ana")], columns=["document", "position", "coder"]),
        CODEBOOK,
        {
            "coder": ["Ana", "Ben", "markers"],
            "round": ["main", "Two"],
            "origin": ["manual", "accepted suggestion", "query", "marker", "import"],
        },
        {"stakeholder_type": {"union": "Trade union", "care_worker": "Care worker"}},
    )


def found(material: Searchable, query: str) -> list[str]:
    """Return what a query finds as letters: a heading, b c d of Group 4, e f of Group 40."""
    rows = np.flatnonzero(search(parse(query), material))
    return ["abcdef"[row] for row in rows]


@pytest.mark.parametrize(
    ("query", "letters"),
    [
        ("code:pay", "b"),
        ("code:low_pay", "b"),
        ('code:"LOW PAY"', "b"),
        ("theme:pay", "bd"),
        ("theme:low_pay", "bd"),
        ("code:*pay", "bd"),
        ("code:training", "cd"),  # machines count only when nobody else has coded
        ("code:training coder:markers", "e"),
        ("code:training origin:marker", "e"),
        ("code:training NOT coder:Ben", ""),
        ("code:training (coder:Ben OR coder:markers)", "cde"),
        ("speaker:Ann", "e"),  # exactly Ann, not Ann Lee
        ("speaker:Lee", "bd"),
        ('role:"care worker"', "bcd"),  # roles are described: whatever has the words
        ("speaker.stakeholder_type:union", "ce"),
        ("stakeholder_type:trade", "ce"),
        ('document:"Group 4"', "bcd"),
        ("document:group", "bcdef"),
        ("document:group*", "bcdef"),
        ("kind:heading", "a"),
        ("kind:speech pay", "b"),
        ("label:q7", "d"),
        ("label:1", "b"),
        ("section:wages", "bcdef"),
        ("pay", "b"),
        ("cafe", "c"),
        ('"minimum wage"', "d"),
        ("text:pay*", "bf"),
        ("/P/", "b"),
        ("/p/i", "bf"),
        ("/\\d+p/", "f"),
        ("certainty<2", "b"),
        ("certainty>=2", "bd"),
        ("certainty:2", "d"),
        ("has:code", "bcd"),
        ("NOT has:code", "ef"),
        ("has:memo", "bf"),
        ("has:speaker", "bcde"),
        ("has:label", "bcd"),
        ("has:time", "bcd"),
        ("is:reviewed", "bcd"),
        ("NOT is:reviewed", "ef"),
        ("is:codable", "bcdef"),
        ("NOT is:codable", "a"),
        ("is:codable OR NOT is:codable", "abcdef"),
        ("is:moderator", "c"),
        ("position>=3", "cd"),
        ("position:2", "bf"),
        ("time<1:05", "b"),
        ("time<=65", "bc"),
        ("pay OR wage", "bd"),
        ("pay wage", ""),
        ("NOT pay", "cdef"),
        ("near(pay, wage, 2)", "bd"),
        ("near(pay, wage, 1)", ""),
        ("near(wage, training, 3)", ""),  # never from one document to the next
        ("near(code:pay, code:low_pay, 0)", "b"),
        ("near(pay, pay, 0)", "b"),
    ],
)
def test_a_query_finds(material, query, letters):
    assert found(material, query) == list(letters)


@pytest.mark.parametrize(
    ("query", "letters"),
    [
        ("code:low_pay coder:Ben", "b"),
        ("code:pay coder:Ben", ""),  # Ben coded there, and pay is there, but not Ben's
        ("(code:pay) AND (coder:Ben)", ""),
        ("coder:Ben code:pay OR code:training", "cd"),
        ("(code:pay OR code:low_pay) coder:Ben", "b"),
        ("(code:pay OR code:sick_pay) coder:Ana certainty>2", "b"),
        ("code:training certainty>=2", "d"),
        ("code:training round:Two", "c"),
        ("code:training NOT round:Two", "d"),
        ("code:sick_pay NOT coder:Ana", ""),
        ("code:pay NOT (code:low_pay coder:Ben)", ""),
        ("code:sick_pay NOT (code:sick_pay coder:Ben)", "d"),
        ("(code:sick_pay coder:Ana) (code:training coder:Ben)", "d"),
        ("code:training (coder:Ana OR coder:Ben) certainty>1", "d"),
        ("coder:Ana (code:training coder:Ben)", "d"),
        ("coder:Ana NOT (code:training coder:Ben)", "b"),
        ("coder:Ana NOT code:pay", "d"),
        ("coder:Ben", "bcd"),
        ("coder:Ben certainty:1", "b"),
        ("coder:Ben round:Two certainty:1", ""),
        ("NOT coder:Ana", "cef"),
        ("coder:Ana OR coder:markers", "bde"),
        ("theme:pay coder:Ben", "b"),
        ("coder:Ana is:reviewed NOT has:code", "c"),
        ("coder:Ben round:main NOT is:reviewed", "cef"),
        ("coder:Ben has:memo", "b"),
        ("coder:Ana has:memo", "f"),
        ("origin:accepted", "c"),
        ("near(code:low_pay, code:training, 1) coder:Ben", "bc"),
        ("coder:Ben pay", "b"),
        ("coder:Ana cafe", ""),
        ("(has:code coder:Ana) (has:code coder:Ben)", "bd"),
        ("(coder:Ana) (coder:Ana)", "bd"),
        ("coder:Ana NOT (has:code coder:Ben)", ""),
        ("coder:Ana certainty>=2 NOT certainty:2", "b"),
    ],
)
def test_coder_round_origin_and_certainty_say_which_coding_is_meant(material, query, letters):
    assert found(material, query) == list(letters)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("code:pai", 'did you mean code:"Pay"'),
        ("code:wages", "there is no code 'wages'"),
        ("code:Low pay", 'code:"Low pay"'),
        ("theme:sik_pay", 'theme:"Sick pay"'),
        ("speaker:Anne", 'speaker:"Ann"'),
        ("coder:Bene", 'coder:"Ben"'),
        ("round:three", "there is: Two, main"),
        ("stakeholder_type:unions", 'stakeholder_type:"Trade union"'),
        ("organisation:Elm", "the project has no organisation yet"),
        ("kind:hedding", 'kind:"heading"'),
        ("origin:machine", "there is no origin 'machine'"),
    ],
)
def test_a_name_that_is_not_there_never_finds_nothing_silently(material, query, sentence):
    with pytest.raises(UnknownNameError) as caught:
        found(material, query)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("query, column ")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("code:pay coder:Ben coder:Ana", "one coding has one coder"),
        ("coder:Ben (round:main round:Two)", "one coding has one round"),
        ("code:pay coder:Ana NOT coder:Ben", "so this NOT does nothing"),
        ("certainty<low", "no number to compare"),
        ("time<soon", "write seconds, or 1:30"),
        ("position>nan", "no number to compare"),
        ("has:paper", "use has: code, label, memo"),
        ("is:good", "use is: codable"),
    ],
)
def test_what_cannot_be_asked_is_refused(material, query, sentence):
    with pytest.raises(OptionError, match=sentence):
        found(material, query)


def test_the_same_field_twice_is_fine_where_it_is_said_of_two_codings(material):
    assert found(material, "(code:pay coder:Ana) (code:low_pay coder:Ben)") == ["b"]
    assert found(material, "certainty>=1 certainty<2") == ["b"]


def test_a_project_without_anything_answers_too():
    nothing = Searchable(
        pd.DataFrame(columns=["document", "position", "kind", "label", "speaker", "role",
                              "organisation", "stakeholder_type", "reported", "codable", "time",
                              "text", "is_moderator", "section"]),
        pd.DataFrame(columns=["document", "position", "code", "coder", "round", "origin",
                              "certainty", "memo", "counts", "counts_in_round"]),
        pd.DataFrame(columns=["document", "position", "coder", "round"]),
        pd.DataFrame(columns=["document", "position", "coder"]),
        CODEBOOK,
    )  # fmt: skip
    assert found(nothing, "code:pay OR near(pay, NOT wage, 3) certainty<2") == []


SIMPLE = st.sampled_from(
    ["code:pay", "theme:pay", "pay", "coder:Ana", "certainty>=2", "has:code", "is:reviewed"]
)


@given(SIMPLE, SIMPLE, SIMPLE)
def test_joining_keeps_the_laws_of_logic(material, a, b, c):
    def of(query: str) -> set[str]:
        return set(found(material, query))

    everything = of("is:codable")
    assert of(f"{a} OR {b}") == of(a) | of(b)
    assert of(f"NOT {a}") == everything - of(a)
    assert of(f"NOT NOT {a}") == of(a)
    assert of(f"({a}) OR ({b} OR {c})") == of(f"({a} OR {b}) OR {c}")
    assert of(f"NOT ({a} OR {b})") == of(f"NOT {a}") - of(b)
    assert of(f"({a}) ({b})") == of(f"{b} AND {a}")
