from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qualkit.text.sentences import sentence_spans


@given(st.text(alphabet="ab .!?\n\"'", max_size=80))
def test_sentences_hold_every_word_once_and_in_order(text: str) -> None:
    spans = sentence_spans(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert spans == sorted(spans)


def test_abbreviations_do_not_end_a_sentence() -> None:
    text = "Cllr. Lund spoke, e.g. about pay. Mrs. Day left!"
    assert [text[a:b] for a, b in sentence_spans(text)] == [
        "Cllr. Lund spoke, e.g. about pay.",
        "Mrs. Day left!",
    ]
