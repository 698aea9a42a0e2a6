"""`make bench`: each benchmark's ratios, peak memory, what a killed sender loses, and how good forecasts are.

Times depend on the machine, so nothing is asserted.
"""

from __future__ import annotations

import gc

from benchmarks import kills, mail, memory, reading, sweeping
from benchmarks.foresight import scoring
from benchmarks.measure import Benchmark, lines, measure

BENCHMARKS: tuple[Benchmark, ...] = (reading.BENCHMARK, reading.FOLDER, sweeping.BENCHMARK, mail.BENCHMARK)


def main() -> None:
    for benchmark in BENCHMARKS:
        contenders = benchmark.prepare()
        gc.freeze()  # as the web application does when it has started
        print("\n".join(lines(benchmark, contenders, measure(contenders))), flush=True)
    print("\n".join(memory.lines()), flush=True)
    print("\n".join(kills.lines()), flush=True)
    print("\n".join(scoring.lines()))


if __name__ == "__main__":
    main()
