"""验收申请材料 and 归档材料: what stands in them, from the tables to the file that is handed out."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from zipfile import ZipFile

import openpyxl
import pypdf
import pytest
from sqlalchemy import select

from db.models import AcceptanceStep, AuditEntry, Park, Submission
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.acts import Act
from policy.refusal import Refused, Unknown
from services.archive.application import checklist
from services.archive.assembling import Whole, assembled, bound, packed
from services.issuing import freeze
from services.platform import Platform
from services.storage import keep_file
from tests import factories
from tests.evidence_files import PNG, pdf
from tests.factories import MADE_AT
from tests.services.reported_park import make_reported_park, record_operator_change

TODAY = date(2026, 11, 9)
DISTRICT = Actor("district", Role.DISTRICT, FULL_SCOPE)
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)


@pytest.fixture
def park(platform: Platform, set_now: Callable[[date], None]) -> Park:
    """Its reports' files are in the storage; one paper of evidence that is a PDF, one picture."""
    set_now(TODAY)
    with platform.database.write() as session:
        park = make_reported_park(session, firms=2)
        record_operator_change(session, park)
        for title, media, data in (("攻防大赛（镕堃喆㛃）", "pdf", pdf("照片")), ("现场", "png", PNG)):
            file = keep_file(session, platform.storage, f"{title}.{media}", data)
            factories.make_evidence(session, park, file, title=title, media_type=media)
        for row in session.scalars(select(Submission)):
            row.file = keep_file(session, platform.storage, row.file_name, f"report {row.id}".encode())
        return park


def take(platform: Platform, park: Park, kind: str, dated: date, number: str = "", **columns: object) -> None:
    """A step with its scanned paper."""
    with platform.database.write() as session:
        file = keep_file(session, platform.storage, f"{kind}.pdf", pdf(kind))
        session.add(
            AcceptanceStep(
                park_id=park.id, kind=kind, dated=dated, document_no=number, file_id=file.id, recorded_at=MADE_AT,
                recorded_by="committee", **columns,
            )
        )  # fmt: skip


def told(platform: Platform) -> dict[str, tuple[bool, str]]:
    with platform.database.read() as session:
        return {item.label: (item.ready, item.told) for item in checklist(session, DISTRICT, "jia").items}


def test_the_checklist_follows_each_paper_from_draft_to_step(platform: Platform, park: Park) -> None:
    before = told(platform)
    assert before["自评报告"] == (False, "尚未登记，以今天的代拟稿代替")
    assert before["佐证资料"][0]
    freeze(platform, DISTRICT, "self-assessment", "jia", TODAY)
    assert told(platform)["自评报告"] == (False, "尚未登记，有定稿第1版（数据截至2026年11月9日）")
    take(platform, park, "self-assessment", date(2026, 11, 1))
    take(platform, park, "department-review", date(2026, 11, 3), "示例经信〔2026〕3号",
         returned_on=date(2026, 11, 4), return_reason="缺少结论")  # fmt: skip
    after = told(platform)
    assert after["自评报告"] == (True, "已登记，2026年11月1日")
    assert not after["区县主管部门审核意见"][0], "what was sent back is none"


def test_the_application_holds_the_papers_and_the_evidence(platform: Platform, park: Park) -> None:
    take(platform, park, "self-assessment", date(2026, 11, 1))
    assembly = assembled(platform, DISTRICT, Whole.APPLICATION, "jia")
    with packed(platform, DISTRICT, assembly).stream as stream, ZipFile(stream) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        letter = pypdf.PdfReader(io.BytesIO(archive.read(names[0])))
        listed = openpyxl.load_workbook(io.BytesIO(archive.read("材料清单.xlsx")))["目录"]
        report = archive.read("申请材料/02-自评报告.pdf")
    assert "建设验收的函" in "".join(letter.pages[0].extract_text().split())
    assert report == pdf("self-assessment")
    assert names == [
        "申请材料/01-验收申请函（代拟稿·草稿）.pdf", "申请材料/02-自评报告.pdf",
        "申请材料/03-区县主管部门审核意见（代拟稿）.pdf", "申请材料/04-佐证资料目录.pdf",
        "佐证资料/05-攻防大赛（镕堃喆㛃）.pdf", "佐证资料/06-现场.png", "材料清单.xlsx", "校验清单.txt",
    ]  # fmt: skip
    words = [cell.value for row in listed.iter_rows() for cell in row]
    assert any("尚缺：验收申请函" in str(word) for word in words)
    with platform.database.read() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == Act.ARCHIVE_TAKE))
        assert (entry.actor, entry.new["pieces"]) == ("district", 6)


def test_the_archive_holds_all_that_is_on_file_and_says_what_is_on_paper_alone(platform: Platform, park: Park) -> None:
    take(platform, park, "self-assessment", date(2026, 11, 1), returned_on=date(2026, 11, 2), return_reason="缺附件")
    freeze(platform, DISTRICT, "acceptance-letter", "jia", TODAY)
    assembly = assembled(platform, COMMITTEE, Whole.ARCHIVE, "jia")
    titles = [piece.title for piece in assembly.pieces]
    for words in (
        "同意建设国家网络安全产业园区（示例甲园）的批复", "运营管理机构变更的同意文件",
        "2025年上半年园区发展情况表（第1版，审核通过）", "2025年上半年园区发展情况函", "自评报告", "第1版（定稿）",
        "攻防大赛（镕堃喆㛃）", "办理记录",
    ):  # fmt: skip
        assert any(words in title for title in titles), (words, titles)
    with packed(platform, COMMITTEE, assembly).stream as stream, ZipFile(stream) as archive:
        listed = openpyxl.load_workbook(io.BytesIO(archive.read("归档目录.xlsx")))["目录"]
        rows = {row[1]: row for row in listed.iter_rows(values_only=True) if isinstance(row[0], int)}
        assert archive.testzip() is None
    approval = rows["同意建设国家网络安全产业园区（示例甲园）的批复"]
    assert (approval[2], approval[6], approval[7]) == (park.approval_no, "永久", "纸质原件，本系统未存扫描件")
    assert (rows["自评报告"][5], rows["自评报告"][8]) == (1, "已于2026年11月2日退回：缺附件")
    assert rows["攻防大赛（镕堃喆㛃）"][6] == "10年"
    frozen = next(row for title, row in rows.items() if title.endswith("第1版（定稿）"))
    assert (frozen[3], frozen[6]) == ("示例甲区人民政府", "30年")
    assert rows["2025年上半年园区发展情况表（第1版，审核通过）"][5] == "—"


def test_a_bound_archive_leads_to_its_papers(platform: Platform, park: Park) -> None:
    take(platform, park, "self-assessment", date(2026, 11, 1))
    taken = bound(platform, COMMITTEE, assembled(platform, COMMITTEE, Whole.ARCHIVE, "jia"))
    with taken.stream as stream:
        reader = pypdf.PdfReader(io.BytesIO(stream.read()))
    assert taken.name == "归档材料-示例甲园-20261109-装订本.pdf"
    outline = {entry.title.partition(". ")[2]: reader.get_destination_page_number(entry) for entry in reader.outline}
    page = reader.pages[outline["自评报告"]]
    assert "self-assessment" in page.extract_text()
    assert reader.page_labels[outline["自评报告"]] in page.extract_text().split()


def test_nothing_is_left_behind_and_a_file_that_is_gone_is_named(platform: Platform, park: Park) -> None:
    assembly = assembled(platform, COMMITTEE, Whole.ARCHIVE, "jia")
    with packed(platform, COMMITTEE, assembly).stream:
        pass
    for path in list(platform.storage.folder.glob("??/*")):
        if path.read_bytes() == PNG:
            path.unlink()
    for make in (packed, bound):
        with pytest.raises(Refused, match=r"“现场”的文件“现场\.png”不在存储中"):
            make(platform, COMMITTEE, assembly)
    assert list((platform.storage.folder / "incoming").iterdir()) == []
    with platform.database.read() as session:
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == Act.ARCHIVE_TAKE)).all()) == 1


def test_only_those_who_may_and_of_their_parks(platform: Platform, park: Park) -> None:
    for actor, whole in ((DISTRICT, Whole.ARCHIVE), (Actor("operator", Role.OPERATOR, FULL_SCOPE), Whole.APPLICATION)):
        with pytest.raises(AccessDenied):
            assembled(platform, actor, whole, "jia")
    elsewhere = Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({park.district_id + 1})))
    with pytest.raises(Unknown):
        assembled(platform, elsewhere, Whole.APPLICATION, "jia")
    assert assembled(platform, SYSTEM_ACTOR, Whole.ARCHIVE, "jia").pieces
