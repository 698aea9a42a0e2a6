"""`make bench`: Brier score of the chance to miss and coverage of the 80 % range, at months 12 and 18, over all
programmes and family by family, also where a rival is better.

`python -m benchmarks.foresight.scoring 2` judges two programmes a family only.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from benchmarks.foresight.rivals import BaseRate, Case, Red, RedAsARule, Straight, cases
from benchmarks.foresight.worlds import FAMILIES, INDICATORS, JUDGED, PAST, Family, World, world
from policy.deadlines import add_months
from services.foresight.forecasting import forecast

MONTHS = (12, 18)
DRAWS = 2000
"""Of programmes, with replacement, for the interval of a gain."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One course at one month. `chances`: ours first, then the rivals'; None when no forecast was made."""

    family: str
    seed: int
    month: int
    reports: int
    missed: bool
    chances: tuple[float, ...] | None
    covered: bool


def _past() -> list[Case]:
    made = [world(family, seed) for family in FAMILIES for seed in PAST]
    return [case for one in made for case in cases(one.courses, dict(one.outcomes), MONTHS)]


def rivals() -> tuple[BaseRate | Red | RedAsARule | Straight, ...]:
    past = _past()
    return (Straight(past), RedAsARule(past), Red(), BaseRate(past))


def judged(one: World, against: Sequence[BaseRate | Red | RedAsARule | Straight]) -> Iterator[Scored]:
    """Every course of the programme at these months after its approval."""
    for month in MONTHS:
        for approved_on in sorted({course.approved_on for course in one.courses}):
            at = add_months(approved_on, month)
            for indicator in INDICATORS:
                courses = one.of(indicator.key)
                for course, outlook in zip(courses, forecast(courses, at), strict=True):
                    if course.approved_on != approved_on:
                        continue
                    peers = tuple(peer for peer in courses if peer.park != course.park)
                    case = Case(course, peers, at, month, float(one.outcomes[course.park, indicator.key]))
                    chances = None
                    if outlook.p_miss is not None:
                        chances = (outlook.p_miss, *(rival.p_miss(case) for rival in against))
                    covered = outlook.p10 is not None and outlook.p90 is not None and (
                        outlook.p10 <= case.outcome <= outlook.p90
                    )  # fmt: skip
                    yield Scored(one.family, one.seed, month, len(course.known(at)), case.missed, chances, covered)


def _scored(family: Family, seeds: Sequence[int]) -> list[Scored]:
    against = rivals()
    return [entry for seed in seeds for entry in judged(world(family, seed), against)]


def lines(seeds: Sequence[int] = JUDGED) -> Iterator[str]:
    """What `make bench` prints."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with ProcessPoolExecutor() as pool:
        parts = pool.map(_scored, FAMILIES, [seeds] * len(FAMILIES))
        found = [entry for part in parts for entry in part]
    names = ("ours", "straight", "red, as a rule", "red", "base rate")
    yield f"foresight: {len(FAMILIES)} families of programmes, {len(seeds)} seeds each"
    for month in MONTHS:
        at = [entry for entry in found if entry.month == month]
        yield f"  month {month:<28}{'n':>6}{'missed':>8}" + "".join(f"{name:>15}" for name in names) + f"{'covered':>9}"
        yield _row("over all", at)
        yield from (_row(family.name, [entry for entry in at if entry.family == family.name]) for family in FAMILIES)
        for number, name in enumerate(names[1:], 1):
            low, gain, high = _gain(at, number)
            yield f"    Brier score below {name}'s by {gain:.4f} (95 %: {low:.4f} to {high:.4f})"
        enough = [entry for entry in at if entry.reports >= 2]
        refused = sum(entry.chances is None for entry in enough)
        yield f"    refused with two or more reports: {refused} of {len(enough)}; in all {_refused(at)} of {len(at)}"


def _refused(entries: Iterable[Scored]) -> int:
    return sum(entry.chances is None for entry in entries)


def _row(name: str, entries: Sequence[Scored]) -> str:
    made = [entry for entry in entries if entry.chances is not None]
    missed = np.array([entry.missed for entry in made], float)
    brier = ((_chances(made) - missed[:, None]) ** 2).mean(axis=0)
    covered = np.mean([entry.covered for entry in made])
    scores = "".join(f"{score:15.4f}" for score in brier)
    return f"    {name:<32}{len(made):>6}{missed.mean():8.2f}{scores}{covered:9.3f}"


def _chances(made: Sequence[Scored]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([entry.chances for entry in made], float)


def _gain(entries: Sequence[Scored], rival: int) -> tuple[float, float, float]:
    """By how much the Brier score is lower than the rival's, and the 95 % interval over programmes drawn anew."""
    made = [entry for entry in entries if entry.chances is not None]
    missed = np.array([entry.missed for entry in made], float)
    off = (_chances(made) - missed[:, None]) ** 2
    better = off[:, rival] - off[:, 0]
    programmes = sorted({(entry.family, entry.seed) for entry in made})
    place = {programme: number for number, programme in enumerate(programmes)}
    of = np.array([place[entry.family, entry.seed] for entry in made])
    sums = np.bincount(of, better, len(programmes))
    counts = np.bincount(of, minlength=len(programmes))
    drawn = np.random.default_rng(20221024).integers(len(programmes), size=(DRAWS, len(programmes)))
    gains = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(gains, [0.025, 0.975])
    return float(low), float(better.mean()), float(high)


if __name__ == "__main__":
    print("\n".join(lines(JUDGED[: int(sys.argv[1])] if len(sys.argv) > 1 else JUDGED)))
