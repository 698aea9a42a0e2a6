"""专家评分表 and 专家组评审意见: what they say blank, filled in and signed, and whom they are for."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
import pypdf
import pytest
from sqlalchemy import select

from db.models import Account, Panel, PanelMember, PanelRecord, Park
from db.session import Database
from policy.access import FULL_SCOPE, AccessDenied, Actor, Role, Scope
from policy.terms import Outcome
from services import conclusions, evaluations, score_sheets
from services.conclusions import Concluding
from services.documents.catalogue import compose, render
from services.documents.content import Document
from services.documents.to_html import render_html
from services.score_sheets import Signed, TypedMark
from services.storage import Storage
from tests.factories import (
    MADE_AT,
    accept,
    make_account,
    make_evidence,
    make_expert,
    make_file,
    make_panel,
    make_park,
    make_submission,
)
from tests.policy.evaluation.systems import VETO, item
from tests.policy.evaluation.systems import system as text_of

TODAY = date(2026, 3, 2)
ENTERER = Actor("committee", Role.COMMITTEE, FULL_SCOPE)
CHECKER = Actor("second", Role.COMMITTEE, FULL_SCOPE)
RARE = "示例镕堃喆㛃"
LONG = "专班每月调度、台账齐全，" * 16 + "依据充分。"
SYSTEM = text_of(
    item("firms", "60", '{ kind = "linear", target = 80 }', 'input = { indicator = "firms_cyber" }'),
    item("plan", "40", '{ kind = "experts" }'),
    rest=VETO,
)


@pytest.fixture
def world(database: Database, tmp_path: Path, set_now: Callable[[date], None]) -> tuple[Database, Storage]:
    """甲园 with 44 firms accepted and a panel of three: a sheet that counts, one that waits, one that is not in."""
    set_now(TODAY)
    storage = Storage(tmp_path / "files")
    with database.write() as session:
        make_account(session, "committee", display_name="经办人（虚构）")
        make_account(session, "second", role="committee", display_name="复核人（虚构）")
        park = make_park(session, "示例甲园", code="JIA")
        make_park(session, "示例乙园", code="YI")
        accept(session, make_submission(session, park, figures={"firms_cyber": "44"}), date(2025, 8, 1))
        make_evidence(session, park, make_file(session), title="专班文件")
        system = evaluations.import_system(session, storage, ENTERER, "体系.toml", SYSTEM.encode())
        experts = [make_expert(session, code=f"ZJ{n}", name=f"{RARE}{n}") for n in (1, 2, 3)]
        experts[1].account_id = make_account(session, "expert").id
        panel = make_panel(session, park, experts, system_id=system.system_id)
        session.add(
            PanelRecord(
                panel_id=panel.id, kind="site", held_on=date(2026, 2, 20), place="园区", text="查看公共服务平台。",
                recorded_at=MADE_AT, recorded_by="committee",
            )
        )  # fmt: skip
        for place, value in ((0, "95"), (1, "71.5")):
            marks = {"plan": TypedMark(value, LONG, "1")}
            sheet = Signed(date(2026, 3, 1), marks, (f"评分表{place}.pdf", b"%PDF " + value.encode()))
            row = score_sheets.enter(session, storage, ENTERER, "JIA", panel.members[place].id, sheet)
            if place == 0:
                score_sheets.check(session, CHECKER, "JIA", row.id)
    return database, storage


def document(world: tuple[Database, Storage], kind: str, park: str = "JIA", actor: Actor = ENTERER) -> Document:
    with world[0].read() as session:
        return compose(session, actor, kind, park, TODAY)


def said(document_: Document) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", render_html(document_)))


def conclude(world: tuple[Database, Storage]) -> None:
    with world[0].write() as session:
        scan = ("评审意见.pdf", b"%PDF signed opinion")
        opinion = "任务基本完成。\n须整改后复评。"
        what = Concluding(Outcome.RECTIFYING, opinion, TODAY, scan, "平台未投用。", missing_reason="示例专家因病")
        conclusions.conclude(session, world[1], ENTERER, "JIA", what)


def test_each_expert_has_a_sheet_filled_in_as_it_was_signed_or_to_be_written_on(
    world: tuple[Database, Storage],
) -> None:
    sheets = document(world, "score-sheet")
    told = said(sheets)
    assert told.count("签字日期") == 3
    assert f"{RARE}1（ZJ1）" in told
    assert f"1指标plan查看情况10095{LONG}1" in told
    assert "第1号（已计入）" in told
    assert "经办人（虚构）2026年3月2日录入，复核人（虚构）2026年3月2日复核" in told
    assert "71.5" in told
    assert "录入，待复核" in told
    assert sheets.marks == ("试算",)
    assert sheets.lacking == ()


def test_behind_it_stand_the_items_scored_without_experts_and_the_numbers_of_papers(
    world: tuple[Database, Storage],
) -> None:
    told = said(document(world, "score-sheet"))
    automatic = told[told.index("附件1自动") : told.index("附件2佐证")]
    assert "指标firms建设成效—成效44家80家及以上得60分，以下按比例计分6033" in automatic
    assert "指标plan" not in automatic
    assert "一票否决项：弄虚作假：尚未评定" in automatic
    assert "专班文件" in told[told.index("附件2佐证") :]


def test_before_there_is_a_panel_or_a_system_it_is_a_draft(world: tuple[Database, Storage]) -> None:
    blank = document(world, "score-sheet", "YI")
    assert blank.lacking == ("尚未组成专家组",)
    assert blank.marks == ("草稿", "试算")
    conclusion = document(world, "panel-conclusion", "YI")
    assert conclusion.lacking == ("尚未组成专家组", "评审意见尚未由组长签署")
    assert "（待填写）" in said(conclusion)


def test_an_expert_has_only_their_own_sheet_and_nobody_else_the_draft_of_the_conclusion(
    world: tuple[Database, Storage],
) -> None:
    with world[0].read() as session:
        park = session.scalars(select(Park.id).where(Park.code == "JIA")).one()
        assert session.scalars(select(Account).where(Account.username == "expert")).one().role == "expert"
    expert = Actor("expert", Role.EXPERT, Scope(park_ids=frozenset({park})))
    told = said(document(world, "score-sheet", actor=expert))
    assert f"{RARE}2" in told
    assert not [word for word in (f"{RARE}1", f"{RARE}3", "ZJ1", "95") if word in told.replace("2095", "")]
    for role in (Role.EXPERT, Role.OPERATOR, Role.DISTRICT):
        with pytest.raises(AccessDenied):
            document(world, "panel-conclusion", actor=Actor(role, role, FULL_SCOPE))


def test_the_draft_of_the_conclusion_says_what_it_waits_for(world: tuple[Database, Storage]) -> None:
    draft = document(world, "panel-conclusion")
    assert draft.marks == ("代拟稿", "草稿", "试算")
    assert draft.lacking == ("专家评分表尚有2份未收齐或未复核", "评审意见尚未由组长签署")
    told = said(draft)
    assert "2026年2月2日从专家库随机抽取（抽取号7）组成专家组，共3人，组长示例镕堃喆㛃1" in told
    assert "实地查看（2026年2月20日，园区）：查看公共服务平台。" in told
    assert "总分71分" in told  # 33 + 40 × 95 ÷ 100
    assert "已收到并复核评分表1份，尚缺2份。" in told


def test_signed_it_keeps_its_score_and_names_no_single_marks(world: tuple[Database, Storage]) -> None:
    conclude(world)
    with world[0].write() as session:
        panel = session.scalars(select(Panel)).one()
        session.get_one(PanelMember, panel.members[0].id).withdrawn_on = TODAY  # the live score loses its mark
        panel.dissolved_on = TODAY
    signed = document(world, "panel-conclusion")
    told = said(signed)
    assert signed.marks == ("试算",)
    assert "总分71分" in told
    assert "六、评审结论限期整改。" in told
    assert "任务基本完成。须整改后复评。" in told
    assert "缺少的原因：示例专家因病" in told
    assert "评审意见.pdf" in told
    assert "签署日期：2026年3月2日" in told
    assert LONG not in told
    assert "ZJ1" not in told


def test_on_paper_no_character_is_missing_and_none_is_cut_off(world: tuple[Database, Storage]) -> None:
    conclude(world)
    for kind, kept in (("score-sheet", LONG), ("panel-conclusion", "任务基本完成。")):
        made = document(world, kind)
        pages = pypdf.PdfReader(io.BytesIO(render(made, "pdf").data)).pages
        printed = re.sub(r"[\s\u2060]", "", "".join(page.extract_text() for page in pages))
        word = docx.Document(io.BytesIO(render(made, "docx").data))
        cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
        written = "".join([*cells, *(paragraph.text for paragraph in word.paragraphs)])
        for text in (printed, written):
            assert RARE in text, kind
            assert kept in text, kind
