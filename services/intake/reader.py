"""One file -> one FileReading. Never raises on bad content: what cannot be read says why."""

from __future__ import annotations

import logging
import re

from policy.findings import Finding
from policy.terms import Severity, SubmissionKind
from services.intake import application, classified, half_year
from services.intake.annotate.listing import without_listing
from services.intake.contents import Contents, look_through
from services.intake.context import Context
from services.intake.document import Document
from services.intake.exports import one_park
from services.intake.formats.package import PICTURES
from services.intake.formats.refused import FileRefused
from services.intake.reading import FileReading
from services.intake.sandbox import open_document
from services.intake.templates import stamp as stamps
from services.intake.templates import versions
from services.intake.templates.stamp import Stamp
from services.intake.text import shorten, squash

log = logging.getLogger(__name__)

_FORM = re.compile(r"拟申报名称|申报当年数据|申报当年上一年度")
_ENOUGH_FIGURES = 3


def read(name: str, data: bytes, context: Context) -> FileReading:
    """Read a half-year report or an application form, told apart by content.

    `name` is the file's name, only a last hint; the result's `kind` is None when the file is neither.
    """
    if classified.in_name(name) and not context.released:
        return FileReading(name, findings=(classified.marked("文件名"),))
    try:
        document = without_listing(open_document(name, data))
    except FileRefused as refusal:
        if not context.released and classified.in_bytes(data):
            return FileReading(name, findings=(classified.marked(""),))
        return FileReading(name, findings=(Finding(refusal.code, Severity.ERROR, "", refusal.message, ""),))
    mark = None if context.released else classified.find_mark(document)
    if mark is not None:
        return FileReading(name, format=document.format, findings=(mark,))
    try:
        return interpret(document, name, context)
    except FileRefused as refusal:
        finding = Finding(refusal.code, Severity.ERROR, "", refusal.message, "")
        return FileReading(name, format=document.format, findings=(finding,))
    except Exception:
        log.exception("interpreting %s failed", name)
        message = "文件内容的排列方式超出识别范围，未能读取；请改用系统下发的半年报模板填写后上传"
        finding = Finding("file_unreadable", Severity.ERROR, "", message, "")
        return FileReading(name, format=document.format, findings=(finding,))


def interpret(document: Document, name: str, context: Context) -> FileReading:
    """What an opened file says."""
    stamp, document = stamps.taken_off(document)
    if stamp is not None and stamp.template is versions.FIRM_PAGE:
        return FileReading(name, format=document.format, findings=(_firm_page(stamp),))
    if stamp is not None and stamp.template is versions.PROGRESS:
        return FileReading(name, format=document.format, findings=(_progress_report(stamp),))
    document, several = one_park(document, context)
    if several is not None:
        kind = SubmissionKind.HALF_YEAR_REPORT
        return FileReading(name, kind, document.format, period=context.period, findings=(several,))
    contents = look_through(document, context.period)
    contents.findings += _disguised(name, document.format)
    contents.findings += [Finding("parser_remark", Severity.NOTE, "", remark, "") for remark in document.remarks]
    if is_application(document):
        return application.interpret(contents, name, context)
    named = {spot.key for spot in contents.spots}, {statement.key for statement in contents.statements}
    if max(map(len, named)) >= _ENOUGH_FIGURES or contents.of("roster"):
        return stamps.compared(stamp, half_year.interpret(contents, name, context), context)
    return FileReading(name, format=document.format, findings=(_not_a_report(contents),))


def _disguised(name: str, kind: str) -> list[Finding]:
    """V30: a web page or another format under a workbook's name is read by its content, and said so."""
    suffix = name.rpartition(".")[2].lower()
    known = {"xlsx": "xlsx", "xlsm": "xlsx", "xls": "xls", "ods": "ods", "docx": "docx", "csv": "csv", "txt": "csv"}
    known |= dict.fromkeys(("et", "ett", "wps", "wpt", "doc", "rtf", "pdf"), "")
    if suffix in ("html", "htm") or known.get(suffix, kind) == kind:
        return []
    message = f"文件名后缀是 .{suffix}，内容实为 {kind} 格式，已按内容读取；建议打开后另存为 .xlsx"
    return [Finding("format_disguised", Severity.NOTE, "", message, "")]


def is_application(document: Document) -> bool:
    """An application form names the title applied for; a half-year report never does."""
    return any(
        "申" in cell.text and len(cell.text) < 60 and _FORM.search(squash(cell.text))
        for sheet in document.sheets
        for cell in sheet.filled()
    )


def _firm_page(stamp: Stamp) -> Finding:
    message = f"这是{stamp.firm}的一企一表，不是半年报；请到园区的“一企一表”页上传，汇总后再报送"
    return Finding("not_a_report", Severity.ERROR, "", message, "")


def _progress_report(stamp: Stamp) -> Finding:
    message = f"这是{stamp.period.label}的建设进展，不是半年报；请由园区运营管理机构到园区的“建设进展”页上传"
    return Finding("not_a_report", Severity.ERROR, "", message, "")


def _not_a_report(contents: Contents) -> Finding:
    document = contents.document
    titles = [cell.text for sheet in document.sheets for cell in list(sheet.filled())[:2]]
    texts = [text for _, text in document.paragraphs[:2]] + titles
    nothing = (
        "文件里只有图片，没有能读取的文字和表格" if PICTURES in "".join(document.remarks) else "文件里没有任何内容"
    )
    found = f"读到的内容是“{shorten('、'.join(texts), 60)}”" if texts else nothing
    message = (
        f"这不是半年报，也不是申报表：{found}；"
        "应有表一指标（如“网络安全产业收入”）和企业一览表，请核对是否传错文件，或下载模板填写"
    )
    return Finding("not_a_report", Severity.ERROR, "", message, "")
