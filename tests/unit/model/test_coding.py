"""Ids follow from what is said."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from qualkit.model import Coding, coding_id, name_id

NAMESPACE = uuid.UUID("5f2d2d0e-6b0d-5c7b-9d58-6e1f6f0c2a11")


@given(
    st.lists(st.one_of(st.none(), st.integers(), st.text(alphabet=st.characters(codec="utf-8"))))
)
def test_an_id_is_the_version_5_uuid_of_its_parts(parts):
    assert name_id(*parts) == str(uuid.uuid5(NAMESPACE, "\x1f".join(map(str, parts))))


def test_the_ids_of_the_first_release_stay_what_they_were():
    coding = Coding("d", 3, "low_pay", "Ana", start=125, end=130)
    parts = ["g", "120", "125", "130", "low_pay", "Ana", "main"]
    assert coding_id("g", 120, coding) == str(uuid.uuid5(NAMESPACE, "\x1f".join(parts)))
