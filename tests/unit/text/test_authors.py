from __future__ import annotations

from qualkit.text.reading import Reading
from qualkit.text.segmentation import segment


def test_a_letter_is_its_signers_and_its_frame_is_set_aside() -> None:
    text = (
        "Northgate Carers' Trust\n12 High Street\n\nDear Minister,\n\n"
        "We write to you about breaks. Many have had none.\n\n1. Ring-fence the fund.\n2. "
        "Publish it.\n\n"
        "Yours sincerely,\n\nRuth Calder\nChief Executive, Northgate Carers' Trust"
    )
    found = segment(Reading(text))
    assert [(s.name, s.role, s.organisation) for s in found.speakers] == [
        ("Ruth Calder", "Chief Executive", "Northgate Carers' Trust")
    ]
    notes = [u.note for u in found.utterances if u.note]
    assert notes == ["letterhead", "salutation", "closing formula", "signature", "signature"]
    assert all(u.speaker == "Ruth Calder" for u in found.utterances if u.codable)


def test_several_organisations_write_as_one_collective_author() -> None:
    text = (
        "A fair deal\n\nThis open letter from the Larch Foundation, Homecare Voice and the "
        "Northgate Union is about pay.\n\nPay is low, and everybody knows it.\n"
    )
    found = segment(Reading(text))
    (author,) = found.speakers
    assert (author.role, author.is_organisation) == ("joint letter", True)
    assert author.organisation == "Larch Foundation; Homecare Voice; Northgate Union"
    assert [p.name for p in found.people] == [
        "Larch Foundation",
        "Homecare Voice",
        "Northgate Union",
    ]


def test_the_body_that_a_report_has_speak_is_its_author() -> None:
    verbs = ["heard", "learned", "noted", "recommends", "visited"]
    prose = "\n\n".join(f"{n}. The Panel {verb} it." for n, verb in enumerate(verbs, 1))
    found = segment(Reading(f"Respite Scrutiny Panel\n\n{prose}\n"))
    assert [(s.name, s.aliases) for s in found.speakers] == [("Respite Scrutiny Panel", ("Panel",))]


def test_a_signed_section_is_its_signers_own() -> None:
    verbs = ["heard", "learned", "noted", "recommends", "visited"]
    prose = "\n\n".join(f"The Panel {verb} many things." for verb in verbs)
    text = (
        "Report\n\nForeword\n\nI thank everybody who helped.\n\nCouncillor Ann Lund\n\n"
        "Chair of the Panel\n\n"
        f"Findings\n\n{prose}\n"
    )
    found = segment(Reading(text))
    assert {u.speaker for u in found.utterances if u.section == "Foreword" and u.codable} == {
        "Councillor Ann Lund"
    }
    assert {u.speaker for u in found.utterances if u.section == "Findings" and u.codable} == {
        "Panel"
    }
