"""Which suggestions were shown to whom, and which were turned down."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables of exposures and rejections."""
    op.create_table(
        "exposures",
        sa.Column("utterance_id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.String(length=120), nullable=False),
        sa.Column("coder_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("shown_at", sa.String(length=32), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["coder_id"], ["coders.id"], name=op.f("fk_exposures_coder_id_coders")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_exposures_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["utterance_id"], ["utterances.id"], name=op.f("fk_exposures_utterance_id_utterances")
        ),
        sa.PrimaryKeyConstraint(
            "utterance_id", "code_id", "coder_id", "round_id", name=op.f("pk_exposures")
        ),
    )
    op.create_table(
        "rejections",
        sa.Column("utterance_id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.String(length=120), nullable=False),
        sa.Column("coder_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("rejected_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["code_id"], ["codes.id"], name=op.f("fk_rejections_code_id_codes")
        ),
        sa.ForeignKeyConstraint(
            ["coder_id"], ["coders.id"], name=op.f("fk_rejections_coder_id_coders")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_rejections_round_id_rounds")
        ),
        sa.ForeignKeyConstraint(
            ["utterance_id"], ["utterances.id"], name=op.f("fk_rejections_utterance_id_utterances")
        ),
        sa.PrimaryKeyConstraint(
            "utterance_id", "code_id", "coder_id", "round_id", name=op.f("pk_rejections")
        ),
    )
