"""Every document names what it was drawn up from: its data, the rulebook, the evaluation system, its 校验码."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import docx
import pypdf
import pytest

from db.models import RulebookVersion
from db.session import Database
from policy.access import SYSTEM_ACTOR
from services import clock
from services.documents.catalogue import compose, render
from services.documents.content import Document, Paragraph, text
from services.documents.imprint import content_code
from tests.services.reported_park import make_reported_park

AFTER = date(2026, 11, 1)


@pytest.fixture
def letter(database: Database) -> Document:
    with database.write() as session:
        make_reported_park(session)
    return composed(database)


def composed(database: Database, kind: str = "acceptance-letter", as_of: date = AFTER) -> Document:
    with database.read() as session:
        return compose(session, SYSTEM_ACTOR, kind, "jia", as_of)


def test_the_versions_stand_on_every_page_in_every_format(letter: Document) -> None:
    told = letter.drawn_up_from
    assert re.fullmatch(
        r"数据截至2026年11月1日（2026年上半年第1版）；规则数值第1版；本文校验码[2-9A-Z]{4}-[2-9A-Z]{4}", told
    )
    pages = pypdf.PdfReader(io.BytesIO(render(letter, "pdf").data)).pages
    assert len(pages) > 1
    assert all(told in page.extract_text().replace("\n", "") for page in pages)
    section = docx.Document(io.BytesIO(render(letter, "docx").data)).sections[0]
    for header in (section.header, section.first_page_header, section.even_page_header):
        assert told in [paragraph.text for paragraph in header.paragraphs]
    assert told in render(letter, "html").data.decode()


def test_another_rulebook_is_named_and_any_word_changes_the_code(database: Database, letter: Document) -> None:
    with database.write() as session:
        session.add(RulebookVersion(document="", note="虚构", recorded_at=clock.now(), recorded_by="committee"))
    assert re.search(r"规则数值第1\.\d+版", composed(database).drawn_up_from)
    assert composed(database).check_code == letter.check_code
    reworded = replace(letter, blocks=(*letter.blocks[:-1], Paragraph(text("另一句话。")), letter.blocks[-1]))
    assert content_code(reworded) != content_code(letter) == letter.check_code
    assert content_code(replace(letter, site="https://parkwatch.example.gov.cn")) == letter.check_code


def test_a_table_to_be_sealed_keeps_one_code_that_of_its_data(database: Database, letter: Document) -> None:
    table = composed(database, "report-table")
    assert table.check_code == table.data_code != letter.check_code
    assert "本文校验码" not in table.drawn_up_from
    assert "数据截至2026年11月1日（2026年上半年第1版）" in table.drawn_up_from


def test_what_stands_on_no_data_names_none(database: Database) -> None:
    with database.write() as session:
        make_reported_park(session)
    early = composed(database, as_of=date(2025, 1, 5))
    assert early.drawn_up_from.startswith("数据截至2025年1月5日；规则数值第1版；本文校验码")
