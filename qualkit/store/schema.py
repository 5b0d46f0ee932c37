"""The database schema, stated once; the migrations build exactly this (a test compares)."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "APPLICATION_ID",
    "REVISION",
    "changes",
    "code_rows",
    "codebook_versions",
    "coders",
    "codings",
    "documents",
    "metadata",
    "projects",
    "reviews",
    "rounds",
    "speakers",
    "stakeholder_types",
    "type_rules",
    "utterances",
]

REVISION = "0001"
"""The migration that leads to this schema."""

APPLICATION_ID = 0x516B6974
"""What SQLite's ``application_id`` says in a qualkit file: "Qkit"."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _to(target: Table, *, name: str, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name, ForeignKey(target.c.id), nullable=nullable, index=index)


projects = Table(
    "projects",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("guid", String(36), nullable=False),
    Column("secret", String(64), nullable=False),
    Column("typology_name", Text, nullable=False, default=""),
    Column("created_at", String(32), nullable=False),
)

codebook_versions = Table(
    "codebook_versions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
)

code_rows = Table(
    "codes",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("guid", String(36), nullable=False, unique=True),
    Column("position", Integer, nullable=False),
    Column("parent_id", ForeignKey("codes.id")),
    Column("name", Text, nullable=False),
    Column("retired", Boolean, nullable=False),
)

stakeholder_types = Table(
    "stakeholder_types",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("definition", Text, nullable=False),
    Column("colour", String(7)),
    Column("is_moderator", Boolean, nullable=False),
)

type_rules = Table(
    "type_rules",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("stakeholder_type_id", ForeignKey("stakeholder_types.id"), nullable=False),
    Column("conditions", Text, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    _id(),
    Column("guid", String(36), nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("title", Text),
    Column("sha256", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("source", LargeBinary, nullable=False),
    Column("source_name", Text, nullable=False),
    Column("encoding", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("imported_at", String(32), nullable=False),
)

speakers = Table(
    "speakers",
    metadata,
    _id(),
    Column("document_id", ForeignKey("documents.id"), index=True),
    Column("name", Text, nullable=False),
    Column("role", Text),
    Column("organisation", Text),
    Column("aliases", Text, nullable=False),
    Column("is_moderator", Boolean, nullable=False),
    Column("is_organisation", Boolean, nullable=False),
    Column("stakeholder_type_id", ForeignKey("stakeholder_types.id")),
    Column("type_reason", Text),
)

utterances = Table(
    "utterances",
    metadata,
    _id(),
    _to(documents, name="document_id"),
    Column("position", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("label", Text),
    _to(speakers, name="speaker_id", nullable=True, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("asides", Text),
    Column("reported", Boolean, nullable=False),
    Column("codable", Boolean, nullable=False),
    Column("time", Float),
    Column("section", Text),
    Column("level", Integer),
    Column("note", Text),
    UniqueConstraint("document_id", "position"),
    CheckConstraint('"end" >= "start"', name="span"),
)

coders = Table(
    "coders",
    metadata,
    _id(),
    Column("guid", String(36), nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("created_at", String(32), nullable=False),
)

rounds = Table(
    "rounds",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("mode", String(20), nullable=False),
    Column("suggestions", String(20), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("closed_at", String(32)),
)

reviews = Table(
    "reviews",
    metadata,
    Column("utterance_id", ForeignKey("utterances.id"), primary_key=True),
    Column("coder_id", ForeignKey("coders.id"), primary_key=True),
    Column("round_id", ForeignKey("rounds.id"), primary_key=True),
    Column("reviewed_at", String(32), nullable=False),
)

codings = Table(
    "codings",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("utterance_id", ForeignKey("utterances.id"), nullable=False, index=True),
    Column("code_id", ForeignKey("codes.id"), nullable=False, index=True),
    Column("coder_id", ForeignKey("coders.id"), nullable=False, index=True),
    Column("round_id", ForeignKey("rounds.id"), nullable=False),
    Column("start", Integer),
    Column("end", Integer),
    Column("origin", String(30), nullable=False),
    Column("certainty", Integer),
    Column("memo", Text),
    Column("codebook_version", ForeignKey("codebook_versions.number"), nullable=False),
    Column("created_at", String(32), nullable=False),
    CheckConstraint('("start" IS NULL) = ("end" IS NULL)', name="span_whole_or_none"),
    CheckConstraint('"start" IS NULL OR "end" > "start"', name="span"),
    CheckConstraint("certainty IS NULL OR certainty BETWEEN 1 AND 3", name="certainty"),
)

changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("op_id", String(120), nullable=False, unique=True),
    Column("at", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

Index(
    "ix_speakers_everywhere",
    speakers.c.name,
    unique=True,
    sqlite_where=speakers.c.document_id.is_(None),
    postgresql_where=speakers.c.document_id.is_(None),
)
