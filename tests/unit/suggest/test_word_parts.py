import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualkit.suggest.word_parts import PARTS, bucketed


def parts_one_by_one(word):
    whole = f"<{word[:60]}>"
    found = np.zeros(PARTS)
    for size in (2, 3, 4):
        for place in range(len(whole) - size + 1):
            part = whole[place : place + size].encode("utf-8", "surrogatepass")
            number = zlib.crc32(part)
            found[number % PARTS] += 1 if number >> 31 else -1
    return found / (np.sqrt((found**2).sum()) or 1)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text("abé工🙂\ud800'", min_size=1, max_size=70), max_size=5))
def test_parts_are_sorted_by_their_crc_as_if_each_were_taken_alone(words):
    found = bucketed(words)
    assert found.shape == (len(words), PARTS)
    for row, word in enumerate(words):
        assert found[row].toarray()[0] == pytest.approx(parts_one_by_one(word), abs=1e-6)
