"""The pictures of a park on its pages and as data sheets: what changed, the roster, and the range nobody is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from lxml import html
from openpyxl import load_workbook
from sqlalchemy import delete
from sqlalchemy.orm import Session

from dashboard.figures.picture import Picture, Undrawn
from dashboard.park_pictures import compared
from db.models import Outlook, Park
from db.queries.park_detail import detail
from db.queries.rosters import rosters
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR
from services import snapshots
from services.definitions import Wording, define
from services.parks import find_park
from services.platform import Platform
from tests import factories
from tests.dashboard.conftest import Programme

TODAY = date(2026, 8, 10)
REPORTS: dict[str, tuple[dict[str, str], list[tuple[str, str]]]] = {
    "2025H1": ({"firms_cyber": "3", "revenue_cyber": "1", "revenue_total": "4"}, [("甲", "6000"), ("乙", "3000")]),
    "2025H2": ({"firms_cyber": "4", "revenue_cyber": "2.1", "revenue_total": "9"}, [("甲", "12000"), ("乙", "7000")]),
    "2026H1": (
        {"firms_cyber": "6", "revenue_cyber": "1.3", "revenue_total": "4.2"},
        [("甲", "5500"), ("丙", "400"), ("丁", "700.5")],
    ),
}


def make_park(session: Session) -> Park:
    """丙园: three accepted reports with their rosters, and a goal."""
    park = factories.make_park(session, "示例丙园", code="BING")
    for period, (figures, firms) in REPORTS.items():
        report = factories.make_submission(session, park, period, figures=figures)
        factories.add_roster(report, firms)
        factories.accept(session, report)
    factories.make_goal(session, park, "firms_cyber", "2", "9")
    return park


def drawn_of(session: Session) -> dict[str, Picture | Undrawn]:
    park = detail(session, FULL_SCOPE, "BING", TODAY)
    assert park is not None
    found = compared(park, rosters(session, park.park.id, TODAY))
    return {one.name if isinstance(one, Picture) else one.word: one for one in found}


@pytest.fixture
def drawn(database: Database) -> dict[str, Picture | Undrawn]:
    with database.write() as session:
        make_park(session)
        return drawn_of(session)


def told(one: Picture | Undrawn, columns: int = 2) -> list[tuple[str, ...]]:
    assert isinstance(one, Picture), one
    return [tuple(cell.text for cell in cells[:columns]) for cells in one.sheet.rows]


def test_firms_are_compared_with_the_report_before(drawn: dict[str, Picture | Undrawn]) -> None:
    """June 6, December 4: of 2 more the rosters show 丙 and 丁 come, 乙 gone; one stands in no roster."""
    firms = drawn["change-firms_cyber"]
    assert told(firms) == [
        ("2025年12月末", "4"), ("新增企业", "2"), ("减少企业", "-1"), ("其他", "1"), ("2026年6月末", "6"),
    ]  # fmt: skip
    assert isinstance(firms, Picture)
    source = firms.sheet.rows[1][3].text
    assert source.startswith("丙、丁；来源：")
    assert source.endswith("企业名录!A4—A6")


def test_a_running_total_is_compared_with_the_same_months_only(drawn: dict[str, Picture | Undrawn]) -> None:
    """1.3 since January stands beside last June's 1, never beside December's 2.1."""
    assert told(drawn["change-revenue_cyber"]) == [
        ("2025年1—6月", "1"), ("新增企业", "0.11005"), ("在册企业增加", "0"), ("在册企业减少", "-0.05"),
        ("减少企业", "-0.3"), ("其他", "0.53995"), ("2026年1—6月", "1.3"),
    ]  # fmt: skip
    total = drawn["change-revenue_total"]
    assert told(total) == [
        ("2025年1—6月", "4"), ("网络安全产业收入", "0.3"), ("其他", "-0.1"), ("2026年1—6月", "4.2"),
    ]  # fmt: skip
    assert isinstance(total, Picture)
    assert total.title == "示例丙园园区业务总收入变化：2026年1—6月比上年同期"


def test_tiers_stand_beside_the_same_months_of_the_year_before(drawn: dict[str, Picture | Undrawn]) -> None:
    assert told(drawn["tiers"], 3) == [
        ("超1亿元", "0", "0"), ("5000万（不含）—1亿元（含）", "1", "1"), ("2000万元（不含）—5000万（含）", "0", "1"),
        ("500万元（不含）—2000万（含）", "1", "0"), ("500万元（含）以下", "1", "0"), ("合计", "3", "2"),
    ]  # fmt: skip


def test_a_change_of_definition_keeps_two_periods_apart(database: Database, set_now: Callable[[date], None]) -> None:
    set_now(TODAY)
    wording = Wording(
        "firms_cyber", "2026H1", "注册地在四至范围内的企业", "registered", "期末", "示例函〔2026〕3号", breaks=True
    )
    with database.write() as session:
        make_park(session)
        define(session, SYSTEM_ACTOR, wording)
        found = drawn_of(session)["网络安全企业数量变化"]
    assert isinstance(found, Undrawn)
    assert found.why == "网络安全企业数量口径自2026年上半年起变更（依据示例函〔2026〕3号），前后不比较。"


def sheet(client: FlaskClient, name: str, park: str = "BING") -> list[tuple[object, ...]]:
    """The rows of figures of the workbook."""
    answer = client.get(f"/parks/{park}/pictures/{name}.xlsx")
    assert answer.status_code == 200, answer.text
    rows = load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True)
    return [row for row in rows if isinstance(row[1], int | float)]


def foresee(session: Session, park: Park) -> None:
    """An outlook with figures found nowhere else."""
    snapshots.rewrite(session, park.id)
    session.execute(delete(Outlook).where(Outlook.park_id == park.id))
    session.add(
        Outlook(
            park_id=park.id, key="firms_cyber", as_of=TODAY, p_miss=Decimal("0.7123"), p10=Decimal("6.1234"),
            p50=Decimal("6.7777"), p90=Decimal("7.4321"), refused=False, worked_out_at=factories.MADE_AT,
        )
    )  # fmt: skip


def test_the_page_lists_the_numbers_of_the_sheet_and_writes_none_of_the_forecast(
    programme: Programme, platform: Platform, set_now: Callable[[date], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    set_now(TODAY)
    with platform.database.write() as session:
        foresee(session, make_park(session))
    client = sign_in("committee")
    page = html.fromstring(client.get("/parks/BING").text)
    (shown,) = page.xpath("//figure[.//a[contains(@href, 'change-revenue_total')]]")
    links = [(link.text, link.get("href")) for link in shown.xpath(".//a[@data-figure]")]
    at = "/parks/BING/figures"
    assert links == [
        ("4", f"{at}/2025H1/revenue_total"), ("0.3", f"{at}/2026H1/revenue_cyber"),
        ("-0.1", f"{at}/2026H1/revenue_total"), ("4.2", f"{at}/2026H1/revenue_total"),
    ]  # fmt: skip
    assert [str(row[1]) for row in sheet(client, "change-revenue_total")] == [number for number, _path in links]
    assert client.get(f"{at}/2026H1/roster.cyber").status_code == 200
    assert client.get("/parks/BING/pictures/change-staff.xlsx").status_code == 404

    foresight = client.get("/parks/BING/foresight").text
    assert "内部参考：示例丙园网络安全企业数量实际与目标路径" in foresight
    rows = sheet(client, "outlook-firms_cyber")
    assert [row[1] for row in rows] == [3, 4, 6]
    said = foresight + str(rows)
    assert not [number for number in ("6.12", "6.77", "7.43", "0.712", "71.2") if number in said]


def test_what_cannot_be_drawn_or_seen_is_not_handed_out(
    programme: Programme, platform: Platform, sign_in: Callable[[str], FlaskClient]
) -> None:
    """甲园 has one accepted report, without a roster and without 园区业务总收入; the operator is told no forecast."""
    with platform.database.write() as session:
        foresee(session, find_park(session, SYSTEM_ACTOR.scope, "JIA"))
    office, operator = sign_in("district"), sign_in("operator")
    page = office.get("/parks/JIA").text
    for sentence in (
        "审核通过的网络安全企业数量只有2025年6月末一期，没有前一期可比。",
        "2025年1—6月累计只与上年同期比较，没有审核通过的2024年1—6月网络安全产业收入。",
        "2026年上半年报告审核通过后，这里自动显示。", "尚无审核通过的园区业务总收入。", "尚无审核通过的一览表。",
    ):  # fmt: skip
        assert sentence in page
    for hidden in ("JIA/pictures/tiers", "YI/pictures/tiers", "YI/pictures/outlook-firms_cyber"):
        assert office.get(f"/parks/{hidden}.xlsx").status_code == 404
    assert "研判区间" in office.get("/parks/JIA/foresight").text
    assert "研判区间" not in operator.get("/parks/JIA/foresight").text
    assert sheet(office, "outlook-firms_cyber", "JIA")
    assert operator.get("/parks/JIA/pictures/outlook-firms_cyber.xlsx").status_code == 404
