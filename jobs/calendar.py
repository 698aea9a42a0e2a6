"""`calendar [FILE.csv]`: the work calendar of a year, listed or imported."""

from __future__ import annotations

from pathlib import Path

import click

from jobs import effects
from jobs.arguments import AS_WRITTEN, FILE, YEAR
from jobs.output import Run, changes
from services import clock, work_calendar
from services.lists import decode
from services.screening import admit
from services.work_calendar import Year


@click.command("calendar")
@click.argument("file", type=FILE, required=False)
@click.option("--year", type=YEAR, metavar="Y", help="年份；列出时默认今年，导入时必填。")
@click.option("--document", "number", default="", metavar="NO", help="依据文件；导入时必填。")
@click.option("--dry-run", is_flag=True, help="只列出将与之不一致的日期，不作改动。")
@AS_WRITTEN
@changes
def command(run: Run, file: Path | None, year: int | None, number: str, dry_run: bool, as_written: bool) -> None:
    """列出某年的放假和调休上班日；给出CSV（date,kind,name，kind 为 休 或 班）的整年替换，已列入的截止日不自行改变。"""
    if file is None:
        with run.platform.database.read() as session:
            known = work_calendar.year_of(session, year or clock.today().year)
        run.show(_document(known), [_head(known), *(f"{day.told}{day.name}" for day in known.days)])
        return
    if year is None:
        raise click.UsageError("导入工作日历须写 --year")
    text = decode(admit(run.platform, run.actor, file.name, file.read_bytes()))
    read = work_calendar.read_year(text, year, as_written=as_written)
    with run.platform.database.read() as session:
        found = work_calendar.preview(session, run.actor, year, read.days)
    if not dry_run:
        with run.platform.database.write() as session:
            work_calendar.store_year(session, run.actor, year, read.days, number)
    done = f"{year}年工作日历{'可以导入' if dry_run else '已导入'}：{len(read.days)}天；已列入的截止日不自行改变"
    document = {"year": year, "days": len(read.days), "stored": not dry_run, "notes": read.notes}
    run.show({**document, **effects.as_document(found)}, [done, *read.notes, *effects.lines(found, effects.RULES)])


def _head(year: Year) -> str:
    if year.provisional:
        return f"{year.year}年放假安排未导入，按周末推算，暂定"
    return f"{year.year}年（{year.document}）"


def _document(year: Year) -> dict[str, object]:
    return {
        "year": year.year, "document": year.document, "provisional": year.provisional, "built_in": year.built_in,
        "days": [{"date": day.day, "working": day.working, "name": day.name} for day in year.days],
    }  # fmt: skip
