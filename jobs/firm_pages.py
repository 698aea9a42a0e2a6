"""`python -m jobs firm-pages`: every firm's one-page workbook, in a folder or a zip."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.arguments import NEW_FILE, PERIOD
from jobs.output import Run, WrongCall, changes
from policy.terms import HalfYear
from services.firm_pages import issue, packed


@click.command("firm-pages")
@click.option("--park", required=True, metavar="P", help="园区代码、全称或简称。")
@click.option("--period", required=True, type=PERIOD, metavar="2026H1", help="报告期。")
@click.option("--out", required=True, type=NEW_FILE, help="写入的文件夹，或以 .zip 结尾的文件。")
@changes
def command(run: Run, park: str, period: HalfYear, out: Path) -> None:
    """按上期名录为每家企业生成一页预填的表，另附一份供新增企业填写的空白表。"""
    with run.platform.database.read() as session:
        pages = issue(session, run.actor, park, period)
    if out.suffix.lower() == ".zip":
        run.write(out, packed(pages))
    else:
        _folder(run, out)
        for name, data in pages:
            run.write(out / name, data)
    document = {"out": str(out), "park": park, "period": period, "files": [name for name, _ in pages]}
    run.show(document, [f"已生成{len(pages) - 1}家企业的一企一表和1份空白表：{out}（{period.label}）"])


def _folder(run: Run, out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongCall(f"无法建立文件夹“{out}”，请核对上级文件夹能否写入", as_json=run.as_json) from error
