"""How a benchmark is put and measured: contenders in turns, the best round of each, as ratios to the yardsticks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Contender:
    """One way of doing the work of a round; rounds count from 0, and each has material of its own.

    A `part` is also done within the contender before it that is none.
    """

    name: str
    work: Callable[[int], object]
    yardstick: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`prepare` makes the material once and gives the contenders; `rest`: what a whole does beside its parts."""

    title: str
    prepare: Callable[[], tuple[Contender, ...]]
    rest: str = ""


def measure(contenders: tuple[Contender, ...]) -> dict[str, float]:
    """The best round's seconds by name: the machine may be busy, and never makes a round faster.

    Contenders take turns. The first round warms up and does not count.
    """
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for number in range(ROUNDS + 1):
        for contender in contenders:
            begun = time.perf_counter()
            contender.work(number)
            seconds[contender.name].append(time.perf_counter() - begun)
    return {name: min(times[1:] or times) for name, times in seconds.items()}


def lines(benchmark: Benchmark, contenders: tuple[Contender, ...], best: dict[str, float]) -> list[str]:
    """What is printed: seconds, and how many times each yardstick's."""
    marks = [best[contender.name] for contender in contenders if contender.yardstick]
    rows = [_line(c.name, best[c.name], marks, part=c.part) for c in contenders]
    parts = sum(best[contender.name] for contender in contenders if contender.part)
    if benchmark.rest:
        whole = next(best[c.name] for c in contenders if not c.part and not c.yardstick)
        rows.append(_line(benchmark.rest, whole - parts, marks, part=True))
    return [benchmark.title, *rows]


def _line(name: str, seconds: float, marks: list[float], *, part: bool) -> str:
    ratios = "".join(f"{seconds / mark:9.2f} x" for mark in marks)
    return f"  {'  of it: ' * part + name:<62}{seconds:9.4f} s{ratios}"
