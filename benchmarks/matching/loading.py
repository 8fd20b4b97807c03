"""A synthetic population as rows of a real database, fast: plain SQL, indexes made afterwards. SQLite and PostgreSQL.

For a database that is thrown away: keys are set from outside, and ``open_key``, which only editing reads, stays empty.
Needs a user model with whole numbers as keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, models
from django.utils import timezone

from skillswap_kit.exchange.models import Category, Listing, Profile, Skill
from skillswap_kit.matching.models import SkillSimilarity

from .population import LEVELS, Population, Side, names

BATCH = 50_000
STAGED = "benchmark_listing"
NUMBERS = (
    "WITH RECURSIVE numbers(number) AS"
    " (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {size}) SELECT {values} FROM numbers"
)
# PostgreSQL names the index of a constraint as the constraint; SQLite has no SQL for it.
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL"
    " AND sql NOT LIKE 'CREATE UNIQUE%%'",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s"
    " AND indexdef NOT LIKE 'CREATE UNIQUE%%'",
}


def load(population: Population) -> None:
    """Users, profiles, skills and listings of the population; keys are its numbers, from 1 on."""
    _load_skills(population)
    user_model = get_user_model()
    counted = NUMBERS.format(size=population.size, values="{values}")
    person = user_model(password="!")
    _insert(person, {"pk": "number", user_model.USERNAME_FIELD: "'member' || number"}, counted)
    profile = Profile(updated_at=timezone.now())
    _insert(profile, {"pk": "number", "user": "number", "display_name": "'Member ' || number"}, counted)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {STAGED}"
            " (number integer, owner integer, kind text, skill integer, level text, priority integer)"
        )
    _stage(_rows(population))
    columns = {"pk": "number", **{name: name for name in ("owner", "kind", "skill", "level", "priority")}}
    with _unchecked(), _indexed_afterwards(Listing):
        _insert(Listing(updated_at=timezone.now()), columns, f"SELECT {{values}} FROM {STAGED}")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {STAGED}")
        cursor.execute("ANALYZE")


def load_similar(population: Population) -> None:
    rows = [
        SkillSimilarity(wanted_id=wanted + 1, taught_id=taught + 1, weight=weight)
        for wanted, near in population.similar.items()
        for taught, weight in near.items()
    ]
    SkillSimilarity.objects.bulk_create(rows, batch_size=5_000)


def _load_skills(population: Population) -> None:
    category = Category.objects.create(name="Everything", slug="everything")
    skills = [
        Skill(pk=number + 1, name=name, slug=f"skill-{number}", category=category)
        for number, name in enumerate(names(population.skill_count))
    ]
    Skill.objects.bulk_create(skills, batch_size=500)


def _rows(population: Population) -> Iterator[tuple[Any, ...]]:
    offers, wants = population.offers, population.wants
    kinds = ((Listing.Kind.OFFER, offers, True), (Listing.Kind.WANT, wants, False))
    number = 0
    for kind, side, is_taught in kinds:
        for owner, skill, degree in _triples(side):
            number += 1
            level, priority = (LEVELS[degree], 3) if is_taught else (LEVELS[0], degree)
            yield number, owner + 1, kind.value, skill + 1, level, priority


def _triples(side: Side) -> Iterator[tuple[int, int, int]]:
    return zip(side.owners.tolist(), side.skills.tolist(), side.degrees.tolist(), strict=True)


def _stage(rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        while batch := list(islice(rows, BATCH)):
            if connection.vendor == "postgresql":
                text = "".join("\t".join(map(str, row)) + "\n" for row in batch)
                with cursor.copy(f"COPY {STAGED} FROM STDIN") as copy:
                    copy.write(text)
            else:
                cursor.executemany(f"INSERT INTO {STAGED} VALUES (%s, %s, %s, %s, %s, %s)", batch)


def _insert(template: models.Model, columns: Mapping[str, str], source: str) -> None:
    """One row for each of the source, as the template but for these columns, which are SQL."""
    given = {template._meta.pk.name if name == "pk" else name: sql for name, sql in columns.items()}
    targets, values, parameters = list[str](), list[str](), list[Any]()
    for field in template._meta.concrete_fields:
        targets.append(connection.ops.quote_name(str(field.column)))
        values.append(given.get(field.name, "%s"))
        if field.name not in given:
            parameters.append(field.get_db_prep_save(getattr(template, field.attname), connection))
    table = connection.ops.quote_name(template._meta.db_table)
    selected = source.format(values=", ".join(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(targets)}) {selected}", parameters)


@contextmanager
def _unchecked() -> Iterator[None]:
    """Without asking for each row whether what it refers to is there. On PostgreSQL this takes a superuser."""
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        yield
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = origin")


@contextmanager
def _indexed_afterwards(model: type[models.Model]) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(INDEXES[connection.vendor], [model._meta.db_table])
        indexes: Sequence[tuple[str, str]] = cursor.fetchall()
        for name, _sql in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _name, sql in indexes:
            cursor.execute(sql.replace("%", "%%"))
