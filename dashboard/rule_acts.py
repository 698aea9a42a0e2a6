"""Rules and calendar: what a change would move is shown, then it is confirmed; dates move by an act of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.components.blocks import card
from dashboard.components.forms import button, form, hidden
from dashboard.dates import required_day, typed_day
from dashboard.downloads import attachment
from dashboard.markup import Node
from dashboard.notices import tell
from dashboard.page import View, current_platform
from dashboard.pages import rulebook as rulebook_page
from dashboard.pages import work_calendar as calendar_page
from dashboard.rule_parts import effects_cards
from dashboard.serve import again, document
from db.queries.access import parks_in_scope
from db.rulebook_facts import rulebook
from policy.figures import chinese_date
from policy.refusal import Refused
from policy.rulebook import NOTICE_DAY, Entry
from policy.terms import ObligationKind
from services import rescheduling, rulebooks, work_calendar
from services.lists import decode
from services.rescheduling import Effects
from services.rulebooks import Place
from services.screening import admit
from services.work_calendar import Day, ReadYear

LONGEST = 200_000
"""Characters of a list; hundreds of lines are far fewer."""
GROUND = ("document", "note")
"""On what a change rests; asked for once more where neither was given."""


def install(server: Flask) -> None:
    server.add_url_rule("/rulebook.csv", "rulebook_file", _rulebook_list)
    server.add_url_rule("/calendar/<int:year>.csv", "year_file", _year_list)
    server.add_url_rule("/rulebook/preview", "preview_rulebook", _preview_rulebook, methods=["POST"])
    server.add_url_rule("/rulebook", "change_rulebook", _change_rulebook, methods=["POST"])
    server.add_url_rule("/rulebook/moves", "move_due_dates", _move, methods=["POST"])
    server.add_url_rule("/calendar/preview", "preview_calendar", _preview_calendar, methods=["POST"])
    server.add_url_rule("/calendar", "change_calendar", _change_calendar, methods=["POST"])


def _refusing(act: Callable[[], ResponseReturnValue], back: str) -> ResponseReturnValue:
    """Back to the form with the reason; nothing was changed."""
    try:
        return act()
    except Refused as refusal:
        tell(str(refusal), "refused")
        return redirect(back, code=303)


def _uploaded() -> str:
    """The list sent with the form; empty when none was chosen."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return ""
    text = decode(admit(current_platform(), g.actor, file.filename, file.read()))
    if len(text) > LONGEST:
        raise Refused(f"文件过长：{len(text)}个字符，请核对是否选错文件")
    return text


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "") for name in names}


def _list(text: str, name: str) -> ResponseReturnValue:
    """For WPS and Excel, which know UTF-8 by its mark."""
    return attachment(text.encode("utf-8-sig"), name, "csv")


# 规则数值


def _rulebook_list() -> ResponseReturnValue:
    with current_platform().database.read() as session:
        rules = rulebook(session)
    return _list(rulebooks.standing_list(rules), f"规则数值-第{rules.version}版.csv")


def _preview_rulebook() -> ResponseReturnValue:
    try:
        return _rulebook_foreseen()
    except Refused as refusal:
        asked = {"set": ":".join(_typed("key", "kind").values())} if "key" in request.form else {}
        return again(refusal, rulebook_page.layout, **asked)


def _rulebook_foreseen() -> ResponseReturnValue:
    lines, dropped = _lines(), request.form.get("drop", "")
    entries, places = _entries(lines), _places(dropped)
    with current_platform().database.read() as session:
        found, version = rulebooks.preview(session, g.actor, entries, places), rulebook(session).version
    told = "；".join(_in_words(one) for one in entries) or "撤销已设定的数值"
    kept = {"lines": lines, "drop": dropped, "seen": version, **_typed("document", "note")}
    return _shown("规则数值", told, found, "/rulebook", kept)


def _in_words(one: Entry) -> str:
    kind = f"（{ObligationKind(one.kind).label}）" if one.kind else ""
    until = f"至{chinese_date(one.valid_to)}" if one.valid_to else "起"
    return f"{one.label}{kind}：{one.told}，自{chinese_date(one.valid_from)}{until}"


def _lines() -> str:
    """The change as a list: the file's, the one carried by the preview, or the one value of the form."""
    form_ = request.form
    if "lines" in form_ or "drop" in form_:
        return form_.get("lines", "")
    if "key" not in form_:
        return _uploaded()
    since = required_day("有效期起", "valid_from")
    one = rulebooks.entry(
        form_["key"], form_.get("value", ""), since, kind=form_.get("kind", ""),
        valid_to=typed_day("有效期止", "valid_to"),
    )  # fmt: skip
    return rulebooks.as_list([one])


def _entries(lines: str) -> tuple[Entry, ...]:
    return rulebooks.read_entries(lines) if lines else ()


def _places(dropped: str) -> tuple[Place, ...]:
    """key:kind:date of the value to be taken back."""
    if not dropped:
        return ()
    try:
        key, kind, since = dropped.split(":")
        return ((key, kind, date.fromisoformat(since)),)
    except ValueError:
        abort(400)


def _change_rulebook() -> ResponseReturnValue:
    """Refused, what is to change is shown once more, by the rules as they stand by now."""
    try:
        return _rulebook_changed()
    except Refused as refusal:
        tell(str(refusal), "refused")
    return _refusing(_rulebook_foreseen, "/rulebook")


def _rulebook_changed() -> ResponseReturnValue:
    form_ = request.form
    entries, places = _entries(form_.get("lines", "")), _places(form_.get("drop", ""))
    with current_platform().database.write() as session:
        made = rulebooks.change(
            session, g.actor, entries, form_.get("document", ""), form_.get("note", ""),
            dropped=places, seen=form_.get("seen"),
        )  # fmt: skip
    added = f"，新列入应报事项{made.added}项" if made.added else ""
    tell(f"规则数值已更改，现为第{made.version}版{added}。已列入的截止日没有改变，需要调整的列在下面。", "done")
    return redirect("/rulebook/moves", code=303)


def _move() -> ResponseReturnValue:
    return _refusing(_moved, "/rulebook/moves")


def _moved() -> ResponseReturnValue:
    ids = request.form.getlist("obligation", type=int)
    with current_platform().database.write() as session:
        made = rescheduling.apply_moves(session, g.actor, ids, request.form.get("document", ""))
    tell(f"已调整{len(made)}项截止日，逐项记入操作日志。", "done")
    return redirect("/rulebook/moves", code=303)


# 工作日历


def _year_list(year: int) -> ResponseReturnValue:
    if not NOTICE_DAY.year <= year <= work_calendar.LAST_YEAR:
        abort(404)
    with current_platform().database.read() as session:
        days = work_calendar.year_of(session, year).days
    return _list(work_calendar.as_list(days), f"工作日历-{year}年.csv")


def _preview_calendar() -> ResponseReturnValue:
    try:
        return _calendar_foreseen()
    except Refused as refusal:
        return again(refusal, calendar_page.layout)


def _calendar_foreseen() -> ResponseReturnValue:
    year, read = _year(), _read()
    with current_platform().database.read() as session:
        found = work_calendar.preview(session, g.actor, year, read.days)
    kept = {"lines": work_calendar.as_list(read.days), "year": str(year), **_typed("document")}
    told = "；".join((f"{year}年共{len(read.days)}个放假和调休上班日", *read.notes))
    return _shown("工作日历", told, found, "/calendar", kept)


def _year() -> int:
    text = request.form.get("year", "")
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise Refused(f"年份应写作 2027，收到“{text}”")
    return int(text)


def _read() -> ReadYear:
    """The year as the file has it, or as it stands with one day changed."""
    if "day" not in request.form:
        return work_calendar.read_year(_uploaded(), _year(), as_written="as_written" in request.form)
    return ReadYear(_with_day(), ())


def _with_day() -> tuple[Day, ...]:
    form_ = request.form
    changed = required_day("日期", "day")
    with current_platform().database.read() as session:
        standing = work_calendar.year_of(session, _year())
    if standing.provisional:
        raise Refused(f"{standing.year}年放假安排未导入，请先导入全年，再更改某一天")
    return work_calendar.with_day(standing, changed, form_.get("kind", ""), form_.get("name", ""))


def _change_calendar() -> ResponseReturnValue:
    return _refusing(_calendar_changed, "/calendar")


def _calendar_changed() -> ResponseReturnValue:
    year = _year()
    # What the preview let through is meant.
    days = work_calendar.read_year(request.form.get("lines", ""), year, as_written=True).days
    with current_platform().database.write() as session:
        made = work_calendar.store_year(session, g.actor, year, days, request.form.get("document", ""))
    tell(f"{year}年工作日历已更改（{made.document}）。已列入的截止日没有改变，需要调整的见“截止日调整”。", "done")
    return redirect(f"/calendar?year={year}", code=303)


def _shown(what: str, told: str, found: Effects, action: str, kept: dict[str, str]) -> str:
    """The page between asking and doing: what would move, and a button that does it."""
    with current_platform().database.read() as session:
        names = {park.code: park.short_name for park in parks_in_scope(session, g.actor.scope)}
    ground = kept.get("document") or kept.get("note")
    asked = () if ground else rulebook_page.document_fields()
    carried: list[Node] = [hidden(name, value) for name, value in kept.items() if ground or name not in GROUND]
    confirming = form(action, *carried, *asked, button("确认更改"), kind="stack narrow")
    body = [card("将要更改", told, note=ground), *effects_cards(found, names)]
    return document(View(
        f"更改{what}：核对影响", body=[*body, card("确认", confirming)],
        lead="尚未更改。核对下列影响后确认；不确认则关闭本页。", crumbs=((what, action),),
    ))  # fmt: skip
