"""What README, pyproject.toml and the how-tos say of the whole, where no other test shows it."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from skillswap_kit.core.files import FileTooLarge, clean_document, clean_image
from skillswap_kit.exchange.models import Swap

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MEGABYTE = 2**20


def test_the_licence_is_mit():
    assert PROJECT["project"]["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_the_python_of_the_readme_is_that_of_the_package():
    oldest = PROJECT["project"]["requires-python"].removeprefix(">=")
    for page in ("README.md", "docs/tutorial/index.md", "docs/how-to/install.md"):
        assert f"Python {oldest} or newer" in (ROOT / page).read_text(encoding="utf-8"), page


def test_what_is_meant_to_be_typed_is_typed_by_a_test():
    pages = [page for page in (ROOT / "docs").rglob("*.md") if "```bash" in page.read_text(encoding="utf-8")]
    files = ("docs/test_curl.py", "docs/test_tutorial.py", "matching/test_guide.py")
    tests = "".join((ROOT / "tests" / name).read_text(encoding="utf-8") for name in files)

    assert pages
    for page in pages:
        assert f'"{page.relative_to(ROOT / "docs").as_posix()}"' in tests, page


def test_branch_coverage_has_a_floor():
    coverage = PROJECT["tool"]["coverage"]
    assert coverage["run"]["branch"]
    assert coverage["report"]["fail_under"] >= 95
    assert "coverage report" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_images_of_5_and_documents_of_10_megabytes():
    text = b"a" * (10 * MEGABYTE)
    assert clean_document(ContentFile(text, name="long.txt")).file.size == len(text)
    with pytest.raises(FileTooLarge, match="10"):
        clean_document(ContentFile(text + b"a", name="long.txt"))
    with pytest.raises(FileTooLarge, match="5"):
        clean_image(ContentFile(b"a" * (5 * MEGABYTE + 1)))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT / "src").with_suffix("").parts
            parents = package[: len(package) - node.level] if node.level else ()
            yield ".".join((*parents, *filter(None, [node.module])))


def test_imports_point_down():
    """The short of it; `make imports` knows all floors."""
    core = ROOT / "src" / "skillswap_kit" / "core"
    found = {name for path in core.rglob("*.py") for name in imported(path) if name.startswith("skillswap_kit.")}

    assert found
    assert {name.split(".")[1] for name in found} == {"core"}


START = """
import django; django.setup()
from django.contrib.auth import get_user_model
from skillswap_kit.exchange.models import Skill, Swap
from skillswap_kit.testing.factories import make_listing, make_member, make_skill
from skillswap_kit.testing.swaps import make_review, make_session, make_swap

def make_person(name):
    user_model = get_user_model()
    return user_model._default_manager.create_user(**{user_model.USERNAME_FIELD: f"{name}@example.org"}, password="x")
"""
ROWS = f"""{START}
people = [make_person(name) for name in ("maya", "salma", "omar")]
for person in people:
    make_member(person, languages=["ar", "en"])
    make_listing(person, skill=make_skill(aliases=["حياكة"]))
for status in Swap.Status.values:
    swap = make_swap(people[:2], status=status)
    if status == Swap.Status.IN_PROGRESS:
        make_session(swap, by=people[0], status="completed")
    if status == Swap.Status.COMPLETED:
        make_review(swap, by=people[0])
make_swap(people, kind=Swap.Kind.CIRCLE)
"""
NEW_ROWS = f"""{START}
newcomers = [make_person("nora"), make_person("zaki")]
make_listing(newcomers[0], skill=Skill.objects.first())
make_swap(newcomers, skills=Skill.objects.all()[:2])
"""


def run(kind: str, database: str, *arguments: str) -> str:
    """This Python with the rows of the suite's host in another database."""
    variables = {"TEST_DATABASE": kind, "TEST_DATABASE_NAME": database}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings.default", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def empty_postgresql_database() -> Iterator[str]:
    name = f"{connection.settings_dict['NAME']}_moved"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
    try:
        yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def objects(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return sorted(json.dumps(json.loads(line), sort_keys=True) for line in lines)


@pytest.mark.slow
@pytest.mark.server
@pytest.mark.django_db(transaction=True)
def test_rows_move_from_sqlite_to_postgresql(tmp_path):
    """With the options of docs/how-to/sqlite-to-postgresql.md."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set TEST_DATABASE=postgres")
    page = (ROOT / "docs" / "how-to" / "sqlite-to-postgresql.md").read_text(encoding="utf-8")
    options = re.search(r"manage\.py (dumpdata .*?) --output", page.replace("\\\n", ""), re.DOTALL)
    assert options
    old, dump, new_dump = (str(tmp_path / name) for name in ("old.sqlite3", "site.jsonl", "new.jsonl"))
    dumpdata = ("-m", "django", *options[1].split(), "--output")
    run("sqlite", old, "-m", "django", "migrate", "--verbosity", "0")
    run("sqlite", old, "-c", ROWS)
    run("sqlite", old, *dumpdata, dump)
    with empty_postgresql_database() as new:
        run("postgres", new, "-m", "django", "migrate", "--verbosity", "0")
        run("postgres", new, "-m", "django", "loaddata", dump)
        run("postgres", new, *dumpdata, new_dump)
        # Sequences stand behind the highest key: there is room for new rows.
        run("postgres", new, "-c", NEW_ROWS)

    assert objects(Path(dump)) == objects(Path(new_dump))
    assert len(objects(Path(dump))) > 10 * len(Swap.Status)
