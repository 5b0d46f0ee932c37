"""Who leads the project."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of roles."""
    op.create_table(
        "roles",
        sa.Column("coder_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["coder_id"], ["coders.id"], name=op.f("fk_roles_coder_id_coders")),
        sa.PrimaryKeyConstraint("coder_id", name=op.f("pk_roles")),
    )
