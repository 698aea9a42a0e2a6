"""`make bench`: everything that is measured, one part after another; `python -m benchmarks NAME …` for some of it.

Times depend on the machine, so nothing is asserted.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import click

from benchmarks import documents, kills, mail, memory, reading, recomputing, sweeping
from benchmarks.foresight import scoring
from benchmarks.measure import Benchmark, lines, measure
from benchmarks.web import measuring


@dataclass(frozen=True, slots=True)
class Part:
    """What can be asked for by name: what it measures, and the lines it prints."""

    about: str
    lines: Callable[[], Iterable[str]]


def _in_turns(benchmark: Benchmark) -> Part:
    return Part(benchmark.title, lambda: _measured(benchmark))


def _measured(benchmark: Benchmark) -> Iterator[str]:
    contenders = benchmark.prepare()
    gc.freeze()  # as the web application does when it has started
    yield from lines(benchmark, contenders, measure(contenders))


PARTS: Mapping[str, Part] = {
    "reading": _in_turns(reading.BENCHMARK),
    "folder": _in_turns(reading.FOLDER),
    "sweeping": _in_turns(sweeping.BENCHMARK),
    "mail": _in_turns(mail.BENCHMARK),
    "recomputing": Part("one park worked out anew, among few parks and many", recomputing.lines),
    "documents": Part("a bulletin over all parks and a long self-assessment, as files", documents.lines),
    "memory": Part("peak memory while a file is read", memory.lines),
    "kills": Part("what a sender that is killed loses", kills.lines),
    "web": Part("the pages beside a plain Dash + pandas application", measuring.lines),
    "foresight": Part("how good forecasts are", scoring.lines),
}


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]…")
@click.option("--list", "listed", is_flag=True, help="Print the names and what each measures.")
@click.option("--minutes", default=1.0, help="web: how long the workers' memory is watched under load.")
def main(names: tuple[str, ...], *, listed: bool, minutes: float) -> None:
    """Run the benchmarks of these names, all without a name."""
    measuring.minutes = minutes
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise click.UsageError(f"no benchmark is called {', '.join(unknown)}; there are: {', '.join(PARTS)}")
    if listed:
        click.echo("\n".join(f"{name:<14}{part.about}" for name, part in PARTS.items()))
        return
    for name in names or PARTS:
        for line in PARTS[name].lines():
            click.echo(line)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
