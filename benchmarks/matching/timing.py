"""How long calls take, for several methods in turns."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

SECONDS = 8.0
"""A method that has had so long is asked no more."""
TURN = 10

Call = Callable[[Any], object]


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Seconds of one call, of so many."""

    method: str
    size: int
    p50: float
    p99: float
    calls: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def take_turns(size: int, methods: Mapping[str, Call], arguments: Sequence[Any]) -> list[Timing]:
    """Time each method on each argument. They take turns of ten, so that a noisy machine is noisy for all; who begins
    changes, as the first finds cold caches."""
    seconds: dict[str, list[float]] = {method: [] for method in methods}
    names = list(methods)
    with _undisturbed():
        for begin in range(0, len(arguments), TURN):
            for name in names:
                _time(methods[name], arguments[begin : begin + TURN], seconds[name])
            names.append(names.pop(0))
    return [_timing(method, size, found) for method, found in seconds.items()]


def _time(call: Call, arguments: Sequence[Any], seconds: list[float]) -> None:
    for argument in arguments:
        if sum(seconds) > SECONDS:
            return
        begin = time.perf_counter()
        call(argument)
        seconds.append(time.perf_counter() - begin)


def _timing(method: str, size: int, seconds: Sequence[float]) -> Timing:
    p50, p99 = (float(np.percentile(seconds, percent)) for percent in (50, 99))
    return Timing(method=method, size=size, p50=p50, p99=p99, calls=len(seconds))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without collections of the millions of objects that the benchmark itself keeps."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def stopwatch(found: dict[str, float], name: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    found[name] = time.perf_counter() - begin
