"""Indexes for very large projects: codings with memos, and utterances by document and speaker."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make three indexes; none of them is written to when somebody applies a code without a memo.

    The one over document, speaker, codable and position answers all that is counted per document
    and per speaker without a look at the rows.
    """
    noted = sa.text("memo IS NOT NULL")
    op.create_index(
        "ix_codings_noted", "codings", ["utterance_id"], sqlite_where=noted, postgresql_where=noted
    )
    op.create_index(
        "ix_utterances_counted", "utterances", ["document_id", "speaker_id", "codable", "position"]
    )
    aside = sa.text("NOT codable")
    op.create_index(
        "ix_utterances_aside", "utterances", ["id"], sqlite_where=aside, postgresql_where=aside
    )
