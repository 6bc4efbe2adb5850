"""Imports point one way; whoever turns one around hears it here."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the bottom to the top; each part may import what stands on a lower step, and what stands on its own.
STEPS = (
    {"definitions", "keys"},
    {"measurement"},
    {"pictures"},
    {"settings", "sources"},
    {"records"},
    {"activities"},
    {"workflows"},
    {"office", "desk", "worker"},
    {"stack"},
    {"web"},
    {"commands"},
    {"cli"},
)
STEP = {part: number for number, parts in enumerate(STEPS) for part in parts}

# Narrower than the steps say: definitions and measurement know nothing but themselves, workflows no database.
ONLY = {
    "definitions": {"definitions"},
    "keys": {"keys"},
    "measurement": {"measurement", "definitions"},
    "pictures": {"pictures", "measurement", "definitions"},
    "settings": {"settings", "keys"},
    "sources": {"sources", "settings", "keys"},
    "workflows": {"workflows", "activities", "definitions", "records.values"},
}

SQL = {"sqlmodel", "sqlalchemy", "alembic", "psycopg"}


def files_of(part: str) -> list[Path]:
    folder = ROOT / part
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [ROOT / f"{part}.py"]


def imports_of(path: Path) -> list[tuple[int, str]]:
    """Line and name of every import, those inside functions too; what a script does when run by name is its own."""
    tree = ast.parse(path.read_text(), str(path))
    script = {
        inner
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"
        for inner in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        if node in script:
            continue
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} is a relative import"
            found.append((node.lineno, node.module or ""))
    return found


def root(name: str) -> str:
    return name.partition(".")[0]


def allowed(part: str, name: str) -> bool:
    if part in ONLY:
        return any(name == known or name.startswith(f"{known}.") for known in ONLY[part])
    return STEP[root(name)] <= STEP[part]


def test_every_part_of_the_tree_has_its_step() -> None:
    parts = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {path.stem for path in ROOT.glob("*.py")}

    assert parts - {"tests", "benchmarks"} == {*STEP}


@pytest.mark.parametrize("part", STEP)
def test_imports_point_one_way(part: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in files_of(part)
        for line, name in imports_of(path)
        if root(name) in STEP and not allowed(part, name)
    ]

    assert wrong == []


def test_only_records_touches_sql() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for part in STEP
        if part != "records"
        for path in files_of(part)
        for line, name in imports_of(path)
        if root(name) in SQL
    ]

    assert wrong == []


def test_a_workflow_names_nothing_that_its_sandbox_would_load_again() -> None:
    heavy = {"httpx", "fastapi", "jinja2", "prometheus_client", "rich", "click", *SQL}
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for part in ("workflows", "definitions")
        for path in files_of(part)
        for line, name in imports_of(path)
        if root(name) in heavy
    ]

    assert wrong == []


# Each kind of case, and cycles, have a package of their own beside the rules of all; incidents have theirs among these.
KINDS = sorted(path.parent.name for path in (ROOT / "definitions").glob("*/state.py"))


def of_kind(name: str) -> str | None:
    """The kind whose package the module is in."""
    parts = name.split(".")
    return parts[1] if len(parts) > 2 and parts[0] == "definitions" and parts[1] in KINDS else None


def reached(name: str) -> set[str]:
    """The modules of definitions that importing this one brings along."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        path = ROOT / f"{ahead.pop().replace('.', '/')}.py"
        new = {name for _, name in imports_of(path) if root(name) == "definitions"} - found if path.is_file() else set()
        found |= new
        ahead += new
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_case_knows_another(kind: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in files_of(f"definitions/{kind}")
        for line, name in imports_of(path)
        if of_kind(name) not in (None, kind)
    ]

    assert wrong == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_case_remembers_of_its_kind_rests_on_nothing_that_rests_on_cases(kind: str) -> None:
    assert not {"definitions.case", "definitions.kinds", "definitions.organisation"} & reached(
        f"definitions.{kind}.state"
    )


def test_the_rules_of_every_case_know_kinds_by_what_they_remember_and_by_nothing_else() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in files_of("definitions/rules")
        if path.stem != "incident"  # a kind itself
        for line, name in imports_of(path)
        if of_kind(name) and not name.endswith(".state")
    ]

    assert wrong == []


def test_the_check_sees_an_import_inside_a_function(tmp_path: Path) -> None:
    path = tmp_path / "late.py"
    path.write_text(
        "def f():\n    from records.store import Store\n    import cli\nif __name__ == '__main__':\n    import web\n"
    )

    assert imports_of(path) == [(2, "records.store"), (3, "cli")]
    assert not allowed("workflows", "records.store")
    assert not allowed("desk", "cli")
    assert not allowed("definitions", "records.values")
    assert allowed("web", "desk")
    assert of_kind("definitions.review.state") == "review"
    assert of_kind("definitions.rules.facts") is None
    assert {"definitions.case", "definitions.review.rules"} <= reached("definitions.kinds")
