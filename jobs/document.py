"""`document`: writes one document as a file, from what was accepted until today."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.arguments import NEW_FILE, OneOf
from jobs.output import Run, reads
from services import clock
from services.documents.catalogue import FORMATS, KINDS, compose, render


@click.command("document")
@click.argument("kind", metavar="KIND")
@click.option("--park", required=True, metavar="P", help="园区代码、全称或括号内的简称。")
@click.option("--format", "file_format", type=OneOf(list(FORMATS)), required=True, help="文件格式。")
@click.option("--out", type=NEW_FILE, required=True, help="写入的文件。")
@reads
def command(run: Run, kind: str, park: str, file_format: str, out: Path) -> None:
    """生成公文或报告（KIND：self-assessment 自评报告，acceptance-letter 验收申请函）。"""
    with run.platform.database.read() as session:
        document = compose(session, run.actor, kind, park, clock.today())
    made = render(document, file_format)
    run.write(out, made.data)
    run.show(
        {
            "file": str(out),
            "kind": kind,
            "title": made.title,
            "marks": made.marks,
            "lacking": made.lacking,
            "bytes": len(made.data),
        },
        [f"{KINDS[kind].label}（{'·'.join(made.marks)}）已写入 {out}", *(f"尚缺：{reason}" for reason in made.lacking)],
    )
