"""`python -m jobs forecast`: 趋势研判 from a plain CSV, which reads no database; of the programme every night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from jobs.arguments import DATE, FILE
from jobs.output import DATA_ERRORS, Failure, as_json, json_option
from jobs.runner import Outcome
from policy.access import SYSTEM_ACTOR
from policy.foresight import Outlook
from policy.refusal import Refused
from services import clock
from services.foresight.nightly import foresee, keep
from services.foresight.table import Forecasts, forecast_list
from services.platform import Platform


@click.command("forecast")
@click.option("--from", "source", required=True, type=FILE, metavar="FILE.csv", help="每行一个报告期的CSV。")
@click.option("--at", required=True, type=DATE, metavar="D", help="研判日：只用该日及以前报送的数据。")
@json_option
def command(source: Path, at: date, *, json_wanted: bool) -> None:
    """趋势研判（内部参考）：每个园区每项指标期满时的预计值、区间、未达标的可能性和今后每半年所需。"""
    try:
        found = forecast_list(source.read_bytes(), at)
    except Refused as refusal:
        raise Failure(f"{source}：{refusal}", as_json=json_wanted) from refusal
    if json_wanted:
        click.echo(as_json([_rounded(outlook) for outlook in found.outlooks]))
    else:
        click.echo("\n".join(_lines(found)))
    if found.problems:
        click.get_current_context().exit(DATA_ERRORS)


def _rounded(outlook: Outlook) -> dict[str, Any]:
    """Six digits: more would claim what no forecast knows."""
    return {key: float(f"{one:.6g}") if isinstance(one, float) else one for key, one in asdict(outlook).items()}


def _lines(found: Forecasts) -> Iterator[str]:
    yield from found.problems
    for one in found.outlooks:
        name = f"{one.park} {one.indicator}"
        if one.refused or one.p_miss is None:
            yield f"{name}：不作研判：{one.why}"
            continue
        needed = "" if one.pace is None else f"，今后每半年需{one.pace:.4g}"
        note = f"（{one.why}）" if one.why else ""
        yield (
            f"{name}：期满预计{one.p50:.4g}（八成可能在{one.p10:.4g}至{one.p90:.4g}之间），"
            f"未达标可能性{one.p_miss:.0%}{needed}{note}"
        )


def unattended(platform: Platform) -> Outcome:
    """Every goal of every park anew; nobody who writes waits while it is worked out."""
    with platform.database.read() as session:
        night = foresee(session, SYSTEM_ACTOR, clock.today())
    with platform.database.write() as session:
        made = keep(session, night)
    return Outcome(f"已研判{made}项" if made else "")
