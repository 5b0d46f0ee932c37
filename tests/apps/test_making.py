"""What takes long is made under a bar, then offered; what is quick is made when it is clicked."""

from __future__ import annotations

import pytest

from qualkit.workflow.project import Project
from tests.apps.test_pages import opened
from workbench import making


def labels_of(page: object) -> set[str]:
    return {one.proto.label for one in page.get("download_button")}  # type: ignore[attr-defined]


def test_the_workbook_of_a_small_project_is_made_on_the_click(coded: Project) -> None:
    page = opened("export")
    assert "Workbook" in labels_of(page)
    assert not [one for one in page.button if one.key == "make_export_.xlsx"]


def test_the_workbook_of_a_large_one_is_made_first_and_again_when_the_project_changes(
    coded: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_LARGE", 0)
    page = opened("export")
    assert "Workbook" not in labels_of(page)
    page.button(key="make_export_.xlsx").click().run()
    assert not page.exception
    assert "Workbook" in labels_of(page)
    coded.add_memo("New thought", coder="Ana")
    page.run()
    assert "Workbook" not in labels_of(page)
