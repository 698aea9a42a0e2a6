"""情况通报 and 情况专报: what they count, what they leave to others, and how they look when measured."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.programme import total
from policy.terms import HalfYear, Standing
from services import bulletins
from services.bulletins import ParkLine, Programme, programme
from services.documents import brief, bulletin
from services.documents.catalogue import compose
from services.documents.content import Document, Paragraph, Table
from services.documents.to_docx import render_docx
from services.documents.to_html import render_html
from services.documents.to_pdf import render_pdf
from tests.factories import accept, make_goal, make_letter, make_park, make_submission, make_unit
from tests.services.test_documents import page_texts, placed, said

AS_OF = date(2026, 9, 1)
PERIOD = HalfYear(2026, 1)
BEFORE = {
    "revenue_total": "10",
    "revenue_cyber": "4",
    "firms_cyber": "40",
    "area_operating": "20",
    "staff_cyber": "0.4",
}
NOW = {"revenue_total": "12", "revenue_cyber": "6", "firms_cyber": "44", "area_operating": "22", "staff_cyber": "0.4"}


def reported(
    session: Session, name: str, *, before: bool = True, on: date = date(2026, 7, 20), **columns: object
) -> None:
    """A park whose data and letter of the half-year came on a day, accepted; the year before too unless told."""
    park = make_park(session, name, **columns)
    for period, figures, day in (("2025H1", BEFORE, date(2025, 7, 20)), ("2026H1", NOW, on)):
        if before or period == "2026H1":
            accept(session, make_submission(session, park, period, figures=figures, received_on=day))
            make_letter(session, [park], period, received_on=day, dated=day)
    if before:
        make_goal(session, park, "area_operating", "18", "60")
        make_goal(session, park, "firms_cyber", "30", "46")


def owing(one: ParkLine) -> ParkLine:
    """The report of the half-year alone; of one park without a 报送通知 behind its date."""
    owed = tuple(
        replace(entry, confirmed=one.park.code != "open")
        for entry in one.situation.reports()
        if entry.half_year == PERIOD
    )
    return replace(one, situation=replace(one.situation, owed=owed), owed=owed[0])


@pytest.fixture(scope="module")
def worlds(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Programme]]:
    """Four parks of which one came late, one new to the programme, one overdue and one whose date is 暂定; and none."""
    path = tmp_path_factory.mktemp("bulletins") / "parkwatch.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.read() as session:
        none = programme(session, SYSTEM_ACTOR, None, AS_OF)
    with database.write() as session:
        last = make_unit(session, "示例乙区", position=9000)
        reported(session, "示例甲园", district=make_unit(session, "示例甲区", position=1))
        reported(session, "示例丁园", district=last, on=date(2026, 8, 10), code="late")
        reported(session, "示例丙园", before=False, approved_on=date(2025, 12, 1), code="new")
        make_park(session, "示例戊园", code="over")
        make_park(session, "示例己园", code="open")
    with database.read() as session:
        some = programme(session, SYSTEM_ACTOR, None, AS_OF)
        yield {"none": none, "some": replace(some, parks=tuple(map(owing, some.parks)))}
    database.engine.dispose()


@pytest.fixture(scope="module")
def paper(worlds: dict[str, Programme]) -> Document:
    return bulletin.build(worlds["some"])


def words(document: Document) -> str:
    return "".join(said(block.text) for block in document.blocks if isinstance(block, Paragraph))


def table(document: Document, caption: str) -> dict[str, list[str]]:
    (found,) = [block for block in document.blocks if isinstance(block, Table) and block.caption == caption]
    return {said(row[0]): [said(cell) for cell in row[1:]] for row in found.rows}


def test_the_newest_half_year_that_has_ended_is_meant(worlds: dict[str, Programme]) -> None:
    assert worlds["none"].period == PERIOD


def test_reports_are_counted_and_nothing_is_overdue_by_a_date_without_its_document(paper: Document) -> None:
    told = words(paper)
    assert "截至2026年9月1日，市级重点园区共5个，其中建设期5个。" in told
    assert (
        "2026年上半年园区发展情况应报5个，已报3个（迟报1个），未报2个（逾期未报1个）。其中1个的报送截止日为暂定" in told
    )
    assert "迟报的园区：示例丁园。" in told
    assert [row[1:3] for row in table(paper, "逾期未报情况").values()] == [["示例戊园", "2026年\n上半年"]]


def test_sums_say_how_many_parks_are_in_them_and_grow_over_comparable_ones_alone(paper: Document) -> None:
    sums = table(paper, "主要指标汇总表")
    assert sums["网络安全产业收入"] == ["亿元", "18", "3", "增长50.0%", "2"]
    assert sums["园区业务总收入"] == ["亿元", "36", "3", "增长20.0%", "2"]
    assert sums["网络安全产业收入占比"] == ["—", "50.0%", "3", "提高10.0个百分点", "2"]
    assert sums["园区上市企业数"] == ["家", "—", "0", "—", "0"]


def test_an_estimate_in_a_sum_says_so(worlds: dict[str, Programme], database: Database) -> None:
    with database.write() as session:
        park = make_park(session)
        accept(session, make_submission(session, park, "2026H1", figures=NOW, figure_kind="estimate"))
    with database.read() as session:
        found = programme(session, SYSTEM_ACTOR, PERIOD, AS_OF)
    assert total("revenue_cyber", PERIOD, [*found.known, *worlds["some"].known]).shown == "24（含预计数）"
    assert "6（预计数）" in "".join(page_texts(render_pdf(bulletin.build(found))))


def test_parks_stand_in_the_order_of_their_districts_with_light_words(paper: Document) -> None:
    annex = paper.annexes[0]
    assert (annex.label, annex.landscape) == ("附件1", True)
    rows = [[said(cell) for cell in row] for block in annex.blocks if isinstance(block, Table) for row in block.rows]
    assert [row[2] for row in rows] == ["示例甲园[1][2]", "示例丙园[3]", "示例戊园", "示例己园", "示例丁园[4][5]"]
    assert rows[0][4:] == ["已报", "22 红灯\n增长10.0%", "6\n增长50.0%", "44 绿灯\n增长10.0%", "0.4\n持平", "红灯"]
    assert [row[4] for row in rows[2:4]] == ["逾期未报", "未报\n（暂定）"]
    assert not [word for word in ("名次", "排名") if word in render_html(paper)]


def test_every_mark_leads_to_a_version_and_its_cells(paper: Document) -> None:
    annex = paper.annexes[-1]
    assert annex.label == "（核对用，不随通报印发）"
    (found,) = [block for block in annex.blocks if isinstance(block, Table)]
    assert found.anchors == tuple(f"source-{number}" for number in range(1, 6))
    assert said(found.rows[0][2]) == "2026年上半年第1版"
    assert said(found.rows[0][4]) == "半年报 C7、C5、C6、C8"


def test_lagging_goals_are_told_in_a_sentence(paper: Document) -> None:
    lags = next(annex for annex in paper.annexes if annex.title == "进度滞后指标情况")
    rows = [[said(cell) for cell in row] for block in lags.blocks if isinstance(block, Table) for row in block.rows]
    assert rows[0][2:5] == ["示例甲园", "园区已运营使用楼宇面积", "红灯"]
    assert rows[0][5].startswith("2026年6月末为22万平方米，比序时目标")
    assert "园区已运营使用楼宇面积。红灯2个：示例甲园、示例丁园" in words(paper)


def test_without_parks_or_data_both_are_drafts_that_say_so(worlds: dict[str, Programme]) -> None:
    for build in (bulletin.build, brief.build):
        made = build(worlds["none"])
        assert made.lacking == ("尚未登记园区",)
        assert "共0个" in words(made)
        assert "草稿" in "".join(page_texts(render_pdf(made)))


def test_the_brief_is_one_page_of_four_parts(worlds: dict[str, Programme]) -> None:
    made = brief.build(worlds["some"])
    (page,) = page_texts(render_pdf(made))
    assert [part in page for part in ("一、总体情况。", "二、主要指标", "三、突出问题。", "四、建议。")] == [True] * 4
    assert "一是园区发展情况逾期未报1个（示例戊园）；二是指标严重滞后（红灯）2个（示例甲园、示例丁园）" in page
    assert "—1—" in page
    assert "三、突出问题。" in render_html(made)


def many(found: Programme, count: int, name: str) -> Programme:
    """The programme with so many parks more, each with every problem there is."""
    overdue = next(one for one in found.parks if one.standing is Standing.OVERDUE)
    red = found.parks[0]
    ended = replace(red.park, stage=bulletins.Stage.EXPIRED)
    late = [
        replace(overdue, situation=replace(overdue.situation, park=replace(overdue.park, title=f"国家（{name}{n}园）")))
        for n in range(count)
    ]
    lagging = [
        replace(red, situation=replace(red.situation, park=replace(ended, title=f"国家（{name}{n}园）")))
        for n in range(count)
    ]
    return replace(found, parks=(*found.parks, *late, *lagging))


@pytest.mark.parametrize(("count", "name"), [(1, "示例"), (3, "示例"), (8, "名称很长的示例"), (40, "示例")])
def test_the_brief_stays_on_its_page_and_drops_nobody_in_silence(
    worlds: dict[str, Programme], count: int, name: str
) -> None:
    made = brief.build(many(worlds["some"], count, name))
    pdf = render_pdf(made)
    (page,) = page_texts(pdf)
    assert "四、建议。" in page
    assert "通知未规定" in page
    assert all(run[4] < 297 - 35 + 0.5 for run in placed(pdf, 0) if not run[0].startswith("— "))
    assert f"园区发展情况逾期未报{count + 1}个" in page
    if count >= 8:
        assert "另有" in page or "见情况通报" in page


def test_in_word_too_the_brief_is_one_page(worlds: dict[str, Programme], libreoffice: str, tmp_path: Path) -> None:
    (tmp_path / "brief.docx").write_bytes(render_docx(brief.build(many(worlds["some"], 20, "示例"))))
    subprocess.run(
        [
            libreoffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
            "--outdir", tmp_path, tmp_path / "brief.docx",
        ],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    assert len(page_texts((tmp_path / "brief.pdf").read_bytes())) == 1


def test_the_bulletin_numbers_its_pages_outside_and_keeps_to_its_edges(paper: Document) -> None:
    pdf = render_pdf(paper)
    assert not [run for run in placed(pdf, 0) if run[0].startswith("— ")]
    (number,) = [run for run in placed(pdf, 1) if run[0] == "— 2 —"]
    assert number[3] == pytest.approx(28 + 14 * 25.4 / 72, abs=1)
    heads = {run[1].partition("-")[0] for run in placed(pdf, 0)}
    assert heads <= {"FandolFang", "FandolHei", "FandolKai", "FandolSong", "NotoSerifSC"}


def test_long_lists_stand_in_annexes_not_in_the_text(worlds: dict[str, Programme]) -> None:
    made = bulletin.build(many(worlds["some"], 20, "示例"))
    assert [annex.title for annex in made.annexes[:3]] == ["各园区进展情况", "进度滞后指标情况", "逾期未报情况"]
    assert "另有" in words(made)
    assert "情况见附件3" in words(made)


def test_only_the_committee_has_them(database: Database) -> None:
    district = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({1})))
    with database.read() as session:
        for kind in ("bulletin", "brief"):
            with pytest.raises(AccessDenied):
                compose(session, district, kind, None, AS_OF)
            assert compose(session, Actor("committee", Role.COMMITTEE, FULL_SCOPE), kind, None, AS_OF).marks


def test_neither_takes_anything_from_the_forecasts(paper: Document) -> None:
    for module in (bulletins, bulletin, brief, bulletin.overall):
        source = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        named = {alias.name for node in ast.walk(source) if isinstance(node, ast.Import) for alias in node.names}
        named |= {str(node.module) for node in ast.walk(source) if isinstance(node, ast.ImportFrom)}
        assert not [name for name in named if "foresight" in name or "projection" in name or "outlook" in name]
    assert not [word for word in ("研判", "较有把握", "存在风险", "难度较大") if word in render_html(paper)]
