"""The house rules that import-linter and ruff do not know."""

from __future__ import annotations

import ast
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import qualkit

ROOT = Path(__file__).parent.parent
CODE = [*ROOT.glob("qualkit/**/*.py"), *ROOT.glob("apps/**/*.py"), *ROOT.glob("benchmarks/*.py")]
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in ROOT.glob("qualkit/**/*.py")
    if "migrations" not in path.parts and path.name not in {"__main__.py"}
]
FILE_LINES, FUNCTION_LINES, DOOR_LINES = 400, 40, 25
TOO_LONG: set[str] = set()  # may only shrink


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def code_lines(function: ast.FunctionDef) -> int:
    length = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        text = function.body[0]
        length -= (text.end_lineno or 0) - text.lineno + 1
    return length


def test_no_file_is_longer_than_the_budget():
    long = {
        str(path.relative_to(ROOT))
        for path in CODE
        if len(path.read_text(encoding="utf-8").splitlines()) > FILE_LINES
    }
    assert long == TOO_LONG


def test_no_function_is_longer_than_the_budget():
    long = [
        f"{path.relative_to(ROOT)}:{function.name} has {code_lines(function)} lines"
        for path in CODE
        if "versions" not in path.parts
        for function in functions(path)
        if code_lines(function) > FUNCTION_LINES
    ]
    assert long == []


def test_every_door_is_thin():
    doors = [*ROOT.glob("qualkit/cli/*.py"), *ROOT.glob("apps/workbench/pages/*.py")]
    thick = [
        f"{path.relative_to(ROOT)}:{function.name} has {code_lines(function)} lines"
        for path in doors
        for function in functions(path)
        if code_lines(function) > DOOR_LINES
    ]
    assert thick == []


def test_model_and_errors_stand_on_the_standard_library_alone():
    own = [*ROOT.glob("qualkit/model/*.py"), ROOT / "qualkit/errors.py", ROOT / "qualkit/places.py"]
    foreign = set()
    for path in own:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign |= {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)
    assert foreign == {"qualkit"}


@pytest.mark.parametrize("name", MODULES)
def test_every_module_states_its_public_names(name):
    """Ruff keeps them sorted."""
    module = importlib.import_module(name)
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not (name.startswith("qualkit.cli.") and node.decorator_list)  # stated as COMMANDS
    }
    stated = set(getattr(module, "__all__", ()))
    assert defined - stated == set()
    assert [one for one in stated if not hasattr(module, one)] == []


def test_the_public_surface_is_sorted_and_loads():
    assert qualkit.__all__ == sorted(qualkit.__all__)
    assert [name for name in qualkit.__all__ if getattr(qualkit, name, None) is None] == []


def test_every_error_is_public():
    errors = importlib.import_module("qualkit.errors")
    assert set(errors.__all__) <= set(qualkit.__all__)


def test_the_tree_drawn_in_errors_is_the_tree():
    errors = importlib.import_module("qualkit.errors")
    drawn = [line for line in errors.__doc__.splitlines() if "Error" in line]
    names = [word for line in drawn for word in line.split() if word.endswith("Error")]
    assert sorted(set(names) & set(errors.__all__)) == sorted(errors.__all__)


def test_starting_the_command_line_loads_no_heavy_library():
    heavy = ["pandas", "sklearn", "nltk", "streamlit", "sqlalchemy", "altair", "scipy"]
    program = f"import sys, qualkit.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_opening_a_project_loads_neither_sklearn_nor_nltk():
    program = (
        "import sys, qualkit; qualkit.open_project; "
        "print([m for m in ('sklearn', 'nltk', 'streamlit', 'alembic') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_import_linter_breaks_on_a_wrong_import(tmp_path):
    for name in ("qualkit", "apps", "pyproject.toml"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    wrong = tmp_path / "qualkit" / "text" / "markers.py"
    wrong.write_text("import qualkit.store.schema\n" + wrong.read_text(encoding="utf-8"))
    program = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    done = subprocess.run(
        [program or "lint-imports", "--no-cache"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{tmp_path / 'apps'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "qualkit.text.markers -> qualkit.store.schema" in done.stdout


def test_no_test_says_how_long_something_may_take():
    clocks = {"process_time", "perf_counter", "thread_time", "monotonic"}
    timed = [
        f"{path.name}:{line.lineno}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for line in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(line, ast.Assert)
        and clocks & {one.attr for one in ast.walk(line) if isinstance(one, ast.Attribute)}
        and line.msg is None  # a loop that waits says what it waits for
    ]
    assert timed == []


def test_no_file_names_a_package_index_or_a_place_on_a_machine():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    marks = ("index" + "-url", "/" + "root/", "/" + "work/", "/" + "home/")
    found = []
    for name in listed:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".yaml", ".csv", ".js", ".css", ""}:
            text = path.read_text(encoding="utf-8")
            found += [f"{name}: {mark}" for mark in marks if mark in text]
    assert found == []
