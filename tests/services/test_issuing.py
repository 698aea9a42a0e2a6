"""定稿: a frozen copy never changes, and 更正说明 names it when a figure in it is corrected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from db.models import IssuedDocument, Park
from db.queries.corrections import corrections
from db.queries.issued import issued
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Unknown
from policy.terms import HalfYear
from services import reviews
from services.documents.catalogue import KINDS, compose
from services.documents.to_html import render_html
from services.issuing import freeze, issued_file
from services.platform import Platform
from services.storage import keep_file
from services.verification import verify
from tests.factories import make_park
from tests.services.test_corrections import WHY, accepted, explain, sent

TODAY = date(2026, 4, 20)
H1 = HalfYear(2025, 1)


@pytest.fixture(autouse=True)
def _on_a_day(set_now: Callable[[date], None]) -> None:
    set_now(TODAY)


@pytest.fixture
def park(platform: Platform) -> Park:
    with platform.database.write() as session:
        return make_park(session, "示例甲园", code="jia")


def corrected(platform: Platform, park: Park) -> None:
    done = sent(platform, park, {"revenue_cyber": 1.45})
    explain(platform, done.submission_id or 0)
    with platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, done.submission_id or 0, TODAY)


def test_a_frozen_copy_stays_and_is_named_when_its_figure_is_corrected(platform: Platform, park: Park) -> None:
    accepted(platform, park)
    first = freeze(platform, SYSTEM_ACTOR, "acceptance-letter", "jia", TODAY)
    assert (first.number, first.new) == (1, True)
    again = freeze(platform, SYSTEM_ACTOR, "acceptance-letter", "jia", TODAY)
    assert (again.number, again.new, again.sha256) == (1, False, first.sha256)
    before = platform.storage.get(first.sha256)
    corrected(platform, park)
    second = freeze(platform, SYSTEM_ACTOR, "acceptance-letter", "jia", TODAY)
    assert (second.number, second.new) == (2, True)
    with platform.database.read() as session:
        assert issued_file(session, platform, SYSTEM_ACTOR, "jia", first.document_id)[1] == before
        assert [row.number for row in issued(session, FULL_SCOPE, KINDS, "jia")] == [2, 1]
        (line,) = corrections(session, FULL_SCOPE, "jia")
        assert (line.key, line.documents) == ("revenue_cyber", (f"{first.title}第1版（2026年4月20日）",))
        slip = render_html(compose(session, SYSTEM_ACTOR, "corrections", "jia", TODAY))
    assert all(words in slip for words in ("1.5（快报数）", "1.45（快报数）", WHY, first.title))


def test_the_table_to_be_sealed_is_frozen_with_its_code(platform: Platform, park: Park) -> None:
    accepted(platform, park)
    done = freeze(platform, SYSTEM_ACTOR, "report-table", "jia", TODAY, period=H1)
    with platform.database.read() as session:
        document = compose(session, SYSTEM_ACTOR, "report-table", "jia", TODAY, period=H1)
    assert (done.data_code, done.period, done.figures) == (document.data_code, H1, 15)
    assert document.data_code in render_html(document)
    assert "13900000001" not in render_html(document)


def test_explanations_are_printed_with_who_and_where(platform: Platform, park: Park) -> None:
    done = sent(platform, park, {"area_built": 51})
    with platform.database.read() as session:
        draft = compose(session, SYSTEM_ACTOR, "explanations", "jia", TODAY)
        assert draft.lacking == ("第1版尚有1条核实性审核没有情况说明",)
    reason = "规划面积正在按批复调整，二期厂房已先行建成"
    explain(platform, done.submission_id or 0, "built_exceeds_planned", reason)
    with platform.database.read() as session:
        document = compose(session, SYSTEM_ACTOR, "explanations", "jia", TODAY)
        said = render_html(document)
    assert document.lacking == ()
    assert all(words in said for words in ("半年报!C7", "51万平方米", reason, "2026年4月20日"))


def test_the_papers_of_a_report_tell_where_its_figures_come_from(platform: Platform, park: Park) -> None:
    accepted(platform, park)
    corrected(platform, park)
    site = "https://parkwatch.example.gov.cn"
    with platform.database.read() as session:
        said = {
            kind: render_html(replace(compose(session, SYSTEM_ACTOR, kind, "jia", TODAY), site=site))
            for kind in ("report-table", "explanations", "corrections")
        }
    for kind in ("report-table", "explanations"):
        assert f'href="{site}/parks/jia/figures/2025H1?version=2"' in said[kind], kind
    assert f'href="{site}/parks/jia/figures/2025H1/revenue_cyber"' in said["corrections"]


def test_only_those_who_may_freeze_and_see(platform: Platform, park: Park) -> None:
    done = freeze(platform, SYSTEM_ACTOR, "corrections", "jia", TODAY)
    operator = Actor("operator", Role.OPERATOR, FULL_SCOPE)
    with pytest.raises(AccessDenied):
        freeze(platform, operator, "corrections", "jia", TODAY)
    elsewhere = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id + 1})))
    with pytest.raises(Unknown):
        freeze(platform, elsewhere, "corrections", "jia", TODAY)
    with platform.database.read() as session:
        expert = Actor("expert", Role.EXPERT, FULL_SCOPE)
        for actor in (elsewhere, expert):
            with pytest.raises(Unknown):
                issued_file(session, platform, actor, "jia", done.document_id)


def test_verify_finds_one_changed_byte_of_a_frozen_copy_and_a_copy_exchanged_with_its_row(
    platform: Platform, park: Park
) -> None:
    accepted(platform, park)
    done = freeze(platform, SYSTEM_ACTOR, "acceptance-letter", "jia", TODAY)
    before = set(verify(platform).problems)
    path = platform.storage.path(done.sha256)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    (changed,) = set(verify(platform).problems) - before
    assert done.title in changed
    assert "内容被改动" in changed
    path.write_bytes(whole)
    with platform.database.write() as session:
        other = keep_file(session, platform.storage, "另一份.pdf", b"%PDF-1.7 other")
        session.get_one(IssuedDocument, done.document_id).file = other
    (exchanged,) = set(verify(platform).problems) - before
    assert exchanged == f"定稿“{done.title}第1版”的文件与操作日志记载的定稿不符，或没有定稿记录"
