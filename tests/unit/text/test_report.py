from __future__ import annotations

from qualkit.formats.documents import read_bytes
from qualkit.text.report import TOPICS, report

TEXT = """Present:
Ann Lee, Care worker, Elm House
Zoe Hall, Observer, Elm House

Rosa Field: How is it?

Ann Lee: Fine, thank you.

[laughter]

Rosa Field: And the pay?

Ann Lee: Low.
"""


def test_the_report_accounts_for_words_kinds_speakers_and_silence():
    table = report(read_bytes(TEXT.encode(), "a.txt")).set_index(["topic", "item"])
    words = table.loc["words", "count"]
    assert words["in the document"] == words["in utterances"] + words["in printed labels"]
    assert (words["not accounted for"], words["accounted for twice"]) == (0, 0)
    assert table.loc[("speaker", "Ann Lee"), "count"] == 2
    assert "Care worker" in table.loc[("speaker", "Ann Lee"), "note"]
    assert table.loc["never speaks"].index.tolist() == ["Zoe Hall"]
    assert (
        table.loc["set aside", "count"].sum()
        == table.loc["kind"].query("note == 'set aside'")["count"].sum()
    )


def test_topics_come_in_their_order():
    topics = list(dict.fromkeys(report(read_bytes(TEXT.encode(), "a.txt"))["topic"]))
    assert topics == [topic for topic in TOPICS if topic in topics]
