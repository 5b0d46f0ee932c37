from __future__ import annotations

import pytest

from qualkit.text.labels import candidate, find_labels
from qualkit.text.lines import split_lines


@pytest.mark.parametrize(
    ("text", "name", "shape"),
    [
        ("Participant A: Yes.", "Participant A", "generic"),
        ("Mr. Keith: Yes.", "Mr. Keith", "full"),
        ("The Convener: Yes.", "The Convener", "generic"),
        ("Care home manager: Yes.", "Care home manager", "role"),
        ("mop03-2b: Yes.", "mop03-2b", "code"),
        ("Objectives: Yes.", "Objectives", "field"),
        ("Question 4: Why?", "Question 4", "field"),
    ],
)
def test_shapes_of_names(text: str, name: str, shape: str) -> None:
    found = candidate(text)
    assert found is None or (found.name, found.shape) == (name, shape)


@pytest.mark.parametrize(
    "text", ["https://a.org", "We met at 10:30 today.", "No colon here.", ": x", ""]
)
def test_what_is_no_label(text: str) -> None:
    found = candidate(text)
    assert found is None or found.shape in {"weak", "field"}


def test_a_role_and_a_time_in_brackets_are_told_apart() -> None:
    found = candidate("Ann Lee (carer) (00:12): We left.")
    assert found is not None
    assert (found.details, found.time) == (("carer",), 12.0)


def test_a_report_with_a_few_fields_is_no_transcript() -> None:
    text = "Website: here\n\nEmail: there\n\n" + "\n\n".join(["Pay is low."] * 20)
    assert not find_labels(split_lines(text), (), ()).is_transcript


def test_a_listed_name_is_believed_though_it_stands_once() -> None:
    text = "Ann: One.\n\nChair: Two.\n\nChair: Three."
    found = find_labels(split_lines(text), ["Ann"], ())
    assert found.believed[0].name == "Ann"
    assert found.remarks == ()
