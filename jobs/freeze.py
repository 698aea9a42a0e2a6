"""`freeze`: a document is rendered, kept under its next number, and never changed again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import click

from jobs.arguments import DATE, PERIOD
from jobs.output import Run, changes
from policy.terms import HalfYear
from services import clock
from services.documents.catalogue import KINDS
from services.issuing import freeze


@click.command("freeze")
@click.argument("kind", metavar="KIND")
@click.option("--park", metavar="P", help="园区代码、全称或括号内的简称；更正说明不写则含全部园区。")
@click.option("--period", type=PERIOD, metavar="2026H1", help="报告期（解释说明表、园区发展情况表），默认最近一期。")
@click.option("--as-of", type=DATE, metavar="DATE", help="数据截至该日，默认今天。")
@changes
def command(run: Run, kind: str, park: str | None, period: HalfYear | None, as_of: date | None) -> None:
    """文件定稿：按种类和园区编号保存，内容不再改变；数据更正后列入更正说明。"""
    if park is None and kind in KINDS and not KINDS[kind].of_all:
        raise click.UsageError(f"{KINDS[kind].label}须以 --park 指定园区")
    issued = freeze(run.platform, run.actor, kind, park, as_of or clock.today(), period=period)
    done = "已定稿" if issued.new else "内容与此前定稿相同，未另行编号"
    lines = [f"{issued.title}第{issued.number}版：{done}", *(f"尚缺：{reason}" for reason in issued.lacking)]
    run.show(asdict(issued), lines)
