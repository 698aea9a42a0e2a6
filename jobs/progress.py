"""`progress FILE --park P`: an operator's 建设进展, uploaded and, where asked, passed on."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.arguments import FILE, QUARTER
from jobs.output import Run, changes
from policy.progress_report import ProgressPeriod
from services import progress_reports
from services.progress_reports import NotTaken, Uploaded


@click.command("progress")
@click.argument("file", type=FILE)
@click.option("--park", required=True, metavar="P", help="园区代码、全称或简称。")
@click.option("--period", type=QUARTER, metavar="2026Q3", help="报告期；不写则以文件所写为准。")
@click.option("--forward", is_flag=True, help="同时由区县经信部门转报。")
@changes
def command(run: Run, file: Path, park: str, period: ProgressPeriod | None, forward: bool) -> None:
    """报送建设进展（.xlsx 模板，或分项写明的 .docx），可同时转报。"""
    try:
        done = progress_reports.upload(run.platform, run.actor, park, period, file.name, file.read_bytes())
    except NotTaken as refusal:
        found = [{"code": one.code, "where": one.where, "message": one.message} for one in refusal.findings]
        run.show({"stored": False, "findings": found}, [str(refusal)], errors=True)
        return
    if forward:
        with run.platform.database.write() as session:
            progress_reports.forward(session, run.actor, done.park, done.report_id)
    document: dict[str, object] = {"park": done.park, "period": done.period, "stored": done.stored}
    document |= {"forwarded": forward, "findings": [] if done.stored else [DUPLICATE]}
    run.show(document, [_told(done, forward)])


DUPLICATE = {"code": "duplicate_file", "where": "", "message": "这份文件与本期最新一版完全相同，没有重复保存"}


def _told(done: Uploaded, forward: bool) -> str:
    kept = "已上传" if done.stored else "此前已上传，没有重复保存"
    then = "，已转报市经济信息委" if forward else "，待区县经信部门转报" if done.stored else ""
    return f"{done.park} {done.period.label}建设进展{kept}{then}"
