"""How a benchmark is put and measured: contenders against a yardstick, in turns, as ratios."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Contender:
    """One way of doing the work; the first of a benchmark is the yardstick."""

    name: str
    work: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`prepare` makes the material once and gives the contenders."""

    title: str
    prepare: Callable[[], tuple[Contender, ...]]


def measure(contenders: tuple[Contender, ...]) -> dict[str, float]:
    """Median seconds by name. Contenders take turns, so that a busy moment of the machine hits all alike."""
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for contender in contenders:
        contender.work()
    for _ in range(ROUNDS):
        for contender in contenders:
            begun = time.perf_counter()
            contender.work()
            seconds[contender.name].append(time.perf_counter() - begun)
    return {name: median(times) for name, times in seconds.items()}


def lines(title: str, medians: dict[str, float]) -> list[str]:
    """What is printed: seconds, and how many times the yardstick's."""
    yardstick = next(iter(medians.values()))
    rows = [f"  {name:<52}{seconds:8.3f} s {seconds / yardstick:8.2f} x" for name, seconds in medians.items()]
    return [title, *rows]
