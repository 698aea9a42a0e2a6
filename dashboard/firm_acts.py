"""What people do with 一企一表: download pages, send answers, look at one, merge; each one call into services."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence

from flask import Flask, Response, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.downloads import attachment
from dashboard.notices import tell
from dashboard.page import current_platform
from dashboard.uploads import not_sent, wants_json
from policy.access import Actor
from policy.refusal import Refused
from policy.terms import HalfYear
from services import firm_answers, firm_pages
from services.firm_answers import Progress, Taken
from services.platform import Platform

LINES = "application/x-ndjson"


def install(server: Flask) -> None:
    base = "/parks/<code>/firms/<period>"
    server.add_url_rule(f"{base}.zip", "firm_pages_file", _pages)
    server.add_url_rule(f"{base}/answers", "collect_firm_pages", _collect, methods=["POST"])
    server.add_url_rule(f"{base}/answers/<int:answer_id>", "firm_answer_file", _answer)
    server.add_url_rule(f"{base}/merged.xlsx", "merged_report_file", _merged)
    server.add_url_rule(f"{base}/merge", "merge_firm_pages", _merge, methods=["POST"])


def half_year(text: str) -> HalfYear:
    """The period of the address; what is none does not exist."""
    try:
        return HalfYear.parse(text)
    except ValueError:
        abort(404)


def _pages(code: str, period: str) -> ResponseReturnValue:
    with current_platform().database.read() as session:
        name, data = firm_pages.issued_zip(session, g.actor, code, half_year(period))
    return attachment(data, name, "zip")


def _collect(code: str, period: str) -> ResponseReturnValue:
    """Take the files in; the script is told of every file as it is read, the plain form waits for all."""
    wanted, back = half_year(period), f"/parks/{code}/firms/{period}"
    files = [(file.filename, file.read()) for file in request.files.getlist("files") if file.filename]
    if not files:
        return not_sent("没有收到文件，请先选择文件。", back)
    platform = current_platform()
    if wants_json():
        return Response(_told(platform, g.actor, code, wanted, files, back), mimetype=LINES)
    try:
        taken = firm_answers.collect(platform, g.actor, code, wanted, files)
    except Refused as refusal:
        return not_sent(str(refusal), back)
    return redirect(_then(back, taken), code=303)


def _told(
    platform: Platform, actor: Actor, code: str, period: HalfYear, files: Sequence[tuple[str, bytes]], back: str
) -> Iterator[str]:
    """One line a step, the last where to go or why nothing was kept (assets/upload-progress.js)."""
    try:
        taken = yield from _steps(firm_answers.collecting(platform, actor, code, period, files))
    except Refused as refusal:
        yield json.dumps({"error": str(refusal)}, ensure_ascii=False) + "\n"
        return
    yield json.dumps({"next": _then(back, taken)}) + "\n"


def _steps(
    steps: Generator[Progress, None, tuple[Taken, ...]],
) -> Generator[str, None, tuple[Taken, ...]]:
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            taken: tuple[Taken, ...] = end.value
            return taken
        yield json.dumps({"done": step.done, "total": step.total}) + "\n"


def _then(back: str, taken: Sequence[Taken]) -> str:
    """The list of firms; it says how many files had come in before."""
    again = sum(not one.stored for one in taken)
    return f"{back}?again={again}#firms" if again else f"{back}#firms"


def _answer(code: str, period: str, answer_id: int) -> ResponseReturnValue:
    """The file as it was received, never opened in the browser."""
    platform = current_platform()
    with platform.database.read() as session:
        name, sha256 = firm_answers.answer_file(session, g.actor, code, half_year(period), answer_id)
    try:
        file = platform.storage.open(sha256)
    except FileNotFoundError:
        return not_sent("原文件不在存储中。请联系系统管理员核对存储和备份。", f"/parks/{code}/firms/{period}")
    return attachment(file, name)


def _merged(code: str, period: str) -> ResponseReturnValue:
    only = bool(request.args.get("answered_only"))
    with current_platform().database.read() as session:
        name, data = firm_pages.merged(session, g.actor, code, half_year(period), answered_only=only)
    return attachment(data, name, "xlsx")


def _merge(code: str, period: str) -> ResponseReturnValue:
    only = bool(request.form.get("answered_only"))
    try:
        done = firm_pages.merge(current_platform(), g.actor, code, half_year(period), answered_only=only)
    except Refused as refusal:
        return not_sent(str(refusal), f"/parks/{code}/firms/{period}#merge")
    if done.stored:
        tell("已按收回的一企一表汇总成一版草稿，请核对名录、补填指标后报送。", "done")
    for finding in done.reading.findings:
        if finding.code == "duplicate_file":
            tell(finding.message)
    return redirect(f"/reports/{done.submission_id}", code=303)
