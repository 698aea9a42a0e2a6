"""佐证资料: put forward, linked, withdrawn, listed; what is claimed and not proven; who may do what."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from db.models import AcceptanceStep, AuditEntry, Evidence, Park, StoredFile, WithheldFile
from policy.access import FULL_SCOPE, AccessDenied, Actor, Role, Scope
from policy.evidence import LARGEST, Category, ClaimKey, ClaimKind, step_key
from policy.indicators.catalogue import HEADLINES
from policy.refusal import Refused, Unknown
from policy.workflow import StepKind
from services import evidence, withheld
from services.assessments import dossier
from services.claims import Ledger, ledger
from services.evidence import Paper, PutForward
from services.evidence_list import write_list
from services.intake import sandbox
from services.intake.formats.refused import FileRefused
from services.platform import Platform
from services.storage import INCOMING, Storage
from services.verification import verify
from tests import evidence_files as files
from tests import factories
from tests.services import chain_rows
from tests.services.reported_park import make_reported_park

PLATFORM = ClaimKey(ClaimKind.PLATFORM, "网络安全攻防靶场")
FIRM = ClaimKey(ClaimKind.FIRM, "示例1号网络安全技术有限公司")
DISTRICT = Actor("district", Role.DISTRICT, FULL_SCOPE)


@pytest.fixture
def operator(platform: Platform) -> Actor:
    """Of 示例甲园, which has reported three half-years."""
    with platform.database.write() as session:
        park = make_reported_park(session, firms=2)
        factories.make_park(session, "示例乙园", code="yi")
        return Actor("operator", Role.OPERATOR, Scope(park_ids=frozenset({park.id})))


def put(
    platform: Platform, actor: Actor, data: bytes = files.PNG, *claims: ClaimKey, name: str = "照片.png",
    title: str = "攻防靶场照片", category: Category = Category.PLATFORMS, park: str = "jia",
) -> PutForward:  # fmt: skip
    paper = Paper(category, title, claims, name, BytesIO(data))
    return evidence.put_forward(platform, actor, park, paper)


def listed(platform: Platform, actor: Actor) -> Ledger:
    with platform.database.read() as session:
        return ledger(session, actor, "jia")


def test_a_paper_is_kept_hashed_and_listed_with_what_it_proves(platform: Platform, operator: Actor) -> None:
    data = files.pdf("市级认定文件")
    done = put(platform, operator, data, PLATFORM, FIRM, name="认定.jpg", title=" 认定文件 ")
    assert (done.media.key, done.read, done.sha256) == ("pdf", True, hashlib.sha256(data).hexdigest())
    row = listed(platform, operator).standing[0]
    assert (row.title, row.category, row.file_name, row.media.label) == (
        "认定文件",
        Category.PLATFORMS,
        "认定.jpg",
        "PDF",
    )
    assert (row.size, row.links, row.uploaded_by) == (len(data), (PLATFORM, FIRM), "operator")
    assert platform.storage.get(row.sha256) == data
    assert list((platform.storage.folder / INCOMING).iterdir()) == []
    assert not any("认定.jpg" in problem for problem in verify(platform).problems)
    platform.storage.path(row.sha256).write_bytes(b"changed")
    assert any("认定.jpg" in problem for problem in verify(platform).problems)


def test_what_the_newest_accepted_report_states_is_claimed_until_proven(platform: Platform, operator: Actor) -> None:
    before = listed(platform, operator)
    assert before.stated_in is not None
    assert (str(before.stated_in.period), before.stated_in.state) == ("2026H1", "accepted")
    stated = {claim.label: claim.stated for claim in before.claims}
    assert stated["四至范围"].startswith("东至示例一路")
    assert stated["网络安全攻防靶场"] == "2023年11月市级认定"
    assert "漏洞众测平台" not in stated  # nothing is said of its recognition
    assert stated["示例1号网络安全技术有限公司"] == "市级专精特新企业；ISO27001"
    assert stated["实训基地"] == "安全运维，年培训180人"
    assert stated["攻防大赛"] == "2026年5月18日，路演厅，400人"
    assert stated["出台专项支持政策"] == "征求意见，完成60%"
    assert stated["2026年上半年网络安全产业收入"] == "6.35亿元"
    assert before.unproven == before.claims
    put(platform, operator, files.PNG, PLATFORM)
    after = listed(platform, operator)
    assert {claim.key for claim in before.unproven} - {claim.key for claim in after.unproven} == {PLATFORM}


def test_what_the_acceptance_rests_on_is_claimed_until_its_paper_is_there(
    platform: Platform, operator: Actor, set_now: Callable[[date], None]
) -> None:
    set_now(date(2026, 10, 25))
    with platform.database.write() as session:
        park = session.scalars(select(Park).where(Park.code == "jia")).one()
        scan = factories.make_file(session, b"scan")
        factories.make_letter(session, [park], "2026H1", number="示例府函〔2026〕9号", file_id=scan.id)
        frozen = chain_rows.make_issued(session, park, "acceptance-letter", date(2026, 10, 22))
        papers = {
            "self-assessment": {}, "department-review": {"file_id": scan.id},
            "acceptance-letter": {"issued_id": frozen.id}, "receipt": {},
        }  # fmt: skip
        for kind, paper in papers.items():
            made = {"recorded_at": factories.MADE_AT, "recorded_by": "committee"}
            session.add(AcceptanceStep(park_id=park.id, kind=kind, dated=date(2026, 10, 22), **paper, **made))
    found = listed(platform, operator)
    open_ones = {claim.label for claim in found.unproven}
    assert {
        "园区建设方案",
        "2025年度工作计划",
        "2026年度工作计划",
        "符合环保、安全生产、消防、规划建设规定",
    } <= open_ones
    assert "2027年度工作计划" not in open_ones  # the year has not begun
    assert {"2025年上半年园区发展情况函", "自评报告"} <= open_ones
    proven = {"2026年上半年园区发展情况函", "区县主管部门审核意见", "验收申请函", "收文登记"}
    assert proven <= {claim.label for claim in found.claims} - open_ones
    with platform.database.read() as session:
        judged = dossier(session, FULL_SCOPE, "jia", date(2026, 10, 25))
    assert judged.ledger.unproven == found.unproven
    rests_on = {entry.key: [claim.label for claim in found.under(entry.key)] for entry in judged.conditions}
    assert rests_on["goals_known"] == ["园区建设方案"]
    assert [claim.filed for claim in found.under("reports_accepted")] == [False, False, True]
    assert len(rests_on["goals_compared"]) == len(HEADLINES)
    assert (rests_on["self-assessment"], rests_on["acceptance-letter"]) == (["自评报告"], ["验收申请函"])
    # Nothing proves what is not issued yet; every other condition rests on something.
    assert {claim.condition for claim in found.claims} - {"", "receipt"} == {*rests_on} - {"evaluation_system"}
    put(platform, operator, files.PNG, step_key(StepKind.SELF_ASSESSMENT))
    assert "自评报告" not in {claim.label for claim in listed(platform, operator).unproven}


def test_every_statement_says_where_it_stands(platform: Platform, operator: Actor) -> None:
    found = listed(platform, operator)
    at = {claim.label: found.path(claim) for claim in found.claims}
    assert at["2026年上半年网络安全产业收入"] == "/parks/jia/figures/2026H1/revenue_cyber?version=1"
    assert at["攻防大赛"] == "/parks/jia/figures/2026H1/events.1?version=1"
    assert at["出台专项支持政策"] == "/parks/jia/figures/2026H1/tasks.2?version=1"
    assert at["2025年上半年园区发展情况函"] == "/parks/jia#letters"
    assert at["四至范围"] == "/parks/jia#about"
    assert at["园区建设方案"] == ""  # asked for, not stated


def test_without_any_report_only_the_register_speaks(platform: Platform, operator: Actor) -> None:
    with platform.database.read() as session:
        found = ledger(session, DISTRICT, "yi")
    assert found.stated_in is None
    assert {claim.key.kind for claim in found.claims} == {ClaimKind.PARK}


def test_links_come_and_go_and_a_withdrawn_paper_proves_nothing(platform: Platform, operator: Actor) -> None:
    number = put(platform, operator).evidence_id
    with platform.database.write() as session:
        evidence.link(session, operator, "jia", number, [PLATFORM, FIRM])
    with platform.database.write() as session:
        evidence.unlink(session, DISTRICT, "jia", number, FIRM)
    assert listed(platform, operator).standing[0].links == (PLATFORM,)
    with platform.database.write() as session, pytest.raises(Refused, match="原因"):
        evidence.withdraw(session, operator, "jia", number, " ")
    with platform.database.write() as session:
        evidence.withdraw(session, operator, "jia", number, "照片不清晰")
    found = listed(platform, operator)
    assert found.standing == ()
    assert found.unproven == found.claims
    assert found.withdrawn[0].withdrawal is not None
    assert found.withdrawn[0].withdrawal.reason == "照片不清晰"
    assert platform.storage.get(found.withdrawn[0].sha256) == files.PNG
    with platform.database.write() as session, pytest.raises(Refused, match="已撤回"):
        evidence.link(session, operator, "jia", number, [FIRM])
    with platform.database.read() as session:
        acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)).all()
    assert acts == ["evidence.put", "evidence.link", "evidence.unlink", "evidence.withdraw"]


def test_a_link_to_what_is_no_longer_stated_keeps_its_words(platform: Platform, operator: Actor) -> None:
    earlier = ClaimKey(ClaimKind.INDICATOR, "revenue_cyber/2025H2")
    found = listed(platform, operator)
    assert found.claim(earlier) is None
    assert found.told(earlier) == "2025年下半年网络安全产业收入"
    assert found.told(ClaimKey(ClaimKind.FIRM, "示例旧企业")) == "示例旧企业"


def test_what_is_refused_leaves_nothing(platform: Platform, operator: Actor) -> None:
    strange = ClaimKey(ClaimKind.FIRM, "没有这家企业")
    for words, arguments in {
        "资料名称": {"title": "  "},
        "没有企业资质及上市“没有这家企业”": {"claims": strange},
        "可执行程序": {"data": files.PROGRAM, "name": "照片.png"},
        "文本、网页或脚本": {"data": b"<script>alert(1)</script>"},
        "0字节": {"data": b""},
    }.items():
        claims = [arguments.pop("claims")] if "claims" in arguments else []
        with pytest.raises(Refused, match=words):
            put(platform, operator, arguments.pop("data", files.PNG), *claims, **arguments)  # type: ignore[arg-type]
    assert platform.storage.names() == []
    with platform.database.read() as session:
        assert session.scalars(select(Evidence)).all() == []
        assert session.scalars(select(StoredFile).where(StoredFile.name == "照片.png")).all() == []


def test_the_same_file_is_not_put_forward_twice(platform: Platform, operator: Actor) -> None:
    number = put(platform, operator, title="第一次").evidence_id
    with pytest.raises(Refused, match="已作为“第一次”提交"):
        put(platform, operator, title="第二次")
    with platform.database.write() as session:
        evidence.withdraw(session, operator, "jia", number, "分类有误，重新提交")
    assert put(platform, operator, title="第二次").evidence_id != number


def test_a_file_above_the_limit_is_refused_with_its_size(
    platform: Platform, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "LARGEST", 2 * 1024 * 1024)
    with pytest.raises(Refused, match="有3MB，超过上限2MB"):
        put(platform, operator, files.MP4_HEAD + bytes(2 * 1024 * 1024), name="活动.mp4")
    assert LARGEST == 200 * 1024 * 1024
    assert platform.storage.names() == []


@pytest.mark.parametrize(
    ("name", "data", "where"),
    [
        ("方案.pdf", files.pdf("机密★1年\n建设方案"), "第1页"),
        ("方案.pdf", files.pdf("封面", "秘密"), "第2页"),
        ("汇报.pptx", files.slides("封面", "绝密★长期"), "正文"),
        ("方案.doc", files.old_word("秘密★"), ""),
        ("【机密】方案.png", files.PNG, "文件名"),
        ("资料.zip", files.zip_of({"附件/方案-秘密.docx": b"x"}), "压缩包内的文件名"),
    ],
)  # fmt: skip
def test_a_file_with_a_mark_is_not_kept_and_a_false_alarm_comes_in(
    platform: Platform, operator: Actor, name: str, data: bytes, where: str
) -> None:
    with pytest.raises(Refused, match=r"密级标志.*误报"):
        put(platform, operator, data, name=name)
    assert platform.storage.names() == []
    with platform.database.write() as session:
        row = session.scalars(select(WithheldFile)).one()
        assert (row.where, row.uploaded_by, row.sha256) == (where, "operator", hashlib.sha256(data).hexdigest())
        withheld.claim(session, operator, row.id, "示例文字，原件不涉密")
        withheld.release(session, Actor("committee", Role.COMMITTEE, FULL_SCOPE), row.id, "已核对原件，不涉密")
    assert put(platform, operator, data, name=name).evidence_id > 0


def test_running_text_and_scans_are_no_false_alarms(platform: Platform, operator: Actor) -> None:
    text = files.pdf("商业秘密保护培训\n内容\n其他\n秘密")
    assert put(platform, operator, text, name="商业秘密保护培训.pdf").read is True
    assert put(platform, operator, files.pdf(""), name="扫描件.pdf").read is False


def test_who_may_do_what(platform: Platform, operator: Actor) -> None:
    expert = Actor("expert", Role.EXPERT, operator.scope)
    assert listed(platform, expert).claims
    for actor in (expert, Actor("committee", Role.COMMITTEE, FULL_SCOPE), Actor("admin", Role.ADMIN, FULL_SCOPE)):
        with pytest.raises(AccessDenied):
            put(platform, actor)
    with pytest.raises(AccessDenied), platform.database.read() as session:
        ledger(session, Actor("admin", Role.ADMIN, FULL_SCOPE), "jia")
    with pytest.raises(Unknown):
        put(platform, operator, park="yi")
    number = put(platform, DISTRICT, park="yi").evidence_id
    with platform.database.write() as session, pytest.raises(Unknown):
        evidence.withdraw(session, operator, "jia", number, "不是本园区的")


def test_an_expert_sees_what_accepted_reports_state_alone(platform: Platform, operator: Actor) -> None:
    with platform.database.write() as session:
        park = factories.make_park(session, "示例丙园", code="bing")
        factories.make_submission(session, park, "2025H1", figures={"revenue_cyber": "5.2"})
        scope = Scope(park_ids=frozenset({park.id}))
    with platform.database.read() as session:
        assert ledger(session, Actor("expert", Role.EXPERT, scope), "bing").stated_in is None
        assert ledger(session, Actor("operator", Role.OPERATOR, scope), "bing").stated_in is not None


def test_a_crash_leaves_a_part_that_is_cleared_a_day_later(storage_folder: Storage) -> None:
    old = storage_folder.folder / INCOMING / "part"
    storage_folder.put(b"first")
    old.write_bytes(b"half a file")
    os.utime(old, (0, 0))
    storage_folder.put(b"second")
    assert not old.exists()
    assert len(storage_folder.names()) == 2


@pytest.fixture
def storage_folder(tmp_path_factory: pytest.TempPathFactory) -> Storage:
    return Storage(tmp_path_factory.mktemp("storage"))


def test_the_list_writes_every_text_as_text(platform: Platform, operator: Actor) -> None:
    put(platform, operator, files.PNG, PLATFORM, title='=HYPERLINK("http://example.com")', name="+cmd.png")
    book = openpyxl.load_workbook(BytesIO(write_list(listed(platform, operator))))
    assert book.sheetnames == ["缺少佐证", "已有佐证", "佐证资料"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert '=HYPERLINK("http://example.com")' in [cell.value for cell in cells]


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/X>>>>>>/Contents 4 0 R>>"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (files.pdf_of([CATALOG, PAGES, PAGE, files.stream(bytes(150 * 1024 * 1024))]), "展开后过大"),
        (files.pdf_of([CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000000>>"]), "损坏"),
        (files.pdf("同意建设")[:300], "损坏"),
        (files.zip_of({"a.jpg": bytes(100 * 1024 * 1024)}), "与其大小不相称"),
        (files.zip_of({"word/document.xml": b"<w/>", "word/vbaProject.bin": b"x"}), "宏"),
    ],
    ids=["bomb.pdf", "loop.pdf", "cut.pdf", "bomb.zip", "macros.docm"],
)
def test_papers_built_to_harm_are_refused_with_a_reason(data: bytes, reason: str, storage_folder: Storage) -> None:
    with storage_folder.received(BytesIO(data)) as file, pytest.raises(FileRefused, match=reason):
        sandbox.examine("资料", file.path)
    assert storage_folder.names() == []


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_a_paper_with_a_password_is_refused_for_nobody_could_read_it(suffix: str, storage_folder: Storage) -> None:
    data = (Path(__file__).parents[1] / "samples" / "other-formats" / f"locked.{suffix}").read_bytes()
    with storage_folder.received(BytesIO(data)) as file, pytest.raises(FileRefused, match="设有密码，评审时无法打开"):
        sandbox.examine("资料", file.path)
