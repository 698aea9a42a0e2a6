"""What people write into a document that otherwise draws itself up: its sections, who writes them, until when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from policy.access import Permission
from policy.terms import ObligationKind
from policy.workflow import StepKind

SELF_ASSESSMENT = "self-assessment"
DEPARTMENT_REVIEW = "department-review"
HALF_YEAR_LETTER = "half-year-letter"

LONGEST = 20_000
"""Characters of one section: some thirty pages."""


@dataclass(frozen=True, slots=True)
class Section:
    """One text of its own. `heading`: where in the document it stands, `hint`: what belongs there."""

    key: str
    heading: str
    hint: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections of one kind of document.

    `writer`: whose work it is in words. `closed_by`: the step after which the text stands, None where none does.
    `half_yearly`: there is one text for every half-year. `measures`: it has one section for every problem of the park,
    and for every duty of the district no task speaks of.
    """

    document: str
    label: str
    write: Permission
    writer: str
    sections: tuple[Section, ...]
    closed_by: StepKind | None = None
    half_yearly: bool = False
    measures: bool = False

    def has(self, section: str) -> bool:
        named = any(one.key == section for one in self.sections)
        return named or (self.measures and _MEASURE.fullmatch(section) is not None)


_MEASURE = re.compile(r"(?:problem|duty)\.[A-Za-z0-9_]{1,50}")


def measure_of(problem: str, label: str, sentence: str) -> Section:
    """The section for what is done about one problem the data show."""
    return Section(f"problem.{problem}", f"八、问题与整改：{label}", f"{sentence}。请写整改措施和完成时限。", "五(三)")


def duty_of(duty: ObligationKind) -> Section:
    """The section for a duty of the district that no task of the newest report speaks of."""
    hint = "重点任务台账中没有相符的任务，请写进展情况。"
    return Section(f"duty.{duty}", f"四、组织与政策保障：{duty.label}", hint, "五(二)")


OUTLINES: Mapping[str, Outline] = {
    outline.document: outline
    for outline in (
        Outline(
            SELF_ASSESSMENT,
            "自评报告",
            Permission.WRITE_SELF_ASSESSMENT,
            "园区运营管理机构",
            (
                Section("tasks", "三、重点任务：其他情况", "台账以外的重点任务和建设成效；没有的写“无”。", "五(二)"),
                Section("support", "四、组织与政策保障：其他情况", "工作专班、专项政策兑现、要素保障等。", "五(二)"),
                Section("practice", "五、特色做法", "可复制推广的做法和成效，每项一段。"),
                Section(
                    "conclusion", "七、自评得分与结论：自评结论", "对照建设目标和评估指标体系的总体结论。", "五(三)"
                ),
                Section("other_problems", "八、问题与整改：其他问题", "数据以外的问题及整改措施；没有的写“无”。"),
                Section("next", "九、下一步：下一步打算", "验收以后的工作安排。"),
            ),
            closed_by=StepKind.SELF_ASSESSMENT,
            measures=True,
        ),
        Outline(
            DEPARTMENT_REVIEW,
            "区县主管部门审核意见",
            Permission.WRITE_DISTRICT_TEXTS,
            "区县经信部门",
            (
                Section("examined", "一、审核情况", "审核的时间、方式、范围，核对了哪些数据和佐证资料。", "五(三)"),
                Section(
                    "results", "二、建设目标完成情况：审核意见", "目标完成情况是否属实，有出入的逐项说明。", "五(三)"
                ),
                Section("tasks", "三、重点任务和政策保障", "重点任务、政策兑现和组织保障的落实情况。", "五(二)"),
                Section("problems", "四、存在问题及整改要求", "审核发现的问题和整改要求；没有的写“无”。"),
                Section("conclusion", "五、审核结论", "是否同意自评结论，是否具备申请验收的条件。", "五(三)"),
            ),
            closed_by=StepKind.DEPARTMENT_REVIEW,
        ),
        Outline(
            HALF_YEAR_LETTER,
            "半年函报",
            Permission.WRITE_DISTRICT_TEXTS,
            "区县经信部门",
            (
                Section("investment", "二（一）招商引资", "本期引进、在谈项目；没有的写“无”。", "五(二)"),
                Section("projects", "二（二）项目建设", "台账以外的项目进展。", "五(二)"),
                Section("buildings", "二（三）载体建设", "楼宇建设和投用情况。", "五(二)"),
                Section("firms", "二（四）企业培育", "企业引育、上市、资质等情况。", "五(二)"),
                Section("services", "二（五）公共服务和产业生态", "平台、培训、活动等情况。", "五(二)"),
                Section("problems", "三、存在的问题", "需要市里协调的问题一并写明；没有的写“无”。", "五(二)"),
                Section("plans", "四、下一步打算", "下半年的工作安排。", "五(二)"),
            ),
            half_yearly=True,
        ),
    )
}
