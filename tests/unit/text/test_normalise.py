from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qualkit.text.normalise import fingerprint, normalise


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert "\r" not in once


def test_the_fingerprint_is_sha_256_of_utf_8() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert fingerprint("") == empty
    assert fingerprint("é") != fingerprint("e\u0301")
