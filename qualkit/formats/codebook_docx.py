"""A codebook as a Word document."""

from __future__ import annotations

from pathlib import Path

from qualkit.formats.codebook_sections import codebook_sections
from qualkit.formats.report_docx import write_report_docx
from qualkit.formats.report_parts import Facts, Report
from qualkit.model import Codebook

__all__ = ["write_codebook_docx"]


def write_codebook_docx(path: str | Path, codebook: Codebook) -> Path:
    """Write a codebook as a Word document and return where it is; it cannot be read back.

    Raises:
        UnwritableError: the folder refuses.
    """
    offered = [code for code in codebook.codes if not code.retired]
    themes = sum(code.parent is None for code in offered)
    pairs = [("Version", str(codebook.version)), ("Themes", str(themes))]
    pairs.append(("Codes below them", str(len(offered) - themes)))
    if len(codebook.codes) > len(offered):
        pairs.append(("Retired codes", f"{len(codebook.codes) - len(offered)}, marked as such"))
    title = codebook.name or "Codebook"
    subtitle = codebook.description or "Codebook"
    sections = codebook_sections(codebook)
    report = Report(title, subtitle, Facts(tuple(pairs)), sections, kind="codebook")
    return write_report_docx(path, report)
