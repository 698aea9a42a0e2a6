"""A park with three accepted half-years, goals, letters and a roster: what a dossier is made from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from db.models import AcceptanceStep, Park, ParkChange, Submission, SubmissionReading
from tests import factories
from tests.factories import MADE_AT

PERIODS = ("2025H1", "2025H2", "2026H1")
RECEIVED = {"2025H1": date(2025, 7, 20), "2025H2": date(2026, 1, 22), "2026H1": date(2026, 8, 5)}
FIGURES: dict[str, dict[str, str]] = {
    "2025H1": {
        "area_planned": "50", "area_built": "34.5", "area_operating": "22", "revenue_total": "10.4",
        "revenue_cyber": "5.2", "firms_total": "230", "firms_cyber": "48", "staff_total": "1.25",
        "staff_cyber": "0.45", "listed_total": "3", "listed_cyber": "1", "tier_over_100m": "1",
        "tier_50m_100m": "0", "tier_20m_50m": "1", "tier_5m_20m": "7",
    },
    "2025H2": {
        "area_planned": "50", "area_built": "38", "area_operating": "25", "revenue_total": "21.7",
        "revenue_cyber": "10.9", "firms_total": "244", "firms_cyber": "53", "staff_total": "1.31",
        "staff_cyber": "0.49", "listed_total": "3", "listed_cyber": "1", "tier_over_100m": "2",
        "tier_50m_100m": "1", "tier_20m_50m": "3", "tier_5m_20m": "11",
    },
    "2026H1": {
        "area_planned": "50", "area_built": "41.2", "area_operating": "27.6", "revenue_total": "12.3",
        "revenue_cyber": "6.35", "firms_total": "251", "firms_cyber": "57", "staff_total": "1.36",
        "staff_cyber": "0.4", "listed_total": "4", "listed_cyber": "2", "tier_over_100m": "1",
        "tier_50m_100m": "1", "tier_20m_50m": "2", "tier_5m_20m": "9",
    },
}  # fmt: skip
GOALS = {
    "area_operating": ("18", "30"),
    "revenue_cyber": ("7.2", "12"),
    "firms_cyber": ("40", "60"),
    "staff_cyber": ("0.4", "0.6"),
}
FIRM = {
    "legal": "示例", "founded": "2016-09-27", "address": "产业园7号楼7层",
    "scope": "网络与信息安全软硬件开发、系统集成及技术服务", "products": "1.安全网关\n2.数据防泄漏系统",
    "quals": "市级专精特新企业；ISO27001", "contact": "示例甲 139****0000",
}  # fmt: skip
FIRM_COLUMNS = {
    "name": "B", "legal": "C", "founded": "D", "address": "E", "scope": "F", "products": "G", "revenue": "H",
    "cyber": "I", "rnd": "J", "staff": "K", "quals": "L", "contact": "M",
}  # fmt: skip
SERVICES: dict[str, list[dict[str, str | None]]] = {
    "platforms": [
        {"name": "网络安全攻防靶场", "builder": "运营公司", "service": "测试验证", "recognised_on": "2023-11"},
        {"name": "漏洞众测平台", "builder": "示例信通院", "service": "协同攻关", "recognised_on": None},
    ],
    "training": [
        {"name": "示例职业技术学院", "direction": "职业教育", "people": "620"},
        {"name": "实训基地", "direction": "安全运维", "people": "180"},
    ],
    "events": [
        {"name": "攻防大赛", "host": "运营公司", "held_on": "2026-05-18", "place": "路演厅", "people": "400"},
    ],
    "tasks": [
        {"name": "建立工作机制", "unit": "区政府", "progress": "已完成", "done_share": "100", "done_on": "2024-12-20"},
        {"name": "出台专项支持政策", "unit": "区政府", "progress": "征求意见", "done_share": "60", "done_on": None},
    ],
}


def make_reported_park(
    session: Session, name: str = "示例甲园", *, goals: bool = True, firms: int = 36, **columns: object
) -> Park:
    """Approved 2024-10-10, all three half-years accepted; the last one came late."""
    district = factories.make_unit(session, "示例甲区")
    values = {
        "code": "jia", "host_park": "示例网络安全产业城", "address": "示例大道1号",
        "boundary": "东至示例一路，南至示例二路，西至示例三路，北至示例四路",
    }  # fmt: skip
    park = factories.make_park(session, name, district=district, **values | columns)
    for period in PERIODS:
        report(session, park, period, firms)
    if goals:
        for key, (baseline, target) in GOALS.items():
            factories.make_goal(session, park, key, baseline, target, source="建设目标.xlsx 建设目标!B3")
    return park


def report(session: Session, park: Park, period: str, firms: int = 2) -> Submission:
    """One accepted half-year with its letter."""
    received = RECEIVED[period]
    file = factories.make_file(session, name=f"半年报-{park.short_name}-{period}.xlsx")
    submission = factories.make_submission(
        session, park, period, figures=FIGURES[period], received_on=received, file=file
    )
    add_rows(submission, firms)
    factories.accept(session, submission)
    factories.make_letter(session, [park], period, received_on=received, dated=received)
    return submission


def add_rows(submission: Submission, firms: int) -> None:
    for number in range(1, firms + 1):
        figures = {"revenue": f"{1500 + number * 7}.4", "cyber": f"{1400 + number * 3}", "rnd": "126", "staff": "40"}
        add_row(submission, "roster", number, {"name": f"示例{number}号网络安全技术有限公司", **FIRM, **figures})
    for table, rows in SERVICES.items():
        for number, row in enumerate(rows, start=1):
            add_row(submission, table, number, row)


def add_row(
    submission: Submission, table: str, number: int, values: Mapping[str, str | None], status: str = "ok"
) -> None:
    sheets = {"roster": "企业名录", "tasks": "任务进展"}
    for place, (key, value) in enumerate(values.items()):
        column = FIRM_COLUMNS[key] if table == "roster" else "ABCDE"[place]
        where = f"{sheets.get(table, '公共服务')}!{column}{number + 3}"
        submission.readings.append(
            SubmissionReading(
                table=table, row=number, key=key, value=value, raw=value or "无", unit="", status=status, where=where
            )
        )


def record_steps(session: Session, park: Park, **dates: date) -> None:
    """Steps by their key with _ for -."""
    for key, day in dates.items():
        session.add(
            AcceptanceStep(
                park_id=park.id, kind=key.replace("_", "-"), dated=day, document_no="", return_reason="",
                recorded_at=MADE_AT, recorded_by="committee",
            )
        )  # fmt: skip
    session.flush()


def record_operator_change(session: Session, park: Park) -> None:
    session.add(
        ParkChange(
            park_id=park.id, kind="operator", valid_from=date(2025, 9, 1), document="示例经信函〔2025〕9号",
            old="示例旧公司（虚构）", new=park.operator, recorded_at=MADE_AT, recorded_by="committee",
        )
    )  # fmt: skip
    session.flush()
