"""`python -m jobs letter`: 收文登记 of a district government's half-year letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from jobs.arguments import AS_WRITTEN, DATE, FILE, PERIOD, OneOf
from jobs.output import Run, changes
from policy.figures import chinese_date
from policy.refusal import Missing
from policy.terms import HalfYear, LetterMedium
from services import clock
from services.letters import Recorded, correct_dates, record_letter
from services.screening import admitted


@click.command("letter")
@click.option("--park", "parks", required=True, multiple=True, metavar="P", help="园区，可写多个（一函多园）。")
@click.option("--period", required=True, type=PERIOD, metavar="2026H1", help="报告期。")
@click.option("--no", "number", required=True, metavar="NO", help="发文字号。")
@click.option("--dated", required=True, type=DATE, metavar="DATE", help="成文日期。")
@click.option("--received-on", type=DATE, metavar="DATE", help="收文日期，默认今天。")
@click.option("--file", "scan", type=FILE, help="来函扫描件。")
@click.option("--medium", type=OneOf(LetterMedium), default="paper", help="纸质或电子来函。")
@click.option("--code", "codes", multiple=True, metavar="CODE", help="盖章表格下方的校验码，可写多个（一园一个）。")
@click.option(
    "--correct", "reason", metavar="REASON", help="更正此前登记的成文日期和收文日期，写明原因；原日期记入操作日志。"
)
@AS_WRITTEN
@changes
def command(
    run: Run,
    parks: Sequence[str],
    period: HalfYear,
    number: str,
    dated: date,
    received_on: date | None,
    scan: Path | None,
    medium: str,
    codes: Sequence[str],
    reason: str | None,
    as_written: bool,
) -> None:
    """登记区县政府的半年函报，一份来函可以涉及本区县的多个园区；--correct 更正已登记来函的日期。"""
    if reason is not None:
        _correct(run, parks[0], number, dated, received_on, reason)
        return
    received = received_on or clock.today()
    file = admitted(run.platform, run.actor, (scan.name, scan.read_bytes()) if scan else None)
    with run.platform.database.write() as session:
        recorded = record_letter(
            session, run.platform.storage, run.actor, parks=parks, period=period, number=number, dated=dated,
            received_on=received, medium=LetterMedium(medium), file=file,
            codes=codes, as_written=as_written,
        )  # fmt: skip
    document = {
        "letter": recorded.letter_id,
        "sender": recorded.sender,
        "number": number.strip(),
        "period": period,
        "dated": dated,
        "received_on": received,
        "recorded": recorded.codes,
        "notes": recorded.notes,
    }
    run.show(document, [_line(recorded, number.strip(), period), *recorded.notes])


def _correct(run: Run, park: str, number: str, dated: date, received_on: date | None, reason: str) -> None:
    if received_on is None:
        raise Missing("更正来函日期须写明 --received-on（收文日期）")
    with run.platform.database.write() as session:
        letter = correct_dates(session, run.actor, park, number, dated, received_on, reason)
    days = f"成文日期{chinese_date(dated)}，收文日期{chinese_date(received_on)}"
    document = {"letter": letter.id, "number": letter.number, "dated": dated, "received_on": received_on}
    run.show(document, [f"已更正{letter.number}：{days}；原日期和原因记入操作日志"])


def _line(recorded: Recorded, number: str, period: HalfYear) -> str:
    if not recorded.codes:
        unchanged = "" if recorded.notes else "，未作改动"
        return f"{recorded.sender}{number}（{period.label}）此前已登记{unchanged}"
    return f"已登记{recorded.sender}{number}（{period.label}），涉及园区：{'、'.join(recorded.codes)}"
