"""`register`: enters approved parks, one by its options or many from a list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from jobs.arguments import DATE, FILE
from jobs.output import Run, changes
from services.applications import Application, read_application, require_title
from services.lists import decode
from services.parks import register_park
from services.register_list import Outcome, register_list
from services.screening import admit
from services.submissions import ingest


@click.command("register")
@click.argument("file", required=False, type=FILE)
@click.option("--title", help="国家网络安全产业园区（××园），与批复一致。")
@click.option("--district", help="所属区县或功能区。")
@click.option("--approved-on", type=DATE, help="批复成文日期。")
@click.option("--approval-no", help="批复发文字号。")
@click.option("--code", help="园区代码；不写则自动编号。")
@click.option("--form", type=FILE, help="该园区的申报表。")
@click.option("--contact", "people", multiple=True, metavar="姓名<mail>", help="区县经办人，可重复。")
@click.option("--create-unit", is_flag=True, help="区县不在名录中时新增。")
@changes
def command(
    run: Run,
    file: Path | None,
    title: str | None,
    district: str | None,
    approved_on: date | None,
    approval_no: str | None,
    code: str | None,
    form: Path | None,
    people: tuple[str, ...],
    create_unit: bool,
) -> None:
    """登记经批复的园区；名称相同再次登记不作改动。FILE 为多个园区的CSV名册。"""
    if file is not None:
        if any((title, district, approved_on, approval_no, code, form, people)):
            raise click.UsageError("名册文件与单个园区的选项不能同时使用")
        _register_list(run, file, create_unit=create_unit)
        return
    if not (title and district and approved_on and approval_no):
        raise click.UsageError("登记一个园区须写明 --title --district --approved-on --approval-no，或给出CSV名册")
    said = _application(run, form, title) if form else Application(title, "", "", "")
    with run.platform.database.write() as session:
        registered = register_park(
            session, run.actor, title=title, district=district, approved_on=approved_on, approval_no=approval_no,
            code=code, operator=said.operator, host_park=said.host_park, address=said.address,
            contacts=people, create_unit=create_unit,
        )  # fmt: skip
    if form:
        kept = ingest(run.platform, run.actor, form.name, form.read_bytes(), park=registered.code, submit=True)
        if not kept.reading.clean:
            told = f"申报表有须更正或确认之处，请用 ingest {form.name} 查看"
            registered = replace(registered, note="；".join(filter(None, (registered.note, told))))
    _show(run, [Outcome(0, title, registered)], single=True)


def _application(run: Run, form: Path, title: str) -> Application:
    application = read_application(form.name, admit(run.platform, run.actor, form.name, form.read_bytes()))
    require_title(application, title)
    return application


def _register_list(run: Run, file: Path, *, create_unit: bool) -> None:
    text = decode(admit(run.platform, run.actor, file.name, file.read_bytes()))
    with run.platform.database.write() as session:
        outcomes = register_list(session, run.actor, text, create_unit=create_unit)
    _show(run, outcomes)


def _show(run: Run, outcomes: list[Outcome] | tuple[Outcome, ...], *, single: bool = False) -> None:
    documents = [_document(outcome) for outcome in outcomes]
    run.show(
        documents[0] if single else documents,
        [_line(outcome) for outcome in outcomes] or ["名册中没有园区"],
        errors=any(outcome.error for outcome in outcomes),
    )


def _document(outcome: Outcome) -> dict[str, object]:
    park = outcome.registered
    return {
        "code": park.code if park else None,
        "title": outcome.title,
        "created": park is not None and park.created,
        "note": park.note if park else "",
        "error": outcome.error or None,
    }


def _line(outcome: Outcome) -> str:
    park = outcome.registered
    if park is None:
        return outcome.error
    return (f"已登记 {park.code} {outcome.title}。{park.note}" if park.created else park.note).strip()
