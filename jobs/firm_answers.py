"""`python -m jobs firm-answers`: takes firms' one-page workbooks back, from files, folders and zips."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from jobs.arguments import FILE_OR_FOLDER, NEW_FILE, PERIOD
from jobs.output import Run, changes
from policy.firm_round import Firm, FirmState, problem_told
from policy.terms import HalfYear
from services.firm_answers import Progress, Standing, Taken, collect, standing
from services.firm_pages import merged


@click.command("firm-answers")
@click.argument("paths", nargs=-1, type=FILE_OR_FOLDER)
@click.option("--park", required=True, metavar="P", help="园区代码、全称或简称。")
@click.option("--period", required=True, type=PERIOD, metavar="2026H1", help="报告期。")
@click.option("--merge-out", type=NEW_FILE, help="把收回的汇总成半年报，写入此文件（.xlsx）。")
@click.option("--answered-only", is_flag=True, help="未回收的企业不列入汇总的名录。")
@changes
def command(
    run: Run, paths: Sequence[Path], park: str, period: HalfYear, merge_out: Path | None, answered_only: bool
) -> None:
    """收回一企一表（文件、文件夹或zip），列出每家企业的情况；不写文件则只列出。"""
    taken: tuple[Taken, ...] = ()
    if paths:
        with tqdm(desc="读取", unit="份", file=sys.stderr, disable=not sys.stderr.isatty()) as bar:
            taken = collect(run.platform, run.actor, park, period, _files(paths), lambda step: _show(bar, step))
    with run.platform.database.read() as session:
        found = standing(session, run.actor, park, period)
        if merge_out is not None:
            run.write(merge_out, merged(session, run.actor, park, period, answered_only=answered_only)[1])
    document = {
        "park": found.park.code,
        "period": period,
        "files": [_file(one) for one in taken],
        "firms": [_firm(firm) for firm in found.round.firms],
        "merged": str(merge_out) if merge_out else None,
    }
    run.show(document, _told(found, taken, merge_out), errors=any(one.problem for one in taken) or _wrong(found))


def _files(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Every file, those of folders too; hidden ones are nobody's answer."""
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in inside:
            if file.is_file() and not file.name.startswith((".", "~$")):
                yield file.name, file.read_bytes()


def _show(bar: Any, step: Progress) -> None:
    bar.total = step.total
    bar.update(step.done - bar.n)


def _wrong(found: Standing) -> bool:
    return any(firm.state is FirmState.PROBLEM for firm in found.round.firms)


def _file(one: Taken) -> dict[str, Any]:
    return {"file": one.reading.file, "firm": one.reading.firm, "stored": one.stored, "problem": one.problem or None}


def _firm(firm: Firm) -> dict[str, Any]:
    return {
        "firm": firm.name,
        "state": firm.state,
        "new": firm.is_new,
        "contact": firm.contact,
        "answers": [answer.file for answer in firm.answers],
        "problems": list(_problems(firm)),
        "changes": [change.told for change in firm.changes],
        "differences": [change.told for change in firm.differences],
    }


def _problems(firm: Firm) -> Iterator[dict[str, str]]:
    for key, entry in firm.problems.items():
        yield {"severity": entry.status, "where": entry.where, "message": problem_told(key, entry)}
    for finding in firm.findings:
        yield {"severity": finding.severity, "where": finding.where, "message": finding.message}


def _told(found: Standing, taken: Sequence[Taken], merge_out: Path | None) -> Iterator[str]:
    for one in taken:
        if one.problem:
            yield f"{one.reading.file}：{one.problem}"
    again = sum(not one.stored for one in taken)
    if again:
        yield f"{again}份此前已收过，未重复收下"
    for firm in found.round.firms:
        yield from _firm_told(firm)
    counts = "，".join(f"{state.label}{found.round.counted(state)}家" for state in FirmState)
    yield f"{found.park.title}{found.period.label}一企一表：{counts}"
    if merge_out is not None:
        yield f"已汇总到 {merge_out}"


def _firm_told(firm: Firm) -> Iterator[str]:
    """One line a firm that wants attention, then one a problem, change or difference."""
    marks = ["新增"] * firm.is_new + ["重复，以最新的一份为准"] * (len(firm.answers) > 1)
    lines = [f"{problem['where']}：{problem['message']}" for problem in _problems(firm)]
    lines += [f"与上期不同 {change.told}" for change in firm.changes]
    lines += [f"两份不同 {change.told}" for change in firm.differences]
    if marks or lines or firm.state is not FirmState.RECEIVED:
        asked = [f"联系人{firm.contact}"] * bool(firm.contact and firm.state is FirmState.MISSING)
        yield "，".join([f"{firm.name}：{firm.state.label}", *marks, *asked])
    for line in lines:
        yield f"  {line}"
