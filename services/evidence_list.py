"""佐证清单 as a workbook: what nothing proves yet, and what is proven by which paper. Every text is written as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

from xlsxwriter import Workbook

from policy.evidence import Claim
from services import clock
from services.claims import Ledger

GAPS = (("类别", 16), ("事项", 40), ("报告或登记所述", 44), ("依据", 16), ("出处", 20), ("宜归入的佐证资料类别", 44))
PROVEN = (("类别", 16), ("事项", 40), ("报告或登记所述", 44), ("佐证资料", 36), ("文件", 36), ("提交日期", 14))
PAPERS = (("佐证资料类别", 44), ("资料名称", 36), ("文件", 36), ("文件类型", 16), ("提交人", 20), ("提交日期", 14))

FILED = "登记时已存入材料原件"


def write_list(found: Ledger) -> bytes:
    """Three sheets: 缺少佐证, 已有佐证, 佐证资料."""
    output, source = BytesIO(), f"（{found.stated_from}）"
    with Workbook(output, {"in_memory": True}) as book:
        gaps = (_gap(claim) for claim in found.unproven)
        _sheet(book, "缺少佐证", f"{found.title}缺少佐证的事项{source}", GAPS, gaps)
        _sheet(book, "已有佐证", f"{found.title}已有佐证的事项{source}", PROVEN, _proven(found))
        _sheet(book, "佐证资料", f"{found.title}佐证资料", PAPERS, _papers(found))
    return output.getvalue()


def _gap(claim: Claim) -> Sequence[str]:
    return (claim.key.kind.label, claim.label, claim.stated, claim.clause, claim.where, claim.category.label)


def _proven(found: Ledger) -> Iterator[Sequence[str]]:
    for claim in found.claims:
        for paper in found.proofs.get(claim.key, ()):
            day = str(clock.civil(paper.uploaded_at).date())
            yield claim.key.kind.label, claim.label, claim.stated, paper.title, paper.file_name, day
        if claim.filed and claim.key not in found.proofs:
            yield claim.key.kind.label, claim.label, claim.stated, FILED, "—", "—"


def _papers(found: Ledger) -> Iterator[Sequence[str]]:
    for paper in found.standing:
        day = str(clock.civil(paper.uploaded_at).date())
        yield (
            paper.category.label, paper.title, paper.file_name, paper.media.label, paper.uploaded_by, day,
        )  # fmt: skip


def _sheet(
    book: Workbook, name: str, title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]
) -> None:
    sheet = book.add_worksheet(name)
    heading = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#DDE9F5", "valign": "top"})
    plain = book.add_format({"text_wrap": True, "border": 1, "valign": "top"})
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    for place, (word, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(1, place, word, heading)
    for number, cells in enumerate(rows, 2):
        for place, text in enumerate(cells):
            sheet.write_string(number, place, text, plain)
    sheet.freeze_panes(2, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.set_footer("&C第&P页，共&N页")
