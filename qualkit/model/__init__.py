"""The nouns of qualkit: frozen dataclasses and enums on the standard library alone."""

from qualkit.model.change import GENESIS, Change, chain_hash
from qualkit.model.codebook import Code, Codebook, slug
from qualkit.model.coding import (
    Coder,
    CoderKind,
    Coding,
    Origin,
    Role,
    Round,
    RoundMode,
    SuggestionRule,
    coding_id,
    name_id,
)
from qualkit.model.document import Document, Finding, Utterance, UtteranceKind
from qualkit.model.exposure import Exposure, Outcome
from qualkit.model.speaker import Person, Speaker, StakeholderType, TypeRule, Typology

__all__ = [
    "GENESIS",
    "Change",
    "Code",
    "Codebook",
    "Coder",
    "CoderKind",
    "Coding",
    "Document",
    "Exposure",
    "Finding",
    "Origin",
    "Outcome",
    "Person",
    "Role",
    "Round",
    "RoundMode",
    "Speaker",
    "StakeholderType",
    "SuggestionRule",
    "TypeRule",
    "Typology",
    "Utterance",
    "UtteranceKind",
    "chain_hash",
    "coding_id",
    "name_id",
    "slug",
]
