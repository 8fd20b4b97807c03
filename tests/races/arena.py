"""Threads that start together, and the question whether what came out could have come out one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import permutations
from threading import Barrier
from typing import Generic, Protocol, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, IntegrityError, connections

from skillswap_kit.core.errors import SkillSwapError

THREADS = 8
DONE = "done"
PATIENCE = 60

Act = Callable[[], object]
World = TypeVar("World")
Move = Callable[[World], object]


class Arena:
    """Eight threads, each with a database connection of its own."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.threads = threads

    def race(self, acts: Sequence[Act]) -> list[str]:
        """Do all at once; what became of each: :data:`DONE`, the name of the refusal, or what the database said."""
        barrier = Barrier(len(acts))
        running = [self.threads.submit(_after, barrier, act) for act in acts]
        return [each.result(timeout=PATIENCE) for each in running]


def _after(barrier: Barrier, act: Act) -> str:
    barrier.wait(timeout=PATIENCE)
    return outcome(act)


def outcome(act: Act) -> str:
    try:
        act()
    except (SkillSwapError, ObjectDoesNotExist, IntegrityError) as refusal:
        return type(refusal).__name__
    except DatabaseError as failure:
        # Deadlocks above all: no serial order has them, so no expectation contains this.
        return f"{type(failure).__name__}: {failure}"
    return DONE


@contextmanager
def open_arena() -> Iterator[Arena]:
    with ThreadPoolExecutor(max_workers=THREADS) as threads:
        arena = Arena(threads)
        try:
            yield arena
        finally:
            arena.race([connections.close_all] * THREADS)


class Stage(Protocol[World]):
    """Where worlds come from and how they are looked at."""

    def build(self, count: int) -> Sequence[World]:
        """So many worlds that know nothing of one another."""

    def arm(self, world: World) -> None:
        """Called right before the moves: what only the present moment can make true."""

    def observe(self, worlds: Sequence[World]) -> Sequence[Hashable]:
        """What can be seen in each world, without keys and times."""


Result = tuple[tuple[tuple[str, str], ...], Hashable]
"""What became of each move, sorted, and what can be seen afterwards."""


class SerialCheck(Generic[World]):
    """Whether the outcome of moves made at once is that of some order in which they are made one by one."""

    def __init__(self, arena: Arena, stage: Stage[World], moves: Mapping[str, Move[World]]) -> None:
        self.arena, self.stage, self.moves = arena, stage, moves

    def check(self, names: Sequence[str], *, rounds: int, orders: Iterable[Sequence[str]] = ()) -> None:
        """As many worlds at once as the threads can play, so that the worlds meet each other as well.

        ``orders``: enough of them, where all are alike.
        """
        expected = self._one_by_one(list(orders) or sorted(set(permutations(names))))
        at_once = THREADS // len(names)
        results = self._all_at_once(names, rounds=-(-rounds // at_once), at_once=at_once)
        strange = Counter(result for result in results if result not in expected)
        assert not strange, self._report(names, strange, expected, len(results))

    def _one_by_one(self, orders: Sequence[Sequence[str]]) -> set[Result]:
        worlds = self.stage.build(len(orders))
        said = []
        for order, world in zip(orders, worlds, strict=True):
            self.stage.arm(world)
            said.append([(name, outcome(partial(self.moves[name], world))) for name in order])
        return set(self._results(said, worlds))

    def _all_at_once(self, names: Sequence[str], *, rounds: int, at_once: int) -> list[Result]:
        worlds = self.stage.build(rounds * at_once)
        said: list[list[tuple[str, str]]] = []
        for begin in range(0, len(worlds), at_once):
            present = worlds[begin : begin + at_once]
            for world in present:
                self.stage.arm(world)
            acts = [partial(self.moves[name], world) for name in names for world in present]
            outcomes = self.arena.race(acts)
            said += [list(zip(names, outcomes[index::at_once], strict=True)) for index in range(at_once)]
        return self._results(said, worlds)

    def _results(self, said: Sequence[Sequence[tuple[str, str]]], worlds: Sequence[World]) -> list[Result]:
        seen = self.stage.observe(worlds)
        return [(tuple(sorted(words)), view) for words, view in zip(said, seen, strict=True)]

    def _report(self, names: Sequence[str], strange: Counter[Result], expected: set[Result], count: int) -> str:
        lines = [f"{' ∥ '.join(names)}: {sum(strange.values())} of {count} worlds fit no serial order."]
        lines += [f"  {times} ×: {result}" for result, times in strange.most_common(3)]
        return "\n".join([*lines, "Serial orders give:", *(f"  {result}" for result in sorted(expected, key=str))])
