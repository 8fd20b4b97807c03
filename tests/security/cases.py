"""What is asked of each operation, and who may: the registry to which each app's cases belong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .operations import Operation, operations
from .world import HIDDEN, MEMBERS, OUTSIDE, ROLES, World, missing_key

EVERYBODY = frozenset(ROLES)
SIGNED_IN = frozenset(MEMBERS)
FINDERS = EVERYBODY - HIDDEN
"""Who may find the owner."""
NOBODY: frozenset[str] = frozenset()
OWNER = frozenset({"owner"})
PARTIES = frozenset({"owner", "counterparty"})
CIRCLE = PARTIES | {"third"}
DECIDERS = frozenset({"moderator", "superuser"})
ONLOOKERS = FINDERS - set(OUTSIDE) - OWNER
"""Signed in, and can find the owner."""

Body = Callable[[World, Any], Any]


def nothing(world: World, me: Any) -> Any:
    return None


def just(**body: Any) -> Body:
    """The same from everybody."""
    return lambda world, me: body


def all_rows(**query: Any) -> Body:
    return just(page_size=100, **query)


def at(status: int, roles: Iterable[str]) -> dict[str, int]:
    return dict.fromkeys(roles, status)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A request to one operation about one thing.

    ``allowed`` succeed. ``refused`` see the thing and get the status named here. To all others it does not exist: they
    get ``others``, the same as for what nobody has. Who is not signed in gets a 401 or 403 unless it is ``public``.
    """

    operation: str
    allowed: frozenset[str]
    keys: Mapping[str, str] = field(default_factory=dict)
    """The things that the address names."""
    body: Body = nothing
    """What a person sends, in the query of a GET."""
    absent_body: Body | None = None
    """The same about something that nobody has, where the body names the thing."""
    refused: Mapping[str, int] = field(default_factory=dict)
    others: int = 404
    public: bool = False
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Who finds what in the list that is answered; nobody else finds it."""

    def __str__(self) -> str:
        return " ".join([self.operation, *self.keys.values()])

    def real_keys(self, world: World) -> dict[str, Any]:
        return {name: world[thing].pk for name, thing in self.keys.items()}

    def absent(self, world: World, me: Any) -> Iterable[tuple[dict[str, Any], Any]]:
        """Keys and bodies of requests about nothing, one for each place where the thing is named."""
        real = self.real_keys(world)
        for name, thing in self.keys.items():
            yield {**real, name: missing_key(world[thing])}, self.body(world, me)
        if self.absent_body is not None:
            yield real, self.absent_body(world, me)

    def expected(self, role: str) -> set[int]:
        if role in self.allowed:
            return {200, 201, 204}
        if role in self.refused:
            return {self.refused[role]}
        if role in OUTSIDE and not self.public:
            return {401, 403}
        return {self.others}


CASES: list[Case] = []


def cases_of(cases: Iterable[Case]) -> None:
    """Registers an app's cases."""
    CASES.extend(cases)


def all_cases() -> list[Case]:
    from . import accounts_cases, exchange_cases, exchange_swap_cases, matching_cases  # noqa: F401

    return CASES


def by_operation() -> dict[Operation, list[Case]]:
    """The cases of every operation; the suite fails where there is none."""
    named: dict[str, list[Case]] = {}
    for case in all_cases():
        named.setdefault(case.operation, []).append(case)
    return {operation: named.get(str(operation), []) for operation in operations()}


def pairs() -> list[tuple[Operation, Case]]:
    return [(operation, case) for operation, cases in by_operation().items() for case in cases]
