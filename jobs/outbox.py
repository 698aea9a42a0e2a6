"""`python -m jobs outbox`: lists the mails, or sends what is queued; every minute by itself."""

from __future__ import annotations

import click

from db.queries.outbox import MailRow, mails
from jobs.output import Run, changes
from jobs.runner import Outcome
from policy.access import Permission
from services.mail.outbox import send_queued
from services.mail.sender import SendReport
from services.platform import Platform


@click.command("outbox")
@click.option("--send", is_flag=True, help="立即发送待发邮件。")
@changes
def command(run: Run, send: bool) -> None:
    """列出发件箱；--send 先发送待发邮件再列出。"""
    run.actor.require(Permission.VIEW_OUTBOX)
    report = send_queued(run.platform, actor=run.actor, at_once=True) if send else SendReport()
    for problem in report.problems:
        click.echo(problem, err=True)
    with run.platform.database.read() as session:
        rows = mails(session, run.actor.scope, unmasked=run.actor.may(Permission.VIEW_CONTACTS))
    rows = tuple(reversed(rows))
    run.show([_document(row) for row in rows], map(_line, rows), errors=not report.clean)


def _document(row: MailRow) -> dict[str, object]:
    return {
        "key": row.key,
        "to": row.recipient,
        "subject": row.subject,
        "state": row.state,
        "message_id": row.message_id,
        "attempts": row.attempts,
    }


def _line(row: MailRow) -> str:
    trouble = f"（{row.error}）" if row.error else ""
    return f"{row.state.label}  {row.recipient}  {row.subject}{trouble}"


def unattended(platform: Platform) -> Outcome:
    """Whatever is due now."""
    report = send_queued(platform)
    return Outcome("；".join((*_counts(report), *report.problems)), ok=report.clean)


def _counts(report: SendReport) -> list[str]:
    counts = {
        "已发送": report.sent,
        "待重试": report.postponed,
        "未获答复": report.uncertain,
        "暂缓发送": report.held,
        "未送达": report.failed,
    }
    return [f"{word}{len(keys)}封" for word, keys in counts.items() if keys]
