"""`python -m jobs template`: the prefilled half-year template of one park."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.arguments import NEW_FILE, PERIOD
from jobs.output import Run, changes
from policy.terms import HalfYear
from services.submissions import template


@click.command("template")
@click.option("--park", required=True, metavar="P", help="园区代码、全称或简称。")
@click.option("--period", required=True, type=PERIOD, metavar="2026H1", help="报告期。")
@click.option("--out", required=True, type=NEW_FILE, help="写入的文件。")
@changes
def command(run: Run, park: str, period: HalfYear, out: Path) -> None:
    """生成预填园区名称、统计期、上年同期数和企业名录的半年报模板。"""
    with run.platform.database.read() as session:
        name, data = template(session, run.actor, park, period)
    run.write(out, data)
    document = {"file": str(out), "name": name, "park": park, "period": period, "bytes": len(data)}
    run.show(document, [f"已生成 {out}（{period.label}，{len(data)}字节）"])
