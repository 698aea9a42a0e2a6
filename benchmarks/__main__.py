"""`make bench`: each benchmark's ratios. Times depend on the machine, so nothing is asserted."""

from __future__ import annotations

from benchmarks import reading
from benchmarks.measure import Benchmark, lines, measure

BENCHMARKS: tuple[Benchmark, ...] = (reading.BENCHMARK, reading.FOLDER)


def main() -> None:
    for benchmark in BENCHMARKS:
        print("\n".join(lines(benchmark.title, measure(benchmark.prepare()))))


if __name__ == "__main__":
    main()
