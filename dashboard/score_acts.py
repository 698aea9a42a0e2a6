"""What is done about 专家评分: entered, given online, checked, sent back, concluded; and its papers. One call into
services each."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from dashboard.dates import required_day
from dashboard.downloads import attachment, printed
from dashboard.notices import tell
from dashboard.page import View, Visit, current_platform
from dashboard.pages import panel_scores, score_sheet
from dashboard.serve import again
from db.queries.panels import PanelFile
from db.queries.scores import MemberSheets, PanelScores
from policy.refusal import Missing, Refused
from policy.terms import Outcome
from services import clock, conclusions, score_papers, score_sheets, screening
from services.conclusions import Concluding
from services.documents import catalogue
from services.documents import score_sheet as sheet_document
from services.score_papers import ScorePaper
from services.score_sheets import Signed, TypedMark

Again = Callable[[Visit], View]


def install(server: Flask) -> None:
    base = "/parks/<code>/panel"
    scores, sheet = f"{base}/scores", f"{base}/scores/sheets/<int:sheet_id>"
    server.add_url_rule(scores, "submit_scores", _submit, methods=["POST"])
    server.add_url_rule(f"{scores}/<int:member_id>", "enter_scores", _enter, methods=["POST"])
    server.add_url_rule(f"{sheet}/check", "check_scores", _check, methods=["POST"])
    server.add_url_rule(f"{sheet}/return", "return_scores", _return, methods=["POST"])
    server.add_url_rule(f"{sheet}/file", "score_sheet_scan", _sheet_scan)
    server.add_url_rule(f"{scores}/<int:member_id>/sheet.<file_format>", "score_sheet_file", _sheet_file)
    server.add_url_rule(f"{base}/score-sheets.<file_format>", "score_sheets_file", _sheets_file)
    server.add_url_rule(f"{base}/conclusion", "conclude_panel", _conclude, methods=["POST"])
    server.add_url_rule(f"{base}/conclusion.<file_format>", "panel_conclusion_file", _conclusion_file)
    server.add_url_rule(f"{base}/conclusions/<int:number>/file", "conclusion_scan", _conclusion_scan)


def _submit(code: str) -> ResponseReturnValue:
    def act(session: Session) -> str:
        done = score_sheets.submit(session, g.actor, code, _typed())
        return f"已签署提交，第{done.number}号评分表计入评分。"

    return _act(act, f"/parks/{code}/panel/scores#own", lambda seen: panel_scores.layout(seen, code))


def _enter(code: str, member_id: int) -> ResponseReturnValue:
    back = f"/parks/{code}/panel/scores/{member_id}"
    layout: Again = lambda seen: score_sheet.layout(seen, code, str(member_id))  # noqa: E731
    try:
        scan = _received(request.files.get("file"))
    except Refused as refusal:
        return again(refusal, layout)

    def act(session: Session) -> str:
        sheet = Signed(required_day("签字日期", "signed_on"), _typed(), scan)
        done = score_sheets.enter(session, current_platform().storage, g.actor, code, member_id, sheet)
        return f"第{done.number}号评分表已代录，待另一账号复核。"

    return _act(act, f"{back}#sheet", layout)


def _check(code: str, sheet_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        done = score_sheets.check(session, g.actor, code, sheet_id)
        return f"{done.member.expert.name}的第{done.number}号评分表已复核，计入评分。"

    return _of_sheet(code, sheet_id, act)


def _return(code: str, sheet_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        done = score_sheets.send_back(session, g.actor, code, sheet_id, request.form.get("reason", ""))
        return f"{done.member.expert.name}的第{done.number}号评分表已退回，请重新录入。"

    return _of_sheet(code, sheet_id, act)


def _of_sheet(code: str, sheet_id: int, act: Callable[[Session], str]) -> ResponseReturnValue:
    """Back to the sheet's expert; the page of one that is not there is not found."""
    found = _paper(code).scores
    member = next((one.member.id for one in _everybody(found) if sheet_id in [s.id for s in one.sheets]), None)
    if member is None:
        abort(404)
    return _act(
        act, f"/parks/{code}/panel/scores/{member}", lambda seen: score_sheet.layout(seen, code, str(member))
    )  # fmt: skip


def _conclude(code: str) -> ResponseReturnValue:
    layout: Again = lambda seen: panel_scores.layout(seen, code)  # noqa: E731
    try:
        scan = _received(request.files.get("file"))
    except Refused as refusal:
        return again(refusal, layout)

    def act(session: Session) -> str:
        form = request.form
        said = Concluding(
            _outcome(), form.get("opinion", ""), required_day("组长签署日期", "signed_on"), scan,
            form.get("problems", ""), form.get("advice", ""), form.get("missing_reason", ""), "as_written" in form,
        )  # fmt: skip
        done = conclusions.conclude(session, current_platform().storage, g.actor, code, said)
        return f"专家组评审意见第{done.number}号已登记，评分已定稿。"

    return _act(act, f"/parks/{code}/panel/scores#conclusion", layout)


def _outcome() -> Outcome:
    said = request.form.get("outcome", "")
    if not said:
        raise Missing("请选择评审结论")
    try:
        return Outcome(said)
    except ValueError:  # none the form offers
        abort(400)


def _typed() -> dict[str, TypedMark]:
    """By item, of every field the form sent."""
    form = request.form
    items = [name.removeprefix("value-") for name in form if name.startswith("value-")]
    return {
        item: TypedMark(form[f"value-{item}"], form.get(f"basis-{item}", ""), form.get(f"evidence-{item}", ""))
        for item in items
    }


def _received(scan: FileStorage | None) -> tuple[str, bytes] | None:
    """A scan that may come in; none was chosen: None."""
    sent = (scan.filename, scan.read()) if scan and scan.filename else None
    return screening.admitted(current_platform(), g.actor, sent)


def _act(act: Callable[[Session], str], back: str, layout: Again) -> ResponseReturnValue:
    """One act in one transaction, then back to its place; refused, the page with all that was typed."""
    try:
        with current_platform().database.write() as session:
            told = act(session)
    except Refused as refusal:
        return again(refusal, layout)
    tell(told, "done")
    return redirect(back, code=303)


# Papers


def _paper(code: str) -> ScorePaper:
    with current_platform().database.read() as session:
        return score_papers.paper(session, g.actor, code, clock.today())


def _everybody(found: PanelScores | None) -> tuple[MemberSheets, ...]:
    return (*found.members, *found.stepped_back) if found else ()


def _sheet_file(code: str, member_id: int, file_format: str) -> ResponseReturnValue:
    """One expert's own sheet: of another's an expert knows nothing."""
    found = _paper(code)
    one = found.scores.of(member_id) if found.scores else None
    if one is None:
        abort(404)
    return printed(sheet_document.build(found, one), file_format)


def _sheets_file(code: str, file_format: str) -> ResponseReturnValue:
    return _document("score-sheet", code, file_format)


def _conclusion_file(code: str, file_format: str) -> ResponseReturnValue:
    return _document("panel-conclusion", code, file_format)


def _document(kind: str, code: str, file_format: str) -> ResponseReturnValue:
    with current_platform().database.read() as session:
        document = catalogue.compose(session, g.actor, kind, code, clock.today())
    return printed(document, file_format)


def _sheet_scan(code: str, sheet_id: int) -> ResponseReturnValue:
    sheets = [sheet for one in _everybody(_paper(code).scores) for sheet in one.sheets]
    return _scan(code, next((sheet.file for sheet in sheets if sheet.id == sheet_id), None))


def _conclusion_scan(code: str, number: int) -> ResponseReturnValue:
    found = _paper(code).scores
    said = found.conclusions if found else ()
    return _scan(code, next((one.file for one in said if one.number == number), None))


def _scan(code: str, file: PanelFile | None) -> ResponseReturnValue:
    """As it was received, never opened in the browser."""
    if file is None:
        abort(404)
    try:
        return attachment(current_platform().storage.open(file.sha256), file.name)
    except FileNotFoundError:
        tell("原文件不在存储中。请联系系统管理员核对存储和备份。", "refused")
        return redirect(f"/parks/{code}/panel/scores", code=303)
