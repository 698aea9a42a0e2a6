"""`python -m jobs progress-template`: the prefilled 建设进展报送表 of one park."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.arguments import NEW_FILE, QUARTER
from jobs.output import Run, changes
from policy.progress_report import ProgressPeriod
from services.progress_reports import template


@click.command("progress-template")
@click.option("--park", required=True, metavar="P", help="园区代码、全称或简称。")
@click.option("--period", required=True, type=QUARTER, metavar="2026Q3", help="报告期。")
@click.option("--out", required=True, type=NEW_FILE, help="写入的文件。")
@changes
def command(run: Run, park: str, period: ProgressPeriod, out: Path) -> None:
    """生成预填园区名称、报告期和上期所报的建设进展报送表。"""
    with run.platform.database.read() as session:
        name, data = template(session, run.actor, park, period)
    run.write(out, data)
    document = {"file": str(out), "name": name, "park": park, "period": period, "bytes": len(data)}
    run.show(document, [f"已生成 {out}（{period.label}，{len(data)}字节）"])
