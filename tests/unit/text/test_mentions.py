from __future__ import annotations

import pytest

from qualkit.model import Person
from qualkit.text.cast import Cast
from qualkit.text.mentions import Mentions, names_in

_PEOPLE = [Person("Nora Lund", "Minister"), Person("Tom Reed"), Person("Isa Day", "Head of Care")]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("In answer to Tom's question, NL gave her word.", "Nora Lund"),
        ("Finally, Nora outlined, in reply, that it is low.", "Nora Lund"),
        ("Tom Reed raised the point that Nora Lund raised before.", "Tom Reed"),
        ("The Head of Care also explained the figures.", "Isa Day"),
        ("The third question was asked by the Minister, who left.", "Nora Lund"),
        ("The Minister took a question from Tom Reed.", "Tom Reed"),
    ],
)
def test_the_subject_is_who_speaks(sentence: str, name: str) -> None:
    mention = Mentions(Cast(_PEOPLE)).subject(sentence)
    assert mention is not None
    assert mention.voice is not None
    assert mention.voice.name == name


@pytest.mark.parametrize(
    "sentence", ["Pay is low.", "They thanked Nora Lund.", "From her view, it was right.", ""]
)
def test_a_sentence_without_a_speaking_subject_has_none(sentence: str) -> None:
    assert Mentions(Cast(_PEOPLE)).subject(sentence) is None


def test_a_new_name_brings_what_stands_beside_it_and_its_initials() -> None:
    mentions = Mentions(Cast(_PEOPLE))
    beside = mentions.subject("Pia Roe, a retired nurse, asked about pay.")
    short = mentions.subject("Pia Roe (PR) asked about pay.")
    assert beside is not None
    assert (beside.name, beside.apposition) == ("Pia Roe", "retired nurse")
    assert short is not None
    assert short.short == "PR"


def test_nobody_in_particular() -> None:
    mention = Mentions(Cast()).subject("It was agreed to meet again.")
    assert mention is not None
    assert mention.is_nobody


def test_names_in_running_text() -> None:
    assert names_in("Then Nora Lund met Tom Reed in June.") == ["Nora Lund", "Tom Reed"]
