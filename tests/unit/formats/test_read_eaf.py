from __future__ import annotations

from collections.abc import Callable

import pytest

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.documents import read_bytes

_Write = Callable[[str], bytes]
_Tier = Callable[..., str]


def _child(name: str, parent: str, kind: str, words: list[tuple[str, str]]) -> str:
    annotations = "".join(
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="{name}{n}" ANNOTATION_REF="{above}">'
        f"<ANNOTATION_VALUE>{said}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>"
        for n, (above, said) in enumerate(words)
    )
    return (
        f'<TIER TIER_ID="{name}" PARENT_REF="{parent}" LINGUISTIC_TYPE_REF="{kind}">'
        f"{annotations}</TIER>"
    )


def test_tiers_are_woven_together_by_time(write_eaf: _Write, write_tier: _Tier) -> None:
    ann = write_tier(
        "A", [(1, "We left."), (2, "Early."), (9, "Yes &amp; no.".replace("&amp;", "&"))]
    )
    bo = write_tier("B", [(4, "Why?")], 'PARTICIPANT="Bo Day"')
    document = read_bytes(write_eaf(ann + bo), "a.eaf")
    told = [(u.speaker, u.time, u.text_in(document.text)) for u in document.utterances]
    assert told == [
        ("A", 1.0, "We left.\nEarly."),
        ("Bo Day", 4.0, "Why?"),
        ("A", 9.0, "Yes & no."),
    ]


def test_tokens_and_translations_are_left_out_and_named(
    write_eaf: _Write, write_tier: _Tier
) -> None:
    tiers = write_tier("A", [(1, "We left.")])
    tiers += _child("words", "A", "many", [("A1", "We"), ("A1", "left.")])
    tiers += _child("english", "A", "one", [("A1", "They went away early")])
    document = read_bytes(write_eaf(tiers), "a.eaf")
    assert document.text == "A: We left."
    assert "'words' (2), 'english' (1)" in document.findings[0].message


def test_a_tier_of_references_gives_way_to_the_words_that_hang_on_it(
    write_eaf: _Write, write_tier: _Tier
) -> None:
    tiers = write_tier("ref", [(3, "s.001"), (7, "s.002")])
    tiers += _child("tx", "ref", "one", [("ref3", "we left at nine"), ("ref7", "why did you")])
    document = read_bytes(write_eaf(tiers), "a.eaf")
    assert [u.text_in(document.text) for u in document.utterances] == [
        "we left at nine\nwhy did you"
    ]
    assert document.utterances[0].time == 3.0


def test_other_xml_and_tiers_without_words_are_refused(write_eaf: _Write) -> None:
    with pytest.raises(UnreadableFileError, match="first element is 'html'"):
        read_bytes(b"<html/>", "a.eaf")
    with pytest.raises(EmptyFileError, match="no annotations"):
        read_bytes(write_eaf('<TIER TIER_ID="A"/>'), "a.eaf")
