"""What lists show of each document, counted once and kept: speakers, reviews, drawn utterances."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_SPOKEN = """
INSERT INTO spoken_tallies
SELECT document_id, coalesce(speaker_id, 0), count(*), count(*) FILTER (WHERE codable),
       min(position)
FROM utterances GROUP BY document_id, coalesce(speaker_id, 0)
"""
_SEEN = """
INSERT INTO seen_tallies
SELECT u.document_id, r.round_id, r.coder_id, count(*)
FROM utterances u JOIN reviews r ON r.utterance_id = u.id WHERE u.codable
GROUP BY u.document_id, r.round_id, r.coder_id
"""
_DRAWN = """
INSERT INTO drawn_tallies
SELECT u.document_id, r.round_id, count(*)
FROM utterances u JOIN round_utterances r ON r.utterance_id = u.id WHERE u.codable
GROUP BY u.document_id, r.round_id
"""


def upgrade() -> None:
    """Make three tables of numbers and count what there is."""
    _make("spoken_tallies", ["document_id", "speaker_id"], ["utterances", "codable",
                                                            "first_position"])  # fmt: skip
    _make("seen_tallies", ["document_id", "round_id", "coder_id"], ["codable"])
    _make("drawn_tallies", ["document_id", "round_id"], ["codable"])
    for statement in (_SPOKEN, _SEEN, _DRAWN):
        op.execute(statement)


def _make(name: str, keys: list[str], numbers: list[str]) -> None:
    op.create_table(
        name,
        *(sa.Column(one, sa.Integer(), autoincrement=False, nullable=False) for one in keys),
        *(sa.Column(one, sa.Integer(), nullable=False) for one in numbers),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
    )
