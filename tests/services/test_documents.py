"""The documents: what they say, what they never say, and how they look when measured."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import etree

from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role
from policy.evaluation.inputs import Case, Mark
from policy.evaluation.reading import read_system
from policy.evaluation.score import score
from policy.refusal import Unknown
from policy.rulebook import DEFAULT
from policy.situation import Situation
from policy.terms import HalfYear
from services import letters, reviews
from services.assessments import dossier
from services.documents import acceptance_letter, chart, self_assessment
from services.documents.catalogue import FORMATS, KINDS, compose, render
from services.documents.content import Block, Column, Document, Paragraph, Picture, Ref, Table, Text, text
from services.documents.to_docx import render_docx
from services.documents.to_html import render_html
from services.documents.to_pdf import render_pdf
from services.dossiers import Dossier, Source
from services.parks import register_park
from services.platform import Platform
from services.submissions import ingest
from tests.factories import accept, make_park, make_reading, make_submission
from tests.papers import REPORT_SAMPLE
from tests.policy.evaluation.systems import item as evaluation_item
from tests.policy.evaluation.systems import system as evaluation_system
from tests.services.reported_park import add_row, make_reported_park, record_operator_change, record_steps

AFTER = date(2026, 11, 1)
RARE = "镕堃喆㛃"
OPERATOR = f"示例{RARE}园区运营管理有限公司（虚构）"
Make = Callable[[Dossier], Document]


@pytest.fixture(scope="module")
def known(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Dossier]]:
    """Dossiers of a park at its end, of the same park early on, and of one that reported nothing."""
    path = tmp_path_factory.mktemp("documents") / "parkwatch.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        park = make_reported_park(session, operator=OPERATOR)
        record_operator_change(session, park)
        record_steps(session, park, self_assessment=date(2026, 10, 15), department_review=date(2026, 10, 20))
        make_park(session, code="bare")
    with database.read() as session:
        yield {
            "end": dossier(session, FULL_SCOPE, "jia", AFTER),
            "early": dossier(session, FULL_SCOPE, "jia", date(2025, 9, 1)),
            "bare": dossier(session, FULL_SCOPE, "bare", date(2025, 3, 1)),
        }
    database.engine.dispose()


@pytest.fixture(scope="module")
def report(known: dict[str, Dossier]) -> Document:
    return self_assessment.build(known["end"])


@pytest.fixture(scope="module")
def letter(known: dict[str, Dossier]) -> Document:
    return acceptance_letter.build(known["end"])


@pytest.fixture(scope="module")
def report_docx(report: Document) -> bytes:
    return render_docx(report)


@pytest.fixture(scope="module")
def report_pdf(report: Document) -> bytes:
    return render_pdf(report)


def all_blocks(document: Document) -> tuple[Block, ...]:
    return (*document.blocks, *(block for annex in document.annexes for block in annex.blocks))


def marks(document: Document) -> set[int]:
    """The numbers of every mark printed."""
    texts = [block.text for block in all_blocks(document) if isinstance(block, Paragraph)]
    for table in (block for block in all_blocks(document) if isinstance(block, Table)):
        texts += [cell for row in table.rows for cell in row] + [column.head for column in table.columns]
    return {part.number for content in texts for part in content if isinstance(part, Ref)}


def said(content: Text) -> str:
    """The words of a text, marks as [n]."""
    return "".join(f"[{part.number}]" if isinstance(part, Ref) else getattr(part, "words", part) for part in content)


def sources(document: Document) -> list[tuple[str, ...]]:
    """The entries of the appendix 数据来源 as text, each behind the caption it stands under."""
    annex = document.annexes[-1]
    return [
        (block.caption, *map(said, row)) for block in annex.blocks if isinstance(block, Table) for row in block.rows
    ]


def page_texts(pdf: bytes) -> list[str]:
    """Text of each page without spaces and line breaks."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return [re.sub(r"[\s\u200b\u2060]", "", page.extract_text()) for page in pages]


def word(data: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(data))


def xml_parts(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")}


# What they say


def test_the_report_follows_the_outline(report: Document) -> None:
    chapters = [block.text for block in report.blocks if getattr(block, "level", 0) == 1]
    assert [chapter.partition("、")[0] for chapter in chapters] == list("一二三四五六七八九")
    assert [annex.title for annex in report.annexes] == [
        "定量分析表",
        "园区网络安全企业一览表",
        "佐证资料目录",
        "数据来源",
    ]


def test_every_mark_has_its_entry_and_every_entry_its_mark(report: Document, letter: Document) -> None:
    for document in (report, letter):
        listed = {int(row[1]) for row in sources(document)}
        assert marks(document) == listed == set(range(1, len(listed) + 1))


def test_every_entry_says_where_the_figure_stands_or_how_it_was_worked_out(report: Document) -> None:
    captions = set()
    for caption, _number, subject, period, value, place in sources(report):
        captions.add(caption.partition("：")[0])
        assert subject
        assert period
        assert value
        if caption == "计算得出":
            assert re.search(r"（据(\[\d+\]、?)+）$", place)
        elif caption.startswith("建设目标"):
            assert re.match(r"建设目标 B3；依据：示例函", place)
        else:
            assert re.fullmatch(r"20\d\d年[上下]半年园区发展情况表第\d+版：半年报-示例甲园-\d{4}H\d.xlsx", caption)
            assert re.match(r"(半年报|企业名录|公共服务|任务进展) \S", place)
    periods = ("2025年上半年", "2025年下半年", "2026年上半年")
    assert captions == {"建设目标", *(f"{period}园区发展情况表第1版" for period in periods), "计算得出"}


def test_each_file_is_told_once_with_who_sent_it_in_and_when(report: Document) -> None:
    told = [said(block.text) for block in report.annexes[-1].blocks if isinstance(block, Paragraph) and block.small]
    assert told == ["district2026年1月5日09:00上传。查询地址："] * 3


def test_a_whole_roster_is_one_entry_with_all_its_cells(report: Document) -> None:
    (entry,) = [row for row in sources(report) if row[2] == "园区网络安全企业一览表各行数据"]
    assert entry[-1] == "企业名录 H4—H39、I4—I39、J4—J39、K4—K39"
    assert entry[4] == "36行"


def test_what_was_not_read_as_it_stood_is_told_with_its_raw_text(database: Database) -> None:
    with database.write() as session:
        park = make_reported_park(session, firms=3)
        sent = make_submission(session, park, "2026H2", received_on=date(2026, 10, 1))
        sent.readings.append(make_reading("revenue_cyber", "3.2", raw="32000万元", where="半年报!C10"))
        add_row(sent, "roster", 1, {"name": "示例网络安全技术有限公司", "staff": "40"})
        sent.readings[-1].raw = "40人左右"
        accept(session, sent)
    with database.read() as session:
        document = compose(session, SYSTEM_ACTOR, "self-assessment", "jia", AFTER)
    places = {(row[2], row[4]): row[-1] for row in sources(document)}
    assert places["网络安全产业收入", "3.2亿元"] == "半年报 C10；原文“32000万元”"
    assert places["园区网络安全企业一览表各行数据", "1行"] == "企业名录 K4；K4原文“40人左右”取40人"


def test_a_number_in_a_cell_of_results_never_stands_without_a_mark(report: Document) -> None:
    """Figures, shares and rates; dates, ordinals and period names are no figures."""
    captions = ("建设目标完成情况对照表", "主要指标分期情况", "网络安全企业收入档次情况", "各项指标分期情况")
    tables = [block for block in all_blocks(report) if isinstance(block, Table) and block.caption in captions]
    assert len(tables) == 4
    for table in tables:
        for row in table.rows:
            for cell in row[1:]:
                words = "".join(part for part in cell if isinstance(part, str))
                if re.fullmatch(r"[\d.]+%?", words):
                    assert any(isinstance(part, Ref) for part in cell), words


def test_goals_table(report: Document) -> None:
    (table,) = [b for b in report.blocks if isinstance(b, Table) and b.caption == "建设目标完成情况对照表"]
    rows = {
        str(row[0][0]): ["".join(part for part in cell if isinstance(part, str)) for cell in row[1:]]
        for row in table.rows
    }
    assert rows["网络安全企业数量（家）"] == ["40", "60", "57", "2026年6月末", "95.0%", "85.0%"]
    assert rows["网络安全产业收入（亿元）"][2:5] == [
        "12.05", "近12个月（截至2026年6月末）累计", "100.4%",
    ]  # fmt: skip


def test_no_score_while_no_indicator_system_is_issued(report_pdf: bytes) -> None:
    said = "".join(page_texts(report_pdf))
    assert "另行制定，尚未发布，本报告不计算自评得分" in said
    assert "自评结论：（待填写）" in said


SYSTEM = evaluation_system(
    evaluation_item("staff", "60", '{ kind = "pass" }'), evaluation_item("plan", "40", '{ kind = "pass" }')
)


@pytest.mark.parametrize(
    ("document", "basis", "marks"),
    [
        ("", "尚未发布。以下按示例体系1版试算，不是评审结论", ("代拟稿", "试算")),
        ("示例〔2026〕1号", "依据示例〔2026〕1号印发的示例体系1版逐项计分", ("代拟稿",)),
    ],
)
def test_a_score_stands_where_the_outline_wants_it(
    known: dict[str, Dossier], document: str, basis: str, marks: tuple[str, ...]
) -> None:
    """Over every page of one by a system that is not issued stands 试算."""
    found = known["end"]
    system = read_system(SYSTEM.replace('version = "1"', f'version = "1"\ndocument = "{document}"'))
    given = {"staff": (Mark(Decimal(1), "核查记录", found.as_of),)}
    made = self_assessment.build(found, score(system, Case(Situation(found.park, found.as_of, DEFAULT), given)))
    pages = page_texts(render_pdf(made))
    said = "".join(pages)
    assert basis in said
    assert "总分60分，等次：达标" in said
    assert "缺少数据或评定的指标：指标plan" in said
    assert made.marks == marks
    assert all("试算" in page for page in pages) == (not document)


def test_what_nobody_reported_is_said_not_invented(known: dict[str, Dossier]) -> None:
    bare = self_assessment.build(known["bare"])
    said = "".join(page_texts(render_pdf(bare)))
    assert "尚无审核通过的数据" in said
    assert "建设目标尚未登记" in said
    assert sources(bare) == []
    assert not [block for block in bare.blocks if isinstance(block, Picture)]


def test_the_letter_in_the_wording_of_a_letter(letter: Document) -> None:
    pages = page_texts(render_pdf(letter))
    said = "".join(pages[:2])
    for words in (
        "市经济和信息化委员会：",
        "2024年10月10日，贵委批复同意建设国家网络安全产业园区（示例甲园）",
        "至2026年10月10日期满",
        "（渝经信软件〔2022〕35号）",
        "现申请组织专家评审验收，请予支持。",
        "特此函达。",
        "附件：1.国家网络安全产业园区（示例甲园）建设自评报告2.区县主管部门审核意见3.佐证资料目录",
        "示例甲区人民政府",
    ):
        assert words in said, words
    assert letter.name == "关于申请国家网络安全产业园区（示例甲园）建设验收的函"
    assert 3 <= len(sources(letter)) <= 5
    assert not re.search("请示|报告期|半年函", said)


def test_papers_are_marked_until_the_office_makes_them_its_own(known: dict[str, Dossier]) -> None:
    assert self_assessment.build(known["end"]).marks == ("代拟稿",)
    early = self_assessment.build(known["early"])
    assert early.marks == ("代拟稿", "草稿")
    assert "建设期尚未届满（2026年10月10日届满）" in "".join(early.remarks)
    letter = acceptance_letter.build(known["bare"])
    assert letter.marks == ("代拟稿", "草稿")
    for reason in ("尚无审核通过的园区发展情况数据", "自评报告尚未登记", "区县主管部门审核意见尚未登记"):
        assert reason in letter.lacking


def test_a_step_still_missing_keeps_the_letter_a_draft(known: dict[str, Dossier]) -> None:
    steps = tuple(step for step in known["end"].steps if step.kind.value != "department-review")
    assert acceptance_letter.build(replace(known["end"], steps=steps)).lacking == ("区县主管部门审核意见尚未登记",)


@pytest.mark.parametrize("make", [self_assessment.build, acceptance_letter.build])
def test_every_page_says_that_a_fictional_park_is_fictional(known: dict[str, Dossier], make: Make) -> None:
    document = make(known["bare"])
    assert all("演示数据，纯属虚构" in page and "代拟稿" in page for page in page_texts(render_pdf(document)))
    real = replace(known["bare"], register=replace(known["bare"].register, fictional=False))
    assert "演示数据" not in "".join(page_texts(render_pdf(make(real))))


def test_a_value_at_confirm_is_in_no_document(database: Database) -> None:
    with database.write() as session:
        park = make_park(session, code="doubt")
        figures = {"firms_total": "230", "area_operating": "22"}
        sent = make_submission(session, park, "2025H1", figures=figures)
        accept(session, sent)
        doubtful = make_submission(session, park, "2025H1", figures={"firms_total": "43210"})
        doubtful.readings.append(make_reading("firms_cyber", "98765", status="confirm"))
        add_row(doubtful, "tasks", 1, {"name": "存疑事项"}, status="confirm")
    with database.read() as session:
        for key, kind in KINDS.items():
            said = render_html(compose(session, SYSTEM_ACTOR, key, "doubt", AFTER))
            # The table that is sealed states what is sent, all others what is accepted.
            never = ("98765", "存疑事项") if kind.of_report else ("98765", "存疑事项", "43210")
            assert not [words for words in never if words in said]


# How they look: Word


def test_docx_page_and_margins(report_docx: bytes) -> None:
    first, *annexes = word(report_docx).sections
    measured = (first.top_margin, first.bottom_margin, first.left_margin, first.right_margin)
    assert [round(length / Mm(1), 1) for length in measured] == [37, 35, 28, 26]
    assert (round(first.page_width / Mm(1)), round(first.page_height / Mm(1))) == (210, 297)
    widths = [round(section.page_width / Mm(1)) for section in annexes]
    assert widths == [210, 297, 210, 210]


def test_docx_body_is_sixteen_points_on_exact_lines_twenty_two_of_which_fill_the_page(report_docx: bytes) -> None:
    style = word(report_docx).styles["公文正文"]
    spacing = style.element.pPr.find(qn("w:spacing"))
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("579", "exact")
    assert 22 * 579 <= 16838 - 2098 - 1984 < 23 * 579
    assert style.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"
    assert style.font.size.pt == 16


def test_docx_names_an_east_asian_face_on_every_run_and_style(report_docx: bytes) -> None:
    parts = xml_parts(report_docx)
    used = set()
    for name, part in parts.items():
        if name != "word/styles.xml":
            for run in part.iter(qn("w:r")):
                if run.find(qn("w:t")) is not None:
                    used.add(run.find(qn("w:rPr")).find(qn("w:rFonts")).get(qn("w:eastAsia")))
    assert used == {"仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体", "宋体"}
    styles = {style.name: style for style in word(report_docx).styles}
    faces = {
        name: styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "公文正文", "表格文字", "Footer")
    }
    assert faces == {
        "Normal": "仿宋_GB2312", "Title": "方正小标宋简体", "Heading 1": "黑体", "Heading 2": "楷体_GB2312",
        "Heading 3": "仿宋_GB2312", "公文正文": "仿宋_GB2312", "表格文字": "仿宋_GB2312", "Footer": "宋体",
    }  # fmt: skip


def test_docx_tables_repeat_their_head_and_cut_no_row(report_docx: bytes) -> None:
    made = word(report_docx)
    assert len(made.tables) > 10
    spacing = made.styles["表格文字"].element.pPr.find(qn("w:spacing"))
    assert spacing.get(qn("w:lineRule")) == "auto"
    for table in made.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert all(row._tr.trPr.find(qn("w:trHeight")) is None for row in table.rows)
        styles = {paragraph.style.name for paragraph in table.rows[-1].cells[-1].paragraphs}
        assert styles == {"表格文字"}


def test_docx_numbers_reports_in_the_middle_and_letters_outside(report_docx: bytes, letter: Document) -> None:
    def alignment(footer: Any) -> str:
        (paragraph,) = footer.paragraphs
        assert (" PAGE " in paragraph._p.xml) == bool(paragraph.text)
        return str(paragraph.alignment).partition(" ")[0]

    report = word(report_docx)
    assert alignment(report.sections[0].footer) == "CENTER"
    assert not report.settings.odd_and_even_pages_header_footer
    section = word(render_docx(letter)).sections[0]
    assert (alignment(section.footer), alignment(section.even_page_footer)) == ("RIGHT", "LEFT")
    assert section.different_first_page_header_footer
    assert section.first_page_footer.paragraphs[0].text == ""
    assert "代拟稿" in section.first_page_header.paragraphs[0].text
    assert "代拟稿" in section.even_page_header.paragraphs[0].text


def test_docx_pictures_have_words_for_those_who_cannot_see(report_docx: bytes) -> None:
    (shape,) = word(report_docx).inline_shapes
    assert "网络安全企业数量（家）：2025年6月末48，2025年12月末53，2026年6月末57" in shape._inline.docPr.get("descr")


def test_docx_draws_no_seal_and_no_letterhead(letter: Document) -> None:
    data = render_docx(letter)
    assert not word(data).inline_shapes
    pages = [part for name, part in xml_parts(data).items() if re.match(r"word/(document|header|footer)", name)]
    assert len(pages) > 3
    assert not [node for part in pages for node in part.iter(qn("w:color"), qn("w:pict"), qn("w:drawing"))]


def test_docx_opens_in_libreoffice(report_docx: bytes, letter: Document, libreoffice: str, tmp_path: Path) -> None:
    for name, data in (("report", report_docx), ("letter", render_docx(letter))):
        (tmp_path / f"{name}.docx").write_bytes(data)
    subprocess.run(
        [
            libreoffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
            "--outdir", tmp_path, tmp_path / "report.docx", tmp_path / "letter.docx",
        ],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    pages = page_texts((tmp_path / "report.pdf").read_bytes())
    assert "国家网络安全产业园区（示例甲园）建设自评报告" in pages[0]
    assert "—2—" in pages[1]
    assert any("数据来源" in page and "查询地址：/parks/jia/figures/2025H1" in "".join(pages) for page in pages)
    first, second, *_more = page_texts((tmp_path / "letter.pdf").read_bytes())
    assert "—1—" not in first
    assert "—2—" in second


# How they look: PDF


def test_pdf_embeds_the_house_fonts_and_no_other(report_pdf: bytes) -> None:
    pages = pypdf.PdfReader(io.BytesIO(report_pdf)).pages
    fonts = [font.get_object() for page in pages for font in page["/Resources"]["/Font"].values()]
    names = {font["/BaseFont"].partition("+")[2].removesuffix("-Identity-H") for font in fonts}
    assert names == {
        "FandolFang-Regular", "FandolHei-Regular", "FandolKai-Regular", "FandolSong-Bold", "NotoSerifSC-Regular",
    }  # fmt: skip
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile3" in descriptor


def placed(pdf: bytes, page: int) -> list[tuple[str, str, float, float, float]]:
    """Text runs of a page: text, font, size, and where they begin (mm from the left and from the top)."""
    found = []

    def visit(run: str, outer: list[float], inner: list[float], font: Any, size: float) -> None:
        if run.strip() and font:
            x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
            y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            found.append((run.strip(), font["/BaseFont"].partition("+")[2], size, x, y))

    pypdf.PdfReader(io.BytesIO(pdf)).pages[page].extract_text(visitor_text=visit)
    mm = 25.4 / 72
    return [(run, font, size, x * mm, 297 - y * mm) for run, font, size, x, y in found]


def test_pdf_sets_rare_characters_from_the_fallback_and_the_rest_from_the_body_face(report_pdf: bytes) -> None:
    runs = {run: font for run, font, *_ in placed(report_pdf, 0)}
    assert runs[RARE].startswith("NotoSerifSC")
    assert runs["示例甲区"].startswith("FandolFang")


def test_pdf_body_faces_sizes_and_left_edge(report_pdf: bytes) -> None:
    runs = placed(report_pdf, 0)
    title = next(run for run in runs if run[0].startswith("国家网络安全产业园区"))
    assert (title[1], title[2]) == ("FandolSong-Bold-Identity-H", 22)
    heading = next(run for run in runs if run[0] == "一、园区概况与批复")
    assert (heading[1], heading[2]) == ("FandolHei-Regular-Identity-H", 16)
    # Two characters in from the left edge at 28 mm.
    assert heading[3] == pytest.approx(28 + 2 * 16 * 25.4 / 72, abs=1)
    second = next(run for run in runs if run[0] == "（一）批复情况")
    assert (second[1], second[2]) == ("FandolKai-Regular-Identity-H", 16)


def test_pdf_lines_are_twenty_nine_points_apart(letter: Document) -> None:
    body = [run for run in placed(render_pdf(letter), 0) if run[2] == 16]
    rows = sorted({round(run[4], 1) for run in body})
    addressee = next(round(run[4], 1) for run in body if run[0].startswith("市经济和信息化委员会"))
    below = [row for row in rows if row >= addressee]
    assert len(below) > 10
    assert {round((lower - upper) * 72 / 25.4) for upper, lower in pairwise(below)} == {29}


def test_pdf_page_numbers(report_pdf: bytes, letter: Document) -> None:
    number = [run for run in placed(report_pdf, 1) if run[0] == "— 2 —"]
    assert len(number) == 1
    _run, font, size, left, top = number[0]
    assert (font, size) == ("NotoSerifSC-Regular-Identity-H", 14)
    assert left == pytest.approx(28 + 156 / 2, abs=7)
    # Its top edge 7 mm below the text block, which ends 35 mm above the edge.
    assert top == pytest.approx(297 - 35 + 7 + 4.3, abs=1)
    made = render_pdf(letter)
    assert not [run for run in placed(made, 0) if run[0].startswith("— ")]
    (left_hand,) = [run for run in placed(made, 1) if run[0] == "— 2 —"]
    assert left_hand[3] == pytest.approx(28 + 14 * 25.4 / 72, abs=1)


def test_pdf_repeats_the_head_of_a_long_table_and_prints_every_firm(report: Document, report_pdf: bytes) -> None:
    pages = page_texts(report_pdf)
    firms = [page for page in pages if "号网络安全技术有限公司" in page and "营业总收入（万元）" in page]
    assert len(firms) > 1
    assert all("企业名称" in page for page in firms)
    said = "".join(pages)
    assert all(f"示例{number}号网络安全技术有限公司" in said for number in range(1, 37))


def renamed(source: Source, file: str) -> Source:
    assert source.origin is not None
    return replace(source, file=file, origin=replace(source.origin, file=file))


def test_pdf_long_names_stay_inside_the_text(known: dict[str, Dossier]) -> None:
    name = "x" * 120 + ".xlsx"
    figures = tuple(replace(f, source=renamed(f.source, name)) for f in known["end"].figures)
    letter = acceptance_letter.build(replace(known["end"], figures=figures))
    pdf = render_pdf(letter)
    assert name in page_texts(pdf)[-1]
    pieces = [run for run in placed(pdf, 2) if set(run[0]) <= {"x", "\u200b"}]
    assert len({round(run[4]) for run in pieces}) > 1
    assert all(27 < run[3] < 28 + 156 for run in pieces)


def test_pdf_breaks_a_row_that_fits_on_no_page(known: dict[str, Dossier]) -> None:
    long = "很长的进展情况" * 300
    table = Table("长表", (Column("任务", 70), Column("进展情况", 30)), ((text("任务"), text(long)),))
    document = replace(self_assessment.build(known["bare"]), blocks=(table,), annexes=())
    pdf = render_pdf(document)
    pages = range(len(pypdf.PdfReader(io.BytesIO(pdf)).pages))
    cells = [run for page in pages for run in placed(pdf, page) if "情" in run[0]]
    assert "".join(run[0] for run in cells).count("很") == 300
    assert all(37 < run[4] < 297 - 35 for run in cells)


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_content_gives_the_same_bytes(report: Document, file_format: str) -> None:
    first = render(report, file_format).data
    chart.svg.cache_clear()
    chart.png.cache_clear()
    assert render(report, file_format).data == first


def test_the_only_date_in_the_file_is_the_day_of_its_data(report_pdf: bytes, report_docx: bytes) -> None:
    meta = pypdf.PdfReader(io.BytesIO(report_pdf)).metadata
    assert meta is not None
    assert (meta["/CreationDate"], meta["/ModDate"]) == ("D:20261101000000Z",) * 2
    core = word(report_docx).core_properties
    assert core.created is not None
    assert (core.created.date(), core.author) == (AFTER, "")


def test_content_is_never_read_as_layout(known: dict[str, Dossier]) -> None:
    """Neither typst nor html takes what a district wrote for instructions."""
    nasty = '#panic("x") $a$ *b* <script>alert(1)</script> \\ [c] "d" & @e'
    hostile = replace(known["bare"], register=replace(known["bare"].register, host_park=nasty))
    document = self_assessment.build(hostile)
    assert re.sub(r"\s", "", nasty) in "".join(page_texts(render_pdf(document)))
    said = render_html(document)
    assert "<script" not in said
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said
    render_docx(document)


# How they look: html and chart


class Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: set[str] = set()
        self.anchors: set[str] = set()
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.links |= {str(found["href"])} if "href" in found else set()
        self.anchors |= {f"#{found['id']}"} if "id" in found else set()
        self.images += [found] if tag == "img" else []


def test_html_has_an_outline_links_that_lead_somewhere_and_fetches_nothing(report: Document) -> None:
    said = render_html(report)
    page = Outline()
    page.feed(said)
    assert page.tags.count("h1") == 1
    assert {"h2", "h3", "caption", "figcaption", "th"} <= set(page.tags)
    assert "script" not in page.tags
    assert page.links
    assert page.links <= page.anchors
    assert page.images
    assert all(str(image["src"]).startswith("data:image/svg+xml;base64,") and image["alt"] for image in page.images)
    assert "http" not in said.replace("http-equiv", "")


def test_the_chart_sets_its_letters_as_outlines(report: Document) -> None:
    (picture,) = [block for block in report.blocks if isinstance(block, Picture)]
    drawn = chart.svg(picture.chart)
    assert "<text" not in drawn
    assert "font-family" not in drawn
    assert chart.png(picture.chart).startswith(b"\x89PNG")
    revenue = next(panel for panel in picture.chart.panels if "收入" in panel.axis)
    assert revenue.axis == "网络安全产业收入（亿元）"
    assert [point.comparable for point in revenue.points] == [True, False, True, False, True]


def test_the_chart_is_black_grey_and_white(report: Document) -> None:
    (picture,) = [block for block in report.blocks if isinstance(block, Picture)]
    colours = set(re.findall(r"#[0-9a-f]{6}", chart.svg(picture.chart)))
    assert colours
    assert all(len({colour[1:3], colour[3:5], colour[5:7]}) == 1 for colour in colours)


# Who may have them


def test_unknown_kinds_and_formats_name_those_that_exist(database: Database, known: dict[str, Dossier]) -> None:
    known_ones = "self-assessment、department-review、acceptance-letter"
    with database.read() as session, pytest.raises(Unknown, match=known_ones):
        compose(session, SYSTEM_ACTOR, "poem", "jia", AFTER)
    with pytest.raises(Unknown, match="docx、pdf、html"):
        render(self_assessment.build(known["bare"]), "odt")


def test_without_the_permission_there_is_no_document(database: Database) -> None:
    admin = Actor("admin", Role.ADMIN, FULL_SCOPE)
    for kind in KINDS:
        with database.read() as session, pytest.raises(AccessDenied):
            compose(session, admin, kind, "jia", AFTER)


def test_a_real_report_from_upload_to_document(platform: Platform, set_now: Callable[[date], None]) -> None:
    """The sample file through the ordinary use cases: its figures stand in the report, with their cells."""
    set_now(date(2025, 8, 20))
    with platform.database.write() as session:
        register_park(
            session, SYSTEM_ACTOR, title="国家网络安全产业园区（示例甲园）", district="示例甲区",
            approved_on=date(2024, 10, 10), approval_no="示例函〔2024〕1号", create_unit=True,
        )  # fmt: skip
    data = REPORT_SAMPLE.read_bytes()
    taken = ingest(platform, SYSTEM_ACTOR, REPORT_SAMPLE.name, data, received_on=date(2025, 7, 20), submit=True)
    assert taken.submission_id is not None
    with platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, taken.submission_id, date(2025, 8, 1))
        letters.record_letter(
            session, platform.storage, SYSTEM_ACTOR, parks=["示例甲园"], period=HalfYear(2025, 1),
            number="示例甲府函〔2025〕1号", dated=date(2025, 7, 18), received_on=date(2025, 7, 21),
        )  # fmt: skip
    with platform.database.read() as session:
        document = compose(session, SYSTEM_ACTOR, "self-assessment", "示例甲园", date(2025, 8, 20))
    entries = {(row[2], row[4], row[5]) for row in sources(document)}
    assert ("网络安全产业收入", "5.2亿元", "半年报 C10") in entries
    assert ("网络安全企业数量", "48家", "半年报 C12") in entries
    said = render_html(document)
    assert "示例甲府函〔2025〕1号" in said
    assert "40家" in said
    assert not re.search(r"1[3-9]\d{9}", said)


# From a number to its entry, and from there into the application


SITE = "https://parkwatch.example.gov.cn"
FIGURE = f"{SITE}/parks/jia/figures/2026H1/firms_cyber?version=1"
WORKED = f"{SITE}/parks/jia/figures/2026H1/firms_cyber.completion"
ROSTER_ROWS = f"{SITE}/parks/jia/figures/2026H1/roster?version=1"
GOAL = f"{SITE}/parks/jia/goals/firms_cyber"


def links_of(pdf: bytes) -> tuple[list[tuple[int, int]], set[str]]:
    """Inner links as (page they stand on, page they lead to), and the addresses of outer ones."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    inner, outer = [], set()
    for number, page in enumerate(reader.pages):
        for annotation in (entry.get_object() for entry in page.get("/Annots", ())):
            if "/A" in annotation:
                outer.add(annotation["/A"]["/URI"])
                continue
            place = annotation["/Dest"]
            place = reader.named_destinations[place].dest_array if isinstance(place, str) else place
            inner.append((number, reader.get_page_number(place[0].get_object())))
    return inner, outer


def test_pdf_marks_lead_to_their_entry_and_entries_into_the_application(report: Document) -> None:
    made = render(report, "pdf", SITE).data
    texts = page_texts(made)
    appendix = next(number for number, page in enumerate(texts) if "附件4" in page)
    inner, outer = links_of(made)
    assert len([start for start, _end in inner if start < appendix]) > 50
    assert all(end >= appendix for _start, end in inner)
    assert {FIGURE, WORKED, ROSTER_ROWS, GOAL} <= outer
    assert f"{SITE}/parks/jia/figures/2025H1?version=1" in outer
    assert f"查询地址：{SITE}/parks/jia/figures/2025H1?version=1" in "".join(texts)


def test_docx_marks_lead_to_their_entry_and_entries_into_the_application(report: Document) -> None:
    made = word(render(report, "docx", SITE).data)
    body = made.element.body
    anchors = {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))} - {None}
    bookmarks = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    assert anchors == bookmarks == {f"source_{row[1]}" for row in sources(report)}
    relations = made.part.rels
    outer = {relations[link.get(qn("r:id"))] for link in body.iter(qn("w:hyperlink")) if link.get(qn("r:id"))}
    assert all(relation.is_external for relation in outer)
    assert {FIGURE, WORKED, ROSTER_ROWS, GOAL} <= {relation.target_ref for relation in outer}


def test_html_entries_lead_into_the_application(report: Document) -> None:
    page = Outline()
    page.feed(render(report, "html", f"{SITE}/").data.decode())
    assert {FIGURE, WORKED, ROSTER_ROWS, GOAL} <= page.links
    assert {link for link in page.links if link.startswith("#")} <= page.anchors


def test_without_an_address_of_the_application_the_path_is_printed_and_nothing_leads_outside(
    report: Document, report_pdf: bytes, report_docx: bytes
) -> None:
    assert links_of(report_pdf)[1] == set()
    assert not [link for link in word(report_docx).element.body.iter(qn("w:hyperlink")) if link.get(qn("r:id"))]
    for words in ("".join(page_texts(report_pdf)), "".join(p.text for p in word(report_docx).paragraphs)):
        assert "查询地址：/parks/jia/figures/2025H1?version=1" in words


def test_the_appendix_is_shorter_than_the_report(report: Document, report_pdf: bytes) -> None:
    """Three half-years, a roster of 36, five tables: some hundred cells in a few pages."""
    texts = page_texts(report_pdf)
    appendix = next(number for number, page in enumerate(texts) if "附件4" in page)
    assert len(sources(report)) > 60
    assert len(texts) - appendix <= 5
