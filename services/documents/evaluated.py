"""七、自评得分与结论 of the 自评报告: the score by the 评估指标体系 in force; 试算 while that is not issued."""

from __future__ import annotations

from fractions import Fraction

from policy.evaluation.score import Score, printed
from policy.evaluation.sheet import RowKind, Sheet, sheet
from policy.evaluation.system import TRIAL
from policy.figures import plain
from services.documents.content import Align, Block, Column, Heading, Paragraph, Table, Text, text

NOT_ISSUED = (
    "国家网络安全产业园区市级重点园区评估指标体系由市经济和信息化委员会另行制定，尚未发布，本报告不计算自评得分。"
)
AREAS = (Column("一级指标", 60, Align.LEFT), Column("权重（分）", 20), Column("得分（分）", 20))


def marks(score: Score | None) -> tuple[str, ...]:
    """What stands over every page beside 代拟稿: 试算, where a score is told that no document stands behind."""
    return (TRIAL,) if score is not None and score.system.trial else ()


def chapter(score: Score | None, conclusion: tuple[Block, ...]) -> tuple[Block, ...]:
    """`conclusion`: what the operator wrote as 自评结论."""
    told = (Paragraph(text(NOT_ISSUED)),) if score is None else _scored(score, sheet(score))
    return (Heading(1, "七、自评得分与结论"), *told, *conclusion)


def _scored(score: Score, shown: Sheet) -> tuple[Block, ...]:
    return (
        Paragraph(text(_basis(score))),
        Paragraph(text(f"{shown.mark}总分{_total(shown)}。{shown.sum_told}。")),
        *(Paragraph(text(said)) for said in _decisive(shown)),
        Table(
            f"自评得分表{f'（{shown.mark}）' if shown.mark else ''}", AREAS, _rows(score),
            note="得分按审核通过的数据、报送记录和登记的评定逐项计算，逐项来源见园区评分页。",
        ),
    )  # fmt: skip


def _basis(score: Score) -> str:
    named = f"{score.system.name}{score.system.version}版"
    if not score.system.trial:
        return f"依据{score.system.document}印发的{named}逐项计分。"
    return f"评估指标体系由市经济和信息化委员会另行制定，尚未发布。以下按{named}{TRIAL}，不是评审结论。"


def _total(shown: Sheet) -> str:
    return f"{shown.total_told}分，等次：{shown.grade or '不评'}" if shown.total else "暂不能计算"


def _decisive(shown: Sheet) -> list[str]:
    found = []
    if shown.vetoed:
        found.append(f"一票否决：{'、'.join(shown.vetoed)}。")
    lacking = "、".join(row.name for row in shown.missing if row.kind is RowKind.ITEM)
    if lacking:
        found.append(f"缺少数据或评定的指标：{lacking}。")
    return found


def _rows(score: Score) -> tuple[tuple[Text, ...], ...]:
    areas = [(area.name, plain(area.weight), printed(score.of_area(area.name))) for area in score.system.areas]
    extra = [("加分", "—", printed(score.extra))] if score.system.bonuses else []
    total = "—" if score.total is None else printed(Fraction(score.total))
    rows = (*areas, *extra, ("总分", "100", total))
    return tuple(tuple(text(cell) for cell in row) for row in rows)
