"""标注问题的原表: the file as sent, with every problem of the version at its cell, to be mended and sent again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from db.queries.reports import Cell, FindingRow, Report, report
from policy.access import Actor, Permission
from policy.refusal import Refused, Unknown
from policy.terms import Severity, Status
from services import comments
from services.comments import Comment, Comments
from services.intake.annotate.problems import SUFFIX, Problem
from services.intake.formats.refused import FileRefused
from services.intake.sandbox import annotated_file
from services.platform import Platform

REMARK = "市经济信息委批注"
_SEVERITIES = {Status.ERROR: Severity.ERROR, Status.CONFIRM: Severity.CONFIRM, Status.NOTE: Severity.NOTE}


@dataclass(frozen=True, slots=True)
class MarkedFile:
    """`format` is docx or xlsx; a file of another format comes as an .xlsx with the same sheets and cells."""

    name: str
    format: str
    data: bytes


def annotated(platform: Platform, actor: Actor, submission_id: int) -> MarkedFile:
    """The version's (or attempt's) file with its problems marked.

    Raises Unknown for what the actor may not know of, Refused when the file cannot be opened or is gone.
    """
    actor.require(Permission.VIEW_REPORT)
    with platform.database.read() as session:
        found = report(session, actor, submission_id)
        if found is None:
            raise Unknown(f"没有编号为{submission_id}的报告，请从报告清单中选择")
        problems = list(_problems(found, comments.comments(session, actor, submission_id)))
    try:
        data = platform.storage.get(found.file_sha256)
        kind, marked = annotated_file(found.file_name, data, problems)
    except FileNotFoundError:
        raise Refused("原文件不在存储中，不能标注；请系统管理员核对存储和备份") from None
    except FileRefused as refusal:
        raise Refused(f"不能在原文件上标注，请按本页问题清单逐条修改：{refusal.message}") from None
    return MarkedFile(_name(found.file_name, kind), kind, marked)


def _name(name: str, kind: str) -> str:
    """The name it came under, so that what it says of park and period still holds; macros keep their suffix."""
    stem, _, suffix = name.rpartition(".") if "." in name else (name, "", "")
    stem = stem.removesuffix(SUFFIX) + SUFFIX
    return f"{stem}.{suffix if suffix.lower() in (kind, f'{kind[:3]}m') else kind}"


def _problems(found: Report, said: Comments) -> Iterator[Problem]:
    """What the committee said first; then findings, then cells in the order of the file."""
    yield from _remarks(said.elsewhere)
    for entry in found.findings:
        yield from _remarks(said.of_findings.get(entry.id, ()), entry.where)
        yield _finding(entry)
    for cell in found.cells:
        yield from _remarks(said.of_cells.get(cell.id, ()), cell.where, cell.label, cell.raw or "")
        if cell.asked or cell.status is not Status.OK:
            yield _cell(cell)


def _remarks(remarks: Iterable[Comment], where: str = "", item: str = "", raw: str = "") -> Iterator[Problem]:
    """Only what was sent with a return; one whose cell is gone names the place it stood at."""
    for remark in remarks:
        if remark.sent:
            of_earlier = f"（{remark.version.label}）" if remark.earlier else ""
            yield Problem(where, Severity.CONFIRM, REMARK, item or remark.place, raw, f"{remark.text}{of_earlier}")


def _finding(entry: FindingRow) -> Problem:
    clause = f"（依据：{entry.clause}）" if entry.clause else ""
    said = f"。情况说明：{entry.explanation.text}" if entry.explanation else ""
    return Problem(entry.where, entry.severity, entry.severity.label, "", "", f"{entry.message}{clause}{said}")


def _cell(cell: Cell) -> Problem:
    """A cell the district has decided on is a note: it says what was decided."""
    words = [cell.message or f"原文“{cell.raw or ''}”已读作{cell.value or '无'}{cell.unit}"]
    if cell.candidates:
        words.append(f"可能为{'、'.join(cell.candidates)}{cell.unit}")
    if cell.decided is not None:
        words.append(f"{cell.decided.told}，现取值{cell.value or '无'}{cell.unit}")
    return Problem(
        cell.where, _SEVERITIES.get(cell.status, Severity.NOTE), cell.status.label, cell.label, cell.raw or "",
        "；".join(words),
    )  # fmt: skip
