"""`python -m jobs ingest FILE…`: reads half-year reports and application forms, told apart by content."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import click
from tqdm import tqdm

from jobs.arguments import DATE, FILE, PERIOD, OneOf
from jobs.output import Run, changes
from policy.indicators.catalogue import BY_KEY as INDICATORS
from policy.tables import BY_KEY as TABLES
from policy.terms import FigureKind, HalfYear
from services.disclosure import without_phones
from services.intake.reading import FileReading, Reading, as_json
from services.submissions import Ingested, ingest_all

# Findings the reader makes beside a cell it marks itself.
REPEATS = ("blank_field", "placeholder_left")


@click.command("ingest")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--park", metavar="P", help="园区代码、全称或简称；不写则以文件所写为准。")
@click.option("--period", type=PERIOD, metavar="2026H1", help="报告期；不写则以文件所写为准。")
@click.option("--received-on", type=DATE, metavar="DATE", help="收到日期，默认今天。")
@click.option("--figure-kind", type=OneOf(FigureKind), help="数据性质；文件没有写明时按此读取。")
@click.option("--dry-run", is_flag=True, help="只读取和检查，不入库。")
@changes
def command(
    run: Run,
    files: Sequence[Path],
    park: str | None,
    period: HalfYear | None,
    received_on: date | None,
    figure_kind: str | None,
    dry_run: bool,
) -> None:
    """读取半年报和申报表（xlsx、xls、ods、docx、csv、html），逐项检查后入库。"""
    stored = ingest_all(
        run.platform, run.actor, ((path.name, path.read_bytes()) for path in files),
        park=park, period=period, received_on=received_on, submit=True, dry_run=dry_run,
        figure_kind=FigureKind(figure_kind) if figure_kind else None,
    )  # fmt: skip
    results = list(_shown(stored, len(files)))
    shown = [without_phones(result.reading) for result in results]
    document = [as_json(reading, stored=result.stored) for reading, result in zip(shown, results, strict=True)]
    lines = [line for reading, result in zip(shown, results, strict=True) for line in _told(reading, result, dry_run)]
    run.show(document, lines, errors=any(result.reading.has_errors for result in results))


def _shown(results: Iterable[Ingested], count: int) -> Iterable[Ingested]:
    """Behind a progress bar when there are many and a person is watching."""
    quiet = count < 2 or not sys.stderr.isatty()
    return tqdm(results, desc="读取", total=count, unit="个", file=sys.stderr, disable=quiet)


def _told(reading: FileReading, result: Ingested, dry_run: bool) -> Iterator[str]:
    """One line of summary a file, then one a problem: what kind, where, what was found, expected, to be done."""
    paper = reading.kind.label if reading.kind else "未识别"
    about = "".join(filter(None, (reading.park_title, reading.period.label if reading.period else None, paper)))
    kept = "试读，未入库" if dry_run else "已入库" if result.stored else "未入库"
    problems = [*_cells(reading), *_findings(reading)]
    verdict = "无问题" if reading.clean else f"{len(problems)}条如下"
    yield f"{reading.file}：{about}，{kept}，{verdict}"
    for problem in problems:
        yield f"  {problem}"


def _cells(reading: FileReading) -> Iterator[str]:
    for entry in reading.fields:
        if entry.status.blocks:
            label = INDICATORS[entry.key].label if entry.key in INDICATORS else ""
            column = "" if entry.column == "current" else "（上年）"
            yield _cell(entry, f"{label}{column}")
    for table, rows in reading.rows.items():
        for row in rows:
            for key, entry in row.cells.items():
                if entry.status.blocks:
                    yield _cell(entry, TABLES[table].column(key).label)


def _cell(entry: Reading, label: str) -> str:
    found = f"“{entry.raw}”" if entry.raw else "空缺"
    proposed = f"，拟按{entry.value}{entry.unit}" if entry.value is not None else ""
    return f"[{entry.status.label}] {entry.where or '文件中未找到'}：{label}{found}{proposed}；{entry.message}"


def _findings(reading: FileReading) -> Iterator[str]:
    """Findings that only repeat a cell already told are left out."""
    told = {entry.where or "" for entry in reading.readings if entry.status.blocks}
    for finding in reading.findings:
        if finding.code not in REPEATS or finding.where not in told:
            place = f"{finding.where}：" if finding.where else ""
            basis = f"（依据：{finding.clause}）" if finding.clause else ""
            yield f"[{finding.severity.label}] {place}{finding.message}{basis}"
