"""qualkit: thematic coding and qualitative analysis of what people said.

Everything public is in ``__all__`` and is loaded when first used, so ``import qualkit`` is quick.

Example:
    >>> import qualkit as qk
    >>> qk.Coding("visit", 3, "low_pay", coder="Ana").coder
    'Ana'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qualkit.agreement import agreement
    from qualkit.analysis import cooccurrence, frequency
    from qualkit.errors import (
        BadInputError,
        CheckFailedError,
        CodebookError,
        CodingsFileError,
        EmptyFileError,
        FileError,
        NewerProjectError,
        NotAProjectError,
        NotEnoughError,
        OlderProjectError,
        OptionError,
        ProjectError,
        ProjectExistsError,
        QualkitError,
        RefusedError,
        TypologyError,
        UnknownFileKindError,
        UnknownNameError,
        UnreadableFileError,
        UnwritableError,
    )
    from qualkit.formats.codebooks import load_codebook
    from qualkit.formats.documents import read_document
    from qualkit.formats.typologies import load_typology
    from qualkit.model import (
        Change,
        Code,
        Codebook,
        Coder,
        CoderKind,
        Coding,
        Document,
        Exposure,
        Finding,
        Origin,
        Outcome,
        Person,
        Role,
        Round,
        RoundMode,
        Speaker,
        StakeholderType,
        SuggestionRule,
        TypeRule,
        Typology,
        Utterance,
        UtteranceKind,
    )
    from qualkit.suggest import Suggester
    from qualkit.workflow.batch import code_batch
    from qualkit.workflow.batch_audit import draw_audit
    from qualkit.workflow.batch_check import check_audit
    from qualkit.workflow.demo import make_demo
    from qualkit.workflow.models import load_model
    from qualkit.workflow.project import (
        Project,
        create_project,
        create_project_from,
        open_project,
    )
    from qualkit.workflow.selfcheck import selfcheck

__version__ = "0.1.0"

__all__ = [
    "BadInputError",
    "Change",
    "CheckFailedError",
    "Code",
    "Codebook",
    "CodebookError",
    "Coder",
    "CoderKind",
    "Coding",
    "CodingsFileError",
    "Document",
    "EmptyFileError",
    "Exposure",
    "FileError",
    "Finding",
    "NewerProjectError",
    "NotAProjectError",
    "NotEnoughError",
    "OlderProjectError",
    "OptionError",
    "Origin",
    "Outcome",
    "Person",
    "Project",
    "ProjectError",
    "ProjectExistsError",
    "QualkitError",
    "RefusedError",
    "Role",
    "Round",
    "RoundMode",
    "Speaker",
    "StakeholderType",
    "Suggester",
    "SuggestionRule",
    "TypeRule",
    "Typology",
    "TypologyError",
    "UnknownFileKindError",
    "UnknownNameError",
    "UnreadableFileError",
    "UnwritableError",
    "Utterance",
    "UtteranceKind",
    "agreement",
    "check_audit",
    "code_batch",
    "cooccurrence",
    "create_project",
    "create_project_from",
    "draw_audit",
    "frequency",
    "load_codebook",
    "load_model",
    "load_typology",
    "make_demo",
    "open_project",
    "read_document",
    "selfcheck",
]

_HOMES = {
    "qualkit.agreement": ("agreement",),
    "qualkit.analysis": ("cooccurrence", "frequency"),
    "qualkit.formats.codebooks": ("load_codebook",),
    "qualkit.formats.documents": ("read_document",),
    "qualkit.formats.typologies": ("load_typology",),
    "qualkit.suggest": ("Suggester",),
    "qualkit.workflow.batch": ("code_batch",),
    "qualkit.workflow.batch_audit": ("draw_audit",),
    "qualkit.workflow.batch_check": ("check_audit",),
    "qualkit.workflow.demo": ("make_demo",),
    "qualkit.workflow.models": ("load_model",),
    "qualkit.workflow.project": (
        "Project",
        "create_project",
        "create_project_from",
        "open_project",
    ),
    "qualkit.workflow.selfcheck": ("selfcheck",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'qualkit' has no attribute '{name}'")
    if name in _HOME_OF:
        return getattr(import_module(_HOME_OF[name]), name)
    home = "qualkit.errors" if name.endswith("Error") else "qualkit.model"
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
