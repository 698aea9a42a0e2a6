"""`document`: writes one document as a file, from what was accepted until today."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.arguments import NEW_FILE, PERIOD, OneOf
from jobs.output import Run, reads
from policy.terms import HalfYear
from services import clock
from services.documents.catalogue import FORMATS, KINDS, compose, render
from services.documents.content import Document


@click.command("document")
@click.argument("kind", metavar="KIND")
@click.option("--park", metavar="P", help="园区代码、全称或括号内的简称；更正说明不写则含全部园区。")
@click.option(
    "--period",
    type=PERIOD,
    metavar="2026H1",
    help="报告期：半年函报、解释说明表、园区发展情况表默认最近一期，催报函默认各期，情况通报、情况专报默认最近结束的一期。",
)
@click.option(
    "--round", "notice", default="", metavar="NO", help="报送通知：文号，或拟制时的编号；不写为该期最新的一份。"
)
@click.option("--whole-district", is_flag=True, help="催报函、半年函报：含该园区所属区县的全部园区。")
@click.option("--format", "file_format", type=OneOf(FORMATS), required=True, help="文件格式。")
@click.option("--out", type=NEW_FILE, required=True, help="写入的文件。")
@reads
def command(
    run: Run, kind: str, park: str | None, period: HalfYear | None, notice: str, whole_district: bool,
    file_format: str, out: Path,
) -> None:  # fmt: skip
    """生成公文或报告（KIND：self-assessment 自评报告，department-review 区县主管部门审核意见，
    acceptance-letter 验收申请函，score-sheet 专家评分表，panel-conclusion 专家组评审意见，report-table 园区发展情况表，
    explanations 解释说明表，reminder-letter 催报函，corrections 更正说明，
    half-year-letter 半年函报，application-form 申报表，reporting-notice 报送通知，
    bulletin 情况通报，brief 情况专报）。"""
    if park is None and kind in KINDS and not KINDS[kind].of_all:
        raise click.UsageError(f"{KINDS[kind].label}须以 --park 指定园区")
    if park is not None and kind in KINDS and not KINDS[kind].of_park:
        raise click.UsageError(f"{KINDS[kind].label}面向报送范围内的全部园区，不写 --park")
    if notice and (kind != "reporting-notice" or period is not None):
        raise click.UsageError("--round 只用于报送通知（reporting-notice），且不与 --period 同时写")
    with run.platform.database.read() as session:
        document = compose(
            session, run.actor, kind, park, clock.today(), period=period, whole_district=whole_district, notice=notice
        )
    made = render(document, file_format, run.platform.settings.public_url, run.platform.settings.letterhead)
    run.write(out, made.data)
    run.show(
        {
            "file": str(out),
            "kind": kind,
            "title": made.title,
            "marks": made.marks,
            "lacking": made.lacking,
            "bytes": len(made.data),
            "data_code": document.check_code,
        },
        [
            f"{KINDS[kind].label}{document.subtitle}{_which(kind, document)}已写入 {out}",
            *(f"尚缺：{reason}" for reason in made.lacking),
        ],
    )


def _which(kind: str, document: Document) -> str:
    """Of several 报送通知 the one this is."""
    return f"（{document.number}）" if kind == "reporting-notice" else ""
