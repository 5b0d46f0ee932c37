"""Every error qualkit raises on purpose, and the one sentence each prints.

The tree::

    QualkitError                      base; ``exit_code`` is what the command line ends with
    ├── BadInputError                 something given to qualkit cannot be used (exit 2)
    │   ├── FileError                 a file cannot be read or written
    │   │   ├── UnknownFileKindError
    │   │   ├── EmptyFileError
    │   │   ├── UnreadableFileError
    │   │   └── UnwritableError
    │   ├── CodebookError             a codebook file is wrong, with line and field
    │   ├── TypologyError             a stakeholder typology is wrong, with line and field
    │   ├── CodingsFileError          a file of codings is wrong, with row
    │   ├── UnknownNameError          a code, coder, document ... that the project lacks
    │   ├── OptionError               an option has a value it cannot take
    │   └── ProjectError              the project itself cannot be opened or made
    │       ├── ProjectExistsError
    │       ├── NotAProjectError
    │       ├── NewerProjectError
    │       └── OlderProjectError
    ├── RefusedError                  the study's own rules forbid it (exit 2)
    ├── NotEnoughError                too little material for the question (exit 2)
    └── CheckFailedError              a check ran and found faults (exit 1)

A message has up to three parts: where, what, and what would do. They are joined into one
sentence, so a door can print ``str(error)`` as it is.
"""

from __future__ import annotations

__all__ = [
    "BadInputError",
    "CheckFailedError",
    "CodebookError",
    "CodingsFileError",
    "EmptyFileError",
    "FileError",
    "NewerProjectError",
    "NotAProjectError",
    "NotEnoughError",
    "OlderProjectError",
    "OptionError",
    "ProjectError",
    "ProjectExistsError",
    "QualkitError",
    "RefusedError",
    "TypologyError",
    "UnknownFileKindError",
    "UnknownNameError",
    "UnreadableFileError",
    "UnwritableError",
]


class QualkitError(Exception):
    """Base of everything qualkit raises on purpose.

    Args:
        what: what is wrong, without capital and full stop.
        where: file, row, line or field; None when there is no place to name.
        remedy: what would do; None when there is nothing to suggest.

    Example:
        >>> str(QualkitError("the file is empty", where="a.txt", remedy="save it again"))
        'a.txt: the file is empty; save it again.'
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"; {self.remedy}" if self.remedy else ""
        sentence = f"{place}{self.what}{advice}"
        return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


class BadInputError(QualkitError):
    """Something given to qualkit cannot be used."""


class FileError(BadInputError):
    """A file cannot be read or written."""


class UnknownFileKindError(FileError):
    """The file is of a kind that qualkit does not read or write."""


class EmptyFileError(FileError):
    """The file holds nothing to read."""


class UnreadableFileError(FileError):
    """The file is damaged, locked, not there, or not what its name says."""


class UnwritableError(FileError):
    """The place to write to refuses."""


class CodebookError(BadInputError):
    """A codebook file is wrong; ``where`` names file, line and field."""


class TypologyError(BadInputError):
    """A stakeholder typology is wrong; ``where`` names file, line and field."""


class CodingsFileError(BadInputError):
    """A file of codings is wrong; ``where`` names file and row."""


class UnknownNameError(BadInputError):
    """A name that the project does not know: code, coder, document, round, speaker, type."""


class OptionError(BadInputError):
    """An option has a value that it cannot take."""


class ProjectError(BadInputError):
    """The project cannot be opened or made."""


class ProjectExistsError(ProjectError):
    """There is a project at this place already."""


class NotAProjectError(ProjectError):
    """There is no qualkit project at this place."""


class NewerProjectError(ProjectError):
    """The project was written by a newer qualkit."""


class OlderProjectError(ProjectError):
    """A server project needs an upgrade that nobody has asked for yet."""


class RefusedError(QualkitError):
    """The study's own rules forbid it: a blind round, a closed round."""


class NotEnoughError(QualkitError):
    """There is too little material for the question asked."""


class CheckFailedError(QualkitError):
    """A check ran to its end and found faults."""

    exit_code = 1
