"""Ranking inside the database: one statement over the kit's own tables, so there is nothing to build or to refresh.

Scores are the same doubles as in Python: sums are whole numbers, and the arithmetic of :class:`Scoring` is written down
by calling it with operands that write SQL instead of computing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, Q, QuerySet

from skillswap_kit.core.transactions import kit_database
from skillswap_kit.core.types import User
from skillswap_kit.exchange.models import Listing, Profile, Skill, Swap, SwapParticipant
from skillswap_kit.exchange.models.listings import Level

from ..circles import join_circles
from ..matches import Candidate, Circle, Member, Rank
from ..rows import Similar, read_member, read_members, read_similar
from ..scoring import ACTIVITY_CAP, PRIORITIES, WEIGHT_UNIT, Scoring, get_scoring
from .base import BaseMatcher
from .operands import Operand

Worth = dict[int, int]
"""By skill what one hundredth of a listing's weight is worth to somebody, in ten-thousandths."""

DOUBLE = {"mysql": "DOUBLE"}
"""By vendor what a CAST calls doubles where it is not what the standard says."""


class SqlMatcher(BaseMatcher):
    """Exact and always fresh on SQLite, PostgreSQL and MariaDB; for sites of up to some ten thousand members.

    The host's Scoring must be arithmetic, + - * / alone: ``rank`` raises ImproperlyConfigured for any other.
    """

    capabilities = frozenset({"exact", "similarity", "circles"})

    def rank(self, seeker: Member, *, limit: int, after: Rank | None = None) -> list[Candidate]:
        similar = read_similar(about=seeker)
        offered, wanted = worth_of_offers(seeker, similar), worth_of_wants(seeker, similar)
        if not offered or not wanted:
            return []
        connection = connections[kit_database()]
        ranking = Ranking(get_scoring(), connection)
        with connection.cursor() as cursor:
            cursor.execute(*ranking.statement(seeker.number, offered, wanted, limit=limit, after=after))
            rows = cursor.fetchall()
        return [
            Candidate(number=number, score=float(score), gets=int(gets), gives=int(gives))
            for number, score, gets, gives in rows
        ]

    def rank_circles(self, seeker: Member, *, limit: int, without: Collection[int] = ()) -> list[Circle]:
        similar, scoring = read_similar(), get_scoring()
        offered, wanted = worth_of_offers(seeker, similar), worth_of_wants(seeker, similar)
        if not offered or not wanted:
            return []
        left_out = {seeker.number, *without}
        reached = [
            member for member in read_members(scoring, _reached(offered, wanted)) if member.number not in left_out
        ]
        return join_circles(seeker, reached, similar, scoring, limit=limit)

    def member(self, user: User) -> Member:
        return read_member(get_scoring(), user)


def _reached(offered: Worth, wanted: Worth) -> QuerySet[Listing, Any]:
    """The keys of all who can make a leg with the seeker."""
    offers = Q(kind=Listing.Kind.OFFER, skill__in=list(offered))
    wants = Q(kind=Listing.Kind.WANT, skill__in=list(wanted))
    return Listing.objects.advertised().filter(offers | wants).order_by().values("owner")


def worth_of_offers(seeker: Member, similar: Similar) -> Worth:
    """What an offer of each skill is worth to the seeker."""
    worth = Worth()
    for wanted, priority in seeker.wants.items():
        for taught, similarity in _with_itself(wanted, similar).items():
            worth[taught] = worth.get(taught, 0) + priority * similarity
    return _positive(worth)


def worth_of_wants(seeker: Member, similar: Similar) -> Worth:
    """What the seeker's offers are worth to whoever wants each skill."""
    worth = Worth()
    for wanted in similar.keys() | seeker.offers.keys():
        helping = _with_itself(wanted, similar).items()
        worth[wanted] = sum(seeker.offers.get(taught, 0) * similarity for taught, similarity in helping)
    return _positive(worth)


def _with_itself(wanted: int, similar: Similar) -> dict[int, int]:
    return {**similar.get(wanted, {}), wanted: WEIGHT_UNIT}


def _positive(worth: Worth) -> Worth:
    return {skill: value for skill, value in worth.items() if value}


class Ranking:
    """Writes the statement. Raises ImproperlyConfigured if the score is more than arithmetic."""

    def __init__(self, scoring: Scoring, connection: BaseDatabaseWrapper) -> None:
        self.scoring, self.quote = scoring, connection.ops.quote_name
        self.double = DOUBLE.get(connection.vendor, "DOUBLE PRECISION")

    def statement(
        self, seeker: int, offered: Worth, wanted: Worth, *, limit: int, after: Rank | None
    ) -> tuple[str, list[float]]:
        """SQL of (number, score, gets, gives) and its parameters. CROSS JOIN, as SQLite then keeps the order."""
        score, number = self.score(), self._column(Profile, "id")
        behind, place = self._behind(after) if after else ("", [])
        sql = f"""
            WITH offered (skill, worth) AS (VALUES {_pairs(offered)}),
            wanted (skill, worth) AS (VALUES {_pairs(wanted)}),
            postings (owner, gets, gives) AS ({self._offers()} UNION ALL {self._wants()}),
            sums (owner, gets, gives) AS (
                SELECT owner, SUM(gets), SUM(gives) FROM postings
                GROUP BY owner HAVING SUM(gets) > 0 AND SUM(gives) > 0
            ),
            scored (number, score, gets, gives) AS (
                SELECT {number}, {score.sql}, sums.gets, sums.gives
                FROM sums JOIN {self._table(Profile)} ON {self._column(Profile, "user")} = sums.owner
                WHERE {number} <> {int(seeker)}
            )
            SELECT number, score, gets, gives FROM scored {behind}
            ORDER BY score DESC, number LIMIT {int(limit)}
        """  # noqa: S608 (numbers, quoted names, and words of the kit)
        return sql, [*score.params, *place]

    def score(self) -> Operand:
        """The score of one row of the statement."""
        columns = ["sums.gets", "sums.gives", self._load(), self._activity() if self.scoring.activity_factor else "0"]
        gets, gives, load, activity = (Operand.cast(column, double=self.double) for column in columns)
        try:
            return gets.of(self.scoring.score(gets, gives, load, activity))
        except (AttributeError, TypeError) as error:
            raise ImproperlyConfigured(
                f"SqlMatcher cannot write the score of {type(self.scoring).__name__} in SQL: {error}. "
                "Compute it by + - * / alone, or use a matcher that computes in Python."
            ) from error

    def _offers(self) -> str:
        levels = {level: self.scoring.offer_weight(level) for level in Level.values}
        worth = f"{self._weight('level', levels)} * offered.worth"
        return f"SELECT {self._column(Listing, 'owner')}, {worth}, 0 {self._listings('offered', Listing.Kind.OFFER)}"

    def _wants(self) -> str:
        priorities = {priority: self.scoring.want_weight(priority) for priority in PRIORITIES}
        worth = f"{self._weight('priority', priorities)} * wanted.worth"
        return f"SELECT {self._column(Listing, 'owner')}, 0, {worth} {self._listings('wanted', Listing.Kind.WANT)}"

    def _weight(self, field: str, weights: Mapping[Any, int]) -> str:
        cases = " ".join(f"WHEN {_literal(value)} THEN {int(weight)}" for value, weight in weights.items())
        return f"CASE {self._column(Listing, field)} {cases} END"

    def _listings(self, skills: str, kind: str) -> str:
        """The listings in force of these skills, as ``rows`` reads them."""
        return f"""
            FROM {skills} CROSS JOIN {self._table(Skill)} CROSS JOIN {self._table(Listing)}
            WHERE {self._column(Skill, "id")} = {skills}.skill
            AND {self._column(Skill, "status")} = {_literal(Skill.Status.APPROVED)}
            AND {self._column(Listing, "skill")} = {skills}.skill
            AND {self._column(Listing, "kind")} = {_literal(kind)}
            AND {self._column(Listing, "status")} = {_literal(Listing.Status.ACTIVE)}
        """

    def _load(self) -> str:
        pending = f"{self._column(SwapParticipant, 'decision')} = {_literal(SwapParticipant.Decision.PENDING)}"
        return f"(SELECT COUNT(*) {self._swaps_of_owner(Swap.Status.PROPOSED)} AND {pending})"

    def _activity(self) -> str:
        most = f"CASE WHEN COUNT(*) > {ACTIVITY_CAP} THEN {ACTIVITY_CAP} ELSE COUNT(*) END"
        return f"(SELECT {most} {self._swaps_of_owner(Swap.Status.COMPLETED)})"

    def _swaps_of_owner(self, status: str) -> str:
        return f"""
            FROM {self._table(SwapParticipant)} CROSS JOIN {self._table(Swap)}
            WHERE {self._column(SwapParticipant, "user")} = sums.owner
            AND {self._column(Swap, "id")} = {self._column(SwapParticipant, "swap")}
            AND {self._column(Swap, "status")} = {_literal(status)}
        """

    def _behind(self, after: Rank) -> tuple[str, list[float]]:
        score = Operand.cast("%s", (after.score,), double=self.double)
        condition = f"WHERE score < {score.sql} OR (score = {score.sql} AND number > {int(after.number)})"
        return condition, [*score.params, *score.params]

    def _table(self, model: type[Model]) -> str:
        return f"{self.quote(model._meta.db_table)} {model._meta.model_name}"

    def _column(self, model: type[Model], field: str) -> str:
        described: Any = model._meta.get_field(field)
        return f"{model._meta.model_name}.{self.quote(described.column)}"


def _pairs(worth: Worth) -> str:
    return ", ".join(f"({int(skill)}, {int(value)})" for skill, value in worth.items())


def _literal(value: str | int) -> str:
    """A word of the kit's own choices, or a number."""
    return str(value) if isinstance(value, int) else f"'{value}'"
