"""催报函: the committee's letter to a district government about what is overdue, of one park or of all of its parks."""

from __future__ import annotations

from datetime import date

from policy.figures import chinese_date
from services.documents.acceptance_letter import NOTICE
from services.documents.content import (
    Align,
    Block,
    Column,
    Document,
    PageNumbers,
    Paragraph,
    SignOff,
    Table,
    Text,
    text,
)
from services.documents.marks import DEMONSTRATION, draft_marks
from services.reminders import Overdue, Reminder

SENDER = "重庆市经济和信息化委员会"
NEW_DATE = "　　　　年　　月　　日"
COLUMNS = (
    Column("序号", 8),
    Column("园区", 17),
    Column("事项", 33, Align.LEFT),
    Column("报送截止日", 29),
    Column("已逾期", 15),
    Column("尚缺", 27, Align.LEFT),
    Column("依据", 32, Align.LEFT),
)


def build(found: Reminder) -> Document:
    """The letter with room for number, date and seal; 草稿 when nothing is overdue."""
    reasons = () if found.matters else (f"截至{chinese_date(found.as_of)}没有逾期未报事项，不需要催报",)
    subject = f"{found.matters[0].label}的函" if len(found.matters) == 1 else "逾期未报事项的函"
    return Document(
        title=("关于催报", found.title, subject),
        blocks=tuple(_body(found)) if found.matters else _nothing(found),
        dated=found.as_of,
        page_numbers=PageNumbers.OUTSIDE,
        number="（发文字号待编）",
        addressee=f"{found.government}：",
        banner=DEMONSTRATION if found.fictional else "",
        marks=draft_marks(reasons),
        lacking=reasons,
        period=found.period,
    )


def _nothing(found: Reminder) -> tuple[Block, ...]:
    said = f"截至{chinese_date(found.as_of)}，{found.title}没有逾期未报事项。"
    return (Paragraph(text(said)), SignOff(SENDER))


def _body(found: Reminder) -> list[Block]:
    you, count = found.you, len(found.matters)
    return [
        Paragraph(text(
            f"根据{NOTICE}五(二)、五(三)有关规定，{you}应报送的下列{count}项事项，"
            f"截至{chinese_date(found.as_of)}已过时限，尚未收齐："
        )),
        Table("逾期未报事项", COLUMNS, tuple(_row(found, number) for number in range(count))),
        *_before(found),
        Paragraph(text(
            f"请{you}督促有关单位抓紧办理，于{NEW_DATE}前补报。确有困难的，请于该日前函告原因、措施和办结时限。"
        )),
        Paragraph(text("特此函告。")),
        SignOff(SENDER),
    ]  # fmt: skip


def _row(found: Reminder, place: int) -> tuple[Text, ...]:
    one = found.matters[place]
    grace = f"（宽限至{chinese_date(one.last_on)}）" if one.last_on > one.due_on else ""
    days = f"{(found.as_of - one.due_on).days}天"
    cells = (
        str(place + 1),
        one.short_name,
        one.label,
        f"{chinese_date(one.due_on)}{grace}",
        days,
        one.missing,
        one.clause,
    )
    return tuple(text(cell) for cell in cells)


def _before(found: Reminder) -> list[Block]:
    """What was said of each before; of what nothing was said the letter says so."""
    said = [_said(one, found.as_of) for one in found.matters]
    told = [f"{place}.{line}" for place, line in enumerate(said, start=1)] if len(said) > 1 else said
    return [Paragraph(text("前期提醒和催办情况：")), *(Paragraph(text(f"{line}。")) for line in told)]


def _said(one: Overdue, as_of: date) -> str:
    parts = []
    if one.mailed:
        parts.append(f"{'、'.join(map(chinese_date, one.mailed))}发送邮件")
    parts += [f"{chinese_date(call.on)}电话催办{call.role.label}" for call in one.calls]
    if one.promised:
        parts.append(f"承诺于{chinese_date(one.promised)}前办结{'，至今未办结' if one.promised < as_of else ''}")
    return f"{one.short_name}{one.label}：{'；'.join(parts) or '此前未发送邮件，也未电话催办'}"
