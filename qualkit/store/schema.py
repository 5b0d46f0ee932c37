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
    "JOURNALED",
    "REVISION",
    "adjudications",
    "changes",
    "code_rows",
    "codebook_versions",
    "coders",
    "codings",
    "documents",
    "exposures",
    "memos",
    "metadata",
    "projects",
    "quarantine",
    "rejections",
    "reviews",
    "roles",
    "round_coders",
    "round_utterances",
    "rounds",
    "sources",
    "speakers",
    "stakeholder_types",
    "texts",
    "type_rules",
    "typologies",
    "utterances",
]

REVISION = "0005"
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
    """A number that the journal gives, so that it is known before the row is written."""
    return Column("id", Integer, primary_key=True, autoincrement=False)


def _to(target: Table, *, name: str, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name, ForeignKey(target.c.id), nullable=nullable, index=index)


projects = Table(
    "projects",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("guid", String(36), nullable=False),
    Column("secret", String(64), nullable=False),
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

typologies = Table(
    "typologies",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
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

texts = Table(
    "texts",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("text", Text, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    _id(),
    Column("guid", String(36), nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("title", Text),
    Column("sha256", ForeignKey("texts.sha256"), nullable=False),
    Column("source_sha256", ForeignKey("sources.sha256"), nullable=False),
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

roles = Table(
    "roles",
    metadata,
    Column("coder_id", ForeignKey("coders.id"), primary_key=True),
    Column("role", String(20), nullable=False),
)
"""Who has more than the role of a coder; where it is empty, nobody leads and all may do all."""

rounds = Table(
    "rounds",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("mode", String(20), nullable=False),
    Column("suggestions", String(20), nullable=False),
    Column("codebook_version", ForeignKey("codebook_versions.number")),
    Column("sample", Text),
    Column("created_at", String(32), nullable=False),
    Column("closed_at", String(32)),
)

round_coders = Table(
    "round_coders",
    metadata,
    Column("round_id", ForeignKey("rounds.id"), primary_key=True),
    Column("coder_id", ForeignKey("coders.id"), primary_key=True),
)

round_utterances = Table(
    "round_utterances",
    metadata,
    Column("round_id", ForeignKey("rounds.id"), primary_key=True),
    Column("utterance_id", ForeignKey("utterances.id"), primary_key=True),
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

adjudications = Table(
    "adjudications",
    metadata,
    _id(),
    Column("utterance_id", ForeignKey("utterances.id"), nullable=False, index=True),
    Column("code_id", ForeignKey("codes.id"), nullable=False),
    Column("round_id", ForeignKey("rounds.id"), nullable=False),
    Column("applies", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", ForeignKey("coders.id"), nullable=False),
    Column("decided_at", String(32), nullable=False),
    UniqueConstraint("utterance_id", "code_id", "round_id"),
)

exposures = Table(
    "exposures",
    metadata,
    Column("utterance_id", ForeignKey("utterances.id"), primary_key=True),
    Column("code_id", String(120), primary_key=True),
    Column("coder_id", ForeignKey("coders.id"), primary_key=True),
    Column("round_id", ForeignKey("rounds.id"), primary_key=True),
    Column("shown_at", String(32), nullable=False),
    Column("probability", Float),
    Column("rank", Integer, nullable=False),
    Column("basis", String(20), nullable=False),
    Column("model", String(80), nullable=False),
)
"""The code of an exposure refers to nothing: to have been shown a code is a fact that outlasts it,
and must not stand in the way of whoever takes back that the code was made."""

rejections = Table(
    "rejections",
    metadata,
    Column("utterance_id", ForeignKey("utterances.id"), primary_key=True),
    Column("code_id", ForeignKey("codes.id"), primary_key=True),
    Column("coder_id", ForeignKey("coders.id"), primary_key=True),
    Column("round_id", ForeignKey("rounds.id"), primary_key=True),
    Column("rejected_at", String(32), nullable=False),
)

memos = Table(
    "memos",
    metadata,
    _id(),
    Column("guid", String(36), nullable=False, unique=True),
    Column("about", String(20), nullable=False),
    Column("target", String(120), nullable=False, index=True),
    Column("coder_id", ForeignKey("coders.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("changed_at", String(32), nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    _id(),
    _to(documents, name="document_id", index=True),
    Column("coding", Text, nullable=False),
    Column("quote", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("op_id", String(120), nullable=False, unique=True),
    Column("at", String(32), nullable=False),
    Column("actor", String(200), nullable=False, index=True),
    Column("action", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("effects", LargeBinary, nullable=False),
    Column("undoes", Integer),
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

Index(
    "ix_codings_noted",
    codings.c.utterance_id,
    sqlite_where=codings.c.memo.is_not(None),
    postgresql_where=codings.c.memo.is_not(None),
)
"""The codings that have a memo, which are few."""

Index(
    "ix_utterances_counted",
    *(utterances.c[name] for name in ("document_id", "speaker_id", "codable", "position")),
)
"""What is counted per document and per speaker stands in the index alone."""

Index(
    "ix_utterances_aside",
    utterances.c.id,
    sqlite_where=~utterances.c.codable,
    postgresql_where=~utterances.c.codable,
)
"""The utterances that nobody codes, which are few."""

_CONTENT = {"projects", "texts", "sources", "changes", "alembic_version"}
JOURNALED = {table.name: table for table in metadata.sorted_tables if table.name not in _CONTENT}
"""The tables that the change log rebuilds, each after those it refers to. The other ones are the
project's own row, the log, and contents kept under their own hash."""
