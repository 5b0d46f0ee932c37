from __future__ import annotations

from qualkit.text.reading import Reading
from qualkit.text.segmentation import segment

_FORM = """Response of the lead member

Title of report: Respite
Lead Member for Care: Councillor Ann Lund

Recommendation 1: Set a limit of four weeks.

Lead member response: please tick the box that applies

1. Agree the recommendation [x]
2. Reject [ ]

Recommendation 2: Publish the figures.

Lead member response: please tick the box that applies

1. Agree the recommendation ☐
2. Reject ☐ Yes

These figures are published already.

Recommendation 3: Write again.

Lead member response: please tick the box that applies

1. Agree the recommendation ☐
2. Reject ☐
"""


def test_each_recommendation_says_what_was_ticked() -> None:
    found = segment(Reading(_FORM))
    assert [f.message for f in found.findings if f.kind == "response"] == [
        "Recommendation 1: agreed.",
        "Recommendation 2: rejected.",
        "Recommendation 3: no box ticked.",
    ]


def test_ticks_and_comments_are_the_responders_and_empty_boxes_are_set_aside() -> None:
    found = segment(Reading(_FORM))
    own = [u.text_in(_FORM) for u in found.utterances if u.speaker == "Councillor Ann Lund"]
    assert own == [
        "Agree the recommendation [x]",
        "Reject ☐ Yes",
        "These figures are published already.",
    ]
    assert sum(u.note == "box not ticked" for u in found.utterances) == 4
    assert sum(u.note == "form text" for u in found.utterances) == 3
