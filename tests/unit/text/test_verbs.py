from __future__ import annotations

from qualkit.text.verbs import SAYING


def test_past_and_third_person_are_formed() -> None:
    for form in ("said", "asks", "replied", "implies", "referred", "stresses", "noted", "queried"):
        assert form in SAYING


def test_forms_of_no_language_are_not() -> None:
    for form in ("stresss", "replyed", "refered", "sayed"):
        assert form not in SAYING
